//! The stories that journals keep, and resolutions that are taken back.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use unicontact::Outcome;
use unicontact::journal::{
    Act, AttemptResult, Claim, ClaimOutcome, Journal, Record, RecordState, Resolution, ResolutionWord, Run,
    SettleOutcome, Settlement, Story, StoryEntry, StoryEvent,
};
use unicontact::providers::clock::{Clock, SystemClock};

use crate::bench::{
    CONTENT, Kept, act, claim, deliver, id, key, look, now, settle, settlement, stamp, state,
};

fn run(command: &str) -> Arc<Run> {
    Arc::new(Run::new(command, now()))
}

fn later(seconds: i64) -> Timestamp {
    Timestamp::from_second(now().as_second() + seconds).unwrap()
}

fn failed(run: &Run, seconds: i64) -> StoryEntry {
    let error = json!({"kind": "unavailable", "effect": "unknown", "status": 503, "request_id": "r-1"});
    let event = StoryEvent::Attempt {
        duration: Duration::from_millis(1234),
        result: AttemptResult::Failed,
        error: Some(error),
    };
    StoryEntry { at: later(seconds), run: Some(run.id), event }
}

fn by(name: &str, seconds: i64) -> Act {
    Act { by: Some(name.to_owned()), note: Some("called them".to_owned()), ..Act::new(later(seconds)) }
}

/// Claims and leaves in doubt, in that run.
async fn doubt(journal: &dyn Journal, contact: &str, run: &Arc<Run>) {
    let claim = Claim { run: Some(Arc::clone(run)), ..claim(contact, 1) };
    assert_eq!(journal.claim(claim).await.unwrap(), ClaimOutcome::New);
    let settlement = Settlement {
        run: Some(Arc::clone(run)),
        story: vec![failed(run, 0), failed(run, 2)],
        looked_at: Some(later(3)),
        look_again_at: Some(later(600)),
        ..settlement(contact, Some(1), Outcome::InDoubt)
    };
    settle(journal, settlement).await;
}

async fn story(journal: &dyn Journal, contact: &str) -> Story {
    journal.story(&key(contact)).await.unwrap()
}

/// What a record says of its delivery, and of when sending again is safe.
fn state_of(record: &Record) -> impl PartialEq + std::fmt::Debug + use<> {
    let Record { state, id, error, by_person, may_send_until, .. } = record.clone();
    let Record { looked_at, look_again_at, settled_by, content, attempts, fingerprint, .. } = record.clone();
    let times = (may_send_until, looked_at, look_again_at);
    (state, id, error, by_person, times, settled_by, content, attempts, fingerprint)
}

#[tokio::test]
async fn a_story_is_kept_with_its_runs_beyond_the_process() {
    for mut kept in Kept::all().await {
        let (first, second) = (run("import"), run("retry"));
        doubt(&*kept.journal(), "42", &first).await;
        kept.reopen().await;
        let again = Claim { run: Some(Arc::clone(&second)), ..claim("42", 2) };
        assert!(matches!(kept.journal().claim(again).await.unwrap(), ClaimOutcome::Interrupted(_)));
        let settled = Settlement {
            run: Some(Arc::clone(&second)),
            story: vec![failed(&second, 60)],
            ..settlement("42", Some(2), Outcome::Created)
        };
        settle(&*kept.journal(), settled).await;
        kept.reopen().await;
        let story = story(&*kept.journal(), "42").await;
        assert_eq!(story.entries, [failed(&first, 0), failed(&first, 2), failed(&second, 60)]);
        assert_eq!((story.run(first.id), story.run(second.id)), (Some(&*first), Some(&*second)));
        assert_eq!(look(&*kept.journal(), "42").await.run, Some(second.id));
    }
}

#[tokio::test]
async fn a_success_at_the_first_attempt_adds_nothing_but_the_run() {
    for mut kept in Kept::all().await {
        let run = run("create");
        let claim = Claim { run: Some(Arc::clone(&run)), ..claim("42", 1) };
        kept.journal().claim(claim).await.unwrap();
        let created =
            Settlement { run: Some(Arc::clone(&run)), ..settlement("42", Some(1), Outcome::Created) };
        settle(&*kept.journal(), created).await;
        kept.reopen().await;
        let story = story(&*kept.journal(), "42").await;
        assert_eq!((story.entries, story.runs), (vec![], vec![Arc::clone(&run)]));
        assert_eq!(look(&*kept.journal(), "42").await.run, Some(run.id));
    }
}

#[tokio::test]
async fn an_extended_claim_keeps_what_was_attempted_although_its_process_is_killed() {
    for mut kept in Kept::all().await {
        let run = run("import");
        let of_run = || Claim { run: Some(Arc::clone(&run)), ..claim("42", 1) };
        kept.journal().claim(of_run()).await.unwrap();
        let extending = Claim { extends: true, story: vec![failed(&run, 0)], ..of_run() };
        assert_eq!(kept.journal().claim(extending).await.unwrap(), ClaimOutcome::Extended);
        kept.reopen().await;
        assert_eq!(state(&*kept.journal(), "42").await, RecordState::Interrupted);
        assert!(matches!(kept.journal().claim(claim("42", 2)).await.unwrap(), ClaimOutcome::Interrupted(_)));
        let interrupted = StoryEntry { at: now(), run: Some(run.id), event: StoryEvent::Interrupted };
        assert_eq!(story(&*kept.journal(), "42").await.entries, [failed(&run, 0), interrupted]);
    }
}

#[tokio::test]
async fn an_attempt_without_the_claim_is_in_the_story() {
    for mut kept in Kept::all().await {
        kept.journal().claim(claim("42", 1)).await.unwrap();
        kept.reopen().await;
        let run = run("worker");
        let late = Settlement {
            run: Some(Arc::clone(&run)),
            story: vec![failed(&run, 9)],
            ..settlement("42", Some(1), Outcome::InDoubt)
        };
        assert_eq!(kept.journal().settle(late).await.unwrap(), SettleOutcome::NotHolder);
        assert_eq!(story(&*kept.journal(), "42").await.entries, [failed(&run, 9)]);
    }
}

#[tokio::test]
async fn the_oldest_attempts_of_very_many_are_dropped_and_what_people_did_is_not() {
    for kept in Kept::all().await {
        let (journal, run) = (kept.journal(), run("worker"));
        deliver(&*journal, "42", 1, Outcome::Failed).await;
        assert!(journal.resolve(&key("42"), Resolution::NotCreated, by("ada", 0)).await.unwrap());
        for number in 2..62 {
            journal.claim(claim("42", number)).await.unwrap();
            let seconds = 10 * i64::try_from(number).unwrap();
            let settlement = Settlement {
                run: Some(Arc::clone(&run)),
                story: vec![failed(&run, seconds), failed(&run, seconds + 1)],
                ..settlement("42", Some(number), Outcome::Failed)
            };
            settle(&*journal, settlement).await;
        }
        let story = story(&*journal, "42").await;
        let acts = story.entries.iter().filter(|it| matches!(it.event, StoryEvent::Resolved { .. })).count();
        assert_eq!(acts, 1);
        assert!((90..=101).contains(&story.entries.len()), "{}", story.entries.len());
        assert_eq!(story.entries.len() + usize::try_from(story.omitted).unwrap(), 121);
        assert_eq!(story.entries.last(), Some(&failed(&run, 611)));
    }
}

#[tokio::test]
async fn a_resolution_that_is_taken_back_leaves_the_doubt_as_it_was() {
    let resolutions = [
        vec![Resolution::Created(id("99"))],
        vec![Resolution::NotCreated],
        vec![Resolution::NotCreated, Resolution::Created(id("99"))],
    ];
    for resolutions in resolutions {
        for mut kept in Kept::all().await {
            doubt(&*kept.journal(), "42", &run("import")).await;
            let before = look(&*kept.journal(), "42").await;
            for resolution in &resolutions {
                assert!(kept.journal().resolve(&key("42"), resolution.clone(), by("ada", 60)).await.unwrap());
            }
            kept.reopen().await;
            assert!(kept.journal().reopen(&key("42"), by("bob", 120)).await.unwrap());
            kept.reopen().await;
            let after = look(&*kept.journal(), "42").await;
            assert_eq!(state_of(&after), state_of(&before), "{resolutions:?}");
            assert_eq!((after.content.as_deref(), after.changed_at), (Some(CONTENT), later(120)));
            assert!(matches!(
                kept.journal().claim(claim("42", 2)).await.unwrap(),
                ClaimOutcome::Interrupted(_)
            ));
            let story = story(&*kept.journal(), "42").await;
            let acts: Vec<_> = story.entries.into_iter().skip(2).map(|entry| entry.event).collect();
            assert_eq!(acts.len(), resolutions.len() + 1);
            let (by, note) = (Some("bob".to_owned()), Some("called them".to_owned()));
            assert_eq!(acts.last(), Some(&StoryEvent::Reopened { by, note }));
            assert!(matches!(&acts[0], StoryEvent::Resolved { by, .. } if by.as_deref() == Some("ada")));
        }
    }
}

#[tokio::test]
async fn an_interrupted_delivery_that_was_resolved_is_interrupted_again_when_that_is_taken_back() {
    for mut kept in Kept::all().await {
        kept.journal().claim(claim("42", 1)).await.unwrap();
        kept.reopen().await;
        let before = look(&*kept.journal(), "42").await;
        assert!(kept.journal().resolve(&key("42"), Resolution::NotCreated, act()).await.unwrap());
        assert!(kept.journal().reopen(&key("42"), act()).await.unwrap());
        assert_eq!(state_of(&look(&*kept.journal(), "42").await), state_of(&before));
    }
}

#[tokio::test]
async fn only_a_resolution_that_nobody_acted_on_is_taken_back() {
    for mut kept in Kept::all().await {
        let journal = kept.journal();
        assert!(!journal.reopen(&key("unknown"), act()).await.unwrap());
        for outcome in [Outcome::Created, Outcome::Failed, Outcome::InDoubt] {
            deliver(&*journal, outcome.as_str(), 1, outcome).await;
            assert!(!journal.reopen(&key(outcome.as_str()), act()).await.unwrap(), "no person resolved it");
        }
        for (contact, ends) in [("1", None), ("2", Some(Outcome::Failed)), ("3", Some(Outcome::Created))] {
            deliver(&*journal, contact, 1, Outcome::InDoubt).await;
            assert!(journal.resolve(&key(contact), Resolution::NotCreated, act()).await.unwrap());
            assert_eq!(journal.claim(claim(contact, 2)).await.unwrap(), ClaimOutcome::New);
            if let Some(outcome) = ends {
                settle(&*journal, settlement(contact, Some(2), outcome)).await;
            }
            let before = look(&*journal, contact).await;
            assert!(!journal.reopen(&key(contact), act()).await.unwrap(), "it was sent since");
            assert!(look(&*journal, contact).await == before);
        }
        drop(journal);
        kept.reopen().await;
        assert_eq!(state(&*kept.journal(), "1").await, RecordState::Interrupted);
        assert!(!kept.journal().reopen(&key("1"), act()).await.unwrap());
    }
}

#[tokio::test]
async fn a_person_acts_only_on_the_state_that_was_seen() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        deliver(&*journal, "42", 1, Outcome::InDoubt).await;
        let seen = Some(look(&*journal, "42").await.changed_at);
        let after_another_look = Settlement { at: later(5), ..settlement("42", Some(2), Outcome::InDoubt) };
        journal.claim(claim("42", 2)).await.unwrap();
        settle(&*journal, after_another_look).await;
        let resolve = async |seen| {
            let act = Act { seen, ..act() };
            journal.resolve(&key("42"), Resolution::NotCreated, act).await.unwrap()
        };
        assert!(!resolve(seen).await);
        assert_eq!(state(&*journal, "42").await, RecordState::Settled(Outcome::InDoubt));
        assert!(resolve(Some(later(5))).await);
    }
}

#[tokio::test]
async fn what_a_person_says_is_in_the_story() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        deliver(&*journal, "42", 1, Outcome::InDoubt).await;
        assert!(journal.resolve(&key("42"), Resolution::Created(id("9001")), by("ada", 7)).await.unwrap());
        let event = StoryEvent::Resolved {
            resolution: ResolutionWord::Created,
            id: Some(id("9001")),
            by: Some("ada".to_owned()),
            note: Some("called them".to_owned()),
        };
        assert_eq!(story(&*journal, "42").await.entries, [StoryEntry { at: later(7), run: None, event }]);
    }
}

#[tokio::test]
async fn the_contact_of_a_resolved_delivery_is_erased_after_seven_days() {
    let mut kept = Kept::in_file();
    let Kept::InFile(_, Some(journal)) = &kept else { unreachable!() };
    let days = |days: i64| later(days * 24 * 60 * 60);
    for contact in ["1", "2"] {
        deliver(&**journal, contact, 1, Outcome::InDoubt).await;
    }
    assert!(journal.resolve(&key("1"), Resolution::Created(id("99")), act()).await.unwrap());
    assert!(journal.resolve(&key("2"), Resolution::NotCreated, act()).await.unwrap());
    journal.erase_resolved_contents(days(6)).await.unwrap();
    assert!(look(&**journal, "1").await.content.is_some());
    journal.erase_resolved_contents(days(8)).await.unwrap();
    assert!(look(&**journal, "1").await.content.is_none());
    assert!(look(&**journal, "2").await.content.is_some(), "it is pending");
    kept.reopen().await;
    assert!(kept.journal().reopen(&key("1"), act()).await.unwrap());
    let record = look(&*kept.journal(), "1").await;
    assert_eq!((record.outcome(), record.content), (Outcome::InDoubt, None));
    assert_eq!(record.may_send_until, Some(stamp()));
}

#[cfg(feature = "queue")]
#[tokio::test]
async fn the_contact_of_a_resolved_delivery_is_erased_on_servers_too() {
    let kept = Kept::on_servers().await;
    let Kept::OnServers(_, journal) = &kept else { unreachable!() };
    for contact in ["1", "2", "3"] {
        deliver(&**journal, contact, 1, Outcome::InDoubt).await;
    }
    // The bench's time is years ago by the servers' clock.
    assert!(journal.resolve(&key("1"), Resolution::Created(id("99")), act()).await.unwrap());
    assert!(journal.resolve(&key("2"), Resolution::NotCreated, act()).await.unwrap());
    let today = Act::new(SystemClock.now());
    assert!(journal.resolve(&key("3"), Resolution::Created(id("98")), today).await.unwrap());
    journal.erase_resolved_contents().await.unwrap();
    let mut are_kept = Vec::new();
    for contact in ["1", "2", "3"] {
        are_kept.push(look(&**journal, contact).await.content.is_some());
    }
    assert_eq!(are_kept, [false, true, true]);
    assert!(journal.reopen(&key("1"), act()).await.unwrap());
    assert_eq!(look(&**journal, "1").await.outcome(), Outcome::InDoubt);
}

#[tokio::test]
async fn a_resolution_of_an_earlier_version_becomes_a_doubt_from_now_on_when_it_is_taken_back() {
    let resolutions = [(Resolution::Created(id("99")), None), (Resolution::NotCreated, None)];
    for (resolution, expected_id) in resolutions {
        let mut kept = Kept::in_file();
        deliver(&*kept.journal(), "42", 1, Outcome::InDoubt).await;
        assert!(kept.journal().resolve(&key("42"), resolution, act()).await.unwrap());
        let path = kept.path();
        let older = rusqlite::Connection::open(&path).unwrap();
        older.execute_batch("UPDATE deliveries SET unresolved = NULL; DELETE FROM story").unwrap();
        drop(older);
        kept.reopen().await;
        assert!(kept.journal().reopen(&key("42"), by("ada", 3600)).await.unwrap());
        let record = look(&*kept.journal(), "42").await;
        assert_eq!((record.outcome(), record.id.as_ref()), (Outcome::InDoubt, expected_id));
        assert_eq!(record.may_send_until.map(|stamp| stamp.time), Some(later(3600)));
        assert!(!record.by_person);
        assert!(matches!(kept.journal().claim(claim("42", 2)).await.unwrap(), ClaimOutcome::Interrupted(_)));
    }
}
