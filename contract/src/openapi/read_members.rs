//! Finds the members of answers that an adapter reads: without such a member, or with another type of it, the adapter does
//! something else.

use std::collections::BTreeSet;

use serde_json::Value;

use super::place::{Place, Step};
use crate::alteration::Alteration;
use crate::experiment::{AlterationTargets, Experiments, FixtureExchange};
use crate::fixture::Fixture;
use crate::replay_error::ReplayError;
use crate::shape::Type;
use crate::verdict::Verdict;

/// A member of an answer that an adapter reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ReadMember {
    /// The number of the exchange whose answer has it, from 0.
    pub(super) exchange: usize,
    pub(super) place: Place,
    /// Whether the operation fails without it.
    pub(super) is_needed: bool,
    /// Whether the adapter does the same with a text in place of the number, or a number in place of the text.
    pub(super) is_read_as_either: bool,
}

/// Runs the adapter of a fixture without each member of the answers, and returns those that it reads: its result changes, as
/// `contract compare` means it. Returns none for an adapter that does not do what the fixture says.
///
/// # Errors
///
/// When the fixture cannot be replayed.
pub(super) async fn read_members(
    fixture: &Fixture,
    experiments: &mut Experiments<'_>,
) -> Result<BTreeSet<ReadMember>, ReplayError> {
    let mut found = BTreeSet::new();
    if !experiments.is_as_expected(fixture).await? {
        return Ok(found);
    }
    for exchange in FixtureExchange::all(fixture) {
        let Some(body) = &exchange.answer.body else { continue };
        let targets = AlterationTargets { own: vec![exchange], others: Vec::new() };
        let mut open = parts(body, &Place::default());
        while let Some(place) = open.pop() {
            let without = experiments.run(&targets, &Alteration::Missing(place.shape_path())).await;
            // What is within a member that is not read is not read, either.
            let Some(without) = without.into_iter().find(|it| it.is_changed) else { continue };
            let is_read_as_either = match other_type(&place.values(body)) {
                Some(other) => {
                    let retyped = Alteration::Retyped(place.shape_path(), other);
                    let retyped = experiments.run(&targets, &retyped).await;
                    !retyped.is_empty() && !retyped.iter().any(|it| it.is_changed)
                }
                None => false,
            };
            open.extend(place.values(body).into_iter().flat_map(|value| parts(value, &place)));
            open.sort();
            open.dedup();
            let has_failed = matches!(without.after, Verdict::Failed(_));
            found.insert(ReadMember {
                exchange: exchange.index,
                place,
                is_needed: has_failed && fixture.expect.is_success(),
                is_read_as_either,
            });
        }
    }
    Ok(found)
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

/// Returns the type of the other form of an id: a text for a number, and a number for a text.
fn other_type(values: &[&Value]) -> Option<Type> {
    match values.iter().find(|value| !value.is_null())? {
        Value::Number(_) => Some(Type::Text),
        Value::String(_) => Some(Type::Number),
        _ => None,
    }
}
