//! Exports a vendor's fixtures as a Pact, version 4 of the specification.
//!
//! The same fixtures give the same document, byte for byte. The document contains no credential.

mod content;
mod interaction;
mod provider_state;
mod rules;
mod unsupported;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use self::interaction::{Exchange, interaction};
use crate::fixture::Fixture;
use crate::folder::Fixtures;

/// The name of the consumer in every Pact.
pub const CONSUMER: &str = "unicontact";
/// The version of the specification.
const SPECIFICATION: &str = "4.0";

/// A vendor's Pact, and the scenarios that are not in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// The document, with sorted keys.
    pub pact: Value,
    /// The keys of the interactions of each exported scenario, in the order of its exchanges.
    pub scenarios: BTreeMap<String, Vec<String>>,
    /// The scenarios that a Pact cannot express, sorted by name.
    pub omitted: Vec<OmittedScenario>,
}

/// A scenario that is not in the Pact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OmittedScenario {
    /// The name of the scenario.
    pub scenario: String,
    /// Why a Pact cannot express it.
    pub reason: &'static str,
}

/// Exports a vendor's fixtures as a Pact. The Pact of a vendor without fixtures has no interactions.
pub fn export(fixtures: &Fixtures, vendor: &str) -> Export {
    let mut omitted = Vec::new();
    let mut exchanges = Exchanges::default();
    for fixture in fixtures.of_vendor(vendor) {
        match unsupported::reason(fixture) {
            Some(reason) => omitted.push(OmittedScenario { scenario: fixture.scenario.clone(), reason }),
            None => exchanges.add(fixture, fixtures),
        }
    }
    exchanges.disambiguate_states();
    let interactions: Vec<Value> = exchanges.all.iter().map(interaction).collect();
    let pact = json!({
        "consumer": {"name": CONSUMER},
        "provider": {"name": vendor},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": SPECIFICATION}},
    });
    Export { pact: with_sorted_keys(pact), scenarios: exchanges.scenarios, omitted }
}

/// The exchanges that become interactions.
#[derive(Default)]
struct Exchanges<'a> {
    all: Vec<Exchange<'a>>,
    scenarios: BTreeMap<String, Vec<String>>,
}

impl<'a> Exchanges<'a> {
    /// Adds the exchanges of a fixture. A preparation that several scenarios share is added once.
    fn add(&mut self, fixture: &'a Fixture, fixtures: &Fixtures) {
        let mut keys = Vec::new();
        for exchange in interaction::exchanges(fixture, fixtures) {
            let known = self.all.iter().find(|it| exchange.is_preparation && it.is_the_same_as(&exchange));
            if let Some(known) = known {
                keys.push(known.key.clone());
            } else {
                keys.push(exchange.key.clone());
                self.all.push(exchange);
            }
        }
        self.scenarios.insert(fixture.scenario.clone(), keys);
    }

    /// Gives a provider state of their own to exchanges with the same state and request, and different answers.
    fn disambiguate_states(&mut self) {
        let conflicts: Vec<bool> = (0..self.all.len()).map(|index| self.has_conflict(index)).collect();
        for (exchange, has_conflict) in self.all.iter_mut().zip(conflicts) {
            if has_conflict {
                exchange.provider_state = format!("{}, as in {}", exchange.provider_state, exchange.key);
            }
        }
    }

    fn has_conflict(&self, index: usize) -> bool {
        let one = &self.all[index];
        let others = self.all.iter().enumerate().filter(|(other, _)| *other != index);
        others.into_iter().any(|(_, other)| one.conflicts_with(other))
    }
}

/// Sorts the keys of a document, because serde's maps may keep another order.
fn with_sorted_keys(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<String, Value> =
                map.into_iter().map(|(key, value)| (key, with_sorted_keys(value))).collect();
            Value::Object(Map::from_iter(sorted))
        }
        Value::Array(items) => Value::Array(items.into_iter().map(with_sorted_keys).collect()),
        other => other,
    }
}
