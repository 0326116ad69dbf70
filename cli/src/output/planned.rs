//! The sum of a dry run.
//!
//! Its rule: counts, fields and reasons; nothing of what is in a contact.

use std::io;

use serde::{Serialize, Serializer};

use super::lines::in_brackets;
use super::table::Cell;
use super::{Page, Table, json_text, numbers_not_e164, often};
use crate::commands::{DroppedCells, Planned};

#[derive(Serialize)]
struct DryRun<'a> {
    read: u64,
    rejects: u64,
    repeated: u64,
    #[serde(serialize_with = "by_name")]
    providers: &'a [Planned],
    #[serde(skip_serializing_if = "DroppedCells::is_empty")]
    dropped: &'a DroppedCells,
}

fn by_name<S: Serializer>(sums: &&[Planned], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(sums.iter().map(|sum| (&sum.provider, sum)))
}

/// The sum for programs.
pub(crate) fn planned_json(
    read: u64,
    rejects: u64,
    repeated: u64,
    sums: &[Planned],
    dropped: &DroppedCells,
) -> io::Result<String> {
    json_text(&DryRun { read, rejects, repeated, providers: sums, dropped })
}

/// The sum for people.
pub(crate) fn planned(read: u64, rejects: u64, repeated: u64, sums: &[Planned]) -> String {
    let mut page = Page::default();
    page.line(&format!(
        "{read} read, {rejects} of them no contacts, {repeated} came before; nothing was sent"
    ));
    page.blank_line();
    let mut table = Table::with_columns(&["provider", "accepted", "refused"]);
    for sum in sums {
        table.row([Cell::new(&sum.provider), Cell::new(sum.accepted), Cell::new(sum.refused)]);
    }
    page.table(&table);
    for sum in sums {
        refused(&mut page, sum);
        for (what, times) in &sum.losses {
            page.line(&format!("{}: loses, {}: {what}", sum.provider, often(*times)));
        }
    }
    let numbers = sums.iter().map(|sum| (sum.provider.as_str(), &sum.numbers_not_e164));
    for line in numbers_not_e164(numbers) {
        page.line(&line);
    }
    page.text().to_owned()
}

fn refused(page: &mut Page, sum: &Planned) {
    for (why, times) in &sum.refusals {
        let lines = sum.refused_lines.get(why).map(in_brackets).unwrap_or_default();
        page.line(&format!("{}: refused, {}: {why}{lines}", sum.provider, often(*times)));
    }
}
