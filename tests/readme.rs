//! Checks the README: the product reads every TOML and JSON block, and the table of vendors is compared with the adapters.
//! The Rust blocks are doctests of the library, and the command's tests compare the output of the demo.
use std::time::Duration;

use serde_json::Value;
use unicontact::config::{Configuration, Sources};
use unicontact::providers::{Cardinality, UnifiedContact, VENDORS};
use unicontact::{Outcome, PresumeLostAfter};
use unicontact_sandbox::Faults;

const README: &str = include_str!("../README.md");

fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    README.split(&*fence).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn every_toml_block_is_a_configuration_a_queue_or_a_file_of_faults() {
    let (faults, configurations): (Vec<&str>, Vec<&str>) =
        blocks("toml").into_iter().partition(|text| text.contains("[[fault]]"));
    let (queues, configurations): (Vec<&str>, Vec<&str>) =
        configurations.into_iter().partition(|text| text.starts_with("[queue]"));
    assert!(!faults.is_empty() && !configurations.is_empty() && !queues.is_empty());
    for text in faults {
        assert!(!Faults::from_toml(text).unwrap().rules.is_empty());
    }
    for text in &configurations {
        let sources = Sources { text: Some((*text).to_owned()), ..Sources::default() };
        let configuration = Configuration::load(&sources).unwrap();
        assert_eq!(configuration.providers.len(), 4);
        assert_eq!(configuration.journal, None);
    }
    for queue in queues {
        let text = format!("{}\n{queue}", configurations[0]);
        let configuration = Configuration::load(&Sources { text: Some(text), ..Sources::default() }).unwrap();
        assert!(configuration.queue.is_some());
    }
}

#[test]
fn every_json_block_is_a_contact_a_report_or_a_summary() {
    let blocks = blocks("json");
    assert_eq!(blocks.len(), 4);
    for text in blocks {
        let value: Value = serde_json::from_str(text).unwrap();
        match (value.get("deliveries"), value.get("providers")) {
            (Some(deliveries), _) => deliveries.as_array().unwrap().iter().for_each(assert_is_a_delivery),
            (None, Some(providers)) => {
                let rows = value["read"].as_u64().unwrap() - value["rejects"].as_u64().unwrap();
                providers.as_object().unwrap().values().for_each(|counts| assert_are_counts(counts, rows));
            }
            (None, None) => drop(UnifiedContact::from_json(value).unwrap()),
        }
    }
}

/// Asserts that every outcome has a count, and that their sum is the number of rows.
fn assert_are_counts(counts: &Value, rows: u64) {
    assert_eq!(counts.as_object().unwrap().len(), Outcome::ALL.len());
    let counted = Outcome::ALL.map(|outcome| counts[outcome.as_str()].as_u64().unwrap());
    assert_eq!(counted.iter().sum::<u64>(), rows);
}

fn assert_is_a_delivery(delivery: &Value) {
    let outcome = delivery["outcome"].as_str().unwrap();
    assert!(Outcome::ALL.iter().any(|known| known.as_str() == outcome));
    for key in ["provider", "vendor", "attempts", "elapsed_ms", "fields"] {
        assert!(delivery.get(key).is_some(), "{key}");
    }
    assert!(delivery.get("id").is_some() != delivery.get("error").is_some());
}

#[test]
fn the_settings_in_the_guarantees_exist() {
    let guarantees = include_str!("../docs/guarantees.md");
    let shown = guarantees.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let provider = "[providers.smarttask.acme]\norganization_id = 38\naccess_token = \"t\"\n";
    let sources = Sources { text: Some(format!("{shown}{provider}")), ..Sources::default() };
    let configuration = Configuration::load(&sources).unwrap();
    let presumed = configuration.providers[0].settings.presume_lost_after;
    assert_eq!(presumed, Some(PresumeLostAfter::After(Duration::from_mins(10))));
}

/// Returns the cells of a vendor's row.
fn row(title: &str) -> Vec<&'static str> {
    let start = format!("| {title} |");
    let line = README.lines().find(|line| line.starts_with(&*start)).unwrap();
    line.trim_matches('|').split('|').map(str::trim).collect()
}

#[test]
fn the_table_of_vendors_matches_the_capabilities() {
    for vendor in VENDORS {
        let cells = row(vendor.title());
        let holds = |field: &str| vendor.capabilities().fields.iter().any(|row| row.field.starts_with(field));
        let count = |field: &str| {
            vendor.capabilities().fields.iter().find(|row| row.field == field).map(|row| row.count)
        };
        let expectations = [
            (1, "name", true),
            (5, "addresses", holds("addresses")),
            (6, "title", holds("title")),
            (7, "links", holds("links")),
            (8, "notes", holds("notes")),
            (9, "dedupes", vendor.dedupe_key().is_some()),
            (10, "can be searched", vendor.capabilities().find),
        ];
        for (column, what, expected) in expectations {
            let cell = cells[column];
            assert_eq!(cell != "no", expected, "{}: {what} says `{cell}`", vendor.title());
        }
        let emails = if count("emails") == Some(Cardinality::Many) { "all" } else { "one" };
        assert!(cells[3].starts_with(emails), "{}: e-mails say `{}`", vendor.title(), cells[3]);
        for limited in vendor
            .capabilities()
            .fields
            .iter()
            .filter(|row| row.limit.is_some() && !row.field.starts_with("vendor."))
        {
            let limit = format!("≤ {}", limited.limit.unwrap());
            assert!(cells.iter().any(|cell| cell.contains(&limit)), "{}: {limit} is missing", vendor.title());
        }
    }
}
