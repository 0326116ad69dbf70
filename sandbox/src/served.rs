//! One stand-in with everything around it: what goes wrong, and what it was asked.
//!
//! Rule: a request is decided, executed and noted in one step, so that what is remembered is never half of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::request::Parts;
use tokio::sync::watch;

use crate::cloverhound::Cloverhound;
use crate::emnify::Emnify;
use crate::exchange::{Received, StandIn};
use crate::faults::{Deciding, Decision, FaultKind, Faults, Queued, Room, What};
use crate::onecloud::OneCloud;
use crate::purpose::Purpose;
use crate::record::{Answer, SeenRequest, StoredContact};
use crate::serving::Reply;
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

struct State {
    stand_in: Box<dyn StandIn>,
    deciding: Deciding,
    seen: Vec<SeenRequest>,
    /// How often everything was forgotten.
    resets: usize,
}

/// An answer on its way.
pub(crate) struct Outgoing {
    pub(crate) reply: Reply,
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
        let state = State {
            stand_in: stand_in(vendor, &base_url),
            deciding: Deciding::new(vendor, faults, clock.now()),
            seen: Vec::new(),
            resets: 0,
        };
        let (changes, _) = watch::channel(());
        let (is_listening, _) = watch::channel(Some(true));
        let state = Mutex::new(state);
        Self { vendor, base_url, clock, state, changes, is_listening, under_way: Arc::default() }
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn contacts(&self) -> Vec<StoredContact> {
        self.state().stand_in.contacts().stored()
    }

    pub(crate) fn requests(&self) -> Vec<SeenRequest> {
        self.state().seen.clone()
    }

    pub(crate) fn tally(&self) -> Tally {
        let state = self.state();
        Tally::of(&state.stand_in.contacts().stored(), &state.seen)
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
        *state = State {
            stand_in: stand_in(self.vendor, &self.base_url),
            deciding: Deciding::new(self.vendor, faults, self.clock.now()),
            seen: Vec::new(),
            resets: state.resets + 1,
        };
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
        let contact = state.stand_in.contacts().answer_to(number);
        let seen = SeenRequest {
            number,
            at,
            method,
            path,
            status: answered.reply.status(),
            faults: answered.faults,
            committed: contact.is_some_and(|contact| contact.created_by == number),
            contact: contact.map(|contact| contact.id.clone()),
            answer: Answer::Nothing,
            under_way: others + 1,
        };
        state.seen.push(seen);
        let ticket = Ticket { served: Arc::clone(self), number, resets: state.resets };
        drop(state);
        if answered.goes_down {
            self.changes.send_replace(());
        }
        let Decision { delay, queued, rooms, .. } = answered.decision;
        Outgoing { reply: answered.reply, delay, queued, ticket, _rooms: rooms, _under_way: under_way }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Answered {
    reply: Reply,
    decision: Decision,
    faults: Vec<FaultKind>,
    goes_down: bool,
}

impl State {
    fn answer(&mut self, parts: Parts, body: Option<Bytes>, number: usize, at: jiff::Timestamp) -> Answered {
        let Some(body) = body else {
            let (reply, decision) = (Reply::too_large(), Decision::default());
            return Answered { reply, decision, faults: Vec::new(), goes_down: false };
        };
        let decision = self.deciding.decide(Purpose::of(&parts.method, parts.uri.path()), at);
        let request = Received {
            method: parts.method,
            uri: parts.uri,
            headers: parts.headers,
            body,
            at,
            number,
            limits: self.deciding.limits(),
        };
        let reply = Reply::new(self.stand_in.as_mut(), &request, decision.fault.as_ref());
        let mut faults = Vec::new();
        faults.extend(decision.delay.map(|_| FaultKind::Latency));
        faults.extend(decision.queued.first().map(|_| FaultKind::Workers));
        faults.extend(request.limits.refused_by());
        faults.extend(decision.fault.as_ref().map(What::kind));
        let goes_down = decision.fault == Some(What::Down);
        Answered { reply, decision, faults, goes_down }
    }
}

impl Ticket {
    pub(crate) fn note(&self, answer: Answer) {
        let mut state = self.served.state();
        let is_remembered = state.resets == self.resets;
        if let Some(seen) = state.seen.get_mut(self.number - 1).filter(|_| is_remembered) {
            seen.answer = answer;
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
