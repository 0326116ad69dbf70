//! Measures the peak memory of a long and a short import, as the kernel reports it.

use std::time::Duration;

use super::import::{Bench, Client, Work};
use super::process::Cost;
use crate::Failure;

pub(super) const FEW: u32 = 20_000;
pub(super) const MANY: u32 = 1_000_000;

/// The costs of few contacts and of many, for each client.
pub(super) fn costs(clients: &[Client], rounds: usize) -> Result<Vec<[Vec<Cost>; 2]>, Failure> {
    let work = |contacts: u32| Work {
        contacts: contacts.into(),
        providers: 1,
        concurrency: 32,
        latency: Duration::ZERO,
    };
    let benches = [Bench::new(work(FEW))?, Bench::new(work(MANY))?];
    let mut costs = vec![[Vec::new(), Vec::new()]; clients.len()];
    for _ in 0..rounds {
        for (costs, client) in costs.iter_mut().zip(clients) {
            for (costs, bench) in costs.iter_mut().zip(&benches) {
                costs.push(bench.run(*client)?);
            }
        }
    }
    Ok(costs)
}
