//! Explores every state of a model.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use stateright::{Checker, Expectation, HasDiscoveries, Model, Property};

use super::DeliveryModel;
use super::actions::Action;
use super::ends::{Graph, number};
use super::setup::Setup;
use super::state::State;

/// The property that no single state shows.
pub(super) const CAN_END: &str = "every delivery can end";

/// A property that does not hold, and how that comes about.
#[derive(Debug)]
pub(super) struct Counterexample {
    pub(super) property: &'static str,
    pub(super) way: String,
}

/// Explores every state, and returns their number or the first counterexample.
pub(super) fn explore(setup: Setup) -> Result<usize, Counterexample> {
    let (model, graph) = model_of(setup);
    let checker = model.clone().checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let is_invariant = |name: &str| {
        let mut properties = model.properties().into_iter();
        properties.any(|it| it.name == name && matches!(it.expectation, Expectation::Always))
    };
    let found = checker.discoveries().into_iter().find(|(property, _)| is_invariant(property));
    if let Some((property, path)) = found {
        return Err(Counterexample { property, way: way_of(&path.into_actions()) });
    }
    let dead_end = graph.lock().unwrap().dead_end();
    if let Some(dead_end) = dead_end {
        return Err(Counterexample { property: CAN_END, way: way_to(model.setup, dead_end) });
    }
    // What is to be reached at all was reached.
    checker.assert_properties();
    Ok(checker.unique_state_count())
}

/// Returns how it comes about that a property does not hold, or nothing if it holds in every state.
pub(super) fn counterexample(setup: Setup, property: &'static str) -> Option<String> {
    let (model, graph) = model_of(setup);
    let wanted = HasDiscoveries::AnyOf(BTreeSet::from([property]));
    let checker = model.clone().checker().finish_when(wanted).spawn_bfs().join();
    if property == CAN_END {
        let dead_end = graph.lock().unwrap().dead_end();
        return dead_end.map(|dead_end| way_to(model.setup, dead_end));
    }
    checker.discovery(property).map(|path| way_of(&path.into_actions()))
}

fn model_of(setup: Setup) -> (DeliveryModel, Arc<Mutex<Graph>>) {
    let graph = Arc::new(Mutex::new(Graph::default()));
    (DeliveryModel { setup, graph: Arc::clone(&graph) }, graph)
}

fn way_of(actions: &[Action]) -> String {
    let lines: Vec<String> = actions.iter().map(|action| format!("{action:?}")).collect();
    lines.join("\n")
}

/// Returns the shortest way to a state.
fn way_to(setup: Setup, state: u64) -> String {
    let search = Search { model: DeliveryModel { setup, graph: Arc::default() }, state };
    let path = search.checker().spawn_bfs().join().discovery(Search::NOT_REACHED);
    path.map(|path| way_of(&path.into_actions())).unwrap_or_default()
}

/// The same model, searched for one state.
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
        vec![Property::always(Self::NOT_REACHED, |search: &Self, state| number(state) != search.state)]
    }

    fn within_boundary(&self, state: &State) -> bool {
        self.model.within_boundary(state)
    }
}
