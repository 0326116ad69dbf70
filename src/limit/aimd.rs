//! An adaptive concurrency limit: additive increase, multiplicative decrease. A state machine without a clock and without a lock.
//!
//! Invariants: the limit stays between 1 and its upper bound, a throttled attempt never raises it, and it grows only while it is
//! used.
//!
//! # Phases
//!
//! - **Slow start**: after a first window of samples, every second answer raises the limit by one, which makes it half as large
//!   again within one latency, until the first sign of overload. Attempts are paced over the latency, so that a throttled answer
//!   arrives before many more are sent.
//! - **Recovery**: a throttled answer (429) halves the limit, once for all attempts that began before the cut. The attempts among
//!   them that were not throttled show the ceiling: the vendor accepts as many at once. After one window at half, the limit
//!   returns to the ceiling. A new ceiling that is throttled at once was slightly too high; it is corrected without halving, unless
//!   that is repeated. One cut leaves at least a quarter.
//! - **Steady**: the limit stays at the ceiling, and one more is probed after many windows.
//! - **Probe**: the limit is above the ceiling. If the probe is throttled, only the probe is undone, and the next one comes after
//!   twice as many windows, so that a long run is throttled hardly more often than a short one. If it is not throttled for two
//!   windows, the ceiling rises, and the next probe is twice as large.
//!
//! In every phase, **a latency of twice the minimum** shows that as many attempts queue at the vendor as it serves. The limit falls
//! to the number that the vendor serves at once (Little's law), and to no less than half. If that does not lower the latency, the
//! vendor has become slower for another reason: the limit returns, and the latency is the new minimum.

#[cfg(test)]
mod comparison;
#[cfg(test)]
mod simulation;

use std::mem;
use std::time::Duration;

use super::window::{Window, to_f64};

/// The utilization from which the limit counts as used. Not all permits are ever in use, since one delivery follows another.
const MIN_UTILIZATION: f64 = 0.75;
const INITIAL_LIMIT: usize = 4;
/// The number of answers in slow start that raise the limit by one.
const ANSWERS_PER_INCREASE: u32 = 2;
/// The growth of the limit in slow start within one latency, which follows from [`ANSWERS_PER_INCREASE`].
const GROWTH: f64 = 1.5;
/// The number of windows at the ceiling before a probe, at first and at most.
const INITIAL_PROBE_INTERVAL: u32 = 64;
const MAX_PROBE_INTERVAL: u32 = 512;
/// The number of windows without a throttled answer after which a probe has succeeded.
const PROBE_WINDOWS: u32 = 2;
/// The number of windows for which a ceiling is new: a throttled answer within them corrects it.
const NEW_CEILING_WINDOWS: u32 = 4;
/// The number of corrections in a row after which the ceiling falls by a quarter.
const MAX_CORRECTIONS: u32 = 3;
/// One cut leaves at least this fraction of the limit. A vendor that throttles everything for a while limits the time, not the number.
const FLOOR_DIVISOR: usize = 4;
/// The ratio to the minimum latency from which a latency is too long.
const LATENCY_TOLERANCE: f64 = 2.0;
/// The seconds by which a latency may be longer in addition, since a busy machine delays answers as much.
const LATENCY_NOISE: f64 = 0.005;

/// The state of the adaptive limit.
#[derive(Debug, Clone)]
pub(super) struct Aimd {
    max_limit: usize,
    limit: usize,
    /// The largest known limit that is not throttled.
    ceiling: usize,
    phase: Phase,
    /// The answers of slow start since the limit was last raised.
    answers: u32,
    /// The lowest limit that further throttled attempts from before the last cut can cause.
    floor: usize,
    /// The number of cuts. Attempts from before a cut say nothing about the limit after it.
    cuts: u64,
    /// The number of throttled attempts since the last cut among those that began before it.
    throttled: usize,
    was_answered_since_cut: bool,
    /// The number of windows at the ceiling before the next probe.
    probe_interval: u32,
    /// The increase of the next probe.
    step: usize,
    /// The number of corrections of the ceiling in a row.
    corrections: u32,
    window: Window,
    /// The shortest latency of a window, in seconds, since the vendor last became slower for another reason.
    min_latency: Option<f64>,
    latency_cut: Option<LatencyCut>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    SlowStart,
    /// After a cut, until a window is full.
    Recovery,
    /// At the ceiling, for so many windows.
    Steady(u32),
    /// Above the ceiling, for so many windows.
    Probe(u32),
}

/// The values before a cut because of the latency. The next window shows whether the cut helped.
#[derive(Debug, Clone, Copy)]
struct LatencyCut {
    limit: usize,
    latency: f64,
    in_flight: f64,
}

/// The state of the limiter at the start of an attempt.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AttemptStart {
    /// The number of attempts in flight, this one included.
    in_flight: usize,
    cuts: u64,
    window: u64,
}

/// The information that the end of an attempt gives about the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Feedback {
    /// The vendor processed the request, with this latency.
    Answered(Duration),
    /// The vendor rejected the request as one too many.
    Throttled,
    /// Nothing.
    Ignored,
}

impl Aimd {
    pub(super) fn new(max_limit: usize) -> Self {
        let max_limit = max_limit.max(1);
        Self {
            max_limit,
            limit: INITIAL_LIMIT.min(max_limit),
            ceiling: max_limit,
            phase: Phase::SlowStart,
            answers: 0,
            floor: 1,
            cuts: 0,
            throttled: 0,
            was_answered_since_cut: true,
            probe_interval: INITIAL_PROBE_INTERVAL,
            step: 1,
            corrections: 0,
            window: Window::new(INITIAL_LIMIT.min(max_limit)),
            min_latency: None,
            latency_cut: None,
        }
    }

    /// Returns how many attempts may be in flight.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Returns the time between the starts of two attempts, while they are paced.
    pub(super) fn pacing_interval(&self) -> Option<Duration> {
        let latency = self.min_latency.filter(|_| self.phase == Phase::SlowStart)?;
        Some(Duration::from_secs_f64(latency / to_f64(self.limit) / GROWTH))
    }

    /// Starts an attempt. `in_flight` includes it.
    pub(super) fn attempt_started(&self, in_flight: usize) -> AttemptStart {
        AttemptStart { in_flight, cuts: self.cuts, window: self.window.number() }
    }

    /// Ends an attempt. `in_flight` includes it. Returns the new limit.
    pub(super) fn attempt_ended(
        &mut self,
        start: AttemptStart,
        feedback: Feedback,
        in_flight: usize,
    ) -> usize {
        let is_current = start.cuts == self.cuts;
        match feedback {
            Feedback::Answered(latency) if is_current => self.answered(start, latency, in_flight),
            Feedback::Throttled if is_current => self.cut_for_throttling(start.in_flight.max(in_flight)),
            Feedback::Throttled if self.phase == Phase::Recovery && start.cuts + 1 == self.cuts => {
                self.throttled_before_cut(start.in_flight, in_flight);
            }
            _ => {}
        }
        self.limit
    }

    /// Returns whether a lower limit would not help: the vendor throttles a single attempt, or every attempt since the last cut.
    pub(super) fn throttles_all(&self, start: AttemptStart) -> bool {
        self.limit == 1 || (start.cuts == self.cuts && !self.was_answered_since_cut)
    }

    fn answered(&mut self, start: AttemptStart, latency: Duration, in_flight: usize) {
        self.was_answered_since_cut = true;
        // The first window measures the latency without a queue.
        let is_used = self.is_used(to_f64(in_flight));
        if self.phase == Phase::SlowStart && self.min_latency.is_some() && is_used {
            self.answers += 1;
            if self.answers == ANSWERS_PER_INCREASE {
                self.answers = 0;
                self.limit = (self.limit + 1).min(self.max_limit);
            }
        }
        if self.window.add(start.window, start.in_flight, latency) {
            self.end_window();
            self.window.advance(self.limit);
        }
    }

    fn end_window(&mut self) {
        let summary = self.window.summarize();
        let is_used = self.is_used(summary.in_flight);
        if is_used && self.is_latency_too_long(summary.latency, summary.in_flight) {
            self.cut_for_latency(summary.latency, summary.in_flight);
            return;
        }
        self.phase = match self.phase {
            Phase::SlowStart if self.limit < self.max_limit => Phase::SlowStart,
            Phase::SlowStart => Phase::Steady(0),
            Phase::Recovery => {
                self.limit = self.ceiling;
                Phase::Steady(0)
            }
            phase if !is_used => phase,
            Phase::Steady(windows) if windows + 1 < self.probe_interval || self.ceiling >= self.max_limit => {
                Phase::Steady(windows.saturating_add(1))
            }
            Phase::Probe(windows) if windows + 1 < PROBE_WINDOWS => Phase::Probe(windows + 1),
            Phase::Steady(_) => self.probe(),
            Phase::Probe(_) => {
                self.ceiling = self.limit;
                self.step = self.step.saturating_mul(2);
                self.probe_interval = INITIAL_PROBE_INTERVAL;
                if self.ceiling < self.max_limit { self.probe() } else { Phase::Steady(0) }
            }
        };
    }

    fn is_used(&self, in_flight: f64) -> bool {
        in_flight >= to_f64(self.limit) * MIN_UTILIZATION
    }

    fn probe(&mut self) -> Phase {
        self.limit = self.ceiling.saturating_add(self.step).min(self.max_limit);
        Phase::Probe(0)
    }

    /// Cuts the limit after the first throttled attempt since the last cut.
    fn cut_for_throttling(&mut self, in_flight: usize) {
        let accepted = in_flight - 1;
        self.floor = (self.limit / FLOOR_DIVISOR).max(1);
        match self.phase {
            Phase::Probe(_) => self.undo_probe(accepted),
            Phase::Steady(0..NEW_CEILING_WINDOWS) | Phase::Recovery => self.correct_ceiling(accepted),
            Phase::Steady(_) | Phase::SlowStart => self.halve(accepted),
        }
        self.latency_cut = None;
        self.recover();
        self.throttled = 1;
    }

    /// Returns to the ceiling. The true one lies between it and the probed limit.
    fn undo_probe(&mut self, accepted: usize) {
        self.corrections = 0;
        self.probe_interval = if self.step == 1 {
            (self.probe_interval * 2).min(MAX_PROBE_INTERVAL)
        } else {
            INITIAL_PROBE_INTERVAL
        };
        let probed = mem::replace(&mut self.limit, self.ceiling);
        self.ceiling = accepted.clamp(self.ceiling, probed);
    }

    fn halve(&mut self, accepted: usize) {
        self.corrections = 0;
        self.probe_interval = INITIAL_PROBE_INTERVAL;
        let half = (self.limit / 2).max(1);
        self.ceiling = self.limit.min(accepted).max(half);
        self.limit = half;
    }

    /// Lowers a new ceiling a little, or by a quarter after several corrections in a row.
    fn correct_ceiling(&mut self, accepted: usize) {
        self.corrections += 1;
        if self.corrections > MAX_CORRECTIONS {
            let lower = self.limit - self.limit.div_ceil(4);
            return self.halve(lower);
        }
        self.limit = self.limit.min(accepted).max(self.floor);
        self.ceiling = self.limit;
    }

    /// Lowers the ceiling after another throttled attempt that began before the last cut: the vendor accepted the others in flight.
    fn throttled_before_cut(&mut self, in_flight_at_start: usize, in_flight_at_end: usize) {
        let in_flight = in_flight_at_start.max(in_flight_at_end + self.throttled);
        self.throttled += 1;
        let accepted = in_flight.saturating_sub(self.throttled);
        self.ceiling = self.ceiling.min(accepted).max(self.floor);
        self.limit = self.limit.min(self.ceiling);
    }

    fn recover(&mut self) {
        self.cuts += 1;
        self.was_answered_since_cut = false;
        self.step = 1;
        self.phase = Phase::Recovery;
        self.window.advance(self.limit);
    }

    /// Compares the latency of a window with the minimum, after it has checked whether an earlier cut helped.
    fn is_latency_too_long(&mut self, latency: f64, in_flight: f64) -> bool {
        if let Some(before) = self.latency_cut.take() {
            let expected = before.latency * (in_flight / before.in_flight).min(1.0);
            if latency > f64::midpoint(expected, before.latency) {
                self.min_latency = Some(latency);
                self.ceiling = before.limit;
                return false;
            }
        }
        let min_latency = self.min_latency.map_or(latency, |min| min.min(latency));
        self.min_latency = Some(min_latency);
        self.limit > 1 && latency > min_latency * LATENCY_TOLERANCE + LATENCY_NOISE
    }

    fn cut_for_latency(&mut self, latency: f64, in_flight: f64) {
        self.latency_cut = Some(LatencyCut { limit: self.limit, latency, in_flight });
        let served_at_once = in_flight * self.min_latency.unwrap_or(latency) / latency;
        let half = (self.limit / 2).max(1);
        self.limit = to_usize(served_at_once).clamp(half, self.limit);
        self.ceiling = self.limit;
        self.probe_interval = INITIAL_PROBE_INTERVAL;
        self.recover();
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
fn to_usize(number: f64) -> usize {
    number.round() as usize
}
