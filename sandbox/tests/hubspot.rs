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

const CONTACTS: &str = "/crm/v3/objects/contacts";
const SEARCH: &str = "/crm/v3/objects/contacts/search";
const BEARER: &str = "Bearer sandbox-access-token";

async fn create(bench: &Bench, properties: Value) -> Sent {
    bench.post(HubSpot, CONTACTS, BEARER, &json!({"properties": properties})).await
}

async fn create_ada(bench: &Bench) -> Sent {
    create(bench, json!({"email": "ada@example.com", "firstname": "Ada", "lastname": "King"})).await
}

async fn by_email(bench: &Bench, address: &str) -> Sent {
    bench.get(HubSpot, &format!("{CONTACTS}/{address}?idProperty=email&properties=email,phone"), BEARER).await
}

/// Searches for an address, and returns the ids.
async fn found(bench: &Bench, address: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    let filter = json!({"propertyName": "email", "operator": "EQ", "value": address});
    let answer =
        bench.post(HubSpot, SEARCH, BEARER, &json!({"filterGroups": [{"filters": [filter]}]})).await?;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body = answer.json();
    let results: Vec<Value> =
        body["results"].as_array().into_iter().flatten().map(|contact| contact["id"].clone()).collect();
    assert_eq!(body["total"], results.len());
    Ok(results)
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
async fn a_read_by_address_finds_a_contact_at_once_and_the_search_ten_seconds_later() -> Outcome {
    let bench = Bench::start().await?;
    create_ada(&bench).await?;
    let read = by_email(&bench, "ADA%40example.com").await?;
    assert_eq!((read.status, &read.json()["id"]), (200, &json!("734900000001")));
    assert_eq!(read.json()["properties"]["phone"], Value::Null);
    assert!(found(&bench, "ada@example.com").await?.is_empty());
    bench.advance(9);
    assert!(found(&bench, "ada@example.com").await?.is_empty());
    bench.advance(1);
    assert_eq!(found(&bench, "Ada@Example.com").await?, ["734900000001"]);
    assert!(found(&bench, "ad@example.com").await?.is_empty());
    let none = by_email(&bench, "grace@example.com").await?;
    assert_eq!((none.status, &none.json()["message"]), (404, &json!("resource not found")));
    Ok(())
}

#[tokio::test]
async fn an_address_with_a_plus_is_no_other_address() -> Outcome {
    let bench = Bench::start().await?;
    create(&bench, json!({"email": "ada+crm@example.com"})).await?;
    for (path, status) in
        [("ada+crm@example.com", 200), ("ada%2Bcrm%40example.com", 200), ("ada%20crm@example.com", 404)]
    {
        assert_eq!(by_email(&bench, path).await?.status, status, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_fault_replaces_the_lag_of_the_search_and_of_no_other_read() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'stale_list'\nlag = '30s'").await?;
    create_ada(&bench).await?;
    bench.advance(29);
    assert!(found(&bench, "ada@example.com").await?.is_empty());
    assert_eq!(by_email(&bench, "ada@example.com").await?.status, 200);
    bench.advance(1);
    assert_eq!(found(&bench, "ada@example.com").await?.len(), 1);
    assert_eq!(bench.sandbox.requests(HubSpot)[1].faults, [FaultKind::StaleList]);
    Ok(())
}

#[tokio::test]
async fn a_search_has_groups_operators_and_pages() -> Outcome {
    let bench = Bench::start().await?;
    for number in 1..=3 {
        let email = format!("ada{number}@example.com");
        create(&bench, json!({"email": email, "lastname": "King", "city": format!("City {number}")})).await?;
    }
    bench.advance(10);
    let filter = |name: &str, operator: &str, value: Value| {
        let mut filter = json!({"propertyName": name, "operator": operator});
        filter[if operator == "IN" { "values" } else { "value" }] = value;
        filter
    };
    for (groups, total) in [
        (json!([]), 3),
        (json!([{"filters": [filter("lastname", "EQ", json!("king"))]}]), 3),
        (
            json!([{"filters": [filter("lastname", "EQ", json!("king")), filter("city", "EQ", json!("City 2"))]}]),
            1,
        ),
        (
            json!([{"filters": [filter("city", "EQ", json!("City 1"))]}, {"filters": [filter("city", "EQ", json!("City 2"))]}]),
            2,
        ),
        (json!([{"filters": [filter("email", "IN", json!(["ada1@example.com", "ada3@example.com"]))]}]), 2),
        (json!([{"filters": [filter("email", "CONTAINS_TOKEN", json!("*da2*"))]}]), 1),
        (json!([{"filters": [filter("city", "NEQ", json!("city 1"))]}]), 2),
        (json!([{"filters": [{"propertyName": "phone", "operator": "NOT_HAS_PROPERTY"}]}]), 3),
        (json!([{"filters": [{"propertyName": "phone", "operator": "HAS_PROPERTY"}]}]), 0),
    ] {
        let answer = bench.post(HubSpot, SEARCH, BEARER, &json!({"filterGroups": groups})).await?;
        assert_eq!((answer.status, &answer.json()["total"]), (200, &json!(total)), "{groups}");
    }
    let page =
        bench.post(HubSpot, SEARCH, BEARER, &json!({"limit": 2, "properties": ["city"]})).await?.json();
    assert_eq!(page["results"][1]["properties"]["city"], "City 2");
    assert_eq!(page["results"][1]["properties"].get("email"), None);
    let after = page["paging"]["next"]["after"].clone();
    let last = bench.post(HubSpot, SEARCH, BEARER, &json!({"limit": 2, "after": after})).await?.json();
    assert_eq!((last["results"][0]["id"].as_str(), last.get("paging")), (Some("734900000003"), None));
    for invalid in [
        json!({"filterGroups": {}}),
        json!({"filterGroups": [{}]}),
        json!({"filterGroups": [{"filters": [{"propertyName": "email", "operator": "LIKE", "value": "a"}]}]}),
        json!({"filterGroups": [{"filters": [{"propertyName": "email", "operator": "EQ"}]}]}),
        json!({"filterGroups": [{"filters": []}, {"filters": []}, {"filters": []}, {"filters": []}, {"filters": []}, {"filters": []}]}),
    ] {
        assert_eq!(bench.post(HubSpot, SEARCH, BEARER, &invalid).await?.status, 400, "{invalid}");
    }
    Ok(())
}

#[tokio::test]
async fn the_list_has_pages_too() -> Outcome {
    let bench = Bench::start().await?;
    for name in ["King", "Hopper"] {
        create(&bench, json!({"lastname": name})).await?;
    }
    let page = bench.get(HubSpot, &format!("{CONTACTS}?limit=1&properties=lastname"), BEARER).await?.json();
    assert_eq!(page["results"][0]["properties"]["lastname"], "King");
    assert_eq!(page["paging"]["next"]["after"], "1");
    let page = bench.get(HubSpot, &format!("{CONTACTS}?limit=1&after=1"), BEARER).await?.json();
    assert_eq!(page["results"][0]["properties"]["lastname"], "Hopper");
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
