//! An import that waits for deliveries in doubt. It parks them until a search or another create can resolve them.
//!
//! The vendor and the import share a clock that advances when every task waits, so that no test takes time.

mod clock;
mod vendor;

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use clock::PausedClock;
use futures_util::stream::{self, Stream, StreamExt};
use unicontact::bulk::{Deferred, Import};
use unicontact::journal::{Journal, MemoryJournal};
use unicontact::providers::clock::{Clock, SharedClock};
use unicontact::providers::{Effect, ErrorKind, Provider, UnifiedContact};
use unicontact::{
    Concurrency, Delivery, FanOut, Outcome, Pipeline, Policy, PresumeLostAfter, Report, Settings,
};
use vendor::{Behaviour, LateVendor};

const QUIET_TIME: Duration = Duration::from_mins(10);
/// A vendor that loses every answer and commits every contact late.
const LATE: Behaviour = Behaviour { lost: usize::MAX, late: Some(Duration::from_mins(3)), can_find: true };

struct Bench {
    clock: Arc<PausedClock>,
    vendor: LateVendor,
    journal: Arc<MemoryJournal>,
    settings: Settings,
}

impl Bench {
    fn new(behaviour: Behaviour) -> Self {
        let clock = Arc::new(PausedClock::new("2026-11-20T10:00:00Z".parse().unwrap()));
        let vendor = LateVendor::new(&clock, behaviour);
        let settings = Settings { requests_per_second: 1000, max_attempts: 1, ..Settings::default() };
        Self { clock, vendor, journal: Arc::default(), settings }
    }

    fn with_settings(self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.settings.clone();
        change(&mut settings);
        Self { settings, ..self }
    }

    fn fan_out(&self) -> FanOut {
        let clock = Arc::clone(&self.clock) as SharedClock;
        let provider = Provider::Custom(Box::new(self.vendor.clone()));
        let pipeline = Pipeline::new(provider, self.settings.clone(), clock, 1);
        FanOut::new(vec![pipeline], Policy::All).with_journal(Arc::clone(&self.journal) as Arc<dyn Journal>)
    }

    fn import(&self) -> Import {
        Import::new(self.fan_out()).with_waiting()
    }

    /// Returns the time that passed on the clock.
    fn elapsed(&self) -> Duration {
        self.clock.uptime()
    }
}

fn people(count: usize) -> impl Stream<Item = UnifiedContact> {
    let person = |number| serde_json::json!({"external_id": format!("{number}"), "name": "Ada King"});
    stream::iter(0..count).map(move |number| serde_json::from_value(person(number)).unwrap())
}

fn deliveries(reports: &[Report]) -> Vec<&Delivery> {
    reports.iter().flat_map(|report| &report.deliveries).collect()
}

fn outcomes(reports: &[Report]) -> Vec<Outcome> {
    deliveries(reports).into_iter().map(|delivery| delivery.outcome).collect()
}

/// Returns how often each contact was reported.
fn reported(reports: &[Report]) -> BTreeMap<&str, usize> {
    let mut times = BTreeMap::new();
    for report in reports {
        *times.entry(report.contact.as_str()).or_default() += report.deliveries.len();
    }
    times
}

#[tokio::test(start_paused = true)]
async fn contacts_that_a_vendor_commits_late_are_found_after_the_quiet_time_and_sent_once() {
    let bench = Bench::new(LATE);
    let reports: Vec<_> = bench.import().run(people(40)).collect().await;
    assert_eq!(outcomes(&reports), [Outcome::Created; 40]);
    assert!(reported(&reports).values().all(|times| *times == 1));
    assert_eq!((bench.vendor.creates(), bench.vendor.held().len()), (40, 40));
    assert!(bench.elapsed() >= QUIET_TIME);
    assert!(deliveries(&reports).iter().all(|delivery| delivery.attempts == 1));
}

#[tokio::test(start_paused = true)]
async fn contacts_that_a_vendor_dropped_are_sent_again_after_the_quiet_time() {
    let bench = Bench::new(Behaviour { lost: 30, late: None, can_find: true });
    let reports: Vec<_> = bench.import().run(people(30)).collect().await;
    assert_eq!(outcomes(&reports), [Outcome::Created; 30]);
    assert_eq!((bench.vendor.creates(), bench.vendor.held().len()), (60, 30));
    assert_eq!(deliveries(&reports).iter().map(|delivery| delivery.attempts).sum::<u32>(), 60);
}

#[tokio::test(start_paused = true)]
async fn a_second_lost_answer_parks_the_delivery_again() {
    let bench = Bench::new(Behaviour { lost: 3, late: None, can_find: true });
    let reports: Vec<_> = bench.import().run(people(1)).collect().await;
    assert_eq!(outcomes(&reports), [Outcome::Created]);
    assert_eq!((deliveries(&reports)[0].attempts, bench.vendor.creates()), (4, 4));
    assert!(deliveries(&reports)[0].elapsed >= 3 * QUIET_TIME);
}

#[tokio::test(start_paused = true)]
async fn doubts_that_are_due_together_share_a_look_up_and_none_is_looked_up_twice_within_a_minute() {
    let bench = Bench::new(LATE).with_settings(|settings| settings.concurrency = Concurrency::fixed(50));
    let reports: Vec<_> = bench.import().run(people(40)).collect().await;
    assert_eq!(outcomes(&reports), [Outcome::Created; 40]);
    let begin = bench.vendor.looks()[0].0;
    let is_early = |at: jiff::Timestamp| at.duration_since(begin).unsigned_abs() < Duration::from_mins(1);
    assert!(bench.vendor.looks().len() <= 6, "{:?}", bench.vendor.looks());
    let (first, later): (Vec<_>, Vec<_>) =
        bench.vendor.looks().into_iter().partition(|(at, _)| is_early(*at));
    let looked_for = |looks: &[(jiff::Timestamp, usize)]| looks.iter().map(|(_, count)| count).sum::<usize>();
    assert_eq!((looked_for(&first), looked_for(&later)), (40, 40), "{first:?} {later:?}");
    assert!(later.len() <= 3, "{later:?}");
}

#[tokio::test(start_paused = true)]
async fn parked_deliveries_hold_no_permit_and_others_are_sent_meanwhile() {
    let bench = Bench::new(Behaviour { lost: 20, ..LATE });
    let import = bench.import().with_window(2);
    let elsewhere = import.clone();
    let mut reports = pin!(import.run(people(60)));
    for _ in 0..40 {
        let report = reports.next().await.unwrap();
        assert_eq!(report.deliveries[0].outcome, Outcome::Created);
        assert_eq!(report.deliveries[0].attempts, 1);
    }
    let parked = elsewhere.deferred();
    // As many as the window holds may be under way.
    assert!((18..=20).contains(&parked[0].count), "{parked:?}");
    let begin = "2026-11-20T10:00:00Z".parse::<jiff::Timestamp>().unwrap();
    assert!(parked[0].until.unwrap() >= begin.checked_add(QUIET_TIME).unwrap());
    assert_eq!(reports.count().await, 20);
    assert_eq!(elsewhere.deferred(), [Deferred::default()]);
    assert_eq!(bench.vendor.held().len(), 60);
}

#[tokio::test(start_paused = true)]
async fn a_stopped_import_reports_parked_deliveries_as_in_doubt_with_their_due_times() {
    for abandons in [false, true] {
        let bench = Bench::new(Behaviour { lost: 10, ..LATE });
        let import = bench.import();
        let elsewhere = import.clone();
        let running = tokio::spawn(import.run(people(10)).collect::<Vec<_>>());
        bench.clock.sleep(Duration::from_secs(90)).await;
        assert_eq!(elsewhere.deferred()[0].count, 10);
        if abandons {
            elsewhere.abandon();
        } else {
            elsewhere.stop();
        }
        let reports = running.await.unwrap();
        assert_eq!(outcomes(&reports), [Outcome::InDoubt; 10]);
        assert_eq!(bench.elapsed(), Duration::from_secs(90), "it waited");
        for delivery in deliveries(&reports) {
            assert_eq!(delivery.attempts, 1);
            assert!(delivery.look_again_at.is_some());
            let error = delivery.error.as_ref().unwrap();
            assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::Unknown));
            assert_eq!((error.status(), error.message()), (Some(504), Some("gateway timeout")));
        }
        assert_eq!(elsewhere.deferred(), [Deferred::default()]);
    }
}

#[tokio::test(start_paused = true)]
async fn doubts_that_need_a_person_are_reported_at_once() {
    let no_find = Bench::new(Behaviour { can_find: false, ..LATE });
    let never = Bench::new(LATE)
        .with_settings(|settings| settings.presume_lost_after = Some(PresumeLostAfter::Never));
    for bench in [no_find, never] {
        let reports: Vec<_> = bench.import().run(people(5)).collect().await;
        assert_eq!(outcomes(&reports), [Outcome::InDoubt; 5]);
        assert!(deliveries(&reports).iter().all(|delivery| delivery.look_again_at.is_none()));
        assert!(bench.elapsed() < QUIET_TIME);
    }
}

#[tokio::test(start_paused = true)]
async fn an_import_without_waiting_reports_doubts_with_their_due_times_and_parks_nothing() {
    let bench = Bench::new(LATE);
    let reports: Vec<_> = Import::new(bench.fan_out()).run(people(5)).collect().await;
    assert_eq!(outcomes(&reports), [Outcome::InDoubt; 5]);
    assert!(deliveries(&reports).iter().all(|delivery| delivery.look_again_at.is_some()));
    assert!(bench.elapsed() < QUIET_TIME);
}

#[tokio::test(start_paused = true)]
async fn doubts_of_an_earlier_run_are_parked_too_and_no_contact_is_created_twice() {
    let bench = Bench::new(LATE);
    let first: Vec<_> = Import::new(bench.fan_out()).run(people(12)).collect().await;
    assert_eq!(outcomes(&first), [Outcome::InDoubt; 12]);
    let second: Vec<_> = bench.import().run(people(12)).collect().await;
    assert_eq!(outcomes(&second), [Outcome::Created; 12]);
    assert_eq!((bench.vendor.creates(), bench.vendor.held().len()), (12, 12));
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_is_set_forward_causes_no_second_create() {
    let late = Duration::from_mins(9);
    let bench = Bench::new(Behaviour { lost: usize::MAX, late: Some(late), can_find: true });
    let first: Vec<_> = Import::new(bench.fan_out()).run(people(3)).collect().await;
    assert_eq!(outcomes(&first), [Outcome::InDoubt; 3]);
    bench.clock.set_forward(Duration::from_mins(8));
    let second: Vec<_> = bench.import().run(people(3)).collect().await;
    assert_eq!(outcomes(&second), [Outcome::Created; 3]);
    assert_eq!(bench.vendor.creates(), 3);
    assert!(bench.elapsed() >= QUIET_TIME, "{:?}", bench.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_doubt_that_was_sent_again_on_request_is_looked_up_afterwards() {
    let bench = Bench::new(Behaviour { lost: 2, late: None, can_find: true });
    let first: Vec<_> = Import::new(bench.fan_out()).run(people(1)).collect().await;
    assert_eq!(outcomes(&first), [Outcome::InDoubt]);
    let import = Import::new(bench.fan_out().resend_doubts()).with_waiting();
    let reports: Vec<_> = import.run(people(1)).collect().await;
    assert_eq!(outcomes(&reports), [Outcome::Created]);
    assert_eq!(bench.vendor.creates(), 3);
    assert!(bench.elapsed() >= QUIET_TIME, "it was sent again without a look");
}
