//! The evidence as Markdown: the table of the counts, and for each vendor a heading with the tables of its claims and facts.

use unicontact_contract::VendorEvidence;

use super::evidence_page::{FACTS, count_columns, counts, facts, not_recorded};
use super::evidence_rows::{COLUMNS, ClaimRow, command, rows};

/// Returns the text about all vendors.
pub(super) fn markdown(all: &[VendorEvidence]) -> String {
    let counts: Vec<_> = all.iter().map(counts).map(with_link).collect();
    let mut parts = vec![table(&count_columns(), &counts)];
    parts.extend(all.iter().flat_map(vendor));
    parts.join("\n\n")
}

fn with_link(mut counts: Vec<String>) -> Vec<String> {
    if let Some(vendor) = counts.first_mut() {
        *vendor = format!("[{vendor}](#{vendor})");
    }
    counts
}

/// Returns the heading of a vendor and its tables.
fn vendor(evidence: &VendorEvidence) -> Vec<String> {
    let mut parts = vec![format!("## {}", evidence.vendor)];
    let claims: Vec<_> = rows(evidence).iter().map(ClaimRow::cells).collect();
    if claims.is_empty() {
        parts.push("Every claim is proven.".to_owned());
    } else {
        parts.push(table(&COLUMNS, &claims));
    }
    let commands: Vec<String> =
        evidence.claims.iter().filter_map(|claim| command(&evidence.vendor, claim)).collect();
    if !commands.is_empty() {
        parts.push(format!("```text\n{}\n```", commands.join("\n")));
    }
    parts.extend(not_recorded(evidence));
    let facts = facts(evidence);
    if !facts.is_empty() {
        parts.push("Facts of the description whose source is not the vendor:".to_owned());
        parts.push(table(&FACTS, &facts));
    }
    parts
}

fn table(columns: &[&str], rows: &[Vec<String>]) -> String {
    let header = format!("| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len()));
    let line = |row: &Vec<String>| {
        format!("| {} |", row.iter().map(|text| escaped(text)).collect::<Vec<_>>().join(" | "))
    };
    std::iter::once(header).chain(rows.iter().map(line)).collect::<Vec<_>>().join("\n")
}

/// Returns a text that stays one cell of a Markdown table.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace(['\n', '\r'], " ").replace('<', "&lt;")
}
