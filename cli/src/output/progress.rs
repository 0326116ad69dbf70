//! How far an import is.
//!
//! Its rule: on a terminal a line for each provider, written over; elsewhere one line every ten seconds. All on stderr.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use unicontact::Outcome;
use unicontact::bulk::{Counts, Deferred, Summary};

use super::pace::Pace;
use super::plain::in_one_line;
use super::{local_minute, message};

/// How long nothing is said where nobody watches.
const QUIET: Duration = Duration::from_secs(10);

/// The lines, and how many of them stand on the terminal.
pub(crate) struct ProgressLines {
    is_terminal: bool,
    standing: usize,
    said_at: Duration,
    pace: Pace,
}

/// How far an import is.
pub(crate) struct Advance<'a> {
    /// What became of the deliveries so far.
    pub(crate) summary: &'a Summary,
    /// How many contacts were read.
    pub(crate) taken: u64,
    /// How many of them each provider has to get yet, beyond what is under way.
    pub(crate) behind: &'a [u64],
    /// The deliveries in doubt that wait at each provider to be looked for.
    pub(crate) parked: &'a [Deferred],
    /// How much of the input is read, from 0 to 1, where its length says something.
    pub(crate) share_read: Option<f64>,
}

impl Default for ProgressLines {
    fn default() -> Self {
        Self {
            is_terminal: io::stderr().is_terminal(),
            standing: 0,
            said_at: Duration::ZERO,
            pace: Pace::default(),
        }
    }
}

impl ProgressLines {
    /// Shows how far it is after `elapsed`.
    pub(crate) fn show(&mut self, advance: &Advance<'_>, elapsed: Duration) {
        let providers = &advance.summary.providers;
        self.pace.note(elapsed, providers.iter().map(|(_, counts)| sent(counts)).collect());
        if !self.is_terminal {
            if elapsed >= self.said_at + QUIET {
                self.said_at = elapsed;
                message(&advance.lines(&self.pace, elapsed).join("; "));
            }
            return;
        }
        let lines = advance.lines(&self.pace, elapsed);
        let mut text = self.back();
        for line in &lines {
            text.push_str(&in_one_line(line));
            text.push('\n');
        }
        self.standing = lines.len();
        // When even that fails there is nobody left to tell.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Takes them away. What is said next stands in their place.
    pub(crate) fn end(&mut self) {
        if self.standing > 0 {
            let _ = io::stderr().lock().write_all(self.back().as_bytes());
            self.standing = 0;
        }
    }

    fn back(&self) -> String {
        if self.standing == 0 { String::new() } else { format!("\u{1b}[{}A\u{1b}[J", self.standing) }
    }
}

impl Advance<'_> {
    fn lines(&self, pace: &Pace, elapsed: Duration) -> Vec<String> {
        let is_parked = self.parked.iter().any(|parked| parked.count > 0);
        let share_done = self.share_done().filter(|_| !is_parked);
        let left = share_done.and_then(|share| left(share, elapsed)).unwrap_or_default();
        let first = format!("{} contacts read{left}", self.taken);
        let providers = self.summary.providers.iter().zip(self.behind).enumerate();
        let provider = |(place, ((name, counts), behind)): (usize, (&(String, Counts), &u64))| {
            let behind = if *behind > 0 { format!(", {behind} to come") } else { String::new() };
            let has_all = Outcome::ALL.map(|outcome| counts.get(outcome)).iter().sum::<u64>() >= self.taken;
            let rate = if has_all { String::new() } else { format!("{:.0}/s", pace.of(place)) };
            let told: Vec<String> =
                std::iter::once(rate).chain(counted(counts)).filter(|it| !it.is_empty()).collect();
            let parked = self.parked.get(place).and_then(waiting).unwrap_or_default();
            format!("{name}: {}{behind}{parked}", told.join(", "))
        };
        std::iter::once(first).chain(providers.map(provider)).collect()
    }

    /// How much of the input the slowest provider has, from 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "it is an estimate")]
    fn share_done(&self) -> Option<f64> {
        let most = self.behind.iter().max().copied().unwrap_or_default();
        let done = 1.0 - most as f64 / self.taken.max(1) as f64;
        self.share_read.map(|share| share * done)
    }
}

/// The deliveries in doubt that wait, and until when the first of them does.
fn waiting(parked: &Deferred) -> Option<String> {
    let until = parked.until?;
    Some(format!(", {} in doubt until {}", parked.count, local_minute(until)))
}

/// How many were sent, or found that they cannot be.
fn sent(counts: &Counts) -> u64 {
    counts.created + counts.existing + counts.rejected + counts.failed + counts.in_doubt
}

/// What there is of each outcome.
pub(super) fn counted(counts: &Counts) -> impl Iterator<Item = String> {
    let present = Outcome::ALL.into_iter().filter(|outcome| counts.get(*outcome) > 0);
    present.map(|outcome| format!("{} {}", counts.get(outcome), outcome.as_str()))
}

/// An estimate of the time that is left, once there is something to go by.
fn left(share: f64, elapsed: Duration) -> Option<String> {
    if share < 0.01 || elapsed < Duration::from_secs(2) {
        return None;
    }
    let seconds = Duration::try_from_secs_f64(elapsed.as_secs_f64() * (1.0 - share) / share).ok()?.as_secs();
    Some(match seconds {
        0..60 => format!(", about {seconds} s left"),
        60..3600 => format!(", about {} min left", seconds / 60),
        _ => format!(", about {} h {} min left", seconds / 3600, seconds % 3600 / 60),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_what_the_rest_takes_at_the_same_pace() {
        let left = |share, seconds| left(share, Duration::from_secs(seconds)).unwrap_or_default();
        assert_eq!(left(0.5, 40), ", about 40 s left");
        assert_eq!(left(0.1, 60), ", about 9 min left");
        assert_eq!(left(0.01, 100), ", about 2 h 45 min left");
        assert_eq!(left(0.001, 100), "");
        assert_eq!(left(1.0, 1), "");
    }

    #[test]
    fn a_provider_that_has_all_has_no_rate() {
        let has = |created| Counts { created, ..Counts::default() };
        let mut summary = Summary::default();
        summary.providers = vec![("voice".to_owned(), has(40)), ("acme".to_owned(), has(20))];
        let advance =
            Advance { summary: &summary, taken: 40, behind: &[0, 20], parked: &[], share_read: None };
        let mut pace = Pace::default();
        pace.note(Duration::from_secs(2), vec![40, 20]);
        let lines = advance.lines(&pace, Duration::from_secs(2));
        assert_eq!(lines, ["40 contacts read", "voice: 40 created", "acme: 10/s, 20 created, 20 to come"]);
    }
}
