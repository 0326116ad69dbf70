//! `HubSpot`'s stand-in.

use std::error::Error;

use reqwest::Method;
use serde_json::{Value, json};
use unicontact_sandbox::FaultKind;
use unicontact_sandbox::Vendor::HubSpot;

use crate::client::{Answer, Bench, Outcome};
use crate::creating::{accepted, held_and_uncommitted};
use crate::losing::lost;

type Sent = Result<Answer, Box<dyn Error>>;

pub(crate) const CONTACTS: &str = "/crm/v3/objects/contacts";
pub(crate) const BEARER: &str = "Bearer sandbox-access-token";

pub(crate) async fn create(bench: &Bench, properties: Value) -> Sent {
    bench.post(HubSpot, CONTACTS, BEARER, &json!({"properties": properties})).await
}

pub(crate) async fn create_ada(bench: &Bench) -> Sent {
    create(bench, json!({"email": "ada@example.com", "firstname": "Ada", "lastname": "King"})).await
}

pub(crate) async fn by_email(bench: &Bench, address: &str) -> Sent {
    bench.get(HubSpot, &format!("{CONTACTS}/{address}?idProperty=email&properties=email,phone"), BEARER).await
}

#[tokio::test]
async fn a_create_answers_with_the_contact() -> Outcome {
    let bench = Bench::start().await?;
    let answer = create_ada(&bench).await?;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("location"), "/crm/v3/objects/contacts/734900000001");
    assert_eq!(answer.header("content-type"), "application/json;charset=utf-8");
    let expected = json!({
        "id": "734900000001",
        "properties": {
            "email": "ada@example.com",
            "firstname": "Ada",
            "lastname": "King",
            "lifecyclestage": "lead",
            "createdate": "2026-01-02T03:04:05.000Z",
            "lastmodifieddate": "2026-01-02T03:04:05.000Z",
            "hs_object_id": "734900000001",
        },
        "createdAt": "2026-01-02T03:04:05.000Z",
        "updatedAt": "2026-01-02T03:04:05.000Z",
        "archived": false,
        "url": "https://app.hubspot.com/contacts/1/record/0-1/734900000001",
    });
    assert_eq!(answer.json(), expected);
    assert_eq!(bench.sandbox.contacts(HubSpot)[0].shown, expected);
    Ok(())
}

#[tokio::test]
async fn the_dated_path_is_the_same() -> Outcome {
    let bench = Bench::start().await?;
    let body = json!({"properties": {"lastname": "King"}});
    let answer = bench.post(HubSpot, "/crm/objects/2026-03/contacts", BEARER, &body).await?;
    assert_eq!(answer.status, 201);
    let path = format!("{CONTACTS}/{}", answer.json()["id"].as_str().unwrap_or_default());
    assert_eq!(bench.get(HubSpot, &path, BEARER).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_missing_or_wrong_token_is_unauthorized_and_one_without_the_scope_forbidden() -> Outcome {
    let bench = Bench::start().await?;
    let body = json!({"properties": {"lastname": "King"}});
    for token in ["", "Bearer wrong", "Basic sandbox-access-token"] {
        let answer = bench.post(HubSpot, CONTACTS, token, &body).await?;
        assert_eq!((answer.status, &answer.json()["category"]), (401, &json!("INVALID_AUTHENTICATION")));
    }
    let read_only = "Bearer sandbox-read-only-token";
    let answer = bench.post(HubSpot, CONTACTS, read_only, &body).await?;
    assert_eq!((answer.status, &answer.json()["category"]), (403, &json!("MISSING_SCOPES")));
    let scopes = &answer.json()["errors"][0]["context"]["requiredScopes"];
    assert_eq!(*scopes, json!(["crm.objects.contacts.write"]));
    for path in [CONTACTS, "/account-info/v3/details"] {
        assert_eq!(bench.get(HubSpot, path, read_only).await?.status, 200, "{path}");
    }
    assert!(bench.sandbox.contacts(HubSpot).is_empty());
    Ok(())
}

#[tokio::test]
async fn an_expired_token_has_a_category_of_its_own() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'token_expiry'\nuses = 1").await?;
    assert_eq!(create_ada(&bench).await?.status, 201);
    let answer = create(&bench, json!({"lastname": "Hopper"})).await?;
    assert_eq!((answer.status, &answer.json()["category"]), (401, &json!("EXPIRED_AUTHENTICATION")));
    Ok(())
}

#[tokio::test]
async fn invalid_properties_are_all_named_twice() -> Outcome {
    let bench = Bench::start().await?;
    let properties =
        json!({"email": "ada", "nickname": "x", "hs_object_id": "1", "sandbox_level": 3, "lastname": "K"});
    let answer = create(&bench, properties).await?;
    assert_eq!(answer.status, 400);
    let body = answer.json();
    assert_eq!((&body["status"], &body["category"]), (&json!("error"), &json!("VALIDATION_ERROR")));
    let errors = body["errors"].as_array().cloned().unwrap_or_default();
    let named: Vec<_> = errors
        .iter()
        .map(|error| (error["context"]["propertyName"][0].as_str(), error["code"].as_str()))
        .collect();
    let expected = [
        (Some("email"), Some("INVALID_EMAIL")),
        (Some("hs_object_id"), Some("READ_ONLY_VALUE")),
        (Some("nickname"), Some("PROPERTY_DOESNT_EXIST")),
    ];
    assert_eq!(named, expected);
    let message = body["message"].as_str().unwrap_or_default();
    let within = message.strip_prefix("Property values were not valid: ").ok_or("another message")?;
    let within: Value = serde_json::from_str(within)?;
    assert_eq!((within[0]["name"].as_str(), within[0]["isValid"].as_bool()), (Some("email"), Some(false)));
    Ok(())
}

#[tokio::test]
async fn one_of_three_properties_is_needed() -> Outcome {
    let bench = Bench::start().await?;
    for properties in [json!({}), json!({"phone": "+1 555"}), json!({"email": "", "lastname": " "})] {
        let answer = create(&bench, properties).await?;
        assert_eq!((answer.status, &answer.json()["category"]), (400, &json!("VALIDATION_ERROR")));
    }
    for name in ["email", "firstname", "lastname"] {
        let value = format!("{name}@example.com");
        assert_eq!(create(&bench, json!({ name: value })).await?.status, 201, "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn a_body_without_properties_is_refused() -> Outcome {
    let bench = Bench::start().await?;
    for (content_type, body) in [
        ("application/json", "{"),
        ("application/json", "{}"),
        ("text/plain", r#"{"properties": {"lastname": "K"}}"#),
    ] {
        let headers = [("authorization", BEARER), ("content-type", content_type)];
        let answer = bench.send(HubSpot, Method::POST, CONTACTS, &headers, body).await?;
        assert_eq!((answer.status, &answer.json()["category"]), (400, &json!("VALIDATION_ERROR")), "{body}");
    }
    Ok(())
}

#[tokio::test]
async fn an_address_that_a_contact_has_is_a_conflict_whose_id_stands_in_prose() -> Outcome {
    let bench = Bench::start().await?;
    create(
        &bench,
        json!({"email": "ada@example.com", "hs_additional_emails": "a.king@example.com;x@example.com"}),
    )
    .await?;
    for address in ["ada@example.com", "ADA@Example.COM", "A.King@example.com"] {
        let answer = create(&bench, json!({"email": address, "lastname": "Other"})).await?;
        let expected = json!({
            "status": "error",
            "message": "Contact already exists. Existing ID: 734900000001",
            "correlationId": answer.json()["correlationId"],
            "category": "CONFLICT",
        });
        assert_eq!((answer.status, answer.json()), (409, expected), "{address}");
    }
    assert_eq!(create(&bench, json!({"lastname": "King"})).await?.status, 201);
    assert_eq!(
        create(&bench, json!({"lastname": "King"})).await?.status,
        201,
        "without an address nothing is unique"
    );
    let contacts = bench.sandbox.contacts(HubSpot);
    assert_eq!((contacts.len(), contacts[0].times_returned), (3, 4));
    Ok(())
}

#[tokio::test]
async fn too_many_requests_in_ten_seconds_have_the_rolling_policy() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'burst_limit'\nvendor = 'hubspot'\ncalls = 2").await?;
    assert_eq!(create_ada(&bench).await?.header("x-hubspot-ratelimit-remaining"), "1");
    bench.advance(4);
    assert_eq!(by_email(&bench, "ada@example.com").await?.status, 200);
    let refused = create(&bench, json!({"lastname": "Hopper"})).await?;
    let body = refused.json();
    assert_eq!((refused.status, &body["policyName"]), (429, &json!("TEN_SECONDLY_ROLLING")));
    assert_eq!((&body["errorType"], body.get("category")), (&json!("RATE_LIMIT"), None));
    assert_eq!(body["message"], "You have reached your ten_secondly_rolling limit.");
    assert_eq!(refused.header("retry-after"), "");
    assert_eq!(refused.header("x-hubspot-ratelimit-max"), "2");
    assert_eq!(refused.header("x-hubspot-ratelimit-interval-milliseconds"), "10000");
    assert_eq!(bench.sandbox.requests(HubSpot)[2].faults, [FaultKind::BurstLimit]);
    bench.advance(6);
    assert_eq!(create(&bench, json!({"lastname": "Hopper"})).await?.status, 201);
    assert_eq!(create(&bench, json!({"lastname": "Turing"})).await?.status, 429);
    Ok(())
}

#[tokio::test]
async fn the_daily_policy_ends_at_midnight_of_its_zone() -> Outcome {
    let fault = "[[fault]]\nwhat = 'daily_limit'\ncalls = 2\ntime_zone = 'Europe/Berlin'";
    let bench = Bench::start_with(fault).await?;
    for (now, status) in [
        ("2026-11-20T12:00:00+01:00", 201),
        ("2026-11-20T12:01:00+01:00", 201),
        ("2026-11-20T23:59:59+01:00", 429),
        ("2026-11-21T00:00:00+01:00", 201),
    ] {
        bench.sandbox.clock().set(now.parse()?);
        let answer = create(&bench, json!({"lastname": "King"})).await?;
        assert_eq!(answer.status, status, "{now}");
        if status == 429 {
            assert_eq!(answer.json()["policyName"], "DAILY");
            assert_eq!(answer.header("x-hubspot-ratelimit-daily-remaining"), "0");
        }
    }
    assert_eq!(bench.sandbox.requests(HubSpot)[2].faults, [FaultKind::DailyLimit]);
    Ok(())
}

#[tokio::test]
async fn the_headers_show_the_usual_limits_without_a_fault() -> Outcome {
    let bench = Bench::start().await?;
    for _ in 0..3 {
        let answer = create(&bench, json!({"lastname": "King"})).await?;
        assert_eq!(answer.header("x-hubspot-ratelimit-max"), "190");
        assert_eq!(answer.header("x-hubspot-ratelimit-remaining"), "189");
        assert_eq!(answer.header("x-hubspot-ratelimit-daily-remaining"), "624999");
    }
    Ok(())
}

#[tokio::test]
async fn a_fault_has_the_vendors_form() -> Outcome {
    for (status, member, expected) in [
        (401, "/category", "INVALID_AUTHENTICATION"),
        (403, "/category", "MISSING_SCOPES"),
        (404, "/message", "resource not found"),
        (429, "/policyName", "TEN_SECONDLY_ROLLING"),
        (502, "/message", "bad gateway"),
    ] {
        let bench = Bench::start_with(&format!("[[fault]]\nwhat = 'status'\nstatus = {status}")).await?;
        let answer = create_ada(&bench).await?;
        let found = answer.json().pointer(member).cloned().unwrap_or_default();
        assert_eq!((answer.status, found), (status, json!(expected)));
    }
    Ok(())
}

#[tokio::test]
async fn a_create_after_a_lost_answer_is_a_conflict() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'reset_after_commit'\ntimes = 1").await?;
    lost(create_ada(&bench).await);
    assert_eq!(create_ada(&bench).await?.status, 409);
    let tally = bench.sandbox.tally(HubSpot);
    assert_eq!((tally.held, tally.told, tally.lost_answers, tally.duplicates), (1, 1, 1, 0));
    Ok(())
}

#[tokio::test]
async fn a_create_after_a_5xx_may_be_a_conflict() -> Outcome {
    let fault = "[[fault]]\nwhat = 'status'\nstatus = 502\nafter_commit = true\ntimes = 1";
    let bench = Bench::start_with(fault).await?;
    assert_eq!(create_ada(&bench).await?.status, 502);
    assert_eq!(create_ada(&bench).await?.status, 409);
    assert_eq!(bench.sandbox.tally(HubSpot).duplicates, 0);
    Ok(())
}

#[tokio::test]
async fn a_late_commit_looks_for_the_address_again_and_a_late_dedupe_does_not() -> Outcome {
    for (what, second, held) in [("late_commit", 409, 1), ("late_dedupe", 201, 2)] {
        let bench = Bench::start_with(&format!("[[fault]]\nwhat = '{what}'\ndelay = '12s'")).await?;
        let commit = async {
            accepted(&bench, HubSpot, 2).await;
            assert_eq!(by_email(&bench, "ada@example.com").await?.status, 404);
            bench.advance(12);
            Ok::<(), Box<dyn Error>>(())
        };
        let (one, other, done) = tokio::join!(create_ada(&bench), create_ada(&bench), commit);
        done?;
        let mut statuses = [one?.status, other?.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, second], "{what}");
        assert_eq!(held_and_uncommitted(&bench, HubSpot), (held, 0), "{what}");
    }
    Ok(())
}
