//! A vendor that loses the answers of creates and commits them later by the clock of the test.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use unicontact::providers::clock::Clock;
use unicontact::providers::http::Answer;
use unicontact::providers::{
    Capabilities, ContactId, ContactProvider, Created, DeliveryKey, Draft, Effect, ErrorKind, Exchange, Fate,
    FieldFate, FindOutcome, FindRequest, Method, Operation, Prepared, ProviderError, ProviderInfo,
    SendPermit, UnifiedContact,
};
use url::Url;

use crate::parked::clock::PausedClock;

/// The vendor. Its clones are the same vendor.
#[derive(Clone)]
pub(crate) struct LateVendor {
    info: ProviderInfo,
    capabilities: Capabilities,
    clock: Arc<PausedClock>,
    behaviour: Behaviour,
    state: Arc<Mutex<State>>,
}

/// How the vendor handles creates.
#[derive(Clone, Copy)]
pub(crate) struct Behaviour {
    /// The number of creates, from the first on, whose answers are lost. Later ones succeed at once.
    pub(crate) lost: usize,
    /// The time from a create with a lost answer to its commit. `None`: the create is dropped.
    pub(crate) late: Option<Duration>,
    /// Whether contacts can be looked up, all with one request.
    pub(crate) can_find: bool,
}

#[derive(Default)]
struct State {
    creates: usize,
    /// The contact of each create, and the time of its commit.
    contacts: Vec<(String, Timestamp)>,
    looks: Vec<(Timestamp, usize)>,
}

impl LateVendor {
    pub(crate) fn new(clock: &Arc<PausedClock>, behaviour: Behaviour) -> Self {
        let info = ProviderInfo::new("late", "late");
        let can_find = behaviour.can_find;
        let capabilities = Capabilities { find: can_find, lists: can_find, ..Capabilities::default() };
        Self { info, capabilities, clock: Arc::clone(clock), behaviour, state: Arc::default() }
    }

    /// Returns the number of creates.
    pub(crate) fn creates(&self) -> usize {
        self.state().creates
    }

    /// Returns the contacts that are committed now.
    pub(crate) fn held(&self) -> Vec<String> {
        let now = self.clock.true_time();
        let state = self.state();
        state.contacts.iter().filter(|(_, at)| *at <= now).map(|(contact, _)| contact.clone()).collect()
    }

    /// Returns the times of the look-ups, and the number of contacts of each.
    pub(crate) fn looks(&self) -> Vec<(Timestamp, usize)> {
        self.state().looks.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn answer(&self, request: &FindRequest<'_>) -> FindOutcome {
        let wanted = request.key.contact();
        match self.held().iter().position(|contact| contact == wanted) {
            Some(number) => FindOutcome::Found(id(number)),
            None => FindOutcome::Nothing,
        }
    }
}

fn id(number: usize) -> ContactId {
    ContactId::new(format!("found-{number}")).unwrap()
}

#[async_trait]
impl ContactProvider for LateVendor {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let url = Url::parse("https://vendor.example/contacts").unwrap();
        let body = DeliveryKey::new(self.info.name(), contact).contact().into();
        let sent = |field| FieldFate::new(field, Fate::Sent);
        Ok(Draft::new(Method::Post, url, body).with_fields(contact.fields().into_iter().map(sent).collect()))
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        Ok(Prepared::new(draft.clone()))
    }

    async fn send(&self, prepared: &Prepared, permit: &SendPermit) -> Result<Exchange, ProviderError> {
        permit.begin(&self.info)?;
        let now = self.clock.true_time();
        let body = &prepared.draft().body;
        let contact = body.as_str().unwrap().to_owned();
        let mut state = self.state();
        state.creates += 1;
        if state.creates > self.behaviour.lost {
            state.contacts.push((contact, now));
            let answer = Answer::new(201).with_body((state.contacts.len() - 1).to_string());
            return Ok(Exchange::new(Operation::Create, Arc::clone(body), answer, now));
        }
        if let Some(late) = self.behaviour.late {
            state.contacts.push((contact, now.checked_add(late).unwrap()));
        }
        let lost = ProviderError::new(&self.info, Operation::Create, ErrorKind::Unavailable, Effect::Unknown);
        Err(lost.with_status(504).with_message("gateway timeout"))
    }

    fn interpret(&self, _sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        Ok(Created::new(id(exchange.answer.text().parse().unwrap())))
    }

    async fn find(&self, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        self.find_many(std::slice::from_ref(request)).await.pop().unwrap()
    }

    async fn find_many(&self, requests: &[FindRequest<'_>]) -> Vec<Result<FindOutcome, ProviderError>> {
        self.state().looks.push((self.clock.true_time(), requests.len()));
        self.clock.sleep(Duration::from_millis(50)).await;
        requests.iter().map(|request| Ok(self.answer(request))).collect()
    }
}

impl fmt::Debug for LateVendor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LateVendor")
    }
}
