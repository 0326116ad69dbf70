//! Time in the model. "Now" is constant: when a unit of time passes, every time in a state becomes a unit older.
//!
//! Ages are clamped where no rule distinguishes them any more, so that the number of states stays finite and small.

use std::time::Duration;

use jiff::Timestamp;
use unicontact_providers::{BootTime, Stamp};

/// The unit in which time passes, in seconds: a minute, the least time between two looks for one delivery.
const UNIT: i64 = 60;
/// The ages, in units, from which on times are equal to the rules. This one is for times from which a quiet time counts.
pub(super) const QUIET: i64 = 2;
/// For times of looks, and times until which a claim permits attempts.
pub(super) const JUST_NOW: i64 = 1;
/// For times at which a delivery is due.
pub(super) const PAST: i64 = 0;
/// The age of a time that a wrong clock set years ahead. It never passes.
const YEARS_AHEAD: i64 = -100_000 * UNIT;
const NOW: i64 = 1_800_000_000;
const UPTIME: u64 = 1_000_000;
/// The number of the current boot.
const BOOT: u64 = 1;

/// A change to all times in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Shift {
    /// A unit of time passes.
    Tick,
    /// The wall clock is set forward by more than every quiet time.
    WallForward,
    /// The wall clock is set back by years.
    WallBack,
    /// The machine reboots.
    Boot,
    /// No time passes. Ages beyond the limits are clamped.
    Clamp,
}

/// Returns the current time: with a boot clock for a journal on one machine, without one for a shared journal.
pub(super) fn now(has_boot_clock: bool) -> Stamp {
    let boot = BootTime { boot: BOOT, uptime: Duration::from_secs(UPTIME) };
    Stamp { time: Timestamp::from_second(NOW).unwrap(), boot: has_boot_clock.then_some(boot) }
}

/// Returns the duration of that many units.
pub(super) fn units(number: u8) -> Duration {
    Duration::from_mins(1) * u32::from(number)
}

/// Returns whether a time is past. The boot clock decides if there is one, because it is never set.
pub(super) fn is_truly_past(until: &Stamp, now: &Stamp) -> bool {
    match (until.boot, now.boot) {
        (Some(until), Some(now)) => until.boot != now.boot || now.uptime > until.uptime,
        _ => now.time > until.time,
    }
}

impl Shift {
    /// Changes a stamp, and clamps its age at `oldest` units.
    pub(super) fn apply_to_stamp(self, stamp: &mut Stamp, oldest: i64) {
        self.apply_to_time(&mut stamp.time, oldest);
        let Some(boot) = &mut stamp.boot else { return };
        match self {
            Self::Tick if boot.boot == BOOT => {
                let oldest = Duration::from_secs(UPTIME - (oldest * UNIT).unsigned_abs());
                boot.uptime = boot.uptime.saturating_sub(units(1)).max(oldest);
            }
            Self::Boot => *boot = BootTime { boot: 0, uptime: Duration::ZERO },
            Self::Tick | Self::WallForward | Self::WallBack | Self::Clamp => {}
        }
    }

    /// Changes a time, if there is one.
    pub(super) fn apply_to_optional(self, time: &mut Option<Timestamp>, oldest: i64) {
        if let Some(time) = time {
            self.apply_to_time(time, oldest);
        }
    }

    /// Changes a time, and clamps its age at `oldest` units.
    pub(super) fn apply_to_time(self, time: &mut Timestamp, oldest: i64) {
        let age = NOW - time.as_second();
        let oldest = oldest * UNIT;
        let age = match self {
            Self::Tick if age > YEARS_AHEAD => age + UNIT,
            Self::WallForward => oldest,
            Self::WallBack => YEARS_AHEAD,
            Self::Tick | Self::Boot | Self::Clamp => age,
        };
        *time = Timestamp::from_second(NOW - age.clamp(YEARS_AHEAD, oldest)).unwrap();
    }
}
