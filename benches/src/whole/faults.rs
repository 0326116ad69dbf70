//! Measures how long a queue takes at a vendor that throttles some requests and loses some answers, beside a plain import.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::nats::Nats;
use super::process::{run, unicontact};
use super::statistics::Rounds;
use crate::Failure;
use crate::people::{Ids, write_csv};

pub(super) const WORKERS: [usize; 4] = [1, 2, 4, 8];
const SEEDS: [u32; 3] = [7, 8, 9];
const CONTACTS: u64 = 1000;
const PER_SECOND: u32 = 100;
const FAULTS: &str = r#"
[[fault]]
what = "latency"
delay = "20ms"
on = "any"

[[fault]]
what = "rate_limit"
retry_after = "1s"
probability = 0.03

[[fault]]
what = "reset_after_commit"
probability = 0.02
"#;

/// The seconds of the same contacts with each seed.
pub(super) struct Seconds {
    pub(super) import: Rounds,
    /// In the order of [`WORKERS`].
    pub(super) workers: [Rounds; WORKERS.len()],
}

/// Measures a plain import and each number of workers, once with each seed.
pub(super) fn seconds() -> Result<Seconds, Failure> {
    let nats = Nats::start()?;
    let mut seconds = Seconds { import: Rounds::new(), workers: Default::default() };
    for seed in SEEDS {
        let trial = Trial::new(seed, &nats.url)?;
        seconds.import.push(trial.import()?.as_secs_f64());
        for (workers, rounds) in WORKERS.into_iter().zip(&mut seconds.workers) {
            rounds.push(trial.work(workers)?.as_secs_f64());
        }
    }
    Ok(seconds)
}

/// The contacts and faults of one seed.
struct Trial {
    folder: tempfile::TempDir,
    csv: PathBuf,
    seed: u32,
    server: String,
}

impl Trial {
    fn new(seed: u32, server: &str) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let csv = folder.path().join("people.csv");
        write_csv(&mut BufWriter::new(File::create(&csv)?), CONTACTS, Ids::InOrder)?;
        std::fs::write(folder.path().join("faults.toml"), format!("seed = {seed}\n{FAULTS}"))?;
        Ok(Self { folder, csv, seed, server: server.to_owned() })
    }

    fn import(&self) -> Result<Duration, Failure> {
        let vendor = FaultyVendor::start(self.folder.path())?;
        let configuration = self.configuration(&vendor, 0)?;
        Ok(run(command(&configuration)?.arg("import").arg(&self.csv))?.elapsed)
    }

    /// Returns the time from the start of so many workers until the queue is empty.
    fn work(&self, workers: usize) -> Result<Duration, Failure> {
        let vendor = FaultyVendor::start(self.folder.path())?;
        let configuration = self.configuration(&vendor, workers)?;
        run(command(&configuration)?.arg("import").arg(&self.csv).arg("--queue"))?;
        let begun = Instant::now();
        let start = |_| {
            command(&configuration)?
                .args(["worker", "--queue", "--until-empty"])
                .spawn()
                .map_err(Failure::from)
        };
        let processes: Vec<Child> = (0..workers).map(start).collect::<Result<_, _>>()?;
        for mut process in processes {
            if !process.wait()?.success() {
                return Err("a worker left something undelivered".into());
            }
        }
        Ok(begun.elapsed())
    }

    fn configuration(&self, vendor: &FaultyVendor, workers: usize) -> Result<PathBuf, Failure> {
        let path = self.folder.path().join(format!("{workers}.toml"));
        let journal = self.folder.path().join("journal.db");
        let text = format!(
            "journal = \"{}\"\n[queue]\nurl = \"{}\"\nname = \"seed_{}_{workers}\"\n[defaults]\nrequests_per_second = {PER_SECOND}\n{}",
            journal.display(),
            self.server,
            self.seed,
            vendor.providers
        );
        std::fs::write(&path, text)?;
        Ok(path)
    }
}

/// A stand-in with faults, which ends with this value.
struct FaultyVendor {
    process: Child,
    /// The configuration of its provider.
    providers: String,
}

impl FaultyVendor {
    fn start(folder: &Path) -> Result<Self, Failure> {
        let printed = folder.join("sandbox.toml");
        let mut command = Command::new(unicontact()?);
        command.args(["sandbox", "--vendor", "emnify", "--port", "0", "--control-port", "0", "--faults"]);
        command.arg(folder.join("faults.toml")).stdin(Stdio::null());
        command.stdout(File::create(&printed)?).stderr(Stdio::piped());
        let mut process = command.spawn()?;
        let mut said = BufReader::new(process.stderr.take().ok_or("the sandbox says nothing")?).lines();
        let is_ready = said.by_ref().map_while(Result::ok).any(|line| line.starts_with("Ctrl-C"));
        // A closed pipe would end the sandbox at its next line.
        std::thread::spawn(move || said.for_each(drop));
        if !is_ready {
            return Err("the sandbox did not start".into());
        }
        let printed = std::fs::read_to_string(printed)?;
        let providers = printed.split_once("[providers").ok_or("the sandbox printed no provider")?.1;
        Ok(Self { process, providers: format!("[providers{providers}") })
    }
}

impl Drop for FaultyVendor {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(configuration: &Path) -> Result<Command, Failure> {
    let mut command = Command::new(unicontact()?);
    command.arg("--config").arg(configuration).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(command)
}
