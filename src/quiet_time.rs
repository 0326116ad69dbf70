//! The quiet time of a record in the journal, for callers of the library.

use jiff::Timestamp;
use unicontact_providers::{Capabilities, Stamp};

use crate::doubt::DoubtPolicy;
use crate::journal::{Record, past_attempts};
use crate::outcome::Outcome;
use crate::settings::Settings;

/// The quiet time of a delivery in doubt, in which its vendor may still process the request.
///
/// Until it is over, a contact that is not at the vendor may still appear there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuietTime {
    /// It is over: the vendor is presumed to have finished or dropped every request, or there was none.
    Over,
    /// It ends at this time.
    Until(Timestamp),
    /// It never ends: the configuration says `presume_lost_after = "never"`.
    Never,
}

impl QuietTime {
    /// Returns the quiet time of a journal's record at a provider with these settings and capabilities. `now` is the time of the
    /// journal's clock ([`Journal::now`](crate::journal::Journal::now)).
    ///
    /// ```
    /// use unicontact::journal::{Journal, MemoryJournal};
    /// use unicontact::providers::clock::ManualClock;
    /// use unicontact::providers::{Capabilities, DeliveryKey};
    /// use unicontact::{QuietTime, Settings};
    ///
    /// # async fn example(journal: MemoryJournal, key: DeliveryKey) -> Result<(), Box<dyn std::error::Error>> {
    /// let clock = ManualClock::new("2026-11-20T10:00:00Z".parse()?);
    /// if let Some(record) = journal.look(&key).await? {
    ///     let (settings, capabilities) = (Settings::default(), Capabilities::default());
    ///     match QuietTime::from_record(&record, &settings, &capabilities, &journal.now(&clock)) {
    ///         QuietTime::Over => println!("what is not at the vendor was not created"),
    ///         QuietTime::Until(time) => println!("it may be created until {time}"),
    ///         QuietTime::Never => println!("it may be created at any time"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_record(
        record: &Record,
        settings: &Settings,
        capabilities: &Capabilities,
        now: &Stamp,
    ) -> Self {
        if record.outcome() != Outcome::InDoubt {
            return Self::Over;
        }
        let policy = DoubtPolicy::new(settings, capabilities);
        let attempts = past_attempts(record, &policy, now);
        match policy.quiet_until(&attempts.may_send_until, now) {
            _ if policy.is_quiet(&attempts.may_send_until, now) => Self::Over,
            Some(time) => Self::Until(time),
            None => Self::Never,
        }
    }
}
