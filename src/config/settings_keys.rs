//! The keys of `[defaults]`, any of which a provider's table may set, too: its own value comes first.

use std::num::NonZeroU32;

use serde::Deserialize;
use unicontact_providers::contact::Country;

use super::by_name::by_name;
use super::concurrency::ConcurrencyValue;
use super::presume_lost::PresumeLost;
use super::time_span::TimeSpan;
use crate::settings::{OnLoss, Settings};

/// How providers are treated, unless their own table says otherwise.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SettingsKeys {
    /// The longest that one attempt may take. Without it: 20s.
    pub(super) timeout: Option<TimeSpan>,
    /// The longest that one delivery may take, with all its attempts and waits. Without it: 2m.
    pub(super) deadline: Option<TimeSpan>,
    /// How long to wait before looking for a contact whose create lost its answer. Without it: 1s.
    settle_delay: Option<TimeSpan>,
    /// How long after its last attempt a contact that is not found at the vendor counts as not created, or never: then a
    /// person resolves it. Not shorter than the timeout. Without it: 10m, or the timeout and the longest request that the
    /// vendor documents, whichever is longer.
    pub(super) presume_lost_after: Option<PresumeLost>,
    /// Whether each contact is looked for at the vendor before it is sent: one that is there is not created again. It is no
    /// guarantee, since others may create the contact between the look and the create. Only for providers that can be
    /// searched. Without it: false.
    look_first: Option<bool>,
    /// The most attempts of one delivery, the first included. Without it: 4.
    #[schemars(range(max = 4_294_967_295_u32))]
    max_attempts: Option<NonZeroU32>,
    /// The most deliveries that are under way at once, or auto: as many as the vendor's answers show to be best, up to
    /// 64. Without it: 8.
    concurrency: Option<ConcurrencyValue>,
    /// The most attempts that begin in a second. Without it: 20.
    #[schemars(range(max = 4_294_967_295_u32))]
    requests_per_second: Option<NonZeroU32>,
    /// What becomes of a contact that would lose a field at a vendor: it is sent (allow), sent with its losses
    /// shown to people and in the log (warn), or not sent there (reject). JSON reports always have them. Without it: warn.
    #[serde(deserialize_with = "by_name")]
    on_loss: Option<OnLoss>,
    /// The country that phone numbers without a country code belong to, as an ISO 3166-1 code. Without it,
    /// such numbers are reported and not guessed.
    default_region: Option<Country>,
}

impl SettingsKeys {
    /// Returns the settings, with those of `defaults` for the keys that are not set.
    pub(super) fn or(self, defaults: &Settings) -> Settings {
        let duration = |own: Option<TimeSpan>, other| own.map_or(other, |own| own.0);
        let number = |own: Option<NonZeroU32>, other| own.map_or(other, NonZeroU32::get);
        Settings {
            timeout: duration(self.timeout, defaults.timeout),
            deadline: duration(self.deadline, defaults.deadline),
            settle_delay: duration(self.settle_delay, defaults.settle_delay),
            presume_lost_after: self.presume_lost_after.map(|own| own.0).or(defaults.presume_lost_after),
            look_first: self.look_first.unwrap_or(defaults.look_first),
            max_attempts: number(self.max_attempts, defaults.max_attempts),
            concurrency: self.concurrency.map_or(defaults.concurrency, |own| own.0),
            requests_per_second: number(self.requests_per_second, defaults.requests_per_second),
            on_loss: self.on_loss.unwrap_or(defaults.on_loss),
            default_region: self.default_region.or(defaults.default_region),
        }
    }
}
