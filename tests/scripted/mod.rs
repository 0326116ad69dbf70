//! An adapter whose calls run the steps that a test supplies, and are counted. It sends nothing.

pub(crate) mod bench;
pub(crate) mod frozen_clock;

use std::collections::VecDeque;
use std::fmt;
use std::future::{pending, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{Semaphore, oneshot, watch};
use unicontact::providers::http::Answer;
use unicontact::providers::{
    Capabilities, ContactId, ContactProvider, Created, Dedupe, Draft, Effect, ErrorKind, Exchange, Fate,
    FieldFate, FindOutcome, FindRequest, Method, Operation, Prepared, Provider, ProviderError, ProviderInfo,
    SendPermit, UnifiedContact,
};
use url::Url;

/// The future that one call of the adapter awaits for its result.
pub(crate) type Step<T> = Pin<Box<dyn Future<Output = Result<T, ProviderError>> + Send>>;

type Drafting = Box<dyn Fn() -> Result<Vec<FieldFate>, ProviderError> + Send + Sync>;

/// The scripted adapter.
pub(crate) struct Scripted {
    info: ProviderInfo,
    capabilities: Capabilities,
    drafting: Drafting,
    /// Whether a field without a fate counts as sent.
    sends_others: bool,
    /// Whether a send uses its permit.
    uses_permit: bool,
    logins: Mutex<VecDeque<Step<()>>>,
    creates: Mutex<VecDeque<Step<Created>>>,
    /// The created contacts. An answer holds an index into them.
    created: Mutex<Vec<Created>>,
    finds: Mutex<VecDeque<Step<FindOutcome>>>,
    calls: Arc<Calls>,
    guard: Option<oneshot::Sender<()>>,
}

/// The numbers of the adapter's calls.
#[derive(Debug)]
pub(crate) struct Calls {
    creates: watch::Sender<usize>,
    finds: watch::Sender<usize>,
    lists: watch::Sender<usize>,
    under_way: watch::Sender<usize>,
    most_under_way: watch::Sender<usize>,
    /// The id that did not count in the last find.
    excepted: Mutex<Option<ContactId>>,
}

impl Calls {
    pub(crate) fn creates(&self) -> usize {
        *self.creates.borrow()
    }

    pub(crate) fn finds(&self) -> usize {
        *self.finds.borrow()
    }

    /// Returns the number of requests for the vendor's list.
    pub(crate) fn lists(&self) -> usize {
        *self.lists.borrow()
    }

    /// The id that did not count in the last find.
    pub(crate) fn excepted(&self) -> Option<ContactId> {
        self.excepted.lock().unwrap().clone()
    }

    /// Returns the highest number of concurrent creates.
    pub(crate) fn most_under_way(&self) -> usize {
        *self.most_under_way.borrow()
    }

    /// Returns when `count` creates have begun.
    pub(crate) async fn until_creates(&self, count: usize) {
        let mut creates = self.creates.subscribe();
        creates.wait_for(|begun| *begun >= count).await.unwrap();
    }

    /// Returns when `count` finds have begun.
    pub(crate) async fn until_finds(&self, count: usize) {
        let mut finds = self.finds.subscribe();
        finds.wait_for(|begun| *begun >= count).await.unwrap();
    }

    fn create_begins(&self) {
        self.creates.send_modify(|count| *count += 1);
        self.under_way.send_modify(|count| *count += 1);
        let under_way = *self.under_way.borrow();
        self.most_under_way.send_modify(|most| *most = under_way.max(*most));
    }
}

impl Scripted {
    /// Returns an adapter without capabilities and without steps.
    pub(crate) fn new(name: &str) -> Self {
        let zero = || watch::Sender::new(0);
        Self {
            info: ProviderInfo::new(name, "scripted"),
            capabilities: Capabilities::default(),
            drafting: Box::new(|| Ok(Vec::new())),
            sends_others: true,
            uses_permit: true,
            logins: Mutex::default(),
            creates: Mutex::default(),
            created: Mutex::default(),
            finds: Mutex::default(),
            calls: Arc::new(Calls {
                creates: zero(),
                finds: zero(),
                lists: zero(),
                under_way: zero(),
                most_under_way: zero(),
                excepted: Mutex::default(),
            }),
            guard: None,
        }
    }

    pub(crate) fn with_vendor(mut self, vendor: &'static str) -> Self {
        self.info = ProviderInfo::new(self.info.name(), vendor);
        self
    }

    pub(crate) fn deduping(mut self) -> Self {
        self.capabilities.dedupe = Dedupe::ByVendor;
        self
    }

    pub(crate) fn with_capabilities(mut self, dedupe: Dedupe, find: bool) -> Self {
        self.capabilities.dedupe = dedupe;
        self.capabilities.find = find;
        self
    }

    /// Lets one request serve many looks.
    pub(crate) fn listing(mut self) -> Self {
        self.capabilities.lists = true;
        self
    }

    /// Sets the time after which a find sees a new contact.
    pub(crate) fn lagging(mut self, lag: Duration) -> Self {
        self.capabilities.search_lag = lag;
        self
    }

    /// Sets the longest time for which the vendor documents that it processes a request.
    pub(crate) fn working_for(mut self, time: Duration) -> Self {
        self.capabilities.longest_request = Some(time);
        self
    }

    pub(crate) fn drafting(
        mut self,
        drafting: impl Fn() -> Result<Vec<FieldFate>, ProviderError> + Send + Sync + 'static,
    ) -> Self {
        self.drafting = Box::new(drafting);
        self
    }

    /// Leaves fields without a fate to which `drafting` gives none.
    pub(crate) fn without_other_fates(mut self) -> Self {
        self.sends_others = false;
        self
    }

    /// Makes the adapter send without its permit.
    pub(crate) fn without_permit(mut self) -> Self {
        self.uses_permit = false;
        self
    }

    /// Adds a login that the next create runs first.
    pub(crate) fn login(self, step: Step<()>) -> Self {
        self.logins.lock().unwrap().push_back(step);
        self
    }

    /// Adds the step of the next create.
    pub(crate) fn create(self, step: Step<Created>) -> Self {
        self.creates.lock().unwrap().push_back(step);
        self
    }

    /// Adds creates that fail with these errors.
    pub(crate) fn create_fails(self, errors: impl IntoIterator<Item = ProviderError>) -> Self {
        let steps = errors.into_iter().map(fails);
        steps.fold(self, Self::create)
    }

    /// Makes the adapter able to find, and adds the step of the next find.
    pub(crate) fn find(mut self, step: Step<FindOutcome>) -> Self {
        self.capabilities.find = true;
        self.finds.lock().unwrap().push_back(step);
        self
    }

    pub(crate) fn calls(&self) -> Arc<Calls> {
        Arc::clone(&self.calls)
    }

    /// Returns a receiver that fails when the adapter is dropped, and so every task that holds it.
    pub(crate) fn gone(&mut self) -> oneshot::Receiver<()> {
        let (guard, gone) = oneshot::channel();
        self.guard = Some(guard);
        gone
    }

    pub(crate) fn into_provider(self) -> Provider {
        Provider::Custom(Box::new(self))
    }
}

#[async_trait]
impl ContactProvider for Scripted {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let url = Url::parse("https://vendor.example/contacts").unwrap();
        let mut fields = (self.drafting)()?;
        for field in contact.fields().into_iter().filter(|_| self.sends_others) {
            if fields.iter().all(|fate| fate.field != field) {
                fields.push(FieldFate::new(field, Fate::Sent));
            }
        }
        Ok(Draft::new(Method::Post, url, serde_json::Value::Null).with_fields(fields))
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        let login = self.logins.lock().unwrap().pop_front();
        if let Some(login) = login {
            login.await?;
        }
        Ok(Prepared::new(draft.clone()))
    }

    async fn send(&self, _prepared: &Prepared, permit: &SendPermit) -> Result<Exchange, ProviderError> {
        if self.uses_permit {
            permit.begin(&self.info)?;
        }
        self.calls.create_begins();
        let result = next_step(&self.creates, "create").await;
        self.calls.under_way.send_modify(|count| *count -= 1);
        let mut all = self.created.lock().unwrap();
        all.push(result?);
        let answer = Answer::new(201).with_body((all.len() - 1).to_string());
        Ok(Exchange::new(Operation::Create, serde_json::Value::Null, answer, jiff::Timestamp::UNIX_EPOCH))
    }

    fn interpret(&self, _sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        let index: usize = exchange.answer.text().parse().unwrap();
        Ok(self.created.lock().unwrap()[index].clone())
    }

    async fn find(&self, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        *self.calls.excepted.lock().unwrap() = request.except.cloned();
        self.calls.finds.send_modify(|count| *count += 1);
        next_step(&self.finds, "find").await
    }

    async fn find_many(&self, requests: &[FindRequest<'_>]) -> Vec<Result<FindOutcome, ProviderError>> {
        self.calls.lists.send_modify(|count| *count += 1);
        let mut outcomes = Vec::new();
        for request in requests {
            outcomes.push(self.find(request).await);
        }
        outcomes
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Scripted").field(&self.info).finish()
    }
}

fn next_step<T>(steps: &Mutex<VecDeque<Step<T>>>, operation: &str) -> Step<T> {
    let mut steps = steps.lock().unwrap_or_else(PoisonError::into_inner);
    let step = steps.pop_front();
    step.unwrap_or_else(|| panic!("no answer was scripted for this {operation}"))
}

/// Returns an error of a create.
pub(crate) fn failure(kind: ErrorKind, effect: Effect) -> ProviderError {
    failure_of(Operation::Create, kind, effect)
}

pub(crate) fn failure_of(operation: Operation, kind: ErrorKind, effect: Effect) -> ProviderError {
    let info = ProviderInfo::new("acme", "scripted");
    ProviderError::new(&info, operation, kind, effect)
}

/// Returns the error of a create whose answer was lost.
pub(crate) fn lost() -> ProviderError {
    failure(ErrorKind::Interrupted, Effect::Unknown)
}

pub(crate) fn unreachable_vendor() -> ProviderError {
    failure(ErrorKind::Unreachable, Effect::NotSent)
}

pub(crate) fn rate_limited() -> ProviderError {
    failure(ErrorKind::RateLimited, Effect::Refused)
}

pub(crate) fn id(text: &str) -> ContactId {
    ContactId::new(text).unwrap()
}

pub(crate) fn creates(text: &str) -> Step<Created> {
    Box::pin(ready(Ok(Created::new(id(text)))))
}

pub(crate) fn fails<T: Send + 'static>(error: ProviderError) -> Step<T> {
    Box::pin(ready(Err(error)))
}

pub(crate) fn finds(found: Option<&str>) -> Step<FindOutcome> {
    let outcome = found.map_or(FindOutcome::Nothing, |found| FindOutcome::Found(id(found)));
    Box::pin(ready(Ok(outcome)))
}

/// Returns a find that gives similar contacts as candidates.
pub(crate) fn resembling(candidates: &[&str]) -> Step<FindOutcome> {
    let candidates = candidates.iter().map(|candidate| id(candidate)).collect();
    Box::pin(ready(Ok(FindOutcome::Unclear { candidates })))
}

/// Returns a step that first takes a permit of the gate.
pub(crate) fn after<T: Send + 'static>(gate: &Arc<Semaphore>, step: Step<T>) -> Step<T> {
    let gate = Arc::clone(gate);
    Box::pin(async move {
        gate.acquire().await.unwrap().forget();
        step.await
    })
}

pub(crate) fn hangs<T: Send + 'static>() -> Step<T> {
    Box::pin(pending())
}

pub(crate) fn panics<T: Send + 'static>() -> Step<T> {
    Box::pin(async { panic!("the adapter has a bug") })
}
