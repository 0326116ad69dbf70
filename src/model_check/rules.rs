//! The rules that the model runs by: the product's own functions. A test takes one of them back at a time.

use jiff::Timestamp;
use unicontact_providers::{Capabilities, Doubt, ErrorKind, FindOutcome, ProviderError, Stamp, may_resend};

use super::state::Failure;
use crate::journal::rules::{self, Settled};
use crate::journal::{Act, Claim, ClaimOutcome, Record, Resolution, Settlement, past_attempts};
use crate::pipeline::Failures;
use crate::queue::{Ended, acknowledges, is_queued_again};
use crate::quiet_time::{DoubtPolicy, NextStep, PastAttempts};
use crate::settings::Settings;

/// The rules of the product, as functions that a test can replace.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) claim: fn(Option<Record>, Claim) -> (ClaimOutcome, Option<Record>),
    pub(super) settle: fn(Option<&Record>, Settlement) -> Settled,
    pub(super) resolve: fn(Option<Record>, Resolution, Act) -> Option<Record>,
    pub(super) orphan: fn(Record) -> Record,
    pub(super) policy: fn(&Settings, &Capabilities) -> DoubtPolicy,
    pub(super) past_attempts: fn(&Record, &DoubtPolicy, &Stamp) -> PastAttempts,
    pub(super) next_step: fn(&DoubtPolicy, &PastAttempts, &Stamp) -> NextStep,
    pub(super) after_look: fn(&DoubtPolicy, Option<&FindOutcome>, &PastAttempts, &Stamp) -> NextStep,
    /// The time from which the answer to a look counts: when it was asked for, and now.
    pub(super) look_counts_from: fn(Stamp, Stamp) -> Stamp,
    /// Whether the time is past for which a claim permits attempts: now, and that time.
    pub(super) is_past: fn(&Stamp, &Stamp) -> bool,
    /// Whether an attempt may begin under a claim: whether its lease holds.
    pub(super) holds: fn(bool) -> bool,
    pub(super) may_resend: fn(&ProviderError, &Capabilities, Option<Doubt>) -> bool,
    /// The error of a run, from its failures, and from whether an earlier run had sent it.
    pub(super) error: fn(&[Failure], bool) -> Option<ProviderError>,
    /// The contact that does not count in a look: that of an earlier delivery.
    pub(super) except: fn(Option<usize>) -> Option<usize>,
    /// Whether a worker queues what no message holds: now is the time.
    pub(super) requeues: fn(&Record, Timestamp) -> bool,
    pub(super) acknowledges: fn(Ended, Option<&Record>, Timestamp) -> bool,
}

impl Rules {
    /// The rules of the product.
    pub(super) const PRODUCT: Self = Self {
        claim: rules::claim,
        settle: rules::settle,
        resolve: rules::resolve,
        orphan: rules::interrupt,
        policy: DoubtPolicy::new,
        past_attempts,
        next_step: DoubtPolicy::next_step,
        after_look: DoubtPolicy::after_look,
        look_counts_from: |asked_at, _| asked_at,
        is_past: Stamp::is_past,
        holds: |holds| holds,
        may_resend,
        error: |failures, was_sent_before| failures_of(failures, was_sent_before).take_error(),
        except: |id| id,
        requeues: is_queued_again,
        acknowledges,
    };
}

/// Returns the failures of a run as the product keeps them.
pub(super) fn failures_of(failures: &[Failure], was_sent_before: bool) -> Failures {
    let mut all = if was_sent_before { Failures::after(Failure::Lost.error()) } else { Failures::default() };
    for failure in failures {
        all.add(failure.error());
    }
    all
}

/// Returns how a delivery ended that the journal holds as settled.
pub(super) fn ended_of(record: &Record) -> Ended {
    let kind = ErrorKind::ALL.into_iter().find(|kind| Some(kind.as_str()) == record.error_kind());
    Ended { outcome: record.outcome(), kind, is_recorded: true, is_paused: false }
}
