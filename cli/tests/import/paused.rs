//! Providers that cannot accept any contact. The others get every contact, the paused one gets only the requests under
//! way, and a later run sends the rest.

use std::time::Duration;

use unicontact_sandbox::{Latency, RetryAfter, Rule, Vendor, What, When};

use crate::import::{Office, count, people, total};

/// The default concurrency of a provider.
const IN_FLIGHT: u64 = 8;

#[tokio::test]
async fn refused_credentials_pause_a_provider_and_a_later_run_sends_the_rest() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(120));
    let configuration = office.configuration().replace("sandbox-key-secret", "wrong");
    let program =
        crate::program::Program::new(&["import", &file, "--format", "json"]).configured(&configuration);
    let ended = program.run().await.expect_code(1);
    let summary = ended.json();
    assert_eq!(office.held(), [120, 120, 0, 120]);
    let failed = count(&summary, "voice", "failed");
    assert!((1..=IN_FLIGHT).contains(&failed), "{summary}");
    assert_eq!(count(&summary, "voice", "pending"), 120 - failed);
    assert!(office.sandbox.requests(Vendor::Cloverhound).len() as u64 <= 2 * IN_FLIGHT);
    assert!(ended.stderr.contains("voice is paused: "), "{ended:?}");
    assert!(ended.stderr.contains("run the same command again"), "{ended:?}");
    assert!(!ended.stderr.contains("wrong"), "{ended:?}");
    let second = office.import(&file, &[]).await.expect_code(0).json();
    assert_eq!(count(&second, "voice", "created"), 120);
    assert_eq!(count(&second, "acme", "skipped"), 120);
    assert_eq!(office.held(), [120; 4]);
}

#[tokio::test]
async fn a_used_up_quota_pauses_a_provider_until_the_time_that_it_names() {
    let quota = What::Quota { creates: 25, time_zone: "Asia/Jakarta".to_owned() };
    let office = Office::with_faults([Rule::new(quota).at(Vendor::OneCloud)]).await;
    let file = office.file("people.csv", people(100));
    let ended = office.import(&file, &[]).await.expect_code(1);
    let summary = ended.json();
    assert_eq!(office.held(), [100, 100, 100, 25]);
    assert_eq!(count(&summary, "jakarta", "created"), 25);
    assert!((1..=IN_FLIGHT).contains(&count(&summary, "jakarta", "failed")), "{summary}");
    assert_eq!(total(&summary, "jakarta"), 100);
    assert!(ended.stderr.contains("It will work again at "), "{ended:?}");
    assert!(ended.stderr.contains("18:00 +07:00"), "{ended:?}");
}

#[tokio::test]
async fn twenty_failures_in_a_row_pause_a_provider() {
    let down = Rule::new(What::Down).at(Vendor::SmartTask);
    let office = Office::with_faults([down]).await.setting("max_attempts = 1");
    let file = office.file("people.csv", people(100));
    let ended = office.import(&file, &[]).await.expect_code(1);
    let summary = ended.json();
    assert_eq!(office.held(), [0, 100, 100, 100]);
    let failed = count(&summary, "acme", "failed");
    assert!((20..=20 + IN_FLIGHT).contains(&failed), "{summary}");
    assert_eq!(count(&summary, "acme", "pending"), 100 - failed);
    assert!(ended.stderr.contains("acme is paused (20 failures in a row)"), "{ended:?}");
}

#[tokio::test]
async fn when_all_providers_are_paused_the_rest_is_not_read() {
    let office = Office::with_faults([Rule::new(What::Down)]).await.setting("max_attempts = 1");
    let file = office.file("people.csv", people(3000));
    let ended = office.import(&file, &[]).await.expect_code(1);
    assert!(ended.json()["read"].as_u64().unwrap() < 1000, "{ended:?}");
    assert!(ended.stderr.contains("the rest was not read"), "{ended:?}");
}

#[tokio::test]
async fn with_wait_a_provider_that_was_paused_gets_the_rest_in_the_same_run() {
    let limit = What::RateLimit { retry_after: RetryAfter::Seconds(Duration::from_secs(1)) };
    let once = When { times: Some(1), lasting: Some(Duration::from_millis(900)), ..When::default() };
    let office = Office::with_faults([Rule::new(limit).at(Vendor::Cloverhound).when(once)])
        .await
        .setting("max_attempts = 1");
    let file = office.file("people.csv", people(300));
    let ended = office.import(&file, &["--wait"]).await.expect_code(1);
    let summary = ended.json();
    let failed = count(&summary, "voice", "failed");
    assert!((20..=20 + IN_FLIGHT).contains(&failed), "{summary}");
    assert_eq!(count(&summary, "voice", "created"), 300 - failed);
    assert_eq!(office.held()[2] as u64, 300 - failed);
    assert!(ended.stderr.contains("voice is paused until "), "{ended:?}");
    assert!(ended.stderr.contains("voice is tried again"), "{ended:?}");
    let second = office.import(&file, &[]).await.expect_code(0).json();
    assert_eq!(count(&second, "voice", "created"), failed);
}

#[tokio::test]
async fn ctrl_c_ends_the_wait_and_unsent_deliveries_are_pending() {
    let quota = What::Quota { creates: 25, time_zone: "Asia/Jakarta".to_owned() };
    let office = Office::with_faults([Rule::new(quota).at(Vendor::OneCloud)]).await;
    let file = office.file("people.csv", people(150));
    let mut running = office.program(&["import", &file, "--format", "json", "--wait"]).start().await;
    office.wait_until_held(3 * 150 + 25).await;
    running.wait_for_message("jakarta is paused until ").await;
    running.interrupt();
    let ended = running.end().await.expect_code(1);
    let summary = ended.json();
    assert_eq!(count(&summary, "jakarta", "created"), 25);
    assert_eq!(count(&summary, "jakarta", "pending"), 125);
    assert!(ended.stderr.contains("It will work again at "), "{ended:?}");
}

#[tokio::test]
async fn a_slow_provider_does_not_delay_the_others() {
    let slow = What::Latency(Latency::Fixed(Duration::from_mins(10)));
    let office = Office::with_faults([Rule::new(slow).at(Vendor::Emnify)])
        .await
        .setting("timeout = \"20m\"\ndeadline = \"30m\"");
    let file = office.file("people.csv", people(1000));
    let mut running = office.program(&["import", &file, "--format", "json"]).start().await;
    office.wait_until_held(3 * 1000 + 8).await;
    running.interrupt();
    running.wait_for_message("Ctrl-C again stops at once").await;
    running.interrupt();
    let summary = running.end().await.expect_code(3).json();
    assert_eq!(count(&summary, "iot", "in_doubt"), IN_FLIGHT);
    assert_eq!(count(&summary, "voice", "created"), 1000);
    assert_eq!(total(&summary, "iot"), 1000);
}
