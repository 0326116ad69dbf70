//! Checks of the stories that a journal stores.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::requests::{claim, deliver, key, look, now, settle, settlement, state};
use super::{Subject, Violation};
use crate::journal::{
    Act, AttemptResult, Claim, ClaimOutcome, Journal, RecordState, Resolution, Run, SettleOutcome,
    Settlement, Story, StoryEntry, StoryEvent,
};
use crate::outcome::Outcome;

/// Returns a new run of a command.
pub(super) fn new_run(command: &str) -> Arc<Run> {
    Arc::new(Run::new(command, now()))
}

/// Returns the time so many seconds after that of the requests.
pub(super) fn later(seconds: i64) -> Timestamp {
    now().saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
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

/// Returns the act of a person with a note.
pub(super) fn by(name: &str, seconds: i64) -> Act {
    Act { by: Some(name.to_owned()), note: Some("called them".to_owned()), ..Act::new(later(seconds)) }
}

/// Claims a delivery in a run, and leaves it in doubt after two attempts.
pub(super) async fn doubt(journal: &dyn Journal, contact: &str, run: &Arc<Run>) -> Result<(), Violation> {
    let claim = Claim { run: Some(Arc::clone(run)), ..claim(contact, 1) };
    ensure_eq!(journal.claim(claim).await?, ClaimOutcome::New);
    let settlement = Settlement {
        run: Some(Arc::clone(run)),
        story: vec![failed(run, 0), failed(run, 2)],
        looked_at: Some(later(3)),
        look_again_at: Some(later(600)),
        ..settlement(contact, Some(1), Outcome::InDoubt)
    };
    settle(journal, settlement).await
}

pub(super) async fn story(journal: &dyn Journal, contact: &str) -> Result<Story, Violation> {
    Ok(journal.story(&key(contact)).await?)
}

/// Rule 11: a story and its runs are stored with the claim or the settlement.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_story_is_stored_with_its_runs(subject: &mut dyn Subject) -> Result<(), Violation> {
    if !subject.stores_stories() {
        return Ok(());
    }
    let (first, second) = (new_run("import"), new_run("retry"));
    doubt(&*subject.journal(), "42", &first).await?;
    subject.reopen().await?;
    let again = Claim { run: Some(Arc::clone(&second)), ..claim("42", 2) };
    ensure!(matches!(subject.journal().claim(again).await?, ClaimOutcome::Interrupted(_)));
    let settled = Settlement {
        run: Some(Arc::clone(&second)),
        story: vec![failed(&second, 60)],
        ..settlement("42", Some(2), Outcome::Created)
    };
    settle(&*subject.journal(), settled).await?;
    subject.reopen().await?;
    let story = story(&*subject.journal(), "42").await?;
    ensure_eq!(story.entries, [failed(&first, 0), failed(&first, 2), failed(&second, 60)]);
    ensure_eq!((story.run(first.id), story.run(second.id)), (Some(&*first), Some(&*second)));
    ensure_eq!(look(&*subject.journal(), "42").await?.run, Some(second.id));
    Ok(())
}

/// Rule 11: a success at the first attempt adds no entry.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_success_at_the_first_attempt_adds_only_its_run(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    if !subject.stores_stories() {
        return Ok(());
    }
    let run = new_run("create");
    let claim = Claim { run: Some(Arc::clone(&run)), ..claim("42", 1) };
    subject.journal().claim(claim).await?;
    let created = Settlement { run: Some(Arc::clone(&run)), ..settlement("42", Some(1), Outcome::Created) };
    settle(&*subject.journal(), created).await?;
    subject.reopen().await?;
    let story = story(&*subject.journal(), "42").await?;
    ensure_eq!((story.entries, story.runs), (vec![], vec![Arc::clone(&run)]));
    ensure_eq!(look(&*subject.journal(), "42").await?.run, Some(run.id));
    Ok(())
}

/// Rule 11: the attempts before an extended claim are stored with it; the next claim records the interruption.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn an_extended_claim_stores_the_attempts_before_it(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    if !subject.stores_stories() {
        return Ok(());
    }
    let run = new_run("import");
    let of_run = || Claim { run: Some(Arc::clone(&run)), ..claim("42", 1) };
    subject.journal().claim(of_run()).await?;
    let extending = Claim { extends: true, story: vec![failed(&run, 0)], ..of_run() };
    ensure_eq!(subject.journal().claim(extending).await?, ClaimOutcome::Extended);
    subject.reopen().await?;
    ensure_eq!(state(&*subject.journal(), "42").await?, RecordState::Interrupted);
    ensure!(matches!(subject.journal().claim(claim("42", 2)).await?, ClaimOutcome::Interrupted(_)));
    let interrupted = StoryEntry { at: now(), run: Some(run.id), event: StoryEvent::Interrupted };
    ensure_eq!(story(&*subject.journal(), "42").await?.entries, [failed(&run, 0), interrupted]);
    Ok(())
}

/// Rule 11: an attempt under a lost claim is in the story.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn an_attempt_without_a_claim_is_in_the_story(subject: &mut dyn Subject) -> Result<(), Violation> {
    if !subject.stores_stories() {
        return Ok(());
    }
    subject.journal().claim(claim("42", 1)).await?;
    subject.reopen().await?;
    let run = new_run("worker");
    let late = Settlement {
        run: Some(Arc::clone(&run)),
        story: vec![failed(&run, 9)],
        ..settlement("42", Some(1), Outcome::InDoubt)
    };
    ensure_eq!(subject.journal().settle(late).await?, SettleOutcome::NotHolder);
    ensure_eq!(story(&*subject.journal(), "42").await?.entries, [failed(&run, 9)]);
    Ok(())
}

/// Rule 11: a story has about a hundred entries; the oldest attempts are dropped and counted, and what people did stays.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn the_oldest_of_many_attempts_are_dropped(subject: &mut dyn Subject) -> Result<(), Violation> {
    if !subject.stores_stories() {
        return Ok(());
    }
    let (journal, run) = (subject.journal(), new_run("worker"));
    deliver(&*journal, "42", 1, Outcome::Failed).await?;
    ensure!(journal.resolve(&key("42"), Resolution::NotCreated, by("ada", 0)).await?);
    for (number, seconds) in (2..62).zip((20..).step_by(10)) {
        journal.claim(claim("42", number)).await?;
        let settlement = Settlement {
            run: Some(Arc::clone(&run)),
            story: vec![failed(&run, seconds), failed(&run, seconds + 1)],
            ..settlement("42", Some(number), Outcome::Failed)
        };
        settle(&*journal, settlement).await?;
    }
    let story = story(&*journal, "42").await?;
    let acts = story.entries.iter().filter(|it| matches!(it.event, StoryEvent::Resolved { .. })).count();
    ensure_eq!(acts, 1);
    ensure!((90..=101).contains(&story.entries.len()), "{}", story.entries.len());
    ensure_eq!(usize::try_from(story.omitted).ok(), 121_usize.checked_sub(story.entries.len()));
    ensure_eq!(story.entries.last(), Some(&failed(&run, 611)));
    Ok(())
}
