//! How much memory an import holds.
//!
//! Its rule: what counts is the peak of the process, as the kernel saw it.

use std::time::Duration;

use super::import::{Bench, Client, Work};
use super::statistics::Rounds;
use crate::Failure;

const FEW: u64 = 20_000;
const MANY: u64 = 1_000_000;

/// The peaks in MiB with few contacts and with many, for each client.
pub(super) fn peaks(clients: &[Client], rounds: usize) -> Result<Vec<[Rounds; 2]>, Failure> {
    let work = |contacts| Work { contacts, providers: 1, concurrency: 32, latency: Duration::ZERO };
    let benches = [Bench::new(work(FEW))?, Bench::new(work(MANY))?];
    let mut peaks = vec![[Rounds::new(), Rounds::new()]; clients.len()];
    for _ in 0..rounds {
        for (peaks, client) in peaks.iter_mut().zip(clients) {
            for (peaks, bench) in peaks.iter_mut().zip(&benches) {
                peaks.push(bench.run(*client)?.peak_mib);
            }
        }
    }
    Ok(peaks)
}
