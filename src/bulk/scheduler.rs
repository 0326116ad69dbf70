//! What begins next in an import.
//!
//! Its rule: every provider has a lane of its own. A contact begins where there is room; for a provider whose lane is
//! full, or that is waited for, it is put aside and begins when there is. The next contact is taken when a lane
//! has room; while one is full for which nothing is put aside yet, only when another has half of its room, so that the fastest provider sets
//! the pace, and those about as fast get it from memory.
//!
//! An import that waits parks a delivery in doubt and begins it again when it is due and its lane has room.

mod parking;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Fuse};
use futures_util::stream::{FuturesUnordered, Stream, StreamExt};
use jiff::Timestamp;
use tokio::sync::OwnedSemaphorePermit;
use unicontact_providers::{ErrorKind, ProviderError, UnifiedContact, contact_key};

use super::arriving::{Arriving, Recognized, Wanted};
use super::parked::ParkedDeliveries;
use super::past_doubt::PastDoubt;
use super::spill_queue::{SpillQueue, Taken};
use super::unsent::{refused, repeated, stopped, unreadable};
use super::{Admission, CircuitBreaker, Import, SourceLocation};
use crate::fan_out::FanOut;
use crate::journal::JournalError;
use crate::outcome::Outcome;
use crate::report::{Delivery, Note, Report, report_name};
use crate::shutdown::Shutdown;

/// An import under way.
pub(super) struct Scheduler<S> {
    import: Import,
    /// Those that were not taken yet.
    contacts: Option<Pin<Box<S>>>,
    arriving: Arriving,
    under_way: FuturesUnordered<BoxFuture<'static, Ended>>,
    behind: SpillQueue,
    parked: ParkedDeliveries,
    /// Through which parked deliveries go: what this import sent once more, it does not send once more again.
    fan_out_of_parked: FanOut,
    /// The wait for the next parked delivery, and when that is due.
    waking: Option<(Timestamp, BoxFuture<'static, ()>)>,
    /// The one that could not be put aside, and where it still has to begin.
    held: Option<Held>,
    /// The reports of what was not sent at all.
    unsent: VecDeque<Report>,
    stopping: Fuse<BoxFuture<'static, ()>>,
    reopening: FuturesUnordered<BoxFuture<'static, usize>>,
    /// Which of the lanes are among them.
    is_reopening: Vec<bool>,
    waiting_for_turn: Option<BoxFuture<'static, Option<OwnedSemaphorePermit>>>,
    turn: Option<OwnedSemaphorePermit>,
}

/// A contact that has begun at some of its providers.
struct Held {
    contact: Arc<UnifiedContact>,
    key: String,
    source: SourceLocation,
    lanes: Vec<usize>,
}

/// Deliveries of one contact that ended.
struct Ended {
    contact: Arc<UnifiedContact>,
    key: String,
    source: SourceLocation,
    lanes: Vec<usize>,
    /// What is known of the only delivery, if it was parked before.
    doubt: Option<PastDoubt>,
    report: Report,
}

impl<S: Stream<Item = Wanted>> Scheduler<S> {
    pub(super) fn of(import: Import, contacts: S) -> Self {
        let mut course = import.course.subscribe();
        let stopping = async move {
            course.wait_for(|course| course != Shutdown::Running).await;
        };
        let turn = Arc::clone(&import.turn).acquire_owned().map(Result::ok);
        Self {
            contacts: Some(Box::pin(contacts)),
            arriving: Arriving::new(import.admissions.clone()),
            under_way: FuturesUnordered::new(),
            behind: SpillQueue::new(Arc::clone(&import.behind), Arc::clone(&import.is_slowed)),
            parked: ParkedDeliveries::new(Arc::clone(&import.parked)),
            fan_out_of_parked: import.fan_out.without_repeats(),
            waking: None,
            held: None,
            unsent: VecDeque::new(),
            stopping: stopping.boxed().fuse(),
            reopening: FuturesUnordered::new(),
            is_reopening: vec![false; import.gates.len()],
            waiting_for_turn: Some(turn.boxed()),
            turn: None,
            import,
        }
    }

    /// The next report.
    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Report>> {
        if let Some(turn) = &mut self.waiting_for_turn {
            self.turn = ready!(turn.poll_unpin(context));
            self.waiting_for_turn = None;
        }
        let mut is_dry = false;
        loop {
            if self.stopping.poll_unpin(context).is_ready()
                || self.gates().iter().all(|gate| gate.is_open_for_good())
            {
                self.takes_no_more();
            }
            while self.unsent.is_empty()
                && (self.unparks() || self.catches_up() || self.takes(context, &mut is_dry))
            {}
            if let Some(report) = self.unsent.pop_front() {
                return Poll::Ready(Some(report));
            }
            if let Poll::Ready(Some(lane)) = self.reopening.poll_next_unpin(context) {
                self.is_reopening[lane] = false;
            } else if let Poll::Ready(Some(ended)) = self.under_way.poll_next_unpin(context) {
                if let Some(report) = self.told(ended) {
                    return Poll::Ready(Some(report));
                }
            } else if !self.wakes(context) && !self.waits_for_another_window() && !self.can_begin(is_dry) {
                if !self.is_done() {
                    return Poll::Pending;
                }
                drop(self.turn.take());
                return Poll::Ready(None);
            }
        }
    }

    fn gates(&self) -> &[Arc<CircuitBreaker>] {
        &self.import.gates
    }

    fn has_room(&self, lane: usize) -> bool {
        self.gates()[lane].admits(self.import.window)
    }

    /// The first lane that has room and something put aside.
    fn lane_to_catch_up(&self) -> Option<usize> {
        (0..self.gates().len()).find(|lane| self.behind.has_any(*lane) && self.has_room(*lane))
    }

    /// Whether the next contact is to begin anywhere.
    fn wants_more(&self) -> bool {
        if (self.contacts.is_none() && self.arriving.is_empty()) || self.held.is_some() {
            return false;
        }
        let window = self.import.window;
        let window = if self.is_any_about_as_fast() { window.div_ceil(2) } else { window };
        self.gates().iter().any(|gate| !gate.is_open_for_good() && gate.admits(window))
    }

    /// Whether a lane is full for which nothing was put aside yet.
    fn is_any_about_as_fast(&self) -> bool {
        let mut lanes = self.gates().iter().enumerate();
        lanes.any(|(lane, gate)| gate.is_full(self.import.window) && !self.behind.has_any(lane))
    }

    /// What ended may have made room.
    fn can_begin(&self, is_dry: bool) -> bool {
        let has_room = |held: &Held| held.lanes.iter().any(|lane| self.has_room(*lane));
        let may_go_on = self.held.as_ref().is_some_and(has_room) || self.lane_to_catch_up().is_some();
        may_go_on || self.lane_to_unpark().is_some() || (!is_dry && self.wants_more())
    }

    fn is_done(&self) -> bool {
        let is_behind = (0..self.gates().len()).any(|lane| self.behind.has_any(lane));
        let is_waiting = is_behind || !self.parked.is_empty();
        let is_everything_taken = self.contacts.is_none() && self.arriving.is_empty();
        is_everything_taken && self.held.is_none() && self.under_way.is_empty() && !is_waiting
    }

    /// Begins a contact that was put aside or held back, if one may.
    fn catches_up(&mut self) -> bool {
        if let Some(held) = self
            .held
            .take_if(|held| held.lanes.iter().any(|lane| self.import.gates[*lane].admits(self.import.window)))
        {
            self.begin_where_there_is_room(held);
            return true;
        }
        let Some(lane) = self.lane_to_catch_up() else {
            return false;
        };
        let Some(Taken { key, contact, source }) = self.behind.take(lane) else {
            return false;
        };
        let target = &self.import.fan_out.targets()[lane];
        match contact {
            _ if self.import.course.get() == Shutdown::Aborted => {
                let contact = contact.and_then(|contact| contact.external_id).or(key);
                self.unsent.push_back(stopped(contact, source, target));
            }
            None => self.unsent.push_back(unreadable(key, source, target)),
            Some(contact) => {
                let key = key.unwrap_or_else(|| contact_key(&contact));
                self.start(Held { contact: Arc::new(contact), key, source, lanes: vec![lane] }, None);
            }
        }
        true
    }

    /// Takes no more contacts. Those that were read and did not begin stay pending.
    fn takes_no_more(&mut self) {
        self.contacts = None;
        while let Some(Wanted { mut row, to }) = self.arriving.pop() {
            let source = row.take_location();
            let (key, lanes) = to.unzip();
            self.import.taken.fetch_add(1, Ordering::Relaxed);
            let key = report_name(&row.contact, key.unwrap_or_else(|| contact_key(&row.contact)));
            let targets = self.import.fan_out.targets().iter().enumerate();
            let is_wanted = |lane: usize| lanes.as_ref().is_none_or(|lanes| lanes.contains(&lane));
            let targets = targets.filter(|(lane, _)| is_wanted(*lane));
            self.unsent.extend(targets.map(|(_, target)| stopped(Some(key.clone()), source.clone(), target)));
        }
    }

    /// Takes the next contact and begins it, if one may. `is_dry` says that none is to be had at the moment.
    fn takes(&mut self, context: &mut Context<'_>, is_dry: &mut bool) -> bool {
        if *is_dry || !self.wants_more() {
            return false;
        }
        self.reads_ahead(context);
        match self.arriving.poll_next(context) {
            Poll::Ready(Some(recognized)) => self.begin(recognized),
            // The source or the journal wakes this.
            Poll::Ready(None) | Poll::Pending => *is_dry = true,
        }
        true
    }

    fn reads_ahead(&mut self, context: &mut Context<'_>) {
        let gates = self.gates().iter().filter(|gate| !gate.is_open_for_good());
        let room = gates.map(|gate| gate.remaining(self.import.window)).max().unwrap_or_default();
        while let Some(contacts) = self.contacts.as_mut().filter(|_| !self.arriving.is_full(room)) {
            match contacts.as_mut().poll_next(context) {
                Poll::Ready(Some(wanted)) => self.arriving.push(wanted),
                Poll::Ready(None) => self.contacts = None,
                Poll::Pending => return,
            }
        }
    }

    fn begin(&mut self, recognized: Recognized) {
        let Recognized { wanted: Wanted { mut row, to }, traits, identification } = recognized;
        let source = row.take_location();
        if let Some((key, lanes)) = to {
            self.import.taken.fetch_add(1, Ordering::Relaxed);
            self.begin_at(row.contact, key, source, lanes);
            return;
        }
        let admission = self.import.admissions.admit(row, &traits, identification);
        let is_refused = matches!(admission, Admission::Refused { .. });
        self.import.taken.fetch_add(u64::from(!is_refused), Ordering::Relaxed);
        match admission {
            Admission::Send { row, key } => {
                let lanes = (0..self.gates().len()).collect();
                self.begin_at(row.contact, key, source, lanes);
            }
            Admission::Repeated { contact, differs_in } => {
                let fan_out = &self.import.fan_out;
                self.unsent.push_back(repeated(contact, source, differs_in.as_ref(), fan_out));
            }
            Admission::Refused { contact, refusal } => {
                self.unsent.push_back(refused(contact, source, refusal));
            }
            Admission::Unrecognized { contact, error } => {
                let report = self.unrecognized(contact, source, &error);
                self.unsent.push_back(report);
            }
        }
    }

    fn begin_at(&mut self, contact: UnifiedContact, key: String, source: SourceLocation, lanes: Vec<usize>) {
        if lanes.is_empty() {
            let contact = report_name(&contact, key);
            self.unsent.push_back(Report::new(contact, Vec::new()).with_source(source));
            return;
        }
        self.begin_where_there_is_room(Held { contact: Arc::new(contact), key, source, lanes });
    }

    /// Returns the report of a contact about which the journal gave no answer. The providers are paused, as when a claim fails.
    fn unrecognized(&self, contact: String, source: SourceLocation, error: &JournalError) -> Report {
        let targets = self.import.fan_out.targets().iter();
        let deliveries: Vec<Delivery> =
            targets.map(|target| target.unusable_journal(error.clone())).collect();
        for (gate, delivery) in self.gates().iter().zip(&deliveries) {
            gate.record_unsent(delivery);
        }
        Report::new(contact, deliveries).with_source(source)
    }

    /// Puts it aside for the others or, where that cannot be, holds it back and with it all that follow.
    fn begin_where_there_is_room(&mut self, held: Held) {
        let Held { contact, key, source, lanes } = held;
        let is_free = |lane: &usize| self.has_room(*lane) && !self.behind.has_any(*lane);
        let (now, later): (Vec<_>, Vec<_>) = lanes.into_iter().partition(is_free);
        if !later.is_empty() && !self.behind.put(&contact, &key, &source, &later) {
            let (contact, key, source) = (Arc::clone(&contact), key.clone(), source.clone());
            self.held = Some(Held { contact, key, source, lanes: later });
        }
        if !now.is_empty() {
            self.start(Held { contact, key, source, lanes: now }, None);
        }
    }

    fn start(&mut self, held: Held, doubt: Option<PastDoubt>) {
        let Held { contact, key, source, lanes } = held;
        let fan_out = if doubt.is_some() { &self.fan_out_of_parked } else { &self.import.fan_out };
        let mut running = fan_out.start_through(&contact, key.clone(), &lanes, self.gates());
        let mut course = self.import.course.subscribe();
        let ended = async move {
            let abandoned = course.wait_for(|course| course == Shutdown::Aborted);
            tokio::select! {
                biased;
                () = running.ended() => {}
                () = abandoned => {}
            }
            Ended { contact, key, source, lanes, doubt, report: running.abandon() }
        };
        self.under_way.push(ended.boxed());
    }

    /// The report of what ended, without what is put aside once more.
    fn told(&mut self, ended: Ended) -> Option<Report> {
        let Ended { contact, key, source, lanes, mut doubt, mut report } = ended;
        let mut lanes = lanes.into_iter();
        report.deliveries.retain_mut(|delivery| {
            let Some(lane) = lanes.next() else { return true };
            if let Some(doubt) = doubt.take() {
                doubt.add_to(delivery, self.target(lane));
            }
            if self.parks(delivery, lane, &key, (&contact, &source)) {
                return false;
            }
            let gate = &self.import.gates[lane];
            if !gate.is_open_for_good()
                && is_to_wait(delivery, gate)
                && self.behind.put(&contact, &key, &source, &[lane])
            {
                return false;
            }
            if is_held_back(delivery) && gate.is_open() {
                delivery.note = Some(Note::Paused);
            }
            true
        });
        (!report.deliveries.is_empty()).then_some(Report { source, ..report })
    }

    /// Whether there is one that nobody waited for yet. From now on somebody does.
    fn waits_for_another_window(&mut self) -> bool {
        let before = self.reopening.len();
        for (lane, gate) in self.import.gates.iter().enumerate() {
            let Some(time) = gate.half_open_at().filter(|_| !self.is_reopening[lane]) else {
                continue;
            };
            let gate = Arc::clone(gate);
            self.is_reopening[lane] = true;
            self.reopening.push(Box::pin(async move {
                gate.half_open_after(time).await;
                lane
            }));
        }
        self.reopening.len() > before
    }
}

/// Its provider's gate closed before it was sent.
fn is_held_back(delivery: &Delivery) -> bool {
    delivery.outcome == Outcome::Pending && delivery.note == Some(Note::Stopped)
}

/// Whether it is sent when the provider's window opens. A quota that is used up created nothing.
fn is_to_wait(delivery: &Delivery, gate: &CircuitBreaker) -> bool {
    let is_out_of_quota = || {
        let kind = delivery.error.as_ref().map(ProviderError::kind);
        delivery.outcome == Outcome::Failed && kind == Some(ErrorKind::QuotaExhausted)
    };
    is_held_back(delivery) || (gate.recovers() && is_out_of_quota())
}
