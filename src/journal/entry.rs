//! One delivery's claim, its times, and its settlement.
//!
//! An entry settles what was sent, also when that is an earlier version of the contact. It outlives the task that runs the
//! delivery, so that a delivery that is cut off is settled, too.

mod settlement;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use unicontact_providers::clock::SharedClock;
use unicontact_providers::{
    ContactId, Created, DeliveryKey, FindOutcome, Operation, ProviderError, SendPermit, Stamp,
};

use super::attempts::Attempts;
use super::content::Content;
use super::record::{Claim, ClaimId, Claimed, Record, RecordState};
use super::rules::FORGOTTEN;
use super::story::{Run, RunId};
use super::{Journal, JournalError, JournalErrorKind};
use crate::delivery::Outcome;
use crate::doubt::{DoubtPolicy, NextStep, PastAttempts};

/// What is sent although the journal knows of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Repeat {
    /// What the vendor has, if that was recorded before this time.
    pub(crate) delivered_before: Option<Timestamp>,
    /// What the vendor may have, without looking for it.
    pub(crate) doubts: bool,
}

/// A delivery and its journal.
pub(crate) struct Entry {
    journal: Arc<dyn Journal>,
    key: DeliveryKey,
    vendor: Arc<str>,
    repeat: Repeat,
    policy: Arc<DoubtPolicy>,
    clock: SharedClock,
    run: Option<Arc<Run>>,
    ticket: ClaimId,
    was_claimed: AtomicBool,
    is_in_doubt: AtomicBool,
    given: Content,
    state: Mutex<State>,
}

/// What changes while a delivery runs.
struct State {
    sent: Content,
    /// No attempt begins after this time without another claim.
    may_send_until: Option<Stamp>,
    /// The time of the attempts of an earlier run that left it in doubt.
    earlier_attempt: Option<Stamp>,
    /// The end of the last attempt that sent its create. `None` before the first and while one is under way.
    last_attempt_ended: Option<Stamp>,
    /// The same of the attempts before the one that is under way.
    attempt_before_ended: Option<Stamp>,
    looked_at: Option<Timestamp>,
    look_again_at: Option<Timestamp>,
    /// What happened and is not recorded yet.
    attempts: Attempts,
    /// The contact that an earlier delivery of the same key created, if this one makes another.
    earlier_id: Option<ContactId>,
}

/// What the journal says of a delivery that is about to be sent.
pub(crate) enum Claiming {
    /// Nothing of it is at the vendor.
    New,
    /// An earlier run may have created it.
    Interrupted(Box<Record>),
    /// It is not to be sent.
    Known(Known),
}

/// Why a delivery is not sent. It leaves the journal as it is.
pub(crate) enum Known {
    /// The vendor has it, perhaps with other content.
    Delivered { id: Option<ContactId>, differs_in: Option<Vec<&'static str>> },
    /// An earlier run may have created it, and nothing but a person can tell.
    Doubtful,
    /// An earlier run may have created it, and nothing can be done about it before this time.
    Parked { look_again_at: Timestamp },
    /// An earlier run may have created it, and this one was stopped before it claimed the delivery.
    Unclaimed { look_again_at: Option<Timestamp> },
    /// Another delivery of it is under way.
    Held,
    /// The journal cannot tell.
    Unusable(JournalError),
}

impl Entry {
    pub(crate) fn new(
        journal: &Arc<dyn Journal>,
        key: DeliveryKey,
        vendor: &str,
        content: &Content,
        repeat: Repeat,
        policy: Arc<DoubtPolicy>,
        clock: SharedClock,
    ) -> Self {
        Self {
            journal: Arc::clone(journal),
            key,
            vendor: vendor.into(),
            repeat,
            policy,
            clock,
            run: journal.run(),
            ticket: journal.new_ticket(),
            was_claimed: AtomicBool::new(false),
            is_in_doubt: AtomicBool::new(false),
            given: content.clone(),
            state: Mutex::new(State {
                sent: content.clone(),
                may_send_until: None,
                earlier_attempt: None,
                last_attempt_ended: None,
                attempt_before_ended: None,
                looked_at: None,
                look_again_at: None,
                attempts: Attempts::default(),
                earlier_id: None,
            }),
        }
    }

    /// Returns whether it is sent although the vendor may have it, without looking for it.
    pub(crate) fn repeats_doubts(&self) -> bool {
        self.repeat.doubts
    }

    /// Returns the time by the journal's clock.
    pub(crate) fn now(&self) -> Stamp {
        self.journal.now(&*self.clock)
    }

    /// Returns why it is not sent, read before any waiting; the claim decides. A worker of a queue (`is_of_a_queue`) claims
    /// what was never settled even where it can only wait: a worker that was cut off could otherwise settle it as pending
    /// afterwards. It also claims a doubt that is due, so that the delivery leaves the queue with another time or none.
    pub(crate) async fn known(&self, is_of_a_queue: bool) -> Option<Known> {
        let record = match self.journal.look(&self.key).await {
            Ok(record) => record?,
            Err(error) => return Some(Known::Unusable(error)),
        };
        self.state().earlier_id.clone_from(&record.id);
        match record.standing {
            RecordState::Claimed(_) => Some(Known::Held),
            RecordState::Interrupted | RecordState::Settled(Outcome::InDoubt) => {
                self.is_in_doubt.store(true, Ordering::SeqCst);
                self.set_look_again_at(record.look_again_at);
                let is_due = || record.look_again_at.is_some_and(|time| time <= self.now().time);
                let is_settled = matches!(record.standing, RecordState::Settled(_));
                let must_be_settled = is_of_a_queue && (!is_settled || is_due());
                if must_be_settled || self.repeat.doubts { None } else { self.known_doubt(&record) }
            }
            RecordState::Settled(outcome) => {
                let is_repeated = self.repeat.delivered_before.is_some_and(|time| record.changed_at < time);
                (outcome.is_delivered() && !is_repeated).then(|| self.delivered(record))
            }
        }
    }

    fn known_doubt(&self, record: &Record) -> Option<Known> {
        let now = self.now();
        let attempts = past_attempts(record, &self.policy, &now);
        if attempts.may_send_until.time > self.policy.may_send_until(&now).time {
            // A time that a wrong clock set: the claim puts it right.
            return None;
        }
        match self.policy.next_step(&attempts, &now) {
            NextStep::Look | NextStep::Send | NextStep::Resend => None,
            NextStep::Wait(look_again_at) => Some(Known::Parked { look_again_at }),
            NextStep::AskPerson => Some(Known::Doubtful),
        }
    }

    /// Returns whether an earlier run left it in doubt, as far as was looked.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.is_in_doubt.load(Ordering::SeqCst)
    }

    /// Returns whether it was claimed, as far as the journal answered.
    pub(crate) fn was_claimed(&self) -> bool {
        self.was_claimed.load(Ordering::SeqCst)
    }

    /// Returns whether what was granted is still this process's own.
    pub(crate) fn is_held(&self) -> bool {
        self.journal.holds(self.ticket)
    }

    /// Asks for the delivery. Granted, it is on disk.
    pub(crate) async fn claim(&self) -> Claiming {
        self.was_claimed.store(true, Ordering::SeqCst);
        let claim = self.new_claim(&self.given);
        let may_send_until = claim.may_send_until;
        match self.journal.claim(claim).await {
            Ok(Claimed::New | Claimed::Extended) => {
                if let Err(error) = self.note_earlier_id().await {
                    return Claiming::Known(Known::Unusable(error));
                }
                let mut state = self.state();
                state.sent = self.given.clone();
                state.may_send_until = Some(may_send_until);
                self.is_in_doubt.store(false, Ordering::SeqCst);
                Claiming::New
            }
            Ok(Claimed::Interrupted(record)) => {
                self.is_in_doubt.store(true, Ordering::SeqCst);
                let mut state = self.state();
                state.attempts.follow_doubt();
                // An attempt needs a claim of its own.
                state.may_send_until = None;
                state.look_again_at = record.look_again_at;
                state.earlier_attempt = record.may_send_until;
                state.earlier_id.clone_from(&record.id);
                if !self.repeat.doubts {
                    state.sent = Content::from_record(&record).unwrap_or_else(|| self.given.clone());
                }
                Claiming::Interrupted(record)
            }
            Ok(Claimed::Done(record)) => Claiming::Known(self.delivered(*record)),
            Ok(Claimed::Held) => Claiming::Known(Known::Held),
            Err(error) => Claiming::Known(Known::Unusable(error)),
        }
    }

    /// Notes the contact of an earlier delivery, of which this one makes another. Another process may have recorded it since
    /// the record was read.
    async fn note_earlier_id(&self) -> Result<(), JournalError> {
        if self.repeat.delivered_before.is_some() {
            let record = self.journal.look(&self.key).await?;
            self.state().earlier_id = record.and_then(|record| record.id);
        }
        Ok(())
    }

    fn new_claim(&self, content: &Content) -> Claim {
        let at = self.now();
        Claim {
            key: self.key.clone(),
            ticket: self.ticket,
            vendor: Arc::clone(&self.vendor),
            fingerprint: Arc::clone(&content.fingerprint),
            content: Arc::clone(&content.json),
            digest: content.digest.clone(),
            again: self.repeat.delivered_before,
            extends: false,
            at,
            may_send_until: self.policy.may_send_until(&at),
            look_again_at: self.policy.look_again_after_claim(&at),
            run: self.run.clone(),
            story: Vec::new(),
        }
    }

    /// Makes sure that an attempt may begin now that ends within `longest`: a claim permits attempts for a while, and is
    /// extended where that may be over before the attempt's create leaves. An adapter may have to log in first.
    ///
    /// # Errors
    ///
    /// The journal did not extend the claim. No attempt may begin.
    pub(crate) async fn permit_attempt(&self, longest: Duration) -> Result<(), JournalError> {
        let may_send_until = self.state().may_send_until;
        if may_send_until.is_some_and(|until| !self.now().after(longest).is_past(&until)) {
            return Ok(());
        }
        let (sent, story) = {
            let state = self.state();
            (state.sent.clone(), state.attempts.entries().to_vec())
        };
        let recorded = story.len();
        let claim = Claim { extends: true, story, ..self.new_claim(&sent) };
        let may_send_until = claim.may_send_until;
        match self.journal.claim(claim).await? {
            Claimed::Extended => {
                let mut state = self.state();
                state.may_send_until = Some(may_send_until);
                state.attempts.forget_first(recorded);
                Ok(())
            }
            Claimed::New | Claimed::Interrupted(_) | Claimed::Done(_) | Claimed::Held => {
                Err(JournalError::new(self.key.provider(), JournalErrorKind::TakenOver))
            }
        }
    }

    /// Returns the id of the contact that an earlier delivery created, which a look for this one does not take.
    pub(crate) fn earlier_id(&self) -> Option<ContactId> {
        self.state().earlier_id.clone()
    }

    /// Records that an attempt begins.
    pub(crate) fn attempt_begins(&self, permit: &SendPermit) {
        let (now, uptime) = (self.now(), self.clock.uptime());
        let mut state = self.state();
        state.attempt_before_ended = state.last_attempt_ended.take();
        state.attempts.begin(now.time, uptime, permit.clone());
    }

    /// Records that an attempt ended. One that failed before its create, at the login say, sent nothing.
    pub(crate) fn attempt_ended(&self, result: &Result<Created, ProviderError>) {
        let was_sent = result.as_ref().err().is_none_or(|error| error.operation() == Operation::Create);
        let (now, uptime) = (self.now(), self.clock.uptime());
        let mut state = self.state();
        state.last_attempt_ended = if was_sent { Some(now) } else { state.attempt_before_ended };
        let run = self.run_id();
        state.attempts.end(result, uptime, run);
    }

    /// Records what the vendor answered to a look. `None` is a look that did not end in time.
    pub(crate) fn looked(&self, answer: Option<&Result<FindOutcome, ProviderError>>) {
        let (now, run) = (self.now(), self.run_id());
        let mut state = self.state();
        state.looked_at = Some(now.time);
        state.attempts.look(now.time, answer, run);
    }

    fn run_id(&self) -> Option<RunId> {
        self.run.as_ref().map(|run| run.id)
    }

    /// Returns the times that count for a doubt of this delivery's own last attempt.
    pub(crate) fn own_attempts(&self) -> PastAttempts {
        let now = self.now();
        let state = self.state();
        PastAttempts { may_send_until: state.last_attempt_ended.unwrap_or(now), looked_at: state.looked_at }
    }

    /// Sets when looking for it, or sending it again, is worth it.
    pub(crate) fn set_look_again_at(&self, time: Option<Timestamp>) {
        self.state().look_again_at = time;
    }

    /// Returns when looking for it, or sending it again, is worth it.
    pub(crate) fn look_again_at(&self) -> Option<Timestamp> {
        self.state().look_again_at
    }

    /// Returns when looking for it is worth it whose last attempt ended just now, or was cut off.
    pub(crate) fn look_again_at_after_attempt(&self) -> Option<Timestamp> {
        let now = self.now();
        let step = self.policy.after_look(None, &self.own_attempts(), &now);
        DoubtPolicy::time_of_later_run(step, &now)
    }

    fn delivered(&self, record: Record) -> Known {
        let differs_in = match (&record.digest, &self.given.digest) {
            _ if *record.fingerprint == *self.given.fingerprint => None,
            _ if *record.fingerprint == *FORGOTTEN => None,
            (Some(delivered), Some(given)) => Some(delivered.differences(given)).filter(|it| !it.is_empty()),
            // An earlier version recorded it.
            _ => Some(Vec::new()),
        };
        Known::Delivered { id: record.id, differs_in }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the times of a record's attempts. A record of an earlier version has none: a doubt that it settled is not older
/// than its last change, and a claim that it never settled permitted attempts for as long as one of this version does.
pub(crate) fn past_attempts(record: &Record, policy: &DoubtPolicy, now: &Stamp) -> PastAttempts {
    let changed_at = Stamp::from_time(record.changed_at.min(now.time));
    let of_earlier_version = match record.standing {
        RecordState::Interrupted | RecordState::Claimed(_) => policy.may_send_until(&changed_at),
        RecordState::Settled(_) => changed_at,
    };
    let may_send_until = record.may_send_until.unwrap_or(of_earlier_version);
    PastAttempts { may_send_until, looked_at: record.looked_at }
}

impl fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Entry").field("key", &self.key).finish_non_exhaustive()
    }
}
