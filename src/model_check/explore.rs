//! Explores all states of a model, and returns counterexamples.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use stateright::{Checker, Expectation, HasDiscoveries, Model, Property};

use super::DeliveryModel;
use super::actions::Action;
use super::setup::Setup;
use super::state::State;
use super::termination::{ReachabilityGraph, state_hash};

/// The liveness property. It is checked on the graph, because no single state shows it.
pub(super) const CAN_END: &str = "every delivery can end";

/// A property that fails, and the actions that lead to the failure.
#[derive(Debug)]
pub(super) struct Counterexample {
    pub(super) property: &'static str,
    pub(super) path: String,
}

/// Explores all states, and returns their number or the first counterexample.
pub(super) fn explore(setup: Setup) -> Result<usize, Counterexample> {
    let (model, graph) = model_of(setup);
    let checker = model.clone().checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let is_invariant = |name: &str| {
        let mut properties = model.properties().into_iter();
        properties.any(|it| it.name == name && matches!(it.expectation, Expectation::Always))
    };
    let failed = checker.discoveries().into_iter().find(|(property, _)| is_invariant(property));
    if let Some((property, path)) = failed {
        return Err(Counterexample { property, path: format_path(&path.into_actions()) });
    }
    let dead_end = graph.lock().unwrap().dead_end();
    if let Some(dead_end) = dead_end {
        return Err(Counterexample { property: CAN_END, path: path_to(model.setup, dead_end) });
    }
    // Fails unless the examples were reached.
    checker.assert_properties();
    Ok(checker.unique_state_count())
}

/// Returns the actions that make a property fail. `None` if it holds in all states.
pub(super) fn counterexample(setup: Setup, property: &'static str) -> Option<String> {
    let (model, graph) = model_of(setup);
    let first_failure = HasDiscoveries::AnyOf(BTreeSet::from([property]));
    let checker = model.clone().checker().finish_when(first_failure).spawn_bfs().join();
    if property == CAN_END {
        let dead_end = graph.lock().unwrap().dead_end();
        return dead_end.map(|dead_end| path_to(model.setup, dead_end));
    }
    checker.discovery(property).map(|path| format_path(&path.into_actions()))
}

fn model_of(setup: Setup) -> (DeliveryModel, Arc<Mutex<ReachabilityGraph>>) {
    let graph = Arc::new(Mutex::new(ReachabilityGraph::default()));
    (DeliveryModel { setup, graph: Arc::clone(&graph) }, graph)
}

fn format_path(actions: &[Action]) -> String {
    let lines: Vec<String> = actions.iter().map(|action| format!("{action:?}")).collect();
    lines.join("\n")
}

/// Returns the shortest path to a state.
fn path_to(setup: Setup, state: u64) -> String {
    let search = Search { model: DeliveryModel { setup, graph: Arc::default() }, state };
    let path = search.checker().spawn_bfs().join().discovery(Search::NOT_REACHED);
    path.map(|path| format_path(&path.into_actions())).unwrap_or_default()
}

/// A model that is searched for one state.
#[derive(Clone)]
struct Search {
    model: DeliveryModel,
    state: u64,
}

impl Search {
    const NOT_REACHED: &str = "the state is not reached";
}

impl Model for Search {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        self.model.init_states()
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        self.model.actions(state, actions);
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        self.model.next_state(state, action)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always(Self::NOT_REACHED, |search: &Self, state| state_hash(state) != search.state)]
    }

    fn within_boundary(&self, state: &State) -> bool {
        self.model.within_boundary(state)
    }
}
