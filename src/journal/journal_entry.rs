//! The journal entry of one running delivery: its claim, the times of its attempts, and its settlement.
//!
//! The entry outlives the task that runs the delivery, so that a delivery that is cut off is settled, too.

mod settlement;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use unicontact_providers::clock::SharedClock;
use unicontact_providers::{ContactId, Created, DeliveryKey, FindOutcome, ProviderError, SendPermit, Stamp};

use super::attempts::Attempts;
use super::claim::{Claim, ClaimOutcome};
use super::content::Content;
use super::record::Record;
use super::rules::FORGOTTEN;
use super::state::{ClaimId, RecordState};
use super::story::{Run, RunId};
use super::{Journal, JournalError, JournalErrorKind};
use crate::doubt::{DoubtPolicy, NextStep, PastAttempts};
use crate::outcome::Outcome;

/// Which deliveries are sent again although the journal has a record of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ResendOptions {
    /// Send again what was recorded as delivered before this time.
    pub(crate) delivered_before: Option<Timestamp>,
    /// Send again what is in doubt, without looking for it at the vendor.
    pub(crate) doubts: bool,
}

/// The journal's side of one delivery.
pub(crate) struct JournalEntry {
    journal: Arc<dyn Journal>,
    key: DeliveryKey,
    vendor: Arc<str>,
    resend: ResendOptions,
    policy: Arc<DoubtPolicy>,
    clock: SharedClock,
    run: Option<Arc<Run>>,
    claim_id: ClaimId,
    was_claimed: AtomicBool,
    is_in_doubt: AtomicBool,
    /// The contact of this run. An earlier run may have sent another version of it.
    content: Content,
    state: Mutex<State>,
}

/// What changes while a delivery runs.
struct State {
    /// The contact that is sent: that of this run, or that of the earlier run whose doubt is resolved.
    sent: Content,
    /// No attempt begins after this time without another claim.
    may_send_until: Option<Stamp>,
    /// The time of the attempts of an earlier run that left the delivery in doubt.
    earlier_attempt: Option<Stamp>,
    /// The end of the last attempt that sent its create. `None` before the first and during one.
    last_attempt_ended: Option<Stamp>,
    /// The end of the attempt before the current one.
    attempt_before_ended: Option<Stamp>,
    looked_at: Option<Timestamp>,
    look_again_at: Option<Timestamp>,
    /// The attempts and looks that are not recorded yet.
    attempts: Attempts,
    /// The contact that an earlier delivery of the same key created, if this one creates another.
    earlier_id: Option<ContactId>,
}

/// Why a delivery is not sent. Its record stays as it is.
pub(crate) enum NotSent {
    /// The vendor has the contact. `differs_in` names the fields that have changed since, if any.
    Delivered { id: Option<ContactId>, differs_in: Option<Vec<&'static str>> },
    /// An earlier run may have created the contact, and only a person can find out.
    InDoubt,
    /// An earlier run may have created the contact, and nothing can be done before this time.
    NotDue { look_again_at: Timestamp },
    /// An earlier run may have created the contact, and this run was stopped before it claimed the delivery.
    Unclaimed { look_again_at: Option<Timestamp> },
    /// Another run is sending it.
    Held,
    /// The journal cannot be read or written.
    JournalFailed(JournalError),
}

impl JournalEntry {
    pub(crate) fn new(
        journal: &Arc<dyn Journal>,
        key: DeliveryKey,
        vendor: &str,
        content: &Content,
        resend: ResendOptions,
        policy: Arc<DoubtPolicy>,
        clock: SharedClock,
    ) -> Self {
        Self {
            journal: Arc::clone(journal),
            key,
            vendor: vendor.into(),
            resend,
            policy,
            clock,
            run: journal.run(),
            claim_id: journal.new_claim_id(),
            was_claimed: AtomicBool::new(false),
            is_in_doubt: AtomicBool::new(false),
            content: content.clone(),
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

    /// Returns whether a delivery in doubt is sent again without a look at the vendor.
    pub(crate) fn repeats_doubts(&self) -> bool {
        self.resend.doubts
    }

    /// Returns the time by the journal's clock.
    pub(crate) fn now(&self) -> Stamp {
        self.journal.now(&*self.clock)
    }

    /// Reads the record and returns why the delivery is not sent. The claim decides; this answer only spares the wait for it.
    ///
    /// A worker of a queue (`is_queue_backed`) claims an interrupted delivery even if it can only wait: a worker that was cut
    /// off could otherwise settle it as pending afterwards. It also claims a doubt that is due, so that the message leaves the
    /// queue with another time or none.
    pub(crate) async fn not_sent(&self, is_queue_backed: bool) -> Option<NotSent> {
        if !self.journal.may_have_record(&self.key) {
            return None;
        }
        let record = match self.journal.look(&self.key).await {
            Ok(record) => record?,
            Err(error) => return Some(NotSent::JournalFailed(error)),
        };
        self.state().earlier_id.clone_from(&record.id);
        match record.state {
            RecordState::Claimed(_) => Some(NotSent::Held),
            RecordState::Interrupted | RecordState::Settled(Outcome::InDoubt) => {
                self.is_in_doubt.store(true, Ordering::SeqCst);
                self.set_look_again_at(record.look_again_at);
                let is_due = || record.look_again_at.is_some_and(|time| time <= self.now().time);
                let is_settled = matches!(record.state, RecordState::Settled(_));
                let must_be_claimed = is_queue_backed && (!is_settled || is_due());
                if must_be_claimed || self.resend.doubts { None } else { self.doubt(&record) }
            }
            RecordState::Settled(outcome) => {
                let is_sent_again = self.resend.delivered_before.is_some_and(|time| record.changed_at < time);
                (outcome.is_delivered() && !is_sent_again).then(|| self.delivered(record))
            }
        }
    }

    /// Returns why a delivery in doubt is not sent. `None` if the policy permits a look or a create now.
    fn doubt(&self, record: &Record) -> Option<NotSent> {
        let now = self.now();
        let attempts = past_attempts(record, &self.policy, &now);
        if attempts.may_send_until.time > self.policy.may_send_until(&now).time {
            // A wrong clock wrote this time: the claim corrects it.
            return None;
        }
        match self.policy.next_step(&attempts, &now) {
            NextStep::Look | NextStep::Send | NextStep::Resend => None,
            NextStep::Wait(time) => Some(match record.look_again_at {
                Some(told) => NotSent::NotDue { look_again_at: DoubtPolicy::time_told(told, time, &now) },
                // The run that looked found that only a person can settle it.
                None if record.looked_at.is_some() => NotSent::InDoubt,
                None => NotSent::NotDue { look_again_at: time },
            }),
            NextStep::AskPerson => Some(NotSent::InDoubt),
        }
    }

    /// Returns whether an earlier run left the delivery in doubt, as far as the journal was read.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.is_in_doubt.load(Ordering::SeqCst)
    }

    /// Returns whether the delivery was claimed. The journal may not have answered yet.
    pub(crate) fn was_claimed(&self) -> bool {
        self.was_claimed.load(Ordering::SeqCst)
    }

    /// Returns whether this process still holds the claim.
    pub(crate) fn is_held(&self) -> bool {
        self.journal.holds(self.claim_id)
    }

    /// Claims the delivery, so that it may be sent. The claim is durable when this returns. A record in the answer is that of
    /// an earlier run that may have created the contact.
    ///
    /// # Errors
    ///
    /// The claim was not granted.
    pub(crate) async fn claim(&self) -> Result<Option<Box<Record>>, NotSent> {
        self.was_claimed.store(true, Ordering::SeqCst);
        let claim = self.new_claim(&self.content);
        let may_send_until = claim.may_send_until;
        match self.journal.claim(claim).await.map_err(NotSent::JournalFailed)? {
            ClaimOutcome::New | ClaimOutcome::Extended => {
                self.read_earlier_id().await.map_err(NotSent::JournalFailed)?;
                let mut state = self.state();
                state.sent = self.content.clone();
                state.may_send_until = Some(may_send_until);
                self.is_in_doubt.store(false, Ordering::SeqCst);
                Ok(None)
            }
            ClaimOutcome::Interrupted(record) => {
                self.is_in_doubt.store(true, Ordering::SeqCst);
                let mut state = self.state();
                state.attempts.follow_doubt();
                // An attempt needs a claim of its own.
                state.may_send_until = None;
                state.look_again_at = record.look_again_at;
                state.earlier_attempt = record.may_send_until;
                state.earlier_id.clone_from(&record.id);
                if !self.resend.doubts {
                    state.sent = Content::from_record(&record).unwrap_or_else(|| self.content.clone());
                }
                Ok(Some(record))
            }
            ClaimOutcome::Done(record) => Err(self.delivered(*record)),
            ClaimOutcome::Held => Err(NotSent::Held),
        }
    }

    /// Reads the contact that an earlier delivery created, if this one creates another. Another process may have recorded it
    /// since the record was read.
    async fn read_earlier_id(&self) -> Result<(), JournalError> {
        if self.resend.delivered_before.is_some() {
            let record = self.journal.look(&self.key).await?;
            self.state().earlier_id = record.and_then(|record| record.id);
        }
        Ok(())
    }

    fn new_claim(&self, content: &Content) -> Claim {
        let at = self.now();
        Claim {
            key: self.key.clone(),
            claim_id: self.claim_id,
            vendor: Arc::clone(&self.vendor),
            fingerprint: Arc::clone(&content.fingerprint),
            content: Arc::clone(&content.json),
            digest: content.digest.clone(),
            again: self.resend.delivered_before,
            extends: false,
            at,
            may_send_until: self.policy.may_send_until(&at),
            look_again_at: self.policy.look_again_after_claim(&at),
            run: self.run.clone(),
            story: Vec::new(),
        }
    }

    /// Makes sure that the claim covers an attempt that begins now and ends within `longest`, and extends it where necessary.
    /// The attempt may have to log in before it sends its create.
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
            ClaimOutcome::Extended => {
                let mut state = self.state();
                state.may_send_until = Some(may_send_until);
                state.attempts.forget_first(recorded);
                Ok(())
            }
            ClaimOutcome::New | ClaimOutcome::Interrupted(_) | ClaimOutcome::Done(_) | ClaimOutcome::Held => {
                Err(JournalError::new(self.key.provider(), JournalErrorKind::TakenOver))
            }
        }
    }

    /// Returns the contact that an earlier delivery created. A look for the contact of this delivery skips it.
    pub(crate) fn earlier_id(&self) -> Option<ContactId> {
        self.state().earlier_id.clone()
    }

    /// Records the beginning of an attempt.
    pub(crate) fn attempt_begins(&self, permit: &SendPermit) {
        let (now, uptime) = (self.now(), self.clock.uptime());
        let mut state = self.state();
        state.attempt_before_ended = state.last_attempt_ended.take();
        state.attempts.begin(now.time, uptime, permit.clone());
    }

    /// Records the end of an attempt. An attempt that failed before its create, at the login for example, sent nothing.
    pub(crate) fn attempt_ended(&self, result: &Result<Created, ProviderError>) {
        let (now, uptime) = (self.now(), self.clock.uptime());
        let mut state = self.state();
        let was_sent = state.attempts.is_sending();
        state.last_attempt_ended = if was_sent { Some(now) } else { state.attempt_before_ended };
        let run = self.run_id();
        state.attempts.end(result, uptime, run);
    }

    /// Records the vendor's answer to a look. `None` is a look that timed out.
    pub(crate) fn looked(&self, answer: Option<&Result<FindOutcome, ProviderError>>) {
        let (now, run) = (self.now(), self.run_id());
        let mut state = self.state();
        state.looked_at = Some(now.time);
        state.attempts.look(now.time, answer, run);
    }

    fn run_id(&self) -> Option<RunId> {
        self.run.as_ref().map(|run| run.id)
    }

    /// Returns the times by which the doubt about this delivery's own last attempt is judged.
    pub(crate) fn own_attempts(&self) -> PastAttempts {
        let now = self.now();
        let state = self.state();
        PastAttempts { may_send_until: state.last_attempt_ended.unwrap_or(now), looked_at: state.looked_at }
    }

    /// Sets the time from which another look or another create is useful.
    pub(crate) fn set_look_again_at(&self, time: Option<Timestamp>) {
        self.state().look_again_at = time;
    }

    /// Returns the time from which another look or another create is useful.
    pub(crate) fn look_again_at(&self) -> Option<Timestamp> {
        self.state().look_again_at
    }

    /// Returns the time from which a look is useful after an attempt that ended now, or was cut off.
    pub(crate) fn look_again_at_after_attempt(&self) -> Option<Timestamp> {
        let now = self.now();
        let step = self.policy.after_look(None, &self.own_attempts(), &now);
        DoubtPolicy::time_of_later_run(step, &now)
    }

    fn delivered(&self, record: Record) -> NotSent {
        let differs_in = match (&record.digest, &self.content.digest) {
            _ if *record.fingerprint == *self.content.fingerprint => None,
            _ if *record.fingerprint == *FORGOTTEN => None,
            (Some(delivered), Some(current)) => {
                Some(delivered.differences(current)).filter(|it| !it.is_empty())
            }
            // An earlier version recorded it, without a digest.
            _ => Some(Vec::new()),
        };
        NotSent::Delivered { id: record.id, differs_in }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the times of a record's attempts.
///
/// Version 0.1.0 recorded none. A doubt that it settled is not older than the last change of the record; a claim that it
/// did not settle permitted attempts for as long as a claim of this version does.
pub(crate) fn past_attempts(record: &Record, policy: &DoubtPolicy, now: &Stamp) -> PastAttempts {
    let changed_at = Stamp::from_time(record.changed_at.min(now.time));
    let of_earlier_version = match record.state {
        RecordState::Interrupted | RecordState::Claimed(_) => policy.may_send_until(&changed_at),
        RecordState::Settled(_) => changed_at,
    };
    let may_send_until = record.may_send_until.unwrap_or(of_earlier_version);
    PastAttempts { may_send_until, looked_at: record.looked_at }
}

impl fmt::Debug for JournalEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("JournalEntry").field("key", &self.key).finish_non_exhaustive()
    }
}
