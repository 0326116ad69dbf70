//! Limits on a provider's deliveries: how many are under way at once, and how many begin in a second.

mod aimd;
mod concurrency;
mod rate;
mod window;

pub(crate) use self::concurrency::{ConcurrencyLimiter, Permit};
#[cfg(feature = "queue")]
pub(crate) use self::rate::SlotSource;
pub(crate) use self::rate::{RateLimit, Slot};
