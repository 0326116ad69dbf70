//! Decides what to do about a delivery in doubt: look it up, send it, wait, or leave it to a person.
//!
//! Until the quiet time is over, a contact that is not at the vendor may still appear there. These are pure functions of the past
//! attempts, the provider's capabilities and the time; the pipeline, the journal and the model use them.

mod next_step;
mod policy;
#[cfg(test)]
mod tests;

#[cfg(any(feature = "config", test))]
pub(crate) use self::next_step::MAX_QUIET_TIME;
pub(crate) use self::next_step::{NextStep, PastAttempts};
pub(crate) use self::policy::DoubtPolicy;
