//! Many contacts to every provider: a stream of contacts in, a stream of reports out.
//!
//! Its rule: however many contacts come, only a window of them is held; every contact that is taken from the stream gets
//! a report, and every provider an entry in it.
//!
//! # What holds
//!
//! - At most [`Import::with_window`] contacts are under way. The next one is taken from the stream when one of them
//!   has ended and its report was taken: whoever does not take reports holds back the contacts.
//! - All providers of a contact begin at once, each under its own limits, which it shares with all other contacts.
//! - A provider whose credentials are refused, whose quota is used up, whose set-up is wrong or whose journal cannot be
//!   written, or which fails many times in a row, is paused ([`Pause`]): what was not sent to it stays `pending`, at
//!   once, and the others go on at their own pace. With a journal, a later run sends it.
//! - A provider that is slow and not paused falls behind the others by the window and no further; from then on it sets
//!   the pace. A larger window lets it fall behind further, and costs memory.
//! - When every provider is paused, no more contacts are taken.
//! - A contact that came before (the same `external_id`, or without one the same content) is not sent again, journal
//!   or not; its report says so. What came is kept as hashes in a temporary file, not in memory.

mod gate;
mod repeated;
mod seen;
mod summary;

use std::fmt;
use std::sync::Arc;

use futures_util::future::Either;
use futures_util::stream::{Stream, StreamExt};
use tokio::sync::watch;
use unicontact_providers::{UnifiedContact, contact_key};

pub(crate) use self::gate::Gate;
pub use self::gate::Pause;
use self::repeated::repeated;
use self::seen::Seen;
pub use self::summary::{Counts, Summary};
use crate::delivery::{Outcome, Report};
use crate::fan_out::FanOut;
use crate::plan::Plan;
use crate::target::STOPPED;

/// The smallest window that is chosen without being asked for.
const SMALLEST_WINDOW: usize = 64;
/// So many contacts are under way for each delivery that the busiest provider allows at once.
const DEPTH: usize = 8;
const PATIENCE: u32 = 20;
const PAUSED: &str = "not sent: the provider is paused";

/// An import. Its clones are the same import, so that one of them can stop what another one runs.
///
/// ```
/// use futures_util::stream::{self, StreamExt};
/// use unicontact::import::{Import, Summary};
/// use unicontact::providers::UnifiedContact;
///
/// # async fn example(fan_out: unicontact::FanOut, contacts: Vec<UnifiedContact>) {
/// let import = Import::new(fan_out);
/// let mut reports = std::pin::pin!(import.run(stream::iter(contacts)));
/// let mut summary = Summary::of(&import);
/// while let Some(report) = reports.next().await {
///     summary.add(&report);
/// }
/// for pause in import.pauses() {
///     println!("{} is paused: {}", pause.provider, pause.reason);
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Import {
    fan_out: FanOut,
    gates: Arc<[Arc<Gate>]>,
    window: usize,
    course: watch::Sender<Course>,
    seen: Arc<Seen>,
}

/// How the import is to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    Going,
    /// No more contacts are taken.
    Ending,
    /// What is under way is cut off, too.
    Abandoned,
}

impl Import {
    /// An import through `fan_out`. Every provider gets every contact, whatever the policy of the fan-out.
    pub fn new(fan_out: FanOut) -> Self {
        let concurrency = fan_out.targets().iter().map(|target| target.settings().concurrency).max();
        Self {
            gates: gates(&fan_out, PATIENCE),
            window: concurrency.unwrap_or(1).saturating_mul(DEPTH).max(SMALLEST_WINDOW),
            course: watch::channel(Course::Going).0,
            seen: Arc::new(Seen::new()),
            fan_out,
        }
    }

    /// How many contacts are under way at most. By default eight for each delivery that the busiest provider allows
    /// at once, and at least 64.
    #[must_use]
    pub fn with_window(mut self, contacts: usize) -> Self {
        self.window = contacts.max(1);
        self
    }

    /// After how many failures in a row a provider is paused, 20 by default. Refused credentials, a quota that is
    /// used up and a wrong set-up pause it at once.
    #[must_use]
    pub fn with_patience(mut self, failures: u32) -> Self {
        self.gates = gates(&self.fan_out, failures.max(1));
        self
    }

    /// The providers.
    pub fn fan_out(&self) -> &FanOut {
        &self.fan_out
    }

    /// Delivers the contacts. The reports come in the order in which the contacts ended. Needs a Tokio runtime.
    ///
    /// Dropping the stream cuts off what is under way, as [`Running`](crate::Running) says; [`Import::abandon`] does
    /// the same and tells it.
    pub fn run<S: Stream<Item = UnifiedContact>>(&self, contacts: S) -> impl Stream<Item = Report> + use<S> {
        let mut course = self.course.subscribe();
        let ending = async move {
            // The sender lives as long as the import, whose clone is in the stream.
            let _ = course.wait_for(|course| *course != Course::Going).await;
        };
        let import = self.clone();
        let begin = move |contact: UnifiedContact| {
            let key = contact_key(&contact);
            if import.seen.is_repeated(&key) {
                return Either::Left(std::future::ready(repeated(key, &import.fan_out)));
            }
            Either::Right(import.clone().deliver(contact))
        };
        contacts.take_until(ending).map(begin).buffer_unordered(self.window)
    }

    /// What would be sent for each contact; sends nothing. Those that came before are left out and counted.
    pub fn plan<S: Stream<Item = UnifiedContact>>(&self, contacts: S) -> impl Stream<Item = Plan> + use<S> {
        let import = self.clone();
        contacts.filter_map(move |contact| {
            let import = import.clone();
            async move {
                let is_repeated = import.seen.is_repeated(&contact_key(&contact));
                if is_repeated { None } else { Some(import.fan_out.plan(&contact, false).await) }
            }
        })
    }

    /// Takes no more contacts and begins no new attempt. Attempts under way come to their end; what was not sent stays
    /// `pending`.
    pub fn stop(&self) {
        self.set_course(Course::Ending);
        self.gates.iter().for_each(|gate| gate.close());
    }

    /// Takes no more contacts and cuts off what is under way: what may have been sent is in doubt.
    pub fn abandon(&self) {
        self.stop();
        self.set_course(Course::Abandoned);
    }

    /// The providers that are paused, in the order of the configuration.
    pub fn pauses(&self) -> Vec<Pause> {
        self.gates.iter().filter_map(|gate| gate.pause()).collect()
    }

    /// How many contacts had come before in the same stream.
    pub fn repeated(&self) -> u64 {
        self.seen.repeated()
    }

    async fn deliver(self, contact: UnifiedContact) -> Report {
        let mut running = self.fan_out.start_through(contact, &self.gates);
        let mut course = self.course.subscribe();
        let mut report = tokio::select! {
            biased;
            () = running.ended() => running.finish().await,
            Ok(_) = course.wait_for(|course| *course == Course::Abandoned) => running.abandon(),
        };
        if self.gates.iter().all(|gate| gate.is_paused()) {
            self.set_course(Course::Ending);
        }
        for (delivery, gate) in report.deliveries.iter_mut().zip(self.gates.iter()) {
            let is_held_back = delivery.outcome == Outcome::Pending && delivery.note == Some(STOPPED);
            if is_held_back && gate.is_paused() {
                delivery.note = Some(PAUSED);
            }
        }
        report
    }

    /// It never goes back.
    fn set_course(&self, next: Course) {
        self.course.send_if_modified(|course| {
            let goes_on = (*course as u8) < (next as u8);
            if goes_on {
                *course = next;
            }
            goes_on
        });
    }
}

fn gates(fan_out: &FanOut, patience: u32) -> Arc<[Arc<Gate>]> {
    fan_out.targets().iter().map(|target| Arc::new(Gate::of(target, patience))).collect()
}

impl fmt::Debug for Import {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Import")
            .field("fan_out", &self.fan_out)
            .field("window", &self.window)
            .field("course", &*self.course.borrow())
            .finish_non_exhaustive()
    }
}
