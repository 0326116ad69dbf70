//! `unicontact migrate`: migrates the queue of an earlier version to this one.

use serde::Serialize;
use unicontact::journal::Migration;
use unicontact::queue::{Queue, QueueOptions};

use crate::arguments::{self, Common, Format};
use crate::exit::{Exit, Failure};
use crate::{output, queue};

#[derive(Serialize)]
struct Migrated<'a> {
    queue: &'a str,
    was_needed: bool,
    recognized: u64,
}

pub(super) async fn run(common: &Common, arguments: &arguments::Migrate) -> Result<Exit, Failure> {
    let (_, config) = queue::configured(common, &arguments.on_queue)?;
    let client = queue::connect(&config, "migrate").await?;
    let migration = Box::pin(Queue::migrate(client, &QueueOptions::from(&config))).await?;
    output::data(text(&config.name, migration, common.format)?.trim_end())?;
    Ok(Exit::Done)
}

fn text(queue: &str, migration: Migration, format: Format) -> std::io::Result<String> {
    let Migration { was_needed, recognized, .. } = migration;
    if format == Format::Json {
        return output::json_text(&Migrated { queue, was_needed, recognized });
    }
    Ok(if was_needed {
        format!(
            "queue {queue}: migrated; the people of {recognized} unfinished deliveries are recognized from now on.\nStart \
             workers of this version: those of the earlier one can no longer open the queue."
        )
    } else {
        format!("queue {queue}: already migrated, nothing was changed.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_that_is_migrated_already_is_reported_as_such() {
        let output = |format| text("office", Migration::default(), format).unwrap();
        insta::assert_snapshot!(output(Format::Human), @"queue office: already migrated, nothing was changed.");
        insta::assert_snapshot!(output(Format::Json).trim_end(), @r#"{"queue":"office","was_needed":false,"recognized":0}"#);
    }
}
