//! Requests to a journal under test. No time passes: every request has the time of [`now`], unless a check changes it.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use unicontact_providers::{ContactId, DeliveryKey, Stamp};

use super::Violation;
use crate::journal::{
    Act, Claim, ClaimId, ClaimOutcome, Journal, Record, RecordState, Selection, SettleOutcome, Settlement,
};
use crate::outcome::Outcome;

/// The contact of every request, as JSON.
pub const CONTENT: &str = r#"{"external_id":"42","kind":"person","name":{"full":"Ada King"}}"#;

/// Returns the time of all requests.
pub fn now() -> Timestamp {
    Timestamp::constant(1_700_000_000, 0)
}

/// Returns the time of all requests, as a stamp.
pub fn stamp() -> Stamp {
    Stamp::from_time(now())
}

/// Returns an act without a name.
pub fn act() -> Act {
    Act::new(now())
}

/// Returns the key of a contact at the provider `acme`.
pub fn key(contact: &str) -> DeliveryKey {
    DeliveryKey::from_contact_key("acme", contact.to_owned())
}

/// Returns a vendor's id.
///
/// # Errors
///
/// The text is no id ([`ContactId::new`]).
pub fn id(text: &str) -> Result<ContactId, Violation> {
    ContactId::new(text).ok_or_else(|| violation!("`{text}` is no id of a contact"))
}

/// Returns a claim of a contact at `acme`, with the id of that number, that permits attempts for 150 seconds.
pub fn claim(contact: &str, number: u64) -> Claim {
    Claim {
        key: key(contact),
        claim_id: ClaimId::from_number(number),
        vendor: "scripted".into(),
        fingerprint: "f1".into(),
        content: CONTENT.into(),
        digest: None,
        again: None,
        extends: false,
        at: stamp(),
        may_send_until: stamp().after(Duration::from_secs(150)),
        look_again_at: None,
        run: None,
        story: Vec::new(),
    }
}

/// Returns the settlement of a contact at `acme` by the claim of that number, or by none. A delivered contact has the vendor's
/// id `17`; a failed one has an error of the kind `unavailable`.
pub fn settlement(contact: &str, by: Option<u64>, outcome: Outcome) -> Settlement {
    let has_id = matches!(outcome, Outcome::Created | Outcome::Existing);
    let has_error = matches!(outcome, Outcome::Failed | Outcome::Rejected | Outcome::InDoubt);
    Settlement {
        key: key(contact),
        claim_id: by.map(ClaimId::from_number),
        vendor: "scripted".into(),
        fingerprint: "f1".into(),
        content: CONTENT.into(),
        digest: None,
        outcome,
        id: if has_id { ContactId::new("17") } else { None },
        attempts: 1,
        error: has_error.then(|| json!({"kind": "unavailable", "message": "away"})),
        last_attempt: (outcome == Outcome::InDoubt).then(stamp),
        looked_at: None,
        look_again_at: None,
        at: now(),
        run: None,
        story: Vec::new(),
    }
}

/// Claims a delivery and settles it.
///
/// # Errors
///
/// The journal does not grant the claim or does not write the settlement.
pub async fn deliver(
    journal: &dyn Journal,
    contact: &str,
    number: u64,
    outcome: Outcome,
) -> Result<(), Violation> {
    let claimed = journal.claim(claim(contact, number)).await?;
    ensure!(matches!(claimed, ClaimOutcome::New | ClaimOutcome::Interrupted(_)), "{claimed:?}");
    settle(journal, settlement(contact, Some(number), outcome)).await
}

/// Settles a delivery.
///
/// # Errors
///
/// The journal does not write the settlement.
pub async fn settle(journal: &dyn Journal, settlement: Settlement) -> Result<(), Violation> {
    ensure_eq!(journal.settle(settlement).await?, SettleOutcome::Written);
    Ok(())
}

/// Returns the record of a contact at `acme`.
///
/// # Errors
///
/// There is none.
pub async fn look(journal: &dyn Journal, contact: &str) -> Result<Record, Violation> {
    journal.look(&key(contact)).await?.ok_or_else(|| violation!("`{contact}` has no record"))
}

/// Returns the state of the record of a contact at `acme`.
///
/// # Errors
///
/// There is no record.
pub async fn state(journal: &dyn Journal, contact: &str) -> Result<RecordState, Violation> {
    Ok(look(journal, contact).await?.state)
}

/// Returns the contacts that a selection lists. Their keys are numbers.
///
/// # Errors
///
/// A key is not a number.
pub async fn listed(journal: &dyn Journal, selection: Selection) -> Result<Vec<u64>, Violation> {
    let records = journal.list(&selection).await?;
    let number = |record: &Record| {
        let contact = record.key.contact();
        contact.parse().map_err(|_| violation!("`{contact}` is no number"))
    };
    records.iter().map(number).collect()
}
