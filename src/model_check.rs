//! A model of one delivery, checked in every order of events: processes that are killed or stand still, leases that lapse,
//! a vendor that commits late and whose list lags, clocks that are set, people who resolve.
//!
//! The transitions call the product's own rules ([`rules::Rules`]). `checks` runs them; `mutations` takes one of them back
//! at a time and expects a counterexample.

#![expect(
    clippy::print_stdout,
    reason = "a test prints how many states it explored, and how a rule is missed"
)]

mod actions;
mod checks;
mod clock;
mod ends;
mod explore;
mod mutations;
mod process;
mod properties;
mod rules;
mod setup;
mod state;
mod vendor;

use std::sync::{Arc, Mutex};

use stateright::{Model, Property};

use self::actions::Action;
use self::ends::Graph;
use self::setup::Setup;
use self::state::State;

/// One delivery as a state machine.
#[derive(Debug, Clone)]
struct DeliveryModel {
    setup: Setup,
    /// Every transition that was taken.
    graph: Arc<Mutex<Graph>>,
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
            self.graph.lock().unwrap().add_step(&next);
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
