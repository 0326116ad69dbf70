//! Compares the places to which the configuration sends with those that the queue has recorded.

use unicontact::config::Configuration;
use unicontact::queue::{Destination, Queue, QueueErrorKind};

use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::output;
use crate::person_name::person_name;

/// Records or compares the destination of every configured provider. With `adopt`, it records other ones.
///
/// # Errors
///
/// The processes of the queue send to another place, or the servers cannot be reached.
pub(crate) async fn check_destinations(
    queue: &Queue,
    configuration: &Configuration,
    adopt: bool,
) -> Result<(), Failure> {
    for provider in &configuration.providers {
        let Some(destination) = Destination::from_configured(provider) else { continue };
        let name = &provider.name;
        if adopt && let Some(failure) = other_workers(queue, name, &destination).await? {
            return Err(failure);
        }
        if adopt && let Some(earlier) = queue.adopt_destination(name, &destination, person_name(None)).await?
        {
            output::message(&format!(
                "{name}: the queue now sends to {destination}; before, it sent to {earlier}."
            ));
        }
        queue.check_destination(name, &destination).await?;
    }
    Ok(())
}

/// Records the limits of a worker's requests, and warns if those of the other workers are others.
///
/// # Errors
///
/// The servers cannot be reached.
pub(crate) async fn record_limits(queue: &Queue, configuration: &Configuration) -> Result<(), Failure> {
    for provider in &configuration.providers {
        let Some(destination) = Destination::from_configured(provider) else { continue };
        if let Some(limit) = queue.record_limit(&provider.name, &destination).await? {
            output::warning(&format!(
                "{}: this worker begins at most {} requests in a second, and the workers before it {}; configure one number",
                limit.provider, limit.ours, limit.theirs
            ));
        }
    }
    Ok(())
}

/// Returns the failure of adopting another destination while other workers run: they would go on sending to the earlier one.
async fn other_workers(
    queue: &Queue,
    provider: &str,
    destination: &Destination,
) -> Result<Option<Failure>, Failure> {
    if queue.check_destination(provider, destination).await.is_ok() {
        return Ok(None);
    }
    let workers = queue.journal().holders().await.map_err(Failure::from)?;
    // This process is one of them already.
    let others: Vec<&str> = workers.iter().map(|worker| worker.name.as_str()).collect();
    if others.len() < 2 {
        return Ok(None);
    }
    let message = format!(
        "{provider}: --adopt changes where the contacts go, and other workers still run: {}; stop all of them, then start this one",
        others.join(", ")
    );
    Ok(Some(Failure::new(FailureCode::Conflict, message)))
}

/// Compares the destination of every configured provider while a worker runs. Servers that do not answer change nothing.
///
/// # Errors
///
/// Another process has changed where the contacts go.
pub(crate) async fn are_destinations_unchanged(
    queue: &Queue,
    configuration: &Configuration,
) -> Result<(), Failure> {
    for provider in &configuration.providers {
        let Some(destination) = Destination::from_configured(provider) else { continue };
        match queue.check_destination(&provider.name, &destination).await {
            Err(error) if error.kind() == QueueErrorKind::Unfit => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}
