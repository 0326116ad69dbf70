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

use super::behind::{Behind, Taken};
use super::parked::ParkedDeliveries;
use super::past_doubt::PastDoubt;
use super::unsent::{repeated, stopped, unaddressed, unreadable};
use super::{Addressed, Gate, Import};
use crate::course::Course;
use crate::delivery::{Delivery, Outcome, Report};
use crate::fan_out::FanOut;
use crate::target::STOPPED;

const PAUSED: &str = "not sent: the provider is paused";

/// A contact from the source.
pub(super) struct Wanted {
    contact: UnifiedContact,
    /// Where it goes; everywhere, if that is not said.
    lanes: Option<Vec<usize>>,
}

impl Wanted {
    pub(super) fn everywhere(contact: UnifiedContact) -> Self {
        Self { contact, lanes: None }
    }

    pub(super) fn of(addressed: Addressed, names: &[String]) -> Self {
        let places = names.iter().enumerate().filter(|(_, name)| addressed.providers.contains(name));
        Self { contact: addressed.contact, lanes: Some(places.map(|(lane, _)| lane).collect()) }
    }
}

/// An import under way.
pub(super) struct Lanes<S> {
    import: Import,
    /// Those that were not taken yet.
    contacts: Option<Pin<Box<S>>>,
    under_way: FuturesUnordered<BoxFuture<'static, Ended>>,
    behind: Behind,
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
    lanes: Vec<usize>,
}

/// Deliveries of one contact that ended.
struct Ended {
    contact: Arc<UnifiedContact>,
    lanes: Vec<usize>,
    /// What is known of the only delivery, if it was parked before.
    doubt: Option<PastDoubt>,
    report: Report,
}

impl<S: Stream<Item = Wanted>> Lanes<S> {
    pub(super) fn of(import: Import, contacts: S) -> Self {
        let mut course = import.course.subscribe();
        let stopping = async move {
            course.wait_for(|course| course != Course::Going).await;
        };
        let turn = Arc::clone(&import.turn).acquire_owned().map(Result::ok);
        Self {
            contacts: Some(Box::pin(contacts)),
            under_way: FuturesUnordered::new(),
            behind: Behind::new(Arc::clone(&import.behind), Arc::clone(&import.is_slowed)),
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
        let mut is_source_empty = false;
        loop {
            if self.stopping.poll_unpin(context).is_ready()
                || self.gates().iter().all(|gate| gate.is_closed())
            {
                self.contacts = None;
            }
            while self.unsent.is_empty()
                && (self.unparks() || self.catches_up() || self.takes(context, &mut is_source_empty))
            {
            }
            if let Some(report) = self.unsent.pop_front() {
                return Poll::Ready(Some(report));
            }
            if let Poll::Ready(Some(lane)) = self.reopening.poll_next_unpin(context) {
                self.is_reopening[lane] = false;
            } else if let Poll::Ready(Some(ended)) = self.under_way.poll_next_unpin(context) {
                if let Some(report) = self.told(ended) {
                    return Poll::Ready(Some(report));
                }
            } else if !self.wakes(context)
                && !self.waits_for_another_window()
                && !self.can_begin(is_source_empty)
            {
                if !self.is_done() {
                    return Poll::Pending;
                }
                drop(self.turn.take());
                return Poll::Ready(None);
            }
        }
    }

    fn gates(&self) -> &[Arc<Gate>] {
        &self.import.gates
    }

    fn has_room(&self, lane: usize) -> bool {
        self.gates()[lane].has_room(self.import.window)
    }

    /// The first lane that has room and something put aside.
    fn lane_to_catch_up(&self) -> Option<usize> {
        (0..self.gates().len()).find(|lane| self.behind.has_any(*lane) && self.has_room(*lane))
    }

    /// Whether the next contact is to begin anywhere.
    fn wants_more(&self) -> bool {
        if self.contacts.is_none() || self.held.is_some() {
            return false;
        }
        let window = self.import.window;
        let window = if self.is_any_about_as_fast() { window.div_ceil(2) } else { window };
        self.gates().iter().any(|gate| !gate.is_closed() && gate.has_room(window))
    }

    /// Whether a lane is full for which nothing was put aside yet.
    fn is_any_about_as_fast(&self) -> bool {
        let mut lanes = self.gates().iter().enumerate();
        lanes.any(|(lane, gate)| gate.is_full(self.import.window) && !self.behind.has_any(lane))
    }

    /// What ended may have made room.
    fn can_begin(&self, is_source_empty: bool) -> bool {
        let has_room = |held: &Held| held.lanes.iter().any(|lane| self.has_room(*lane));
        let may_go_on = self.held.as_ref().is_some_and(has_room) || self.lane_to_catch_up().is_some();
        may_go_on || self.lane_to_unpark().is_some() || (!is_source_empty && self.wants_more())
    }

    fn is_done(&self) -> bool {
        let is_behind = (0..self.gates().len()).any(|lane| self.behind.has_any(lane));
        let is_waiting = is_behind || !self.parked.is_empty();
        self.contacts.is_none() && self.held.is_none() && self.under_way.is_empty() && !is_waiting
    }

    /// Begins a contact that was put aside or held back, if one may.
    fn catches_up(&mut self) -> bool {
        if let Some(held) = self.held.take_if(|held| {
            held.lanes.iter().any(|lane| self.import.gates[*lane].has_room(self.import.window))
        }) {
            self.begin_where_there_is_room(held);
            return true;
        }
        let Some(lane) = self.lane_to_catch_up() else {
            return false;
        };
        let Some(Taken { key, contact }) = self.behind.take(lane) else {
            return false;
        };
        let target = &self.import.fan_out.targets()[lane];
        match contact {
            _ if self.import.course.get() == Course::Abandoned => {
                self.unsent.push_back(stopped(key, target));
            }
            None => self.unsent.push_back(unreadable(key, target)),
            Some(contact) => {
                let key = key.unwrap_or_else(|| contact_key(&contact));
                self.start(Arc::new(contact), key, vec![lane], None);
            }
        }
        true
    }

    /// Takes the next contact and begins it, if one may.
    fn takes(&mut self, context: &mut Context<'_>, is_source_empty: &mut bool) -> bool {
        if *is_source_empty || !self.wants_more() {
            return false;
        }
        let Some(contacts) = &mut self.contacts else {
            return false;
        };
        match contacts.as_mut().poll_next(context) {
            Poll::Ready(Some(wanted)) => self.begin(wanted),
            Poll::Ready(None) => self.contacts = None,
            Poll::Pending => *is_source_empty = true,
        }
        true
    }

    fn begin(&mut self, wanted: Wanted) {
        let Wanted { contact, lanes } = wanted;
        self.import.taken.fetch_add(1, Ordering::Relaxed);
        let key = contact_key(&contact);
        if lanes.is_none()
            && let Some(before) = self.import.seen.before(&key, &contact)
        {
            self.unsent.push_back(repeated(key, before, &self.import.fan_out));
            return;
        }
        let lanes = lanes.unwrap_or_else(|| (0..self.gates().len()).collect());
        if lanes.is_empty() {
            self.unsent.push_back(unaddressed(key));
            return;
        }
        self.begin_where_there_is_room(Held { contact: Arc::new(contact), key, lanes });
    }

    /// Puts it aside for the others or, where that cannot be, holds it back and with it all that follow.
    fn begin_where_there_is_room(&mut self, held: Held) {
        let Held { contact, key, lanes } = held;
        let is_free = |lane: &usize| self.has_room(*lane) && !self.behind.has_any(*lane);
        let (now, later): (Vec<_>, Vec<_>) = lanes.into_iter().partition(is_free);
        if !later.is_empty() && !self.behind.put(&contact, &key, &later) {
            self.held = Some(Held { contact: Arc::clone(&contact), key: key.clone(), lanes: later });
        }
        if !now.is_empty() {
            self.start(contact, key, now, None);
        }
    }

    fn start(
        &mut self,
        contact: Arc<UnifiedContact>,
        key: String,
        lanes: Vec<usize>,
        doubt: Option<PastDoubt>,
    ) {
        let fan_out = if doubt.is_some() { &self.fan_out_of_parked } else { &self.import.fan_out };
        let mut running = fan_out.start_through(&contact, key, &lanes, self.gates());
        let mut course = self.import.course.subscribe();
        let ended = async move {
            let abandoned = course.wait_for(|course| course == Course::Abandoned);
            tokio::select! {
                biased;
                () = running.ended() => {}
                () = abandoned => {}
            }
            Ended { contact, lanes, doubt, report: running.abandon() }
        };
        self.under_way.push(ended.boxed());
    }

    /// The report of what ended, without what is put aside once more.
    fn told(&mut self, ended: Ended) -> Option<Report> {
        let Ended { contact, lanes, mut doubt, mut report } = ended;
        let mut lanes = lanes.into_iter();
        report.deliveries.retain_mut(|delivery| {
            let Some(lane) = lanes.next() else { return true };
            if let Some(doubt) = doubt.take() {
                doubt.add_to(delivery, self.target(lane));
            }
            if self.parks(delivery, lane, &contact, &report.contact) {
                return false;
            }
            let gate = &self.import.gates[lane];
            if !gate.is_closed()
                && is_to_wait(delivery, gate)
                && self.behind.put(&contact, &report.contact, &[lane])
            {
                return false;
            }
            if is_held_back(delivery) && gate.is_paused() {
                delivery.note = Some(PAUSED);
            }
            true
        });
        (!report.deliveries.is_empty()).then_some(report)
    }

    /// Whether there is one that nobody waited for yet. From now on somebody does.
    fn waits_for_another_window(&mut self) -> bool {
        let before = self.reopening.len();
        for (lane, gate) in self.import.gates.iter().enumerate() {
            let Some(time) = gate.resumes().filter(|_| !self.is_reopening[lane]) else {
                continue;
            };
            let gate = Arc::clone(gate);
            self.is_reopening[lane] = true;
            self.reopening.push(Box::pin(async move {
                gate.reopened_at(time).await;
                lane
            }));
        }
        self.reopening.len() > before
    }
}

/// Its provider's gate closed before it was sent.
fn is_held_back(delivery: &Delivery) -> bool {
    delivery.outcome == Outcome::Pending && delivery.note == Some(STOPPED)
}

/// Whether it is sent when the provider's window opens. A quota that is used up created nothing.
fn is_to_wait(delivery: &Delivery, gate: &Gate) -> bool {
    let is_out_of_quota = || {
        let kind = delivery.error.as_ref().map(ProviderError::kind);
        delivery.outcome == Outcome::Failed && kind == Some(ErrorKind::QuotaExhausted)
    };
    is_held_back(delivery) || (gate.waits() && is_out_of_quota())
}
