//! The adapter of a simulated vendor, for one process.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use tokio::time::{sleep, timeout};
use unicontact::providers::http;
use unicontact::providers::{
    Capabilities, ContactId, ContactProvider, Created, DeliveryKey, Draft, Effect, ErrorKind, Exchange, Fate,
    FieldFate, FindOutcome, FindRequest, Method, Operation, Prepared, ProviderError, ProviderInfo,
    SendPermit, UnifiedContact,
};
use url::Url;

use crate::simulated::monitor::Monitor;
use crate::simulated::vendor::{Answer, Answered, Condition, Failure, Vendor};

pub(crate) type SharedVendor = Arc<Mutex<Vendor>>;

#[derive(Debug)]
pub(crate) struct Adapter {
    info: ProviderInfo,
    capabilities: Capabilities,
    timeout: Duration,
    vendor: SharedVendor,
    monitor: Arc<Monitor>,
    process: usize,
}

impl Adapter {
    pub(crate) fn new(vendor: &SharedVendor, monitor: &Arc<Monitor>, process: usize) -> Self {
        let state = lock(vendor);
        Self {
            info: ProviderInfo::new(state.name.clone(), "simulated"),
            capabilities: state.traits.capabilities.clone(),
            timeout: state.traits.settings.timeout,
            vendor: Arc::clone(vendor),
            monitor: Arc::clone(monitor),
            process,
        }
    }

    fn now(&self) -> Duration {
        self.monitor.clock.true_time()
    }

    async fn sleep_until(&self, time: Duration) {
        sleep(time.saturating_sub(self.now())).await;
    }

    fn error(&self, operation: Operation, failure: Failure) -> ProviderError {
        let error = ProviderError::new(&self.info, operation, failure.kind, failure.effect);
        error.with_retry_after(failure.retry_after)
    }

    fn interrupted(&self, operation: Operation) -> ProviderError {
        ProviderError::new(&self.info, operation, ErrorKind::Interrupted, Effect::Unknown)
    }

    /// Logs in at a few random attempts, which takes time and may fail.
    async fn log_in(&self) -> Result<(), ProviderError> {
        let (wait, fails) = {
            let mut vendor = lock(&self.vendor);
            if vendor.condition == Condition::Healthy || !vendor.random().percent(5) {
                return Ok(());
            }
            let random = vendor.random();
            (random.milliseconds(10, 3_000), random.percent(30))
        };
        sleep(wait).await;
        if fails {
            let info = &self.info;
            let (operation, kind) = (Operation::Authenticate, ErrorKind::Unavailable);
            return Err(ProviderError::new(info, operation, kind, Effect::NotSent));
        }
        Ok(())
    }

    async fn create(&self, key: &DeliveryKey, version: &str) -> Result<Answered, ProviderError> {
        self.monitor.attempt(self.process, key, &mut lock(&self.vendor));
        let (number, arrives_at) = lock(&self.vendor).send(self.now(), self.process, key.contact(), version);
        self.monitor.trace.note(|| format!("p{} sends {key} as request {number}", self.process));
        self.sleep_until(arrives_at).await;
        let Answer { at, result } = lock(&self.vendor).answer(self.now(), number);
        self.sleep_until(at).await;
        self.monitor.trace.note(|| format!("p{} gets the answer for {key}: {result:?}", self.process));
        match &result {
            Ok(_) => lock(&self.vendor).resolve(key.contact()),
            Err(failure) if failure.effect == Effect::Unknown => {}
            Err(_) => lock(&self.vendor).requests[number].is_resolved = true,
        }
        result.map_err(|failure| self.error(Operation::Create, failure))
    }

    /// Looks for some contacts with one request, within the timeout.
    async fn look(&self, requests: &[FindRequest<'_>]) -> Vec<Result<FindOutcome, ProviderError>> {
        let start = self.now();
        for request in requests {
            self.monitor.look_starts(self.process, request.key);
        }
        let answered = timeout(self.timeout, self.send_look(requests)).await;
        let error = |failure| requests.iter().map(|_| Err(self.error(Operation::Find, failure))).collect();
        match answered {
            Ok(Ok(outcomes)) => {
                for (request, outcome) in requests.iter().zip(&outcomes) {
                    let vendor = &mut lock(&self.vendor);
                    self.monitor.look_ends(self.process, request.key, start, outcome, vendor);
                }
                outcomes.into_iter().map(Ok).collect()
            }
            Ok(Err(failure)) => error(failure),
            Err(_) => requests.iter().map(|_| Err(self.interrupted(Operation::Find))).collect(),
        }
    }

    async fn send_look(&self, requests: &[FindRequest<'_>]) -> Result<Vec<FindOutcome>, Failure> {
        let (latency, answer_latency, fault) = {
            let mut vendor = lock(&self.vendor);
            let is_hostile = vendor.condition != Condition::Healthy;
            let random = vendor.random();
            let answer_latency =
                if random.percent(25) { random.seconds(1, 25) } else { random.milliseconds(1, 500) };
            let fault = if is_hostile { random.below(100) } else { 100 };
            (random.milliseconds(1, 300), answer_latency, fault)
        };
        sleep(latency).await;
        let mut outcomes: Vec<FindOutcome> = {
            let (mut vendor, now) = (lock(&self.vendor), self.now());
            let find =
                |it: &FindRequest<'_>| vendor.find(now, it.key.contact(), version(it.contact), it.except);
            requests.iter().map(find).collect()
        };
        sleep(answer_latency).await;
        if fault < 10 {
            let kind = if fault < 5 { ErrorKind::Unavailable } else { ErrorKind::RateLimited };
            return Err(Failure { kind, effect: Effect::NotSent, retry_after: None });
        }
        // Some pages cannot be read.
        let is_partly_read = fault < 18;
        for outcome in outcomes.iter_mut().filter(|it| is_partly_read && **it == FindOutcome::Nothing) {
            *outcome = FindOutcome::Unclear { candidates: Vec::new() };
        }
        Ok(outcomes)
    }
}

#[async_trait]
impl ContactProvider for Adapter {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let url = Url::parse("https://vendor.example/contacts").unwrap();
        let key = DeliveryKey::new(self.info.name(), contact);
        let body = json!({"key": key.contact(), "version": version(contact)});
        let sent = |field| FieldFate::new(field, Fate::Sent);
        Ok(Draft::new(Method::Post, url, body).with_fields(contact.fields().into_iter().map(sent).collect()))
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        let logged_in = timeout(self.timeout, self.log_in()).await;
        logged_in.unwrap_or_else(|_| {
            let (operation, kind) = (Operation::Authenticate, ErrorKind::Interrupted);
            Err(ProviderError::new(&self.info, operation, kind, Effect::NotSent))
        })?;
        Ok(Prepared::new(draft.clone()))
    }

    async fn send(&self, prepared: &Prepared, permit: &SendPermit) -> Result<Exchange, ProviderError> {
        let body = &prepared.draft().body;
        let text = |member: &str| body[member].as_str().unwrap().to_owned();
        let (key, version) = (DeliveryKey::from_contact_key(self.info.name(), text("key")), text("version"));
        permit.begin(&self.info)?;
        let answered = timeout(self.timeout, self.create(&key, &version)).await;
        let Answered { id, existing } =
            answered.unwrap_or_else(|_| Err(self.interrupted(Operation::Create)))?;
        let status = if existing { 200 } else { 201 };
        let answer = http::Answer::new(status).with_body(id.as_str().to_owned());
        Ok(Exchange::new(Operation::Create, Arc::clone(body), answer, jiff::Timestamp::UNIX_EPOCH))
    }

    fn interpret(&self, _sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        let id = ContactId::new(exchange.answer.text()).unwrap();
        Ok(Created::new(id).with_existing(exchange.answer.status() == 200))
    }

    async fn find(&self, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        self.look(&[*request]).await.pop().expect("one answer to one request")
    }

    async fn find_many(&self, requests: &[FindRequest<'_>]) -> Vec<Result<FindOutcome, ProviderError>> {
        self.look(requests).await
    }

    async fn check(&self) -> Result<(), ProviderError> {
        Ok(())
    }
}

pub(crate) fn lock(vendor: &SharedVendor) -> MutexGuard<'_, Vendor> {
    vendor.lock().unwrap_or_else(PoisonError::into_inner)
}

fn version(contact: &UnifiedContact) -> &str {
    contact.title.as_deref().unwrap_or_default()
}
