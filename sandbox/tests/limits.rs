//! Tests of the limits that a stand-in enforces itself: uses of a token, and `OneCloud`'s creates.

use reqwest::Method;
use serde_json::json;
use unicontact_sandbox::{FaultKind, Vendor};

use crate::client::{Answer, Bench, Outcome};

const QUOTA: &str = "[[fault]]\nwhat = 'quota'\ncreates = 2";

async fn create(bench: &Bench, token: &str, name: &str) -> Result<Answer, Box<dyn std::error::Error>> {
    bench.post(Vendor::OneCloud, "/api/contactrz", token, &json!({"Name": name})).await
}

/// The status of a create at this time, with a new token.
async fn status_at(bench: &Bench, now: &str) -> Result<u16, Box<dyn std::error::Error>> {
    bench.sandbox.clock().set(now.parse()?);
    let token = bench.onecloud_token().await?;
    Ok(create(bench, &token, "Ada King").await?.status)
}

#[tokio::test]
async fn an_exhausted_quota_has_the_vendors_message() -> Outcome {
    let bench = Bench::start_with(QUOTA).await?;
    let token = bench.onecloud_token().await?;
    for name in ["Ada King", "Grace Hopper"] {
        assert_eq!(create(&bench, &token, name).await?.status, 200);
    }
    let refused = create(&bench, &token, "Alan Turing").await?;
    assert_eq!(refused.status, 401);
    let expected = json!({
        "_meta": {"status": "ERROR", "count": 1},
        "records": {
            "errorCode": 401,
            "userMessage": "time limit reached please try again tomorrow at 18:00 - 06:00",
            "devMessage": "",
            "more": null,
            "applicationCode": "",
        },
    });
    assert_eq!(refused.json(), expected);
    let seen = bench.sandbox.requests(Vendor::OneCloud);
    assert_eq!(seen[3].faults, [FaultKind::Quota]);
    assert_eq!(bench.sandbox.contacts(Vendor::OneCloud).len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_used_up_quota_opens_at_18_of_the_next_day_in_jakarta() -> Outcome {
    let bench = Bench::start_with(QUOTA).await?;
    for (now, status) in [
        ("2026-11-20T09:00:00+07:00", 200),
        ("2026-11-20T09:01:00+07:00", 200),
        ("2026-11-20T09:02:00+07:00", 401),
        ("2026-11-20T18:00:00+07:00", 401),
        ("2026-11-21T17:59:59+07:00", 401),
        ("2026-11-21T18:00:00+07:00", 200),
        ("2026-11-21T18:01:00+07:00", 200),
        ("2026-11-21T18:02:00+07:00", 401),
    ] {
        assert_eq!(status_at(&bench, now).await?, status, "{now}");
    }
    Ok(())
}

#[tokio::test]
async fn a_quota_that_is_not_used_up_counts_anew_at_18() -> Outcome {
    let bench = Bench::start_with(QUOTA).await?;
    for (now, status) in [
        ("2026-11-20T17:58:00+07:00", 200),
        ("2026-11-20T17:59:00+07:00", 200),
        ("2026-11-20T18:00:00+07:00", 200),
        ("2026-11-21T06:00:00+07:00", 200),
        ("2026-11-21T06:01:00+07:00", 401),
    ] {
        assert_eq!(status_at(&bench, now).await?, status, "{now}");
    }
    Ok(())
}

#[tokio::test]
async fn an_invalid_create_uses_the_quota_up_and_one_without_a_token_does_not() -> Outcome {
    let bench = Bench::start_with(QUOTA).await?;
    let token = bench.onecloud_token().await?;
    for _ in 0..3 {
        assert_eq!(create(&bench, "Bearer a.b.c", "Ada King").await?.status, 401);
    }
    assert_eq!(create(&bench, &token, "").await?.status, 400);
    assert_eq!(create(&bench, &token, "Ada King").await?.status, 200);
    assert_eq!(create(&bench, &token, "Grace Hopper").await?.status, 401);
    Ok(())
}

#[tokio::test]
async fn a_token_is_good_for_so_many_requests_and_the_next_one_for_as_many_again() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'token_expiry'\nuses = 2").await?;
    for _ in 0..2 {
        let token = bench.onecloud_token().await?;
        assert_eq!(create(&bench, &token, "Ada King").await?.status, 200);
        assert_eq!(create(&bench, &token, "Grace Hopper").await?.status, 200);
        let expired = create(&bench, &token, "Alan Turing").await?;
        assert_eq!(expired.status, 401);
        assert_eq!(expired.json()["records"]["userMessage"], "Expired token");
    }
    let seen = bench.sandbox.requests(Vendor::OneCloud);
    assert_eq!(seen[3].faults, [FaultKind::TokenExpiry]);
    Ok(())
}

#[tokio::test]
async fn each_vendor_says_in_its_own_way_that_a_token_expired() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'token_expiry'\nuses = 1").await?;
    let credentials = r#"{"application_token": "sandbox-application-token"}"#;
    let login = bench.send(Vendor::Emnify, Method::POST, "/api/v1/authenticate", &[], credentials).await?;
    let token = format!("Bearer {}", login.json()["auth_token"].as_str().unwrap_or_default());
    assert_eq!(bench.get(Vendor::Emnify, "/api/v1/country", &token).await?.status, 200);
    let expired = bench.get(Vendor::Emnify, "/api/v1/country", &token).await?;
    assert_eq!((expired.status, &expired.json()["error_token"]), (401, &json!("TokenExpired")));

    let token = "Bearer sandbox-access-token";
    let body = json!({"name": "Ada King"});
    for status in [200, 401] {
        let answer = bench.post(Vendor::SmartTask, "/v1.0/contact/create/38", token, &body).await?;
        assert_eq!(answer.status, status);
    }
    Ok(())
}
