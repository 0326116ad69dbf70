//! The one thread that reads and writes the file.
//!
//! Its rule: nothing is answered before the transaction that holds it is on disk. While one is being synced, the next
//! requests gather, and share the next: the more is asked at once, the less each costs.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use jiff::Timestamp;
use rusqlite::Connection;
use tokio::runtime::{self, Handle};
use tokio::sync::oneshot;
use unicontact_providers::DeliveryKey;

use super::failure::ErrorContext;
use super::forget::{self, Deleted, Reached};
use super::identities;
use super::people::{self, DeliveriesTo};
use super::totals::{self, Totals};
use super::{contacts, query, rows, story, words};
use crate::counts::Counts;
use crate::identity::{Identification, IdentifyBy};
use crate::journal::story::{RunId, Story};
use crate::journal::{
    Act, Claim, ClaimId, ClaimOutcome, Record, Resolution, Selection, SettleOutcome, Settlement,
};
use crate::journal::{ContactPage, IdentifyRequest, JournalError, JournalErrorKind, rules};

/// The most requests that share a transaction, so that the first of them does not wait for long.
const MOST: usize = 1024;

type Answer<T> = oneshot::Sender<Result<T, JournalError>>;

pub(super) enum Request {
    Look(DeliveryKey, Answer<Option<Record>>),
    Claim(Box<Claim>, Answer<ClaimOutcome>),
    Settle(Box<Settlement>, Answer<SettleOutcome>),
    Resolve(DeliveryKey, Resolution, Act, Answer<bool>),
    Reopen(DeliveryKey, Act, Answer<bool>),
    Story(DeliveryKey, Answer<Story>),
    Erase(Timestamp, Answer<()>),
    List(Selection, Answer<Vec<Record>>),
    Totals(Answer<BTreeMap<String, Counts>>),
    Contacts { selection: Selection, after: String, limit: u32, answer: Answer<ContactPage> },
    Forget(DeliveryKey, Answer<bool>),
    DeleteFinished { from: Option<Reached>, before: Timestamp, answer: Answer<Deleted> },
    Identify(Box<IdentifyRequest>, Answer<Identification>),
    Method(Answer<Option<IdentifyBy>>),
    SetMethod(IdentifyBy, Answer<()>),
    Recognize(Box<IdentifyRequest>, Answer<Identification>),
}

/// Tells the one who asked. It is called when the transaction has ended.
type Telling = Box<dyn FnOnce(Result<(), JournalError>) + Send>;

/// A request, and the runtime in which somebody waits for the answer.
struct Asked {
    request: Request,
    runtime: Option<Handle>,
}

/// The thread, seen from outside. Dropping it waits until all requests are done.
pub(super) struct Writer {
    requests: Option<Sender<Asked>>,
    thread: Option<JoinHandle<()>>,
    failing: ErrorContext,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        have_unknown_people: bool,
        failing: ErrorContext,
    ) -> Result<Self, JournalError> {
        let (requests, received) = channel();
        let desk = Desk {
            connection,
            failing: failing.clone(),
            granted: HashMap::new(),
            runs: HashSet::new(),
            totals: Totals::default(),
            have_unknown_people,
            broken: None,
        };
        let thread =
            std::thread::Builder::new().name("journal".to_owned()).spawn(move || desk.serve(&received));
        let thread = thread.map_err(|error| failing.of_system(&error))?;
        Ok(Self { requests: Some(requests), thread: Some(thread), failing })
    }

    /// Asks now; the future only waits for the answer.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        request: impl FnOnce(Answer<T>) -> Request,
    ) -> impl Future<Output = Result<T, JournalError>> + Send + 'static {
        let (answer, answered) = oneshot::channel();
        let failing = self.failing.clone();
        let asked = Asked { request: request(answer), runtime: Handle::try_current().ok() };
        if let Some(requests) = &self.requests {
            let _ = requests.send(asked);
        }
        // When the thread is gone, so is the answer.
        async move { answered.await.unwrap_or_else(|_| Err(failing.of_kind(JournalErrorKind::Broken))) }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Desk {
    connection: Connection,
    failing: ErrorContext,
    /// What was granted here and is not settled, as it stands in the file but without its contact: nobody else may change
    /// it.
    granted: HashMap<ClaimId, Record>,
    /// The runs that are in the file.
    runs: HashSet<RunId>,
    totals: Totals,
    /// Whether an earlier version recorded deliveries of people that are not known.
    have_unknown_people: bool,
    /// After the system failed to write, it is unknown what is on disk, and another sync would not tell.
    broken: Option<JournalError>,
}

impl Desk {
    fn serve(mut self, requests: &Receiver<Asked>) {
        while let Ok(first) = requests.recv() {
            let batch = std::iter::once(first).chain(requests.try_iter()).take(MOST);
            self.commit(batch.collect());
        }
    }

    fn commit(&mut self, batch: Vec<Asked>) {
        let mut tellings: Vec<Telling> = Vec::with_capacity(batch.len());
        let (requests, runtimes): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|asked| (asked.request, asked.runtime)).unzip();
        let result = self.transact(requests, &mut tellings);
        if result.is_err() {
            // What was granted in it is not in the file.
            self.granted.clear();
            self.runs.clear();
        }
        if let Err(error) = &result
            && !matches!(error.kind(), JournalErrorKind::Full | JournalErrorKind::Busy)
        {
            self.broken = Some(error.clone());
        }
        tell_all(tellings, &runtimes, &result);
    }

    fn transact(&mut self, batch: Vec<Request>, tellings: &mut Vec<Telling>) -> Result<(), JournalError> {
        let mut result = match &self.broken {
            Some(error) => Err(error.clone()),
            None => self.execute("BEGIN IMMEDIATE"),
        };
        for request in batch {
            // Each is told of the whole batch's end, whoever's fault it is.
            if result.is_ok() {
                let answered = self.answer(request, tellings);
                result = answered.map_err(|error| self.failing.of_sqlite(&error));
            } else {
                refuse(request, tellings);
            }
        }
        result = result.and_then(|()| {
            self.totals.write(&self.connection).map_err(|error| self.failing.of_sqlite(&error))?;
            self.execute("COMMIT")
        });
        self.totals.clear();
        if result.is_err() && !self.connection.is_autocommit() {
            let _ = self.execute("ROLLBACK");
        }
        result
    }

    fn execute(&self, statement: &str) -> Result<(), JournalError> {
        self.connection.execute_batch(statement).map_err(|error| self.failing.of_sqlite(&error))
    }

    fn answer(&mut self, request: Request, tellings: &mut Vec<Telling>) -> rusqlite::Result<()> {
        match request {
            Request::Look(key, answer) => told(tellings, answer, rows::look(&self.connection, &key)),
            Request::Claim(claim, answer) => told(tellings, answer, self.claim(*claim)),
            Request::Settle(settlement, answer) => told(tellings, answer, self.settle(*settlement)),
            Request::Resolve(key, resolution, act, answer) => {
                told(tellings, answer, self.resolve(&key, resolution, act))
            }
            Request::Reopen(key, act, answer) => told(tellings, answer, self.reopen(&key, act)),
            Request::Story(key, answer) => told(tellings, answer, story::of(&self.connection, &key)),
            Request::Erase(until, answer) => {
                told(tellings, answer, rows::erase_resolved_contents(&self.connection, until))
            }
            Request::Identify(request, answer) => told(tellings, answer, self.identify(*request)),
            Request::Recognize(request, answer) => told(tellings, answer, self.recognize(*request)),
            Request::Method(answer) => told(tellings, answer, identities::method(&self.connection)),
            Request::SetMethod(method, answer) => told(tellings, answer, self.set_method(method)),
            Request::List(selection, answer) => told(tellings, answer, self.list(&selection)),
            Request::Totals(answer) => told(tellings, answer, self.totals()),
            Request::Contacts { selection, after, limit, answer } => {
                told(tellings, answer, self.contacts(&selection, &after, limit))
            }
            Request::Forget(key, answer) => told(tellings, answer, self.forget(&key)),
            Request::DeleteFinished { from, before, answer } => {
                let deleted = forget::finished(&self.connection, from, before, &mut self.totals);
                told(tellings, answer, deleted)
            }
        }
    }

    fn identify(&self, request: IdentifyRequest) -> rusqlite::Result<Identification> {
        let IdentifyRequest { identity, providers } = request;
        people::identify(&self.connection, &identity, &mut self.deliveries_to(&providers))
    }

    fn set_method(&mut self, method: IdentifyBy) -> rusqlite::Result<()> {
        identities::set_method(&self.connection, method)?;
        self.have_unknown_people = identities::have_unknown_people(&self.connection)?;
        Ok(())
    }

    fn recognize(&self, request: IdentifyRequest) -> rusqlite::Result<Identification> {
        let IdentifyRequest { identity, providers } = request;
        people::recognize(&self.connection, &identity, &mut self.deliveries_to(&providers))
    }

    fn deliveries_to<'a>(&'a self, providers: &'a [String]) -> DeliveriesTo<'a> {
        DeliveriesTo {
            providers,
            connection: &self.connection,
            have_unknown_people: self.have_unknown_people,
        }
    }

    fn claim(&mut self, claim: Claim) -> rusqlite::Result<ClaimOutcome> {
        // Most are of what has no record yet: that it can be made says so, without a look.
        let (claimed, record) = rules::claim(None, claim.clone());
        if self.grant(claim.claim_id, None, record)? {
            return Ok(claimed);
        }
        let claim_id = claim.claim_id;
        let known = rows::look(&self.connection, &claim.key)?;
        let (claimed, record) = rules::claim(known.clone(), claim);
        self.grant(claim_id, known.as_ref(), record)?;
        Ok(claimed)
    }

    fn grant(
        &mut self,
        claim_id: ClaimId,
        known: Option<&Record>,
        record: Option<Record>,
    ) -> rusqlite::Result<bool> {
        let Some(record) = record else {
            return Ok(false);
        };
        let written = self.write(known, &record)?;
        if let Some(number) = written {
            // Its story is in the file.
            let granted = Record { number, content: None, story: Story::default(), ..record };
            self.granted.insert(claim_id, granted);
        }
        Ok(written.is_some())
    }

    fn settle(&mut self, settlement: Settlement) -> rusqlite::Result<SettleOutcome> {
        let granted = settlement.claim_id.and_then(|claim_id| self.granted.remove(&claim_id));
        // A delivery that was in doubt keeps the contact in the file if the claim is given up.
        let was_in_doubt = |record: &Record| record.error.is_some();
        let known = match granted.filter(|it| it.key == settlement.key && !was_in_doubt(it)) {
            Some(record) => Some(record),
            None => rows::look(&self.connection, &settlement.key)?,
        };
        let rules::Settled { outcome, record } = rules::settle(known.as_ref(), settlement);
        if let Some(record) = record {
            self.write(known.as_ref(), &record)?;
        }
        Ok(outcome)
    }

    fn resolve(&mut self, key: &DeliveryKey, resolution: Resolution, act: Act) -> rusqlite::Result<bool> {
        self.change(key, |known| rules::resolve(known, resolution, act))
    }

    fn reopen(&mut self, key: &DeliveryKey, act: Act) -> rusqlite::Result<bool> {
        self.change(key, |known| rules::reopen(known, act))
    }

    fn forget(&mut self, key: &DeliveryKey) -> rusqlite::Result<bool> {
        let is_forgotten = self.change(key, rules::forget)?;
        if is_forgotten {
            story::forget_words(&self.connection, key)?;
        }
        Ok(is_forgotten)
    }

    fn change(
        &mut self,
        key: &DeliveryKey,
        changed: impl FnOnce(Option<Record>) -> Option<Record>,
    ) -> rusqlite::Result<bool> {
        let known = rows::look(&self.connection, key)?;
        match changed(known.clone()) {
            Some(record) => self.write(known.as_ref(), &record).map(|written| written.is_some()),
            None => Ok(false),
        }
    }

    /// Lists with what this transaction changed.
    fn list(&mut self, selection: &Selection) -> rusqlite::Result<Vec<Record>> {
        self.totals.write(&self.connection)?;
        query::list(&self.connection, selection)
    }

    /// Counts with what this transaction changed.
    fn totals(&mut self) -> rusqlite::Result<BTreeMap<String, Counts>> {
        self.totals.write(&self.connection)?;
        totals::by_outcome(&self.connection)
    }

    fn contacts(&mut self, selection: &Selection, after: &str, limit: u32) -> rusqlite::Result<ContactPage> {
        self.totals.write(&self.connection)?;
        contacts::page(&self.connection, selection, after, limit)
    }

    /// Writes a record in the place of the one that was known, and registers its run when that is written for the first time.
    /// Returns its number, unless there is another one of its key.
    fn write(&mut self, known: Option<&Record>, record: &Record) -> rusqlite::Result<Option<u64>> {
        for run in &record.story.runs {
            if !self.runs.contains(&run.id) {
                story::register(&self.connection, run)?;
                self.runs.insert(run.id);
            }
        }
        let written = rows::write(&self.connection, record)?;
        if let Some(number) = written {
            self.totals.record(known, record);
            words::change(&self.connection, known, record, number)?;
        }
        Ok(written)
    }
}

/// Waking a task from another thread is a system call for each; so a whole batch is told by a task in the runtime of those
/// who wait.
fn tell_all(tellings: Vec<Telling>, runtimes: &[Option<Handle>], result: &Result<(), JournalError>) {
    let mut tellings = tellings.into_iter();
    for of_one in runtimes.chunk_by(|one, next| id(one.as_ref()) == id(next.as_ref())) {
        let of_one_runtime: Vec<Telling> = tellings.by_ref().take(of_one.len()).collect();
        let result = result.clone();
        let tell = move || of_one_runtime.into_iter().for_each(|tell| tell(result.clone()));
        match &of_one[0] {
            Some(runtime) if of_one.len() > 1 => drop(runtime.spawn(async { tell() })),
            _ => tell(),
        }
    }
}

fn id(runtime: Option<&Handle>) -> Option<runtime::Id> {
    runtime.map(Handle::id)
}

/// Keeps an answer until the transaction has ended.
fn told<T: Send + 'static>(
    tellings: &mut Vec<Telling>,
    answer: Answer<T>,
    result: rusqlite::Result<T>,
) -> rusqlite::Result<()> {
    let (value, error) = match result {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(error)),
    };
    tellings.push(Box::new(move |end| {
        // Whoever asked may have gone.
        let _ = match (end, value) {
            (Ok(()), Some(value)) => answer.send(Ok(value)),
            (Err(error), _) => answer.send(Err(error)),
            (Ok(()), None) => return,
        };
    }));
    error.map_or(Ok(()), Err)
}

fn refuse(request: Request, tellings: &mut Vec<Telling>) {
    fn unanswered<T: Send + 'static>(tellings: &mut Vec<Telling>, answer: Answer<T>) {
        tellings.push(Box::new(move |end| {
            let _ = end.err().map(|error| answer.send(Err(error)));
        }));
    }
    match request {
        Request::Look(_, answer) => unanswered(tellings, answer),
        Request::Claim(_, answer) => unanswered(tellings, answer),
        Request::Settle(_, answer) => unanswered(tellings, answer),
        Request::Resolve(.., answer) | Request::Reopen(.., answer) | Request::Forget(_, answer) => {
            unanswered(tellings, answer);
        }
        Request::Story(_, answer) => unanswered(tellings, answer),
        Request::List(_, answer) => unanswered(tellings, answer),
        Request::Totals(answer) => unanswered(tellings, answer),
        Request::Contacts { answer, .. } => unanswered(tellings, answer),
        Request::DeleteFinished { answer, .. } => unanswered(tellings, answer),
        Request::Identify(_, answer) | Request::Recognize(_, answer) => unanswered(tellings, answer),
        Request::Method(answer) => unanswered(tellings, answer),
        Request::Erase(_, answer) | Request::SetMethod(_, answer) => unanswered(tellings, answer),
    }
}
