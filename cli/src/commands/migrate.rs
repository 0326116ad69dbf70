//! `unicontact migrate`: makes a queue of an earlier version usable for this one.

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

pub(super) async fn run(common: &Common, wanted: &arguments::Migrate) -> Result<Exit, Failure> {
    let (_, config) = queue::configured(common, &wanted.on_queue)?;
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
             the workers of this version; those of the earlier one cannot open the queue any more."
        )
    } else {
        format!("queue {queue}: it is migrated already; nothing was changed.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_do_is_said() {
        let told = |format| text("office", Migration::default(), format).unwrap();
        insta::assert_snapshot!(told(Format::Human), @"queue office: it is migrated already; nothing was changed.");
        insta::assert_snapshot!(told(Format::Json).trim_end(), @r#"{"queue":"office","was_needed":false,"recognized":0}"#);
    }
}
