//! An import that is killed repeatedly, and the runs that finish it.
//!
//! No contact exists twice at a vendor, and every missing contact is in doubt. After the quiet time no doubt remains at
//! vendors with dedupe or search.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use unicontact_sandbox::{Latency, On, RetryAfter, Rule, Vendor, What, When};

use crate::import::{Office, people};

const PEOPLE: usize = 300;
/// The number of people in the long tests.
const MANY: usize = 2000;
/// The number of runs in which all doubts at vendors with dedupe or search are resolved.
const FINISHING_RUNS: usize = 8;
/// The vendors that deduplicate or can be searched, so that no doubt about them stays.
const RESOLVED: [&str; 4] = ["acme", "iot", "marketing", "sales"];
/// Two vendors that are described by files.
const DESCRIBED: [(Vendor, &str); 2] = [(Vendor::HubSpot, "marketing"), (Vendor::Salesforce, "sales")];
/// The default concurrency of a provider, and the deliveries that are claimed ahead.
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

/// Returns faults of vendors that commit late behind a gateway, dedupe only on a create, and list late.
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

/// Kills a run at each of these contact counts, starts the next one at once, and finishes the import after the quiet
/// time. `doubts_of_faults` limits the doubts that the faults cause.
async fn import_with_kills(office: &Office, count: usize, kill_counts: &[usize], doubts_of_faults: usize) {
    let file = office.file("people.csv", people(count));
    for contacts in kill_counts {
        let running = office.program(&["import", &file]).start().await;
        office.wait_until_held(*contacts).await;
        running.kill().await;
    }
    office.import(&file, &[]).await;
    expect_no_duplicate_and_no_loss(office, count).await;
    let mut last = None;
    // The answer to a resend may be lost, too.
    for _ in 0..FINISHING_RUNS {
        office.advance_one_hour();
        let ended = office.import(&file, &[]).await;
        let in_doubt = expect_no_duplicate_and_no_loss(office, count).await;
        let is_settled =
            in_doubt.iter().all(|(provider, people)| people.is_empty() || !RESOLVED.contains(provider));
        last = Some((ended, in_doubt, is_settled));
        if is_settled {
            break;
        }
    }
    let (ended, in_doubt, is_settled) = last.unwrap();
    assert!(is_settled, "each of {RESOLVED:?} can be sent it again or be asked: {in_doubt:?}");
    for (provider, in_doubt) in &in_doubt {
        assert!(
            in_doubt.len() <= kill_counts.len() * IN_FLIGHT + doubts_of_faults,
            "{provider}: {in_doubt:?}"
        );
    }
    ended.expect_code(if in_doubt.values().all(BTreeSet::is_empty) { 0 } else { 3 });
}

/// Fails if a contact exists twice, or is missing and not in doubt. Returns the contacts in doubt at each provider.
async fn expect_no_duplicate_and_no_loss(
    office: &Office,
    count: usize,
) -> BTreeMap<&'static str, BTreeSet<String>> {
    let all_people: BTreeSet<String> = (0..count).map(|number| number.to_string()).collect();
    let mut all_in_doubt = BTreeMap::new();
    for (vendor, provider) in office.vendors.iter().copied() {
        let names = office.names(vendor);
        let present: BTreeSet<String> =
            names.iter().map(|name| name.strip_prefix("Person ").unwrap().to_owned()).collect();
        assert_eq!(names.len(), present.len(), "somebody is twice at {provider}");
        // 0 is not an id: a hash identifies the first contact.
        let number = |key: String| if key.starts_with("sha256:") { "0".to_owned() } else { key };
        let in_doubt: BTreeSet<String> = office.in_doubt(provider).await.into_iter().map(number).collect();
        let missing: BTreeSet<String> = all_people.difference(&present).cloned().collect();
        assert!(missing.is_subset(&in_doubt), "{provider} misses {missing:?}, in doubt are {in_doubt:?}");
        all_in_doubt.insert(provider, in_doubt);
    }
    all_in_doubt
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeated_kills_cause_no_duplicate_and_no_loss() {
    let office = Office::with_faults([latency()]).await;
    import_with_kills(&office, PEOPLE, &[1, 90, 173, 402, 611, 702, 840, 951], 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeated_kills_with_lost_answers_and_rate_limits_cause_no_duplicate_and_no_loss() {
    let office = Office::with_faults(faults()).await.setting("max_attempts = 9");
    import_with_kills(&office, PEOPLE, &[40, 220, 515, 799, 1010], PEOPLE / 8).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeated_kills_with_late_commits_and_late_lists_cause_no_duplicate_and_no_loss() {
    let office = Office::with_faults(late_faults()).await;
    import_with_kills(&office, PEOPLE, &[40, 220, 515, 799], PEOPLE / 8).await;
}

/// Returns faults of vendors that commit late, dedupe only on a create, and find late.
fn late_faults_of_described() -> [Rule; 4] {
    let (delay, gateway_timeout) = (Duration::from_mins(20), Some(Duration::from_millis(100)));
    [
        latency(),
        Rule::new(What::LateDedupe { delay, gateway_timeout }).when(with_probability(0.05)),
        Rule::new(What::StaleList { lag: Duration::from_mins(5) }).when(with_probability(0.3)),
        Rule::new(What::ResetAfterCommit).when(with_probability(0.05)),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeated_kills_cause_no_duplicate_and_no_loss_at_described_vendors() {
    let office = Office::at(&DESCRIBED, [latency()]).await;
    import_with_kills(&office, PEOPLE, &[1, 90, 173, 402, 530], 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeated_kills_with_lost_answers_cause_no_duplicate_and_no_loss_at_described_vendors() {
    let office = Office::at(&DESCRIBED, faults()).await.setting("max_attempts = 9");
    import_with_kills(&office, PEOPLE, &[40, 220, 415], PEOPLE / 8).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeated_kills_with_late_commits_cause_no_duplicate_and_no_loss_at_described_vendors() {
    let office = Office::at(&DESCRIBED, late_faults_of_described()).await;
    import_with_kills(&office, PEOPLE, &[40, 220, 415], PEOPLE / 4).await;
}

/// Returns contact counts that a linear congruential generator spreads over the whole import.
fn kill_counts(count: usize) -> Vec<usize> {
    let next = |state: &u64| {
        Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407))
    };
    let draws = std::iter::successors(Some(5_u64), next).skip(1).map(|state| (state >> 33) as usize);
    let mut kill_counts: Vec<usize> = draws.map(|draw| draw % (MANY * 4 - 1000)).take(count).collect();
    kill_counts.sort_unstable();
    kill_counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the long form: it takes minutes"]
async fn fifty_kills_cause_no_duplicate_and_no_loss() {
    let office = Office::with_faults([latency()]).await;
    import_with_kills(&office, MANY, &kill_counts(50), 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the long form: it takes minutes"]
async fn fifty_kills_with_lost_answers_and_rate_limits_cause_no_duplicate_and_no_loss() {
    let office = Office::with_faults(faults()).await.setting("max_attempts = 9");
    import_with_kills(&office, MANY, &kill_counts(50), MANY / 8).await;
}
