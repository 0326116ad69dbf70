//! emnify's stand-in.

use std::error::Error;

use reqwest::Method;
use serde_json::{Value, json};
use unicontact_sandbox::Vendor::Emnify;
use unicontact_sandbox::accounts::emnify::{APPLICATION_TOKEN, PASSWORD_SHA1, USERNAME};

use crate::client::{Answer, Bench, Outcome};

const AUTHENTICATE: &str = "/api/v1/authenticate";
const CONTACTS: &str = "/api/v1/organisation/42/contact";

async fn authenticate(bench: &Bench, body: &Value) -> Result<Answer, Box<dyn Error>> {
    bench.post(Emnify, AUTHENTICATE, "", body).await
}

async fn bearer(bench: &Bench) -> Result<String, Box<dyn Error>> {
    let answer = authenticate(bench, &json!({"application_token": APPLICATION_TOKEN})).await?;
    let token = answer.json()["auth_token"].clone();
    Ok(format!("Bearer {}", token.as_str().ok_or("no token")?))
}

/// The codes of what is wrong with a body.
async fn refused_with(bench: &Bench, path: &str, body: &Value) -> Result<Vec<Value>, Box<dyn Error>> {
    let answer = bench.post(Emnify, path, &bearer(bench).await?, body).await?;
    assert_eq!(answer.status, 422, "{body}");
    let envelope = answer.json();
    assert_eq!(envelope["error_code"], 1400);
    assert_eq!(envelope["error_token"], "InputValidationFailed");
    let errors = envelope["errors"].as_array().cloned().unwrap_or_default();
    Ok(errors.iter().map(|error| error["error_code"].clone()).collect())
}

#[tokio::test]
async fn a_create_answers_with_a_location_and_no_body() -> Outcome {
    let bench = Bench::start().await?;
    let bearer = bearer(&bench).await?;
    let body = json!({
        "type": {"id": 1},
        "name": "Ada King",
        "email": "ada@example.com",
        "phone": "+442 079 460 000",
        "country": {"id": 205},
    });
    let answer = bench.post(Emnify, CONTACTS, &bearer, &body).await?;
    assert_eq!((answer.status, answer.text.as_str()), (201, ""));
    let location = format!("{}{CONTACTS}/1", bench.sandbox.base_url(Emnify));
    assert_eq!(answer.header("location"), location);
    assert_eq!(bench.sandbox.contacts(Emnify)[0].body, body);

    let listed = bench.get(Emnify, CONTACTS, &bearer).await?.json();
    assert_eq!(listed[0]["id"], 1);
    assert_eq!(listed[0]["organisation"]["id"], 42);
    assert_eq!(listed[0]["type"], json!({"id": 1, "description": "Commercial"}));
    assert_eq!(listed[0]["country"], json!({"id": 205, "name": "United Kingdom"}));
    let one = bench.get(Emnify, &format!("{CONTACTS}/1"), &bearer).await?;
    assert_eq!(one.json(), listed[0]);
    let none = bench.get(Emnify, &format!("{CONTACTS}/2"), &bearer).await?;
    assert_eq!((none.status, &none.json()["error_code"]), (404, &json!(1201)));
    Ok(())
}

#[tokio::test]
async fn only_the_type_is_required() -> Outcome {
    let bench = Bench::start().await?;
    let bearer = bearer(&bench).await?;
    let answer = bench.post(Emnify, CONTACTS, &bearer, &json!({"type": {"id": 6}})).await?;
    assert_eq!(answer.status, 201);
    assert_eq!(refused_with(&bench, CONTACTS, &json!({})).await?, [1402]);
    assert_eq!(refused_with(&bench, CONTACTS, &json!({"type": {}})).await?, [1402]);
    assert_eq!(refused_with(&bench, CONTACTS, &json!({"type": 1})).await?, [1403]);
    assert_eq!(refused_with(&bench, CONTACTS, &json!({"type": {"id": "1"}})).await?, [1403]);
    for unknown in [0, 7] {
        let body = json!({"type": {"id": unknown}});
        assert_eq!(refused_with(&bench, CONTACTS, &body).await?, [1401]);
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_country_is_an_invalid_reference() -> Outcome {
    let bench = Bench::start().await?;
    for (country, code) in
        [(json!({"id": 9999}), 1401), (json!("DE"), 1403), (json!({"id": "74"}), 1403), (Value::Null, 1403)]
    {
        let body = json!({"type": {"id": 1}, "country": country});
        assert_eq!(refused_with(&bench, CONTACTS, &body).await?, [code], "{body}");
    }
    Ok(())
}

#[tokio::test]
async fn an_id_is_refused_in_the_body_and_in_the_query() -> Outcome {
    let bench = Bench::start().await?;
    let body = json!({"type": {"id": 1}, "id": 5, "organisation_id": 42});
    assert_eq!(refused_with(&bench, CONTACTS, &body).await?, [1406, 1406]);
    let path = format!("{CONTACTS}?organisation_id=42");
    let body = json!({"type": {"id": 1}});
    assert_eq!(refused_with(&bench, &path, &body).await?, [1406]);
    assert!(bench.sandbox.contacts(Emnify).is_empty());
    Ok(())
}

#[tokio::test]
async fn texts_must_be_strings_and_an_email_an_address() -> Outcome {
    let bench = Bench::start().await?;
    let body = json!({"type": {"id": 1}, "zipcode": 10224, "name": null, "email": "ada"});
    assert_eq!(refused_with(&bench, CONTACTS, &body).await?, [1403, 1403, 1403]);
    Ok(())
}

#[tokio::test]
async fn a_purchase_order_has_fifty_characters_and_an_invoice_contact() -> Outcome {
    let bench = Bench::start().await?;
    let bearer = bearer(&bench).await?;
    let body =
        |kind: u64, length: usize| json!({"type": {"id": kind}, "purchase_order_number": "é".repeat(length)});
    let answer = bench.post(Emnify, CONTACTS, &bearer, &body(6, 50)).await?;
    assert_eq!(answer.status, 201);
    assert_eq!(refused_with(&bench, CONTACTS, &body(6, 51)).await?, [1403]);
    assert_eq!(refused_with(&bench, CONTACTS, &body(1, 50)).await?, [1406]);
    Ok(())
}

#[tokio::test]
async fn a_token_lasts_240_minutes() -> Outcome {
    let bench = Bench::start().await?;
    let bearer = bearer(&bench).await?;
    bench.advance(240 * 60 - 1);
    assert_eq!(bench.get(Emnify, CONTACTS, &bearer).await?.status, 200);
    bench.advance(1);
    let answer = bench.get(Emnify, CONTACTS, &bearer).await?;
    assert_eq!((answer.status, &answer.json()["error_code"]), (401, &json!(1103)));
    assert_eq!(answer.json()["error_token"], "TokenExpired");
    Ok(())
}

#[tokio::test]
async fn the_gateway_refuses_a_malformed_bearer_in_its_own_words() -> Outcome {
    let bench = Bench::start().await?;
    let answer = bench.get(Emnify, CONTACTS, "Bearer nonsense").await?;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json(), json!({"message": "token contains an invalid number of segments"}));
    let answer = bench.get(Emnify, CONTACTS, "Bearer a.b.c").await?;
    assert_eq!((answer.status, &answer.json()["error_code"]), (401, &json!(1102)));
    Ok(())
}

#[tokio::test]
async fn another_organisation_is_forbidden_and_none_is_not_found() -> Outcome {
    let bench = Bench::start().await?;
    let bearer = bearer(&bench).await?;
    let path = "/api/v1/organisation/43/contact";
    let answer = bench.post(Emnify, path, &bearer, &json!({"type": {"id": 1}})).await?;
    assert_eq!((answer.status, &answer.json()["error_code"]), (403, &json!(1104)));
    let nobodys = "/api/v1/organisation/4242/contact";
    let answer = bench.post(Emnify, nobodys, &bearer, &json!({"type": {"id": 1}})).await?;
    assert_eq!((answer.status, &answer.json()["error_code"]), (404, &json!(1401)));
    let own = bench.get(Emnify, "/api/v1/organisation/my", &bearer).await?;
    assert_eq!(own.json()["id"], 42);
    Ok(())
}

#[tokio::test]
async fn three_failures_in_a_row_lock_the_login_for_five_minutes() -> Outcome {
    let bench = Bench::start().await?;
    for _ in 0..3 {
        let answer = authenticate(&bench, &json!({"application_token": "wrong"})).await?;
        assert_eq!((answer.status, answer.text.as_str()), (401, ""));
    }
    let good = json!({"application_token": APPLICATION_TOKEN});
    let answer = authenticate(&bench, &good).await?;
    assert_eq!((answer.status, &answer.json()["error_token"]), (401, &json!("TooManyRequests")));
    bench.advance(300);
    assert_eq!(authenticate(&bench, &good).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_user_gets_a_refresh_token_and_an_application_does_not() -> Outcome {
    let bench = Bench::start().await?;
    let application = authenticate(&bench, &json!({"application_token": APPLICATION_TOKEN})).await?;
    assert_eq!(application.json().as_object().map(serde_json::Map::len), Some(1));
    let login = json!({"username": USERNAME, "password": PASSWORD_SHA1});
    let user = authenticate(&bench, &login).await?.json();
    let refresh = json!({"refresh_token": user["refresh_token"]});
    let refreshed = authenticate(&bench, &refresh).await?.json();
    assert!(refreshed["auth_token"].is_string());
    assert!(refreshed.get("refresh_token").is_none());
    Ok(())
}

#[tokio::test]
async fn a_body_that_is_not_json_is_a_bad_request() -> Outcome {
    let bench = Bench::start().await?;
    let bearer = bearer(&bench).await?;
    let headers = [("authorization", bearer.as_str())];
    for (path, body) in [(AUTHENTICATE, "{"), (AUTHENTICATE, "{}"), (CONTACTS, "[]")] {
        let answer = bench.send(Emnify, Method::POST, path, &headers, body).await?;
        assert_eq!((answer.status, &answer.json()["error_code"]), (400, &json!(1000)));
    }
    Ok(())
}

#[tokio::test]
async fn the_geographic_country_list_has_each_country_once() -> Outcome {
    let bench = Bench::start().await?;
    let bearer = bearer(&bench).await?;
    let all = bench.get(Emnify, "/api/v1/country", &bearer).await?.json();
    let some = bench.get(Emnify, "/api/v1/country?geographic=true", &bearer).await?.json();
    let ids = |rows: &Value, code: &str| -> Vec<Value> {
        let rows = rows.as_array().into_iter().flatten();
        rows.filter(|row| row["iso_code"] == code).map(|row| row["id"].clone()).collect()
    };
    assert!(ids(&all, "us").len() > 1);
    assert_eq!(ids(&some, "us"), [208]);
    assert_eq!(ids(&some, "in"), [91]);
    assert_eq!(ids(&some, "de"), [74]);
    Ok(())
}
