//! The text of an export: the written Pacts, and the scenarios that are left out with their reasons.

use std::path::PathBuf;

use unicontact_contract::pact;

use crate::output::{Cell, Page, Table};

/// A vendor's Pact and its file.
pub(super) struct Exported {
    pub(super) vendor: String,
    pub(super) path: PathBuf,
    pub(super) export: pact::Export,
}

impl Exported {
    pub(super) fn interactions(&self) -> usize {
        self.export.pact["interactions"].as_array().map_or(0, Vec::len)
    }
}

/// Returns a table of the files and a table of the scenarios that are left out.
pub(super) fn exported(exported: &[Exported]) -> Page {
    let mut page = Page::default();
    let mut files = Table::with_columns(&["vendor", "file", "scenarios", "interactions", "left out"]);
    let mut left_out = Table::with_columns(&["left out", "because"]);
    for pact in exported {
        files.row([
            Cell::new(&pact.vendor),
            Cell::new(pact.path.display().to_string()),
            Cell::new(pact.export.scenarios.len().to_string()),
            Cell::new(pact.interactions().to_string()),
            Cell::new(pact.export.left_out.len().to_string()),
        ]);
        for scenario in &pact.export.left_out {
            let name = format!("{}/{}", pact.vendor, scenario.scenario);
            left_out.row([Cell::new(name), Cell::new(scenario.reason)]);
        }
    }
    page.table(&files);
    if exported.iter().any(|it| !it.export.left_out.is_empty()) {
        page.blank_line();
        page.table(&left_out);
    }
    page
}
