//! A round of answers, from which the limit is judged.
//!
//! Its rule: only attempts that began within the round count, so that it never tells of an earlier limit; and it is judged by
//! its median, so that one late answer says nothing.

use std::time::Duration;

use super::aimd::as_number;

/// A median of fewer answers says too little.
const FEWEST: usize = 8;

/// The answers so far.
#[derive(Debug, Clone)]
pub(super) struct Window {
    number: u64,
    wanted: usize,
    latencies: Vec<Duration>,
    in_flight: usize,
}

/// What a round says.
pub(super) struct Ended {
    /// The median, in seconds.
    pub(super) latency: f64,
    /// How many were under way, on average.
    pub(super) in_flight: f64,
}

impl Window {
    /// The first round, at this limit.
    pub(super) fn of(limit: usize) -> Self {
        Self { number: 0, wanted: limit.max(FEWEST), latencies: Vec::new(), in_flight: 0 }
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Adds an answer, and says whether the round is over.
    pub(super) fn add(&mut self, round: u64, in_flight: usize, latency: Duration) -> bool {
        if round == self.number {
            self.latencies.push(latency);
            self.in_flight += in_flight;
        }
        self.latencies.len() >= self.wanted
    }

    /// What it says.
    pub(super) fn end(&mut self) -> Ended {
        let count = self.latencies.len();
        self.latencies.sort_unstable();
        let median = self.latencies.get(count / 2).copied().unwrap_or_default();
        let in_flight = as_number(self.in_flight) / as_number(count.max(1));
        Ended { latency: median.as_secs_f64(), in_flight }
    }

    /// Begins the next one, at this limit, and forgets this one.
    pub(super) fn begin(&mut self, limit: usize) {
        self.number += 1;
        self.wanted = limit.max(FEWEST);
        self.latencies.clear();
        self.in_flight = 0;
    }
}
