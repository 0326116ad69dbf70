//! The product's rules as functions that the model calls and a test can replace.

use jiff::Timestamp;
use unicontact_providers::{Capabilities, Doubt, ErrorKind, FindOutcome, ProviderError, Stamp, may_resend};

use super::failure::Failure;
use crate::doubt::{DoubtPolicy, NextStep, PastAttempts};
use crate::journal::rules::{self, Settled};
use crate::journal::{Act, Claim, ClaimOutcome, Record, Resolution, Settlement, past_attempts};
use crate::pipeline::Failures;
use crate::queue::{DeliveryResult, acknowledges, is_queued_again};
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
    /// Returns the time from which the answer to a look counts. Takes the time of its request, and the current time.
    pub(super) look_counts_from: fn(Stamp, Stamp) -> Stamp,
    /// Returns whether the permit of a claim has ended. Takes the current time, and the end of the permit.
    pub(super) is_past: fn(&Stamp, &Stamp) -> bool,
    /// Returns whether an attempt may start under a claim. Takes whether its lease holds.
    pub(super) holds: fn(bool) -> bool,
    pub(super) may_resend: fn(&ProviderError, &Capabilities, Option<Doubt>) -> bool,
    /// Returns the error of a run. Takes its failures, and whether an earlier run sent the contact.
    pub(super) final_error: fn(&[Failure], bool) -> Option<ProviderError>,
    /// Returns the contact that a look ignores. Takes the contact of an earlier delivery.
    pub(super) excluded: fn(Option<usize>) -> Option<usize>,
    /// Returns whether a worker enqueues a delivery that no message holds. Takes the current time.
    pub(super) requeues: fn(&Record, Timestamp) -> bool,
    pub(super) acknowledges: fn(DeliveryResult, Option<&Record>, Timestamp) -> bool,
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
        final_error: |failures, was_sent_before| failures_of(failures, was_sent_before).take_error(),
        excluded: |id| id,
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

/// Returns the end of a delivery from its settled record.
pub(super) fn ended_from_record(record: &Record) -> DeliveryResult {
    let kind = ErrorKind::ALL.into_iter().find(|kind| Some(kind.as_str()) == record.error_kind());
    DeliveryResult { outcome: record.outcome(), kind, is_recorded: true, is_breaker_open: false }
}
