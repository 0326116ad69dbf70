//! Reproducible random draws. A draw depends only on the seed, the vendor, the rule and the request's number among those that
//! the rule counts.

use std::f64::consts::TAU;
use std::time::Duration;

use super::rule::Latency;
use crate::vendor::Vendor;

/// The 99th percentile of the standard normal distribution.
const Z_OF_P99: f64 = 2.326_347_874_040_841;
const LONGEST_IN_P99: u32 = 10;

/// The draws of one rule for one request.
#[derive(Clone, Copy)]
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn new(seed: u64, vendor: Vendor, rule: usize, ordinal: usize) -> Self {
        let parts = [vendor as u64 + 1, rule as u64 + 1, ordinal as u64];
        Self(parts.into_iter().fold(mixed(seed), |state, part| mixed(state ^ mixed(part))))
    }

    /// Returns `true` with this probability.
    pub(super) fn succeeds(self, probability: f64) -> bool {
        self.unit(0) < probability
    }

    pub(super) fn wait(self, latency: Latency) -> Duration {
        match latency {
            Latency::Fixed(delay) => delay,
            Latency::LongTail { p50, p99 } => {
                let sigma = (p99.as_secs_f64() / p50.as_secs_f64()).ln() / Z_OF_P99;
                let factor = (sigma * self.standard_normal()).exp();
                let longest = p99.saturating_mul(LONGEST_IN_P99);
                let wait = Duration::try_from_secs_f64(p50.as_secs_f64() * factor);
                wait.map_or(longest, |wait| wait.min(longest))
            }
        }
    }

    /// Returns a standard normal value, by the Box-Muller transform.
    fn standard_normal(self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit(1)).ln()).sqrt();
        radius * (TAU * self.unit(2)).cos()
    }

    /// Returns a uniform value from 0 to just below 1.
    fn unit(self, draw: u64) -> f64 {
        let bits = mixed(self.0 ^ mixed(draw + 1)) >> 32;
        f64::from(u32::try_from(bits).unwrap_or(u32::MAX)) / (f64::from(u32::MAX) + 1.0)
    }
}

/// `SplitMix64`, by Steele, Lea and Flood.
fn mixed(state: u64) -> u64 {
    let state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share_that_comes_true(seed: u64, probability: f64) -> f64 {
        let draws = 1..=20_000;
        let hits = draws.filter(|ordinal| Draw::new(seed, Vendor::Emnify, 0, *ordinal).succeeds(probability));
        f64::from(u32::try_from(hits.count()).unwrap()) / 20_000.0
    }

    #[test]
    fn the_known_values_of_splitmix64() {
        assert_eq!(mixed(0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(mixed(0x9e37_79b9_7f4a_7c15), 0x6e78_9e6a_a1b9_65f4);
    }

    #[test]
    fn a_probability_comes_true_about_that_often() {
        for seed in 0..5 {
            for probability in [0.0, 0.01, 0.3, 0.5, 0.99, 1.0] {
                let share = share_that_comes_true(seed, probability);
                assert!((share - probability).abs() < 0.015, "{share} for {probability}");
            }
        }
    }

    #[test]
    fn seed_vendor_rule_and_number_each_change_the_draw() {
        let draws = [
            Draw::new(1, Vendor::Emnify, 0, 1),
            Draw::new(2, Vendor::Emnify, 0, 1),
            Draw::new(1, Vendor::OneCloud, 0, 1),
            Draw::new(1, Vendor::Emnify, 1, 1),
            Draw::new(1, Vendor::Emnify, 0, 2),
        ];
        let units: Vec<u64> = draws.iter().map(|draw| draw.unit(0).to_bits()).collect();
        let distinct: std::collections::HashSet<_> = units.iter().collect();
        assert_eq!(distinct.len(), draws.len());
    }

    #[test]
    fn a_long_tail_has_its_percentiles() {
        let latency = Latency::LongTail { p50: Duration::from_millis(20), p99: Duration::from_secs(2) };
        let mut waits: Vec<_> =
            (1..=20_000).map(|ordinal| Draw::new(7, Vendor::Emnify, 0, ordinal).wait(latency)).collect();
        waits.sort();
        let near = |wait: Duration, expected: f64| (wait.as_secs_f64() / expected).ln().abs() < 0.2;
        assert!(near(waits[10_000], 0.02), "{:?}", waits[10_000]);
        assert!(near(waits[19_800], 2.0), "{:?}", waits[19_800]);
        assert!(*waits.last().unwrap() <= Duration::from_secs(20));
    }
}
