//! A vendor that loses the answers of creates and commits them later by the clock of the test.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use unicontact::providers::clock::Clock;
use unicontact::providers::{
    Capabilities, ContactId, ContactProvider, Created, DeliveryKey, Draft, Effect, ErrorKind, FindOutcome,
    FindRequest, Method, Operation, ProviderError, ProviderInfo, UnifiedContact,
};
use url::Url;

use crate::clock::PausedClock;

/// The vendor. Its clones are the same vendor.
#[derive(Clone)]
pub(crate) struct LateVendor {
    info: ProviderInfo,
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
        Self { info, clock: Arc::clone(clock), behaviour, state: Arc::default() }
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

    fn capabilities(&self) -> Capabilities {
        let can_find = self.behaviour.can_find;
        Capabilities { find: can_find, lists: can_find, ..Capabilities::default() }
    }

    fn draft(&self, _contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        Ok(Draft {
            method: Method::Post,
            url: Url::parse("https://vendor.example/contacts").unwrap(),
            headers: Vec::new(),
            body: serde_json::Value::Null,
            lookups: Vec::new(),
            fields: Vec::new(),
        })
    }

    async fn resolve(&self, draft: Draft) -> Result<Draft, ProviderError> {
        Ok(draft)
    }

    async fn create(&self, _contact: &UnifiedContact, key: &DeliveryKey) -> Result<Created, ProviderError> {
        let now = self.clock.true_time();
        let mut state = self.state();
        state.creates += 1;
        if state.creates > self.behaviour.lost {
            state.contacts.push((key.contact().to_owned(), now));
            return Ok(Created::new(id(state.contacts.len() - 1)));
        }
        if let Some(late) = self.behaviour.late {
            state.contacts.push((key.contact().to_owned(), now.checked_add(late).unwrap()));
        }
        let lost = ProviderError::new(&self.info, Operation::Create, ErrorKind::Unavailable, Effect::Unknown);
        Err(lost.with_status(504).with_message("gateway timeout"))
    }

    async fn find(&self, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        self.find_many(std::slice::from_ref(request)).await.pop().unwrap()
    }

    async fn find_many(&self, requests: &[FindRequest<'_>]) -> Vec<Result<FindOutcome, ProviderError>> {
        self.state().looks.push((self.clock.true_time(), requests.len()));
        self.clock.sleep(Duration::from_millis(50)).await;
        requests.iter().map(|request| Ok(self.answer(request))).collect()
    }

    async fn check(&self) -> Result<(), ProviderError> {
        Ok(())
    }
}

impl fmt::Debug for LateVendor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LateVendor")
    }
}
