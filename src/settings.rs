//! How a provider is treated: how long, how often, how fast.
//!
//! Its rule: these are settled values. Where they come from is the configuration's business.

use std::num::NonZeroUsize;
use std::time::Duration;

use serde::Deserialize;
use unicontact_providers::contact::Country;

/// How one provider is treated.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The longest that one attempt may take.
    pub timeout: Duration,
    /// The longest that one delivery may take from its first attempt on, with all its attempts and waits.
    /// Waiting for others of the same provider does not count.
    pub deadline: Duration,
    /// The most attempts of one delivery, the first included.
    pub max_attempts: u32,
    /// How many deliveries are under way at once.
    pub concurrency: Concurrency,
    /// The most attempts that begin in a second.
    pub requests_per_second: u32,
    /// How long to wait before looking for a contact whose create lost its answer.
    pub settle_delay: Duration,
    /// How long after the last attempt a contact that is not found counts as not created. `None`: ten minutes, or the
    /// timeout and the longest request that the vendor documents, whichever is longer.
    pub presume_lost_after: Option<PresumeLostAfter>,
    /// Whether each contact is looked for at the vendor before it is sent. Only for a provider that can be searched.
    pub look_first: bool,
    /// What becomes of a contact that would lose a field.
    pub on_loss: OnLoss,
    /// The country that phone numbers without a country code belong to.
    pub default_region: Option<Country>,
}

/// How long a vendor may still be at work on a request whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresumeLostAfter {
    /// After this time, a contact that is not found was not created.
    After(Duration),
    /// No time proves it: a person resolves what is not found.
    Never,
}

/// How many deliveries are under way at once at one provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concurrency {
    /// At most so many.
    Fixed(NonZeroUsize),
    /// As many as the vendor's answers show to be best, from 1 to [`Concurrency::MOST_OF_AUTO`].
    Auto,
}

impl Concurrency {
    /// The most that [`Concurrency::Auto`] comes to.
    pub const MOST_OF_AUTO: usize = 64;

    /// At most so many; 0 is as good as 1.
    pub const fn at_most(deliveries: usize) -> Self {
        match NonZeroUsize::new(deliveries) {
            Some(deliveries) => Self::Fixed(deliveries),
            None => Self::Fixed(NonZeroUsize::MIN),
        }
    }

    /// The most that it comes to.
    pub fn most(self) -> usize {
        match self {
            Self::Fixed(deliveries) => deliveries.get(),
            Self::Auto => Self::MOST_OF_AUTO,
        }
    }
}

/// What becomes of a contact that would lose a field at a vendor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OnLoss {
    /// It is sent; the JSON of the report lists what was lost, the text for people does not.
    Allow,
    /// It is sent, and people are told what was lost, too.
    #[default]
    Warn,
    /// It is not sent to that vendor.
    Reject,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(20),
            deadline: Duration::from_mins(2),
            max_attempts: 4,
            concurrency: Concurrency::at_most(8),
            requests_per_second: 20,
            settle_delay: Duration::from_secs(1),
            presume_lost_after: None,
            look_first: false,
            on_loss: OnLoss::default(),
            default_region: None,
        }
    }
}
