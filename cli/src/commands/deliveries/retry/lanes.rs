//! Many contacts, each to some of the providers.
//!
//! Its rule: every provider has an import of its own, so that one that is paused or slow costs the others nothing; what
//! became of a contact is told at once, when the last of its deliveries has ended.

use std::collections::HashMap;

use futures_util::stream::{self, LocalBoxStream, SelectAll, Stream, StreamExt};
use tokio::sync::mpsc;
use unicontact::import::{Import, Pause};
use unicontact::providers::{ContactProvider, UnifiedContact, contact_key};
use unicontact::{FanOut, Report, Target};

/// So many contacts are under way for each delivery that the busiest provider allows at once.
const DEPTH: usize = 8;
const SMALLEST_WINDOW: usize = 64;

/// The providers, and the contacts that are under way to them.
pub(super) struct Lanes {
    of_providers: Vec<Lane>,
    /// The reports of every lane by its place, and nothing when it has ended.
    reports: SelectAll<LocalBoxStream<'static, (usize, Option<Report>)>>,
    /// By numbers that are given one after another.
    open: HashMap<u64, Open>,
    /// The number of the contact that a lane delivers.
    numbers: HashMap<(usize, String), u64>,
    begun: u64,
    has_left_some: bool,
    window: usize,
}

struct Lane {
    provider: String,
    import: Import,
    /// Nothing when no more contacts come.
    contacts: Option<mpsc::UnboundedSender<UnifiedContact>>,
}

/// A contact that is under way.
#[derive(Default)]
struct Open {
    waiting_for: usize,
    /// By the places of the lanes.
    reports: Vec<(usize, Report)>,
}

impl Lanes {
    pub(super) fn new(fan_out: &FanOut) -> Self {
        let concurrency = fan_out.targets().iter().map(|target| target.settings().concurrency).max();
        let (mut of_providers, mut reports) = (Vec::new(), SelectAll::new());
        for (place, target) in fan_out.targets().iter().enumerate() {
            let (lane, of_lane) = Lane::start(fan_out, target);
            let of_lane = of_lane.map(Some).chain(stream::once(std::future::ready(None)));
            reports.push(of_lane.map(move |report| (place, report)).boxed_local());
            of_providers.push(lane);
        }
        Self {
            of_providers,
            reports,
            open: HashMap::new(),
            numbers: HashMap::new(),
            begun: 0,
            has_left_some: false,
            window: concurrency.unwrap_or(1).saturating_mul(DEPTH).max(SMALLEST_WINDOW),
        }
    }

    /// Whether another contact may begin.
    pub(super) fn has_room(&self) -> bool {
        self.open.len() < self.window
    }

    pub(super) fn knows(&self, provider: &str) -> bool {
        self.of_providers.iter().any(|lane| lane.provider == provider)
    }

    /// Whether none of the providers takes anything any more.
    pub(super) fn are_all_paused(&self) -> bool {
        self.of_providers.iter().all(Lane::is_paused)
    }

    /// Sends a contact to those of `providers` that take it. Whether these are all that there are.
    pub(super) fn begin(&mut self, contact: &UnifiedContact, providers: &[String]) -> bool {
        let key = contact_key(contact);
        let mut waiting_for = 0;
        let mut is_begun = true;
        let named =
            self.of_providers.iter().enumerate().filter(|(_, lane)| providers.contains(&lane.provider));
        for (place, lane) in named {
            if lane.take(contact) {
                self.numbers.insert((place, key.clone()), self.begun);
                waiting_for += 1;
            } else {
                is_begun = false;
            }
        }
        if waiting_for > 0 {
            self.open.insert(self.begun, Open { waiting_for, ..Open::default() });
            self.begun += 1;
        }
        is_begun
    }

    /// No more contacts come.
    pub(super) fn close(&mut self) {
        self.of_providers.iter_mut().for_each(|lane| lane.contacts = None);
    }

    /// Begins nothing new. What is under way comes to its end.
    pub(super) fn stop(&mut self) {
        self.close();
        self.of_providers.iter().for_each(|lane| lane.import.stop());
    }

    /// Cuts off what is under way.
    pub(super) fn abandon(&mut self) {
        self.close();
        self.of_providers.iter().for_each(|lane| lane.import.abandon());
    }

    /// Whether a provider was given what it did not take any more.
    pub(super) fn have_left_some(&self) -> bool {
        self.has_left_some
    }

    /// The providers that are paused, in the order of the configuration.
    pub(super) fn pauses(&self) -> Vec<Pause> {
        self.of_providers.iter().flat_map(|lane| lane.import.pauses()).collect()
    }

    /// The contacts that have ended since; nothing when all have. Dropping the future loses none.
    pub(super) async fn next(&mut self) -> Option<Vec<Report>> {
        let (place, report) = self.reports.next().await?;
        Some(match report {
            Some(report) => self.ended(place, report).into_iter().collect(),
            None => self.left_by(place),
        })
    }

    /// The whole report of its contact, when this is the last of it.
    fn ended(&mut self, place: usize, report: Report) -> Option<Report> {
        let number = self.numbers.remove(&(place, report.contact.clone()))?;
        self.open.get_mut(&number)?.reports.push((place, report));
        self.without_one(number)
    }

    /// What the contacts come to that a lane was given and did not take.
    fn left_by(&mut self, ended: usize) -> Vec<Report> {
        let of_lane = self.numbers.extract_if(|(place, _), _| *place == ended);
        let numbers: Vec<u64> = of_lane.map(|(_, number)| number).collect();
        self.has_left_some |= !numbers.is_empty();
        numbers.into_iter().filter_map(|number| self.without_one(number)).collect()
    }

    fn without_one(&mut self, number: u64) -> Option<Report> {
        let open = self.open.get_mut(&number)?;
        open.waiting_for -= 1;
        if open.waiting_for > 0 {
            return None;
        }
        self.open.remove(&number).and_then(Open::whole)
    }
}

impl Lane {
    fn start(fan_out: &FanOut, target: &Target) -> (Self, impl Stream<Item = Report> + use<>) {
        let provider = target.provider().info().name().to_owned();
        let import = Import::new(fan_out.only(&[&provider]));
        let (contacts, mut given) = mpsc::unbounded_channel();
        let reports = import.run(stream::poll_fn(move |context| given.poll_recv(context)));
        (Self { provider, import, contacts: Some(contacts) }, reports)
    }

    fn is_paused(&self) -> bool {
        !self.import.pauses().is_empty()
    }

    /// Whether it will deliver the contact.
    fn take(&self, contact: &UnifiedContact) -> bool {
        let contacts = self.contacts.as_ref().filter(|_| !self.is_paused());
        contacts.is_some_and(|contacts| contacts.send(contact.clone()).is_ok())
    }
}

impl Open {
    /// In the order of the configuration, and nothing when nobody took it.
    fn whole(mut self) -> Option<Report> {
        self.reports.sort_by_key(|(place, _)| *place);
        self.reports.into_iter().map(|(_, report)| report).reduce(|mut whole, next| {
            whole.deliveries.extend(next.deliveries);
            whole
        })
    }
}
