//! One stand-in, and runs that deliver to it with one journal. The runs and the vendor share a clock, which only waits advance.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use unicontact::config::{Configuration, Sources};
use unicontact::journal::{Journal, MemoryJournal};
use unicontact::providers::clock::{Clock as _, ManualClock, SharedClock};
use unicontact::providers::http::Http;
use unicontact::{Delivery, FanOut, Pipeline, Policy};
use unicontact_sandbox::{Clock, Faults, Options, Sandbox, StoredContact, Vendor};

use super::people::{Person, mark_in};

pub(super) struct Office {
    pub(super) vendor: Vendor,
    pub(super) sandbox: Sandbox,
    pub(super) clock: Arc<ManualClock>,
    journal: Arc<MemoryJournal>,
}

impl Office {
    pub(super) async fn start(vendor: Vendor, faults: &str) -> Self {
        let clock = Arc::new(ManualClock::new("2026-11-20T10:00:00Z".parse().unwrap()));
        let time = Arc::clone(&clock);
        let options = Options {
            vendors: vec![vendor],
            clock: Clock::new(move || time.now()),
            faults: Faults::from_toml(faults).unwrap(),
            ..Options::default()
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        Self { vendor, sandbox, clock, journal: Arc::default() }
    }

    /// Returns the fan-out of another run.
    pub(super) fn another_run(&self) -> FanOut {
        let sources = Sources { text: Some(self.sandbox.configuration()), ..Sources::default() };
        let configured = Configuration::load(&sources).unwrap().providers.remove(0);
        let clock = Arc::clone(&self.clock) as SharedClock;
        let provider = configured.connect(&Http::new(Arc::clone(&clock)).unwrap()).unwrap();
        let pipeline = Pipeline::new(provider, configured.settings, clock, 7);
        FanOut::new(vec![pipeline], Policy::All).with_journal(Arc::clone(&self.journal) as Arc<dyn Journal>)
    }

    /// Delivers the people in one run, some of them at once.
    pub(super) async fn run(&self, people: &[Person], at_once: usize) -> Vec<Delivery> {
        let run = self.another_run();
        let deliveries = stream::iter(people).map(|person| deliver_in(&run, person));
        deliveries.buffered(at_once).collect().await
    }

    /// Delivers one person in a run of its own.
    pub(super) async fn deliver(&self, person: &Person) -> Delivery {
        deliver_in(&self.another_run(), person).await
    }

    pub(super) async fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.sandbox.settled().await;
    }

    /// Returns the contacts of each person at the vendor.
    pub(super) fn held(&self) -> BTreeMap<usize, Vec<StoredContact>> {
        let mut held: BTreeMap<usize, Vec<StoredContact>> = BTreeMap::new();
        for contact in self.sandbox.contacts(self.vendor) {
            held.entry(mark_in(&contact)).or_default().push(contact);
        }
        held
    }

    /// Returns the number of creates that the vendor received.
    pub(super) fn creates(&self) -> usize {
        let requests = self.sandbox.requests(self.vendor);
        let is_create = |path: &str| !path.contains("search") && !path.contains("token");
        requests.iter().filter(|request| request.method == "POST" && is_create(&request.path)).count()
    }
}

async fn deliver_in(run: &FanOut, person: &Person) -> Delivery {
    run.deliver(person.contact()).await.deliveries.pop().unwrap()
}
