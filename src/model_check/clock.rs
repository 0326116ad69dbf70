//! Time in the model.
//!
//! The present never moves: when a unit of time passes, every time in a state becomes a unit older. Ages end at a limit
//! beyond which no rule distinguishes them. So states stay few, and the rules compute with real stamps and durations.

use std::time::Duration;

use jiff::Timestamp;
use unicontact_providers::{BootTime, Stamp};

/// The seconds of the unit in which time passes: a minute, within which no delivery is looked for twice.
const UNIT: i64 = 60;
/// The ages, in units, from which on times are alike: those from which the quiet time counts, those of looks and of
/// permits, those at which something is due.
pub(super) const QUIET: i64 = 2;
pub(super) const JUST_NOW: i64 = 1;
pub(super) const PAST: i64 = 0;
/// The age of a time that a wrong clock set years ahead. Time does not catch up with it.
const YEARS_AHEAD: i64 = -100_000 * UNIT;
const NOW: i64 = 1_800_000_000;
const UPTIME: u64 = 1_000_000;
/// The boot that the model runs in.
const BOOT: u64 = 1;

/// A change of every time in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Shift {
    /// A unit of time passes.
    Unit,
    /// The wall clock is set forward by more than every quiet time.
    WallForward,
    /// The wall clock is set back by years.
    WallBack,
    /// The machine boots anew.
    Boot,
    /// Nothing but that ages beyond the limits become equal.
    Limit,
}

/// Returns the present. With a boot clock, as one machine has it; without, as several that share a journal.
pub(super) fn now(has_boot_clock: bool) -> Stamp {
    let boot = BootTime { boot: BOOT, uptime: Duration::from_secs(UPTIME) };
    Stamp { time: Timestamp::from_second(NOW).unwrap(), boot: has_boot_clock.then_some(boot) }
}

/// Returns so many units of time.
pub(super) fn units(number: u8) -> Duration {
    Duration::from_mins(1) * u32::from(number)
}

/// Returns whether a time is past, by the boot clock where there is one: it is never set.
pub(super) fn is_truly_past(until: &Stamp, now: &Stamp) -> bool {
    match (until.boot, now.boot) {
        (Some(until), Some(now)) => until.boot != now.boot || now.uptime > until.uptime,
        _ => now.time > until.time,
    }
}

impl Shift {
    /// Changes a stamp. From an age of so many units on, all are alike.
    pub(super) fn stamp(self, stamp: &mut Stamp, oldest: i64) {
        self.time(&mut stamp.time, oldest);
        let Some(boot) = &mut stamp.boot else { return };
        match self {
            Self::Unit if boot.boot == BOOT => {
                let oldest = Duration::from_secs(UPTIME - (oldest * UNIT).unsigned_abs());
                boot.uptime = boot.uptime.saturating_sub(units(1)).max(oldest);
            }
            Self::Boot => *boot = BootTime { boot: 0, uptime: Duration::ZERO },
            Self::Unit | Self::WallForward | Self::WallBack | Self::Limit => {}
        }
    }

    /// Changes a time, if there is one.
    pub(super) fn optional(self, time: &mut Option<Timestamp>, oldest: i64) {
        if let Some(time) = time {
            self.time(time, oldest);
        }
    }

    /// Changes a time. From an age of so many units on, all are alike.
    pub(super) fn time(self, time: &mut Timestamp, oldest: i64) {
        let age = NOW - time.as_second();
        let oldest = oldest * UNIT;
        let age = match self {
            Self::Unit if age > YEARS_AHEAD => age + UNIT,
            Self::WallForward => oldest,
            Self::WallBack => YEARS_AHEAD,
            Self::Unit | Self::Boot | Self::Limit => age,
        };
        *time = Timestamp::from_second(NOW - age.clamp(YEARS_AHEAD, oldest)).unwrap();
    }
}
