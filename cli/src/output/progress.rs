//! The progress of an import on stderr: a line for each provider on a terminal, else one line every ten seconds.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use unicontact::Outcome;
use unicontact::bulk::{Counts, Deferred, Summary};

use super::progress_bars::{ProviderProgress, TotalProgress, progress_bars};
use super::style::{Stream, detail, terminal_width};
use super::throughput::Throughput;
use super::time::duration_in_words;
use super::{counted, local_minute, message};
use crate::arguments::Detail;

/// The time between two lines without a terminal.
const INTERVAL: Duration = Duration::from_secs(10);

/// The lines of progress, which a terminal overwrites.
pub(crate) struct ProgressLines {
    is_terminal: bool,
    /// The number of lines on the terminal.
    shown: usize,
    printed_at: Duration,
    throughput: Throughput,
}

/// The progress of an import.
pub(crate) struct ImportProgress<'a> {
    /// The outcomes so far.
    pub(crate) summary: &'a Summary,
    /// The number of contacts that were read.
    pub(crate) taken: u64,
    /// The number of contacts that wait for each provider, without those in flight.
    pub(crate) behind: &'a [u64],
    /// The deliveries in doubt that wait for their next look-up, by provider.
    pub(crate) parked: &'a [Deferred],
    /// The share of the input that is read, from 0 to 1. `None` if its length is unknown.
    pub(crate) share_read: Option<f64>,
}

impl Default for ProgressLines {
    fn default() -> Self {
        Self {
            is_terminal: io::stderr().is_terminal(),
            shown: 0,
            printed_at: Duration::ZERO,
            throughput: Throughput::default(),
        }
    }
}

impl ProgressLines {
    /// Shows the progress after `elapsed`. With `--quiet`, nothing is shown.
    pub(crate) fn show(&mut self, progress: &ImportProgress<'_>, elapsed: Duration) {
        if detail() == Detail::Quiet {
            return;
        }
        let providers = &progress.summary.providers;
        self.throughput.record(elapsed, providers.iter().map(|(_, counts)| sent(counts)).collect());
        if !self.is_terminal {
            if elapsed >= self.printed_at + INTERVAL {
                self.printed_at = elapsed;
                message(&progress.lines(&self.throughput, elapsed).join("; "));
            }
            return;
        }
        let lines = progress_bars(&progress.providers(&self.throughput), &progress.total(), terminal_width());
        let mut text = self.clear_sequence();
        for line in &lines {
            text.push_str(&line.render(Stream::Stderr));
            text.push('\n');
        }
        self.shown = lines.len();
        // A failure has no further place to be reported.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Removes the lines from the terminal.
    pub(crate) fn clear(&mut self) {
        if self.shown > 0 {
            let _ = io::stderr().lock().write_all(self.clear_sequence().as_bytes());
            self.shown = 0;
        }
    }

    fn clear_sequence(&self) -> String {
        if self.shown == 0 { String::new() } else { format!("\u{1b}[{}A\u{1b}[J", self.shown) }
    }
}

impl ImportProgress<'_> {
    /// Returns the lines for output that is no terminal.
    fn lines(&self, throughput: &Throughput, elapsed: Duration) -> Vec<String> {
        let is_parked = self.parked.iter().any(|parked| parked.count > 0);
        let share_done = self.share_done().filter(|_| !is_parked);
        let left = share_done.and_then(|share| left(share, elapsed)).unwrap_or_default();
        let left = if left.is_empty() { left } else { format!(", about {left} left") };
        let first = format!("{} read{left}", counted(self.taken, "contact", "contacts"));
        let providers = self.summary.providers.iter().zip(self.behind).enumerate();
        let provider = |(index, ((name, counts), behind)): (usize, (&(String, Counts), &u64))| {
            let behind = if *behind > 0 { format!(", {behind} to come") } else { String::new() };
            let has_all = ended(counts) >= self.taken;
            let rate = if has_all { String::new() } else { format!("{:.0}/s", throughput.rate(index)) };
            let words: Vec<String> =
                std::iter::once(rate).chain(outcome_counts(counts)).filter(|it| !it.is_empty()).collect();
            let parked = self.parked.get(index).and_then(doubts_message);
            let parked = parked.map(|parked| format!(", {parked}")).unwrap_or_default();
            format!("{name}: {}{behind}{parked}", words.join(", "))
        };
        std::iter::once(first).chain(providers.map(provider)).collect()
    }

    fn total(&self) -> TotalProgress {
        TotalProgress { taken: self.taken, share_read: self.share_read }
    }

    /// Returns the progress at each provider.
    fn providers(&self, throughput: &Throughput) -> Vec<ProviderProgress<'_>> {
        let providers = self.summary.providers.iter().enumerate();
        providers
            .map(|(index, (name, counts))| self.provider(name, counts, index, throughput.rate(index)))
            .collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "shares and times are estimates")]
    fn provider<'p>(&self, name: &'p str, counts: &Counts, index: usize, rate: f64) -> ProviderProgress<'p> {
        let ended = ended(counts);
        let has_all = ended >= self.taken;
        let doubts = self.parked.get(index).and_then(doubts_message);
        let share = self.share_read.map(|share| share * ended as f64 / self.taken.max(1) as f64);
        let all = self.share_read.filter(|share| *share > 0.01).map(|share| self.taken as f64 / share);
        let is_estimated = rate > 0.0 && doubts.is_none() && !has_all;
        let seconds = all.filter(|_| is_estimated).map(|all| (all - ended as f64).max(0.0) / rate);
        ProviderProgress {
            name,
            share,
            rate: (!has_all).then_some(rate),
            left: seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).map(in_whole_seconds),
            counts: *counts,
            doubts,
        }
    }

    /// Returns the share of the input that the slowest provider has received, from 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "the share is an estimate")]
    fn share_done(&self) -> Option<f64> {
        let most = self.behind.iter().max().copied().unwrap_or_default();
        let done = 1.0 - most as f64 / self.taken.max(1) as f64;
        self.share_read.map(|share| share * done)
    }
}

/// Returns the number of waiting deliveries in doubt, and the time of the first look-up.
fn doubts_message(parked: &Deferred) -> Option<String> {
    let until = parked.until?;
    Some(format!("{} in doubt until {}", parked.count, local_minute(until)))
}

/// Returns the number of deliveries with a final outcome of this run.
fn sent(counts: &Counts) -> u64 {
    counts.created + counts.existing + counts.rejected + counts.failed + counts.in_doubt
}

/// Returns the number of deliveries that have ended.
fn ended(counts: &Counts) -> u64 {
    Outcome::ALL.map(|outcome| counts.get(outcome)).iter().sum()
}

/// Returns the counts that are not zero, such as `4 created`.
pub(crate) fn outcome_counts(counts: &Counts) -> impl Iterator<Item = String> {
    let present = Outcome::ALL.into_iter().filter(|outcome| counts.get(*outcome) > 0);
    present.map(|outcome| format!("{} {}", counts.get(outcome), outcome.as_str()))
}

/// Returns an estimate of the remaining time. `None` at the beginning.
fn left(share: f64, elapsed: Duration) -> Option<String> {
    if share < 0.01 || elapsed < Duration::from_secs(2) {
        return None;
    }
    Duration::try_from_secs_f64(elapsed.as_secs_f64() * (1.0 - share) / share).ok().map(in_whole_seconds)
}

/// Returns an estimate in words, at least a second.
fn in_whole_seconds(duration: Duration) -> String {
    duration_in_words(Duration::from_secs(duration.as_secs().max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remaining_time_assumes_a_constant_rate() {
        let left = |share, seconds| left(share, Duration::from_secs(seconds)).unwrap_or_default();
        assert_eq!(left(0.5, 40), "40 s");
        assert_eq!(left(0.1, 60), "9 min");
        assert_eq!(left(0.01, 100), "2 h 45 min");
        assert_eq!(left(0.001, 100), "");
        assert_eq!(left(1.0, 1), "");
    }

    #[test]
    fn a_provider_that_has_received_all_contacts_has_no_rate() {
        let has = |created| Counts { created, ..Counts::default() };
        let mut summary = Summary::default();
        summary.providers = vec![("voice".to_owned(), has(40)), ("acme".to_owned(), has(20))];
        let progress =
            ImportProgress { summary: &summary, taken: 40, behind: &[0, 20], parked: &[], share_read: None };
        let mut throughput = Throughput::default();
        throughput.record(Duration::from_secs(2), vec![40, 20]);
        let lines = progress.lines(&throughput, Duration::from_secs(2));
        assert_eq!(lines, ["40 contacts read", "voice: 40 created", "acme: 10/s, 20 created, 20 to come"]);
    }

    #[test]
    fn each_provider_has_its_own_share_and_time() {
        let has = |created, failed| Counts { created, failed, ..Counts::default() };
        let mut summary = Summary::default();
        summary.providers = vec![("voice".to_owned(), has(40, 0)), ("acme".to_owned(), has(18, 2))];
        let progress = ImportProgress {
            summary: &summary,
            taken: 40,
            behind: &[0, 20],
            parked: &[],
            share_read: Some(0.5),
        };
        let mut throughput = Throughput::default();
        throughput.record(Duration::from_secs(2), vec![40, 20]);
        let providers = progress.providers(&throughput);
        let lefts: Vec<_> = providers.iter().map(|it| (it.share, it.left.as_deref())).collect();
        assert_eq!(lefts, [(Some(0.5), None), (Some(0.25), Some("6 s"))]);
    }
}
