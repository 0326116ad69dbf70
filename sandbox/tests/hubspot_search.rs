//! `HubSpot`'s search, list and read by e-mail address.

use std::error::Error;

use serde_json::{Value, json};
use unicontact_sandbox::FaultKind;
use unicontact_sandbox::Vendor::HubSpot;

use crate::client::{Bench, Outcome};
use crate::hubspot::{BEARER, CONTACTS, by_email, create, create_ada};

const SEARCH: &str = "/crm/v3/objects/contacts/search";

/// Searches for an address, and returns the ids.
async fn found(bench: &Bench, address: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    let filter = json!({"propertyName": "email", "operator": "EQ", "value": address});
    let answer =
        bench.post(HubSpot, SEARCH, BEARER, &json!({"filterGroups": [{"filters": [filter]}]})).await?;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("x-hubspot-ratelimit-max"), "", "a search shows no limits");
    let body = answer.json();
    let results: Vec<Value> =
        body["results"].as_array().into_iter().flatten().map(|contact| contact["id"].clone()).collect();
    assert_eq!(body["total"], results.len());
    Ok(results)
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
