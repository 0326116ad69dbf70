//! An import that is killed again and again, and a last run that finishes it.
//!
//! Its rule: at each vendor no contact twice, and none missing that is not told as in doubt; in doubt only where a vendor
//! can neither dedupe nor be asked.

use std::collections::BTreeSet;
use std::time::Duration;

use unicontact_sandbox::{Latency, On, RetryAfter, Rule, What, When};

use crate::{Office, VENDORS, people};

const PEOPLE: usize = 300;
/// In the long form.
const MANY: usize = 2000;
/// The default for each provider, and those that are claimed beside.
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

fn with_probability(probability: f64) -> When {
    When { probability, ..When::default() }
}

/// Kills runs when the vendors hold so many contacts in all, and finishes.
async fn killed_at(office: &Office, count: usize, moments: &[usize], most_of_its_own: usize) {
    let file = office.file("people.csv", people(count));
    for contacts in moments {
        let running = office.program(&["import", &file]).start().await;
        office.holds(*contacts).await;
        running.kill().await;
    }
    let last = office.import(&file, &[]).await;
    let everybody: BTreeSet<String> = (0..count).map(|number| number.to_string()).collect();
    let mut total = 0;
    for (vendor, provider) in VENDORS {
        let names = office.names(vendor);
        let there: BTreeSet<String> =
            names.iter().map(|name| name.strip_prefix("Person ").unwrap().to_owned()).collect();
        assert_eq!(names.len(), there.len(), "somebody is twice at {provider}");
        let in_doubt = office.in_doubt(provider).await;
        let missing: BTreeSet<String> = everybody.difference(&there).cloned().collect();
        assert!(missing.is_subset(&in_doubt), "{provider} misses {missing:?}, in doubt are {in_doubt:?}");
        if matches!(provider, "acme" | "iot") {
            assert!(in_doubt.is_empty(), "{provider}: {in_doubt:?}");
        }
        assert!(in_doubt.len() <= moments.len() * IN_FLIGHT + most_of_its_own, "{provider}: {in_doubt:?}");
        total += in_doubt.len();
    }
    last.expect_code(if total == 0 { 0 } else { 3 });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_twice_and_nobody_is_lost_however_often_it_is_killed() {
    let office = Office::with_faults([latency()]).await;
    killed_at(&office, PEOPLE, &[1, 90, 173, 402, 611, 702, 840, 951], 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_where_answers_are_lost_and_limits_are_met() {
    let office = Office::with_faults(faults()).await.setting("max_attempts = 9");
    killed_at(&office, PEOPLE, &[40, 220, 515, 799, 1010], PEOPLE / 8).await;
}

/// Moments that are spread over all that is to come, by a linear congruential generator.
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
async fn nobody_is_twice_and_nobody_is_lost_at_fifty_moments() {
    let office = Office::with_faults([latency()]).await;
    killed_at(&office, MANY, &moments(50), 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the long form: it takes minutes"]
async fn nor_at_fifty_moments_where_answers_are_lost_and_limits_are_met() {
    let office = Office::with_faults(faults()).await.setting("max_attempts = 9");
    killed_at(&office, MANY, &moments(50), MANY / 8).await;
}
