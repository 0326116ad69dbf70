//! The users at `SmartTask`'s stand-in.

use std::error::Error;

use reqwest::Method;
use serde_json::{Value, json};
use unicontact_sandbox::Vendor::SmartTask;

use crate::client::{Answer, Bench, Outcome};

const USERS: &str = "/v1.0/organization-user/filter-users/38";
const BEARER: &str = "Bearer sandbox-access-token";

async fn users(bench: &Bench, query: &str, except: &Value) -> Result<Answer, Box<dyn Error>> {
    let path = format!("{USERS}?{query}");
    bench.post(SmartTask, &path, BEARER, except).await
}

fn ids(answer: &Answer) -> Vec<u64> {
    let users = answer.json();
    let users = users.as_array().into_iter().flatten();
    users.filter_map(|user| user["user_id"].as_u64()).collect()
}

#[tokio::test]
async fn users_are_a_bare_array_with_the_documented_keys() -> Outcome {
    let bench = Bench::start().await?;
    let answer = users(&bench, "query=&page_no=1&list_size=100", &json!([])).await?;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json()[0],
        json!({
            "full_name": "Sandbox Admin",
            "email": "admin@example.com",
            "user_id": 1,
            "role": "admin",
            "avatar_url": "https://example.com/1.png",
        })
    );
    assert_eq!(ids(&answer), [1, 2, 3]);
    assert!(bench.sandbox.contacts(SmartTask).is_empty());
    Ok(())
}

#[tokio::test]
async fn users_are_filtered_excepted_and_paged() -> Outcome {
    let bench = Bench::start().await?;
    for (query, except, expected) in [
        ("query=MEMBER", json!([]), vec![2]),
        ("query=example.com", json!([1, 2]), vec![3]),
        ("query=nobody", json!([]), vec![]),
        ("page_no=1&list_size=2", json!([]), vec![1, 2]),
        ("page_no=2&list_size=2", json!([]), vec![3]),
        ("page_no=2&list_size=1", json!([1]), vec![3]),
        ("page_no=9", json!([]), vec![]),
    ] {
        let answer = users(&bench, query, &except).await?;
        assert_eq!((answer.status, ids(&answer)), (200, expected), "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn a_list_of_more_than_100_users_is_refused() -> Outcome {
    let bench = Bench::start().await?;
    for (query, status) in [
        ("list_size=100", 200),
        ("list_size=101", 400),
        ("list_size=0", 400),
        ("list_size=many", 400),
        ("page_no=0", 400),
    ] {
        let answer = users(&bench, query, &json!([])).await?;
        assert_eq!(answer.status, status, "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn a_body_that_is_no_array_of_ids_is_refused() -> Outcome {
    let bench = Bench::start().await?;
    for body in [json!({}), json!(null), json!(["1"]), json!({"ids": [1]})] {
        let answer = users(&bench, "", &body).await?;
        assert_eq!(answer.status, 400, "{body}");
    }
    let headers = [("authorization", BEARER)];
    let answer = bench.send(SmartTask, Method::POST, USERS, &headers, "[]").await?;
    assert_eq!(answer.status, 415);
    Ok(())
}

#[tokio::test]
async fn users_are_shown_only_to_those_who_may_see_them() -> Outcome {
    let bench = Bench::start().await?;
    let none = json!([]);
    let answer = bench.post(SmartTask, USERS, "Bearer wrong", &none).await?;
    assert_eq!((answer.status, answer.text.as_str()), (401, ""));
    let another = "/v1.0/organization-user/filter-users/39";
    let answer = bench.post(SmartTask, another, BEARER, &none).await?;
    assert_eq!(answer.status, 403);
    let version = "/v2.0/organization-user/filter-users/38";
    let answer = bench.post(SmartTask, version, BEARER, &none).await?;
    assert_eq!(answer.json()["error"]["code"], "UnsupportedApiVersion");
    assert_eq!(bench.get(SmartTask, USERS, BEARER).await?.status, 405);
    Ok(())
}
