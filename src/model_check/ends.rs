//! Whether every delivery can end: from every state that can be reached, some way leads to an end without another
//! disturbance, and without a person whom the product did not ask.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use super::rules::ended_of;
use super::setup::Setup;
use super::state::State;
use crate::journal::RecordState;
use crate::outcome::Outcome;
use crate::queue::acknowledges;

/// The states that were reached, and how they follow each other by progress alone.
#[derive(Debug, Default)]
pub(super) struct Graph {
    states: HashSet<u64>,
    ends: Vec<u64>,
    before: HashMap<u64, Vec<u64>>,
    /// The state whose steps are being taken.
    current: u64,
}

impl Graph {
    pub(super) fn add_state(&mut self, setup: &Setup, state: &State) {
        let number = number(state);
        self.current = number;
        if self.states.insert(number) && (state.is_over(setup) || has_ended(setup, state)) {
            self.ends.push(number);
        }
    }

    /// A step of the state that was added last.
    pub(super) fn add_step(&mut self, next: &State) {
        self.before.entry(number(next)).or_default().push(self.current);
    }

    /// Returns a state from which no end can be reached, if there is one.
    pub(super) fn dead_end(&self) -> Option<u64> {
        let mut can_end: HashSet<u64> = HashSet::new();
        let mut open = self.ends.clone();
        while let Some(number) = open.pop() {
            if can_end.insert(number) {
                open.extend(self.before.get(&number).into_iter().flatten());
            }
        }
        self.states.difference(&can_end).min().copied()
    }
}

/// Returns the number of a state.
pub(super) fn number(state: &State) -> u64 {
    BuildHasherDefault::<DefaultHasher>::new().hash_one(state)
}

/// Returns whether the delivery has ended: nobody works on it, and the journal holds a result that lasts.
fn has_ended(setup: &Setup, state: &State) -> bool {
    let Some(record) = state.record.as_ref().filter(|_| state.is_at_rest()) else { return false };
    let RecordState::Settled(outcome) = record.state else { return false };
    let is_finished = !matches!(outcome, Outcome::InDoubt | Outcome::Pending);
    // Without a queue a failure of any kind ends a run.
    is_finished && (!setup.has_queue() || acknowledges(ended_of(record), None, setup.now().time))
}
