//! `unicontact status`: shows the status of an existing queue, and changes nothing in it.

use crate::arguments::{self, Common};
use crate::exit::{Exit, Failure};
use crate::{output, queue};

pub(super) async fn run(common: &Common, arguments: &arguments::Status) -> Result<Exit, Failure> {
    let (_, config) = queue::configured(common, &arguments.on_queue)?;
    let queue = queue::open_existing(&config, "status").await?;
    let status = queue.status(!arguments.no_outcomes).await;
    queue::leave(&queue).await;
    let status = status?;
    output::data(output::status(&status, common.format)?.trim_end())?;
    for line in output::unreadable_lines(&status.unreadable) {
        output::message(&line);
    }
    let is_incomplete = arguments.check && output::status_needs_person(&status);
    Ok(if is_incomplete { Exit::Incomplete } else { Exit::Done })
}
