//! Checks of what people resolve and take back.

use super::requests::{CONTENT, act, claim, deliver, id, key, look, settle, settlement, state};
use super::stories::{by, doubt, later, new_run, story};
use super::{Subject, Violation};
use crate::journal::{
    Act, ClaimOutcome, Record, RecordState, Resolution, ResolutionWord, Settlement, StoryEntry, StoryEvent,
};
use crate::outcome::Outcome;

/// Returns what a record says of its delivery, and of when sending again is safe.
fn state_of(record: &Record) -> impl PartialEq + std::fmt::Debug + use<> {
    let Record { state, id, error, by_person, may_send_until, .. } = record.clone();
    let Record { looked_at, look_again_at, settled_by, content, attempts, fingerprint, .. } = record.clone();
    let times = (may_send_until, looked_at, look_again_at);
    (state, id, error, by_person, times, settled_by, content, attempts, fingerprint)
}

/// Rule 8: after a resolution was taken back, the record is what it was before, also after several resolutions.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_resolution_that_is_taken_back_leaves_the_earlier_state(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    if !subject.reopens() {
        return Ok(());
    }
    let resolutions = [
        vec![Resolution::Created(id("99")?)],
        vec![Resolution::NotCreated],
        vec![Resolution::NotCreated, Resolution::Created(id("99")?)],
    ];
    for (number, resolutions) in (1..).zip(resolutions) {
        let contact = format!("{number}");
        doubt(&*subject.journal(), &contact, &new_run("import")).await?;
        let before = look(&*subject.journal(), &contact).await?;
        for resolution in &resolutions {
            let is_resolved =
                subject.journal().resolve(&key(&contact), resolution.clone(), by("ada", 60)).await?;
            ensure!(is_resolved);
        }
        subject.reopen().await?;
        ensure!(subject.journal().reopen(&key(&contact), by("bob", 120)).await?);
        subject.reopen().await?;
        let after = look(&*subject.journal(), &contact).await?;
        ensure_eq!(state_of(&after), state_of(&before), "{resolutions:?}");
        ensure_eq!((after.content.as_deref(), after.changed_at), (Some(CONTENT), later(120)));
        let claimed = subject.journal().claim(claim(&contact, 2)).await?;
        ensure!(matches!(claimed, ClaimOutcome::Interrupted(_)), "{claimed:?}");
        if subject.stores_stories() {
            let story = story(&*subject.journal(), &contact).await?;
            let acts: Vec<_> = story.entries.into_iter().skip(2).map(|entry| entry.event).collect();
            ensure_eq!(acts.len(), resolutions.len() + 1);
            let (by, note) = (Some("bob".to_owned()), Some("called them".to_owned()));
            ensure_eq!(acts.last(), Some(&StoryEvent::Reopened { by, note }));
            ensure!(
                matches!(acts.first(), Some(StoryEvent::Resolved { by, .. }) if by.as_deref() == Some("ada"))
            );
        }
    }
    Ok(())
}

/// Rule 8: a person resolves a delivery that is neither held nor delivered.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_person_resolves_only_unfinished_deliveries_without_a_claim(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    deliver(&*subject.journal(), "1", 1, Outcome::InDoubt).await?;
    subject.journal().claim(claim("2", 1)).await?;
    subject.reopen().await?;
    let journal = subject.journal();
    let created = Resolution::Created(id("99")?);
    ensure!(journal.resolve(&key("1"), created.clone(), act()).await?);
    let record = look(&*journal, "1").await?;
    ensure_eq!((record.outcome(), record.id), (Outcome::Created, Some(id("99")?)));
    ensure!(record.by_person && record.error.is_none());
    ensure!(!journal.resolve(&key("1"), Resolution::NotCreated, act()).await?, "it is done");

    ensure!(journal.resolve(&key("2"), Resolution::NotCreated, act()).await?);
    let record = look(&*journal, "2").await?;
    ensure!(record.by_person && record.content.is_some());
    ensure_eq!(record.outcome(), Outcome::Pending);
    ensure_eq!(journal.claim(claim("2", 2)).await?, ClaimOutcome::New);
    ensure!(!journal.resolve(&key("2"), created.clone(), act()).await?, "it is held");
    ensure!(!journal.resolve(&key("unknown"), created, act()).await?);
    Ok(())
}

/// Rule 8: an interrupted delivery is interrupted again after its resolution was taken back.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_reopened_interruption_is_interrupted_again(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    if !subject.reopens() {
        return Ok(());
    }
    subject.journal().claim(claim("42", 1)).await?;
    subject.reopen().await?;
    let before = look(&*subject.journal(), "42").await?;
    ensure!(subject.journal().resolve(&key("42"), Resolution::NotCreated, act()).await?);
    ensure!(subject.journal().reopen(&key("42"), act()).await?);
    ensure_eq!(state_of(&look(&*subject.journal(), "42").await?), state_of(&before));
    Ok(())
}

/// Rule 8: a resolution is not taken back once another run has claimed or settled the delivery.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_resolution_is_not_taken_back_after_another_claim(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    if !subject.reopens() {
        return Ok(());
    }
    let journal = subject.journal();
    ensure!(!journal.reopen(&key("unknown"), act()).await?);
    for outcome in [Outcome::Created, Outcome::Failed, Outcome::InDoubt] {
        deliver(&*journal, outcome.as_str(), 1, outcome).await?;
        ensure!(!journal.reopen(&key(outcome.as_str()), act()).await?, "no person resolved it");
    }
    for (contact, ends) in [("1", None), ("2", Some(Outcome::Failed)), ("3", Some(Outcome::Created))] {
        deliver(&*journal, contact, 1, Outcome::InDoubt).await?;
        ensure!(journal.resolve(&key(contact), Resolution::NotCreated, act()).await?);
        ensure_eq!(journal.claim(claim(contact, 2)).await?, ClaimOutcome::New);
        if let Some(outcome) = ends {
            settle(&*journal, settlement(contact, Some(2), outcome)).await?;
        }
        let before = look(&*journal, contact).await?;
        ensure!(!journal.reopen(&key(contact), act()).await?, "it was sent since");
        ensure!(look(&*journal, contact).await? == before);
    }
    drop(journal);
    subject.reopen().await?;
    ensure_eq!(state(&*subject.journal(), "1").await?, RecordState::Interrupted);
    ensure!(!subject.journal().reopen(&key("1"), act()).await?);
    Ok(())
}

/// Rule 8: [`Act::seen`] protects a record that has changed since.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_person_changes_only_the_record_that_was_seen(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    let journal = subject.journal();
    deliver(&*journal, "42", 1, Outcome::InDoubt).await?;
    let seen = Some(look(&*journal, "42").await?.changed_at);
    let after_another_look = Settlement { at: later(5), ..settlement("42", Some(2), Outcome::InDoubt) };
    journal.claim(claim("42", 2)).await?;
    settle(&*journal, after_another_look).await?;
    let resolve = async |seen| {
        let act = Act { seen, ..act() };
        journal.resolve(&key("42"), Resolution::NotCreated, act).await
    };
    ensure!(!resolve(seen).await?);
    ensure_eq!(state(&*journal, "42").await?, RecordState::Settled(Outcome::InDoubt));
    ensure!(resolve(Some(later(5))).await?);
    Ok(())
}

/// Rules 8 and 11: a resolution is in the story, with the name and the note.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_resolution_is_in_the_story(subject: &mut dyn Subject) -> Result<(), Violation> {
    if !subject.stores_stories() {
        return Ok(());
    }
    let journal = subject.journal();
    deliver(&*journal, "42", 1, Outcome::InDoubt).await?;
    ensure!(journal.resolve(&key("42"), Resolution::Created(id("9001")?), by("ada", 7)).await?);
    let event = StoryEvent::Resolved {
        resolution: ResolutionWord::Created,
        id: Some(id("9001")?),
        by: Some("ada".to_owned()),
        note: Some("called them".to_owned()),
    };
    ensure_eq!(story(&*journal, "42").await?.entries, [StoryEntry { at: later(7), run: None, event }]);
    Ok(())
}
