//! One delivery's dealings with the journal.
//!
//! Its rule: what it settles is what was sent, also when that is an earlier version of the contact; it outlives the task
//! that runs the delivery, so that one that is cut off is settled too.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use unicontact_providers::clock::SharedClock;
use unicontact_providers::{ContactId, DeliveryKey, UnifiedContact, fingerprint_of_json};

use super::record::{Claim, Claimed, Record, Settlement, Standing, Ticket};
use super::{Journal, JournalError, Settling};
use crate::delivery::{Delivery, Outcome};

/// A contact as it is recorded. Made once for all its deliveries.
#[derive(Clone)]
pub(crate) struct Content {
    fingerprint: Arc<str>,
    json: Arc<str>,
    /// What went wrong when it was sent in an earlier run.
    error: Option<Value>,
}

/// A delivery and its journal.
pub(crate) struct Entry {
    journal: Arc<dyn Journal>,
    key: DeliveryKey,
    vendor: Arc<str>,
    again: bool,
    clock: SharedClock,
    ticket: Ticket,
    was_claimed: AtomicBool,
    is_in_doubt: AtomicBool,
    given: Content,
    sent: Mutex<Content>,
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
    /// The vendor has it, perhaps as it was before it was changed.
    Delivered { id: Option<ContactId>, has_changed: bool },
    /// An earlier run may have created it, and nothing but a person can tell.
    Doubtful,
    /// Another delivery of it is under way.
    Held,
    /// The journal cannot tell.
    Unusable(JournalError),
}

impl Content {
    pub(crate) fn of(contact: &UnifiedContact) -> Self {
        // A contact serializes without fail: its maps have text keys and its values are JSON already.
        let json = serde_json::to_string(contact).unwrap_or_default();
        Self { fingerprint: fingerprint_of_json(&json).into(), json: json.into(), error: None }
    }
}

impl Entry {
    pub(crate) fn new(
        journal: &Arc<dyn Journal>,
        key: DeliveryKey,
        vendor: &str,
        content: &Content,
        again: bool,
        clock: SharedClock,
    ) -> Self {
        Self {
            journal: Arc::clone(journal),
            key,
            vendor: vendor.into(),
            again,
            clock,
            ticket: Ticket::new(),
            was_claimed: AtomicBool::new(false),
            is_in_doubt: AtomicBool::new(false),
            given: content.clone(),
            sent: Mutex::new(content.clone()),
        }
    }

    /// Whether it is to be sent although the vendor has it or may have it.
    pub(crate) fn again(&self) -> bool {
        self.again
    }

    /// Why it is not to be sent, asked before any waiting. The claim tells for good.
    pub(crate) async fn known(&self, can_reconcile: bool) -> Option<Known> {
        if self.again {
            return None;
        }
        let record = match self.journal.look(&self.key).await {
            Ok(record) => record?,
            Err(error) => return Some(Known::Unusable(error)),
        };
        match record.standing {
            Standing::Claimed(_) => Some(Known::Held),
            Standing::Interrupted | Standing::Settled(Outcome::InDoubt) => {
                self.is_in_doubt.store(true, Ordering::SeqCst);
                (!can_reconcile).then_some(Known::Doubtful)
            }
            Standing::Settled(outcome) => outcome.is_delivered().then(|| self.delivered(record)),
        }
    }

    /// Whether an earlier run left it in doubt, as far as was looked.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.is_in_doubt.load(Ordering::SeqCst)
    }

    /// Whether what was granted is still this process's own.
    pub(crate) fn is_held(&self) -> bool {
        self.journal.holds(self.ticket)
    }

    /// Asks for the delivery. Granted, it is on disk.
    pub(crate) async fn claim(&self) -> Claiming {
        self.was_claimed.store(true, Ordering::SeqCst);
        let claim = Claim {
            key: self.key.clone(),
            ticket: self.ticket,
            vendor: Arc::clone(&self.vendor),
            fingerprint: Arc::clone(&self.given.fingerprint),
            content: Arc::clone(&self.given.json),
            again: self.again,
            at: self.clock.now(),
        };
        match self.journal.claim(claim).await {
            Ok(Claimed::New) => {
                *self.sent() = self.given.clone();
                self.is_in_doubt.store(false, Ordering::SeqCst);
                Claiming::New
            }
            Ok(Claimed::Interrupted(record)) => {
                if !self.again {
                    *self.sent() = sent_before(&record).unwrap_or_else(|| self.given.clone());
                }
                Claiming::Interrupted(record)
            }
            Ok(Claimed::Done(record)) => Claiming::Known(self.delivered(*record)),
            Ok(Claimed::Held) => Claiming::Known(Known::Held),
            Err(error) => Claiming::Known(Known::Unusable(error)),
        }
    }

    /// Records how it ended. The write is under way when this returns.
    pub(crate) fn settle(&self, delivery: &Delivery) -> Settling {
        let sent = self.sent().clone();
        let error = delivery.error.as_ref().and_then(|error| serde_json::to_value(error).ok());
        // What first brought the doubt says more than that it is still there.
        let was_only_looked_for = delivery.outcome == Outcome::InDoubt && delivery.attempts == 0;
        let first = sent.error.filter(|_| was_only_looked_for);
        self.journal.settle(Settlement {
            key: self.key.clone(),
            ticket: self.was_claimed.load(Ordering::SeqCst).then_some(self.ticket),
            vendor: Arc::clone(&self.vendor),
            fingerprint: sent.fingerprint,
            content: sent.json,
            outcome: delivery.outcome,
            id: delivery.id.clone(),
            attempts: delivery.attempts,
            error: first.or(error),
            at: self.clock.now(),
        })
    }

    /// Records that the vendor does not have what an earlier run may have created, and asks for it anew.
    pub(crate) async fn claim_what_was_not_created(&self) -> Claiming {
        let sent = self.sent().clone();
        let settled = self.journal.settle(Settlement {
            key: self.key.clone(),
            ticket: Some(self.ticket),
            vendor: Arc::clone(&self.vendor),
            fingerprint: sent.fingerprint,
            content: sent.json,
            outcome: Outcome::Pending,
            id: None,
            attempts: 0,
            error: None,
            at: self.clock.now(),
        });
        match settled.await {
            Ok(()) => self.claim().await,
            Err(error) => Claiming::Known(Known::Unusable(error)),
        }
    }

    fn delivered(&self, record: Record) -> Known {
        let has_changed = *record.fingerprint != *self.given.fingerprint;
        Known::Delivered { id: record.id, has_changed }
    }

    fn sent(&self) -> MutexGuard<'_, Content> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sent_before(record: &Record) -> Option<Content> {
    Some(Content {
        fingerprint: Arc::clone(&record.fingerprint),
        json: Arc::clone(record.content.as_ref()?),
        error: record.error.clone(),
    })
}

impl fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Entry").field("key", &self.key).finish_non_exhaustive()
    }
}
