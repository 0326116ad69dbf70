//! Many contacts to every provider: a stream of contacts in, a stream of reports out.
//!
//! Its rule: however many contacts come, only a window of them is held; every contact that is taken from the stream gets
//! a report, and every provider an entry in it.
//!
//! # What holds
//!
//! - At most [`Import::with_window`] contacts are under way at each provider. The next one is taken from the stream when
//!   a provider has room (while another one is full for which nothing was put aside yet: half of its window), and the reports of what ended were taken: whoever does not
//!   take reports holds back the contacts.
//! - Every provider goes at its own pace, under its own limits, which all contacts share. For one that is slower than the
//!   fastest by more than half of the window, contacts are put aside in a temporary file, which only this process can open, and
//!   come from there when it has room. What became of them is told in later reports of their own, so that the report
//!   of a contact may come in parts; each of its deliveries is told once.
//! - A provider whose credentials are refused, whose quota is used up, whose set-up is wrong or whose journal cannot be
//!   written, or which fails many times in a row, is paused ([`OpenReason`]): what was not sent to it stays `pending`, at
//!   once, and the others go on. With a journal, a later run sends it.
//! - An import that waits ([`Import::waiting`]) puts the contacts of a paused provider aside instead, and goes on with it
//!   when the vendor's window opens or, where nobody says when, after a minute, two, four, up to fifteen; first with a
//!   single contact. For refused credentials and a wrong set-up nobody waits.
//! - An import that waits also waits for deliveries in doubt that can be resolved later ([`Delivery::look_again_at`](crate::Delivery::look_again_at)):
//!   they are parked in the temporary file, hold no place of their provider, and are delivered again when they are due. Each
//!   is reported once, when it is settled, needs a person or the import is stopped.
//! - When nothing will be sent to any provider any more, no more contacts are taken.
//! - A person that came before (as [`IdentifyBy`] says) is not sent again, journal or not; the report says so. A row with the
//!   same identity that contradicts an earlier one, or with the id of another person, is refused ([`Report::refusal`]). What
//!   came is kept as hashes in a temporary file, not in memory.

mod admission;
mod arriving;
mod dedup_index;
mod parked;
mod past_doubt;
mod scheduler;
mod spill_queue;
mod temporary_file;
mod unsent;

use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream::{self, Stream, StreamExt};
use tokio::sync::Semaphore;
use unicontact_providers::{ContactProvider, UnifiedContact};

pub use self::admission::SameIdentity;
pub(crate) use self::admission::{Admission, Admissions};
use self::arriving::Wanted;
pub use self::parked::Parked;
use self::parked::SharedParked;
use self::scheduler::Scheduler;
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

/// The smallest window that is chosen without being asked for, while it comes to no more than [`UNASKED`] in sum.
const SMALLEST_WINDOW: usize = 64;
/// So many deliveries are under way at all providers together without their being asked for.
const UNASKED: usize = 1024;
/// So many contacts are under way at a provider for each delivery that the busiest one allows at once.
const DEPTH: usize = 8;
const FAILURE_THRESHOLD: u32 = 20;

/// An import. Its clones are the same import, so that one of them can stop what another one runs.
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
    gates: Arc<[Arc<CircuitBreaker>]>,
    failure_threshold: u32,
    waits: bool,
    window: usize,
    course: watch::Sender<Shutdown>,
    admissions: Admissions,
    behind: spill_queue::Counts,
    parked: SharedParked,
    taken: Arc<AtomicU64>,
    turn: Arc<Semaphore>,
    /// Whether nothing can be put aside.
    is_slowed: Arc<AtomicBool>,
}

/// A contact that goes to some of the providers.
#[derive(Debug, Clone)]
pub struct Addressed {
    /// The contact.
    pub contact: UnifiedContact,
    /// The key under which its deliveries are recorded.
    pub key: String,
    /// The names of the providers. Those that the import does not have are passed over.
    pub providers: Vec<String>,
}

impl Import {
    /// An import through `fan_out`. Every provider gets every contact, whatever the policy of the fan-out.
    pub fn new(fan_out: FanOut) -> Self {
        let window = |target: &Arc<Pipeline>| match target.settings().concurrency {
            Concurrency::Fixed(number) => number.get().saturating_mul(DEPTH),
            // The most that it comes to, and as many that wait because they were refused.
            Concurrency::Auto => 2 * Concurrency::MAX_OF_AUTO,
        };
        let smallest = (UNASKED / fan_out.targets().len().max(1)).clamp(1, SMALLEST_WINDOW);
        let window = fan_out.targets().iter().map(window).max().unwrap_or(smallest);
        let mut import = Self {
            gates: Arc::new([]),
            failure_threshold: FAILURE_THRESHOLD,
            waits: false,
            window: window.max(smallest),
            course: watch::Sender::new(Shutdown::Running),
            admissions: Admissions::new(recognizer(&fan_out)),
            behind: fan_out.targets().iter().map(|_| AtomicU64::new(0)).collect(),
            parked: fan_out.targets().iter().map(|_| Mutex::default()).collect(),
            taken: Arc::default(),
            turn: Arc::new(Semaphore::new(1)),
            is_slowed: Arc::default(),
            fan_out,
        };
        import.make_gates();
        import
    }

    /// How many contacts are under way at each provider at most. By default eight for each delivery that the busiest provider allows
    /// at once, 128 for one whose concurrency is `auto`, and at least 64; with more than 16 providers at least as many as make 1,024
    /// in sum.
    #[must_use]
    pub fn with_window(mut self, contacts: usize) -> Self {
        self.window = contacts.max(1);
        self
    }

    /// Opens a provider's circuit breaker after so many failures in a row, 20 by default. Refused credentials, a quota that is
    /// used up and a wrong set-up open it at once.
    #[must_use]
    pub fn with_failure_threshold(mut self, failures: u32) -> Self {
        self.failure_threshold = failures.max(1);
        self.make_gates();
        self
    }

    /// Sends or refuses rows that have the identity of an earlier row of the same input and contradict it. They are refused by
    /// default.
    #[must_use]
    pub fn with_same_identity(mut self, same_identity: SameIdentity) -> Self {
        self.admissions = self.admissions.with_same_identity(same_identity);
        self
    }

    /// Waits for a paused provider until it may work again, and for a delivery in doubt until it is settled or needs a
    /// person, as long as that takes.
    #[must_use]
    pub fn waiting(mut self) -> Self {
        self.waits = true;
        self.make_gates();
        self
    }

    /// Returns the providers.
    pub fn fan_out(&self) -> &FanOut {
        &self.fan_out
    }

    /// Returns the names of the providers, in the order of the configuration.
    pub fn provider_names(&self) -> impl Iterator<Item = &str> {
        self.fan_out.targets().iter().map(|target| target.provider().info().name())
    }

    /// Delivers the contacts. The reports come in the order in which the deliveries ended. Needs a Tokio runtime.
    ///
    /// Runs of the same import take turns: the next one begins when the stream of the one before has ended or was dropped.
    ///
    /// Dropping the stream cuts off what is under way, as [`Running`](crate::Running) says, and forgets what was put aside;
    /// [`Import::abandon`] does the same and tells it.
    pub fn run<S, R>(&self, rows: S) -> impl Stream<Item = Report> + use<S, R>
    where
        S: Stream<Item = R>,
        R: Into<SourceRow>,
    {
        self.through_lanes(rows.map(|row| Wanted { row: row.into(), to: None }))
    }

    /// The same with contacts that go to some of the providers only. The same contact may come again, for other providers
    /// say: nobody looks for what comes twice but the journal.
    pub fn run_addressed<S: Stream<Item = Addressed>>(
        &self,
        contacts: S,
    ) -> impl Stream<Item = Report> + use<S> {
        let names: Vec<String> = self.fan_out.targets().iter().map(|target| name(target)).collect();
        self.through_lanes(contacts.map(move |addressed| wanted(addressed, &names)))
    }

    fn through_lanes<S: Stream<Item = Wanted>>(&self, wanted: S) -> impl Stream<Item = Report> + use<S> {
        let mut lanes = Scheduler::of(self.clone(), wanted);
        stream::poll_fn(move |context| lanes.poll_next(context))
    }

    /// Returns what would be sent for each contact, or why its row is refused; sends nothing. Those that came before are left
    /// out and counted.
    pub fn plan<S, R>(&self, rows: S) -> impl Stream<Item = Result<Plan, Refusal>> + use<S, R>
    where
        S: Stream<Item = R>,
        R: Into<SourceRow>,
    {
        let import = self.clone();
        rows.filter_map(move |row| {
            let (import, row) = (import.clone(), row.into());
            async move {
                let (traits, answer) = import.admissions.recognize(&row);
                match import.admissions.admit(row, &traits, answer.await) {
                    Admission::Send { mut row, .. } => {
                        let plan = import.fan_out.plan(&row.contact, false).await;
                        Some(Ok(Plan { source: row.take_location(), ..plan }))
                    }
                    Admission::Refused { refusal, .. } => Some(Err(refusal)),
                    Admission::Repeated { .. } | Admission::Unrecognized { .. } => None,
                }
            }
        })
    }

    /// Returns how many contacts the journal knows as delivered when they are recognized by `method`, and would not know as
    /// such by the method of this import. Writes and sends nothing.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    pub async fn count_unknown_without<S>(&self, method: IdentifyBy, contacts: S) -> Result<u64, JournalError>
    where
        S: Stream<Item = UnifiedContact>,
    {
        let before = self.fan_out.clone().identified_by(method);
        let mut contacts = pin!(contacts);
        let mut count = 0;
        while let Some(contact) = contacts.next().await {
            let is_lost =
                before.is_delivered(&contact).await? && !self.fan_out.is_delivered(&contact).await?;
            count += u64::from(is_lost);
        }
        Ok(count)
    }

    /// Takes no more contacts and begins no new attempt. Attempts under way come to their end; what was not sent stays
    /// `pending`.
    pub fn stop(&self) {
        // Whoever is woken by the course must find the gates shut.
        self.gates.iter().for_each(|gate| gate.shut_down());
        Shutdown::Draining.advance(&self.course);
    }

    /// Takes no more contacts and cuts off what is under way: what may have been sent is in doubt.
    pub fn abandon(&self) {
        self.stop();
        Shutdown::Aborted.advance(&self.course);
    }

    /// Returns why nothing is sent to providers whose circuit breaker is open, in the order of the configuration.
    pub fn open_breakers(&self) -> Vec<OpenReason> {
        self.gates.iter().filter_map(|gate| gate.open_reason()).collect()
    }

    /// How many contacts were taken from the stream.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// How many contacts are put aside for each provider until it has room, in the order of the configuration.
    pub fn behind(&self) -> Vec<u64> {
        self.behind.iter().map(|count| count.load(Ordering::Relaxed)).collect()
    }

    /// Returns the deliveries in doubt that wait to be looked for or sent again, in the order of the configuration. Only
    /// an import that waits has any.
    pub fn parked(&self) -> Vec<Parked> {
        self.parked.iter().map(|parked| *parked.lock().unwrap_or_else(PoisonError::into_inner)).collect()
    }

    /// Returns how many contacts without an id are people that the journal knows by an id.
    pub fn recognized_without_id(&self) -> u64 {
        self.admissions.recognized_without_id()
    }

    /// Returns how many contacts have the name and an address of a person whom the journal knows with other numbers only. They
    /// are taken for the same person.
    pub fn contradicting(&self) -> u64 {
        self.admissions.contradicting()
    }

    /// Returns how many contacts with a new id are people that the journal knew without one. They have it from now on.
    pub fn took_id(&self) -> u64 {
        self.admissions.took_id()
    }

    /// Returns how many contacts came before with other content of the same person. They are among [`Import::repeated`].
    pub fn repeated_with_other_content(&self) -> u64 {
        self.admissions.seen().differing()
    }

    /// What does not work as it should in the import itself, for people. It may become more while the import runs.
    pub fn troubles(&self) -> Vec<&'static str> {
        let seen = self.admissions.seen().is_unusable().then_some(dedup_index::UNUSABLE);
        let behind = self.is_slowed.load(Ordering::Relaxed).then_some(spill_queue::UNUSABLE);
        seen.into_iter().chain(behind).collect()
    }

    /// How many contacts had come before in the same stream.
    pub fn repeated(&self) -> u64 {
        self.admissions.seen().repeated()
    }

    fn make_gates(&mut self) {
        let manner = if self.waits { OnOpen::Wait } else { OnOpen::LeavePending };
        let gate = |target: &Arc<Pipeline>| {
            let provider = target.provider();
            let (name, can_find) = (provider.info().name(), provider.capabilities().find);
            Arc::new(CircuitBreaker::new(name, can_find, self.failure_threshold, manner, target.clock()))
        };
        self.gates = self.fan_out.targets().iter().map(gate).collect();
    }
}

/// Returns the recognizer of a fan-out; without a journal, one for the people of one input.
fn recognizer(fan_out: &FanOut) -> Recognizer {
    fan_out.recognizer().unwrap_or_else(|| {
        let people = TemporaryPeople::new(temporary_file::with_tables);
        Recognizer::with_temporary_people(people, fan_out.method())
    })
}

fn wanted(addressed: Addressed, names: &[String]) -> Wanted {
    let Addressed { contact, key, providers } = addressed;
    let places = names.iter().enumerate().filter(|(_, name)| providers.contains(name));
    let lanes = places.map(|(lane, _)| lane).collect();
    Wanted { row: contact.into(), to: Some((key, lanes)) }
}

fn name(target: &Pipeline) -> String {
    target.provider().info().name().to_owned()
}

impl fmt::Debug for Import {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Import")
            .field("fan_out", &self.fan_out)
            .field("window", &self.window)
            .field("course", &self.course.get())
            .finish_non_exhaustive()
    }
}
