//! Pipedrive's stand-in.

use std::error::Error;

use reqwest::Method;
use serde_json::{Value, json};
use unicontact_sandbox::FaultKind;
use unicontact_sandbox::Vendor::Pipedrive;
use unicontact_sandbox::accounts::pipedrive::{API_TOKEN, READ_ONLY_TOKEN};

use crate::client::{Answer, Bench, Outcome};
use crate::creating::{Account, give_up_once_accepted};
use crate::losing::lost;

type Sent = Result<Answer, Box<dyn Error>>;

const PERSONS: &str = "/api/v2/persons";
const KEY: &str = "0123456789abcdef0123456789abcdef01234567";

async fn send(bench: &Bench, method: Method, path: &str, token: &str, body: String) -> Sent {
    let headers = [("x-api-token", token), ("content-type", "application/json")];
    bench.send(Pipedrive, method, path, &headers, body).await
}

async fn create(bench: &Bench, body: &Value) -> Sent {
    send(bench, Method::POST, PERSONS, API_TOKEN, body.to_string()).await
}

async fn create_ada(bench: &Bench) -> Sent {
    let emails = json!([{"value": "ada@example.com", "primary": true, "label": "work"}]);
    create(bench, &json!({"name": "Ada King", "emails": emails, "phones": [{"value": "+15550100"}]})).await
}

async fn get(bench: &Bench, path: &str) -> Sent {
    send(bench, Method::GET, path, API_TOKEN, String::new()).await
}

/// Searches, and returns the ids.
async fn found(bench: &Bench, query: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    let answer = get(bench, &format!("{PERSONS}/search?{query}")).await?;
    assert_eq!((answer.status, &answer.json()["success"]), (200, &json!(true)), "{query}: {}", answer.text);
    let body = answer.json();
    let items = body["data"]["items"].as_array().into_iter().flatten();
    Ok(items.map(|item| item["item"]["id"].clone()).collect())
}

/// A search for an address as a whole.
const EXACT: &str = "term=ada%40example.com&fields=email&exact_match=true";

#[tokio::test]
async fn a_create_answers_with_the_person() -> Outcome {
    let bench = Bench::start().await?;
    let answer = create_ada(&bench).await?;
    let expected = json!({
        "success": true,
        "data": {
            "id": 1,
            "name": "Ada King",
            "first_name": "Ada",
            "last_name": "King",
            "owner_id": 1,
            "org_id": null,
            "add_time": "2026-01-02T03:04:05Z",
            "update_time": "2026-01-02T03:04:05Z",
            "emails": [{"value": "ada@example.com", "primary": true, "label": "work"}],
            "phones": [{"value": "+15550100", "primary": true, "label": "work"}],
            "is_deleted": false,
            "visible_to": 3,
            "label_ids": [],
            "picture_id": null,
            "custom_fields": {},
        },
    });
    assert_eq!((answer.status, answer.json()), (200, expected));
    assert_eq!(get(&bench, &format!("{PERSONS}/1")).await?.json()["data"], answer.json()["data"]);
    let none = get(&bench, &format!("{PERSONS}/2")).await?;
    assert_eq!((none.status, &none.json()["success"]), (404, &json!(false)));
    Ok(())
}

#[tokio::test]
async fn a_missing_or_wrong_token_is_unauthorized_everywhere() -> Outcome {
    let bench = Bench::start().await?;
    let expected = json!({
        "success": false,
        "error": "unauthorized access",
        "errorCode": 401,
        "error_info": "Please check developers.pipedrive.com",
    });
    for path in [PERSONS, "/nowhere"] {
        let answer = send(&bench, Method::POST, path, "wrong", r#"{"name": "Ada"}"#.to_owned()).await?;
        assert_eq!((answer.status, answer.json()), (401, expected.clone()), "{path}");
        let headers = [("authorization", "Bearer sandbox-api-token")];
        let answer = bench.send(Pipedrive, Method::GET, path, &headers, "").await?;
        assert_eq!((answer.status, answer.json()), (401, expected.clone()), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_user_who_may_only_read_is_forbidden_to_create() -> Outcome {
    let bench = Bench::start().await?;
    let answer =
        send(&bench, Method::POST, PERSONS, READ_ONLY_TOKEN, r#"{"name": "Ada"}"#.to_owned()).await?;
    assert_eq!((answer.status, &answer.json()["data"]), (403, &Value::Null));
    assert!(bench.sandbox.contacts(Pipedrive).is_empty());
    let user = send(&bench, Method::GET, "/api/v1/users/me", READ_ONLY_TOKEN, String::new()).await?;
    assert_eq!((user.status, &user.json()["data"]["company_domain"]), (200, &json!("sandbox")));
    Ok(())
}

#[tokio::test]
async fn a_field_of_another_type_is_refused_by_its_name() -> Outcome {
    let bench = Bench::start().await?;
    for (key, value) in [
        ("owner_id", json!("1")),
        ("org_id", json!(1.5)),
        ("visible_to", json!(2)),
        ("label_ids", json!(["1"])),
        ("emails", json!("ada@example.com")),
        ("emails", json!([{"value": 5}])),
        ("emails", json!([{"value": "ada@example.com", "primary": 1}])),
        ("phones", json!([{"label": "work"}])),
        ("marketing_status", json!("yes")),
        ("add_time", json!("2026-01-02 03:04:05 h")),
        ("custom_fields", json!({"level": "gold"})),
        ("custom_fields", json!([])),
        ("email", json!([{"value": "ada@example.com"}])),
    ] {
        let mut body = json!({"name": "Ada King"});
        body[key] = value;
        let answer = create(&bench, &body).await?;
        let refusal = answer.json();
        assert_eq!(
            (answer.status, &refusal["code"]),
            (400, &json!("ERR_SCHEMA_VALIDATION_FAILED")),
            "{body}"
        );
        assert!(refusal["error"].as_str().is_some_and(|error| error.contains(key)), "{refusal}");
    }
    for body in [json!({}), json!({"name": null}), json!({"name": " "})] {
        let answer = create(&bench, &body).await?;
        assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("Name must be given.")), "{body}");
    }
    for body in ["{", "[]"] {
        let answer = send(&bench, Method::POST, PERSONS, API_TOKEN, body.to_owned()).await?;
        assert_eq!(answer.status, 400, "{body}");
    }
    assert!(bench.sandbox.contacts(Pipedrive).is_empty());
    Ok(())
}

#[tokio::test]
async fn all_fields_of_the_specification_are_taken() -> Outcome {
    let bench = Bench::start().await?;
    let body = json!({
        "name": "Ada King", "owner_id": 2, "org_id": 5, "visible_to": 7, "label_ids": [1, 2],
        "marketing_status": "no_consent", "add_time": "2021-01-01T00:00:00Z", "custom_fields": { KEY: "gold" },
        "emails": [{"value": "a@example.com"}, {"value": "b@example.com", "primary": true, "label": "home"}],
    });
    let person = create(&bench, &body).await?.json()["data"].clone();
    assert_eq!(
        (&person["owner_id"], &person["org_id"], &person["visible_to"]),
        (&json!(2), &json!(5), &json!(7))
    );
    assert_eq!(person["add_time"], "2021-01-01T00:00:00Z");
    assert_eq!(person["custom_fields"], json!({ KEY: "gold" }));
    let primary: Vec<_> = [0, 1].map(|index| person["emails"][index]["primary"].clone()).into();
    assert_eq!(primary, [false, true]);
    Ok(())
}

#[tokio::test]
async fn an_equal_person_is_created_again() -> Outcome {
    let bench = Bench::start().await?;
    for id in 1..=2 {
        assert_eq!(create_ada(&bench).await?.json()["data"]["id"], id);
    }
    assert_eq!(bench.sandbox.tally(Pipedrive).duplicates, 1);
    Ok(())
}

#[tokio::test]
async fn the_search_lags_and_the_list_does_not() -> Outcome {
    let bench = Bench::start().await?;
    create_ada(&bench).await?;
    assert_eq!(get(&bench, PERSONS).await?.json()["data"][0]["id"], 1);
    assert!(found(&bench, EXACT).await?.is_empty());
    bench.advance(9);
    assert!(found(&bench, EXACT).await?.is_empty());
    bench.advance(1);
    assert_eq!(found(&bench, EXACT).await?, [1]);
    Ok(())
}

#[tokio::test]
async fn a_fault_replaces_the_lag_of_the_search() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'stale_list'\nlag = '1m'").await?;
    create_ada(&bench).await?;
    bench.advance(59);
    assert!(found(&bench, EXACT).await?.is_empty());
    bench.advance(1);
    assert_eq!(found(&bench, EXACT).await?, [1]);
    Ok(())
}

#[tokio::test]
async fn a_search_is_exact_or_for_a_part_and_ignores_case() -> Outcome {
    let bench = Bench::start().await?;
    create_ada(&bench).await?;
    create(
        &bench,
        &json!({"name": "Ada", "emails": [{"value": "ada@example.com.au"}], "custom_fields": {KEY: "gold"}}),
    )
    .await?;
    bench.advance(10);
    for (query, expected) in [
        (EXACT, json!([1])),
        ("term=ADA%40Example.com&fields=email&exact_match=true", json!([1])),
        ("term=ada%40example.com&fields=email", json!([1, 2])),
        ("term=ada%40example.com&fields=name,phone", json!([])),
        ("term=ada&fields=name&exact_match=true", json!([2])),
        ("term=ada", json!([1, 2])),
        ("term=%2B15550100&fields=phone&exact_match=true", json!([1])),
        ("term=gold&fields=custom_fields&exact_match=true", json!([2])),
        ("term=a&exact_match=true", json!([])),
    ] {
        assert_eq!(json!(found(&bench, query).await?), expected, "{query}");
    }
    for query in [
        "",
        "term=a",
        "term=&exact_match=true",
        "term=ada&fields=mail",
        "term=ada&exact_match=1",
        "term=ada&limit=501",
        "term=ada&cursor=x",
    ] {
        assert_eq!(get(&bench, &format!("{PERSONS}/search?{query}")).await?.status, 400, "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn an_item_of_a_search_has_plain_texts_and_a_cursor_leads_on() -> Outcome {
    let bench = Bench::start().await?;
    for _ in 0..2 {
        create_ada(&bench).await?;
    }
    bench.advance(10);
    let page = get(&bench, &format!("{PERSONS}/search?{EXACT}&limit=1")).await?.json();
    let item = &page["data"]["items"][0]["item"];
    assert_eq!((&item["type"], &item["name"]), (&json!("person"), &json!("Ada King")));
    assert_eq!((&item["emails"], &item["phones"]), (&json!(["ada@example.com"]), &json!(["+15550100"])));
    let cursor = page["additional_data"]["next_cursor"].as_str().ok_or("no cursor")?.to_owned();
    let last = get(&bench, &format!("{PERSONS}/search?{EXACT}&limit=1&cursor={cursor}")).await?.json();
    assert_eq!(last["data"]["items"][0]["item"]["id"], 2);
    assert_eq!(last["additional_data"]["next_cursor"], Value::Null);
    Ok(())
}

#[tokio::test]
async fn persons_of_v1_are_gone() -> Outcome {
    let bench = Bench::start().await?;
    for path in ["/api/v1/persons", "/v1/persons", "/v1/persons/search?term=ada"] {
        assert_eq!(get(&bench, path).await?.status, 410, "{path}");
    }
    assert_eq!(get(&bench, "/api/v2/people").await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn a_burst_is_refused_for_two_seconds() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'burst_limit'\nvendor = 'pipedrive'\ncalls = 2").await?;
    let first = create_ada(&bench).await?;
    assert_eq!((first.header("x-ratelimit-limit"), first.header("x-ratelimit-remaining")), ("2", "1"));
    bench.advance(1);
    assert_eq!(create_ada(&bench).await?.status, 200);
    let refused = create_ada(&bench).await?;
    assert_eq!((refused.status, &refused.json()["success"]), (429, &json!(false)));
    assert_eq!((refused.header("x-ratelimit-remaining"), refused.header("x-ratelimit-reset")), ("0", "1"));
    assert_eq!(refused.header("x-daily-ratelimit-token-remaining"), "29995");
    assert_eq!(bench.sandbox.requests(Pipedrive)[2].faults, [FaultKind::BurstLimit]);
    bench.advance(1);
    assert_eq!(create_ada(&bench).await?.status, 200);
    assert_eq!(bench.sandbox.contacts(Pipedrive).len(), 3);
    Ok(())
}

#[tokio::test]
async fn a_budget_of_tokens_is_used_up_by_what_each_call_costs() -> Outcome {
    let bench =
        Bench::start_with("[[fault]]\nwhat = 'daily_limit'\nvendor = 'pipedrive'\ncalls = 31").await?;
    assert_eq!(create_ada(&bench).await?.header("x-daily-ratelimit-token-remaining"), "26");
    let search = get(&bench, &format!("{PERSONS}/search?{EXACT}")).await?;
    assert_eq!(search.header("x-daily-ratelimit-token-remaining"), "6");
    assert_eq!(get(&bench, &format!("{PERSONS}/1")).await?.header("x-daily-ratelimit-token-remaining"), "5");
    assert_eq!(create_ada(&bench).await?.header("x-daily-ratelimit-token-remaining"), "0");
    let refused = create_ada(&bench).await?;
    assert_eq!((refused.status, refused.header("x-daily-ratelimit-token-remaining")), (429, "0"));
    assert_ne!(refused.header("x-ratelimit-remaining"), "0");
    assert_eq!(bench.sandbox.requests(Pipedrive)[4].faults, [FaultKind::DailyLimit]);
    bench.advance(24 * 60 * 60);
    assert_eq!(create_ada(&bench).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_fault_has_the_vendors_form() -> Outcome {
    for (status, words) in
        [(401, "unauthorized access"), (422, "Unprocessable Entity"), (503, "Service Unavailable")]
    {
        let bench = Bench::start_with(&format!("[[fault]]\nwhat = 'status'\nstatus = {status}")).await?;
        let answer = create_ada(&bench).await?;
        assert_eq!((answer.status, &answer.json()["error"]), (status, &json!(words)));
        assert_eq!(answer.json()["success"], false);
    }
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_leaves_a_person_whom_the_search_finds_later() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'reset_after_commit'\ntimes = 1").await?;
    lost(create_ada(&bench).await);
    assert!(found(&bench, EXACT).await?.is_empty());
    bench.advance(10);
    assert_eq!(found(&bench, EXACT).await?, [1]);
    assert_eq!(bench.sandbox.tally(Pipedrive).untold, 1);
    Ok(())
}

#[tokio::test]
async fn the_lag_begins_at_a_late_commit() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'late_commit'\ndelay = '15s'").await?;
    let account = Account::open(&bench, Pipedrive).await?;
    give_up_once_accepted(&bench, &account, "Ada King").await;
    let query = "term=ada%20king&fields=name&exact_match=true";
    bench.advance(24);
    assert!(found(&bench, query).await?.is_empty());
    bench.advance(1);
    assert_eq!(found(&bench, query).await?, [1]);
    Ok(())
}
