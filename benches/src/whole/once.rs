//! Measures one-time costs: a fan-out of one contact, and the start of the command, each as the first work of its process.

use std::process::Command;
use std::time::Duration;

use super::process::{ourselves, run, unicontact};
use super::stand_in::StandIn;
use super::statistics::Rounds;
use crate::{Failure, configuration};

const LATENCY: Duration = Duration::from_millis(100);
const CONTACT: &str = include_str!("../../../fixtures/contacts/full.json");

/// Milliseconds of one contact to four vendors: by hand, and with the library.
pub(super) fn fan_out(rounds: usize) -> Result<[Rounds; 2], Failure> {
    let vendors = (0..4).map(|_| StandIn::start(LATENCY)).collect::<Result<Vec<_>, Failure>>()?;
    let ports: Vec<String> = vendors.iter().map(|vendor| vendor.port.to_string()).collect();
    let milliseconds = |client: &str| -> Result<f64, Failure> {
        let arguments: Vec<String> = [client.to_owned()].into_iter().chain(ports.iter().cloned()).collect();
        let output = ourselves(&arguments)?.output()?;
        let microseconds: u32 = String::from_utf8(output.stdout)?.trim().parse()?;
        Ok(f64::from(microseconds) / 1000.0)
    };
    let mut measured = [Rounds::new(), Rounds::new()];
    for _ in 0..rounds {
        for (measured, client) in measured.iter_mut().zip(["fan-out-by-hand", "fan-out"]) {
            measured.push(milliseconds(client)?);
        }
    }
    Ok(measured)
}

/// CPU milliseconds of `plan` with all four vendors, and of `--help`.
pub(super) fn start_up(runs: usize) -> Result<[Rounds; 2], Failure> {
    let folder = tempfile::tempdir()?;
    let configuration = folder.path().join("unicontact.toml");
    std::fs::write(&configuration, configuration::one_of_each([9; 4]))?;
    let contact = folder.path().join("contact.json");
    std::fs::write(&contact, CONTACT)?;
    let program = unicontact()?;
    let mut measured = [Rounds::new(), Rounds::new()];
    for _ in 0..runs {
        let mut plan = Command::new(&program);
        plan.arg("--config").arg(&configuration).arg("plan").arg(&contact);
        measured[0].push(run(&mut plan)?.cpu.as_secs_f64() * 1000.0);
        measured[1].push(run(Command::new(&program).arg("--help"))?.cpu.as_secs_f64() * 1000.0);
    }
    Ok(measured)
}

/// The size of the command in MiB.
pub(super) fn size() -> Result<f64, Failure> {
    let bytes = std::fs::metadata(unicontact()?)?.len();
    Ok(f64::from(u32::try_from(bytes)?) / 1024.0 / 1024.0)
}
