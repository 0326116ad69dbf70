//! `unicontact status`: how the queue stands.
//!
//! Its rule: it changes nothing of what waits and what is known, and makes no queue where there is none.

use crate::arguments::{self, Common};
use crate::exit::{Exit, Failure};
use crate::{output, queue};

pub(super) async fn run(common: &Common, wanted: &arguments::Status) -> Result<Exit, Failure> {
    let (_, config) = queue::configured(common, &wanted.on_queue)?;
    let queue = queue::existing(&config, "status").await?;
    let status = queue.status(!wanted.no_outcomes).await;
    queue::leave(&queue).await;
    output::data(output::status(&status?, common.format)?.trim_end())?;
    Ok(Exit::Done)
}
