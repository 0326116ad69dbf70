//! The selection of unfinished deliveries for a retry.

use std::sync::Arc;

use futures_util::StreamExt;
use unicontact::bulk::RoutedContact;
use unicontact::journal::{Journal, MemoryJournal, Selection};
use unicontact::providers::{DeliveryKey, Effect, ErrorKind, UnifiedContact};
use unicontact::retry::{Retry, RetryError, RetryProblem, RetryStatus};
use unicontact::{FanOut, Policy};

use crate::scripted::bench::{Bench, contact};
use crate::scripted::{Scripted, creates, fails, failure};

const PROVIDERS: [&str; 2] = ["acme", "iot"];

/// Delivers a contact; the create fails at the named providers.
async fn deliver(journal: &Arc<dyn Journal>, contact: UnifiedContact, failing: &[&str]) {
    let bench = Bench::new().with(|settings| settings.max_attempts = 1.try_into().unwrap());
    let pipelines = PROVIDERS.into_iter().map(|name| {
        let adapter = Scripted::new(name);
        let is_failing = failing.contains(&name);
        let refusal = || fails(failure(ErrorKind::PermissionDenied, Effect::Refused));
        let step = if is_failing { refusal() } else { creates("17") };
        bench.pipeline(adapter.create(step))
    });
    let fan_out = FanOut::new(pipelines.collect(), Policy::All).with_journal(Arc::clone(journal));
    fan_out.deliver(contact).await;
}

async fn contacts(retry: Retry) -> (Vec<RoutedContact>, RetryStatus) {
    let (contacts, status) = retry.into_contacts();
    (contacts.collect().await, status)
}

fn routes(contacts: &[RoutedContact]) -> Vec<(&str, Vec<&str>)> {
    let route = |contact| {
        let RoutedContact { key, providers, .. }: &RoutedContact = contact;
        (key.as_str(), providers.iter().map(String::as_str).collect())
    };
    contacts.iter().map(route).collect()
}

#[tokio::test]
async fn unfinished_deliveries_are_grouped_by_contact_and_delivered_ones_are_left_out() {
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    deliver(&journal, contact("1"), &PROVIDERS).await;
    deliver(&journal, contact("2"), &["iot"]).await;
    deliver(&journal, contact("3"), &[]).await;
    let mut retry = Retry::new(Arc::clone(&journal), PROVIDERS);
    assert!(!retry.is_empty().await.unwrap());
    let (contacts, status) = contacts(retry).await;
    assert_eq!(routes(&contacts), [("1", vec!["acme", "iot"]), ("2", vec!["iot"])]);
    assert_eq!(contacts[0].contact, contact("1"));
    assert!(status.is_complete() && status.take_problems().is_empty());
}

#[tokio::test]
async fn a_retry_of_finished_deliveries_is_empty() {
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    deliver(&journal, contact("1"), &[]).await;
    assert!(Retry::new(journal, PROVIDERS).is_empty().await.unwrap());
}

#[tokio::test]
async fn a_selection_and_keys_limit_a_retry() {
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    for id in ["1", "2"] {
        deliver(&journal, contact(id), &PROVIDERS).await;
    }
    let selection = Selection { providers: vec!["iot".to_owned()], ..Selection::default() };
    let keys = PROVIDERS.map(|provider| DeliveryKey::from_contact_key(provider, "2".to_owned()));
    let retry = Retry::new(journal, PROVIDERS).with_selection(selection);
    let (contacts, _) = contacts(retry.with_keys(&keys).await.unwrap()).await;
    assert_eq!(routes(&contacts), [("2", vec!["iot"])]);
}

#[tokio::test]
async fn a_key_that_the_journal_does_not_have_is_an_error() {
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    let key = DeliveryKey::from_contact_key("acme", "1".to_owned());
    let error = Retry::new(journal, PROVIDERS).with_keys(std::slice::from_ref(&key)).await.unwrap_err();
    assert!(matches!(error, RetryError::UnknownDelivery(unknown) if unknown == key));
}

#[tokio::test]
async fn a_provider_that_is_not_configured_any_more_is_a_problem() {
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    deliver(&journal, contact("1"), &PROVIDERS).await;
    let (_, status) = contacts(Retry::new(journal, ["acme"])).await;
    let problems = status.take_problems();
    assert!(matches!(
        problems.as_slice(),
        [RetryProblem::UnknownProvider { contact, provider }] if contact == "1" && provider == "iot"
    ));
    assert!(status.is_complete());
}
