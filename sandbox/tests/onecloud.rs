//! `OneCloud`'s stand-in.

use std::error::Error;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};
use unicontact_sandbox::Vendor::OneCloud;

use crate::client::{Answer, Bench, Outcome};

const AUTHENTICATE: &str = "/api/authenticate";
const CREATE: &str = "/api/contactrz";

async fn authenticate(bench: &Bench, site: Value) -> Result<Answer, Box<dyn Error>> {
    let mut body = json!({"email": "sandbox@example.com", "password": "sandbox-password"});
    if !site.is_null() {
        body["siteId"] = site;
    }
    bench.post(OneCloud, AUTHENTICATE, "", &body).await
}

async fn token(bench: &Bench) -> Result<String, Box<dyn Error>> {
    let answer = authenticate(bench, json!(169)).await?.json();
    Ok(answer["token"].as_str().ok_or("no token")?.to_owned())
}

async fn create(bench: &Bench, body: &Value) -> Result<Answer, Box<dyn Error>> {
    let bearer = format!("Bearer {}", token(bench).await?);
    bench.post(OneCloud, CREATE, &bearer, body).await
}

#[tokio::test]
async fn a_created_contact_is_nine_strings() -> Outcome {
    let bench = Bench::start().await?;
    let body = json!({"Name": "Ada King", "Email": "ada@example.com", "Nickname": "Countess"});
    let answer = create(&bench, &body).await?;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json(),
        json!({
            "Id": "1",
            "Name": "Ada King",
            "Phone": "",
            "Fax": "",
            "Email": "ada@example.com",
            "Mobile": "",
            "TwitterId": "",
            "FacebookId": "",
            "Media": "",
        })
    );
    assert_eq!(bench.sandbox.contacts(OneCloud)[0].body, body);
    Ok(())
}

#[tokio::test]
async fn an_expired_token_is_refused_with_the_documented_envelope() -> Outcome {
    let bench = Bench::start().await?;
    let bearer = format!("Bearer {}", token(&bench).await?);
    let body = json!({"Name": "Ada King"});
    bench.advance(899);
    assert_eq!(bench.post(OneCloud, CREATE, &bearer, &body).await?.status, 200);
    bench.advance(1);
    let answer = bench.post(OneCloud, CREATE, &bearer, &body).await?;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.json(),
        json!({
            "_meta": {"status": "ERROR", "count": 1},
            "records": {
                "errorCode": 401,
                "userMessage": "Expired token",
                "devMessage": null,
                "more": null,
                "applicationCode": null,
            },
        })
    );
    Ok(())
}

#[tokio::test]
async fn a_request_without_a_token_is_an_error() -> Outcome {
    let bench = Bench::start().await?;
    let answer = bench.post(OneCloud, CREATE, "", &json!({"Name": "Ada King"})).await?;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["records"]["userMessage"], "jwt token not found");
    let answer = bench.post(OneCloud, CREATE, "Bearer a.b.c", &json!({"Name": "Ada King"})).await?;
    assert_eq!(answer.status, 401);
    assert!(bench.sandbox.contacts(OneCloud).is_empty());
    Ok(())
}

#[tokio::test]
async fn a_token_says_its_site_and_lasts_900_seconds() -> Outcome {
    let bench = Bench::start().await?;
    let token = token(&bench).await?;
    let segments: Vec<&str> = token.split('.').collect();
    assert_eq!(segments.len(), 3);
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(segments[1])?)?;
    assert_eq!(claims["sid"], 169);
    assert_eq!(claims["iss"], bench.sandbox.base_url(OneCloud));
    let second = |key: &str| claims[key].as_i64().unwrap_or_default();
    assert_eq!(second("exp") - second("iat"), 900);
    Ok(())
}

#[tokio::test]
async fn the_login_takes_json_and_forms_and_either_kind_of_site() -> Outcome {
    let bench = Bench::start().await?;
    let form = "email=sandbox%40example.com&password=sandbox-password&siteId=169";
    let answers = [
        authenticate(&bench, json!(169)).await?,
        authenticate(&bench, json!("169")).await?,
        bench.post_form(OneCloud, AUTHENTICATE, form).await?,
    ];
    for answer in answers {
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["response_code"], "200");
        assert!(answer.json()["token"].is_string());
    }
    Ok(())
}

#[tokio::test]
async fn a_login_for_another_site_is_refused() -> Outcome {
    let bench = Bench::start().await?;
    let answer = authenticate(&bench, json!(170)).await?;
    assert_eq!(answer.status, 401);
    let records = answer.json()["records"].clone();
    assert_eq!(records["errorCode"], "401");
    assert_eq!(records["userMessage"], "you are not authorized to log into this site 170");
    Ok(())
}

#[tokio::test]
async fn a_login_without_a_site_succeeds_without_a_token() -> Outcome {
    let bench = Bench::start().await?;
    let answer = authenticate(&bench, Value::Null).await?;
    assert_eq!(answer.status, 200);
    assert!(answer.json().get("token").is_none());
    Ok(())
}

#[tokio::test]
async fn values_that_are_no_strings_and_a_missing_name_are_errors() -> Outcome {
    let bench = Bench::start().await?;
    for body in [
        json!({"Name": "Ada King", "Phone": 42}),
        json!({"Name": "Ada King", "Fax": null}),
        json!({"Phone": "+442079460000"}),
        json!({"Name": " "}),
        json!(["Ada King"]),
    ] {
        let answer = create(&bench, &body).await?;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.json()["_meta"]["status"], "ERROR");
    }
    Ok(())
}

#[tokio::test]
async fn a_body_that_is_not_json_is_an_error() -> Outcome {
    let bench = Bench::start().await?;
    let bearer = format!("Bearer {}", token(&bench).await?);
    let headers = [("authorization", bearer.as_str())];
    for path in [AUTHENTICATE, CREATE] {
        let answer = bench.send(OneCloud, Method::POST, path, &headers, "{").await?;
        assert_eq!(answer.status, 400);
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_route_is_not_found_in_an_envelope() -> Outcome {
    let bench = Bench::start().await?;
    let answer = bench.get(OneCloud, CREATE, "").await?;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json()["records"]["applicationCode"], "NF1000");
    Ok(())
}
