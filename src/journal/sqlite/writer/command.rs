//! The commands to the writer thread, and their answers.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tokio::runtime::{self, Handle};
use tokio::sync::oneshot;
use unicontact_providers::DeliveryKey;

use crate::counts::Counts;
use crate::identity::{Identification, IdentifyBy};
use crate::journal::sqlite::forget::Deleted;
use crate::journal::story::Story;
use crate::journal::{
    Act, Claim, ClaimOutcome, ContactPage, IdentifyRequest, JournalError, Record, Resolution, Selection,
    SettleOutcome, Settlement,
};

/// The channel for the answer to a command.
pub(in crate::journal::sqlite) type ReplySender<T> = oneshot::Sender<Result<T, JournalError>>;

/// A request to the writer, with the channel for its answer.
pub(in crate::journal::sqlite) enum Command {
    Look(DeliveryKey, ReplySender<Option<Record>>),
    Claim(Box<Claim>, ReplySender<ClaimOutcome>),
    Settle(Box<Settlement>, ReplySender<SettleOutcome>),
    Resolve(DeliveryKey, Resolution, Act, ReplySender<bool>),
    Reopen(DeliveryKey, Act, ReplySender<bool>),
    Story(DeliveryKey, ReplySender<Story>),
    Erase(Timestamp, ReplySender<()>),
    List(Selection, ReplySender<Vec<Record>>),
    Totals(ReplySender<BTreeMap<String, Counts>>),
    Contacts { selection: Selection, after: u64, limit: u32, answer: ReplySender<ContactPage> },
    Forget(DeliveryKey, ReplySender<bool>),
    DeleteFinished { after: u64, before: Timestamp, answer: ReplySender<Deleted> },
    Identify(Box<IdentifyRequest>, ReplySender<Identification>),
    Method(ReplySender<Option<IdentifyBy>>),
    SetMethod(IdentifyBy, ReplySender<()>),
    Recognize(Box<IdentifyRequest>, ReplySender<Identification>),
}

/// Sends the answer to a command, once the result of its transaction is known.
pub(super) type Completion = Box<dyn FnOnce(Result<(), JournalError>) + Send>;

/// A command, and the runtime of the task that awaits its answer.
pub(super) struct QueuedCommand {
    pub(super) command: Command,
    pub(super) runtime: Option<Handle>,
}

/// Sends the answers of a batch. Waking a task from another thread costs a system call; a task in the runtime of the waiting tasks
/// wakes all of them for one.
pub(super) fn complete_all(
    completions: Vec<Completion>,
    runtimes: &[Option<Handle>],
    result: &Result<(), JournalError>,
) {
    let mut completions = completions.into_iter();
    for group in runtimes.chunk_by(|one, next| id(one.as_ref()) == id(next.as_ref())) {
        let of_group: Vec<Completion> = completions.by_ref().take(group.len()).collect();
        let result = result.clone();
        let complete = move || of_group.into_iter().for_each(|complete| complete(result.clone()));
        match &group[0] {
            Some(runtime) if group.len() > 1 => drop(runtime.spawn(async { complete() })),
            _ => complete(),
        }
    }
}

fn id(runtime: Option<&Handle>) -> Option<runtime::Id> {
    runtime.map(Handle::id)
}

/// Adds the answer to a command to those that are sent after the transaction.
pub(super) fn reply<T: Send + 'static>(
    completions: &mut Vec<Completion>,
    answer: ReplySender<T>,
    result: rusqlite::Result<T>,
) -> rusqlite::Result<()> {
    let (value, error) = match result {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(error)),
    };
    completions.push(Box::new(move |end| {
        // The receiver may have been dropped.
        let _ = match (end, value) {
            (Ok(()), Some(value)) => answer.send(Ok(value)),
            (Err(error), _) => answer.send(Err(error)),
            (Ok(()), None) => return,
        };
    }));
    error.map_or(Ok(()), Err)
}

/// Adds a command that is not executed: its answer is the error of the transaction.
pub(super) fn refuse(command: Command, completions: &mut Vec<Completion>) {
    fn refused<T: Send + 'static>(completions: &mut Vec<Completion>, answer: ReplySender<T>) {
        completions.push(Box::new(move |end| {
            let _ = end.err().map(|error| answer.send(Err(error)));
        }));
    }
    match command {
        Command::Look(_, answer) => refused(completions, answer),
        Command::Claim(_, answer) => refused(completions, answer),
        Command::Settle(_, answer) => refused(completions, answer),
        Command::Resolve(.., answer) | Command::Reopen(.., answer) | Command::Forget(_, answer) => {
            refused(completions, answer);
        }
        Command::Story(_, answer) => refused(completions, answer),
        Command::List(_, answer) => refused(completions, answer),
        Command::Totals(answer) => refused(completions, answer),
        Command::Contacts { answer, .. } => refused(completions, answer),
        Command::DeleteFinished { answer, .. } => refused(completions, answer),
        Command::Identify(_, answer) | Command::Recognize(_, answer) => refused(completions, answer),
        Command::Method(answer) => refused(completions, answer),
        Command::Erase(_, answer) | Command::SetMethod(_, answer) => refused(completions, answer),
    }
}
