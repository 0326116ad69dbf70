//! Salesforce's stand-in.

use std::error::Error;

use reqwest::Method;
use serde_json::{Value, json};
use unicontact_sandbox::FaultKind;
use unicontact_sandbox::Vendor::Salesforce;
use unicontact_sandbox::accounts::salesforce::{CLIENT_ID, READ_ONLY_CLIENT_ID};
use url::form_urlencoded;

use crate::client::{Answer, Bench, Outcome};

type Sent = Result<Answer, Box<dyn Error>>;

const TOKEN: &str = "/services/oauth2/token";
pub(crate) const CONTACT: &str = "/services/data/v59.0/sobjects/Contact";

/// A sandbox with a token for its client.
pub(crate) struct Organization {
    pub(crate) bench: Bench,
    pub(crate) bearer: String,
}

impl Organization {
    pub(crate) async fn open(faults: &str) -> Result<Self, Box<dyn Error>> {
        let bench = Bench::start_with(faults).await?;
        let bearer = bench.salesforce_token(CLIENT_ID).await?;
        Ok(Self { bench, bearer })
    }

    pub(crate) async fn create(&self, body: &Value) -> Sent {
        self.bench.post(Salesforce, &format!("{CONTACT}/"), &self.bearer, body).await
    }

    pub(crate) async fn create_ada(&self) -> Sent {
        self.create(&json!({"FirstName": "Ada", "LastName": "King", "Email": "ada@example.com"})).await
    }

    pub(crate) async fn query(&self, soql: &str) -> Sent {
        let query: String = form_urlencoded::byte_serialize(soql.as_bytes()).collect();
        self.bench.get(Salesforce, &format!("/services/data/v59.0/query?q={query}"), &self.bearer).await
    }

    /// The ids that a query finds.
    pub(crate) async fn found(&self, soql: &str) -> Result<Vec<Value>, Box<dyn Error>> {
        let answer = self.query(soql).await?;
        assert_eq!(answer.status, 200, "{soql}: {}", answer.text);
        let body = answer.json();
        let ids: Vec<Value> =
            body["records"].as_array().into_iter().flatten().map(|record| record["Id"].clone()).collect();
        assert_eq!((&body["totalSize"], &body["done"]), (&json!(ids.len()), &json!(true)));
        Ok(ids)
    }
}

/// The errors of an answer: status, and of each code and first field.
pub(crate) fn errors(answer: &Answer) -> (u16, Vec<(String, String)>) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let listed = answer.json().as_array().cloned().unwrap_or_default();
    let listed = listed.iter().map(|error| (text(&error["errorCode"]), text(&error["fields"][0])));
    (answer.status, listed.collect())
}

/// What [`errors`] returns for one error.
pub(crate) fn one(status: u16, code: &str, field: &str) -> (u16, Vec<(String, String)>) {
    (status, vec![(code.to_owned(), field.to_owned())])
}

#[tokio::test]
async fn client_credentials_give_a_token_without_an_end() -> Outcome {
    let bench = Bench::start().await?;
    let form = "grant_type=client_credentials&client_id=sandbox-client&client_secret=sandbox-client-secret";
    let answer = bench.post_form(Salesforce, TOKEN, form).await?;
    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert_eq!(body["instance_url"], bench.sandbox.base_url(Salesforce));
    assert_eq!((&body["token_type"], body.get("expires_in")), (&json!("Bearer"), None));
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("authorization", "Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1jbGllbnQtc2VjcmV0"),
    ];
    let basic =
        bench.send(Salesforce, Method::POST, TOKEN, &headers, "grant_type=client_credentials").await?;
    assert_eq!(basic.status, 200);
    assert_ne!(basic.json()["access_token"], body["access_token"]);
    Ok(())
}

#[tokio::test]
async fn a_wrong_grant_says_what_is_wrong() -> Outcome {
    let bench = Bench::start().await?;
    for (form, error) in [
        (
            "grant_type=client_credentials&client_id=wrong&client_secret=sandbox-client-secret",
            "invalid_client_id",
        ),
        ("grant_type=client_credentials&client_id=sandbox-client&client_secret=wrong", "invalid_client"),
        ("grant_type=password&client_id=sandbox-client", "unsupported_grant_type"),
        ("client_id=sandbox-client", "invalid_request"),
    ] {
        let answer = bench.post_form(Salesforce, TOKEN, form).await?;
        assert_eq!((answer.status, &answer.json()["error"]), (400, &json!(error)), "{form}");
        assert!(answer.json()["error_description"].is_string());
    }
    Ok(())
}

#[tokio::test]
async fn a_token_lasts_two_hours() -> Outcome {
    let organization = Organization::open("").await?;
    organization.bench.advance(2 * 60 * 60 - 1);
    assert_eq!(organization.create_ada().await?.status, 201);
    organization.bench.advance(1);
    let answer = organization.create_ada().await?;
    let expected = json!([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]);
    assert_eq!((answer.status, answer.json()), (401, expected));
    for bearer in ["", "Bearer wrong"] {
        let answer = organization.bench.get(Salesforce, CONTACT, bearer).await?;
        assert_eq!(errors(&answer), one(401, "INVALID_SESSION_ID", ""));
    }
    Ok(())
}

#[tokio::test]
async fn a_token_may_be_good_for_some_requests_only() -> Outcome {
    let organization = Organization::open("[[fault]]\nwhat = 'token_expiry'\nuses = 1").await?;
    assert_eq!(organization.create_ada().await?.status, 201);
    assert_eq!(errors(&organization.create_ada().await?), one(401, "INVALID_SESSION_ID", ""));
    assert_eq!(organization.bench.sandbox.requests(Salesforce)[2].faults, [FaultKind::TokenExpiry]);
    Ok(())
}

#[tokio::test]
async fn a_client_that_may_only_read_is_forbidden_to_create() -> Outcome {
    let bench = Bench::start().await?;
    let bearer = bench.salesforce_token(READ_ONLY_CLIENT_ID).await?;
    let answer = bench.post(Salesforce, CONTACT, &bearer, &json!({"LastName": "King"})).await?;
    assert_eq!(errors(&answer), one(403, "INSUFFICIENT_ACCESS", ""));
    assert_eq!(bench.get(Salesforce, CONTACT, &bearer).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_create_answers_with_the_id_alone() -> Outcome {
    let organization = Organization::open("").await?;
    let answer = organization.create_ada().await?;
    let expected = json!({"id": "003000000000001AAA", "success": true, "errors": []});
    assert_eq!((answer.status, answer.json()), (201, expected));
    assert_eq!(answer.header("location"), format!("{CONTACT}/003000000000001AAA"));
    assert_eq!(answer.header("sforce-limit-info"), "api-usage=1/15000");
    let path = format!("{CONTACT}/003000000000001AAA?fields=Name,email,Title,CreatedDate");
    let record = organization.bench.get(Salesforce, &path, &organization.bearer).await?;
    let expected = json!({
        "attributes": {"type": "Contact", "url": format!("{CONTACT}/003000000000001AAA")},
        "Name": "Ada King",
        "Email": "ada@example.com",
        "Title": null,
        "CreatedDate": "2026-01-02T03:04:05.000+0000",
    });
    assert_eq!(record.json(), expected);
    let unknown = format!("{CONTACT}/003000000000001AAA?fields=Nickname");
    let unknown = organization.bench.get(Salesforce, &unknown, &organization.bearer).await?;
    assert_eq!(errors(&unknown), one(400, "INVALID_FIELD", ""));
    let none = format!("{CONTACT}/003000000000002AAA");
    let none = organization.bench.get(Salesforce, &none, &organization.bearer).await?;
    assert_eq!(errors(&none), one(404, "NOT_FOUND", ""));
    Ok(())
}

#[tokio::test]
async fn an_invalid_field_is_named() -> Outcome {
    let organization = Organization::open("").await?;
    let long = "x".repeat(81);
    for (body, code, field, words) in [
        (json!({}), "REQUIRED_FIELD_MISSING", "LastName", "Required fields are missing: [LastName]"),
        (
            json!({"LastName": " "}),
            "REQUIRED_FIELD_MISSING",
            "LastName",
            "Required fields are missing: [LastName]",
        ),
        (
            json!({"LastName": "K", "Nickname": "x"}),
            "INVALID_FIELD",
            "",
            "No such column 'Nickname' on sobject of type Contact",
        ),
        (
            json!({"LastName": "K", "Other__c": "x"}),
            "INVALID_FIELD",
            "",
            "No such column 'Other__c' on sobject of type Contact",
        ),
        (json!({"LastName": long}), "STRING_TOO_LONG", "LastName", "Last Name: data value too large: x"),
        (
            json!({"LastName": "K", "Email": "ada"}),
            "INVALID_EMAIL_ADDRESS",
            "Email",
            "Email: invalid email address: ada",
        ),
        (
            json!({"LastName": "K", "Name": "Ada"}),
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            "Name",
            "Unable to create/update fields: Name.",
        ),
        (
            json!({"LastName": "K", "OwnerId": "001000000000001"}),
            "MALFORMED_ID",
            "OwnerId",
            "Owner ID: id value",
        ),
        (
            json!({"LastName": "K", "Birthdate": "1815"}),
            "JSON_PARSER_ERROR",
            "",
            "Cannot deserialize instance of date from VALUE_STRING value 1815",
        ),
        (
            json!({"LastName": 5}),
            "JSON_PARSER_ERROR",
            "",
            "Cannot deserialize instance of string from VALUE_NUMBER_INT value 5",
        ),
        (
            json!({"LastName": "K", "DoNotCall": "yes"}),
            "JSON_PARSER_ERROR",
            "",
            "Cannot deserialize instance of boolean from VALUE_STRING",
        ),
    ] {
        let answer = organization.create(&body).await?;
        assert_eq!(errors(&answer), one(400, code, field), "{body}");
        let message = answer.json()[0]["message"].as_str().unwrap_or_default().to_owned();
        assert!(message.starts_with(words), "{message}");
    }
    assert!(organization.bench.sandbox.contacts(Salesforce).is_empty());
    let body = json!({
        "LastName": "King", "Birthdate": "1815-12-10", "DoNotCall": true, "Sandbox_Level__c": "gold",
        "OwnerId": "005000000000001AAA", "AccountId": "001000000000001", "Title": null,
    });
    assert_eq!(organization.create(&body).await?.status, 201);
    Ok(())
}

#[tokio::test]
async fn several_invalid_values_stand_in_one_list() -> Outcome {
    let organization = Organization::open("").await?;
    let answer = organization.create(&json!({"Email": "ada", "FirstName": "x".repeat(41)})).await?;
    let (status, mut listed) = errors(&answer);
    listed.sort();
    let codes: Vec<_> = listed.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(
        (status, codes),
        (400, vec!["INVALID_EMAIL_ADDRESS", "REQUIRED_FIELD_MISSING", "STRING_TOO_LONG"])
    );
    Ok(())
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() -> Outcome {
    let Organization { bench, bearer } = Organization::open("").await?;
    for (content_type, body, status, code) in [
        ("application/json", "{", 400, "JSON_PARSER_ERROR"),
        ("application/json", "[]", 400, "JSON_PARSER_ERROR"),
        ("text/plain", r#"{"LastName": "K"}"#, 415, "UNSUPPORTED_MEDIA_TYPE"),
    ] {
        let headers = [("authorization", bearer.as_str()), ("content-type", content_type)];
        let answer = bench.send(Salesforce, Method::POST, CONTACT, &headers, body).await?;
        assert_eq!(errors(&answer), one(status, code, ""), "{body}");
    }
    Ok(())
}

#[tokio::test]
async fn the_daily_limit_is_forbidden() -> Outcome {
    let organization = Organization::open("[[fault]]\nwhat = 'daily_limit'\ncalls = 2").await?;
    assert_eq!(organization.create_ada().await?.header("sforce-limit-info"), "api-usage=1/2");
    let limits =
        organization.bench.get(Salesforce, "/services/data/v59.0/limits", &organization.bearer).await?;
    assert_eq!(limits.json()["DailyApiRequests"], json!({"Max": 2, "Remaining": 0}));
    let refused = organization.create_ada().await?;
    let expected =
        json!([{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]);
    assert_eq!((refused.status, refused.json()), (403, expected));
    let seen = organization.bench.sandbox.requests(Salesforce);
    assert_eq!(seen.last().map(|request| request.faults.clone()), Some(vec![FaultKind::DailyLimit]));
    organization.bench.advance(24 * 60 * 60);
    let again =
        Organization { bearer: organization.bench.salesforce_token(CLIENT_ID).await?, ..organization };
    assert_eq!(again.create_ada().await?.status, 201);
    Ok(())
}

#[tokio::test]
async fn too_many_at_once_are_forbidden_with_other_words() -> Outcome {
    let organization = Organization::open("[[fault]]\nwhat = 'rate_limit'").await?;
    let refused = organization.create_ada().await?;
    assert_eq!(errors(&refused), one(403, "REQUEST_LIMIT_EXCEEDED", ""));
    let words = "ConcurrentRequests (Concurrent API Requests) Limit exceeded.";
    assert_eq!(refused.json()[0]["message"], words);
    Ok(())
}

#[tokio::test]
async fn a_fault_has_the_vendors_form() -> Outcome {
    for (status, code) in [
        (401, "INVALID_SESSION_ID"),
        (403, "INSUFFICIENT_ACCESS"),
        (404, "NOT_FOUND"),
        (500, "UNKNOWN_EXCEPTION"),
        (503, "SERVER_UNAVAILABLE"),
    ] {
        let organization =
            Organization::open(&format!("[[fault]]\nwhat = 'status'\nstatus = {status}")).await?;
        assert_eq!(errors(&organization.create_ada().await?), one(status, code, ""));
    }
    Ok(())
}

#[tokio::test]
async fn the_routes_for_a_check_need_a_token_but_for_the_list_of_versions() -> Outcome {
    let Organization { bench, bearer } = Organization::open("").await?;
    assert_eq!(bench.get(Salesforce, "/services/data", "").await?.json()[0]["version"], "59.0");
    for path in [
        "/services/oauth2/userinfo",
        "/services/data/v59.0/limits",
        "/services/data/v59.0/sobjects/Contact",
        "/services/data/v59.0/sobjects/Contact/describe",
    ] {
        assert_eq!(bench.get(Salesforce, path, "").await?.status, 401, "{path}");
        assert_eq!(bench.get(Salesforce, path, &bearer).await?.status, 200, "{path}");
    }
    for path in ["/services/data/59.0/limits", "/services/data/v59.0/sobjects/Account", "/services"] {
        assert_eq!(bench.get(Salesforce, path, &bearer).await?.status, 404, "{path}");
    }
    Ok(())
}
