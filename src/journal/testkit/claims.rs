//! Checks of claims: who is granted a delivery.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use unicontact_providers::{DeliveryKey, Stamp};

use super::requests::{CONTENT, claim, deliver, id, key, look, now, settle, settlement, stamp, state};
use super::{Subject, Violation};
use crate::journal::{Claim, ClaimId, ClaimOutcome, RecordState, Settlement};
use crate::outcome::Outcome;

const UNFINISHED: [Outcome; 3] = [Outcome::Failed, Outcome::Rejected, Outcome::Pending];

/// Returns the time so many seconds after that of the requests.
pub(super) fn later(seconds: u64) -> Stamp {
    stamp().after(Duration::from_secs(seconds))
}

/// Rules 1 and 2: the first claim of a delivery is [`ClaimOutcome::New`], a second one is [`ClaimOutcome::Held`].
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn an_unknown_delivery_is_granted_once(subject: &mut dyn Subject) -> Result<(), Violation> {
    let journal = subject.journal();
    ensure_eq!(journal.look(&key("42")).await?, None);
    ensure_eq!(journal.claim(claim("42", 1)).await?, ClaimOutcome::New);
    ensure_eq!(journal.claim(claim("42", 2)).await?, ClaimOutcome::Held);
    ensure_eq!(state(&*journal, "42").await?, RecordState::Claimed(ClaimId::from_number(1)));
    Ok(())
}

/// Rule 2: of many claims of one delivery at the same time, one is granted.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn one_of_many_claims_at_the_same_time_is_granted(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    let journal = subject.journal();
    for contact in ["1", "2", "3"] {
        let outcomes = join_all((1..=20).map(|number| journal.claim(claim(contact, number)))).await;
        let outcomes = outcomes.into_iter().collect::<Result<Vec<_>, _>>()?;
        let granted = outcomes.iter().filter(|outcome| **outcome == ClaimOutcome::New).count();
        let held = outcomes.iter().filter(|outcome| **outcome == ClaimOutcome::Held).count();
        ensure_eq!((granted, held), (1, 19));
    }
    Ok(())
}

/// Rule 1: two providers have two records of one contact.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn each_provider_has_a_record_of_its_own(subject: &mut dyn Subject) -> Result<(), Violation> {
    let journal = subject.journal();
    let other = DeliveryKey::from_contact_key("iot", "42".to_owned());
    ensure_eq!(journal.claim(claim("42", 1)).await?, ClaimOutcome::New);
    let claim = Claim { key: other, ..claim("42", 2) };
    ensure_eq!(journal.claim(claim).await?, ClaimOutcome::New);
    Ok(())
}

/// Rule 3: a delivered contact is [`ClaimOutcome::Done`] in every later process, with the vendor's id.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_delivered_contact_is_not_granted_again(subject: &mut dyn Subject) -> Result<(), Violation> {
    for (contact, outcome) in [("1", Outcome::Created), ("2", Outcome::Existing)] {
        deliver(&*subject.journal(), contact, 1, outcome).await?;
        for _ in 0..2 {
            let ClaimOutcome::Done(record) = subject.journal().claim(claim(contact, 2)).await? else {
                return Err(violation!("it was granted"));
            };
            ensure_eq!((record.id, record.state), (Some(id("17")?), RecordState::Settled(outcome)));
            ensure_eq!((&*record.fingerprint, record.attempts), ("f1", 1));
            subject.reopen().await?;
        }
    }
    Ok(())
}

/// Rule 5: a delivery that failed, was rejected or is pending is [`ClaimOutcome::New`] in the next process.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn an_unfinished_delivery_is_granted_again(subject: &mut dyn Subject) -> Result<(), Violation> {
    for outcome in UNFINISHED {
        let contact = outcome.as_str();
        deliver(&*subject.journal(), contact, 1, outcome).await?;
        subject.reopen().await?;
        ensure_eq!(state(&*subject.journal(), contact).await?, RecordState::Settled(outcome));
        ensure_eq!(subject.journal().claim(claim(contact, 2)).await?, ClaimOutcome::New);
    }
    Ok(())
}

/// Rules 2 and 4: a claim is durable, and the next process is granted it as [`ClaimOutcome::Interrupted`] with the contact that was sent.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn an_unsettled_claim_is_interrupted_after_its_process(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    subject.journal().claim(claim("42", 1)).await?;
    for claim_id in 2..4 {
        subject.reopen().await?;
        let changed = Claim { fingerprint: "f2".into(), content: "{}".into(), ..claim("42", claim_id) };
        let ClaimOutcome::Interrupted(record) = subject.journal().claim(changed).await? else {
            return Err(violation!("it is not told as interrupted"));
        };
        ensure_eq!(record.state, RecordState::Interrupted);
        ensure_eq!(record.content.as_deref(), Some(CONTENT), "the contact that was sent");
        ensure_eq!(&*record.fingerprint, "f1");
    }
    Ok(())
}

/// Rule 4: a delivery in doubt is granted as [`ClaimOutcome::Interrupted`] with its error.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_doubt_is_granted_as_interrupted_until_it_is_settled(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    deliver(&*subject.journal(), "42", 1, Outcome::InDoubt).await?;
    subject.reopen().await?;
    let claimed = subject.journal().claim(claim("42", 2)).await?;
    ensure!(matches!(&claimed, ClaimOutcome::Interrupted(record) if record.error.is_some()), "{claimed:?}");
    let created = settlement("42", Some(2), Outcome::Created);
    settle(&*subject.journal(), created).await?;
    ensure!(matches!(subject.journal().claim(claim("42", 3)).await?, ClaimOutcome::Done(_)));
    Ok(())
}

/// Rule 3: a claim with [`Claim::again`] is granted; if it fails, the record of the first delivery stays.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_repeated_delivery_that_fails_leaves_the_first(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    let journal = subject.journal();
    deliver(&*journal, "42", 1, Outcome::Created).await?;
    let again = |number| Claim { again: Some(Timestamp::MAX), ..claim("42", number) };
    for (number, outcome) in (2..).zip(UNFINISHED) {
        ensure_eq!(journal.claim(again(number)).await?, ClaimOutcome::New);
        ensure_eq!(journal.claim(again(9)).await?, ClaimOutcome::Held);
        settle(&*journal, settlement("42", Some(number), outcome)).await?;
        let record = look(&*journal, "42").await?;
        ensure!(record.outcome().is_delivered());
        ensure_eq!((record.id, record.content), (Some(id("17")?), None));
    }
    journal.claim(again(7)).await?;
    let second = Settlement { id: Some(id("18")?), ..settlement("42", Some(7), Outcome::Created) };
    settle(&*journal, second).await?;
    ensure_eq!(look(&*journal, "42").await?.id, Some(id("18")?));
    Ok(())
}

/// Rule 3: [`Claim::again`] is granted only for a delivery that was recorded before that time.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_delivery_is_repeated_only_if_it_is_older_than_the_time(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    let journal = subject.journal();
    deliver(&*journal, "42", 1, Outcome::Created).await?;
    let again = |number, before| Claim { again: Some(before), at: later(10), ..claim("42", number) };
    ensure!(matches!(journal.claim(again(2, now())).await?, ClaimOutcome::Done(_)));
    for (number, outcome) in (3..).zip(UNFINISHED) {
        ensure_eq!(journal.claim(again(number, later(5).time)).await?, ClaimOutcome::New);
        let nothing = Settlement { at: later(20).time, ..settlement("42", Some(number), outcome) };
        settle(&*journal, nothing).await?;
        ensure_eq!(look(&*journal, "42").await?.changed_at, now(), "nothing came of it");
    }
    ensure_eq!(journal.claim(again(9, later(5).time)).await?, ClaimOutcome::New);
    let second = Settlement { at: later(20).time, ..settlement("42", Some(9), Outcome::Created) };
    settle(&*journal, second).await?;
    ensure!(matches!(journal.claim(again(10, later(5).time)).await?, ClaimOutcome::Done(_)));
    Ok(())
}
