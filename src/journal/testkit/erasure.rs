//! Checks of erasing contacts.

use super::requests::{claim, deliver, key, look};
use super::{Subject, Violation};
use crate::journal::ClaimOutcome;
use crate::outcome::Outcome;

/// [`Journal::forget`](crate::journal::Journal::forget) erases the contact and the message of the error; the outcome and the vendor's id stay.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_forgotten_contact_keeps_its_outcome(subject: &mut dyn Subject) -> Result<(), Violation> {
    for outcome in [Outcome::Created, Outcome::Existing, Outcome::InDoubt, Outcome::Failed] {
        let contact = outcome.as_str();
        deliver(&*subject.journal(), contact, 1, outcome).await?;
        let before = look(&*subject.journal(), contact).await?;
        ensure!(subject.journal().forget(&key(contact)).await?);
        subject.reopen().await?;
        let after = look(&*subject.journal(), contact).await?;
        ensure_eq!((after.state, &after.id), (before.state, &before.id));
        ensure_eq!((&*after.fingerprint, after.content, after.digest), ("", None, None));
        ensure_eq!(after.changed_at, before.changed_at);
        let error = after.error.as_ref();
        ensure!(error.is_none_or(|error| error.get("message").is_none()), "{error:?}");
        ensure_eq!(after.error.is_some(), before.error.is_some());
        let claimed = subject.journal().claim(claim(contact, 2)).await?;
        let is_sent = matches!(claimed, ClaimOutcome::New);
        ensure_eq!(is_sent, outcome == Outcome::Failed, "{claimed:?}");
    }
    Ok(())
}

/// [`Journal::forget`](crate::journal::Journal::forget) returns `false` for a claimed delivery and for one without a record.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_claimed_delivery_is_not_forgotten(subject: &mut dyn Subject) -> Result<(), Violation> {
    let journal = subject.journal();
    journal.claim(claim("42", 1)).await?;
    ensure!(!journal.forget(&key("42")).await?);
    ensure!(look(&*journal, "42").await?.contact().is_some());
    ensure!(!journal.forget(&key("unknown")).await?);
    Ok(())
}
