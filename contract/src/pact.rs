//! A vendor's fixtures as a Pact, version 4 of the specification.
//!
//! Rule: the same fixtures give the same document, byte for byte; whatever a Pact cannot say is left out by name and with
//! the reason, and no credential is in it.

mod content;
mod exportable;
mod interaction;
mod rules;
mod situation;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use self::interaction::{Exchange, interaction};
use crate::fixture::Fixture;
use crate::folder::Fixtures;

/// The consumer in every Pact.
pub const CONSUMER: &str = "unicontact";
/// The version of the specification.
const SPECIFICATION: &str = "4.0";

/// A vendor's Pact, and what is not in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// The document, its keys in order.
    pub pact: Value,
    /// The keys of the interactions that each exported scenario consists of, in the order of its exchanges.
    pub scenarios: BTreeMap<String, Vec<String>>,
    /// The scenarios that a Pact cannot express, by name.
    pub left_out: Vec<LeftOut>,
}

/// A scenario that is not in the Pact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The name of the scenario.
    pub scenario: String,
    /// What of it a Pact cannot express.
    pub reason: &'static str,
}

/// The vendor's fixtures as a Pact. Of a vendor without fixtures it is one without interactions.
pub fn export(fixtures: &Fixtures, vendor: &str) -> Export {
    let mut left_out = Vec::new();
    let mut exchanges = Exchanges::default();
    for fixture in fixtures.of_vendor(vendor) {
        match exportable::obstacle(fixture) {
            Some(reason) => left_out.push(LeftOut { scenario: fixture.scenario.clone(), reason }),
            None => exchanges.add(fixture, fixtures),
        }
    }
    exchanges.tell_apart();
    let interactions: Vec<Value> = exchanges.all.iter().map(interaction).collect();
    let pact = json!({
        "consumer": {"name": CONSUMER},
        "provider": {"name": vendor},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": SPECIFICATION}},
    });
    Export { pact: in_order(pact), scenarios: exchanges.scenarios, left_out }
}

/// What becomes interactions.
#[derive(Default)]
struct Exchanges<'a> {
    all: Vec<Exchange<'a>>,
    scenarios: BTreeMap<String, Vec<String>>,
}

impl<'a> Exchanges<'a> {
    /// Adds the exchanges of a fixture. One that comes first in many scenarios is there once.
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

    /// Gives a situation of their own to exchanges that begin alike in the same situation and end differently.
    fn tell_apart(&mut self) {
        let rivals: Vec<bool> = (0..self.all.len()).map(|index| self.has_rival(index)).collect();
        for (exchange, has_rival) in self.all.iter_mut().zip(rivals) {
            if has_rival {
                exchange.situation = format!("{}, as in {}", exchange.situation, exchange.key);
            }
        }
    }

    fn has_rival(&self, index: usize) -> bool {
        let one = &self.all[index];
        let others = self.all.iter().enumerate().filter(|(other, _)| *other != index);
        others.into_iter().any(|(_, other)| one.is_rival_of(other))
    }
}

/// The document with every key in its place, however maps are kept.
fn in_order(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<String, Value> =
                map.into_iter().map(|(key, value)| (key, in_order(value))).collect();
            Value::Object(Map::from_iter(sorted))
        }
        Value::Array(items) => Value::Array(items.into_iter().map(in_order).collect()),
        other => other,
    }
}
