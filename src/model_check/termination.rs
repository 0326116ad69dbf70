//! Checks that every delivery can end: from every reachable state a path leads to an end without another disturbance, and without
//! a person whom the product did not ask.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use super::rules::ended_from_record;
use super::setup::Setup;
use super::state::State;
use crate::journal::RecordState;
use crate::outcome::Outcome;
use crate::queue::acknowledges;

/// The reachable states, and the transitions between them that are progress.
#[derive(Debug, Default)]
pub(super) struct ReachabilityGraph {
    states: HashSet<u64>,
    ends: Vec<u64>,
    predecessors: HashMap<u64, Vec<u64>>,
    /// The state that is being expanded.
    current: u64,
}

impl ReachabilityGraph {
    pub(super) fn add_state(&mut self, setup: &Setup, state: &State) {
        let hash = state_hash(state);
        self.current = hash;
        if self.states.insert(hash) && (state.is_over(setup) || has_ended(setup, state)) {
            self.ends.push(hash);
        }
    }

    /// Adds a transition from the state that was added last.
    pub(super) fn add_transition(&mut self, next: &State) {
        self.predecessors.entry(state_hash(next)).or_default().push(self.current);
    }

    /// Returns a state from which no end can be reached, if there is one.
    pub(super) fn dead_end(&self) -> Option<u64> {
        let mut can_end: HashSet<u64> = HashSet::new();
        let mut open = self.ends.clone();
        while let Some(hash) = open.pop() {
            if can_end.insert(hash) {
                open.extend(self.predecessors.get(&hash).into_iter().flatten());
            }
        }
        self.states.difference(&can_end).min().copied()
    }
}

/// Returns the hash by which a state is identified.
pub(super) fn state_hash(state: &State) -> u64 {
    BuildHasherDefault::<DefaultHasher>::new().hash_one(state)
}

/// Returns whether the delivery has ended: no process works on it, and the journal has a final result.
fn has_ended(setup: &Setup, state: &State) -> bool {
    let Some(record) = state.record.as_ref().filter(|_| state.is_at_rest()) else { return false };
    let RecordState::Settled(outcome) = record.state else { return false };
    let is_finished = !matches!(outcome, Outcome::InDoubt | Outcome::Pending);
    // Without a queue every failure ends the delivery.
    is_finished && (!setup.has_queue() || acknowledges(ended_from_record(record), None, setup.now().time))
}
