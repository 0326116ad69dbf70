//! Checks of the times of a record.

use std::time::Duration;

use unicontact_providers::Stamp;

use super::claims::later;
use super::requests::{claim, deliver, look, now, settle, settlement, stamp, state};
use super::{Subject, Violation};
use crate::journal::{Claim, ClaimOutcome, RecordState, Settlement};
use crate::outcome::Outcome;

/// Rule 9: a claim with the id of the holder is [`ClaimOutcome::Extended`], and the record has its times.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_second_claim_with_the_same_id_extends_the_first(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    subject.journal().claim(Claim { may_send_until: later(150), ..claim("42", 1) }).await?;
    ensure_eq!(look(&*subject.journal(), "42").await?.may_send_until, Some(later(150)));
    let extending = Claim {
        at: later(200),
        may_send_until: later(350),
        look_again_at: Some(later(950).time),
        ..claim("42", 1)
    };
    ensure_eq!(subject.journal().claim(extending).await?, ClaimOutcome::Extended);
    subject.reopen().await?;
    let record = look(&*subject.journal(), "42").await?;
    ensure_eq!((record.state, record.may_send_until), (RecordState::Interrupted, Some(later(350))));
    ensure_eq!(record.look_again_at(), Some(later(950).time));
    Ok(())
}

/// Rule 9: [`Claim::extends`] is [`ClaimOutcome::Held`] unless the claim with this id holds the delivery.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_lost_claim_is_not_extended(subject: &mut dyn Subject) -> Result<(), Violation> {
    let journal = subject.journal();
    let extending = |contact: &str| Claim { extends: true, ..claim(contact, 1) };
    ensure_eq!(journal.claim(extending("unknown")).await?, ClaimOutcome::Held);
    journal.claim(claim("claimed", 2)).await?;
    ensure_eq!(journal.claim(extending("claimed")).await?, ClaimOutcome::Held);
    for outcome in [Outcome::InDoubt, Outcome::Pending, Outcome::Failed, Outcome::Created] {
        let contact = outcome.as_str();
        deliver(&*journal, contact, 2, outcome).await?;
        ensure_eq!(journal.claim(extending(contact)).await?, ClaimOutcome::Held, "{contact}");
        ensure_eq!(state(&*journal, contact).await?, RecordState::Settled(outcome));
    }
    Ok(())
}

/// Rule 9: a look is recorded, and the time of the last attempt stays.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_look_does_not_move_the_time_of_the_last_attempt(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    deliver(&*subject.journal(), "42", 1, Outcome::InDoubt).await?;
    for (number, seconds) in [(2, 60), (3, 120)] {
        subject.reopen().await?;
        let journal = subject.journal();
        let at = later(seconds);
        let claim = Claim { at, may_send_until: at.after(Duration::from_secs(150)), ..claim("42", number) };
        ensure!(matches!(journal.claim(claim).await?, ClaimOutcome::Interrupted(_)));
        let looked = Settlement {
            attempts: 0,
            last_attempt: None,
            looked_at: Some(at.time),
            look_again_at: Some(later(600).time),
            ..settlement("42", Some(number), Outcome::InDoubt)
        };
        settle(&*journal, looked).await?;
        let record = look(&*journal, "42").await?;
        ensure_eq!((record.may_send_until, record.looked_at), (Some(stamp()), Some(at.time)));
        ensure_eq!(record.look_again_at(), Some(later(600).time));
    }
    Ok(())
}

/// Rule 9: a time that a wrong clock wrote counts from the next claim.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_time_in_the_future_is_corrected_by_the_next_claim(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    subject.journal().claim(claim("1", 1)).await?;
    settle(&*subject.journal(), settlement("1", Some(1), Outcome::InDoubt)).await?;
    subject.journal().claim(claim("2", 2)).await?;
    subject.reopen().await?;
    let before = jiff::SignedDuration::from_hours(-24);
    let at = Stamp::from_time(now() + before);
    let may_send_until = at.after(Duration::from_secs(150));
    for (contact, expected) in [("1", at), ("2", may_send_until)] {
        let claim = Claim { at, may_send_until, ..claim(contact, 3) };
        let ClaimOutcome::Interrupted(record) = subject.journal().claim(claim).await? else {
            return Err(violation!("it is not told as interrupted"));
        };
        ensure_eq!(record.may_send_until, Some(expected));
        ensure_eq!(look(&*subject.journal(), contact).await?.may_send_until, Some(expected));
    }
    Ok(())
}
