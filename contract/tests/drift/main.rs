//! The fixtures' requests are sent to a sandbox in the state that they tell of, and the answers are laid side by side.
//!
//! Rule: the sandbox is written from the vendors' pages and the fixtures from the same pages by others, so where they
//! differ one of them is wrong. Shapes and types are compared, never values; what is excused has a reason, and a reason
//! that nobody needs is a mistake.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod compared;
mod excused;
mod play;
mod states;

use std::collections::BTreeSet;
use std::path::Path;

use unicontact_contract::fixture::{Asked, Fault, Fixture, ProvenanceKind};
use unicontact_contract::{Fixtures, Grade};

use self::excused::{EXCUSED, Excuse};
use self::play::Stage;
use self::states::{Reached, state_of};

fn fixtures() -> Fixtures {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    Fixtures::read(&folder).unwrap_or_else(|error| panic!("\n{error}"))
}

/// Whether an answer is there to be compared.
fn is_answered(fixture: &Fixture) -> bool {
    fixture.request.is_some() && fixture.fault().is_none()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_played_of_the_fixtures_is_answered_in_their_shape() {
    let fixtures = fixtures();
    let mut drift = Vec::new();
    let mut excuses_used = BTreeSet::new();
    for fixture in fixtures.all().iter().filter(|it| is_answered(it)) {
        let Reached::By(state) = state_of(fixture) else {
            continue;
        };
        let played = Stage::set(fixture, state).await;
        for (index, (request, given)) in fixture.exchanges().enumerate() {
            let answer = played.play(index, request).await;
            for found in compared::moved(&fixtures, fixture, request, given, &answer) {
                let line = format!("{}: {found}", fixture.name());
                match EXCUSED.iter().position(|excuse| excuse.is_for(&line)) {
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

/// So many fixtures are played, left out for what the vendor's pages or somebody's code say, and left out as guesses.
const COUNTS: [usize; 3] = [190, 7, 115];

#[test]
fn as_many_fixtures_are_played_and_left_out_as_are_known_to_be() {
    let mut counts = [0; 3];
    for fixture in fixtures().all().iter().filter(|it| is_answered(it)) {
        counts[match state_of(fixture) {
            Reached::By(_) => 0,
            Reached::Never(_) => 1,
            Reached::Guessed(_) => 2,
        }] += 1;
    }
    assert_eq!(counts, COUNTS);
}

#[test]
fn what_is_left_out_as_a_guess_is_inferred_and_what_is_not_has_a_reason() {
    for fixture in fixtures().all().iter().filter(|it| is_answered(it)) {
        let is_inferred = fixture.provenance.kind == ProvenanceKind::Inferred;
        match state_of(fixture) {
            Reached::By(_) => {}
            Reached::Guessed(reason) => assert!(is_inferred, "{}: {reason}", fixture.name()),
            Reached::Never(reason) => assert!(reason.len() > 20, "{}: {reason}", fixture.name()),
        }
    }
}

#[test]
fn every_reason_and_every_state_is_needed_by_a_fixture() {
    let fixtures = fixtures();
    let unneeded = states::unneeded(fixtures.all());
    assert!(unneeded.is_empty(), "{unneeded:?}");
}

/// What goes wrong with a connection has no shape; the sandbox's own tests play those.
#[test]
fn what_is_left_out_are_broken_connections_and_what_is_never_sent() {
    for fixture in fixtures().all().iter().filter(|it| !is_answered(it)) {
        let is_broken =
            matches!(fixture.fault(), Some(Fault::Reset | Fault::Cut | Fault::Hang | Fault::Refused));
        let is_unsent = fixture.request.is_none() && fixture.asked() == Asked::Create;
        assert!(is_broken || is_unsent, "{}", fixture.name());
    }
}

#[tokio::test]
async fn a_fixture_with_another_key_or_another_type_is_noticed() {
    let fixtures = fixtures();
    // emnify's smallest create is answered with nothing.
    let scenario = |fixture: &&Fixture| match fixture.vendor.as_str() {
        "emnify" => fixture.scenario == "create_email_only",
        _ => fixture.scenario == "create_minimal",
    };
    for fixture in fixtures.all().iter().filter(scenario) {
        let Reached::By(state) = state_of(fixture) else { panic!("{}", fixture.name()) };
        let played = Stage::set(fixture, state).await;
        let (request, given) = fixture.exchanges().last().unwrap();
        let answer = played.play(0, request).await;
        let name = given.body.as_ref().unwrap().as_object().unwrap().keys().next_back().unwrap().clone();
        for change in [compared::without, compared::with_another_type] {
            let changed = change(given, &name);
            let found = compared::moved_alone(request, &changed, &answer);
            let worst = found.iter().map(|it| it.grade).min();
            assert!(
                worst.is_some_and(|worst| worst < Grade::Cosmetic),
                "{} {name}: {found:?}",
                fixture.name()
            );
        }
    }
}

#[test]
fn an_excuse_is_for_its_whole_line_alone() {
    let excuse = |place| Excuse { place, reason: "a line" };
    for (place, line, is_for) in [
        ("*/a: * body", "x/a: POST /y body", true),
        ("*/a: * body", "x/a: POST /y body.id", false),
        ("*/a: * body", "x/ab: POST /y body", false),
        ("x/a: body", "x/a: body", true),
        ("x/a: body", "x/a: body.id", false),
    ] {
        assert_eq!(excuse(place).is_for(line), is_for, "{place} {line}");
    }
}
