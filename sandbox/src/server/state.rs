//! The state of one stand-in: its contacts, its requests and its faults. Due contacts are committed whenever the state is
//! locked.

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use tokio::sync::oneshot;

use super::pending_commits::{DelayedReply, Pending, PendingCommits};
use crate::draft::Draft;
use crate::faults::{Decision, FaultInjector, FaultKind, LateCommit, What};
use crate::received_request::ReceivedRequest;
use crate::record::RequestRecord;
use crate::reply::Reply;
use crate::stand_in::{CheckOutcome, StandIn};
use crate::stand_in_specs::purpose_at;
use crate::tally::Tally;

pub(super) struct State {
    pub(super) stand_in: Box<dyn StandIn>,
    pub(super) injector: FaultInjector,
    pub(super) seen: Vec<RequestRecord>,
    pub(super) pending: PendingCommits,
    /// The number of resets.
    pub(super) resets: usize,
}

/// The answer to a request, and its faults.
pub(super) struct AnsweredRequest {
    pub(super) reply: PlannedReply,
    pub(super) decision: Decision,
    pub(super) faults: Vec<FaultKind>,
}

/// An answer that is ready, or that waits for a commit.
pub(crate) enum PlannedReply {
    Ready(Reply),
    Delayed(DelayedReply),
}

impl State {
    pub(super) fn new(stand_in: Box<dyn StandIn>, injector: FaultInjector, resets: usize) -> Self {
        Self { stand_in, injector, seen: Vec::new(), pending: PendingCommits::default(), resets }
    }

    pub(super) fn tally(&self) -> Tally {
        Tally::new(self.stand_in.contacts().all(), &self.seen, self.pending.len())
    }

    /// Decides on the faults of a request and executes it. A request without a body was too large to be read.
    pub(super) fn answer(
        &mut self,
        parts: Parts,
        body: Option<Bytes>,
        number: usize,
        at: Timestamp,
    ) -> AnsweredRequest {
        let Some(body) = body else {
            let reply = PlannedReply::Ready(Reply::too_large());
            return AnsweredRequest { reply, decision: Decision::default(), faults: Vec::new() };
        };
        let purpose = purpose_at(self.injector.vendor(), &parts.method, parts.uri.path());
        let decision = self.injector.decide(purpose, at);
        let request = ReceivedRequest {
            method: parts.method,
            uri: parts.uri,
            headers: parts.headers,
            body,
            at,
            number,
            limits: self.injector.limits(),
            horizon: decision.lag.map(|lag| at.checked_sub(lag).unwrap_or(Timestamp::MIN)),
        };
        let reply = self.execute(&request, &decision);
        let mut faults = decision.continuing_kinds();
        faults.extend(request.limits.refused_by());
        faults.extend(decision.fault.as_ref().map(What::kind));
        AnsweredRequest { reply, decision, faults }
    }

    fn execute(&mut self, request: &ReceivedRequest, decision: &Decision) -> PlannedReply {
        let fault = decision.fault.as_ref();
        if fault.is_some_and(What::is_before_commit) {
            return self.ready(StatusCode::OK.into_response(), fault, request.at);
        }
        let mut draft = match self.stand_in.check(request) {
            CheckOutcome::Answered(response) => return self.ready(response, fault, request.at),
            CheckOutcome::Accepted(draft) => draft,
        };
        if let Some(normalization) = &decision.normalization {
            draft.normalize(normalization, self.stand_in.text_fields());
        }
        if let Some(response) = self.stand_in.existing(&draft) {
            return self.ready(response, fault, request.at);
        }
        if let Some(late) = decision.late {
            return PlannedReply::Delayed(self.commit_later(draft, late, fault.cloned(), request.at));
        }
        let response = self.stand_in.commit(draft, request.at);
        self.ready(response, fault, request.at)
    }

    fn ready(&self, response: Response, fault: Option<&What>, now: Timestamp) -> PlannedReply {
        PlannedReply::Ready(Reply::new(response, self.stand_in.as_ref(), now, fault))
    }

    fn commit_later(
        &mut self,
        draft: Draft,
        late: LateCommit,
        fault: Option<What>,
        now: Timestamp,
    ) -> DelayedReply {
        let commits_at = now.checked_add(late.delay).unwrap_or(Timestamp::MAX);
        let (sender, reply) = oneshot::channel();
        let checks_at_commit = late.checks_at_commit;
        self.pending.insert(Pending { draft, commits_at, checks_at_commit, fault, reply: sender });
        DelayedReply { commits_at, gateway_timeout: late.gateway_timeout, reply }
    }

    /// Commits the contacts that are due, in their order.
    pub(super) fn commit_due(&mut self, now: Timestamp) {
        while let Some(pending) = self.pending.take_due(now) {
            self.commit_pending(pending);
        }
    }

    fn commit_pending(&mut self, pending: Pending) {
        let Pending { draft, commits_at, checks_at_commit, fault, reply } = pending;
        let request = draft.request;
        let existing = if checks_at_commit { self.stand_in.existing(&draft) } else { None };
        let response = match existing {
            Some(response) => response,
            None => self.stand_in.commit(draft, commits_at),
        };
        let outgoing = Reply::new(response, self.stand_in.as_ref(), commits_at, fault.as_ref());
        self.record_contact(request, outgoing.status());
        // The client may have disconnected, or a gateway has answered.
        let _ = reply.send(outgoing);
    }

    /// Records the contact of a create, and the status of its answer unless a gateway has answered.
    fn record_contact(&mut self, request: usize, status: u16) {
        let contact = self.stand_in.contacts().answer_to(request);
        if let Some(seen) = self.seen.get_mut(request - 1) {
            seen.set_contact(contact);
            if seen.status == 0 {
                seen.status = status;
            }
        }
    }
}
