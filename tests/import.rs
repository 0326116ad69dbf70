//! Imports of the library through the sandbox. The stream of contacts counts how many are taken.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::stream::{self, Stream, StreamExt};
use unicontact::bulk::{Counts, Import, Summary};
use unicontact::config::{Configuration, Sources};
use unicontact::providers::clock::{Clock, ManualClock, SharedClock, SystemClock};
use unicontact::providers::contact::Name;
use unicontact::providers::http::Http;
use unicontact::providers::{ErrorKind, UnifiedContact};
use unicontact::{Delivery, FanOut, Note, Outcome, Pipeline, Policy, Report, Verdict};
use unicontact_sandbox::{Faults, Options, RetryAfter, Rule, Sandbox, Vendor, What, When};

async fn sandbox(rules: impl IntoIterator<Item = Rule>) -> Sandbox {
    Sandbox::start(Options { faults: Faults::new(3, rules), ..Options::default() }).await.unwrap()
}

fn fan_out(sandbox: &Sandbox) -> FanOut {
    fan_out_at(sandbox, &(Arc::new(SystemClock) as SharedClock))
}

fn fan_out_at(sandbox: &Sandbox, clock: &SharedClock) -> FanOut {
    let settings = "journal = \"off\"\n[defaults]\nrequests_per_second = 1000\nmax_attempts = 1\nsettle_delay = \"10ms\"\n";
    let text = sandbox.configuration().replace("journal = \"off\"", settings);
    let configuration = Configuration::load(&Sources { text: Some(text), ..Sources::default() }).unwrap();
    let http = Http::new(Arc::clone(clock)).unwrap();
    let pipeline = |configured: &unicontact::config::ConfiguredProvider| {
        let provider = configured.connect(&http).unwrap();
        Pipeline::new(provider, configured.settings.clone(), Arc::clone(clock), 1)
    };
    FanOut::new(configuration.providers.iter().map(pipeline).collect(), Policy::FirstFailure)
}

/// Starts a sandbox and a fan-out with the same manual clock, on which waits take no time.
async fn on_manual_clock(rules: impl IntoIterator<Item = Rule>) -> (Sandbox, FanOut) {
    let clock = Arc::new(ManualClock::new("2026-11-20T10:00:00Z".parse().unwrap()));
    let of_sandbox = Arc::clone(&clock);
    let sandbox = Sandbox::start(Options {
        faults: Faults::new(3, rules),
        clock: unicontact_sandbox::Clock::new(move || of_sandbox.now()),
        ..Options::default()
    });
    let sandbox = sandbox.await.unwrap();
    let fan_out = fan_out_at(&sandbox, &(clock as SharedClock));
    (sandbox, fan_out)
}

fn people(count: usize) -> impl Stream<Item = UnifiedContact> {
    let person =
        |number| serde_json::json!({"external_id": format!("{number}"), "name": format!("Person {number}")});
    stream::iter(0..count).map(move |number| serde_json::from_value(person(number)).unwrap())
}

/// Returns the deliveries of one provider, in the order of the reports.
fn deliveries_of<'a>(provider: &str, reports: &'a [Report]) -> Vec<&'a Delivery> {
    let deliveries = reports.iter().flat_map(|report| &report.deliveries);
    deliveries.filter(|delivery| delivery.provider == provider).collect()
}

fn outcomes(provider: &str, reports: &[Report]) -> Vec<Outcome> {
    deliveries_of(provider, reports).into_iter().map(|delivery| delivery.outcome).collect()
}

fn counts(import: &Import, reports: &[Report]) -> HashMap<String, Counts> {
    let mut summary = Summary::with_providers(import.provider_names());
    for report in reports {
        summary.add(report);
    }
    summary.providers.into_iter().collect()
}

#[tokio::test]
async fn contacts_are_taken_up_to_the_window_ahead_of_the_reports() {
    let sandbox = sandbox([]).await;
    let import = Import::new(fan_out(&sandbox).only(&["acme"])).with_window(5);
    let taken = Arc::new(AtomicUsize::new(0));
    let counted = people(40).inspect(|_| {
        taken.fetch_add(1, Ordering::SeqCst);
    });
    let mut reports = pin!(import.run(counted));
    for reported in 1..=40 {
        assert!(reports.next().await.is_some());
        assert!(taken.load(Ordering::SeqCst) < reported + 5, "after {reported} reports");
    }
    assert!(reports.next().await.is_none());
    assert_eq!(import.taken(), 40);
}

#[tokio::test]
async fn a_summary_counts_a_hundred_reports() {
    let sandbox = sandbox([]).await;
    let import = Import::new(fan_out(&sandbox));
    let mut summary = Summary::with_providers(import.provider_names());
    let mut reports = pin!(import.run(people(100)));
    while let Some(report) = reports.next().await {
        summary.add(&report);
    }
    assert_eq!(summary.verdict(), Verdict::Done);
    assert_eq!(import.taken(), 100);
    assert!(summary.providers.iter().all(|(_, counts)| counts.created == 100));
}

#[tokio::test]
async fn an_import_ignores_the_policy_and_single_failures_pause_no_provider() {
    let second = When { every: 2, ..When::default() };
    let reset = Rule::new(What::ResetBeforeCommit).at(Vendor::Emnify).when(second);
    let sandbox = sandbox([reset]).await;
    let import = Import::new(fan_out(&sandbox)).with_window(1).with_failure_threshold(2);
    let reports: Vec<_> = import.run(people(20)).collect().await;
    assert!(import.open_breakers().is_empty());
    assert_eq!(outcomes("acme", &reports), [Outcome::Created; 20]);
    assert_eq!(sandbox.tally(Vendor::Emnify).held, 10);
}

#[tokio::test]
async fn failures_in_a_row_pause_a_provider() {
    let reset = Rule::new(What::Down).at(Vendor::Emnify);
    let sandbox = sandbox([reset]).await;
    let import = Import::new(fan_out(&sandbox)).with_window(1).with_failure_threshold(3);
    let reports: Vec<_> = import.run(people(10)).collect().await;
    let outcomes = outcomes("iot", &reports);
    assert_eq!(outcomes[..3], [Outcome::Failed; 3]);
    assert_eq!(outcomes[3..], [Outcome::Pending; 7]);
    assert_eq!(deliveries_of("iot", &reports)[9].note, Some(Note::Paused));
    let pauses = import.open_breakers();
    assert_eq!((pauses.len(), pauses[0].provider.as_str(), pauses[0].consecutive_failures), (1, "iot", 3));
    assert!(pauses[0].half_open_at.is_none());
    assert_eq!(sandbox.tally(Vendor::OneCloud).held, 10);
}

#[tokio::test]
async fn a_hanging_provider_delays_no_other_and_an_abandoned_import_ends_at_once() {
    let hang = Rule::new(What::HangAfterCommit).at(Vendor::Cloverhound);
    let sandbox = sandbox([hang]).await;
    let import = Import::new(fan_out(&sandbox)).with_window(4);
    let elsewhere = import.clone();
    let others = [Vendor::SmartTask, Vendor::Emnify, Vendor::OneCloud];
    let watching = async {
        while others.iter().any(|vendor| sandbox.tally(*vendor).held < 300) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        assert_eq!(elsewhere.backlog(), [0, 0, 296, 0]);
        elsewhere.abandon();
    };
    let (reports, ()) = tokio::join!(import.run(people(300)).collect::<Vec<_>>(), watching);
    let counts = counts(&import, &reports);
    assert_eq!((counts["voice"].in_doubt, counts["voice"].pending), (4, 296));
    // The vendors hold all contacts; the answers to the last ones may be missing.
    for provider in ["acme", "iot", "jakarta"] {
        assert_eq!(counts[provider].created + counts[provider].in_doubt, 300, "{provider}");
    }
}

#[tokio::test]
async fn a_slow_provider_gets_every_contact_in_order() {
    let slow = What::Latency(unicontact_sandbox::Latency::Fixed(Duration::from_millis(3)));
    let sandbox = sandbox([Rule::new(slow).at(Vendor::Cloverhound)]).await;
    let import = Import::new(fan_out(&sandbox)).with_window(1);
    let reports: Vec<_> = import.run(people(200)).collect().await;
    for provider in ["acme", "iot", "voice", "jakarta"] {
        assert_eq!(outcomes(provider, &reports), [Outcome::Created; 200], "{provider}");
    }
    let names = |body: &serde_json::Value| body["full_name"].as_str().unwrap().to_owned();
    let contacts = sandbox.contacts(Vendor::Cloverhound);
    let came: Vec<String> = contacts.iter().map(|contact| names(&contact.body)).collect();
    assert_eq!(came, (0..200).map(|number| format!("Person {number}")).collect::<Vec<_>>());
    assert!(reports.len() > 200, "the slow provider never had a backlog");
    assert_eq!(import.backlog(), [0; 4]);
}

#[tokio::test]
async fn a_stopped_import_reports_its_backlog_as_pending() {
    let hang = Rule::new(What::HangBeforeCommit).at(Vendor::Cloverhound);
    let sandbox = sandbox([hang]).await;
    let import = Import::new(fan_out(&sandbox)).with_window(2);
    let mut summary = Summary::with_providers(import.provider_names());
    let mut reports = pin!(import.run(people(50)));
    while let Some(report) = reports.next().await {
        summary.add(&report);
        if import.backlog()[2] == 48 {
            import.stop();
            import.abandon();
        }
    }
    let counts: HashMap<_, _> = summary.providers.into_iter().collect();
    assert_eq!(counts["voice"].in_doubt + counts["voice"].pending, 50);
    assert!(counts["voice"].pending >= 48);
}

#[tokio::test]
async fn a_waiting_import_resumes_when_the_quota_is_renewed() {
    let quota = What::Quota { creates: 30, time_zone: "Asia/Jakarta".to_owned() };
    let (sandbox, fan_out) = on_manual_clock([Rule::new(quota).at(Vendor::OneCloud)]).await;
    let import = Import::new(fan_out).with_waiting().with_window(4);
    let reports: Vec<_> = import.run(people(100)).collect().await;
    for provider in ["acme", "iot", "voice", "jakarta"] {
        assert_eq!(outcomes(provider, &reports), [Outcome::Created; 100], "{provider}");
    }
    assert_eq!(sandbox.tally(Vendor::OneCloud).held, 100);
    assert!(import.open_breakers().is_empty());
}

#[tokio::test]
async fn a_paused_provider_is_probed_with_one_contact() {
    let limit = What::RateLimit { retry_after: RetryAfter::Seconds(Duration::from_hours(1)) };
    let for_hours = When { lasting: Some(Duration::from_mins(200)), times: Some(1), ..When::default() };
    let (sandbox, fan_out) =
        on_manual_clock([Rule::new(limit).at(Vendor::Cloverhound).when(for_hours)]).await;
    let import =
        Import::new(fan_out.only(&["voice"])).with_waiting().with_window(8).with_failure_threshold(4);
    let reports: Vec<_> = import.run(people(60)).collect().await;
    let counts = counts(&import, &reports);
    // The creates of the first minute, with those under way beside the fourth, and one probe in each of three hours.
    let failed = counts["voice"].failed;
    assert!((4 + 3..=4 + 7 + 3).contains(&failed), "{failed}");
    assert_eq!(counts["voice"].created, 60 - failed);
    assert_eq!(sandbox.tally(Vendor::Cloverhound).held as u64, 60 - failed);
}

#[tokio::test]
async fn pauses_get_longer_while_the_vendor_names_too_short_a_wait() {
    let limit = What::RateLimit { retry_after: RetryAfter::Seconds(Duration::ZERO) };
    let for_an_hour = When { lasting: Some(Duration::from_hours(1)), times: Some(1), ..When::default() };
    let (sandbox, fan_out) =
        on_manual_clock([Rule::new(limit).at(Vendor::Cloverhound).when(for_an_hour)]).await;
    let import =
        Import::new(fan_out.only(&["voice"])).with_waiting().with_window(4).with_failure_threshold(2);
    let reports: Vec<_> = import.run(people(200)).collect().await;
    let failed = counts(&import, &reports)["voice"].failed;
    assert!(failed <= 2 + 3 + 10, "{failed}");
    assert_eq!(sandbox.tally(Vendor::Cloverhound).held as u64, 200 - failed);
}

#[tokio::test]
async fn a_second_run_waits_for_the_pause_of_the_first() {
    let limit = What::RateLimit { retry_after: RetryAfter::Seconds(Duration::from_secs(1)) };
    let once = When { times: Some(1), ..When::default() };
    let sandbox = sandbox([Rule::new(limit).at(Vendor::Cloverhound).when(once)]).await;
    let import = Import::new(fan_out(&sandbox).only(&["voice"]))
        .with_waiting()
        .with_window(1)
        .with_failure_threshold(1);
    let mut first = Box::pin(import.run(people(30)));
    let failed = first.next().await.unwrap();
    assert_eq!(outcomes("voice", &[failed]), [Outcome::Failed]);
    drop(first);
    assert_eq!((import.open_breakers().len(), import.backlog()), (1, vec![0]));
    let reports: Vec<_> = import.run(people(60).skip(30)).collect().await;
    assert_eq!(outcomes("voice", &reports), [Outcome::Created; 30]);
}

#[tokio::test]
async fn runs_of_the_same_import_are_serialized() {
    let sandbox = sandbox([]).await;
    let import = Import::new(fan_out(&sandbox)).with_window(2);
    let (first, second) = tokio::join!(
        import.run(people(30)).collect::<Vec<_>>(),
        import.run(people(60).skip(30)).collect::<Vec<_>>()
    );
    for provider in ["acme", "iot", "voice", "jakarta"] {
        assert_eq!(outcomes(provider, &first), [Outcome::Created; 30]);
        assert_eq!(outcomes(provider, &second), [Outcome::Created; 30]);
    }
}

#[tokio::test]
async fn a_contact_that_cannot_be_spilled_blocks_the_next_ones() {
    let hang = Rule::new(What::HangBeforeCommit).at(Vendor::Cloverhound);
    let sandbox = sandbox([hang]).await;
    let import = Import::new(fan_out(&sandbox).only(&["acme", "voice"])).with_window(2);
    // Reading a contact trims its name, so this one differs after a round trip.
    let unreadable = |number: usize| UnifiedContact {
        external_id: Some(number.to_string()),
        name: Some(Name { full: Some(format!(" Ada {number} ")), ..Name::default() }),
        ..UnifiedContact::default()
    };
    let contact = unreadable(1);
    let again = serde_json::from_value::<UnifiedContact>(serde_json::to_value(&contact).unwrap());
    assert_ne!(again.ok(), Some(contact), "it could be put aside");
    let contacts = stream::iter(0..500).map(unreadable);
    let elsewhere = import.clone();
    let watching = async {
        while sandbox.tally(Vendor::SmartTask).held < 2 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(elsewhere.taken() <= 2 + 2 + 1, "{} were taken", elsewhere.taken());
        elsewhere.abandon();
    };
    let (reports, ()) = tokio::join!(import.run(contacts).collect::<Vec<_>>(), watching);
    assert_eq!(deliveries_of("voice", &reports).len() as u64, import.taken());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stop_from_another_thread_ends_a_wait_at_once() {
    let quota = What::Quota { creates: 1, time_zone: "Asia/Jakarta".to_owned() };
    for _ in 0..20 {
        let sandbox = sandbox([Rule::new(quota.clone()).at(Vendor::OneCloud)]).await;
        let import = Import::new(fan_out(&sandbox).only(&["jakarta"])).with_waiting().with_window(4);
        let mut reports = Box::pin(import.run(people(20)));
        let running = tokio::spawn(async move { while reports.next().await.is_some() {} });
        while import.backlog() == [0] {
            tokio::task::yield_now().await;
        }
        let elsewhere = import.clone();
        std::thread::spawn(move || elsewhere.stop()).join().unwrap();
        tokio::time::timeout(Duration::from_secs(20), running).await.expect("it ends").unwrap();
    }
}

#[tokio::test]
async fn a_waiting_import_does_not_wait_after_refused_credentials() {
    let (sandbox, _) = on_manual_clock([]).await;
    let text = sandbox.configuration().replace("sandbox-key-secret", "wrong");
    let configuration = Configuration::load(&Sources { text: Some(text), ..Sources::default() }).unwrap();
    let clock: SharedClock = Arc::new(SystemClock);
    let http = Http::new(Arc::clone(&clock)).unwrap();
    let voice = configuration.providers.iter().find(|provider| provider.name == "voice").unwrap();
    let pipeline = Pipeline::new(voice.connect(&http).unwrap(), voice.settings.clone(), clock, 1);
    let import = Import::new(FanOut::new(vec![pipeline], Policy::All)).with_waiting();
    let reports: Vec<_> = import.run(people(500)).collect().await;
    assert!(reports.len() < 500);
    let open = import.open_breakers();
    assert_eq!(open[0].kind, Some(ErrorKind::Unauthenticated));
    assert!(open[0].half_open_at.is_none());
}
