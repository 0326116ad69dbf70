//! Transient faults: the first create fails, and the second would succeed.
//!
//! A second create is sent only if the first certainly created nothing.

use std::time::Duration;

use serde_json::json;

use crate::faults::case::{Case, Verdict, expect_all};
use crate::hostile::{Answer, NO_KEYS, RENEWING, Reply, Script, USE_CREATED, Vendor, refusal};

fn too_many_requests(vendor: Vendor) -> Reply {
    Reply::Answer(refusal(vendor, 429).header("retry-after", "1"))
}

#[tokio::test]
async fn a_create_is_sent_again_after_a_429_with_retry_after() {
    let cases = Vendor::ALL.map(|vendor| {
        let script = Script::once(too_many_requests(vendor));
        Case::new("429 with Retry-After: 1", vendor, script, Verdict::created(2))
    });
    expect_all(cases).await;
}

#[tokio::test]
async fn the_retry_after_of_the_vendor_is_waited_for_in_full() {
    let vendor = Vendor::Cloverhound;
    let script = Script::once(too_many_requests(vendor));
    let finished = Case::new("429", vendor, script, Verdict::created(2)).run().await;
    let elapsed = Duration::from_millis(finished.delivery["elapsed_ms"].as_u64().unwrap());
    assert!(elapsed >= Duration::from_secs(1), "{elapsed:?}");
}

#[tokio::test]
async fn an_expired_token_is_renewed_once_and_the_create_sent_again() {
    let cases = [(Vendor::Emnify, NO_KEYS), (Vendor::OneCloud, NO_KEYS), (Vendor::SmartTask, RENEWING)].map(
        |(vendor, keys)| {
            let script = Script::once(Reply::Answer(refusal(vendor, 401)));
            Case::new("401 once", vendor, script, Verdict::created(2)).keys(keys)
        },
    );
    expect_all(cases).await;
}

#[tokio::test]
async fn a_rotated_refresh_token_is_stored_beside_the_configuration() {
    let script = Script::once(Reply::Answer(refusal(Vendor::SmartTask, 401)));
    let case = Case::new("401 once", Vendor::SmartTask, script, Verdict::created(2)).keys(RENEWING);
    let files = case.run().await.ended.files;
    assert!(files.contains(&".unicontact-smarttask-refresh-token".to_owned()), "{files:?}");
}

#[tokio::test]
async fn a_token_is_renewed_even_when_only_one_attempt_is_allowed() {
    let script = Script::once(Reply::Answer(refusal(Vendor::Emnify, 401)));
    let case = Case::new("401 once", Vendor::Emnify, script, Verdict::created(2)).keys("max_attempts = 1\n");
    expect_all([case]).await;
}

#[tokio::test]
async fn smarttask_with_use_created_gets_a_lost_create_once() {
    let server_error = |status| Reply::Answer(refusal(Vendor::SmartTask, status));
    let faults = [
        ("reset after the create", Reply::Reset, "interrupted"),
        ("closed without a byte", Reply::Close, "interrupted"),
        ("hang", Reply::Hang, "interrupted"),
        ("cut body", Reply::Answer(Answer::json(200, &json!({"record_id": "a"})).cut()), "interrupted"),
        ("500", server_error(500), "unavailable"),
        ("502 with a web page", Reply::Answer(Answer::html(502, "Bad Gateway")), "unavailable"),
        ("503", server_error(503), "unavailable"),
    ];
    let cases = faults.map(|(fault, reply, kind)| {
        let is_hanging = matches!(reply, Reply::Hang);
        Case::new(fault, Vendor::SmartTask, Script::once(reply), Verdict::in_doubt(kind))
            .short_timeout(is_hanging)
            .keys(USE_CREATED)
    });
    expect_all(cases).await;
}

#[tokio::test]
async fn a_lost_create_is_not_sent_again_although_it_would_succeed() {
    let faults =
        [("reset", Reply::Reset, "interrupted"), ("503", Reply::Answer(Answer::empty(503)), "unavailable")];
    let cases = Vendor::ALL.into_iter().flat_map(|vendor| {
        faults.clone().map(|(fault, reply, kind)| {
            Case::new(fault, vendor, Script::once(reply), Verdict::in_doubt(kind))
        })
    });
    expect_all(cases).await;
}
