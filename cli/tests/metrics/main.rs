//! What a worker of the built command tells Prometheus.
//!
//! Its rule: servers, vendors and command are real ones on loopback; what is told is held against what the vendors hold.

#![cfg(feature = "jetstream")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

#[path = "../../../tests/support/nats_server.rs"]
mod nats_server;
mod office;
#[path = "../program/mod.rs"]
mod program;
mod scrape;

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::join_all;
use office::Office;
use scrape::{Scraped, ask, until};
use unicontact::journal::async_nats;
use unicontact_sandbox::{Vendor, accounts};

const PEOPLE: u32 = 20;
const VENDORS: [(Vendor, &str); 4] = [
    (Vendor::SmartTask, "acme"),
    (Vendor::Emnify, "iot"),
    (Vendor::Cloverhound, "voice"),
    (Vendor::OneCloud, "jakarta"),
];

fn created(scraped: &Scraped, provider: &str) -> Option<f64> {
    let labels = format!("{{provider=\"{provider}\",outcome=\"created\",error_kind=\"\"}}");
    scraped.value(&format!("unicontact_deliveries_total{labels}"))
}

#[tokio::test]
async fn what_was_done_and_how_the_queue_stands_is_told() {
    let office = Office::new().await;
    office.import(PEOPLE).await;
    let (worker, address) = office.worker().await;
    let everybody = f64::from(PEOPLE);
    let is_done = |scraped: &Scraped| {
        VENDORS.iter().all(|(_, provider)| {
            created(scraped, provider) == Some(everybody)
                && scraped.of("unicontact_queue_waiting", provider) == Some(0.0)
                && scraped.of("unicontact_queue_in_flight", provider) == Some(0.0)
        })
    };
    let scraped = until(&address, is_done).await;
    for (vendor, provider) in VENDORS {
        assert_eq!(office.sandbox.tally(vendor).held, usize::try_from(PEOPLE).unwrap());
        for (name, value) in [
            ("unicontact_attempts_total", everybody),
            ("unicontact_put_back_total", 0.0),
            ("unicontact_dead_letters_total", 0.0),
            ("unicontact_delivery_seconds_count", everybody),
            ("unicontact_queue_wait_seconds_count", everybody),
            ("unicontact_queue_oldest_seconds", 0.0),
        ] {
            assert_eq!(scraped.of(name, provider), Some(value), "{name} of {provider}: {scraped}");
        }
    }
    for (name, value) in [
        ("unicontact_queue_reachable", 1.0),
        ("unicontact_workers", 1.0),
        ("unicontact_queue_dead_letters", 0.0),
    ] {
        assert_eq!(scraped.value(name), Some(value), "{name}: {scraped}");
    }
    assert!(!scraped.text.contains("unicontact_paused"), "{scraped}");
    assert_eq!(scraped.content_type(), "text/plain; version=0.0.4; charset=utf-8");
    for of_contacts in ["Person", "example.com", "+4420"] {
        assert!(!scraped.text.contains(of_contacts), "{scraped}");
    }
    worker.signal("TERM");
    worker.end().await.expect_code(0);
}

#[tokio::test]
async fn a_provider_that_is_paused_is_told_with_what_waits_for_it() {
    let office = Office::new().await.replacing(accounts::smarttask::ACCESS_TOKEN, "replace-me");
    office.import(PEOPLE).await;
    let (worker, address) = office.worker().await;
    let paused = "unicontact_paused{provider=\"acme\",kind=\"unauthenticated\"}";
    let is_paused = |scraped: &Scraped| {
        let back = scraped.of("unicontact_put_back_total", "acme");
        scraped.value(paused) == Some(1.0) && back.is_some_and(|count| count > 0.0)
    };
    let scraped = until(&address, is_paused).await;
    let of_acme = |name| scraped.of(name, "acme").unwrap();
    let left = of_acme("unicontact_queue_waiting") + of_acme("unicontact_queue_in_flight");
    assert_eq!(Some(left), Some(f64::from(PEOPLE)), "{scraped}");
    assert!(of_acme("unicontact_queue_oldest_seconds") > 0.0, "{scraped}");
    assert_eq!(created(&scraped, "acme"), Some(0.0), "{scraped}");
    worker.kill().await;
}

#[tokio::test]
async fn a_scrape_has_an_answer_while_the_servers_of_the_queue_are_gone() {
    let mut office = Office::new().await;
    office.import(PEOPLE).await;
    let (worker, address) = office.worker().await;
    let is_begun = |scraped: &Scraped| created(scraped, "voice").is_some_and(|count| count > 0.0);
    until(&address, is_begun).await;
    office.end_server();
    let begun = Instant::now();
    let is_gone = |scraped: &Scraped| scraped.value("unicontact_queue_reachable") == Some(0.0);
    let scraped = until(&address, is_gone).await;
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
    for absent in ["unicontact_queue_waiting", "unicontact_queue_oldest_seconds", "unicontact_workers"] {
        assert!(!scraped.text.contains(absent), "{scraped}");
    }
    assert!(is_begun(&scraped), "what was counted is still told: {scraped}");
    worker.kill().await;
}

#[tokio::test]
async fn many_who_scrape_make_no_more_questions_to_the_servers() {
    let office = Office::new().await;
    let (worker, address) = office.worker().await;
    let client = async_nats::connect(office.url()).await.unwrap();
    let mut asked = client.subscribe("$JS.API.STREAM.INFO.unicontact_dead_letters").await.unwrap();
    client.flush().await.unwrap();
    let begun = Instant::now();
    for _ in 0..5 {
        let scraped = join_all((0..20).map(|_| ask(&address, "/metrics"))).await;
        assert!(scraped.iter().all(|it| it.value("unicontact_queue_reachable") == Some(1.0)));
    }
    let most = begun.elapsed().as_secs() + 1;
    client.flush().await.unwrap();
    asked.unsubscribe().await.unwrap();
    let count = asked.count().await as u64;
    assert!((1..=most).contains(&count), "{count} questions, at most {most}");
    worker.kill().await;
}

#[tokio::test]
async fn there_is_nothing_but_the_metrics() {
    let office = Office::new().await;
    let (worker, address) = office.worker().await;
    for path in ["/", "/metrics/", "/metrics/acme", "/debug"] {
        assert_eq!(ask(&address, path).await.status, 404, "{path}");
    }
    worker.kill().await;
}

#[tokio::test]
async fn an_address_that_is_taken_is_told_before_anything_is_sent() {
    let office = Office::new().await;
    office.import(PEOPLE).await;
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let ended = office.program(&["worker", "--metrics", &address]).run().await.expect_usage_error();
    let words =
        format!("--metrics {address}: another program listens there; take another port, or 0 for any");
    assert!(ended.stderr.contains(&words), "{}", ended.stderr);
    assert!(VENDORS.iter().all(|(vendor, _)| office.sandbox.requests(*vendor).is_empty()));
}
