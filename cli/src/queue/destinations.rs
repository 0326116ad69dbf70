//! Compares the places to which the configuration sends with those that the queue has recorded.

use unicontact::config::Configuration;
use unicontact::queue::{Destination, Queue, QueueErrorKind};

use crate::exit::Failure;
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
        if adopt && let Some(earlier) = queue.adopt_destination(name, &destination, person_name(None)).await?
        {
            output::message(&format!(
                "{name}: the queue now sends to {destination}; before, it sent to {earlier}."
            ));
        }
        if let Some(limit) = queue.check_destination(name, &destination).await? {
            output::warning(&format!(
                "{name}: this process begins at most {} requests in a second, and the others of the queue {}; \
                 configure one number",
                limit.ours, limit.theirs
            ));
        }
    }
    Ok(())
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
