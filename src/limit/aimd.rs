//! How many attempts may be under way at once, learned from how each one ended.
//!
//! Its rule: a state machine without a clock and without a lock. The number never leaves 1 to the upper bound, a refusal
//! never raises it, and it grows only while it is used to the full.
//!
//! # The law
//!
//! - **Start**: after a first round, one more with every second answer, which makes half as many again within a latency, until the
//!   first sign that it is too much. Beginnings are spread over the latency meanwhile, so that a refusal is back before many more
//!   are sent: answers that come in a burst would otherwise send the next ones in a burst.
//! - **A refusal (429)** halves it, once for all attempts that began before the cut. Those that were under way and were not refused
//!   tell the ceiling: so many are let in, whoever of them came first. One round at half, and the number is back at the ceiling.
//!   A ceiling that is refused at once was a little too high, and is corrected without halving, unless that goes on. One cut leaves
//!   at least a quarter.
//! - **Hold** at the ceiling, and try one more after many rounds. Refused, the trial alone is taken back, and the next one comes
//!   after twice as many rounds: a long run is refused hardly more often than a short one. Not refused for two rounds, the ceiling
//!   was wrong, and the steps double.
//! - **A latency twice the best** means that as many wait in a queue as are worked on: back to the number that the vendor works
//!   on at once, by Little's law, and never below half. If that does not bring the latency down, the vendor has become slower
//!   and the queue is not ours: the number comes back, and the latency is the new measure.

use std::mem;
use std::time::Duration;

use super::window::Window;

/// The part of the number that is under way when it is used to the full.
const USED: f64 = 0.75;
/// What it begins with.
const FIRST: usize = 4;
/// While it starts, so many answers make room for one more,
const ANSWERS_FOR_ONE_MORE: u32 = 2;
/// so that within a latency the number becomes so many times as large.
const GROWTH: f64 = 1.5;
/// After how many rounds at the ceiling one more is tried, at first and at most.
const FIRST_PATIENCE: u32 = 64;
const LONGEST_PATIENCE: u32 = 512;
/// So many rounds without a refusal prove that one more is not too many.
const PROOF: u32 = 2;
/// A ceiling that is refused within so many rounds was a little too high,
const UNSETTLED: u32 = 4;
/// and after so many of them in a row the next one is lower by a quarter: it is not the number that is refused.
const RESTLESS: u32 = 3;
/// One cut leaves at least this part of the number: a vendor that refuses everything for a while limits the time, not the number.
const LOWEST: usize = 4;
/// So many times the best latency is too long.
const TOO_LONG: f64 = 2.0;
/// So many seconds more are no sign: a busy machine is as late as that by itself.
const NOISE: f64 = 0.005;

/// The state machine.
#[derive(Debug, Clone)]
pub(super) struct Aimd {
    most: usize,
    limit: usize,
    /// The most at once that is not too much, as far as is known.
    ceiling: usize,
    course: Course,
    /// Those of the start that have not made room for one more yet.
    answers: u32,
    /// Whatever else is refused of what began before the last cut, the number is no lower.
    floor: usize,
    /// How often the limit was cut. What began before a cut says nothing about the limit after it.
    cuts: u64,
    /// How many were refused since the last cut, of those that began before it.
    refused: usize,
    was_answered_since_cut: bool,
    patience: u32,
    step: usize,
    /// How many ceilings in a row were refused soon.
    unsettled: u32,
    round: Window,
    /// The shortest latency of a round, in seconds, since the vendor became slower by itself.
    best: Option<f64>,
    suspicion: Option<Suspicion>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    Starting,
    /// After a cut, until a round of answers has come.
    Recovering,
    /// At the ceiling, for so many rounds.
    Holding(u32),
    /// Above the ceiling, for so many rounds.
    Trying(u32),
}

/// A cut because of the latency, which is still to prove itself.
#[derive(Debug, Clone, Copy)]
struct Suspicion {
    limit: usize,
    latency: f64,
    in_flight: f64,
}

/// What is kept of an attempt's beginning.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Beginning {
    /// How many were under way, itself included.
    in_flight: usize,
    cuts: u64,
    round: u64,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// The vendor dealt with it, after this time.
    Answered(Duration),
    /// The vendor said that it was too much.
    Refused,
    /// Anything else says nothing about the number.
    Otherwise,
}

impl Aimd {
    pub(super) fn up_to(most: usize) -> Self {
        let most = most.max(1);
        Self {
            most,
            limit: FIRST.min(most),
            ceiling: most,
            course: Course::Starting,
            answers: 0,
            floor: 1,
            cuts: 0,
            refused: 0,
            was_answered_since_cut: true,
            patience: FIRST_PATIENCE,
            step: 1,
            unsettled: 0,
            round: Window::of(FIRST.min(most)),
            best: None,
            suspicion: None,
        }
    }

    /// How many attempts may be under way.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// How long after one attempt the next may begin, if the beginnings are spread.
    pub(super) fn gap(&self) -> Option<Duration> {
        let latency = self.best.filter(|_| self.course == Course::Starting)?;
        Some(Duration::from_secs_f64(latency / as_number(self.limit) / GROWTH))
    }

    /// An attempt begins, the last of `in_flight`.
    pub(super) fn begins(&self, in_flight: usize) -> Beginning {
        Beginning { in_flight, cuts: self.cuts, round: self.round.number() }
    }

    /// An attempt ended, one of `in_flight`. Returns the limit from now on.
    pub(super) fn ended(&mut self, beginning: Beginning, how: How, in_flight: usize) -> usize {
        let is_current = beginning.cuts == self.cuts;
        match how {
            How::Answered(latency) if is_current => self.answered(beginning, latency, in_flight),
            How::Refused if is_current => self.refused(beginning.in_flight.max(in_flight)),
            How::Refused if self.course == Course::Recovering && beginning.cuts + 1 == self.cuts => {
                self.refused_besides(beginning.in_flight, in_flight);
            }
            _ => {}
        }
        self.limit
    }

    /// Whether whoever is refused now is to keep its place while it waits: fewer at once do not help, since one alone is
    /// refused, or none was let through of those that began after the last cut.
    pub(super) fn refuses_all(&self, beginning: Beginning) -> bool {
        self.limit == 1 || (beginning.cuts == self.cuts && !self.was_answered_since_cut)
    }

    fn answered(&mut self, beginning: Beginning, latency: Duration, in_flight: usize) {
        self.was_answered_since_cut = true;
        // The first round measures what the latency is without a queue.
        let is_used = self.is_used(as_number(in_flight));
        if self.course == Course::Starting && self.best.is_some() && is_used {
            self.answers += 1;
            if self.answers == ANSWERS_FOR_ONE_MORE {
                self.answers = 0;
                self.limit = (self.limit + 1).min(self.most);
            }
        }
        if self.round.add(beginning.round, beginning.in_flight, latency) {
            self.round_ended();
        }
    }

    fn round_ended(&mut self) {
        self.judge_the_round();
        self.round.begin(self.limit);
    }

    fn judge_the_round(&mut self) {
        let ended = self.round.end();
        let is_used = self.is_used(ended.in_flight);
        if is_used && self.is_latency_too_long(ended.latency, ended.in_flight) {
            self.cut_for_latency(ended.latency, ended.in_flight);
            return;
        }
        self.course = match self.course {
            Course::Starting if self.limit < self.most => Course::Starting,
            Course::Starting => Course::Holding(0),
            Course::Recovering => {
                self.limit = self.ceiling;
                Course::Holding(0)
            }
            course if !is_used => course,
            Course::Holding(rounds) if rounds + 1 < self.patience || self.ceiling >= self.most => {
                Course::Holding(rounds.saturating_add(1))
            }
            Course::Trying(rounds) if rounds + 1 < PROOF => Course::Trying(rounds + 1),
            Course::Holding(_) => self.try_more(),
            Course::Trying(_) => {
                self.ceiling = self.limit;
                self.step = self.step.saturating_mul(2);
                self.patience = FIRST_PATIENCE;
                if self.ceiling < self.most { self.try_more() } else { Course::Holding(0) }
            }
        };
    }

    /// Not quite all are ever under way: one that ended has to be followed by the next.
    fn is_used(&self, in_flight: f64) -> bool {
        in_flight >= as_number(self.limit) * USED
    }

    fn try_more(&mut self) -> Course {
        self.limit = self.ceiling.saturating_add(self.step).min(self.most);
        Course::Trying(0)
    }

    fn refused(&mut self, in_flight: usize) {
        let let_in = in_flight - 1;
        self.floor = (self.limit / LOWEST).max(1);
        match self.course {
            Course::Trying(_) => self.take_back(let_in),
            Course::Holding(0..UNSETTLED) | Course::Recovering => self.correct(let_in),
            Course::Holding(_) | Course::Starting => self.halve(let_in),
        }
        self.suspicion = None;
        self.recover();
        self.refused = 1;
    }

    /// What was refused lies above the old ceiling, and below what was tried.
    fn take_back(&mut self, let_in: usize) {
        self.unsettled = 0;
        self.patience =
            if self.step == 1 { (self.patience * 2).min(LONGEST_PATIENCE) } else { FIRST_PATIENCE };
        let tried = mem::replace(&mut self.limit, self.ceiling);
        self.ceiling = let_in.clamp(self.ceiling, tried);
    }

    fn halve(&mut self, let_in: usize) {
        self.unsettled = 0;
        self.patience = FIRST_PATIENCE;
        let half = (self.limit / 2).max(1);
        self.ceiling = self.limit.min(let_in).max(half);
        self.limit = half;
    }

    /// The ceiling is new and was a little too high, unless this goes on and on.
    fn correct(&mut self, let_in: usize) {
        self.unsettled += 1;
        if self.unsettled > RESTLESS {
            let lower = self.limit - self.limit.div_ceil(4);
            return self.halve(lower);
        }
        self.limit = self.limit.min(let_in).max(self.floor);
        self.ceiling = self.limit;
    }

    /// Another one of those that were too many: as many were let in as were under way and not refused.
    fn refused_besides(&mut self, at_the_beginning: usize, at_the_end: usize) {
        let in_flight = at_the_beginning.max(at_the_end + self.refused);
        self.refused += 1;
        let let_in = in_flight.saturating_sub(self.refused);
        self.ceiling = self.ceiling.min(let_in).max(self.floor);
        self.limit = self.limit.min(self.ceiling);
    }

    fn recover(&mut self) {
        self.cuts += 1;
        self.was_answered_since_cut = false;
        self.step = 1;
        self.course = Course::Recovering;
        self.round.begin(self.limit);
    }

    /// Compares the latency of a round with the best one, and sees whether an earlier cut has helped.
    fn is_latency_too_long(&mut self, latency: f64, in_flight: f64) -> bool {
        if let Some(before) = self.suspicion.take() {
            let if_ours = before.latency * (in_flight / before.in_flight).min(1.0);
            if latency > f64::midpoint(if_ours, before.latency) {
                self.best = Some(latency);
                self.ceiling = before.limit;
                return false;
            }
        }
        let best = self.best.map_or(latency, |best| best.min(latency));
        self.best = Some(best);
        self.limit > 1 && latency > best * TOO_LONG + NOISE
    }

    fn cut_for_latency(&mut self, latency: f64, in_flight: f64) {
        self.suspicion = Some(Suspicion { limit: self.limit, latency, in_flight });
        let worked_on_at_once = in_flight * self.best.unwrap_or(latency) / latency;
        let half = (self.limit / 2).max(1);
        self.limit = as_count(worked_on_at_once).clamp(half, self.limit);
        self.ceiling = self.limit;
        self.patience = FIRST_PATIENCE;
        self.recover();
    }
}

#[expect(clippy::cast_precision_loss, reason = "the upper bound is small")]
pub(super) fn as_number(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
fn as_count(number: f64) -> usize {
    number.round() as usize
}
