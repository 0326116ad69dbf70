//! Serves one stand-in: decides on faults, executes requests and records them.
//!
//! A request is decided, executed and recorded under one lock. Only the commit of a late create is a separate step.

mod pending_commits;
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::request::Parts;
use jiff::Timestamp;
use tokio::sync::watch;

pub(crate) use self::pending_commits::DelayedReply;
pub(crate) use self::state::PlannedReply;
use self::state::State;
use crate::faults::{Decision, FaultInjector, Faults, InFlightPermit, QueuedRequest, What};
use crate::record::{Answer, RequestRecord, StoredContact, UncommittedContact};
use crate::settable_clock::SettableClock;
use crate::stand_in_specs::spec;
use crate::tally::Tally;
use crate::vendor::Vendor;

/// A stand-in with its faults and its requests.
pub(crate) struct StandInServer {
    vendor: Vendor,
    base_url: String,
    clock: SettableClock,
    state: Mutex<State>,
    /// Changes when the vendor may be down or up again.
    changes: watch::Sender<()>,
    /// Whether connections are accepted, until the sandbox stops.
    is_listening: watch::Sender<Option<bool>>,
    /// Counts the requests in flight, one clone each.
    under_way: Arc<()>,
}

/// An answer that is to be sent.
pub(crate) struct OutgoingAnswer {
    pub(crate) reply: PlannedReply,
    pub(crate) delay: Option<Duration>,
    pub(crate) queued: Vec<QueuedRequest>,
    pub(crate) recorder: AnswerRecorder,
    /// Released when the answer is sent.
    _rooms: Vec<InFlightPermit>,
    _under_way: Arc<()>,
}

/// Records how much of an answer was sent.
#[derive(Clone)]
pub(crate) struct AnswerRecorder {
    server: Arc<StandInServer>,
    number: usize,
    resets: usize,
}

impl StandInServer {
    pub(crate) fn new(vendor: Vendor, base_url: String, clock: SettableClock, faults: Faults) -> Self {
        let injector = FaultInjector::new(vendor, faults, clock.now());
        let state = State::new((spec(vendor).create)(&base_url), injector, 0);
        let (changes, _) = watch::channel(());
        let (is_listening, _) = watch::channel(Some(true));
        let state = Mutex::new(state);
        Self { vendor, base_url, clock, state, changes, is_listening, under_way: Arc::default() }
    }

    pub(crate) fn vendor(&self) -> Vendor {
        self.vendor
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

    pub(crate) fn requests(&self) -> Vec<RequestRecord> {
        self.state().seen.clone()
    }

    pub(crate) fn tally(&self) -> Tally {
        self.state().tally()
    }

    pub(crate) fn faults(&self) -> Faults {
        self.state().injector.faults().clone()
    }

    /// Replaces the faults. All counts start at zero.
    pub(crate) fn set_faults(&self, faults: Faults) {
        self.state().injector = FaultInjector::new(self.vendor, faults, self.clock.now());
        self.changes.send_replace(());
    }

    /// Deletes everything except the faults, whose counts start at zero.
    pub(crate) fn reset(&self) {
        let mut state = self.state();
        let faults = state.injector.faults().clone();
        let injector = FaultInjector::new(self.vendor, faults, self.clock.now());
        *state = State::new((spec(self.vendor).create)(&self.base_url), injector, state.resets + 1);
        drop(state);
        self.changes.send_replace(());
    }

    pub(crate) fn is_down(&self) -> bool {
        self.state().injector.is_down(self.clock.now())
    }

    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// Sets whether connections are accepted, or `None` after the server has stopped.
    pub(crate) fn set_listening(&self, is_listening: Option<bool>) {
        self.is_listening.send_replace(is_listening);
    }

    pub(crate) fn is_listening(&self) -> bool {
        *self.is_listening.borrow() == Some(true)
    }

    /// Waits until connections are accepted or refused as the faults require, or the server has stopped.
    pub(crate) async fn settled(&self) {
        let mut is_listening = self.is_listening.subscribe();
        self.changes.send_replace(());
        let is_settled = |is_listening: &Option<bool>| {
            is_listening.is_none_or(|is_listening| is_listening != self.is_down())
        };
        let _ = is_listening.wait_for(is_settled).await;
    }

    /// Decides, executes and records a request. A request without a body was too large to be read.
    pub(crate) fn exchange(self: &Arc<Self>, parts: Parts, body: Option<Bytes>) -> OutgoingAnswer {
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
        let mut seen = RequestRecord {
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
        seen.set_contact(state.stand_in.contacts().answer_to(number));
        state.seen.push(seen);
        let recorder = AnswerRecorder { server: Arc::clone(self), number, resets: state.resets };
        drop(state);
        let Decision { delay, queued, permits, fault, .. } = answered.decision;
        if fault == Some(What::Down) {
            self.changes.send_replace(());
        }
        OutgoingAnswer {
            reply: answered.reply,
            delay,
            queued,
            recorder,
            _rooms: permits,
            _under_way: under_way,
        }
    }

    /// Commits the contacts that are due, and returns the time that is left until `time`.
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

impl AnswerRecorder {
    pub(crate) fn record(&self, answer: Answer) {
        self.update(|seen| seen.answer = answer);
    }

    /// Records that a gateway answers with this status instead of the vendor.
    pub(crate) fn record_gateway_status(&self, status: StatusCode) {
        self.update(|seen| seen.status = status.as_u16());
    }

    /// Changes the request's record, unless the sandbox was reset.
    fn update(&self, change: impl FnOnce(&mut RequestRecord)) {
        let mut state = self.server.state();
        let is_remembered = state.resets == self.resets;
        if let Some(seen) = state.seen.get_mut(self.number - 1).filter(|_| is_remembered) {
            change(seen);
        }
    }
}
