//! The checks of the product's rules.

use std::sync::{Arc, Mutex};

use stateright::{Checker, HasDiscoveries, Model, Property};

use super::DeliveryModel;
use super::actions::Action;
use super::ends::{Graph, number};
use super::setup::{Disturbances, Setup};
use super::state::State;
use super::vendor::Kind;

/// The property that is no property of a single state.
pub(super) const CAN_END: &str = "every delivery can end";

/// Something that must not happen, and how it happens.
#[derive(Debug)]
pub(super) struct Counterexample {
    pub(super) property: &'static str,
    way: String,
}

/// Explores every state, and returns their number or a counterexample.
pub(super) fn explore(setup: Setup) -> Result<usize, Counterexample> {
    let graph = Arc::new(Mutex::new(Graph::default()));
    let model = DeliveryModel { setup, graph: Arc::clone(&graph) };
    let checker = model.clone().checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let is_invariant = |name: &str| {
        let mut invariants = model.properties().into_iter();
        invariants.any(|it| it.name == name && it.expectation == stateright::Expectation::Always)
    };
    let found = checker.discoveries().into_iter().find(|(property, _)| is_invariant(property));
    if let Some((property, path)) = found {
        return Err(Counterexample { property, way: way_of(&path.into_actions()) });
    }
    checker.assert_properties();
    let dead_end = graph.lock().unwrap().dead_end();
    match dead_end {
        Some(dead_end) => Err(Counterexample { property: CAN_END, way: way_to(model.setup, dead_end) }),
        None => Ok(checker.unique_state_count()),
    }
}

fn way_of(actions: &[Action]) -> String {
    actions.iter().map(|action| format!("{action:?}\n")).collect()
}

/// Returns the shortest way to a state.
fn way_to(setup: Setup, dead_end: u64) -> String {
    let checker = WayTo { model: DeliveryModel { setup, graph: Arc::default() }, dead_end };
    let path = checker.checker().spawn_bfs().join().discovery("it is not reached");
    path.map(|path| way_of(&path.into_actions())).unwrap_or_default()
}

/// The same model, asked for one state only.
#[derive(Clone)]
struct WayTo {
    model: DeliveryModel,
    dead_end: u64,
}

impl Model for WayTo {
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
        vec![Property::always("it is not reached", |way: &Self, state| number(state) != way.dead_end)]
    }

    fn within_boundary(&self, state: &State) -> bool {
        self.model.within_boundary(state)
    }
}

/// Checks that everything holds, in at least so many states.
fn assert_holds(name: &str, setup: Setup, least: usize) {
    let begun = std::time::Instant::now();
    match explore(setup) {
        Ok(states) => {
            println!("{name}: {states} states in {:?}", begun.elapsed());
            assert!(states >= least, "{name}: only {states} states were explored");
        }
        Err(Counterexample { property, way }) => panic!("{name}: not so: {property}\n{way}"),
    }
}

#[test]
fn queue() {
    let disturbances = Disturbances {
        most: std::env::var("MOST").map_or(1, |it| it.parse().unwrap()),
        kills: true,
        refusals: true,
        stops: true,
        guesses: true,
        lapses: true,
        enqueues: true,
        ..Disturbances::default()
    };
    for (name, vendor) in KINDS {
        assert_holds(name, Setup::queue(vendor, disturbances), 100);
    }
}

#[test]
fn file() {
    let disturbances = Disturbances {
        most: 2,
        kills: true,
        refusals: true,
        stops: true,
        guesses: true,
        again: true,
        ..Disturbances::default()
    };
    for (name, vendor) in KINDS {
        assert_holds(name, Setup::file(vendor, disturbances), 100);
    }
}

const KINDS: [(&str, Kind); 4] = [
    ("plain", Kind::PLAIN),
    ("lists", Kind::LISTS),
    ("checks first", Kind::CHECKS_FIRST),
    ("serializes", Kind::SERIALIZES),
];
