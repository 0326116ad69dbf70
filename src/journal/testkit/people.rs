//! Checks of recognizing people. A journal without an identity key passes them: it recognizes nobody.

use serde_json::{Value, json};
use unicontact_providers::{DeliveryKey, UnifiedContact, contact_key};

use super::requests::{claim, deliver, settle, settlement};
use super::{Subject, Violation};
use crate::identity::{Identification, IdentifyBy, Identity, Recognition};
use crate::journal::{Claim, ClaimOutcome, IdentifyRequest, Journal, Settlement};
use crate::outcome::Outcome;

fn contact(value: Value) -> Result<UnifiedContact, Violation> {
    serde_json::from_value(value).map_err(|error| violation!("{error}"))
}

/// Returns a contact with a name, addresses and numbers.
fn person(
    id: Option<&str>,
    name: &str,
    emails: &[&str],
    phones: &[&str],
) -> Result<UnifiedContact, Violation> {
    let emails: Vec<Value> = emails.iter().map(|email| json!({"address": email})).collect();
    let phones: Vec<Value> = phones.iter().map(|phone| json!({"number": phone})).collect();
    let mut value = json!({"name": name, "emails": emails, "phones": phones});
    if let Some(id) = id {
        value["external_id"] = json!(id);
    }
    contact(value)
}

fn request(journal: &dyn Journal, contact: &UnifiedContact) -> Result<IdentifyRequest, Violation> {
    let identity = journal.identity_key().and_then(|key| Identity::new(contact, IdentifyBy::Identity, key));
    let identity = identity.ok_or_else(|| violation!("the contact has no identity"))?;
    Ok(IdentifyRequest { identity, providers: ["acme".to_owned()].into() })
}

async fn identify(journal: &dyn Journal, contact: &UnifiedContact) -> Result<Identification, Violation> {
    Ok(journal.identify(request(journal, contact)?).await?)
}

async fn recognize(journal: &dyn Journal, contact: &UnifiedContact) -> Result<Identification, Violation> {
    Ok(journal.recognize(request(journal, contact)?).await?)
}

/// Returns the contact's part of the keys of a contact's deliveries.
async fn key_of(journal: &dyn Journal, contact: &UnifiedContact) -> Result<String, Violation> {
    Ok(recognition(journal, contact).await?.0)
}

async fn recognition(
    journal: &dyn Journal,
    contact: &UnifiedContact,
) -> Result<(String, Recognition), Violation> {
    match identify(journal, contact).await? {
        Identification::Person { contact, recognition, .. } => Ok((contact, recognition)),
        other => Err(violation!("expected a person, not {other:?}")),
    }
}

/// Returns whether the journal recognizes people.
fn recognizes(subject: &dyn Subject) -> bool {
    subject.journal().identity_key().is_some()
}

/// A person is recognized by the name with any address or number that was registered.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_person_is_recognized_by_any_address(subject: &mut dyn Subject) -> Result<(), Violation> {
    if !recognizes(subject) {
        return Ok(());
    }
    let first = person(None, "Ada King", &["ada@example.com", "king@example.com"], &[])?;
    let (key, new) = recognition(&*subject.journal(), &first).await?;
    ensure!(key.starts_with("sha256:") && new == Recognition::New, "{key}");
    subject.reopen().await?;
    let again = [
        person(None, "King, Ada", &["king@example.com", "ada@example.com"], &[])?,
        person(None, "ADA  KING", &["King@Example.com"], &[])?,
        person(None, "Ada King", &["other@example.com", "ada@example.com"], &["+442079460123"])?,
        // Known by what the one before added.
        person(None, "Ada King", &[], &["020 7946 0123"])?,
        person(None, "Ada King", &["other@example.com"], &[])?,
    ];
    for contact in again {
        let recognized = recognition(&*subject.journal(), &contact).await?;
        ensure_eq!(recognized, (key.clone(), Recognition::Same));
    }
    let other = person(None, "Ada King Jr", &["ada@example.com"], &[])?;
    ensure!(key_of(&*subject.journal(), &other).await? != key);
    Ok(())
}

/// A telephone number does not match two contacts that have different addresses.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_shared_number_does_not_match_different_addresses(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    if !recognizes(subject) {
        return Ok(());
    }
    let journal = subject.journal();
    let first = person(None, "John Smith", &["one@example.com"], &["+442079460123"])?;
    let second = person(None, "John Smith", &["two@example.com"], &["+442079460123"])?;
    let key = key_of(&*journal, &first).await?;
    let second_key = key_of(&*journal, &second).await?;
    ensure!(second_key != key);
    // Without an address the number decides, for the person that was registered first.
    let without = person(None, "John Smith", &[], &["+442079460123"])?;
    ensure_eq!(recognition(&*journal, &without).await?, (key, Recognition::Same));
    ensure_eq!(key_of(&*journal, &second).await?, second_key);
    Ok(())
}

/// A person who was registered without an id takes the id of the contact.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_person_without_an_id_takes_the_id_of_the_contact(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    if !recognizes(subject) {
        return Ok(());
    }
    let without = person(None, "Ada King", &["ada@example.com"], &[])?;
    let key = key_of(&*subject.journal(), &without).await?;
    let with = person(Some("42"), "Ada King", &["ada@example.com"], &[])?;
    ensure_eq!(recognition(&*subject.journal(), &with).await?, (key.clone(), Recognition::TookId));
    subject.reopen().await?;
    let journal = subject.journal();
    ensure_eq!(recognition(&*journal, &with).await?, (key.clone(), Recognition::Same));
    ensure_eq!(recognition(&*journal, &without).await?, (key.clone(), Recognition::HasId));
    // A marriage: the id is the same, and so is the address.
    let married = person(Some("42"), "Ada Lovelace", &["ada@example.com"], &[])?;
    ensure_eq!(recognition(&*journal, &married).await?, (key.clone(), Recognition::Same));
    // Another id is another person, however alike.
    let other = person(Some("43"), "Ada King", &["ada@example.com"], &[])?;
    ensure_eq!(recognition(&*journal, &other).await?, ("43".to_owned(), Recognition::New));
    Ok(())
}

/// A later name is recognized together with an earlier address.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_later_name_is_recognized_with_an_earlier_address(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    if !recognizes(subject) {
        return Ok(());
    }
    let journal = subject.journal();
    let maiden = person(Some("42"), "Ada King", &["a@example.com", "b@example.com"], &[])?;
    let married = person(Some("42"), "Ada Lovelace", &["a@example.com"], &[])?;
    let married_again = person(Some("42"), "Ada Lovelace", &["b@example.com"], &[])?;
    for contact in [&maiden, &married, &married_again] {
        ensure_eq!(key_of(&*journal, contact).await?, "42");
    }
    let without = person(None, "Ada Lovelace", &["b@example.com"], &[])?;
    ensure_eq!(recognition(&*journal, &without).await?, ("42".to_owned(), Recognition::HasId));
    Ok(())
}

/// An id that was delivered for another person is [`Identification::OtherPerson`].
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn an_id_of_another_delivered_person_is_refused(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    if !recognizes(subject) {
        return Ok(());
    }
    let journal = subject.journal();
    let ada = person(Some("42"), "Ada King", &["ada@example.com"], &["+442079460123"])?;
    let bob = person(Some("42"), "Bob Stone", &["bob@example.com"], &["+442079460199"])?;
    ensure_eq!(key_of(&*journal, &ada).await?, "42");
    deliver(&*journal, "42", 1, Outcome::Created).await?;
    ensure_eq!(identify(&*journal, &bob).await?, Identification::OtherPerson);
    ensure_eq!(recognition(&*journal, &ada).await?, ("42".to_owned(), Recognition::Same));
    // It was refused, so that nothing of it is known.
    let bob = person(None, "Bob Stone", &["bob@example.com"], &[])?;
    ensure_eq!(recognition(&*journal, &bob).await?.1, Recognition::New);
    Ok(())
}

/// An id under which nothing was delivered may get another person.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn an_undelivered_id_may_get_another_person(subject: &mut dyn Subject) -> Result<(), Violation> {
    if !recognizes(subject) {
        return Ok(());
    }
    let journal = subject.journal();
    let ada = person(Some("42"), "Ada King", &["ada@example.com"], &[])?;
    let bob = person(Some("42"), "Bob Stone", &["bob@example.com"], &[])?;
    key_of(&*journal, &ada).await?;
    deliver(&*journal, "42", 1, Outcome::Failed).await?;
    ensure_eq!(recognition(&*journal, &bob).await?, ("42".to_owned(), Recognition::Same));
    deliver(&*journal, "42", 2, Outcome::Created).await?;
    ensure_eq!(identify(&*journal, &ada).await?, Identification::OtherPerson);
    Ok(())
}

/// A contact with only a name is recognized by its content.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_contact_with_only_a_name_is_recognized_by_its_content(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    if !recognizes(subject) {
        return Ok(());
    }
    let journal = subject.journal();
    let ada = contact(json!({"name": "Ada King"}))?;
    let key = key_of(&*journal, &ada).await?;
    ensure_eq!(key, contact_key(&ada));
    ensure_eq!(key_of(&*journal, &ada).await?, key);
    ensure!(key_of(&*journal, &contact(json!({"name": "Ada King", "title": "Countess"}))?).await? != key);
    Ok(())
}

/// A delivery to a provider that the request does not name counts, too.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_delivery_to_any_provider_counts(subject: &mut dyn Subject) -> Result<(), Violation> {
    if !recognizes(subject) {
        return Ok(());
    }
    let journal = subject.journal();
    let deliver_elsewhere = async |contact: &str, number| {
        let key = DeliveryKey::from_contact_key("elsewhere", contact.to_owned());
        let claimed = journal.claim(Claim { key: key.clone(), ..claim(contact, number) }).await?;
        ensure_eq!(claimed, ClaimOutcome::New);
        let settlement = settlement(contact, Some(number), Outcome::Created);
        settle(&*journal, Settlement { key, ..settlement }).await
    };
    let ann = person(Some("42"), "Ann One", &["ann@example.com"], &[])?;
    deliver_elsewhere(&key_of(&*journal, &ann).await?, 1).await?;
    let bob = person(Some("42"), "Bob Two", &["bob@example.com"], &[])?;
    ensure_eq!(identify(&*journal, &bob).await?, Identification::OtherPerson);
    // Known by its content alone, and now with an id.
    let cyd = person(None, "Cyd Three", &[], &[])?;
    let key = key_of(&*journal, &cyd).await?;
    deliver_elsewhere(&key, 2).await?;
    ensure_eq!(key_of(&*journal, &person(Some("43"), "Cyd Three", &[], &[])?).await?, key);
    // Nobody was delivered under this id.
    ensure_eq!(key_of(&*journal, &person(Some("44"), "Dee Four", &["dee@example.com"], &[])?).await?, "44");
    ensure_eq!(key_of(&*journal, &person(Some("44"), "Eve Five", &["eve@example.com"], &[])?).await?, "44");
    Ok(())
}

/// [`Journal::recognize`](crate::journal::Journal::recognize) answers as `identify` does, and registers nobody.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn recognizing_registers_nobody(subject: &mut dyn Subject) -> Result<(), Violation> {
    if !recognizes(subject) {
        return Ok(());
    }
    let journal = subject.journal();
    let ada = person(Some("42"), "Ada King", &["ada@example.com"], &["+442079460123"])?;
    ensure!(matches!(
        recognize(&*journal, &ada).await?,
        Identification::Person { recognition: Recognition::New, .. }
    ));
    let without = person(None, "Ada King", &["ada@example.com"], &[])?;
    let (key, new) = recognition(&*journal, &without).await?;
    ensure_eq!(new, Recognition::New);
    ensure_eq!(
        recognize(&*journal, &ada).await?,
        Identification::Person { contact: key.clone(), recognition: Recognition::TookId, contradicts: false }
    );
    let recognized = recognition(&*journal, &without).await?;
    ensure_eq!(recognized, (key, Recognition::Same), "the id was not taken over");
    Ok(())
}
