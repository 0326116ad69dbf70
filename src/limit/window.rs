//! A sampling window of latencies, by which the concurrency limit is adjusted.
//!
//! Only attempts that began within the window count, so that none reflects an earlier limit. The window is judged by its median
//! latency, which a single late answer does not change.

use std::time::Duration;

/// The smallest number of samples; the median of fewer is too noisy.
const MIN_SAMPLES: usize = 8;

/// The current window.
#[derive(Debug, Clone)]
pub(super) struct Window {
    number: u64,
    size: usize,
    latencies: Vec<Duration>,
    /// The sum, over the samples, of the attempts in flight.
    in_flight: usize,
}

/// The summary of a full window.
pub(super) struct WindowSummary {
    /// The median latency, in seconds.
    pub(super) latency: f64,
    /// The mean number of attempts in flight.
    pub(super) in_flight: f64,
}

impl Window {
    /// Returns the first window, at this limit.
    pub(super) fn new(limit: usize) -> Self {
        Self { number: 0, size: limit.max(MIN_SAMPLES), latencies: Vec::new(), in_flight: 0 }
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Adds a sample of an attempt that began in the window of that number. Returns whether the current window is full.
    pub(super) fn add(&mut self, number: u64, in_flight: usize, latency: Duration) -> bool {
        if number == self.number {
            self.latencies.push(latency);
            self.in_flight += in_flight;
        }
        self.latencies.len() >= self.size
    }

    pub(super) fn summarize(&mut self) -> WindowSummary {
        let count = self.latencies.len();
        self.latencies.sort_unstable();
        let median = self.latencies.get(count / 2).copied().unwrap_or_default();
        let in_flight = to_f64(self.in_flight) / to_f64(count.max(1));
        WindowSummary { latency: median.as_secs_f64(), in_flight }
    }

    /// Begins the next window, at this limit.
    pub(super) fn advance(&mut self, limit: usize) {
        self.number += 1;
        self.size = limit.max(MIN_SAMPLES);
        self.latencies.clear();
        self.in_flight = 0;
    }
}

#[expect(clippy::cast_precision_loss, reason = "the upper bound is small")]
pub(super) fn to_f64(count: usize) -> f64 {
    count as f64
}
