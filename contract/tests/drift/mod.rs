//! Compares the sandbox with the fixtures: sends each fixture's requests in the state that it describes.
//!
//! The sandbox and the fixtures were written from the vendors' pages independently, so that a difference is an error in
//! one of them. Shapes and types are compared, never values. Each allowed difference has a reason and is needed.

mod compared;
mod excused;
mod play;
mod states;

use std::collections::BTreeSet;
use std::path::Path;

use unicontact_contract::fixture::{Fault, Fixture, Operation, ProvenanceKind};
use unicontact_contract::{Fixtures, Grade};
use unicontact_providers::VENDORS;

use self::excused::{EXCUSED, Excuse};
use self::play::PreparedSandbox;
use self::states::{Reachability, state_of};

fn fixtures() -> Fixtures {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    Fixtures::load(&folder).unwrap_or_else(|error| panic!("\n{error}"))
}

/// Returns the fixtures of the vendors with a Rust adapter.
fn of_adapters(fixtures: &Fixtures) -> impl Iterator<Item = &Fixture> {
    VENDORS.iter().flat_map(|vendor| fixtures.of_vendor(vendor.name()))
}

/// Returns whether the fixture has an answer that can be compared.
fn is_answered(fixture: &Fixture) -> bool {
    fixture.request.is_some() && fixture.fault().is_none()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sandbox_answers_in_the_shape_of_the_fixtures() {
    let fixtures = fixtures();
    let mut drift = Vec::new();
    let mut excuses_used = BTreeSet::new();
    for fixture in of_adapters(&fixtures).filter(|it| is_answered(it)) {
        let Reachability::By(state) = state_of(fixture) else {
            continue;
        };
        let sandbox = PreparedSandbox::start(fixture, state).await;
        for (index, (request, given)) in fixture.exchanges().enumerate() {
            let answer = sandbox.play(index, request).await;
            for difference in compared::compare_with_known(&fixtures, fixture, request, given, &answer) {
                let line = format!("{}: {difference}", fixture.name());
                match EXCUSED.iter().position(|excuse| excuse.matches(&line)) {
                    Some(excuse) => drop(excuses_used.insert(excuse)),
                    None => drift.push(line),
                }
            }
        }
    }
    assert!(drift.is_empty(), "the sandbox and the fixtures have drifted apart:\n{}", drift.join("\n"));
    let unused = EXCUSED.iter().enumerate().filter(|(index, _)| !excuses_used.contains(index));
    let unused: Vec<String> = unused.map(|(_, it)| format!("{}: {}", it.place, it.reason)).collect();
    assert!(unused.is_empty(), "nothing needs these excuses:\n{}", unused.join("\n"));
}

/// The number of fixtures that are played, that the sandbox does not reach, and that are guesses.
const COUNTS: [usize; 3] = [190, 7, 115];

#[test]
fn the_numbers_of_played_and_omitted_fixtures_are_known() {
    let mut counts = [0; 3];
    for fixture in of_adapters(&fixtures()).filter(|it| is_answered(it)) {
        counts[match state_of(fixture) {
            Reachability::By(_) => 0,
            Reachability::Never(_) => 1,
            Reachability::Guessed(_) => 2,
        }] += 1;
    }
    assert_eq!(counts, COUNTS);
}

#[test]
fn fixtures_omitted_as_guesses_are_inferred_and_all_others_have_a_reason() {
    for fixture in of_adapters(&fixtures()).filter(|it| is_answered(it)) {
        let is_inferred = fixture.provenance.kind == ProvenanceKind::Inferred;
        match state_of(fixture) {
            Reachability::By(_) => {}
            Reachability::Guessed(reason) => assert!(is_inferred, "{}: {reason}", fixture.name()),
            Reachability::Never(reason) => assert!(reason.len() > 20, "{}: {reason}", fixture.name()),
        }
    }
}

#[test]
fn every_reason_and_every_state_is_needed_by_a_fixture() {
    let fixtures = fixtures();
    let unneeded = states::unneeded(fixtures.all());
    assert!(unneeded.is_empty(), "{unneeded:?}");
}

/// A broken connection has no shape. The sandbox's own tests cover those.
#[test]
fn unanswered_fixtures_are_broken_connections_or_send_nothing() {
    for fixture in of_adapters(&fixtures()).filter(|it| !is_answered(it)) {
        let is_broken =
            matches!(fixture.fault(), Some(Fault::Reset | Fault::Cut | Fault::Hang | Fault::Refused));
        let is_unsent = fixture.request.is_none() && fixture.operation() == Operation::Create;
        assert!(is_broken || is_unsent, "{}", fixture.name());
    }
}

#[tokio::test]
async fn a_missing_key_and_another_type_are_found() {
    let fixtures = fixtures();
    // emnify answers its smallest create with an empty body.
    let scenario = |fixture: &&Fixture| match fixture.vendor.as_str() {
        "emnify" => fixture.scenario == "create_email_only",
        _ => fixture.scenario == "create_minimal",
    };
    for fixture in of_adapters(&fixtures).filter(scenario) {
        let Reachability::By(state) = state_of(fixture) else { panic!("{}", fixture.name()) };
        let sandbox = PreparedSandbox::start(fixture, state).await;
        let (request, given) = fixture.exchanges().last().unwrap();
        let answer = sandbox.play(0, request).await;
        let name = given.body.as_ref().unwrap().as_object().unwrap().keys().next_back().unwrap().clone();
        for change in [compared::without, compared::with_another_type] {
            let changed = change(given, &name);
            let differences = compared::compare_alone(request, &changed, &answer);
            let worst = differences.iter().map(|it| it.grade).min();
            assert!(
                worst.is_some_and(|worst| worst < Grade::Cosmetic),
                "{} {name}: {differences:?}",
                fixture.name()
            );
        }
    }
}

#[test]
fn an_excuse_matches_only_its_whole_line() {
    let excuse = |place| Excuse { place, reason: "a line" };
    for (place, line, matches) in [
        ("*/a: * body", "x/a: POST /y body", true),
        ("*/a: * body", "x/a: POST /y body.id", false),
        ("*/a: * body", "x/ab: POST /y body", false),
        ("x/a: body", "x/a: body", true),
        ("x/a: body", "x/a: body.id", false),
    ] {
        assert_eq!(excuse(place).matches(line), matches, "{place} {line}");
    }
}
