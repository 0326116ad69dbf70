//! The pages of `unicontact contract serve`: where each scenario is served, and what was played.

use serde_json::{Map, Value};
use unicontact_contract::{PlayedScenario, ServedRequest, ServedScenario};

use crate::output::{self, Cell, Page, Style, Table};

/// Returns the scenarios with their addresses, and the configuration that they share.
pub(super) fn listening(scenarios: &[ServedScenario]) -> Page {
    let mut page = Page::default();
    let mut table = Table::with_columns(&["scenario", "operation", "contact", "requests", "address"]);
    for scenario in scenarios {
        table.row([
            Cell::new(&scenario.scenario),
            Cell::new(scenario.operation),
            Cell::new(&scenario.contact),
            Cell::new(scenario.requests),
            Cell::new(&scenario.url),
        ]);
    }
    page.table(&table);
    let shared = shared_keys(scenarios);
    if !shared.is_empty() {
        let mut table = Table::with_columns(&["key", "value"]);
        for (key, value) in &shared {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            table.row([Cell::new(key), Cell::new(text)]);
        }
        page.blank_line();
        page.table(&table);
    }
    if scenarios.iter().any(|scenario| scenario.keys != shared) {
        page.blank_line();
        page.line("Some scenarios have other keys, too: --format json shows them.");
    }
    page
}

/// Returns the keys that have the same value in every scenario.
fn shared_keys(scenarios: &[ServedScenario]) -> Map<String, Value> {
    let mut shared = scenarios.first().map(|scenario| scenario.keys.clone()).unwrap_or_default();
    shared.retain(|key, value| scenarios.iter().all(|scenario| scenario.keys.get(key) == Some(value)));
    shared
}

/// Returns the differences and the counts of the scenarios to which a client sent something.
pub(super) fn played(played: &[PlayedScenario], unassigned: &[ServedRequest]) -> Page {
    let mut page = Page::default();
    // The page follows that of the addresses.
    page.blank_line();
    let begun: Vec<&PlayedScenario> = played.iter().filter(|it| it.received > 0).collect();
    for failed in begun.iter().filter(|it| !it.report.passed()) {
        page.lines(&failed.report.to_string());
        page.blank_line();
    }
    if !begun.is_empty() {
        page.table(&counts(&begun));
        page.blank_line();
    }
    let scenarios = output::counted(begun.len() as u64, "scenario", "scenarios");
    let failed = begun.iter().filter(|it| !it.report.passed()).count();
    page.line(&format!(
        "{scenarios} played, {failed} with differences; {} not played",
        played.len() - begun.len()
    ));
    if !unassigned.is_empty() {
        let requests = output::counted(unassigned.len() as u64, "request", "requests");
        page.line(&format!("{requests} without a scenario"));
    }
    page
}

fn counts(played: &[&PlayedScenario]) -> Table {
    let mut table = Table::with_columns(&["scenario", "requests", "expected", "differences"]);
    for scenario in played {
        let differences = scenario.report.differences.len();
        let style = if differences == 0 { Style::Good } else { Style::Bad };
        table.row([
            Cell::new(&scenario.report.scenario),
            Cell::new(scenario.received),
            Cell::new(scenario.expected),
            Cell::new(differences).styled(style),
        ]);
    }
    table
}
