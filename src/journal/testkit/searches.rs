//! Checks of searches and of the filters of a selection.

use jiff::{SignedDuration, Timestamp};
use unicontact_providers::{DeliveryKey, Stamp};

use super::requests::{claim, id, listed, now, settle, settlement};
use super::{Subject, Violation};
use crate::journal::{Claim, Journal, Selection, Settlement};
use crate::outcome::Outcome;

fn at(seconds: i64) -> Timestamp {
    now().saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

/// Delivers a contact with a name and an address, which ends at that second.
async fn end(
    journal: &dyn Journal,
    number: u64,
    (name, email): (&str, &str),
    outcome: Outcome,
    seconds: i64,
) -> Result<(), Violation> {
    let contact = number.to_string();
    let content =
        format!(r#"{{"kind":"person","name":{{"full":"{name}"}},"emails":[{{"address":"{email}"}}]}}"#);
    let claim = Claim { content: content.clone().into(), ..claim(&contact, number) };
    journal.claim(claim).await?;
    let settlement = Settlement {
        at: at(seconds),
        content: content.into(),
        ..settlement(&contact, Some(number), outcome)
    };
    settle(journal, settlement).await
}

/// Delivers four contacts with different outcomes.
pub(super) async fn fill(journal: &dyn Journal) -> Result<(), Violation> {
    end(journal, 41, ("Zoë Straße", "zoe@example.com"), Outcome::Failed, 10).await?;
    end(journal, 42, ("Ada King", "ada@example.com"), Outcome::Created, 20).await?;
    end(journal, 421, ("Adam Kingsley", "ADAM@Example.org"), Outcome::InDoubt, 30).await?;
    end(journal, 5, ("Bo", "bo@example.com"), Outcome::Rejected, 40).await
}

/// [`Selection::search`] finds stored contacts by the beginnings of words, and all by their ids.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_search_finds_contacts_by_words_and_ids(subject: &mut dyn Subject) -> Result<(), Violation> {
    fill(&*subject.journal()).await?;
    let journal = subject.journal();
    let search = async |text: &str| {
        listed(&*journal, Selection { search: Some(text.to_owned()), ..Selection::default() }).await
    };
    for (text, found) in [
        ("zoe", &[41_u64] as &[u64]),
        ("ZOË", &[41]),
        ("zoe\u{308}", &[41]),
        ("strass", &[41]),
        ("str zo", &[41]),
        ("zoe king", &[]),
        ("ada", &[421]),
        ("king", &[421]),
        ("adam@example.org", &[421]),
        ("example", &[41, 421, 5]),
        ("straße zoe@example.com", &[41]),
        ("<Zoe@EXAMPLE.com>", &[41]),
        ("straße e@example.com", &[]),
        ("o@example.com", &[]),
        ("zoe@example.co", &[]),
        ("zoe@example.com.", &[41]),
        ("zo@example.com", &[]),
        ("zoe@exam", &[41]),
        ("zo@", &[]),
        ("zoe@", &[41]),
        ("ADAM@", &[421]),
        ("@example", &[41, 421, 5]),
        ("4", &[]),
        ("42", &[42]),
        ("421", &[421]),
        ("17", &[42]),
        ("%", &[]),
        ("", &[]),
        (" ", &[]),
        ("'\"", &[]),
    ] {
        ensure_eq!(search(text).await?, found, "{text:?} in {journal:?}");
    }
    let narrowed = Selection {
        search: Some("example".to_owned()),
        outcomes: vec![Outcome::Rejected],
        ..Selection::default()
    };
    ensure_eq!(listed(&*journal, narrowed).await?, [5]);
    Ok(())
}

/// [`Selection::search`] finds the contact that is sent now, and not a delivered one by its words.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_search_does_not_find_a_delivered_contact_by_words(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    fill(&*subject.journal()).await?;
    let journal = subject.journal();
    let zoe = || Selection { search: Some("zoe".to_owned()), ..Selection::default() };
    let again =
        Claim { content: r#"{"kind":"person","name":{"full":"Zoë Weiß"}}"#.into(), ..claim("41", 9) };
    journal.claim(again).await?;
    ensure_eq!(listed(&*journal, zoe()).await?, [41], "while it is sent");
    let old = Selection { search: Some("strass".to_owned()), ..Selection::default() };
    ensure_eq!(listed(&*journal, old).await?, [0; 0], "the contact that is sent now");
    settle(&*journal, settlement("41", Some(9), Outcome::Created)).await?;
    ensure_eq!(listed(&*journal, zoe()).await?, [0; 0]);
    Ok(())
}

/// [`Selection::person`] finds a whole key or e-mail address.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_person_is_found_by_a_whole_key_or_address(subject: &mut dyn Subject) -> Result<(), Violation> {
    fill(&*subject.journal()).await?;
    let journal = subject.journal();
    let person = async |text: &str| {
        listed(&*journal, Selection { person: Some(text.to_owned()), ..Selection::default() }).await
    };
    ensure_eq!(person("42").await?, [42]);
    ensure_eq!(person("4").await?, [0; 0]);
    ensure_eq!(person("Adam@example.ORG").await?, [421]);
    ensure_eq!(person("adam@example").await?, [0; 0]);
    ensure_eq!(person("Adam").await?, [0; 0]);
    Ok(())
}

/// [`Journal::list`](crate::journal::Journal::list) returns what [`Selection::includes`] includes, for all combinations of filters.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_list_agrees_with_the_conditions_of_the_selection(
    subject: &mut dyn Subject,
) -> Result<(), Violation> {
    fill(&*subject.journal()).await?;
    let journal = subject.journal();
    journal.claim(Claim { at: Stamp::from_time(at(50)), ..claim("6", 6) }).await?;
    let other = DeliveryKey::from_contact_key("iot", "42".to_owned());
    journal.claim(Claim { key: other.clone(), ..claim("42", 7) }).await?;
    settle(
        &*journal,
        Settlement {
            key: other,
            at: at(60),
            id: Some(id("iot-1")?),
            ..settlement("42", Some(7), Outcome::Created)
        },
    )
    .await?;
    let times = [None, Some(at(0)), Some(at(20)), Some(at(30)), Some(at(60)), Some(at(99))];
    let outcomes = [vec![], vec![Outcome::InDoubt], vec![Outcome::Created, Outcome::Failed]];
    let providers = [vec![], vec!["iot".to_owned()], vec!["acme".to_owned(), "none".to_owned()]];
    let kinds = [None, Some("unavailable".to_owned()), Some("interrupted".to_owned())];
    let all = journal.list(&Selection::default()).await?;
    ensure_eq!(all.len(), 6);
    for outcomes in &outcomes {
        for providers in &providers {
            for error_kind in &kinds {
                for changed_since in times {
                    for changed_before in times {
                        let (outcomes, providers) = (outcomes.clone(), providers.clone());
                        let selection = Selection {
                            outcomes,
                            providers,
                            error_kind: error_kind.clone(),
                            changed_since,
                            changed_before,
                            ..Selection::default()
                        };
                        let expected: Vec<_> =
                            all.iter().filter(|it| selection.includes(it)).cloned().collect();
                        ensure_eq!(journal.list(&selection).await?, expected, "{selection:?}");
                    }
                }
            }
        }
    }
    Ok(())
}
