//! Cloverhound's stand-in.

use std::error::Error;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use unicontact_sandbox::Vendor::Cloverhound;
use unicontact_sandbox::accounts::cloverhound::{API_KEY_ID, API_KEY_SECRET};

use crate::client::{Answer, Bench, Outcome};

const CREATE: &str = "/7/contacts";

fn basic(secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{API_KEY_ID}:{secret}")))
}

async fn create(bench: &Bench, body: &Value) -> Result<Answer, Box<dyn Error>> {
    bench.post(Cloverhound, CREATE, &basic(API_KEY_SECRET), body).await
}

#[tokio::test]
async fn a_created_contact_has_the_documented_schema() -> Outcome {
    let bench = Bench::start().await?;
    let body = json!({
        "full_name": "Ada King",
        "email": "ada@example.com",
        "contact_phones_attributes": [{"number": "+442079460000"}],
    });
    let answer = create(&bench, &body).await?;
    assert_eq!(answer.status, 201);
    let stamp = "2026-01-02T03:04:05.000Z";
    assert_eq!(
        answer.json(),
        json!({
            "id": 1,
            "organization_id": 7,
            "full_name": "Ada King",
            "email": "ada@example.com",
            "description": null,
            "contact_phones": [{
                "id": 1,
                "contact_id": 1,
                "organization_id": 7,
                "number": "+442079460000",
                "phone_type": null,
                "created_at": stamp,
                "updated_at": stamp,
            }],
            "created_at": stamp,
            "updated_at": stamp,
        })
    );
    assert_eq!(bench.sandbox.contacts(Cloverhound)[0].body, body);
    Ok(())
}

#[tokio::test]
async fn a_wrong_secret_is_refused_in_plain_text() -> Outcome {
    let bench = Bench::start().await?;
    let body = json!({"full_name": "Ada King"});
    for authorization in [basic("wrong"), "Basic !".to_owned(), "Bearer x".to_owned()] {
        let answer = bench.post(Cloverhound, CREATE, &authorization, &body).await?;
        assert_eq!((answer.status, answer.text.as_str()), (401, "HTTP Basic: Access denied."));
        assert!(answer.header("content-type").starts_with("text/plain"));
        assert_eq!(answer.header("www-authenticate"), "Basic realm=\"Application\"");
    }
    Ok(())
}

#[tokio::test]
async fn another_organization_is_forbidden() -> Outcome {
    let bench = Bench::start().await?;
    let body = json!({"full_name": "Ada King"});
    let key = basic(API_KEY_SECRET);
    assert_eq!(bench.post(Cloverhound, "/8/contacts", &key, &body).await?.status, 403);
    assert_eq!(bench.post(Cloverhound, "/x/contacts", &key, &body).await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn a_blank_name_is_unprocessable() -> Outcome {
    let bench = Bench::start().await?;
    for body in [json!({}), json!({"full_name": " "}), json!({"full_name": null}), json!([])] {
        let answer = create(&bench, &body).await?;
        assert_eq!(answer.status, 422, "{body}");
        assert_eq!(answer.json(), json!({"full_name": ["can't be blank"]}));
    }
    Ok(())
}

#[tokio::test]
async fn a_number_that_is_not_e164_is_unprocessable() -> Outcome {
    let bench = Bench::start().await?;
    let numbers = ["442079460000", "+0123", "+4", "+44 20", "+1234567890123456", ""];
    for number in numbers {
        let body = json!({
            "full_name": "Ada King",
            "contact_phones_attributes": [{"number": number}],
        });
        let answer = create(&bench, &body).await?;
        assert_eq!(answer.status, 422, "{number}");
        assert!(answer.json()["contact_phones.number"].is_array());
    }
    assert!(bench.sandbox.contacts(Cloverhound).is_empty());
    Ok(())
}

#[tokio::test]
async fn keys_for_updates_are_refused_on_a_create() -> Outcome {
    let bench = Bench::start().await?;
    for phone in
        [json!({"number": "+442079460000", "id": 1}), json!({"number": "+442079460000", "_destroy": false})]
    {
        let body = json!({"full_name": "Ada King", "contact_phones_attributes": [phone]});
        assert_eq!(create(&bench, &body).await?.status, 422, "{body}");
    }
    Ok(())
}

#[tokio::test]
async fn values_of_another_type_are_unprocessable() -> Outcome {
    let bench = Bench::start().await?;
    for (key, value) in [
        ("full_name", json!(7)),
        ("email", json!(["ada@example.com"])),
        ("description", json!({})),
        ("contact_phones_attributes", json!({})),
        ("contact_phones_attributes", json!(["+442079460000"])),
    ] {
        let mut body = json!({"full_name": "Ada King"});
        body[key] = value;
        assert_eq!(create(&bench, &body).await?.status, 422, "{body}");
    }
    Ok(())
}

#[tokio::test]
async fn a_body_that_is_not_json_is_a_bad_request() -> Outcome {
    let bench = Bench::start().await?;
    let key = basic(API_KEY_SECRET);
    let headers = [("authorization", key.as_str()), ("content-type", "application/json")];
    let answer = bench.send(Cloverhound, Method::POST, CREATE, &headers, "{").await?;
    assert_eq!(answer.status, 400);
    Ok(())
}
