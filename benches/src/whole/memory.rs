//! Compares the cost and the peak memory of a long import with those of a short one. The kernel reports the peak of each process.

use super::import::{Bench, Client, Work};
use super::process::Cost;
use crate::Failure;

pub(super) const FEW: u32 = 20_000;
pub(super) const MANY: u32 = 1_000_000;

/// Returns the costs of few contacts and of many, for each client.
pub(super) fn costs(clients: &[Client], rounds: usize) -> Result<Vec<[Vec<Cost>; 2]>, Failure> {
    let work = |contacts: u32| Work { contacts: contacts.into(), ..Work::default() };
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
