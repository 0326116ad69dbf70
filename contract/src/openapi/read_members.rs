//! Finds the members of answers that an adapter reads: without such a member, or with another type of it, the adapter does
//! something else.

use std::collections::BTreeSet;

use serde_json::Value;

use super::place::{Place, Step};
use crate::adapters::Adapters;
use crate::difference::Differences;
use crate::experiment::FixtureExchange;
use crate::fixture::{Fixture, FixtureAnswer};
use crate::folder::Fixtures;
use crate::outcome::Outcome;
use crate::replay::{self, comparison};
use crate::replay_error::ReplayError;
use crate::scenario::Scenario;

/// A member of an answer that an adapter reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ReadMember {
    /// The number of the exchange whose answer has it, from 0.
    pub(super) exchange: usize,
    pub(super) place: Place,
    /// Whether the operation fails without it.
    pub(super) is_needed: bool,
    /// Whether the adapter reads a number and the text of this number alike.
    pub(super) is_read_as_either: bool,
}

/// Runs the adapter of a fixture without each member of the answers, and returns those that it reads. Returns none for an
/// adapter that does not do what the fixture says.
///
/// # Errors
///
/// When the fixture cannot be replayed.
pub(super) async fn read_members(
    fixture: &Fixture,
    fixtures: &Fixtures,
    adapters: &dyn Adapters,
) -> Result<BTreeSet<ReadMember>, ReplayError> {
    let experiment = Experiment { fixtures, adapters };
    let mut found = BTreeSet::new();
    if experiment.run(fixture).await?.is_changed {
        return Ok(found);
    }
    for exchange in FixtureExchange::all(fixture) {
        let Some(body) = &exchange.answer.body else { continue };
        let mut open = parts(body, &Place::default());
        while let Some(place) = open.pop() {
            let without = experiment.run_with(&exchange, body, &place, &|_| None).await?;
            // What is within a member that is not read is not read, either.
            if without.is_changed {
                let other =
                    experiment.run_with(&exchange, body, &place, &|value| Some(other_form(value))).await?;
                let has_other_form = place.values(body).into_iter().any(|value| other_form(value) != *value);
                open.extend(place.values(body).into_iter().flat_map(|value| parts(value, &place)));
                open.sort();
                open.dedup();
                found.insert(ReadMember {
                    exchange: exchange.index,
                    place,
                    is_needed: without.has_failed && fixture.expect.is_success(),
                    is_read_as_either: has_other_form && !other.is_changed,
                });
            }
        }
    }
    Ok(found)
}

struct Experiment<'a> {
    fixtures: &'a Fixtures,
    adapters: &'a dyn Adapters,
}

/// What the adapter did.
struct Run {
    /// Whether that differs from what the fixture says.
    is_changed: bool,
    has_failed: bool,
}

impl Experiment<'_> {
    async fn run_with(
        &self,
        exchange: &FixtureExchange<'_>,
        body: &Value,
        place: &Place,
        change: &dyn Fn(&Value) -> Option<Value>,
    ) -> Result<Run, ReplayError> {
        let mut body = body.clone();
        place.change(&mut body, change);
        let answer = FixtureAnswer { body: Some(body), ..exchange.answer.clone() };
        self.run(&exchange.with_answer(answer)).await
    }

    async fn run(&self, fixture: &Fixture) -> Result<Run, ReplayError> {
        let scenario = Scenario::new(fixture, self.fixtures)?.with_description(self.adapters);
        let (outcome, received) = replay::run(&scenario, self.adapters).await?;
        let mut differences = Differences::default();
        comparison::outcome(&mut differences, &fixture.expect, &outcome);
        comparison::requests(&mut differences, &scenario, &received);
        Ok(Run { is_changed: !differences.0.is_empty(), has_failed: matches!(outcome, Outcome::Failed(_)) })
    }
}

/// Returns the places of the members of a value, also of those in lists. `place` is that of the value.
fn parts(value: &Value, place: &Place) -> Vec<Place> {
    match value {
        Value::Object(members) => {
            members.keys().map(|name| place.below(Step::Member(name.clone()))).collect()
        }
        Value::Array(entries) => {
            let place = place.below(Step::Entries);
            entries.iter().flat_map(|entry| parts(entry, &place)).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the text of a number, and the number of a text that is one. Any other value stays.
fn other_form(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::String(text) => text.parse::<i64>().map_or_else(|_| value.clone(), Value::from),
        _ => value.clone(),
    }
}
