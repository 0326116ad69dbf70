//! `unicontact import`: sends many contacts to every provider.
//!
//! The steps are in the order of the modules: inputs are opened, rows are read, contacts are delivered, rejects, notes and
//! the report are written, and the end is summarized.

mod deliver;
mod dry_run;
#[cfg(feature = "jetstream")]
mod enqueue;
mod messages;
mod open;
mod read;
mod write;

use unicontact::Policy;
use unicontact::bulk::Import;

use self::open::Inputs;
pub(super) use self::open::write_error;
use super::setup;
use crate::arguments::{self, Common};
use crate::exit::{Exit, Failure};
use crate::{output, sources};

pub(super) async fn run(common: &Common, arguments: &arguments::Import) -> Result<Exit, Failure> {
    if arguments.suggest_map {
        output::data(open::suggested_map(arguments)?.trim_end())?;
        return Ok(Exit::Done);
    }
    #[cfg(feature = "jetstream")]
    if arguments.on_queue.is_given() {
        return enqueue::run(common, arguments).await;
    }
    let (configuration, has_made_up_settings) = if arguments.dry_run {
        let of_plan = sources::configuration_for_plan(common)?;
        (of_plan.configuration, of_plan.has_made_up_settings)
    } else {
        (sources::configuration(common)?, false)
    };
    let identify_by = arguments.recognition.identify_by.unwrap_or(configuration.identify_by);
    let fan_out = setup::fan_out(&configuration, Policy::All)?.with_identify_by(identify_by);
    let reserved = open::reserved_files(common, arguments, configuration.journal.as_deref());
    let inputs = Inputs::open(arguments, identify_by, reserved, fan_out.pipelines())?;
    if arguments.dry_run {
        let import = Import::new(fan_out).with_same_identity(arguments.same_identity.into());
        let dry_run = dry_run::DryRun { import: &import, has_made_up_settings };
        return dry_run.run(common, arguments, inputs).await;
    }
    let journal = setup::journal(common, &configuration, "import").await?;
    deliver::run(common, arguments, fan_out, journal, inputs).await
}
