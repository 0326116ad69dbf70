//! `unicontact queue`: what an operator does to a running queue.

mod history;
mod letters;
mod pause;
mod purge;
mod repair;

use unicontact::config::Configuration;
use unicontact::queue::Queue;

use crate::arguments::{Common, OnQueue, QueueControl};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::person_name::person_name;
use crate::{output, queue};

pub(super) async fn run(common: &Common, control: &QueueControl) -> Result<Exit, Failure> {
    match control {
        QueueControl::Pause(pause) => pause::pause(common, pause).await,
        QueueControl::Resume(operator) => pause::resume(common, operator).await,
        QueueControl::Purge(purge) => purge::run(common, purge).await,
        QueueControl::Letters(letters) => letters::run(common, letters).await,
        QueueControl::Repair(repair) => repair::run(common, repair).await,
        QueueControl::History(on_queue) => history::run(common, on_queue).await,
    }
}

/// Opens the existing queue, calls `act`, and leaves it.
async fn with_queue<T>(
    common: &Common,
    on_queue: &OnQueue,
    act: impl AsyncFnOnce(&Configuration, &Queue) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let (configuration, config) = queue::configured(common, on_queue)?;
    let queue = queue::open_existing(&config, "queue").await?;
    let result = act(&configuration, &queue).await;
    queue::leave(&queue).await;
    result
}

/// Fails if neither the configuration nor the queue knows the provider.
async fn check_provider(configuration: &Configuration, queue: &Queue, name: &str) -> Result<(), Failure> {
    let mut known: Vec<String> =
        configuration.providers.iter().map(|provider| provider.name.clone()).collect();
    if known.iter().all(|known| known != name) {
        known.extend(queue.status(false).await?.providers.into_keys());
    }
    if known.iter().any(|known| known == name) {
        return Ok(());
    }
    known.sort();
    known.dedup();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    Err(Failure::new(
        FailureCode::Usage,
        format!("there is no provider {name}; there are {}", output::and_list(&known)),
    ))
}
