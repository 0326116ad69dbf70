//! Checks of settlements: what they record, and for whom.

use super::requests::{claim, deliver, look, now, settle, settlement, state};
use super::{Subject, Violation};
use crate::journal::{ClaimId, ClaimOutcome, RecordState, SettleOutcome, Settlement};
use crate::outcome::Outcome;

/// Rule 6: a settlement that neither sent nor looked for the contact leaves an earlier doubt as it was.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_claim_without_attempts_leaves_an_earlier_doubt(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    deliver(&*subject.journal(), "settled", 1, Outcome::InDoubt).await?;
    subject.journal().claim(claim("interrupted", 2)).await?;
    subject.reopen().await?;
    let journal = subject.journal();
    for contact in ["settled", "interrupted"] {
        for (number, outcome) in (3..).zip([Outcome::Pending, Outcome::Failed, Outcome::Rejected]) {
            let claimed = journal.claim(claim(contact, number)).await?;
            let ClaimOutcome::Interrupted(before) = claimed else {
                return Err(violation!("{contact}: {claimed:?}"));
            };
            let nothing_done = Settlement { attempts: 0, ..settlement(contact, Some(number), outcome) };
            ensure_eq!(journal.settle(nothing_done.clone()).await?, SettleOutcome::TellsLess);
            ensure_eq!(journal.settle(nothing_done).await?, SettleOutcome::TellsLess);
            let record = look(&*journal, contact).await?;
            ensure_eq!(record.state, RecordState::Settled(Outcome::InDoubt), "{contact} {outcome:?}");
            ensure_eq!(record.may_send_until, before.may_send_until);
            ensure!(record.error.is_some() && record.contact().is_some(), "{contact}: {record:?}");
        }
        let claimed = journal.claim(claim(contact, 6)).await?;
        ensure!(matches!(claimed, ClaimOutcome::Interrupted(_)), "{contact}: {claimed:?}");
        let looked_at = Some(now());
        let not_created =
            Settlement { attempts: 0, looked_at, ..settlement(contact, Some(6), Outcome::Pending) };
        settle(&*journal, not_created).await?;
        ensure_eq!(journal.claim(claim(contact, 7)).await?, ClaimOutcome::New);
    }
    Ok(())
}

/// Rule 6: a claimed delivery is not settled without its claim or by another one.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn only_its_claim_settles_a_claimed_delivery(subject: &mut dyn Subject) -> Result<(), Violation> {
    let journal = subject.journal();
    journal.claim(claim("42", 1)).await?;
    for stranger in [None, Some(2)] {
        for outcome in Outcome::ALL {
            let answer = journal.settle(settlement("42", stranger, outcome)).await?;
            let tells_less = stranger.is_none() && outcome == Outcome::Pending;
            let expected = if tells_less { SettleOutcome::TellsLess } else { SettleOutcome::NotHolder };
            ensure_eq!(answer, expected, "{stranger:?} {outcome:?}");
            ensure_eq!(state(&*journal, "42").await?, RecordState::Claimed(ClaimId::from_number(1)));
        }
    }
    Ok(())
}

/// Rule 6: without a claim, only a delivery that may be sent again is settled.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_settlement_without_a_claim_replaces_only_unfinished_deliveries(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    for outcome in [Outcome::Pending, Outcome::Failed, Outcome::Rejected] {
        settle(&*subject.journal(), settlement("42", None, outcome)).await?;
        ensure_eq!(state(&*subject.journal(), "42").await?, RecordState::Settled(outcome));
    }
    for (contact, known) in [("1", Outcome::Created), ("2", Outcome::InDoubt)] {
        deliver(&*subject.journal(), contact, 1, known).await?;
        let answer = subject.journal().settle(settlement(contact, None, Outcome::Pending)).await?;
        ensure_eq!(answer, SettleOutcome::TellsLess);
        ensure_eq!(state(&*subject.journal(), contact).await?, RecordState::Settled(known));
    }
    subject.journal().claim(claim("3", 1)).await?;
    subject.reopen().await?;
    let answer = subject.journal().settle(settlement("3", None, Outcome::Pending)).await?;
    ensure_eq!(answer, SettleOutcome::TellsLess);
    ensure_eq!(state(&*subject.journal(), "3").await?, RecordState::Interrupted);
    Ok(())
}

/// Rule 6: `pending` does not replace the error of a failed delivery, unless the contact has changed.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_pending_settlement_keeps_the_error_of_the_same_content(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    let journal = subject.journal();
    deliver(&*journal, "42", 1, Outcome::Failed).await?;
    let answer = journal.settle(settlement("42", None, Outcome::Pending)).await?;
    ensure_eq!(answer, SettleOutcome::TellsLess);
    let record = look(&*journal, "42").await?;
    ensure_eq!((record.outcome(), record.error_kind()), (Outcome::Failed, Some("unavailable")));
    let changed = Settlement { fingerprint: "f2".into(), ..settlement("42", None, Outcome::Pending) };
    settle(&*journal, changed).await?;
    let record = look(&*journal, "42").await?;
    ensure_eq!((record.outcome(), &*record.fingerprint), (Outcome::Pending, "f2"));
    Ok(())
}

/// Rule 6: a claim that was interrupted settles nothing.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_claim_of_an_ended_process_settles_nothing(subject: &mut dyn Subject) -> Result<(), Violation> {
    subject.journal().claim(claim("42", 1)).await?;
    subject.reopen().await?;
    let answer = subject.journal().settle(settlement("42", Some(1), Outcome::Failed)).await?;
    ensure_eq!(answer, SettleOutcome::NotHolder);
    ensure_eq!(state(&*subject.journal(), "42").await?, RecordState::Interrupted);
    Ok(())
}

/// Rule 7: the contact is stored only while its delivery is unfinished.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_delivered_contact_is_erased(subject: &mut dyn Subject) -> Result<(), Violation> {
    let journal = subject.journal();
    for outcome in Outcome::ALL.into_iter().filter(|outcome| *outcome != Outcome::Skipped) {
        let contact = outcome.as_str();
        journal.claim(claim(contact, 1)).await?;
        ensure!(look(&*journal, contact).await?.contact().is_some());
        settle(&*journal, settlement(contact, Some(1), outcome)).await?;
        let record = look(&*journal, contact).await?;
        ensure_eq!(record.content.is_none(), outcome.is_delivered(), "{outcome:?}");
    }
    Ok(())
}

/// [`Journal::settle`](crate::journal::Journal::settle): a settlement is written although its future is dropped.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_settlement_is_written_without_waiting_for_it(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    let journal = subject.journal();
    journal.claim(claim("42", 1)).await?;
    drop(journal.settle(settlement("42", Some(1), Outcome::Created)));
    ensure_eq!(state(&*journal, "42").await?, RecordState::Settled(Outcome::Created));
    Ok(())
}

/// Rule 6: only the first settlement of a claim counts.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_second_settlement_of_a_claim_changes_nothing(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    let journal = subject.journal();
    deliver(&*journal, "42", 1, Outcome::Created).await?;
    let cut_off = journal.settle(settlement("42", Some(1), Outcome::InDoubt)).await?;
    ensure_eq!(cut_off, SettleOutcome::TellsLess);
    let record = look(&*journal, "42").await?;
    ensure_eq!((record.outcome(), record.overruns), (Outcome::Created, 0));
    Ok(())
}

/// Rule 6: an attempt under a lost claim is counted in [`Record::overruns`](crate::journal::Record::overruns), and the record stays.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn an_attempt_without_a_claim_is_counted(subject: &mut dyn Subject) -> Result<(), Violation> {
    let journal = subject.journal();
    deliver(&*journal, "42", 2, Outcome::Created).await?;
    for (outcome, overruns) in [(Outcome::Pending, 0), (Outcome::Created, 1), (Outcome::InDoubt, 2)] {
        let answer = journal.settle(settlement("42", Some(1), outcome)).await?;
        ensure_eq!(answer, SettleOutcome::NotHolder);
        let record = look(&*journal, "42").await?;
        ensure_eq!((record.overruns, record.outcome()), (overruns, Outcome::Created));
        ensure_eq!(record.note().is_some_and(|note| note.contains("second contact")), overruns > 0);
    }
    Ok(())
}
