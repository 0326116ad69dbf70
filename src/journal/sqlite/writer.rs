//! The thread that reads and writes the file.
//!
//! A command is answered after its transaction is on disk. The commands that arrive during a sync share the next transaction, so
//! that each costs less the more arrive at once.

mod command;

use std::collections::{BTreeMap, HashMap};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use unicontact_providers::DeliveryKey;

pub(super) use self::command::Command;
use self::command::{Completion, QueuedCommand, ReplySender, complete_all, refuse, reply};
use super::ended_claims::EndedClaims;
use super::error_context::ErrorContext;
use super::open_file::OpenFile;
use super::people::DeliveriesTo;
use super::tables::Tables;
use super::{contacts, delivered, forget, identities, listing, story, totals};
use crate::counts::Counts;
use crate::identity::{Identification, IdentifyBy};
use crate::journal::story::Story;
use crate::journal::{
    Act, Claim, ClaimId, ClaimOutcome, Record, Resolution, Selection, SettleOutcome, Settlement,
};
use crate::journal::{ContactPage, IdentifyRequest, JournalError, JournalErrorKind, rules};

/// A limit on the commands in a transaction, so that the first of them does not wait for long.
const MAX_BATCH: usize = 1024;

/// The handle of the writer thread. Dropping it waits until all commands are executed.
pub(super) struct Writer {
    commands: Option<Sender<QueuedCommand>>,
    thread: Option<JoinHandle<()>>,
    errors: ErrorContext,
}

impl Writer {
    pub(super) fn start(
        file: OpenFile,
        tables: Tables,
        have_unknown_people: bool,
        errors: ErrorContext,
    ) -> Result<Self, JournalError> {
        let (commands, received) = channel();
        let actor = WriterActor {
            file,
            errors: errors.clone(),
            granted: HashMap::new(),
            ended: EndedClaims::default(),
            tables,
            have_unknown_people,
            broken: None,
        };
        let thread =
            std::thread::Builder::new().name("journal".to_owned()).spawn(move || actor.run(&received));
        let thread = thread.map_err(|error| errors.io_error(&error))?;
        Ok(Self { commands: Some(commands), thread: Some(thread), errors })
    }

    /// Sends a command now. The future only awaits the answer.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        command: impl FnOnce(ReplySender<T>) -> Command,
    ) -> impl Future<Output = Result<T, JournalError>> + Send + 'static {
        let (reply, answer) = oneshot::channel();
        let errors = self.errors.clone();
        let queued = QueuedCommand { command: command(reply), runtime: Handle::try_current().ok() };
        if let Some(commands) = &self.commands {
            let _ = commands.send(queued);
        }
        // The channel is closed if the thread has panicked.
        async move { answer.await.unwrap_or_else(|_| Err(errors.error(JournalErrorKind::Broken))) }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct WriterActor {
    file: OpenFile,
    errors: ErrorContext,
    /// The claims of this process that are not settled, as in the file but without the contact. No other process changes them.
    granted: HashMap<ClaimId, Record>,
    ended: EndedClaims,
    tables: Tables,
    /// Whether an earlier version recorded deliveries of people that are not registered.
    have_unknown_people: bool,
    /// The first failure of a write. What is on disk is unknown from then on, and a later sync would not find out.
    broken: Option<JournalError>,
}

impl WriterActor {
    fn run(mut self, commands: &Receiver<QueuedCommand>) {
        while let Ok(first) = commands.recv() {
            let batch = std::iter::once(first).chain(commands.try_iter()).take(MAX_BATCH);
            self.commit(batch.collect());
        }
        if self.broken.is_some() {
            self.file.set_doubtful();
        }
        self.file.close();
    }

    fn commit(&mut self, batch: Vec<QueuedCommand>) {
        let mut completions: Vec<Completion> = Vec::with_capacity(batch.len());
        let (commands, runtimes): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|queued| (queued.command, queued.runtime)).unzip();
        let result = self.transact(commands, &mut completions);
        if result.is_err() {
            // The claims of this transaction are not in the file.
            self.granted.clear();
            self.tables.clear();
        }
        if let Err(error) = &result
            && !matches!(error.kind(), JournalErrorKind::Full | JournalErrorKind::Busy)
        {
            self.broken = Some(error.clone());
        }
        complete_all(completions, &runtimes, &result);
    }

    fn transact(
        &mut self,
        batch: Vec<Command>,
        completions: &mut Vec<Completion>,
    ) -> Result<(), JournalError> {
        let mut result = match &self.broken {
            Some(error) => Err(error.clone()),
            None => self.begin(),
        };
        for command in batch {
            // Every command gets the result of the whole transaction.
            if result.is_ok() {
                let executed = self.dispatch(command, completions);
                result = executed.map_err(|error| self.errors.sqlite_error(&error));
            } else {
                refuse(command, completions);
            }
        }
        result = result.and_then(|()| {
            let finished = self.tables.finish(&self.file.connection);
            finished.map_err(|error| self.errors.sqlite_error(&error))?;
            self.execute("COMMIT")
        });
        if result.is_err() && !self.file.connection.is_autocommit() {
            let _ = self.execute("ROLLBACK");
        }
        result
    }

    fn begin(&mut self) -> Result<(), JournalError> {
        self.execute("BEGIN IMMEDIATE")?;
        let refreshed = self.tables.refresh(&self.file.connection);
        refreshed.map_err(|error| self.errors.sqlite_error(&error))
    }

    fn execute(&self, statement: &str) -> Result<(), JournalError> {
        self.file.connection.execute_batch(statement).map_err(|error| self.errors.sqlite_error(&error))
    }

    fn dispatch(&mut self, command: Command, completions: &mut Vec<Completion>) -> rusqlite::Result<()> {
        match command {
            Command::Look(key, answer) => reply(completions, answer, self.look(&key)),
            Command::Claim(claim, answer) => reply(completions, answer, self.claim(*claim)),
            Command::Settle(settlement, answer) => reply(completions, answer, self.settle(*settlement)),
            Command::Resolve(key, resolution, act, answer) => {
                reply(completions, answer, self.resolve(&key, resolution, act))
            }
            Command::Reopen(key, act, answer) => reply(completions, answer, self.reopen(&key, act)),
            Command::Story(key, answer) => reply(completions, answer, self.story(&key)),
            Command::Erase(until, answer) => {
                let erased = self.tables.records.erase_resolved_contents(&self.file.connection, until);
                reply(completions, answer, erased)
            }
            Command::Identify(request, answer) => reply(completions, answer, self.identify(*request)),
            Command::Recognize(request, answer) => reply(completions, answer, self.recognize(*request)),
            Command::Method(answer) => reply(completions, answer, identities::method(&self.file.connection)),
            Command::SetMethod(method, answer) => reply(completions, answer, self.set_method(method)),
            Command::List(selection, answer) => reply(completions, answer, self.list(&selection)),
            Command::Totals(answer) => reply(completions, answer, self.totals()),
            Command::Contacts { selection, after, limit, answer } => {
                reply(completions, answer, self.contacts(&selection, after, limit))
            }
            Command::Forget(key, answer) => reply(completions, answer, self.forget(&key)),
            Command::DeleteFinished { after, before, answer } => {
                let deleted = forget::finished(&self.file.connection, &mut self.tables, after, before);
                reply(completions, answer, deleted)
            }
        }
    }

    fn look(&self, key: &DeliveryKey) -> rusqlite::Result<Option<Record>> {
        self.tables.records.look(&self.file.connection, key)
    }

    fn story(&self, key: &DeliveryKey) -> rusqlite::Result<Story> {
        match self.look(key)? {
            Some(record) => story::of(&self.file.connection, &record),
            None => Ok(Story::default()),
        }
    }

    fn identify(&mut self, request: IdentifyRequest) -> rusqlite::Result<Identification> {
        let IdentifyRequest { identity, providers } = request;
        let connection = &self.file.connection;
        let Tables { records, people, .. } = &mut self.tables;
        let have_unknown_people = self.have_unknown_people;
        let mut deliveries = DeliveriesTo { providers: &providers, connection, records, have_unknown_people };
        people.identify(connection, identity, &mut deliveries)
    }

    fn set_method(&mut self, method: IdentifyBy) -> rusqlite::Result<()> {
        identities::set_method(&self.file.connection, method)?;
        self.have_unknown_people = identities::have_unknown_people(&self.file.connection)?;
        Ok(())
    }

    fn recognize(&self, request: IdentifyRequest) -> rusqlite::Result<Identification> {
        let IdentifyRequest { identity, providers } = request;
        let connection = &self.file.connection;
        let Tables { records, people, .. } = &self.tables;
        let have_unknown_people = self.have_unknown_people;
        let mut deliveries = DeliveriesTo { providers: &providers, connection, records, have_unknown_people };
        people.recognize(connection, identity, &mut deliveries)
    }

    fn claim(&mut self, claim: Claim) -> rusqlite::Result<ClaimOutcome> {
        let claim_id = claim.claim_id;
        let known = self.look(&claim.key)?;
        let (claimed, record) = rules::claim(known.clone(), claim);
        if let Some(record) = record {
            let number = self.write(known.as_ref(), &record)?;
            // The story is in the file.
            let granted = Record { number, content: None, story: Story::default(), ..record };
            self.granted.insert(claim_id, granted);
        }
        Ok(claimed)
    }

    fn settle(&mut self, settlement: Settlement) -> rusqlite::Result<SettleOutcome> {
        let granted = settlement.claim_id.and_then(|claim_id| self.granted.remove(&claim_id));
        // A delivery that was in doubt may keep its contact, which only the file has.
        let was_in_doubt = |record: &Record| record.error.is_some();
        let known = match granted.filter(|it| it.key == settlement.key && !was_in_doubt(it)) {
            Some(record) => Some(record),
            None => self.look(&settlement.key)?.map(|record| self.complete(record)),
        };
        let rules::Settled { outcome, record } = rules::settle(known.as_ref(), settlement);
        if let Some(record) = record {
            let number = self.write(known.as_ref(), &record)?;
            if let Some(claim_id) = record.settled_by.filter(|_| delivered::belongs(&record)) {
                self.ended.add(number, claim_id);
            }
        }
        Ok(outcome)
    }

    /// Returns a record with the claim that ended it. The table of delivered records does not store it.
    fn complete(&self, record: Record) -> Record {
        if delivered::belongs(&record) { self.ended.complete(record) } else { record }
    }

    fn resolve(&mut self, key: &DeliveryKey, resolution: Resolution, act: Act) -> rusqlite::Result<bool> {
        self.change(key, |known| rules::resolve(known, resolution, act))
    }

    fn reopen(&mut self, key: &DeliveryKey, act: Act) -> rusqlite::Result<bool> {
        self.change(key, |known| rules::reopen(known, act))
    }

    fn forget(&mut self, key: &DeliveryKey) -> rusqlite::Result<bool> {
        let is_forgotten = self.change(key, rules::forget)?;
        if is_forgotten && let Some(record) = self.look(key)? {
            self.tables.records.forget_words(&self.file.connection, &record)?;
        }
        Ok(is_forgotten)
    }

    fn change(
        &mut self,
        key: &DeliveryKey,
        changed: impl FnOnce(Option<Record>) -> Option<Record>,
    ) -> rusqlite::Result<bool> {
        let known = self.look(key)?;
        match changed(known.clone()) {
            Some(record) => self.write(known.as_ref(), &record).map(|_| true),
            None => Ok(false),
        }
    }

    /// Lists records, with the changes of this transaction.
    fn list(&mut self, selection: &Selection) -> rusqlite::Result<Vec<Record>> {
        self.tables.records.write_summaries(&self.file.connection)?;
        listing::list(&self.file.connection, &self.tables, selection)
    }

    /// Counts records, with the changes of this transaction.
    fn totals(&mut self) -> rusqlite::Result<BTreeMap<String, Counts>> {
        self.tables.records.write_summaries(&self.file.connection)?;
        totals::by_outcome(&self.file.connection)
    }

    fn contacts(&mut self, selection: &Selection, after: u64, limit: u32) -> rusqlite::Result<ContactPage> {
        self.tables.records.write_summaries(&self.file.connection)?;
        contacts::page(&self.file.connection, &self.tables, selection, after, limit)
    }

    /// Writes a record in the place of `known`. Returns its number.
    fn write(&mut self, known: Option<&Record>, record: &Record) -> rusqlite::Result<u64> {
        self.tables.records.write(&self.file.connection, known, record)
    }
}
