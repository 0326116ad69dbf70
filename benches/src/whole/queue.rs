//! Compares the queue on a server with the journal in a file. The costs include the process that fills the queue and the workers,
//! but not the server, which usually runs on another machine.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::import::{Bench, Client, Work};
use super::nats::Nats;
use super::process::{Cost, run, unicontact};
use super::stand_in::StandIn;
use super::statistics::Rounds;
use crate::people::write_csv;
use crate::{Failure, configuration};

/// The CPU seconds of the same import in each round.
pub(super) struct Cpu {
    pub(super) with_journal: Rounds,
    pub(super) filling: Rounds,
    pub(super) working: Rounds,
}

/// A vendor, a server and contacts for it.
struct OnServer {
    work: Work,
    nats: Nats,
    stand_in: StandIn,
    folder: tempfile::TempDir,
    csv: PathBuf,
    /// The number of runs so far. Every run has its own queue.
    runs: AtomicU32,
}

/// Measures an import through the queue beside one with a journal in a file.
pub(super) fn cpu(work: Work, rounds: usize) -> Result<Cpu, Failure> {
    let (in_file, on_server) = (Bench::new(work)?, OnServer::new(work)?);
    let mut cpu = Cpu { with_journal: Vec::new(), filling: Vec::new(), working: Vec::new() };
    for _ in 0..rounds {
        cpu.with_journal.push(in_file.run(Client::CommandWithJournal)?.cpu.as_secs_f64());
        let (filling, working) = on_server.run(1, work.concurrency)?;
        cpu.filling.push(filling.cpu.as_secs_f64());
        cpu.working.push(working.iter().map(|cost| cost.cpu.as_secs_f64()).sum());
    }
    Ok(cpu)
}

/// Returns the deliveries per second of one worker and of two, each with half of the provider's concurrency.
pub(super) fn speed(work: Work, rounds: usize) -> Result<[Rounds; 2], Failure> {
    let on_server = OnServer::new(work)?;
    let mut speed = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (workers, speed) in [1, 2].into_iter().zip(&mut speed) {
            let (_, costs) = on_server.run(workers, work.concurrency / 2)?;
            let longest = costs.iter().map(|cost| cost.elapsed).max().unwrap_or(Duration::MAX);
            speed.push(f64::from(u32::try_from(work.contacts)?) / longest.as_secs_f64());
        }
    }
    Ok(speed)
}

impl OnServer {
    fn new(work: Work) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let csv = folder.path().join("people.csv");
        write_csv(&mut BufWriter::new(File::create(&csv)?), work.contacts, work.ids)?;
        let stand_in = StandIn::start(work.latency)?;
        Ok(Self { work, nats: Nats::start()?, stand_in, folder, csv, runs: AtomicU32::new(0) })
    }

    /// Returns the cost of filling a queue, and that of each worker.
    fn run(&self, workers: usize, at_once: usize) -> Result<(Cost, Vec<Cost>), Failure> {
        let number = self.runs.fetch_add(1, Ordering::Relaxed);
        let configuration = self.folder.path().join(format!("run-{number}.toml"));
        let Work { contacts, providers, concurrency, .. } = self.work;
        let providers_text = configuration::many_to_one(self.stand_in.port, providers, concurrency, None);
        let queue = format!("[queue]\nurl = \"{}\"\nname = \"run-{number}\"\n", self.nats.url);
        std::fs::write(&configuration, format!("{providers_text}{queue}"))?;
        let before = self.stand_in.creates()?;
        let filling = run(command(&configuration)?.arg("import").arg(&self.csv).arg("--queue"))?;
        let working = run_workers(&configuration, workers, at_once)?;
        let created = self.stand_in.creates()? - before;
        let expected = contacts * u64::try_from(providers)?;
        if created == expected {
            Ok((filling, working))
        } else {
            Err(format!("{workers} workers made {created} contacts instead of {expected}").into())
        }
    }
}

fn run_workers(configuration: &Path, workers: usize, at_once: usize) -> Result<Vec<Cost>, Failure> {
    let one = || -> Result<Cost, String> {
        let mut command = command(configuration).map_err(|error| error.to_string())?;
        command.args(["worker", "--queue", "--until-empty", "--concurrency", &at_once.to_string()]);
        run(&mut command).map_err(|error| error.to_string())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(one)).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().map_err(|_| "a worker was not measured")?.map_err(Into::into))
            .collect()
    })
}

fn command(configuration: &Path) -> Result<Command, Failure> {
    let mut command = Command::new(unicontact()?);
    command.arg("--config").arg(configuration);
    Ok(command)
}
