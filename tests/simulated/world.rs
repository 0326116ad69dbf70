//! A simulated machine with its vendors, its journal and its processes, driven by a seed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::SignedDuration;
use unicontact::journal::{Act, Journal, Record, RecordState, Resolution, Selection};
use unicontact::providers::clock::{Clock, SharedClock};
use unicontact::providers::{ContactId, DeliveryKey, Provider, UnifiedContact};
use unicontact::{FanOut, Outcome, Pipeline, Policy};

use crate::simulated::adapter::{Adapter, SharedVendor, lock};
use crate::simulated::clock::SimulatedClock;
use crate::simulated::journal::ProcessJournal;
use crate::simulated::monitor::Monitor;
use crate::simulated::mutation::Mutation;
use crate::simulated::process::{ImportOptions, Process, Signal, Work};
use crate::simulated::random::Random;
use crate::simulated::storage::Storage;
use crate::simulated::trace::Trace;
use crate::simulated::traits::Traits;
use crate::simulated::vendor::{Condition, Vendor};

pub(crate) const CONTACTS: usize = 20;
pub(crate) const VENDORS: usize = 4;
const EVENTS: usize = 30;
/// The most processes that have the journal open at the same time.
const PROCESSES: usize = 2;

pub(crate) struct World {
    pub(crate) clock: Arc<SimulatedClock>,
    pub(crate) monitor: Arc<Monitor>,
    pub(crate) vendors: Arc<[SharedVendor]>,
    pub(crate) contacts: Vec<UnifiedContact>,
    random: Random,
    storage: Storage,
    mutation: Option<Mutation>,
    clock_faults: ClockFaults,
    /// Whether failures have ended.
    pub(crate) is_ending: bool,
    processes: Vec<Process>,
    started: usize,
}

/// The faults of the machine's clocks. A boot clock shows how far the wall clock was set, unless the machine rebooted meanwhile; so
/// the wall clock of a machine that reboots is never set forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClockFaults {
    None,
    /// The wall clock is set forward and back.
    Set,
    /// The machine reboots, and the wall clock is set back.
    Reboots,
}

/// The records that a process ignores, to send the contact again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repeat {
    No,
    Delivered,
    Doubts,
}

#[derive(Debug, Clone, Copy)]
enum Event {
    Import,
    Create,
    Retry,
    Again,
    Kill,
    Stop,
    Abandon,
    ClockFault,
    Resolve,
    Change,
    Outage,
}

impl World {
    pub(crate) fn new(seed: u64, storage: Storage, mutation: Option<Mutation>, is_traced: bool) -> Self {
        let mut random = Random::from_seed(seed);
        let clock = Arc::new(SimulatedClock::new());
        let trace = Arc::new(Trace::new(Arc::clone(&clock), is_traced));
        let vendors: Vec<SharedVendor> = (0..VENDORS)
            .map(|number| {
                let mut traits = Traits::draw(&mut random);
                if let Some(mutation) = mutation {
                    mutation.mutate(&mut traits);
                }
                let name = format!("v{number}");
                trace.note(|| format!("{name} is {traits:?}"));
                let lookalikes: BTreeSet<String> =
                    (0..CONTACTS).filter(|_| random.percent(4)).map(external_id).collect();
                Arc::new(Mutex::new(Vendor::new(name, traits, lookalikes, random.fork())))
            })
            .collect();
        Self {
            monitor: Arc::new(Monitor::new(Arc::clone(&clock), trace)),
            clock,
            vendors: vendors.into(),
            contacts: (0..CONTACTS).map(|number| contact(number, "v1")).collect(),
            storage,
            mutation,
            clock_faults: random.pick(&[ClockFaults::None, ClockFaults::Set, ClockFaults::Reboots]),
            random,
            is_ending: false,
            processes: Vec::new(),
            started: 0,
        }
    }

    /// Runs the events of the seed.
    pub(crate) async fn run(&mut self) {
        self.trigger(Event::Import).await;
        for _ in 1..EVENTS {
            if self.random.percent(15) {
                self.retry_when_a_quiet_time_ends().await;
                continue;
            }
            let pause = match self.random.below(20) {
                0..8 => self.random.milliseconds(0, 3_000),
                8..14 => self.random.seconds(3, 60),
                14..19 => self.random.seconds(60, 900),
                _ => self.random.seconds(900, 3_600),
            };
            tokio::time::sleep(pause).await;
            let event = self.random.weighted(&[
                (8, Event::Import),
                (6, Event::Create),
                (4, Event::Retry),
                (2, Event::Again),
                (6, Event::Kill),
                (2, Event::Stop),
                (2, Event::Abandon),
                (3, Event::ClockFault),
                (3, Event::Resolve),
                (1, Event::Change),
                (1, Event::Outage),
            ]);
            self.trigger(event).await;
            if matches!(event, Event::Import | Event::Create | Event::Retry) && self.random.percent(25) {
                tokio::time::sleep(self.random.milliseconds(0, 8_000)).await;
                self.trigger(Event::Kill).await;
            }
        }
    }

    /// Retries shortly before or after the end of a quiet time, if one ends soon.
    async fn retry_when_a_quiet_time_ends(&mut self) {
        let now = self.clock.true_time();
        let ends: Vec<Duration> =
            self.vendors.iter().flat_map(|vendor| lock(vendor).quiet_times(now)).collect();
        let soon = |end: &&Duration| **end < now + Duration::from_mins(30);
        let ends: Vec<Duration> = ends.iter().filter(soon).copied().collect();
        if !ends.is_empty() {
            let time = self.random.pick(&ends) + self.random.seconds(0, 20);
            tokio::time::sleep(time.saturating_sub(now + Duration::from_secs(15))).await;
            self.trigger(Event::Retry).await;
        }
    }

    async fn trigger(&mut self, event: Event) {
        self.remove_ended();
        match event {
            Event::Import => {
                let options = ImportOptions {
                    waits: self.random.percent(30),
                    window: self.random.percent(40).then(|| 1 + self.random.below(8)),
                    interval: if self.random.percent(30) {
                        self.random.milliseconds(0, 3_000)
                    } else {
                        Duration::ZERO
                    },
                };
                let contacts = self.some_contacts();
                self.start(Work::Import { contacts, options }, Policy::All, Repeat::No);
            }
            Event::Create => self.create(Repeat::No),
            Event::Again => {
                let repeat = self.random.pick(&[Repeat::Delivered, Repeat::Doubts]);
                self.create(repeat);
            }
            Event::Retry => self.start(Work::Retry, Policy::All, Repeat::No),
            Event::Kill => self.kill_one().await,
            Event::Stop => self.signal(Signal::Stop),
            Event::Abandon => self.signal(Signal::Abandon),
            Event::ClockFault => self.clock_fault().await,
            Event::Resolve => self.resolve_doubts(false).await,
            Event::Change => {
                let number = self.random.below(CONTACTS);
                self.monitor.trace.note(|| format!("c{number} changes"));
                self.contacts[number] = contact(number, "v2");
            }
            Event::Outage => {
                let until = self.clock.true_time() + self.random.seconds(10, 300);
                let vendor = self.random.pick(&self.vendors);
                lock(&vendor).condition = Condition::Down(until);
            }
        }
    }

    fn some_contacts(&mut self) -> Vec<UnifiedContact> {
        let share = self.random.pick(&[100, 100, 50]);
        let contacts = self.contacts.clone();
        contacts.into_iter().filter(|_| self.random.percent(share)).collect()
    }

    fn create(&mut self, repeat: Repeat) {
        let contact = Box::new(self.random.pick(&self.contacts));
        let policy = self.random.pick(&[Policy::All, Policy::Any, Policy::FirstFailure]);
        self.start(Work::Create { contact }, policy, repeat);
    }

    fn remove_ended(&mut self) {
        let storage = &self.storage;
        self.processes.retain(|process| {
            let has_ended = process.task.is_finished();
            if has_ended {
                storage.closed();
            }
            !has_ended
        });
    }

    /// Starts a process, unless the limit is reached.
    fn start(&mut self, work: Work, policy: Policy, repeat: Repeat) {
        if self.processes.len() < PROCESSES {
            let number = self.started;
            self.monitor.trace.note(|| format!("p{number} starts: {} {repeat:?}", work.name()));
            let journal = self.open(repeat == Repeat::Doubts, !self.is_ending);
            let fan_out = self.fan_out(number, policy, Arc::<ProcessJournal>::clone(&journal), repeat);
            self.processes.push(Process::spawn(number, work, fan_out, journal, &self.vendors, &self.monitor));
        }
    }

    /// Opens the journal for a new process.
    fn open(&mut self, repeats_doubts: bool, has_failures: bool) -> Arc<ProcessJournal> {
        let number = self.started;
        self.started += 1;
        let mut journal = self.storage.open();
        if let Some(mutation) = self.mutation {
            journal = mutation.mutate_journal(journal);
        }
        let random = self.random.fork();
        Arc::new(ProcessJournal::new(number, journal, &self.monitor, repeats_doubts, has_failures, random))
    }

    fn fan_out(
        &mut self,
        process: usize,
        policy: Policy,
        journal: Arc<ProcessJournal>,
        repeat: Repeat,
    ) -> FanOut {
        let pipeline = |vendor: &SharedVendor| {
            let settings = lock(vendor).traits.settings.clone();
            let adapter = Box::new(Adapter::new(vendor, &self.monitor, process));
            let clock: SharedClock = Arc::<SimulatedClock>::clone(&self.clock);
            Pipeline::new(Provider::Custom(adapter), settings, clock, self.random.next())
        };
        let pipelines = self.vendors.iter().map(pipeline).collect();
        let fan_out = FanOut::new(pipelines, policy).with_journal(journal);
        match repeat {
            Repeat::No => fan_out,
            Repeat::Delivered => fan_out.resend_delivered(),
            Repeat::Doubts => fan_out.resend_doubts(),
        }
    }

    async fn kill_one(&mut self) {
        if !self.processes.is_empty() {
            let index = self.random.below(self.processes.len());
            let process = self.processes.remove(index);
            self.kill(process).await;
        }
    }

    async fn kill(&mut self, process: Process) {
        self.monitor.trace.note(|| format!("p{} is killed", process.number));
        self.monitor.killed(process.number);
        process.kill().await;
        self.storage.closed();
    }

    fn signal(&mut self, signal: Signal) {
        if !self.processes.is_empty() {
            let process = &self.processes[self.random.below(self.processes.len())];
            self.monitor.trace.note(|| format!("p{} gets {signal:?}", process.number));
            process.signal(signal);
        }
    }

    async fn clock_fault(&mut self) {
        let seconds =
            i64::try_from(self.random.pick(&[self.clock.true_time().as_secs() % 50 + 1, 700, 10_000]));
        let by = SignedDuration::from_secs(seconds.unwrap());
        let by = match self.clock_faults {
            ClockFaults::None => return,
            ClockFaults::Set if self.random.percent(50) => by,
            ClockFaults::Set => -by,
            ClockFaults::Reboots => {
                while let Some(process) = self.processes.pop() {
                    self.kill(process).await;
                }
                self.clock.reboot();
                if self.random.percent(70) { SignedDuration::ZERO } else { -by }
            }
        };
        self.monitor.trace.note(|| format!("the wall clock is set by {by:?} ({:?})", self.clock_faults));
        self.monitor.wall_clock_was_set();
        self.clock.set_wall_clock(by);
    }

    /// Returns the records of all deliveries.
    pub(crate) async fn records(&mut self) -> Vec<Record> {
        let journal = self.open(false, false);
        let records = journal.list(&Selection::default()).await.unwrap();
        journal.close();
        self.storage.closed();
        records
    }

    /// Resolves doubts as a person who looks at the vendor: all of them, or some at random.
    pub(crate) async fn resolve_doubts(&mut self, all: bool) {
        let is_in_doubt = |record: &Record| {
            record.outcome() == Outcome::InDoubt && !matches!(record.state, RecordState::Claimed(_))
        };
        let doubts: Vec<Record> = self.records().await.into_iter().filter(is_in_doubt).collect();
        let journal = self.open(false, false);
        for record in doubts {
            if all || self.random.percent(30) {
                self.resolve(&journal, &record, all).await;
            }
        }
        journal.close();
        self.storage.closed();
    }

    /// Returns the opposite of a resolution.
    fn mistaken(resolution: &Resolution) -> Option<Resolution> {
        match resolution {
            Resolution::Created(_) => Some(Resolution::NotCreated),
            Resolution::NotCreated => ContactId::new("mistaken").map(Resolution::Created),
        }
    }

    async fn resolve(&mut self, journal: &ProcessJournal, record: &Record, always: bool) {
        let key = &record.key;
        let vendor = Arc::clone(self.vendor(key));
        let now = self.clock.true_time();
        let (stored, may_be_created) = {
            let mut vendor = lock(&vendor);
            let stored = vendor.stored(now, key.contact());
            let limit = vendor.traits.quiet_time;
            let may_be_created =
                vendor.unresolved(key.contact()).any(|request| now < request.sent_at + limit);
            (stored, may_be_created)
        };
        let other = |id: &&ContactId| Some(*id) != record.id.as_ref();
        let resolution = match stored.iter().find(other) {
            Some(id) => Resolution::Created(id.clone()),
            // Some people do not wait for the end of the quiet time.
            None if may_be_created && self.random.percent(80) => return,
            None => Resolution::NotCreated,
        };
        let mistaken = if self.random.percent(20) { Self::mistaken(&resolution) } else { None };
        if let Some(mistaken) = mistaken {
            // A resolution that is taken back before a process acts on it has no effect.
            let act = || Act::new(self.clock.now());
            if journal.resolve(key, mistaken, act()).await.unwrap() {
                assert!(journal.reopen(key, act()).await.unwrap());
            }
            if !always && self.random.percent(50) {
                return;
            }
        }
        if journal.resolve(key, resolution.clone(), Act::new(self.clock.now())).await.unwrap() {
            self.monitor.trace.note(|| format!("a person resolves {key}: {resolution:?}"));
            self.monitor.resolved(key);
            if may_be_created && resolution == Resolution::NotCreated {
                self.monitor.allow_repeats(key, 1);
            }
            lock(&vendor).resolve(key.contact());
        }
    }

    pub(crate) fn vendor(&self, key: &DeliveryKey) -> &SharedVendor {
        let has_name = |vendor: &&SharedVendor| lock(vendor).name == key.provider();
        self.vendors.iter().find(has_name).expect("a vendor of that name")
    }

    /// Waits until all processes have ended, each for at most `limit`.
    pub(crate) async fn wait_for_processes(&mut self, limit: Duration) {
        for process in std::mem::take(&mut self.processes) {
            let Process { number, mut task, .. } = process;
            if tokio::time::timeout(limit, &mut task).await.is_err() {
                self.monitor.violation(format!("p{number} does not end"));
                task.abort();
            }
            self.storage.closed();
        }
    }

    /// Imports all contacts again, and waits for the end of the import.
    pub(crate) async fn import_all(&mut self, limit: Duration) {
        let options = ImportOptions { waits: false, window: None, interval: Duration::ZERO };
        let contacts = self.contacts.clone();
        self.start(Work::Import { contacts, options }, Policy::All, Repeat::No);
        self.wait_for_processes(limit).await;
    }
}

fn external_id(number: usize) -> String {
    format!("c{number}")
}

fn contact(number: usize, version: &str) -> UnifiedContact {
    let json = serde_json::json!({
        "external_id": external_id(number), "name": format!("Person {number}"), "title": version,
    });
    UnifiedContact::from_json(json).unwrap()
}
