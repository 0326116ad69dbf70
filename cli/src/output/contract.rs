//! What replaying fixtures showed, for a person.
//!
//! Its rule: first what failed, with every difference; then the counts, and how sure we are of what was replayed.

use comfy_table::Color;
use unicontact_contract::Replayed;
use unicontact_contract::fixture::ProvenanceKind;

use super::table::Cell;
use super::{Page, Table};

const KINDS: [ProvenanceKind; 4] = [
    ProvenanceKind::Recorded,
    ProvenanceKind::Documented,
    ProvenanceKind::ThirdParty,
    ProvenanceKind::Inferred,
];

/// Everything that was replayed of these vendors.
pub(crate) fn replayed(vendors: &[String], replayed: &[Replayed]) -> Page {
    let mut page = Page::default();
    for failed in replayed.iter().filter(|it| !it.is_as_expected()) {
        page.lines(&failed.to_string());
        page.blank_line();
    }
    let mut columns = vec!["vendor", "fixtures"];
    columns.extend(KINDS.map(ProvenanceKind::as_str));
    columns.push("failed");
    let mut table = Table::with_columns(&columns);
    for vendor in vendors {
        let of_vendor: Vec<&Replayed> = replayed.iter().filter(|it| it.vendor == *vendor).collect();
        let of_kind = |kind| of_vendor.iter().filter(|it| it.provenance == kind).count();
        let mut row = vec![Cell::new(vendor), Cell::new(of_vendor.len())];
        row.extend(KINDS.map(|kind| Cell::new(of_kind(kind))));
        row.push(failures(of_vendor.iter().filter(|it| !it.is_as_expected()).count()));
        table.row(row);
    }
    page.table(&table);
    page
}

fn failures(count: usize) -> Cell {
    let colour = if count == 0 { Color::Green } else { Color::Red };
    Cell::new(count).coloured(colour)
}
