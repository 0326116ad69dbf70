//! Breaks rule 10: it reads a list that is cut off as an empty one.

use async_trait::async_trait;
use unicontact::providers::comparison::{ComparedField, ContactList, ValueKind};
use unicontact::providers::http::Authorization;
use unicontact::providers::{
    Capabilities, ContactProvider as _, Effect, ErrorKind, Exchange, FindOutcome, FindRequest, Operation,
    ProviderError,
};

use super::{CardIndex, Fault, caught, report_for};

const FIELDS: &[ComparedField] = &[
    ComparedField::new("/display_name", ValueKind::Name),
    ComparedField::new("/email", ValueKind::EmailAddress),
];

/// An adapter with `find`, and the function that reads its list.
#[derive(Debug, Clone)]
struct Finds {
    /// Returns `None` if the answer is no list.
    read: fn(&Exchange) -> Option<ContactList>,
    finds_each: bool,
}

#[async_trait]
impl Fault for Finds {
    fn capabilities(&self) -> Capabilities {
        Capabilities { find: true, ..Capabilities::default() }
    }

    async fn find(&self, inner: &CardIndex, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        let draft = inner.draft(request.contact)?;
        let authorization = Some(Authorization::Bearer(inner.token.clone()));
        let exchange = inner.connection.get(Operation::Find, draft.url, authorization).await?;
        exchange.success(&inner.connection.info)?;
        match (self.read)(&exchange) {
            Some(list) => Ok(list.find(&draft.body, request.except)),
            None => {
                Err(exchange.error(&inner.connection.info, ErrorKind::UnexpectedResponse, Effect::NotSent))
            }
        }
    }

    async fn find_many(
        &self,
        inner: &CardIndex,
        requests: &[FindRequest<'_>],
    ) -> Vec<Result<FindOutcome, ProviderError>> {
        let mut outcomes = Vec::new();
        for request in requests.iter().take(if self.finds_each { usize::MAX } else { 1 }) {
            outcomes.push(self.find(inner, request).await);
        }
        outcomes
    }
}

fn read_whole(exchange: &Exchange) -> Option<ContactList> {
    let list = exchange.answer.json_list()?;
    Some(ContactList::new(FIELDS, &["id"], &list.entries, list.is_complete))
}

#[tokio::test]
async fn a_partial_list_that_is_read_as_empty_is_caught() {
    let read = |exchange: &Exchange| {
        let body = exchange.answer.json().unwrap_or_default();
        let entries = body.as_array().map(Vec::as_slice).unwrap_or_default();
        Some(ContactList::new(FIELDS, &["id"], entries, true))
    };
    let report = caught(Finds { read, finds_each: true }).await;
    insta::assert_snapshot!(report, @r"
    Rule 10: find returns Nothing only after everything was read, and find_many returns what find does.
      - find that is answered with an empty body: it found nothing
      - find whose answer is half a document: it found nothing
      - find whose answer is longer than is read: it found nothing
      What to do: return FindOutcome::Nothing only for a list that was read whole, which Answer::json_list reports. Otherwise return FindOutcome::Unclear, or the error of the read.
    ");
}

#[tokio::test]
async fn one_outcome_for_several_requests_is_caught() {
    let report = report_for(Finds { read: read_whole, finds_each: false }).await;
    assert_eq!(report.broken_rules(), [10], "{report}");
}

#[tokio::test]
async fn an_adapter_that_never_finds_nothing_is_caught() {
    let read = |exchange: &Exchange| {
        let list = exchange.answer.json_list()?;
        Some(ContactList::new(FIELDS, &["id"], &list.entries, false))
    };
    let report = report_for(Finds { read, finds_each: true }).await;
    assert_eq!(report.broken_rules(), [9], "{report}");
}

#[tokio::test]
async fn an_adapter_that_reads_the_whole_list_keeps_the_rules() {
    report_for(Finds { read: read_whole, finds_each: true }).await.assert_kept();
}
