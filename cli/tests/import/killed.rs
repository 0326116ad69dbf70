//! An import that is killed again and again, and a last run that finishes it.
//!
//! At each vendor no contact is twice, and none is missing that is not told as in doubt. Once the quiet time is over,
//! nobody is in doubt where a vendor dedupes or can be asked.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use unicontact_sandbox::{Latency, On, RetryAfter, Rule, Vendor, What, When};

use crate::{Office, VENDORS, people};

const PEOPLE: usize = 300;
/// The long variant of the tests.
const MANY: usize = 2000;
/// The number of runs that settle all doubts that can be settled.
const FINISHING_RUNS: usize = 8;
/// The default concurrency of each provider, and the claims ahead of it.
const IN_FLIGHT: usize = 8 + 2;

fn latency() -> Rule {
    Rule::new(What::Latency(Latency::LongTail {
        p50: Duration::from_millis(8),
        p99: Duration::from_millis(60),
    }))
    .on(On::Any)
}

fn faults() -> [Rule; 3] {
    let reset = Rule::new(What::ResetAfterCommit).when(with_probability(0.05));
    let limit = What::RateLimit { retry_after: RetryAfter::Seconds(Duration::from_secs(1)) };
    [latency(), reset, Rule::new(limit).when(with_probability(0.1))]
}

/// Vendors that commit late behind a gateway, dedupe only at a create, and list late.
fn late_faults() -> [Rule; 4] {
    let (delay, gateway_timeout) = (Duration::from_mins(20), Some(Duration::from_millis(100)));
    [
        latency(),
        Rule::new(What::LateDedupe { delay, gateway_timeout })
            .at(Vendor::SmartTask)
            .when(with_probability(0.05)),
        Rule::new(What::LateCommit { delay, gateway_timeout }).when(with_probability(0.05)),
        Rule::new(What::StaleList { lag: Duration::from_mins(5) })
            .at(Vendor::Emnify)
            .when(with_probability(0.3)),
    ]
}

fn with_probability(probability: f64) -> When {
    When { probability, ..When::default() }
}

/// Kills runs at numbers of contacts at the vendors, restarts each at once, and lets the last run finish.
async fn killed_at(office: &Office, count: usize, moments: &[usize], most_of_its_own: usize) {
    let file = office.file("people.csv", people(count));
    for contacts in moments {
        let running = office.program(&["import", &file]).start().await;
        office.holds(*contacts).await;
        running.kill().await;
    }
    office.import(&file, &[]).await;
    no_contact_is_duplicated_or_lost(office, count).await;
    let mut last = None;
    // A retry may lose its response again.
    for _ in 0..FINISHING_RUNS {
        office.an_hour_passes();
        let ended = office.import(&file, &[]).await;
        let in_doubt = no_contact_is_duplicated_or_lost(office, count).await;
        let is_settled = ["acme", "iot"].iter().all(|provider| in_doubt[provider].is_empty());
        last = Some((ended, in_doubt, is_settled));
        if is_settled {
            break;
        }
    }
    let (ended, in_doubt, is_settled) = last.unwrap();
    assert!(is_settled, "acme can be sent it again and iot be asked: {in_doubt:?}");
    for (provider, in_doubt) in &in_doubt {
        assert!(in_doubt.len() <= moments.len() * IN_FLIGHT + most_of_its_own, "{provider}: {in_doubt:?}");
    }
    ended.expect_code(if in_doubt.values().all(BTreeSet::is_empty) { 0 } else { 3 });
}

/// Returns the contacts in doubt at each provider.
async fn no_contact_is_duplicated_or_lost(
    office: &Office,
    count: usize,
) -> BTreeMap<&'static str, BTreeSet<String>> {
    let everybody: BTreeSet<String> = (0..count).map(|number| number.to_string()).collect();
    let mut all_in_doubt = BTreeMap::new();
    for (vendor, provider) in VENDORS {
        let names = office.names(vendor);
        let there: BTreeSet<String> =
            names.iter().map(|name| name.strip_prefix("Person ").unwrap().to_owned()).collect();
        assert_eq!(names.len(), there.len(), "somebody is twice at {provider}");
        // 0 is no id: the first contact has a hash as its key.
        let number = |key: String| if key.starts_with("sha256:") { "0".to_owned() } else { key };
        let in_doubt: BTreeSet<String> = office.in_doubt(provider).await.into_iter().map(number).collect();
        let missing: BTreeSet<String> = everybody.difference(&there).cloned().collect();
        assert!(missing.is_subset(&in_doubt), "{provider} misses {missing:?}, in doubt are {in_doubt:?}");
        all_in_doubt.insert(provider, in_doubt);
    }
    all_in_doubt
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_imports_create_no_duplicates_and_lose_no_contact() {
    let office = Office::with_faults([latency()]).await;
    killed_at(&office, PEOPLE, &[1, 90, 173, 402, 611, 702, 840, 951], 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_imports_with_lost_answers_and_rate_limits_create_no_duplicates() {
    let office = Office::with_faults(faults()).await.setting("max_attempts = 9");
    killed_at(&office, PEOPLE, &[40, 220, 515, 799, 1010], PEOPLE / 8).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_imports_with_late_commits_and_late_lists_create_no_duplicates() {
    let office = Office::with_faults(late_faults()).await;
    killed_at(&office, PEOPLE, &[40, 220, 515, 799], PEOPLE / 8).await;
}

/// Returns kill points spread over all contacts by a linear congruential generator.
fn moments(count: usize) -> Vec<usize> {
    let next = |state: &u64| {
        Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407))
    };
    let draws = std::iter::successors(Some(5_u64), next).skip(1).map(|state| (state >> 33) as usize);
    let mut moments: Vec<usize> = draws.map(|draw| draw % (MANY * 4 - 1000)).take(count).collect();
    moments.sort_unstable();
    moments
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the long form: it takes minutes"]
async fn imports_killed_fifty_times_create_no_duplicates_and_lose_no_contact() {
    let office = Office::with_faults([latency()]).await;
    killed_at(&office, MANY, &moments(50), 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the long form: it takes minutes"]
async fn imports_killed_fifty_times_with_lost_answers_and_rate_limits_create_no_duplicates() {
    let office = Office::with_faults(faults()).await.setting("max_attempts = 9");
    killed_at(&office, MANY, &moments(50), MANY / 8).await;
}
