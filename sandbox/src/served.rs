//! One stand-in that is being served, with its faults and the requests that it received.
//!
//! A request is decided, executed and noted under one lock. Only the commit of a late create is a step of its own.

mod pending;
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::request::Parts;
use jiff::Timestamp;
use tokio::sync::watch;

pub(crate) use self::pending::DelayedReply;
pub(crate) use self::state::PlannedReply;
use self::state::State;
use crate::cloverhound::Cloverhound;
use crate::emnify::Emnify;
use crate::exchange::StandIn;
use crate::faults::{Deciding, Decision, Faults, Queued, Room, What};
use crate::onecloud::OneCloud;
use crate::record::{Answer, SeenRequest, StoredContact, UncommittedContact};
use crate::settable_clock::SettableClock;
use crate::smarttask::SmartTask;
use crate::tally::Tally;
use crate::vendor::Vendor;

/// A stand-in that is being served.
pub(crate) struct Served {
    vendor: Vendor,
    base_url: String,
    clock: SettableClock,
    state: Mutex<State>,
    /// Changes when there is a reason to look whether the vendor is down.
    changes: watch::Sender<()>,
    /// Whether connections are accepted, until the sandbox stops.
    is_listening: watch::Sender<Option<bool>>,
    /// Held once more for each request that is under way.
    under_way: Arc<()>,
}

/// An answer on its way.
pub(crate) struct Outgoing {
    pub(crate) reply: PlannedReply,
    pub(crate) delay: Option<Duration>,
    pub(crate) queued: Vec<Queued>,
    pub(crate) ticket: Ticket,
    /// Given up when the answer goes out.
    _rooms: Vec<Room>,
    _under_way: Arc<()>,
}

/// Where to note what became of an answer.
#[derive(Clone)]
pub(crate) struct Ticket {
    served: Arc<Served>,
    number: usize,
    resets: usize,
}

impl Served {
    pub(crate) fn new(vendor: Vendor, base_url: String, clock: SettableClock, faults: Faults) -> Self {
        let deciding = Deciding::new(vendor, faults, clock.now());
        let state = State::new(stand_in(vendor, &base_url), deciding, 0);
        let (changes, _) = watch::channel(());
        let (is_listening, _) = watch::channel(Some(true));
        let state = Mutex::new(state);
        Self { vendor, base_url, clock, state, changes, is_listening, under_way: Arc::default() }
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn contacts(&self) -> Vec<StoredContact> {
        self.state().stand_in.contacts().all().to_vec()
    }

    pub(crate) fn uncommitted(&self) -> Vec<UncommittedContact> {
        self.state().pending.contacts()
    }

    pub(crate) fn requests(&self) -> Vec<SeenRequest> {
        self.state().seen.clone()
    }

    pub(crate) fn tally(&self) -> Tally {
        self.state().tally()
    }

    pub(crate) fn faults(&self) -> Faults {
        self.state().deciding.faults().clone()
    }

    /// Other faults from now on, counted from zero.
    pub(crate) fn set_faults(&self, faults: Faults) {
        self.state().deciding = Deciding::new(self.vendor, faults, self.clock.now());
        self.changes.send_replace(());
    }

    /// Forgets everything but the faults, whose counting begins anew.
    pub(crate) fn reset(&self) {
        let mut state = self.state();
        let faults = state.deciding.faults().clone();
        let deciding = Deciding::new(self.vendor, faults, self.clock.now());
        *state = State::new(stand_in(self.vendor, &self.base_url), deciding, state.resets + 1);
        drop(state);
        self.changes.send_replace(());
    }

    pub(crate) fn is_down(&self) -> bool {
        self.state().deciding.is_down(self.clock.now())
    }

    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// Tells whether connections are accepted; nothing once nobody serves any more.
    pub(crate) fn listens(&self, is_listening: Option<bool>) {
        self.is_listening.send_replace(is_listening);
    }

    pub(crate) fn is_listening(&self) -> bool {
        *self.is_listening.borrow() == Some(true)
    }

    /// Waits until connections are accepted or refused as the faults say, or nobody serves any more.
    pub(crate) async fn settled(&self) {
        let mut is_listening = self.is_listening.subscribe();
        self.changes.send_replace(());
        let is_settled = |is_listening: &Option<bool>| {
            is_listening.is_none_or(|is_listening| is_listening != self.is_down())
        };
        let _ = is_listening.wait_for(is_settled).await;
    }

    /// Decides, executes and notes a request. Without a body it was too large to be read.
    pub(crate) fn exchange(self: &Arc<Self>, parts: Parts, body: Option<Bytes>) -> Outgoing {
        let mut state = self.state();
        let others = Arc::strong_count(&self.under_way) - 1;
        let under_way = Arc::clone(&self.under_way);
        let number = state.seen.len() + 1;
        let at = self.clock.now();
        let method = parts.method.to_string();
        let path = parts.uri.to_string();
        let answered = state.answer(parts, body, number, at);
        let status = match &answered.reply {
            PlannedReply::Ready(reply) => reply.status(),
            PlannedReply::Delayed(_) => 0,
        };
        let mut seen = SeenRequest {
            number,
            at,
            method,
            path,
            status,
            faults: answered.faults,
            committed: false,
            contact: None,
            answer: Answer::Nothing,
            under_way: others + 1,
        };
        seen.note_contact(state.stand_in.contacts().answer_to(number));
        state.seen.push(seen);
        let ticket = Ticket { served: Arc::clone(self), number, resets: state.resets };
        drop(state);
        let Decision { delay, queued, rooms, fault, .. } = answered.decision;
        if fault == Some(What::Down) {
            self.changes.send_replace(());
        }
        Outgoing { reply: answered.reply, delay, queued, ticket, _rooms: rooms, _under_way: under_way }
    }

    /// Commits the contacts that are due, and returns how long it is until this time.
    pub(crate) fn commit_until(&self, time: Timestamp) -> Duration {
        drop(self.state());
        Duration::try_from(time.duration_since(self.clock.now())).unwrap_or_default()
    }

    /// Locks the state, and commits the contacts that are due.
    fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.commit_due(self.clock.now());
        state
    }
}

impl Ticket {
    pub(crate) fn note(&self, answer: Answer) {
        self.update(|seen| seen.answer = answer);
    }

    /// Notes that a gateway answers with this status instead of the vendor.
    pub(crate) fn note_gateway(&self, status: StatusCode) {
        self.update(|seen| seen.status = status.as_u16());
    }

    /// Changes the request's record, unless it is forgotten.
    fn update(&self, change: impl FnOnce(&mut SeenRequest)) {
        let mut state = self.served.state();
        let is_remembered = state.resets == self.resets;
        if let Some(seen) = state.seen.get_mut(self.number - 1).filter(|_| is_remembered) {
            change(seen);
        }
    }
}

fn stand_in(vendor: Vendor, base_url: &str) -> Box<dyn StandIn> {
    match vendor {
        Vendor::SmartTask => Box::new(SmartTask::new()),
        Vendor::Emnify => Box::new(Emnify::new(base_url)),
        Vendor::Cloverhound => Box::new(Cloverhound::new()),
        Vendor::OneCloud => Box::new(OneCloud::new(base_url)),
    }
}
