//! Messages about records of the journal that cannot be read.

use unicontact::journal::UnreadableRecord;

use super::counted;

/// The number of records that are named one by one. While versions are mixed, there may be many newer ones.
const MAX_NAMED: usize = 20;

/// Returns the lines about records that were left out, each with what to do. Empty if there are none.
pub(crate) fn unreadable_lines(records: &[UnreadableRecord]) -> Vec<String> {
    let mut lines: Vec<String> =
        records.iter().take(MAX_NAMED).map(|record| format!("{record}. {}", record.hint())).collect();
    if records.len() > MAX_NAMED {
        lines.push(format!("{} more records cannot be read.", records.len() - MAX_NAMED));
    }
    if !records.is_empty() {
        let left_out = counted(records.len() as u64, "record was", "records were");
        lines.push(format!("{left_out} left out; all others were read."));
    }
    lines
}
