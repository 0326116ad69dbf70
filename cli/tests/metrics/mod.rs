//! Prometheus metrics of a worker of the built command, compared with the contacts at the vendors. Servers and vendors
//! run on loopback.

#![cfg(feature = "jetstream")]
mod office;
mod operations;
pub(crate) mod scrape;

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::join_all;
use office::Office;
use scrape::{Scraped, get, poll_until};
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
async fn metrics_count_deliveries_and_show_the_queue() {
    let office = Office::new().await;
    office.import(PEOPLE).await;
    let (worker, address) = office.worker().await;
    let all_people = f64::from(PEOPLE);
    let is_done = |scraped: &Scraped| {
        VENDORS.iter().all(|(_, provider)| {
            created(scraped, provider) == Some(all_people)
                && scraped.provider_value("unicontact_queue_waiting", provider) == Some(0.0)
                && scraped.provider_value("unicontact_queue_in_flight", provider) == Some(0.0)
        })
    };
    let scraped = poll_until(&address, is_done).await;
    for (vendor, provider) in VENDORS {
        assert_eq!(office.sandbox.tally(vendor).held, usize::try_from(PEOPLE).unwrap());
        for (name, value) in [
            ("unicontact_attempts_total", all_people),
            ("unicontact_put_back_total", 0.0),
            ("unicontact_dead_letters_total", 0.0),
            ("unicontact_delivery_seconds_count", all_people),
            ("unicontact_queue_wait_seconds_count", all_people),
            ("unicontact_queue_oldest_seconds", 0.0),
        ] {
            assert_eq!(
                scraped.provider_value(name, provider),
                Some(value),
                "{name} of {provider}: {scraped}"
            );
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
    for contact_data in ["Person", "example.com", "+4420"] {
        assert!(!scraped.text.contains(contact_data), "{scraped}");
    }
    worker.signal("TERM");
    worker.end().await.expect_code(0);
}

#[tokio::test]
async fn a_paused_provider_is_shown_with_its_waiting_deliveries() {
    let office = Office::new().await.replacing(accounts::smarttask::ACCESS_TOKEN, "replace-me");
    office.import(PEOPLE).await;
    let (worker, address) = office.worker().await;
    let paused = "unicontact_paused{provider=\"acme\",kind=\"unauthenticated\"}";
    let is_paused = |scraped: &Scraped| {
        let back = scraped.provider_value("unicontact_put_back_total", "acme");
        scraped.value(paused) == Some(1.0) && back.is_some_and(|count| count > 0.0)
    };
    let scraped = poll_until(&address, is_paused).await;
    let acme_value = |name| scraped.provider_value(name, "acme").unwrap();
    let left = acme_value("unicontact_queue_waiting") + acme_value("unicontact_queue_in_flight");
    assert_eq!(Some(left), Some(f64::from(PEOPLE)), "{scraped}");
    assert!(acme_value("unicontact_queue_oldest_seconds") > 0.0, "{scraped}");
    assert_eq!(created(&scraped, "acme"), Some(0.0), "{scraped}");
    worker.kill().await;
}

#[tokio::test]
async fn a_scrape_is_answered_while_the_queue_servers_are_down() {
    let mut office = Office::new().await;
    office.import(PEOPLE).await;
    let (worker, address) = office.worker().await;
    let is_begun = |scraped: &Scraped| created(scraped, "voice").is_some_and(|count| count > 0.0);
    poll_until(&address, is_begun).await;
    office.kill_server();
    let begun = Instant::now();
    let is_gone = |scraped: &Scraped| scraped.value("unicontact_queue_reachable") == Some(0.0);
    let scraped = poll_until(&address, is_gone).await;
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
    for absent in ["unicontact_queue_waiting", "unicontact_queue_oldest_seconds", "unicontact_workers"] {
        assert!(!scraped.text.contains(absent), "{scraped}");
    }
    assert!(is_begun(&scraped), "what was counted is still told: {scraped}");
    worker.kill().await;
}

#[tokio::test]
async fn concurrent_scrapes_do_not_multiply_requests_to_the_servers() {
    let office = Office::new().await;
    let (worker, address) = office.worker().await;
    let client = async_nats::connect(office.url()).await.unwrap();
    let mut requests = client.subscribe("$JS.API.STREAM.INFO.unicontact_dead_letters").await.unwrap();
    client.flush().await.unwrap();
    let begun = Instant::now();
    for _ in 0..5 {
        let scraped = join_all((0..20).map(|_| get(&address, "/metrics"))).await;
        assert!(scraped.iter().all(|it| it.value("unicontact_queue_reachable") == Some(1.0)));
    }
    let limit = begun.elapsed().as_secs() + 1;
    client.flush().await.unwrap();
    requests.unsubscribe().await.unwrap();
    let count = requests.count().await as u64;
    assert!((1..=limit).contains(&count), "{count} questions, at most {limit}");
    worker.kill().await;
}

#[tokio::test]
async fn other_paths_return_404() {
    let office = Office::new().await;
    let (worker, address) = office.worker().await;
    for path in ["/", "/metrics/", "/metrics/acme", "/debug"] {
        assert_eq!(get(&address, path).await.status, 404, "{path}");
    }
    worker.kill().await;
}

#[tokio::test]
async fn a_taken_metrics_address_is_an_error_before_anything_is_sent() {
    let office = Office::new().await;
    office.import(PEOPLE).await;
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let ended = office.program(&["worker", "--metrics", &address]).run().await.expect_usage_error();
    let words =
        format!("--metrics {address}: the port is in use; choose another one, or 0 for any free port");
    assert!(ended.stderr.contains(&words), "{}", ended.stderr);
    assert!(VENDORS.iter().all(|(vendor, _)| office.sandbox.requests(*vendor).is_empty()));
}
