//! The rules that the model runs by: the product's own functions. A test takes one of them back at a time.

use jiff::Timestamp;
use unicontact_providers::{Capabilities, ContactId, Doubt, FindOutcome, ProviderError, Stamp, may_resend};

use crate::journal::rules::{self, Settled};
use crate::journal::{Claim, Claimed, Record, Resolution, Settlement, past_attempts};
use crate::queue::{Ended, acknowledges};
use crate::quiet_time::{DoubtPolicy, NextStep, PastAttempts};
use crate::settings::Settings;
use crate::target::Failures;

/// The rules of the product, as functions that a test can replace.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) claim: fn(Option<Record>, Claim) -> (Claimed, Option<Record>),
    pub(super) settle: fn(Option<&Record>, Settlement) -> Settled,
    pub(super) resolve: fn(Option<Record>, Resolution, Timestamp) -> Option<Record>,
    pub(super) orphan: fn(Record) -> Record,
    pub(super) policy: fn(&Settings, &Capabilities) -> DoubtPolicy,
    pub(super) past_attempts: fn(&Record, &Stamp) -> PastAttempts,
    pub(super) next_step: fn(&DoubtPolicy, &PastAttempts, &Stamp) -> NextStep,
    pub(super) after_look: fn(&DoubtPolicy, Option<&FindOutcome>, &PastAttempts, &Stamp) -> NextStep,
    /// Whether the time is past for which a claim permits attempts: now, and that time.
    pub(super) is_past: fn(&Stamp, &Stamp) -> bool,
    pub(super) may_resend: fn(&ProviderError, &Capabilities, Option<Doubt>) -> bool,
    pub(super) error: fn(Failures) -> Option<ProviderError>,
    /// The id that does not count in a look.
    pub(super) except: fn(Option<ContactId>) -> Option<ContactId>,
    pub(super) acknowledges: fn(&Ended, Option<&Record>, Timestamp) -> bool,
}

impl Rules {
    /// The rules of the product.
    pub(super) const PRODUCT: Self = Self {
        claim: rules::claim,
        settle: rules::settle,
        resolve: rules::resolve,
        orphan: rules::orphan,
        policy: DoubtPolicy::new,
        past_attempts,
        next_step: DoubtPolicy::next_step,
        after_look: DoubtPolicy::after_look,
        is_past: Stamp::is_past,
        may_resend,
        error: Failures::into_error,
        except: |id| id,
        acknowledges,
    };
}
