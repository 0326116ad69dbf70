//! `SmartTask`'s stand-in.

use reqwest::Method;
use serde_json::{Value, json};
use unicontact_sandbox::Vendor::SmartTask;

use crate::client::{Answer, Bench, Outcome};

const CREATE: &str = "/v1.0/contact/create/38";
const BEARER: &str = "Bearer sandbox-access-token";

async fn create(bench: &Bench, body: &Value) -> Result<Answer, Box<dyn std::error::Error>> {
    bench.post(SmartTask, CREATE, BEARER, body).await
}

#[tokio::test]
async fn a_created_contact_is_answered_whole() -> Outcome {
    let bench = Bench::start().await?;
    let body = json!({
        "name": "Ada King",
        "emails": [{"email": "ada@example.com"}],
        "phones": [{"phone_number": "+442079460000"}],
        "url_details": {"domain": "example.com"},
    });
    let answer = create(&bench, &body).await?;
    assert_eq!(answer.status, 200);
    let contact = answer.json();
    assert_eq!(contact["name"], "Ada King");
    assert_eq!(contact["emails"], json!([{"email": "ada@example.com"}]));
    assert_eq!(contact["phones"], json!([{"phone_number": "+442079460000"}]));
    assert_eq!(contact["url_details"]["domain"], "example.com");
    assert_eq!(contact["record_type"], "contact");
    assert_eq!(contact["record_sub_type"], "person");
    assert_eq!(contact["organization_id"], 38);
    assert_eq!(contact["created_at"], "2026-01-02T03:04:05.000");
    assert_eq!(contact.as_object().map(serde_json::Map::len), Some(26));
    let stored = bench.sandbox.contacts(SmartTask);
    assert_eq!(stored.len(), 1);
    assert_eq!(contact["record_id"], stored[0].id);
    assert_eq!(stored[0].body, body);
    Ok(())
}

#[tokio::test]
async fn a_bad_token_is_refused_with_a_challenge_and_no_body() -> Outcome {
    let bench = Bench::start().await?;
    let answer = bench.post(SmartTask, CREATE, "Bearer wrong", &json!({"name": "Ada King"})).await?;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    assert_eq!(answer.text, "");
    Ok(())
}

#[tokio::test]
async fn another_organization_is_forbidden() -> Outcome {
    let bench = Bench::start().await?;
    let body = json!({"name": "Ada King"});
    let answer = bench.post(SmartTask, "/v1.0/contact/create/39", BEARER, &body).await?;
    assert_eq!((answer.status, answer.text.as_str()), (403, ""));
    Ok(())
}

#[tokio::test]
async fn another_version_is_unsupported() -> Outcome {
    let bench = Bench::start().await?;
    let body = json!({"name": "Ada King"});
    let answer = bench.post(SmartTask, "/v2.0/contact/create/38", BEARER, &body).await?;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["error"]["code"], "UnsupportedApiVersion");
    Ok(())
}

#[tokio::test]
async fn limits_count_characters_and_include_their_last_one() -> Outcome {
    let bench = Bench::start().await?;
    let long = |count: usize| "é".repeat(count);
    let body = |extra: usize| {
        json!({
            "name": long(100 + extra),
            "designation": long(50 + extra),
            "address": long(4000 + extra),
            "emails": [{"email": long(320 + extra)}],
            "phones": [{"phone_number": long(30 + extra)}],
        })
    };
    assert_eq!(create(&bench, &body(0)).await?.status, 200);
    let answer = create(&bench, &body(1)).await?;
    assert_eq!(answer.status, 400);
    assert!(answer.header("content-type").starts_with("application/problem+json"));
    let errors = answer.json()["errors"].clone();
    for field in ["Name", "Designation", "Address", "Emails[0].Email", "Phones[0].PhoneNumber"] {
        assert!(errors[field].is_array(), "{field}");
    }
    Ok(())
}

#[tokio::test]
async fn a_contact_without_a_name_is_refused() -> Outcome {
    let bench = Bench::start().await?;
    for body in [json!({}), json!({"name": null}), json!({"name": " "})] {
        let answer = create(&bench, &body).await?;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.json()["errors"]["Name"].is_array());
    }
    assert!(bench.sandbox.contacts(SmartTask).is_empty());
    Ok(())
}

#[tokio::test]
async fn known_keys_of_another_type_are_refused() -> Outcome {
    let bench = Bench::start().await?;
    for wrong in [
        json!({"name": 7}),
        json!({"emails": "ada@example.com"}),
        json!({"emails": ["ada@example.com"]}),
        json!({"emails": [{"address": "ada@example.com"}]}),
        json!({"phones": null}),
        json!({"record_sub_type": "company"}),
        json!({"access_type": null}),
        json!({"archived": "no"}),
        json!({"url_details": []}),
        json!({"parent": "Analytical Engines"}),
        json!({"organization_id": 39}),
    ] {
        let mut body = json!({"name": "Ada King"});
        for (key, value) in wrong.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        assert_eq!(create(&bench, &body).await?.status, 400, "{wrong}");
    }
    Ok(())
}

#[tokio::test]
async fn unknown_keys_are_ignored_and_kept_in_the_record() -> Outcome {
    let bench = Bench::start().await?;
    let body = json!({"name": "Ada King", "nickname": "Countess"});
    assert_eq!(create(&bench, &body).await?.status, 200);
    assert_eq!(bench.sandbox.contacts(SmartTask)[0].body, body);
    Ok(())
}

#[tokio::test]
async fn use_created_returns_the_stored_similar_contact_unchanged() -> Outcome {
    let bench = Bench::start().await?;
    let reuse = format!("{CREATE}?use_created=true");
    let body = json!({"name": "Ada King", "emails": [{"email": "ada@example.com"}]});
    let first = create(&bench, &body).await?.json();
    bench.advance(60);
    let again = json!({
        "name": "ada king",
        "emails": [{"email": "ADA@example.com"}],
        "designation": "Countess",
    });
    let second = bench.post(SmartTask, &reuse, BEARER, &again).await?.json();
    assert_eq!(first, second);
    let other = json!({"name": "Ada King", "emails": [{"email": "king@example.com"}]});
    let third = bench.post(SmartTask, &reuse, BEARER, &other).await?.json();
    assert_ne!(first["record_id"], third["record_id"]);
    let stored = bench.sandbox.contacts(SmartTask);
    assert_eq!(stored.len(), 2);
    assert_eq!((stored[0].times_returned, stored[1].times_returned), (2, 1));
    Ok(())
}

#[tokio::test]
async fn without_use_created_the_same_contact_is_created_twice() -> Outcome {
    let bench = Bench::start().await?;
    let body = json!({"name": "Ada King"});
    create(&bench, &body).await?;
    let plain = format!("{CREATE}?use_created=false");
    bench.post(SmartTask, &plain, BEARER, &body).await?;
    assert_eq!(bench.sandbox.contacts(SmartTask).len(), 2);
    let odd = format!("{CREATE}?use_created=1");
    assert_eq!(bench.post(SmartTask, &odd, BEARER, &body).await?.status, 400);
    Ok(())
}

#[tokio::test]
async fn bodies_that_are_not_json_are_refused() -> Outcome {
    let bench = Bench::start().await?;
    let json = [("authorization", BEARER), ("content-type", "application/json")];
    let answer = bench.send(SmartTask, Method::POST, CREATE, &json, "{").await?;
    assert_eq!(answer.status, 400);
    let text = [("authorization", BEARER), ("content-type", "text/plain")];
    let answer = bench.send(SmartTask, Method::POST, CREATE, &text, "{}").await?;
    assert_eq!(answer.status, 415);
    let answer = bench.get(SmartTask, CREATE, BEARER).await?;
    assert_eq!(answer.status, 405);
    Ok(())
}

#[tokio::test]
async fn a_refresh_token_works_once_and_its_access_token_expires() -> Outcome {
    let bench = Bench::start().await?;
    let form = "grant_type=refresh_token&client_id=sandbox-client\
                &client_secret=sandbox-client-secret&refresh_token=sandbox-refresh-token";
    let granted = bench.post_form(SmartTask, "/connect/token", form).await?;
    assert_eq!(granted.status, 200);
    let granted = granted.json();
    assert_eq!(granted["expires_in"], 3600);
    assert_ne!(granted["refresh_token"], "sandbox-refresh-token");

    let again = bench.post_form(SmartTask, "/connect/token", form).await?;
    assert_eq!((again.status, again.json()), (400, json!({"error": "invalid_grant"})));

    let bearer = format!("Bearer {}", granted["access_token"].as_str().unwrap_or_default());
    let body = json!({"name": "Ada King"});
    bench.advance(3599);
    assert_eq!(bench.post(SmartTask, CREATE, &bearer, &body).await?.status, 200);
    bench.advance(1);
    assert_eq!(bench.post(SmartTask, CREATE, &bearer, &body).await?.status, 401);
    Ok(())
}

#[tokio::test]
async fn a_wrong_client_gets_no_token() -> Outcome {
    let bench = Bench::start().await?;
    let form = "grant_type=refresh_token&client_id=sandbox-client\
                &client_secret=wrong&refresh_token=sandbox-refresh-token";
    let answer = bench.post_form(SmartTask, "/connect/token", form).await?;
    assert_eq!((answer.status, answer.json()), (400, json!({"error": "invalid_client"})));
    Ok(())
}
