//! The commands: each reads its input, calls the library, prints the result and returns an exit code.

mod ask;
mod check;
mod contract;
mod create;
mod deliveries;
mod demo;
mod identity_method;
mod import;
mod import_monitor;
mod init;
#[cfg(feature = "jetstream")]
mod migrate;
mod plan;
mod providers;
#[cfg(feature = "jetstream")]
mod queue_control;
mod sandbox;
mod schema;
mod setup;
#[cfg(feature = "jetstream")]
mod status;
mod vendors;
mod verify;
#[cfg(feature = "jetstream")]
mod worker;

use crate::arguments::{Arguments, Command};
use crate::exit::{Exit, Failure};

/// Runs the command of the command line.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let Arguments { common, command } = arguments;
    match command {
        Command::Demo => demo::run(&common).await,
        Command::Init(init) => init::run(&common, &init),
        Command::Create(create) => create::run(&common, &create).await,
        Command::Import(import) => import::run(&common, &import).await,
        #[cfg(feature = "jetstream")]
        Command::Worker(worker) => worker::run(&common, &worker).await,
        #[cfg(feature = "jetstream")]
        Command::Status(status) => status::run(&common, &status).await,
        #[cfg(feature = "jetstream")]
        Command::Migrate(migrate) => migrate::run(&common, &migrate).await,
        #[cfg(feature = "jetstream")]
        Command::Queue(control) => Box::pin(queue_control::run(&common, &control)).await,
        Command::Deliveries(deliveries) => deliveries::run(&common, &deliveries).await,
        Command::Verify(verify) => Box::pin(verify::run(&common, &verify)).await,
        Command::Plan(plan) => plan::run(&common, &plan).await,
        Command::Providers => providers::run(&common),
        Command::Vendors(vendors) => vendors::run(&common, &vendors).await,
        Command::Check(check) => check::run(&common, &check).await,
        Command::Sandbox(sandbox) => sandbox::run(&sandbox).await,
        Command::Contract(contract) => contract::run(&common, &contract).await,
        Command::Schema(schema) => schema::run(&schema),
        Command::Completions { shell } => schema::completions(shell),
    }
}
