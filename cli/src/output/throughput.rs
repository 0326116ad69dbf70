//! The rate of deliveries to each provider over the last ten seconds.

use std::collections::VecDeque;
use std::time::Duration;

/// The length of the sliding window.
const WINDOW: Duration = Duration::from_secs(10);

/// Samples of the number of sent deliveries, by provider, within a sliding window.
#[derive(Default)]
pub(super) struct Throughput {
    samples: VecDeque<(Duration, Vec<u64>)>,
}

impl Throughput {
    /// Adds a sample: the number of deliveries sent to each provider until `elapsed`.
    pub(super) fn record(&mut self, elapsed: Duration, sent: Vec<u64>) {
        if self.samples.is_empty() {
            self.samples.push_back((Duration::ZERO, vec![0; sent.len()]));
        }
        self.samples.push_back((elapsed, sent));
        // The first sample stays at least as old as the window.
        while self.samples.get(1).is_some_and(|(at, _)| *at + WINDOW <= elapsed) {
            self.samples.pop_front();
        }
    }

    /// Returns the deliveries per second to the provider with this index.
    #[expect(clippy::cast_precision_loss, reason = "a rate is an estimate")]
    pub(super) fn rate(&self, provider: usize) -> f64 {
        let (Some((begun, first)), Some((ended, last))) = (self.samples.front(), self.samples.back()) else {
            return 0.0;
        };
        let sent = |counts: &[u64]| counts.get(provider).copied().unwrap_or_default();
        let sent = sent(last).saturating_sub(sent(first));
        sent as f64 / ended.saturating_sub(*begun).as_secs_f64().max(0.001)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_ten_seconds() {
        let mut throughput = Throughput::default();
        let rates = (1..=40u64).map(|second| {
            // Ten per second, and one per second after twenty seconds.
            let sent = second.min(20) * 10 + second.saturating_sub(20);
            throughput.record(Duration::from_secs(second), vec![sent, 0]);
            [0, 1].map(|provider| format!("{:.0}", throughput.rate(provider)))
        });
        let rates: Vec<_> = rates.collect();
        assert_eq!([0, 19, 24, 29, 39].map(|at: usize| rates[at][0].as_str()), ["10", "10", "6", "1", "1"]);
        assert!(rates.iter().all(|[_, none]| none == "0"));
        assert_eq!(throughput.samples.len(), 11);
    }
}
