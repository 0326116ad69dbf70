//! Calls the adapter against one behaviour of its vendor, and checks what every call must keep: at most one create, no
//! waiting, no panic, no leak. The modules of the rules judge the result.

use std::future::Future;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::task::JoinSet;

use super::leaks::{Forbidden, shown};
use super::received::Received;
use super::remedy::{self, Remedy};
use super::report::Report;
use super::script::{Reaction, Script};
use super::subject::Subject;
use crate::attempt::attempt;
use crate::clock::{Clock as _, SystemClock};
use crate::contact::UnifiedContact;
use crate::created::Created;
use crate::error::ProviderError;
use crate::http::BaseUrl;
use crate::provider::ContactProvider;
use crate::send_permit::SendPermit;
use unicontact_model::DeliveryKey;
use unicontact_model::{FindOutcome, FindRequest};

/// The adapter's timeout where an answer comes. It is long enough for a busy machine.
const PATIENT: Duration = Duration::from_secs(30);
/// The adapter's timeout where no answer comes.
const SHORT: Duration = Duration::from_millis(500);
/// The time that a call may take beyond the adapter's timeout.
const MARGIN: Duration = Duration::from_secs(10);
/// The time from which a call is slow, although every answer was there at once.
const SLOW: Duration = Duration::from_millis(500);
/// The number of times that a slow call is measured. A busy machine delays one call, and not each of them.
const MEASURED: usize = 4;
/// The idempotency key of every create. The pipeline's keys have the same form.
const IDEMPOTENCY_KEY: &str = "0123456789abcdef0123456789abcdef";

const WITHOUT_A_WAIT: Remedy = Remedy::of_adapter(
    "return as soon as the answer is there or the timeout has passed, without sleeping: a wait that \
                     the vendor asks for goes into the error with with_retry_after.",
);

pub(super) struct Bench<'a> {
    pub(super) subject: &'a dyn Subject,
    pub(super) contact: Arc<UnifiedContact>,
    pub(super) report: Report,
    forbidden: Forbidden,
    /// The situation of the latest call.
    situation: String,
    /// Whether a wait is reported. Then no further call is measured repeatedly.
    waits: bool,
}

/// The result of one call.
#[derive(Debug)]
pub(super) struct Attempt<T> {
    pub(super) situation: String,
    /// `None` if the call panicked or did not return, which is a finding already.
    pub(super) result: Option<Result<T, ProviderError>>,
    pub(super) received: Vec<Received>,
    /// The requests among them that can change data.
    pub(super) changing: Vec<Received>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(subject: &'a dyn Subject) -> Self {
        let contact = subject.contact();
        let forbidden = Forbidden::new(&subject.secrets(), &contact);
        let report = Report::new(subject.is_described());
        let situation = "the first draft".to_owned();
        Self { subject, contact: Arc::new(contact), report, forbidden, situation, waits: false }
    }

    /// Reports that the suite was stopped after `limit`.
    pub(super) fn report_unfinished(&mut self, limit: Duration) {
        let what = format!(
            "the suite was stopped {limit:?} after it began. It was waiting for: {}. What comes after it is untested",
            self.situation
        );
        self.report.add(
            1,
            what,
            Remedy::of_adapter(
                "return from every call as soon as the answer is there. If only the machine is busy, \
             give the suite more time with testkit::run_within.",
            ),
        );
    }

    /// Returns an adapter whose vendor is unreachable.
    pub(super) fn alone(&self) -> io::Result<Arc<dyn ContactProvider>> {
        self.connect("http://127.0.0.1:9", SHORT)
    }

    /// Creates the contact, with `reaction` to the create.
    pub(super) async fn create(
        &mut self,
        situation: &str,
        reaction: impl Into<Reaction>,
    ) -> io::Result<Attempt<Created>> {
        let script = Script { preparations: self.subject.preparations(), reaction: reaction.into() };
        self.create_by_script(situation, script).await
    }

    pub(super) async fn create_by_script(
        &mut self,
        situation: &str,
        script: Script,
    ) -> io::Result<Attempt<Created>> {
        let first = OnceLock::new();
        let call = |provider, contact| {
            let permit = SendPermit::default();
            // A slow call is repeated.
            let _ = first.set(permit.clone());
            create(provider, contact, permit)
        };
        let attempt = self.against(situation, script, call).await?;
        if !attempt.changing.is_empty() && first.get().is_some_and(|permit| !permit.is_used()) {
            self.report.add(
                1,
                format!("{situation}: the create was sent without its permit"),
                Remedy::of_adapter("call SendPermit::begin immediately before the first byte of the create leaves, or do not hold the permit: a \
                 delivery that is cut off while the permit is held counts as not sent, and is sent again."),
            );
        }
        let writes: Vec<String> = attempt.changing.iter().map(Received::method_and_path).collect();
        if writes.len() > 1 {
            self.report.add(
                1,
                format!("{situation}: the create sent {}", writes.join(" and ")),
                Remedy::of_adapter("send the create once and return the error: the pipeline decides whether to send it again. If one of \
                 these requests only prepares the create, name it in Subject::preparations."),
            );
        }
        Ok(attempt)
    }

    /// Creates the contact at a port where no server listens.
    pub(super) async fn create_at(&mut self, situation: &str, url: &str) -> io::Result<Attempt<Created>> {
        let provider = self.connect(url, PATIENT)?;
        let call = create(Arc::clone(&provider), Arc::clone(&self.contact), SendPermit::default());
        let result = self.watch(situation, MARGIN, call).await;
        self.look_for_leaks(situation, &*provider, result.as_ref(), &[]);
        Ok(Attempt { situation: situation.to_owned(), result, received: Vec::new(), changing: Vec::new() })
    }

    /// Creates the contact twice by one adapter, and returns the second result.
    pub(super) async fn create_twice(
        &mut self,
        situation: &str,
        reaction: impl Into<Reaction>,
    ) -> io::Result<Attempt<Created>> {
        let script = Script { preparations: self.subject.preparations(), reaction: reaction.into() };
        self.against(situation, script, create_twice).await
    }

    /// Calls `check`, with `reaction` to every request but the preparations.
    pub(super) async fn check(
        &mut self,
        situation: &str,
        reaction: impl Into<Reaction>,
    ) -> io::Result<Attempt<()>> {
        let script = Script { preparations: self.preparations_of_reads(), reaction: reaction.into() };
        self.against(situation, script, check).await
    }

    /// Calls `find`, with `reaction` to every request but the preparations.
    pub(super) async fn find(
        &mut self,
        situation: &str,
        reaction: impl Into<Reaction>,
    ) -> io::Result<Attempt<FindOutcome>> {
        let script = Script { preparations: self.preparations_of_reads(), reaction: reaction.into() };
        self.against(situation, script, find).await
    }

    /// Calls `find_many` for the contact twice.
    pub(super) async fn find_twice(
        &mut self,
        situation: &str,
        reaction: impl Into<Reaction>,
    ) -> io::Result<Attempt<Vec<FindOutcome>>> {
        let script = Script { preparations: self.preparations_of_reads(), reaction: reaction.into() };
        self.against(situation, script, find_twice).await
    }

    /// Returns the requests that a call which only reads must not send, of those that can change data.
    pub(super) fn forbidden_writes(&self, requests: &[Received]) -> Vec<String> {
        let reading = self.subject.reading_posts();
        requests
            .iter()
            .filter(|it| !reading.iter().any(|path| path == it.path()))
            .map(Received::method_and_path)
            .collect()
    }

    /// Returns the preparations, without those that are the request of a check itself.
    fn preparations_of_reads(&self) -> Vec<super::Preparation> {
        let reading = self.subject.reading_posts();
        let mut preparations = self.subject.preparations();
        preparations.retain(|preparation| !reading.contains(&preparation.path));
        preparations
    }

    fn connect(&self, url: &str, timeout: Duration) -> io::Result<Arc<dyn ContactProvider>> {
        let base_url: BaseUrl = url.parse().map_err(io::Error::other)?;
        Ok(Arc::from(self.subject.connect(base_url, timeout)))
    }

    async fn against<T, F, C>(&mut self, situation: &str, script: Script, call: C) -> io::Result<Attempt<T>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, ProviderError>> + Send + 'static,
        C: Fn(Arc<dyn ContactProvider>, Arc<UnifiedContact>) -> F + Sync,
    {
        let (attempt, mut shortest) = self.call(situation, &script, &call).await?;
        if attempt.result.is_none() || !script.answers_at_once() || self.waits {
            return Ok(attempt);
        }
        for _ in 1..MEASURED {
            if shortest < SLOW {
                return Ok(attempt);
            }
            shortest = shortest.min(self.call(situation, &script, &call).await?.1);
        }
        if shortest >= SLOW {
            self.waits = true;
            let what = format!(
                "{situation}: the call took longer than {SLOW:?} each of {MEASURED} times, although the answer was there at once"
            );
            self.report.add(1, what, WITHOUT_A_WAIT);
        }
        Ok(attempt)
    }

    /// Calls a new adapter once, against a new server, and returns how long that took.
    async fn call<T, F, C>(
        &mut self,
        situation: &str,
        script: &Script,
        call: &C,
    ) -> io::Result<(Attempt<T>, Duration)>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, ProviderError>> + Send + 'static,
        C: Fn(Arc<dyn ContactProvider>, Arc<UnifiedContact>) -> F + Sync,
    {
        let timeout = if script.hangs() { SHORT } else { PATIENT };
        let limit = if timeout == SHORT { SHORT + MARGIN } else { MARGIN };
        let server = script.serve().await?;
        let provider = self.connect(&server.url(), timeout)?;
        let call = call(Arc::clone(&provider), Arc::clone(&self.contact));
        let begin = SystemClock.uptime();
        let result = self.watch(situation, limit, call).await;
        let took = SystemClock.uptime().saturating_sub(begin);
        let received = server.received();
        self.look_for_leaks(situation, &*provider, result.as_ref(), &received);
        let changing = received.iter().filter(|it| script.can_change_data(it)).cloned().collect();
        Ok((Attempt { situation: situation.to_owned(), result, received, changing }, took))
    }

    /// Runs a call until it returns, panics or exceeds `limit`.
    pub(super) async fn watch<T, F>(&mut self, situation: &str, limit: Duration, call: F) -> Option<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        situation.clone_into(&mut self.situation);
        // Dropping the set aborts a call that has not returned.
        let mut task = JoinSet::new();
        task.spawn(call);
        match tokio::time::timeout(limit, task.join_next()).await {
            Ok(Some(Ok(result))) => Some(result),
            Ok(_) => {
                self.report.add(
                    8,
                    format!("{situation}: the adapter panicked"),
                    Remedy::of_adapter("read answers without unwrap, expect or indexing, and turn what cannot be read into an error: \
                     Exchange::no_readable_id for a success, Exchange::by_status for anything else."),
                );
                None
            }
            Err(_) => {
                self.report.add(
                    1,
                    format!("{situation}: the call had not returned {limit:?} after it began"),
                    WITHOUT_A_WAIT,
                );
                None
            }
        }
    }

    fn look_for_leaks<T>(
        &mut self,
        situation: &str,
        provider: &dyn ContactProvider,
        result: Option<&Result<T, ProviderError>>,
        received: &[Received],
    ) {
        let forbidden = self.forbidden.clone().with_queries_of(received);
        if let Some(Err(error)) = result {
            self.report_leaks(&forbidden, &format!("{situation}: the error"), &shown(error));
        }
        let debug = format!("{provider:?}{provider:#?}");
        self.report_leaks(&forbidden, "Debug of the adapter", &debug);
    }

    fn report_leaks(&mut self, forbidden: &Forbidden, place: &str, text: &str) {
        let found = forbidden.found_in(text);
        if !found.is_empty() {
            let what = format!("{place} shows {}", found.join(", "));
            self.report.add(
                5,
                what,
                Remedy::new("hold credentials as Secret, build errors with Exchange::error, which takes out everything that was \
                 sent, and never put an answer's or a request's text into with_message or a derived Debug.", remedy::SECRET_IN_FILE),
            );
        }
    }

    /// Adds a finding if `text` shows a credential or a value of the contact.
    pub(super) fn report_leaks_in(&mut self, place: &str, text: &str) {
        let forbidden = self.forbidden.clone();
        self.report_leaks(&forbidden, place, text);
    }
}

async fn create(
    provider: Arc<dyn ContactProvider>,
    contact: Arc<UnifiedContact>,
    permit: SendPermit,
) -> Result<Created, ProviderError> {
    let mut draft = provider.draft(&contact)?;
    draft.set_idempotency_key(|_| IDEMPOTENCY_KEY.to_owned());
    attempt(&*provider, &draft, &permit).await
}

async fn create_twice(
    provider: Arc<dyn ContactProvider>,
    contact: Arc<UnifiedContact>,
) -> Result<Created, ProviderError> {
    create(Arc::clone(&provider), Arc::clone(&contact), SendPermit::default()).await?;
    create(provider, contact, SendPermit::default()).await
}

async fn check(
    provider: Arc<dyn ContactProvider>,
    _contact: Arc<UnifiedContact>,
) -> Result<(), ProviderError> {
    provider.check().await
}

async fn find(
    provider: Arc<dyn ContactProvider>,
    contact: Arc<UnifiedContact>,
) -> Result<FindOutcome, ProviderError> {
    let key = DeliveryKey::new(provider.info().name(), &contact);
    provider.find(&FindRequest::new(&contact, &key)).await
}

async fn find_twice(
    provider: Arc<dyn ContactProvider>,
    contact: Arc<UnifiedContact>,
) -> Result<Vec<FindOutcome>, ProviderError> {
    let key = DeliveryKey::new(provider.info().name(), &contact);
    let request = FindRequest::new(&contact, &key);
    provider.find_many(&[request, request]).await.into_iter().collect()
}
