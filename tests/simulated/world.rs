//! One simulated machine with its vendors, its journal and its processes, driven by a seed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::SignedDuration;
use unicontact::journal::{Act, Journal, Record, RecordState, Resolution, Selection};
use unicontact::providers::clock::{Clock, SharedClock};
use unicontact::providers::{ContactId, DeliveryKey, Provider, UnifiedContact};
use unicontact::{FanOut, Outcome, Pipeline, Policy};

use crate::adapter::{Adapter, SharedVendor, lock};
use crate::clock::SimulatedClock;
use crate::journal::ProcessJournal;
use crate::monitor::Monitor;
use crate::process::{ImportOptions, Process, Signal, Work};
use crate::random::Random;
use crate::storage::Storage;
use crate::trace::Trace;
use crate::traits::Traits;
use crate::vendor::{Mood, Vendor};
use crate::weakening::Weakening;

pub(crate) const CONTACTS: usize = 20;
pub(crate) const VENDORS: usize = 4;
const EVENTS: usize = 30;
/// So many processes have the journal open at once, at most.
const PROCESSES: usize = 2;

pub(crate) struct World {
    pub(crate) clock: Arc<SimulatedClock>,
    pub(crate) monitor: Arc<Monitor>,
    pub(crate) vendors: Arc<[SharedVendor]>,
    pub(crate) contacts: Vec<UnifiedContact>,
    random: Random,
    storage: Storage,
    weakening: Option<Weakening>,
    clock_faults: ClockFaults,
    /// Whether nothing fails any more.
    pub(crate) is_ending: bool,
    processes: Vec<Process>,
    started: usize,
}

/// A boot clock tells how far a wall clock was set, and nothing does when both change. So the wall clock is not set forward
/// where the machine boots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClockFaults {
    None,
    /// The wall clock is set forward and back.
    Set,
    /// The machine boots, and the wall clock is set back.
    Boots,
}

/// How a process is to treat what the journal knows.
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
    Clock,
    Person,
    Change,
    Outage,
}

impl World {
    pub(crate) fn new(seed: u64, storage: Storage, weakening: Option<Weakening>, is_traced: bool) -> Self {
        let mut random = Random::from_seed(seed);
        let clock = Arc::new(SimulatedClock::new());
        let trace = Arc::new(Trace::new(Arc::clone(&clock), is_traced));
        let vendors: Vec<SharedVendor> = (0..VENDORS)
            .map(|number| {
                let mut traits = Traits::draw(&mut random);
                if let Some(weakening) = weakening {
                    weakening.weaken(&mut traits);
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
            weakening,
            clock_faults: random.pick(&[ClockFaults::None, ClockFaults::Set, ClockFaults::Boots]),
            random,
            is_ending: false,
            processes: Vec::new(),
            started: 0,
        }
    }

    /// Lets everything happen that the seed brings.
    pub(crate) async fn run(&mut self) {
        self.happens(Event::Import).await;
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
                (3, Event::Clock),
                (3, Event::Person),
                (1, Event::Change),
                (1, Event::Outage),
            ]);
            self.happens(event).await;
            if matches!(event, Event::Import | Event::Create | Event::Retry) && self.random.percent(25) {
                tokio::time::sleep(self.random.milliseconds(0, 8_000)).await;
                self.happens(Event::Kill).await;
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
            let about = self.random.pick(&ends) + self.random.seconds(0, 20);
            tokio::time::sleep(about.saturating_sub(now + Duration::from_secs(15))).await;
            self.happens(Event::Retry).await;
        }
    }

    async fn happens(&mut self, event: Event) {
        self.forget_ended();
        match event {
            Event::Import => {
                let options = ImportOptions {
                    waits: self.random.percent(30),
                    window: self.random.percent(40).then(|| 1 + self.random.below(8)),
                    gap: if self.random.percent(30) {
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
            Event::Clock => self.clock_fault().await,
            Event::Person => self.person(false).await,
            Event::Change => {
                let number = self.random.below(CONTACTS);
                self.monitor.trace.note(|| format!("c{number} changes"));
                self.contacts[number] = contact(number, "v2");
            }
            Event::Outage => {
                let until = self.clock.true_time() + self.random.seconds(10, 300);
                let vendor = self.random.pick(&self.vendors);
                lock(&vendor).mood = Mood::Down(until);
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

    fn forget_ended(&mut self) {
        let storage = &self.storage;
        self.processes.retain(|process| {
            let has_ended = process.task.is_finished();
            if has_ended {
                storage.closed();
            }
            !has_ended
        });
    }

    /// Starts a process, unless too many run.
    fn start(&mut self, work: Work, policy: Policy, repeat: Repeat) {
        if self.processes.len() < PROCESSES {
            let number = self.started;
            self.monitor.trace.note(|| format!("p{number} starts: {} {repeat:?}", work.name()));
            let journal = self.open(repeat == Repeat::Doubts, !self.is_ending);
            let fan_out = self.fan_out(number, policy, Arc::<ProcessJournal>::clone(&journal), repeat);
            self.processes.push(Process::start(number, work, fan_out, journal, &self.vendors, &self.monitor));
        }
    }

    /// Opens the journal for a process of its own.
    fn open(&mut self, repeats_doubts: bool, fails: bool) -> Arc<ProcessJournal> {
        let number = self.started;
        self.started += 1;
        let mut journal = self.storage.open();
        if let Some(weakening) = self.weakening {
            journal = weakening.weaken_journal(journal);
        }
        let random = self.random.fork();
        Arc::new(ProcessJournal::new(number, journal, &self.monitor, repeats_doubts, fails, random))
    }

    fn fan_out(
        &mut self,
        process: usize,
        policy: Policy,
        journal: Arc<ProcessJournal>,
        repeat: Repeat,
    ) -> FanOut {
        let target = |vendor: &SharedVendor| {
            let settings = lock(vendor).traits.settings.clone();
            let adapter = Box::new(Adapter::new(vendor, &self.monitor, process));
            let clock: SharedClock = Arc::<SimulatedClock>::clone(&self.clock);
            Pipeline::new(Provider::Custom(adapter), settings, clock, self.random.next())
        };
        let targets = self.vendors.iter().map(target).collect();
        let fan_out = FanOut::new(targets, policy).with_journal(journal);
        match repeat {
            Repeat::No => fan_out,
            Repeat::Delivered => fan_out.resend_delivered(),
            Repeat::Doubts => fan_out.resend_doubts(),
        }
    }

    async fn kill_one(&mut self) {
        if !self.processes.is_empty() {
            let place = self.random.below(self.processes.len());
            let process = self.processes.remove(place);
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
            ClockFaults::Boots => {
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

    /// A person looks at the vendor for what is in doubt, and says how it is; one that `knows` does so for everything.
    pub(crate) async fn person(&mut self, knows: bool) {
        let is_in_doubt = |record: &Record| {
            record.outcome() == Outcome::InDoubt && !matches!(record.standing, RecordState::Claimed(_))
        };
        let doubts: Vec<Record> = self.records().await.into_iter().filter(is_in_doubt).collect();
        let journal = self.open(false, false);
        for record in doubts {
            if knows || self.random.percent(30) {
                self.resolve(&journal, &record, knows).await;
            }
        }
        journal.close();
        self.storage.closed();
    }

    /// Returns what a person says by mistake.
    fn mistaken(resolution: &Resolution) -> Option<Resolution> {
        match resolution {
            Resolution::Created(_) => Some(Resolution::NotCreated),
            Resolution::NotCreated => ContactId::new("mistaken").map(Resolution::Created),
        }
    }

    async fn resolve(&mut self, journal: &ProcessJournal, record: &Record, knows: bool) {
        let key = &record.key;
        let vendor = Arc::clone(self.vendor(key));
        let now = self.clock.true_time();
        let (held, may_come) = {
            let mut vendor = lock(&vendor);
            let held = vendor.held(now, key.contact());
            let limit = vendor.traits.settles_within;
            let may_come = vendor.open(key.contact()).any(|request| now < request.sent_at + limit);
            (held, may_come)
        };
        let other = |id: &&ContactId| Some(*id) != record.id.as_ref();
        let resolution = match held.iter().find(other) {
            Some(id) => Resolution::Created(id.clone()),
            // Some do not wait until the vendor must be done.
            None if may_come && self.random.percent(80) => return,
            None => Resolution::NotCreated,
        };
        let mistaken = if self.random.percent(20) { Self::mistaken(&resolution) } else { None };
        if let Some(mistaken) = mistaken {
            // Whatever a person says and takes back before anybody acts on it changes nothing.
            let act = || Act::new(self.clock.now());
            if journal.resolve(key, mistaken, act()).await.unwrap() {
                assert!(journal.reopen(key, act()).await.unwrap());
            }
            if !knows && self.random.percent(50) {
                return;
            }
        }
        if journal.resolve(key, resolution.clone(), Act::new(self.clock.now())).await.unwrap() {
            self.monitor.trace.note(|| format!("a person says of {key}: {resolution:?}"));
            self.monitor.resolved(key);
            if may_come && resolution == Resolution::NotCreated {
                self.monitor.allow(key, 1);
            }
            lock(&vendor).close(key.contact());
        }
    }

    pub(crate) fn vendor(&self, key: &DeliveryKey) -> &SharedVendor {
        let is_it = |vendor: &&SharedVendor| lock(vendor).name == key.provider();
        self.vendors.iter().find(is_it).expect("a vendor of that name")
    }

    /// Waits until all processes have ended.
    pub(crate) async fn until_all_ended(&mut self, patience: Duration) {
        for process in std::mem::take(&mut self.processes) {
            let Process { number, mut task, .. } = process;
            if tokio::time::timeout(patience, &mut task).await.is_err() {
                self.monitor.violation(format!("p{number} does not end"));
                task.abort();
            }
            self.storage.closed();
        }
    }

    /// Imports all contacts once more, and waits until that has ended.
    pub(crate) async fn import_all(&mut self, patience: Duration) {
        let options = ImportOptions { waits: false, window: None, gap: Duration::ZERO };
        let contacts = self.contacts.clone();
        self.start(Work::Import { contacts, options }, Policy::All, Repeat::No);
        self.until_all_ended(patience).await;
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
