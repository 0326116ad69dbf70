//! A model of one delivery that is checked in every order of events: processes are killed or suspended, leases expire, the vendor
//! commits late and lists late, clocks are set, people resolve doubts.
//!
//! The transitions call the product's own rules ([`rules::Rules`]). `checks` expects that all properties hold; `mutations` replaces
//! one rule at a time and expects a counterexample.

#![expect(clippy::print_stdout, reason = "tests print the number of states, and counterexamples")]

mod actions;
mod checks;
mod clock;
mod explore;
mod failure;
mod mutations;
mod process;
mod properties;
mod rules;
mod setup;
mod state;
mod termination;
mod vendor;

use std::sync::{Arc, Mutex};

use stateright::{Model, Property};

use self::actions::Action;
use self::setup::Setup;
use self::state::State;
use self::termination::ReachabilityGraph;

/// One delivery as a state machine.
#[derive(Debug, Clone)]
struct DeliveryModel {
    setup: Setup,
    /// The states and transitions that were explored.
    graph: Arc<Mutex<ReachabilityGraph>>,
}

impl Model for DeliveryModel {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::new(&self.setup)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        actions::list(&self.setup, state, actions);
        self.graph.lock().unwrap().add_state(&self.setup, state);
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let next = actions::apply(&self.setup, state, action);
        if next == *state {
            return None;
        }
        if action.is_progress() {
            self.graph.lock().unwrap().add_transition(&next);
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }

    fn within_boundary(&self, state: &State) -> bool {
        state.vendor.requests.len() <= 3
    }
}
