//! Measures whether the cost of a contact depends on the number of contacts. The cost of a contact is the difference between two
//! sizes, so that the start of the process does not count.

use super::import::{Bench, Client, Work};
use super::statistics::Rounds;
use crate::Failure;

/// The numbers of contacts. The table of memory continues them up to a million.
pub(super) const SIZES: [u64; 3] = [1_000, 10_000, 100_000];
/// The number of concurrent deliveries, the same for one provider as for two hundred.
const AT_ONCE: usize = 200;
const DELIVERIES: u64 = 40_000;

/// Returns the CPU microseconds of one more contact, between each two sizes.
pub(super) fn by_contacts(client: Client, sizes: &[u64], rounds: usize) -> Result<Vec<Rounds>, Failure> {
    let benches = sizes.iter().map(|contacts| Bench::new(work(*contacts, 1, 32)));
    let benches = benches.collect::<Result<Vec<_>, Failure>>()?;
    let mut marginal = vec![Rounds::new(); sizes.len() - 1];
    for _ in 0..rounds {
        let mut cpu = Vec::new();
        for bench in &benches {
            cpu.push(bench.run(client)?.cpu.as_secs_f64());
        }
        for (index, marginal) in marginal.iter_mut().enumerate() {
            let more = u32::try_from(sizes[index + 1] - sizes[index])?;
            marginal.push((cpu[index + 1] - cpu[index]) * 1e6 / f64::from(more));
        }
    }
    Ok(marginal)
}

/// Returns the CPU microseconds of one more delivery, with each of these numbers of providers.
pub(super) fn by_providers(numbers: &[usize], rounds: usize) -> Result<Vec<Rounds>, Failure> {
    let mut benches = Vec::new();
    for providers in numbers {
        let contacts = DELIVERIES / u64::try_from(*providers)?;
        let concurrency = AT_ONCE / providers;
        let few = Bench::new(work(contacts / 10, *providers, concurrency))?;
        benches.push((few, Bench::new(work(contacts, *providers, concurrency))?));
    }
    let mut marginal = vec![Rounds::new(); numbers.len()];
    for _ in 0..rounds {
        for (marginal, (few, many)) in marginal.iter_mut().zip(&benches) {
            let few = few.run(Client::Library)?.cpu.as_secs_f64();
            let many = many.run(Client::Library)?.cpu.as_secs_f64();
            marginal.push((many - few) * 1e6 / f64::from(u32::try_from(DELIVERIES * 9 / 10)?));
        }
    }
    Ok(marginal)
}

fn work(contacts: u64, providers: usize, concurrency: usize) -> Work {
    Work { contacts, providers, concurrency, ..Work::default() }
}
