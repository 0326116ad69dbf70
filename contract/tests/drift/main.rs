//! Every fixture's request is sent to the sandbox, and the answers are laid side by side.
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

use unicontact_contract::fixture::{Asked, Fault, Fixture};
use unicontact_contract::{Fixtures, Grade};

use self::excused::EXCUSED;
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
async fn the_sandbox_answers_every_fixtures_request_in_the_fixtures_shape() {
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
    let unused: Vec<&str> = unused.map(|(_, excuse)| excuse.place).collect();
    assert!(unused.is_empty(), "nothing needs these excuses: {unused:?}");
}

#[test]
fn every_fixture_that_is_not_played_has_a_reason() {
    let fixtures = fixtures();
    let mut reached = 0;
    for fixture in fixtures.all().iter().filter(|it| is_answered(it)) {
        match state_of(fixture) {
            Reached::By(_) => reached += 1,
            Reached::Never(reason) => assert!(reason.len() > 20, "{}: {reason}", fixture.name()),
        }
    }
    let answered = fixtures.all().iter().filter(|it| is_answered(it)).count();
    assert!(reached * 5 > answered * 3, "{reached} of {answered} are played");
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
    let scenario = |fixture: &&Fixture| fixture.scenario == "create_minimal";
    for fixture in fixtures.all().iter().filter(scenario).filter(|it| it.vendor != "emnify") {
        let Reached::By(state) = state_of(fixture) else { panic!("{}", fixture.name()) };
        let played = Stage::set(fixture, state).await;
        let (request, given) = fixture.exchanges().last().unwrap();
        let answer = played.play(0, request).await;
        let name = given.body.as_ref().unwrap().as_object().unwrap().keys().next().unwrap().clone();
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
