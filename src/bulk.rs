//! Delivers many contacts to every provider: a stream of contacts in, a stream of reports out.
//!
//! Memory does not grow with the number of contacts. Every contact taken from the stream is reported, with a delivery for every
//! provider.
//!
//! - **Window.** At most [`Import::with_window`] contacts are in flight at each provider. The next contact is taken from the stream
//!   when a provider has room and the caller has taken the reports that are ready: a caller that takes no reports stops the import.
//!   While another provider is full and has no backlog yet, half of a window must be free.
//! - **Backlog.** Every provider goes at its own pace, under its own limits, which all contacts share. Contacts that a slower
//!   provider has no room for wait in a temporary file, which only this process can open. Their deliveries come in later
//!   reports, so that the report on a contact may come in parts; each delivery is reported once.
//! - **Pause.** A provider is paused ([`OpenReason`]) when its credentials are refused, its quota is used up, its configuration is
//!   wrong, the journal cannot be written, or many deliveries in a row fail. Its further deliveries are reported as `pending` at
//!   once, and the other providers go on. With a journal, a later run sends them.
//! - **Waiting.** An import [`with_waiting`](Import::with_waiting) keeps the contacts of a paused provider in the backlog. It
//!   resumes when the vendor's window opens or, where no time is known, after one minute, two, four and at most fifteen, first
//!   with a single contact. It does not wait after refused credentials or for a wrong configuration.
//! - **Doubt.** An import with waiting also defers deliveries in doubt that can be settled later
//!   ([`Delivery::look_again_at`](crate::Delivery::look_again_at)). They wait in a temporary file, take no part of the window, and
//!   are delivered again when they are due. Each is reported once: when it is settled, when it needs a person, or when the import
//!   stops.
//! - **End.** When nothing more will be sent to any provider, no more contacts are taken.
//! - **Duplicates.** A contact whose person came before in the input (see [`IdentifyBy`]) is not sent again, with or without a
//!   journal, and is reported as `skipped`. A row that contradicts an earlier row of the same identity, or has the id of another
//!   person, is refused ([`Report::refusal`]).

mod dedup_index;
mod deduplicator;
mod deferred_queue;
mod dispatch;
mod earlier_attempts;
mod intake;
mod scheduler;
mod spill_queue;
mod temporary_database;
mod unsent;

use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream::{self, Stream, StreamExt};
use tokio::sync::Semaphore;
use unicontact_providers::{ContactProvider, UnifiedContact};

pub use self::deduplicator::SameIdentity;
pub(crate) use self::deduplicator::{Deduplicator, RowDecision};
pub use self::deferred_queue::Deferred;
use self::deferred_queue::SharedDeferred;
use self::intake::{InputRow, Route};
use self::scheduler::Scheduler;
use self::spill_queue::SharedCounts;
use crate::circuit_breaker::{CircuitBreaker, OnOpen, OpenReason};
pub use crate::counts::Counts;
use crate::fan_out::FanOut;
use crate::identity::IdentifyBy;
use crate::journal::JournalError;
use crate::pipeline::Pipeline;
use crate::plan::Plan;
use crate::recognizer::{Recognizer, TemporaryPeople};
pub use crate::refusal::{Refusal, RefusalReason};
use crate::report::Report;
use crate::settings::Concurrency;
use crate::shutdown::Shutdown;
pub use crate::source_row::{DroppedField, SourceLocation, SourceRow};
pub use crate::summary::Summary;
use crate::watch;

/// The smallest default window, as long as the windows of all providers add up to no more than [`MAX_DEFAULT_SUM`].
const MIN_DEFAULT_WINDOW: usize = 64;
/// A limit on the sum of the smallest default windows.
const MAX_DEFAULT_SUM: usize = 1024;
/// The default window for each delivery that a provider allows at a time.
const WINDOW_PER_DELIVERY: usize = 8;
const DEFAULT_FAILURE_THRESHOLD: u32 = 20;

/// An import of many contacts. Clones are handles of the same import, so that one can stop what another one runs.
///
/// ```
/// use futures_util::stream::{self, StreamExt};
/// use unicontact::bulk::{Import, Summary};
/// use unicontact::providers::UnifiedContact;
///
/// # async fn example(fan_out: unicontact::FanOut, contacts: Vec<UnifiedContact>) {
/// let import = Import::new(fan_out);
/// let mut reports = std::pin::pin!(import.run(stream::iter(contacts)));
/// let mut summary = Summary::with_providers(import.provider_names());
/// while let Some(report) = reports.next().await {
///     summary.add(&report);
/// }
/// for reason in import.open_breakers() {
///     println!("{} is paused: {}", reason.provider, reason.message);
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Import {
    fan_out: FanOut,
    breakers: Arc<[Arc<CircuitBreaker>]>,
    failure_threshold: u32,
    waits: bool,
    window: usize,
    shutdown: watch::Sender<Shutdown>,
    deduplicator: Deduplicator,
    backlog: SharedCounts,
    deferred: SharedDeferred,
    taken: Arc<AtomicU64>,
    run_lock: Arc<Semaphore>,
    is_spill_broken: Arc<AtomicBool>,
}

/// A contact with the providers that it goes to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RoutedContact {
    /// The contact.
    pub contact: UnifiedContact,
    /// The key under which its deliveries are recorded.
    pub key: String,
    /// The names of the providers. Names that the import does not have are ignored.
    pub providers: Vec<String>,
}

impl RoutedContact {
    /// Creates a routed contact.
    pub fn new(contact: UnifiedContact, key: impl Into<String>, providers: Vec<String>) -> Self {
        Self { contact, key: key.into(), providers }
    }
}

impl Import {
    /// Creates an import through `fan_out`. Every contact goes to every provider; the policy of the fan-out does not apply.
    pub fn new(fan_out: FanOut) -> Self {
        let mut import = Self {
            breakers: Arc::new([]),
            failure_threshold: DEFAULT_FAILURE_THRESHOLD,
            waits: false,
            window: default_window(&fan_out),
            shutdown: watch::Sender::new(Shutdown::Running),
            deduplicator: Deduplicator::new(recognizer(&fan_out)),
            backlog: fan_out.pipelines().iter().map(|_| AtomicU64::new(0)).collect(),
            deferred: fan_out.pipelines().iter().map(|_| Mutex::default()).collect(),
            taken: Arc::default(),
            run_lock: Arc::new(Semaphore::new(1)),
            is_spill_broken: Arc::default(),
            fan_out,
        };
        import.reset_breakers();
        import
    }

    /// Sets the maximum number of contacts in flight at each provider.
    ///
    /// The default is eight for each delivery that the busiest provider allows at a time, 128 for a provider with the concurrency
    /// `auto`, and at least 64. With more than 16 providers this minimum falls, so that all minimums add up to 1,024.
    #[must_use]
    pub fn with_window(mut self, contacts: usize) -> Self {
        self.window = contacts.max(1);
        self
    }

    /// Sets the number of failures in a row after which a provider is paused, 20 by default. Refused credentials, a used-up quota
    /// and a wrong configuration pause it at once.
    #[must_use]
    pub fn with_failure_threshold(mut self, failures: u32) -> Self {
        self.failure_threshold = failures.max(1);
        self.reset_breakers();
        self
    }

    /// Sets whether a row that contradicts an earlier row of the same identity is sent or refused. The default is to refuse it.
    #[must_use]
    pub fn with_same_identity(mut self, same_identity: SameIdentity) -> Self {
        self.deduplicator = self.deduplicator.with_same_identity(same_identity);
        self
    }

    /// Waits without a limit for paused providers to resume, and for deliveries in doubt to be settled or to need a person.
    #[must_use]
    pub fn with_waiting(mut self) -> Self {
        self.waits = true;
        self.reset_breakers();
        self
    }

    /// Returns the fan-out with the providers.
    pub fn fan_out(&self) -> &FanOut {
        &self.fan_out
    }

    /// Returns the names of the providers, in the order of the configuration.
    pub fn provider_names(&self) -> impl Iterator<Item = &str> {
        self.fan_out.pipelines().iter().map(|pipeline| pipeline.provider().info().name())
    }

    /// Delivers the contacts. Reports come in the order in which the deliveries end. Needs a Tokio runtime.
    ///
    /// Runs of the same import are serialized: a run starts when the stream of the one before has ended or was dropped.
    ///
    /// Dropping the stream cuts off the deliveries in flight, as [`Running`](crate::Running) does, and discards the backlog.
    /// [`Import::abandon`] does the same and lets the stream report it.
    pub fn run<S, R>(&self, rows: S) -> impl Stream<Item = Report> + use<S, R>
    where
        S: Stream<Item = R>,
        R: Into<SourceRow>,
    {
        self.schedule(rows.map(|row| InputRow { row: row.into(), route: None }))
    }

    /// Delivers contacts that go to some of the providers only, as [`run`](Self::run) does. Duplicates are found by the journal
    /// alone: the same contact may come again, for other providers say.
    pub fn run_routed<S: Stream<Item = RoutedContact>>(
        &self,
        contacts: S,
    ) -> impl Stream<Item = Report> + use<S> {
        let names: Vec<String> = self.provider_names().map(str::to_owned).collect();
        self.schedule(contacts.map(move |contact| input_row(contact, &names)))
    }

    fn schedule<S: Stream<Item = InputRow>>(&self, rows: S) -> impl Stream<Item = Report> + use<S> {
        let mut scheduler = Scheduler::new(self.clone(), rows);
        stream::poll_fn(move |context| scheduler.poll_next(context))
    }

    /// Returns the plan for each contact, or the refusal of its row. Sends nothing. Duplicates are left out and counted.
    pub fn plan<S, R>(&self, rows: S) -> impl Stream<Item = Result<Plan, Refusal>> + use<S, R>
    where
        S: Stream<Item = R>,
        R: Into<SourceRow>,
    {
        let import = self.clone();
        rows.filter_map(move |row| {
            let (import, row) = (import.clone(), row.into());
            async move {
                let (traits, lookup) = import.deduplicator.recognize(&row);
                match import.deduplicator.decide(row, &traits, lookup.await) {
                    RowDecision::Send { mut row, .. } => {
                        let plan = import.fan_out.plan_offline(&row.contact);
                        Some(Ok(Plan { source: row.take_location(), ..plan }))
                    }
                    RowDecision::Refused { refusal, .. } => Some(Err(refusal)),
                    RowDecision::Repeated { .. } | RowDecision::Unrecognized { .. } => None,
                }
            }
        })
    }

    /// Returns the number of contacts that the journal knows as delivered when they are recognized by `method`, but not by the
    /// method of this import. Writes and sends nothing.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    pub async fn count_unknown_without<S>(&self, method: IdentifyBy, contacts: S) -> Result<u64, JournalError>
    where
        S: Stream<Item = UnifiedContact>,
    {
        let with_method = self.fan_out.clone().with_identify_by(method);
        let mut contacts = pin!(contacts);
        let mut count = 0;
        while let Some(contact) = contacts.next().await {
            let is_lost =
                with_method.is_delivered(&contact).await? && !self.fan_out.is_delivered(&contact).await?;
            count += u64::from(is_lost);
        }
        Ok(count)
    }

    /// Takes no more contacts and starts no more attempts. Attempts in flight finish; contacts that were not sent stay `pending`.
    pub fn stop(&self) {
        // The breakers are shut first, so that a task woken by the shutdown finds them shut.
        self.breakers.iter().for_each(|breaker| breaker.shut_down());
        Shutdown::Draining.advance(&self.shutdown);
    }

    /// Takes no more contacts and cuts off the deliveries in flight: one with an attempt in flight is in doubt.
    pub fn abandon(&self) {
        self.stop();
        Shutdown::Aborted.advance(&self.shutdown);
    }

    /// Returns the paused providers, in the order of the configuration.
    pub fn open_breakers(&self) -> Vec<OpenReason> {
        self.breakers.iter().filter_map(|breaker| breaker.open_reason()).collect()
    }

    /// Returns the number of contacts taken from the stream.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Returns the number of contacts that wait for each provider, in the order of the configuration.
    pub fn backlog(&self) -> Vec<u64> {
        self.backlog.iter().map(|count| count.load(Ordering::Relaxed)).collect()
    }

    /// Returns the deferred deliveries of each provider, in the order of the configuration. Only an import
    /// [`with_waiting`](Self::with_waiting) defers deliveries.
    pub fn deferred(&self) -> Vec<Deferred> {
        self.deferred.iter().map(|state| *state.lock().unwrap_or_else(PoisonError::into_inner)).collect()
    }

    /// Returns the number of contacts without an id whose person the journal knows by an id.
    pub fn recognized_without_id(&self) -> u64 {
        self.deduplicator.recognized_without_id()
    }

    /// Returns the number of contacts with the name and an address of a person whom the journal knows with other numbers only. They
    /// are treated as the same person.
    pub fn contradicting(&self) -> u64 {
        self.deduplicator.contradicting()
    }

    /// Returns the number of contacts with a new id whose person the journal knew without one. The journal has added the id.
    pub fn took_id(&self) -> u64 {
        self.deduplicator.took_id()
    }

    /// Returns the number of duplicates with other content of the same person. They are part of [`Import::repeated`].
    pub fn repeated_with_other_content(&self) -> u64 {
        self.deduplicator.index().differing()
    }

    /// Returns warnings about the import itself, for people. More may be added while the import runs.
    pub fn warnings(&self) -> Vec<&'static str> {
        let index = self.deduplicator.index().is_unusable().then_some(dedup_index::UNUSABLE);
        let spill = self.is_spill_broken.load(Ordering::Relaxed).then_some(spill_queue::UNUSABLE);
        index.into_iter().chain(spill).collect()
    }

    /// Returns the number of duplicates in the stream.
    pub fn repeated(&self) -> u64 {
        self.deduplicator.index().repeated()
    }

    /// Replaces the breakers by new ones with the present options.
    fn reset_breakers(&mut self) {
        let on_open = if self.waits { OnOpen::Wait } else { OnOpen::LeavePending };
        self.breakers = self.fan_out.breakers(self.failure_threshold, on_open, Pipeline::clock);
    }
}

fn default_window(fan_out: &FanOut) -> usize {
    let window = |pipeline: &Arc<Pipeline>| match pipeline.settings().concurrency {
        Concurrency::Fixed(number) => number.get().saturating_mul(WINDOW_PER_DELIVERY),
        // The largest concurrency, and as many deliveries that wait after a refusal.
        Concurrency::Auto => 2 * Concurrency::MAX_OF_AUTO,
    };
    let smallest = (MAX_DEFAULT_SUM / fan_out.pipelines().len().max(1)).clamp(1, MIN_DEFAULT_WINDOW);
    fan_out.pipelines().iter().map(window).max().map_or(smallest, |window| window.max(smallest))
}

/// Returns the recognizer of a fan-out; without a journal, one that knows the people of one input.
fn recognizer(fan_out: &FanOut) -> Recognizer {
    fan_out.recognizer().unwrap_or_else(|| {
        let people = TemporaryPeople::new(temporary_database::open_with_tables);
        Recognizer::with_temporary_people(people, fan_out.method())
    })
}

fn input_row(contact: RoutedContact, names: &[String]) -> InputRow {
    let RoutedContact { contact, key, providers } = contact;
    let routed = names.iter().enumerate().filter(|(_, name)| providers.contains(name));
    let providers = routed.map(|(provider, _)| provider).collect();
    InputRow { row: contact.into(), route: Some(Route { key, providers }) }
}

impl fmt::Debug for Import {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Import")
            .field("fan_out", &self.fan_out)
            .field("window", &self.window)
            .field("shutdown", &self.shutdown.get())
            .finish_non_exhaustive()
    }
}
