//! How fast each provider gets its deliveries.
//!
//! Its rule: what counts is the last ten seconds, and who has everything has no pace.

use std::collections::VecDeque;
use std::time::Duration;

/// How far back is looked.
const SPAN: Duration = Duration::from_secs(10);

/// How many deliveries were sent until when, by provider.
#[derive(Default)]
pub(super) struct Pace {
    samples: VecDeque<(Duration, Vec<u64>)>,
}

impl Pace {
    /// Takes down how many were sent to each after `elapsed`.
    pub(super) fn note(&mut self, elapsed: Duration, sent: Vec<u64>) {
        if self.samples.is_empty() {
            self.samples.push_back((Duration::ZERO, vec![0; sent.len()]));
        }
        self.samples.push_back((elapsed, sent));
        // The first is the last that is as old as the span, so that it is covered whole.
        while self.samples.get(1).is_some_and(|(at, _)| *at + SPAN <= elapsed) {
            self.samples.pop_front();
        }
    }

    /// How many a second are sent to the provider in this place.
    #[expect(clippy::cast_precision_loss, reason = "a rate is an estimate")]
    pub(super) fn of(&self, provider: usize) -> f64 {
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
    fn a_pace_is_that_of_the_last_ten_seconds() {
        let mut pace = Pace::default();
        let paces = (1..=40u64).map(|second| {
            // Ten a second, and after twenty seconds one.
            let sent = second.min(20) * 10 + second.saturating_sub(20);
            pace.note(Duration::from_secs(second), vec![sent, 0]);
            [0, 1].map(|provider| format!("{:.0}", pace.of(provider)))
        });
        let paces: Vec<_> = paces.collect();
        assert_eq!([0, 19, 24, 29, 39].map(|at: usize| paces[at][0].as_str()), ["10", "10", "6", "1", "1"]);
        assert!(paces.iter().all(|[_, none]| none == "0"));
        assert_eq!(pace.samples.len(), 11);
    }
}
