//! Breaks rule 10: it reads a list that it cannot read as one that holds nothing.

use async_trait::async_trait;
use unicontact::providers::comparison::{ComparedField, ContactList, ValueKind};
use unicontact::providers::http::Authorization;
use unicontact::providers::{
    Capabilities, ContactProvider as _, Effect, ErrorKind, Exchange, FindOutcome, FindRequest, Operation,
    ProviderError,
};

use super::{CardIndex, Fault, found};

const FIELDS: &[ComparedField] = &[
    ComparedField::new("/display_name", ValueKind::Name),
    ComparedField::new("/email", ValueKind::EmailAddress),
];

/// An adapter that can find, with a way to read the list.
#[derive(Debug, Clone)]
struct Finds {
    /// Returns nothing where it reads no list.
    read: fn(&Exchange) -> Option<ContactList>,
    finds_each: bool,
}

#[async_trait]
impl Fault for Finds {
    fn capabilities(&self) -> Capabilities {
        Capabilities { find: true, ..Capabilities::default() }
    }

    async fn find(&self, sound: &CardIndex, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        let draft = sound.draft(request.contact)?;
        let authorization = Some(Authorization::Bearer(sound.token.clone()));
        let exchange = sound.connection.get(Operation::Find, draft.url, authorization).await?;
        exchange.success(&sound.connection.info)?;
        match (self.read)(&exchange) {
            Some(list) => Ok(list.find(&draft.body, request.except)),
            None => {
                Err(exchange.error(&sound.connection.info, ErrorKind::UnexpectedResponse, Effect::NotSent))
            }
        }
    }

    async fn find_many(
        &self,
        sound: &CardIndex,
        requests: &[FindRequest<'_>],
    ) -> Vec<Result<FindOutcome, ProviderError>> {
        let mut outcomes = Vec::new();
        for request in requests.iter().take(if self.finds_each { usize::MAX } else { 1 }) {
            outcomes.push(self.find(sound, request).await);
        }
        outcomes
    }
}

fn read_whole(exchange: &Exchange) -> Option<ContactList> {
    let list = exchange.answer.json_list()?;
    Some(ContactList::new(FIELDS, &["id"], &list.entries, list.is_complete))
}

#[tokio::test]
async fn a_list_that_was_not_read_whole_is_caught() {
    let read = |exchange: &Exchange| {
        let body = exchange.answer.json().unwrap_or_default();
        let entries = body.as_array().map(Vec::as_slice).unwrap_or_default();
        Some(ContactList::new(FIELDS, &["id"], entries, true))
    };
    let report = found(Finds { read, finds_each: true }).await;
    assert_eq!(report.broken_rules(), [10], "{report}");
    insta::assert_snapshot!(report, @r"
    Rule 10: find answers nothing only after everything was read, and find_many answers as find does.
      - find that is answered with an empty body: it found nothing
      - find whose answer is half a document: it found nothing
      - find whose answer is longer than is read: it found nothing
      What to do: answer FindOutcome::Nothing only of a list that was read whole: Answer::json_list says whether it was. Of anything else return FindOutcome::Unclear, or the error of the read.
    ");
}

#[tokio::test]
async fn one_answer_to_several_requests_is_caught() {
    let report = found(Finds { read: read_whole, finds_each: false }).await;
    assert_eq!(report.broken_rules(), [10], "{report}");
}

#[tokio::test]
async fn an_adapter_that_never_finds_nothing_is_caught() {
    let read = |exchange: &Exchange| {
        let list = exchange.answer.json_list()?;
        Some(ContactList::new(FIELDS, &["id"], &list.entries, false))
    };
    let report = found(Finds { read, finds_each: true }).await;
    assert_eq!(report.broken_rules(), [9], "{report}");
}

#[tokio::test]
async fn an_adapter_that_reads_the_list_whole_keeps_the_rules() {
    found(Finds { read: read_whole, finds_each: true }).await.assert_kept();
}
