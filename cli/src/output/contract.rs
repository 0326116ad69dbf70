//! Prints the reports of replayed fixtures: first the failures with their differences, then the counts by provenance.

use std::path::PathBuf;

use unicontact_contract::ReplayReport;
use unicontact_contract::fixture::ProvenanceKind;

use super::names::vendor_with_source;
use super::table::Cell;
use super::{Page, Style, Table};

/// Returns the page about the replayed fixtures of these vendors. `file_of` returns the file that describes a vendor.
pub(crate) fn replayed(
    vendors: &[String],
    reports: &[ReplayReport],
    file_of: impl Fn(&str) -> Option<PathBuf>,
) -> Page {
    let mut page = Page::default();
    for failed in reports.iter().filter(|it| !it.passed()) {
        page.lines(&failed.to_string());
        page.blank_line();
    }
    let mut columns = vec!["vendor", "fixtures"];
    columns.extend(ProvenanceKind::ALL.map(ProvenanceKind::as_str));
    columns.push("failed");
    let mut table = Table::with_columns(&columns);
    for vendor in vendors {
        let of_vendor: Vec<&ReplayReport> = reports.iter().filter(|it| it.vendor == *vendor).collect();
        let of_kind = |kind| of_vendor.iter().filter(|it| it.provenance == kind).count();
        let name = match file_of(vendor) {
            Some(file) => vendor_with_source(vendor, Some(&file)),
            None => vendor.clone(),
        };
        let mut row = vec![Cell::new(name), Cell::new(of_vendor.len())];
        row.extend(ProvenanceKind::ALL.map(|kind| Cell::new(of_kind(kind))));
        row.push(failure_count(of_vendor.iter().filter(|it| !it.passed()).count()));
        table.row(row);
    }
    page.table(&table);
    page
}

fn failure_count(count: usize) -> Cell {
    let colour = if count == 0 { Style::Good } else { Style::Bad };
    Cell::new(count).styled(colour)
}
