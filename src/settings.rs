//! The settings of a provider: time limits, retries, and limits on its load.

use std::num::NonZeroUsize;
use std::time::Duration;

use serde::Deserialize;
use unicontact_providers::ConnectionOptions;
use unicontact_providers::contact::Country;

/// The settings of one provider.
///
/// ```
/// use std::time::Duration;
/// use unicontact::{Concurrency, Settings};
///
/// let settings = Settings {
///     timeout: Duration::from_secs(5),
///     concurrency: Concurrency::Auto,
///     ..Settings::default()
/// };
/// assert_eq!(settings.max_attempts, 4);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The longest time of one attempt.
    pub timeout: Duration,
    /// The longest time of one delivery from its first attempt on, with all its attempts and waits. Waiting for other deliveries of
    /// the same provider does not count.
    pub deadline: Duration,
    /// The largest number of attempts of one delivery, the first included.
    pub max_attempts: u32,
    /// The limit on deliveries in flight.
    pub concurrency: Concurrency,
    /// The largest number of attempts that begin in a second.
    pub requests_per_second: u32,
    /// The wait before a look for a contact whose create lost its answer.
    pub settle_delay: Duration,
    /// The time after the last attempt from which a contact that is not found counts as not created. `None`: ten minutes, or the
    /// timeout and the longest request that the vendor documents, whichever is longer.
    pub presume_lost_after: Option<PresumeLostAfter>,
    /// Whether each contact is looked up at the vendor before it is sent. Only for a provider that can be searched.
    pub look_first: bool,
    /// What happens to a contact that would lose a field.
    pub on_loss: OnLoss,
    /// The country of phone numbers without a country code.
    pub default_region: Option<Country>,
}

/// The time for which a vendor may still process a request whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresumeLostAfter {
    /// After this time, a contact that is not found was not created.
    After(Duration),
    /// No time proves that. A person resolves the doubt.
    Never,
}

/// A limit on the deliveries of one provider that are in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Concurrency {
    /// This number.
    Fixed(NonZeroUsize),
    /// A number from 1 to [`Concurrency::MAX_OF_AUTO`] that adapts to the vendor's answers.
    Auto,
}

impl Concurrency {
    /// The largest limit of [`Concurrency::Auto`].
    pub const MAX_OF_AUTO: usize = 64;

    /// Returns a fixed limit. 0 counts as 1.
    pub const fn fixed(deliveries: usize) -> Self {
        match NonZeroUsize::new(deliveries) {
            Some(deliveries) => Self::Fixed(deliveries),
            None => Self::Fixed(NonZeroUsize::MIN),
        }
    }

    /// Returns the largest number of deliveries that are ever in flight.
    pub fn max(self) -> usize {
        match self {
            Self::Fixed(deliveries) => deliveries.get(),
            Self::Auto => Self::MAX_OF_AUTO,
        }
    }
}

/// What happens to a contact that would lose a field at a vendor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OnLoss {
    /// It is sent; the JSON of the report lists what was lost, the text for people does not.
    Allow,
    /// It is sent, and people are told what was lost, too.
    #[default]
    Warn,
    /// It is not sent to that vendor.
    Reject,
}

impl Settings {
    /// Returns the options of a connection with these settings.
    pub(crate) fn connection_options(&self, provider: &str) -> ConnectionOptions {
        ConnectionOptions::new(provider).with_timeout(self.timeout).with_default_region(self.default_region)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(20),
            deadline: Duration::from_mins(2),
            max_attempts: 4,
            concurrency: Concurrency::fixed(8),
            requests_per_second: 20,
            settle_delay: Duration::from_secs(1),
            presume_lost_after: None,
            look_first: false,
            on_loss: OnLoss::default(),
            default_region: None,
        }
    }
}

/// Returns whether a provider may have this name: keys of deliveries and commands contain it.
pub fn is_provider_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}
