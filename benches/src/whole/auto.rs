//! Compares `concurrency = "auto"` with fixed numbers at vendors with hidden limits. The latency is long, the vendors of one round are
//! measured side by side, and the settings of each take turns.

use std::thread;

use super::process::ourselves;
use super::statistics::Rounds;
use crate::Failure;
use crate::hidden::More;

const AT_ONCE: [usize; 3] = [4, 16, 40];
const LATENCY_MS: u32 = 50;
/// So many latencies take the best fixed number to the end.
const LATENCIES: usize = 300;
const AUTO: &str = "auto";

/// One setting at one vendor.
pub(super) struct Measured {
    pub(super) vendor: String,
    pub(super) concurrency: String,
    /// Contacts in a second.
    pub(super) speed: Rounds,
    /// Beside the fastest fixed number of the same round.
    pub(super) share: Rounds,
    pub(super) refusals: Vec<usize>,
}

/// Every setting once in each round.
pub(super) fn measure(rounds: usize) -> Result<Vec<Measured>, Failure> {
    let mut measured = Vec::new();
    for more in [More::Refused, More::Queued] {
        let side_by_side = thread::scope(|scope| {
            let running = AT_ONCE.map(|at_once| scope.spawn(move || at_one_vendor(more, at_once, rounds)));
            running.map(|one| one.join().unwrap_or_else(|_| Err("a measurement broke off".into())))
        });
        for one in side_by_side {
            measured.extend(one?);
        }
    }
    Ok(measured)
}

fn at_one_vendor(more: More, at_once: usize, rounds: usize) -> Result<Vec<Measured>, Failure> {
    let consequence = if more == More::Refused { "refused" } else { "queued" };
    let numbers = [at_once / 2, at_once, at_once + 1, at_once * 3 / 2, at_once * 2, at_once * 4];
    let settings = numbers.iter().map(ToString::to_string).chain([AUTO.to_owned()]);
    let mut measured: Vec<Measured> = settings
        .map(|concurrency| Measured {
            vendor: format!("{at_once}, {consequence}"),
            concurrency,
            speed: Rounds::new(),
            share: Rounds::new(),
            refusals: Vec::new(),
        })
        .collect();
    for _ in 0..rounds {
        let mut best = 0.0_f64;
        for one in &mut measured {
            let (speed, refusals) = run(consequence, at_once, &one.concurrency)?;
            one.speed.push(speed);
            one.refusals.push(refusals);
            if one.concurrency != AUTO {
                best = best.max(speed);
            }
        }
        for one in &mut measured {
            let share = one.speed.last().map(|speed| speed / best);
            one.share.extend(share);
        }
    }
    Ok(measured)
}

/// Contacts in a second, and refusals.
fn run(consequence: &str, at_once: usize, concurrency: &str) -> Result<(f64, usize), Failure> {
    let contacts = u32::try_from(at_once * LATENCIES)?;
    let numbers = [at_once.to_string(), LATENCY_MS.to_string(), contacts.to_string()];
    let [at_once, latency, contacts_text] = numbers;
    let arguments = ["hidden", consequence, &at_once, &latency, &contacts_text, concurrency];
    let output = ourselves(&arguments.map(str::to_owned))?.output()?;
    let text = String::from_utf8(output.stdout)?;
    let (elapsed, refusals) = text.trim().split_once(' ').ok_or("the import at a hidden limit failed")?;
    let elapsed: u32 = elapsed.parse()?;
    Ok((f64::from(contacts) * 1e6 / f64::from(elapsed), refusals.parse()?))
}
