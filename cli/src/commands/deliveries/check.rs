//! `unicontact deliveries check`: checks every page of the journal, and that its indices, totals and words agree with its records.

use unicontact::config::Configuration;
use unicontact::journal::{JournalCheck, SqliteJournal};

use super::opened::off;
use crate::arguments::{Common, Format};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output;

pub(super) fn run(common: &Common, configuration: &Configuration) -> Result<Exit, Failure> {
    let path = configuration.journal.as_ref().ok_or_else(off)?;
    let checked = SqliteJournal::check(path)?;
    if !checked.defects.is_empty() {
        return Err(damaged(&path.display().to_string(), &checked));
    }
    match common.format {
        Format::Json => output::json(&checked)?,
        Format::Human => {
            let deliveries = output::counted(checked.deliveries, "delivery", "deliveries");
            output::data(&format!("{}: {deliveries}, no damage", path.display()))?;
        }
    }
    Ok(Exit::Done)
}

fn damaged(path: &str, checked: &JournalCheck) -> Failure {
    let defects: Vec<String> = checked.defects.iter().map(ToString::to_string).collect();
    let message = format!("{path}: the journal is damaged: {}", defects.join("; "));
    Failure::new(FailureCode::Journal, message)
        .with_hint("restore it from a copy; deliveries since then are unknown")
}
