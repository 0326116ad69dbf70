//! Runs the same import with every client. A run is valid only if the vendor created the expected number of contacts.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::process::{Cost, ourselves, run, run_counting_writes, unicontact};
use super::stand_in::StandIn;
use super::undici;
use crate::people::{Ids, write_csv};
use crate::{Failure, configuration};

/// The client that runs the import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    ByHand,
    ByHandOnTwoThreads,
    ByHandWithLog,
    Library,
    LibraryWithJournal,
    Command,
    CommandWithJournal,
    /// Node with undici, by hand and without a record.
    Undici,
}

/// The size of an import.
#[derive(Debug, Clone, Copy)]
pub(super) struct Work {
    pub(super) contacts: u64,
    pub(super) providers: usize,
    pub(super) concurrency: usize,
    pub(super) latency: Duration,
    pub(super) ids: Ids,
    /// The option `--identify-by` of the command.
    pub(super) identify_by: &'static str,
}

impl Default for Work {
    fn default() -> Self {
        Self {
            contacts: 20_000,
            providers: 1,
            concurrency: 32,
            latency: Duration::ZERO,
            ids: Ids::InOrder,
            identify_by: "identity",
        }
    }
}

/// What an import wrote.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) cost: Cost,
    /// The bytes that the process caused to be written to the disk.
    pub(super) bytes: u64,
    /// The size of the journal's files at the end.
    pub(super) journal: u64,
}

/// A vendor, a CSV, and a folder for the clients' files.
pub(super) struct Bench {
    work: Work,
    stand_in: StandIn,
    folder: tempfile::TempDir,
    csv: PathBuf,
}

impl Bench {
    pub(super) fn new(work: Work) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let csv = folder.path().join("people.csv");
        write_csv(&mut BufWriter::new(File::create(&csv)?), work.contacts, work.ids)?;
        Ok(Self { work, stand_in: StandIn::start(work.latency)?, folder, csv })
    }

    pub(super) fn run(&self, client: Client) -> Result<Cost, Failure> {
        let run_folder = tempfile::tempdir_in(self.folder.path())?;
        self.checked(client, || run(&mut self.command(client, run_folder.path())?))
    }

    /// Runs a client and counts what it writes.
    pub(super) fn run_counting_writes(&self, client: Client) -> Result<Written, Failure> {
        let run_folder = tempfile::tempdir_in(self.folder.path())?;
        let run = || run_counting_writes(&mut self.command(client, run_folder.path())?);
        let (cost, bytes) = self.checked(client, run)?;
        let files = ["journal.db", "journal.db-wal"].map(|name| run_folder.path().join(name).metadata());
        // A file that does not exist has no bytes.
        let journal = files.into_iter().flatten().map(|file| file.len()).sum();
        Ok(Written { cost, bytes, journal })
    }

    /// Runs a client, and checks that the vendor created all contacts.
    fn checked<T>(&self, client: Client, run: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        let before = self.stand_in.creates()?;
        let cost = run()?;
        let created = self.stand_in.creates()? - before;
        let wanted = self.work.contacts * u64::try_from(self.work.providers)?;
        if created == wanted {
            Ok(cost)
        } else {
            Err(format!("{client:?} made {created} contacts instead of {wanted}").into())
        }
    }

    /// Runs each client once in every round.
    pub(super) fn rounds(&self, clients: &[Client], rounds: usize) -> Result<Vec<Vec<Cost>>, Failure> {
        let mut costs = vec![Vec::new(); clients.len()];
        for _ in 0..rounds {
            for (costs, client) in costs.iter_mut().zip(clients) {
                costs.push(self.run(*client)?);
            }
        }
        Ok(costs)
    }

    fn command(&self, client: Client, folder: &Path) -> Result<Command, Failure> {
        let Work { contacts, providers, concurrency, .. } = self.work;
        let port = self.stand_in.port;
        let journal = folder.join("journal.db");
        let (csv, results) = (self.csv.display().to_string(), folder.join("results.ndjson"));
        let files = [port.to_string(), csv, results.display().to_string(), concurrency.to_string()];
        let by_hand = |threads: &str, log: &str| {
            let mut arguments = vec!["by-hand".to_owned()];
            arguments.extend(files.clone());
            arguments.extend([threads, log].map(str::to_owned));
            ourselves(&arguments)
        };
        let library = |journal: &str| {
            let numbers = [u64::from(port), contacts, providers as u64, concurrency as u64];
            let mut arguments = vec!["library".to_owned()];
            arguments.extend(numbers.map(|number| number.to_string()));
            arguments.push(journal.to_owned());
            ourselves(&arguments)
        };
        match client {
            Client::ByHand => by_hand("1", "off"),
            Client::ByHandOnTwoThreads => by_hand("2", "off"),
            Client::ByHandWithLog => by_hand("1", &folder.join("import.log").display().to_string()),
            Client::Library => library("off"),
            Client::LibraryWithJournal => library(&journal.display().to_string()),
            Client::Command => self.import_command(folder, None),
            Client::CommandWithJournal => self.import_command(folder, Some(&journal)),
            Client::Undici => Ok(undici::command(&files)),
        }
    }

    fn import_command(&self, folder: &Path, journal: Option<&Path>) -> Result<Command, Failure> {
        let Work { providers, concurrency, identify_by, .. } = self.work;
        let text = configuration::many_to_one(self.stand_in.port, providers, concurrency, journal);
        let configuration = folder.join("unicontact.toml");
        std::fs::write(&configuration, text)?;
        let mut command = Command::new(unicontact()?);
        command.arg("--config").arg(configuration).arg("import").arg(&self.csv);
        command.args(["--identify-by", identify_by]).arg("--report").arg(folder.join("report.ndjson"));
        Ok(command)
    }
}
