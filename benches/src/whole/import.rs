//! Runs the same import with every client. A run counts only if the vendor created exactly the expected number of contacts.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::process::{Cost, ourselves, run, unicontact};
use super::stand_in::StandIn;
use crate::people::write_csv;
use crate::{Failure, configuration};

/// Who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    ByHand,
    ByHandOnTwoThreads,
    Library,
    LibraryWithJournal,
    Command,
    CommandWithJournal,
}

/// What is to be done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Work {
    pub(super) contacts: u64,
    pub(super) providers: usize,
    pub(super) concurrency: usize,
    pub(super) latency: Duration,
}

/// A vendor, a CSV and a place for what the clients write.
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
        write_csv(&mut BufWriter::new(File::create(&csv)?), work.contacts)?;
        Ok(Self { work, stand_in: StandIn::start(work.latency)?, folder, csv })
    }

    pub(super) fn run(&self, client: Client) -> Result<Cost, Failure> {
        let before = self.stand_in.creates()?;
        let run_folder = tempfile::tempdir_in(self.folder.path())?;
        let cost = run(&mut self.command(client, run_folder.path())?)?;
        let created = self.stand_in.creates()? - before;
        let wanted = self.work.contacts * u64::try_from(self.work.providers)?;
        if created == wanted {
            Ok(cost)
        } else {
            Err(format!("{client:?} made {created} contacts instead of {wanted}").into())
        }
    }

    /// Each client once in every round.
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
        let Work { contacts, providers, concurrency, latency: _ } = self.work;
        let port = self.stand_in.port;
        let journal = folder.join("journal.db");
        let by_hand = |threads: &str| {
            let arguments = [&port.to_string(), &contacts.to_string(), &concurrency.to_string(), threads];
            ourselves(&["by-hand"].into_iter().chain(arguments).map(str::to_owned).collect::<Vec<_>>())
        };
        let library = |journal: &str| {
            let numbers = [u64::from(port), contacts, providers as u64, concurrency as u64];
            let mut arguments = vec!["library".to_owned()];
            arguments.extend(numbers.map(|number| number.to_string()));
            arguments.push(journal.to_owned());
            ourselves(&arguments)
        };
        match client {
            Client::ByHand => by_hand("1"),
            Client::ByHandOnTwoThreads => by_hand("2"),
            Client::Library => library("off"),
            Client::LibraryWithJournal => library(&journal.display().to_string()),
            Client::Command => self.import_command(folder, None),
            Client::CommandWithJournal => self.import_command(folder, Some(&journal)),
        }
    }

    fn import_command(&self, folder: &Path, journal: Option<&Path>) -> Result<Command, Failure> {
        let Work { providers, concurrency, .. } = self.work;
        let text = configuration::many_to_one(self.stand_in.port, providers, concurrency, journal);
        let configuration = folder.join("unicontact.toml");
        std::fs::write(&configuration, text)?;
        let mut command = Command::new(unicontact()?);
        command.arg("--config").arg(configuration).arg("import").arg(&self.csv);
        command.arg("--report").arg(folder.join("report.ndjson"));
        Ok(command)
    }
}
