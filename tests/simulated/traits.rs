//! The traits of a simulated vendor: its behaviour, the capabilities of its adapter, and its settings.

use std::num::NonZeroUsize;
use std::time::Duration;

use unicontact::providers::{Capabilities, Dedupe};
use unicontact::{Concurrency, PresumeLostAfter, Settings};

use crate::simulated::random::Random;

const MINUTE: Duration = Duration::from_mins(1);

/// How a vendor can be searched, and how it dedupes equal requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Finds,
    /// Lists its contacts, so that one look serves several deliveries.
    Lists,
    /// Searches for an equal contact when a request arrives, and inserts later.
    ChecksFirst,
    ChecksAndFinds,
    Serializes,
    SerializesAndFinds,
    /// Stores an idempotency key for the window.
    Keys {
        window: Duration,
    },
    Neither,
}

#[derive(Debug, Clone)]
pub(crate) struct Traits {
    pub(crate) kind: Kind,
    pub(crate) capabilities: Capabilities,
    pub(crate) settings: Settings,
    /// The time after which every request is visible or dropped, except for commits that are too late.
    pub(crate) quiet_time: Duration,
    /// The longest time between the commit of a contact and its appearance in lists.
    pub(crate) lag: Duration,
    /// The share of contacts, in percent, that the vendor stores in a form that a look does not recognize.
    pub(crate) mangled_percent: usize,
}

impl Traits {
    pub(crate) fn draw(random: &mut Random) -> Self {
        let window = random.pick(&[MINUTE, 5 * MINUTE, Duration::from_hours(24)]);
        let kind = random.weighted(&[
            (4, Kind::Finds),
            (4, Kind::Lists),
            (3, Kind::ChecksFirst),
            (2, Kind::ChecksAndFinds),
            (2, Kind::Serializes),
            (1, Kind::SerializesAndFinds),
            (1, Kind::Keys { window }),
            (2, Kind::Neither),
        ]);
        let mut settings = Settings {
            timeout: random.pick(&[Duration::from_secs(5), Duration::from_secs(20)]),
            deadline: random.pick(&[Duration::from_secs(40), Duration::from_mins(2)]),
            concurrency: match random.below(4) {
                0 => Concurrency::Auto,
                most => Concurrency::Fixed(NonZeroUsize::new(most * 2).unwrap()),
            },
            requests_per_second: random.pick(&[1, 5, 20, 100]),
            settle_delay: random.pick(&[Duration::ZERO, Duration::from_secs(1), Duration::from_secs(5)]),
            presume_lost_after: random.weighted(&[
                (6, None),
                (2, Some(PresumeLostAfter::After(2 * MINUTE))),
                (1, Some(PresumeLostAfter::After(25 * MINUTE))),
                (1, Some(PresumeLostAfter::Never)),
            ]),
            ..Settings::default()
        };
        settings.max_attempts = random.pick(&[1, 2, 4, 8]);
        let longest_request = random.percent(25).then_some(15 * MINUTE);
        let lag = random.pick(&[Duration::ZERO, Duration::from_secs(30), 90 * Duration::from_secs(1)]);
        let search_lag = if random.percent(30) { lag } else { Duration::ZERO };
        let capabilities = capabilities(kind, longest_request, search_lag);
        let quiet_time = match settings.presume_lost_after {
            Some(PresumeLostAfter::After(time)) => time,
            Some(PresumeLostAfter::Never) => 20 * MINUTE,
            None => (10 * MINUTE).max(settings.timeout + longest_request.unwrap_or_default()),
        };
        let mangled_percent = if random.percent(20) { 30 } else { 0 };
        Self { kind, capabilities, settings, quiet_time: quiet_time + search_lag, lag, mangled_percent }
    }

    /// Returns a processing time that is long, but within the quiet time.
    pub(crate) fn draw_late_commit(&self, random: &mut Random) -> Duration {
        let latest = self.quiet_time.saturating_sub(self.lag + Duration::from_secs(1));
        random.between(Duration::from_secs(3), latest)
    }

    /// Returns a processing time after which the request is presumed lost.
    pub(crate) fn draw_too_late_commit(&self, random: &mut Random) -> Duration {
        random.between(self.quiet_time, self.quiet_time * 2 + 20 * MINUTE)
    }

    /// Returns whether the vendor creates one contact for two equal requests, even if they are concurrent.
    pub(crate) fn serializes(&self) -> bool {
        matches!(self.kind, Kind::Serializes | Kind::SerializesAndFinds)
    }

    /// Returns whether the product can resolve a doubt without a person.
    pub(crate) fn can_resolve(&self) -> bool {
        let needs_person = matches!(self.kind, Kind::Neither | Kind::Keys { .. });
        !needs_person && self.settings.presume_lost_after != Some(PresumeLostAfter::Never)
    }
}

fn capabilities(kind: Kind, longest_request: Option<Duration>, search_lag: Duration) -> Capabilities {
    let dedupe = match kind {
        Kind::Finds | Kind::Lists | Kind::Neither => Dedupe::Never,
        Kind::ChecksFirst | Kind::ChecksAndFinds => Dedupe::ByVendor,
        Kind::Serializes | Kind::SerializesAndFinds => Dedupe::Serialized,
        Kind::Keys { window } => Dedupe::IdempotencyKey { window },
    };
    let find = matches!(kind, Kind::Finds | Kind::Lists | Kind::ChecksAndFinds | Kind::SerializesAndFinds);
    let lists = kind == Kind::Lists;
    Capabilities { dedupe, find, lists, longest_request, search_lag, ..Capabilities::default() }
}
