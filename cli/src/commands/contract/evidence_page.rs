//! The human output of the evidence: the counts of all vendors, then the unproven claims and facts of each.

use unicontact_contract::fixture::ProvenanceKind;
use unicontact_contract::{UnprovenFact, VendorEvidence};

use super::evidence_rows::{COLUMNS, ClaimCounts, command, rows};
use crate::output::{Cell, Line, Page, Style, Table, counted};

/// The columns of the facts.
pub(super) const FACTS: [&str; 5] = ["line", "table", "evidence", "source", "date"];

/// Returns the page about all vendors.
pub(super) fn page(all: &[VendorEvidence]) -> Page {
    let mut page = Page::default();
    let mut table = Table::with_columns(&count_columns());
    for evidence in all {
        table.row(counts(evidence).into_iter().map(Cell::new));
    }
    page.table(&table.with_numbers());
    for evidence in all {
        add_vendor(&mut page, evidence);
    }
    page
}

/// Returns the names of the columns of [`counts`].
pub(super) fn count_columns() -> Vec<&'static str> {
    let kinds = ProvenanceKind::ALL.map(ProvenanceKind::as_str);
    ["vendor"].into_iter().chain(kinds).chain(["proven", "unproven", "rules"]).collect()
}

/// Returns the numbers of a vendor: its fixtures by provenance, then its claims.
pub(super) fn counts(evidence: &VendorEvidence) -> Vec<String> {
    let ClaimCounts { proven, unproven, rules } = ClaimCounts::new(evidence);
    let numbers = evidence.provenance.values().copied().chain([proven, unproven, rules]);
    [evidence.vendor.clone()].into_iter().chain(numbers.map(|number| number.to_string())).collect()
}

/// Returns a line with the first fixtures that are not recorded yet. `None` if there is none.
pub(super) fn not_recorded(evidence: &VendorEvidence) -> Option<String> {
    let names = evidence.not_recorded.join(", ");
    (!names.is_empty()).then(|| format!("{}: not recorded yet, and no evidence: {names}", evidence.vendor))
}

/// Returns the cells of [`FACTS`] for each fact of a vendor's description that is not the vendor's own.
pub(super) fn facts(evidence: &VendorEvidence) -> Vec<Vec<String>> {
    let cells = |UnprovenFact { fact, source }: &UnprovenFact| {
        let (at, date) = source.as_ref().map(|it| (it.at.clone(), it.date.clone())).unwrap_or_default();
        vec![fact.line.to_string(), fact.table.clone(), fact.kind.as_str().to_owned(), at, date]
    };
    evidence.facts.iter().map(cells).collect()
}

fn add_vendor(page: &mut Page, evidence: &VendorEvidence) {
    let rows = rows(evidence);
    if !rows.is_empty() {
        let mut table = Table::with_columns(&COLUMNS);
        for row in &rows {
            table.row(row.cells().into_iter().map(Cell::new));
        }
        let count = counted(evidence.unproven().count() as u64, "claim is", "claims are");
        page.blank_line();
        page.line(&format!("{}: {count} not proven", evidence.vendor));
        page.table(&table);
    }
    for command in evidence.claims.iter().filter_map(|claim| command(&evidence.vendor, claim)) {
        page.unfolded_line(&Line::new("  ").styled(Style::Command, &command));
    }
    if let Some(line) = not_recorded(evidence) {
        page.blank_line();
        page.line(&line);
    }
    let facts = facts(evidence);
    if !facts.is_empty() {
        let mut table = Table::with_columns(&FACTS);
        for fact in facts {
            table.row(fact.into_iter().map(Cell::new));
        }
        page.blank_line();
        page.line(&format!("{}: facts of its description whose source is not the vendor", evidence.vendor));
        page.table(&table);
    }
}
