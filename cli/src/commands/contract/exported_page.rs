//! The human output of exported pacts: the files, then the scenarios that were left out, each with the reason.

use std::path::PathBuf;

use unicontact_contract::pact;

use crate::output::{Cell, Page, Table};

/// A vendor's Pact and the path of its file.
pub(super) struct VendorPact {
    pub(super) vendor: String,
    pub(super) path: PathBuf,
    pub(super) export: pact::Export,
}

impl VendorPact {
    /// Returns the number of interactions.
    pub(super) fn interactions(&self) -> usize {
        self.export.pact["interactions"].as_array().map_or(0, Vec::len)
    }
}

/// Returns the files, and the scenarios that are in none of them.
pub(super) fn exported(exported: &[VendorPact]) -> Page {
    let mut page = Page::default();
    let mut files = Table::with_columns(&["vendor", "file", "scenarios", "interactions", "left out"]);
    let mut left_out = Table::with_columns(&["left out", "because"]);
    for pact in exported {
        files.row([
            Cell::new(&pact.vendor),
            Cell::new(pact.path.display().to_string()),
            Cell::new(pact.export.scenarios.len().to_string()),
            Cell::new(pact.interactions().to_string()),
            Cell::new(pact.export.omitted.len().to_string()),
        ]);
        for scenario in &pact.export.omitted {
            let name = format!("{}/{}", pact.vendor, scenario.scenario);
            left_out.row([Cell::new(name), Cell::new(scenario.reason)]);
        }
    }
    page.table(&files);
    if exported.iter().any(|it| !it.export.omitted.is_empty()) {
        page.blank_line();
        page.table(&left_out);
    }
    page
}
