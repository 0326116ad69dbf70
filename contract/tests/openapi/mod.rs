//! Tests of the comparison with a vendor's OpenAPI description.

use std::path::Path;

use unicontact_contract::{BuiltIn, Fixtures, Grade, OpenApi, OpenApiError, OpenApiReport, check_openapi};

/// Written by hand, so that it agrees.
const AGREES: &str = include_str!("handwritten.yaml");
/// An excerpt of the description that the vendor publishes.
const PUBLISHED: &str = include_str!("intercom-2.14.yaml");
const DISAGREES: &str = include_str!("cloverhound.json");

async fn compared(description: &str, vendor: &str) -> OpenApiReport {
    let fixtures = Fixtures::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")).unwrap();
    let description = OpenApi::parse(description).unwrap();
    check_openapi(&description, &fixtures, vendor, &BuiltIn).await.unwrap()
}

/// Returns the findings of these grades, one a line.
fn lines(report: &OpenApiReport, grades: &[Grade]) -> String {
    let findings = report.findings.iter().filter(|finding| grades.contains(&finding.grade));
    findings.map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_description_that_agrees_has_no_breaking_finding() {
    let report = compared(AGREES, "intercom").await;
    assert_eq!(report.requests, 3);
    insta::assert_snapshot!(lines(&report, &Grade::ALL), @"additive POST /contacts/search: answer 200 body.data[].external_id: adapter needs it, description optional");
}

#[tokio::test]
async fn the_published_description_of_a_vendor_is_compared() {
    let report = compared(PUBLISHED, "intercom").await;
    assert_eq!(report.requests, 3);
    insta::assert_snapshot!(lines(&report, &Grade::ALL), @"
    additive GET /me: answer 401: adapter expects 401, description no such status
    additive GET /me: answer 200 body.id: adapter needs it, description optional
    additive POST /contacts: answer 409: adapter expects 409, description no such status
    additive POST /contacts: answer 200 body.id: adapter needs it, description optional
    additive POST /contacts: answer 200 body.errors: adapter reads a list, description no such member
    additive POST /contacts: answer 400: adapter expects 400, description no such status
    additive POST /contacts: answer 403: adapter expects 403, description no such status
    additive POST /contacts: answer 429: adapter expects 429, description no such status
    additive POST /contacts/search: answer 200 body.data: adapter needs it, description optional
    additive POST /contacts/search: answer 401: adapter no fixture shows it, description listed
    ");
}

#[tokio::test]
async fn every_disagreement_is_found_and_shows_no_value() {
    let report = compared(DISAGREES, "cloverhound").await;
    let shown = lines(&report, &Grade::ALL);
    assert!(!["Mira", "mira", "+44"].iter().any(|value| shown.contains(value)), "{shown}");
    insta::assert_snapshot!(lines(&report, &[Grade::Breaking]), @r#"
    breaking POST /{organization_id}/contacts: header X-Request-Id: adapter nothing, description a required parameter
    breaking POST /{organization_id}/contacts: query locale: adapter nothing, description a required parameter
    breaking POST /{organization_id}/contacts: body.kind: adapter nothing, description a required member
    breaking POST /{organization_id}/contacts: body.contact_phones_attributes[0].number: adapter a text that does not match, description a text like ^0
    breaking POST /{organization_id}/contacts: body.email: adapter another value, a text, description "office@example.com"
    breaking POST /{organization_id}/contacts: body.full_name: adapter a longer text, description at most 10 characters
    breaking POST /{organization_id}/contacts: credential: adapter authorization basic, description authorization bearer or query account and header X-Key
    breaking POST /{organization_id}/contacts: body.contact_phones_attributes: adapter a longer list, description at most 1 entry
    breaking POST /{organization_id}/contacts: body.contact_phones_attributes[1].number: adapter a text that does not match, description a text like ^0
    breaking POST /{organization_id}/contacts: body.contact_phones_attributes[2].number: adapter a text that does not match, description a text like ^0
    breaking POST /{organization_id}/contacts: body.description: adapter a text, description no such member
    breaking POST /{organization_id}/contacts: answer 201 body.contact_phones: adapter reads a list, description no such member
    breaking POST /{organization_id}/contacts: answer 201 body.email: adapter reads a text, description no such member
    breaking POST /{organization_id}/contacts: answer 201 body.full_name: adapter reads a text, description no such member
    breaking POST /{organization_id}/contacts: answer 201 body.id: adapter reads a number, description no such member
    "#);
    insta::assert_snapshot!(lines(&report, &[Grade::Additive, Grade::Cosmetic]), @"
    additive POST /{organization_id}/contacts: operation: adapter a request, description deprecated
    additive POST /{organization_id}/contacts: answer 403: adapter expects 403, description no such status
    additive POST /{organization_id}/contacts: answer 409: adapter expects 409, description no such status
    additive POST /{organization_id}/contacts: answer 422 body: adapter a body with what is read, description no schema
    additive POST /{organization_id}/contacts: answer 200 body.errors: adapter reads a list, description no such member
    additive POST /{organization_id}/contacts: answer 400: adapter expects 400, description no such status
    additive POST /{organization_id}/contacts: answer 404: adapter expects 404, description no such status
    additive POST /{organization_id}/contacts: answer 402: adapter expects 402, description no such status
    additive POST /{organization_id}/contacts: answer 429: adapter expects 429, description no such status
    additive POST /{organization_id}/contacts: answer 302: adapter expects 302, description no such status
    additive POST /{organization_id}/contacts: answer 401: adapter expects 401, description no such status
    additive POST /{organization_id}/contacts: answer 410: adapter no fixture shows it, description listed
    cosmetic POST /{organization_id}/contacts: answer 200: adapter expects 200, description 201
    ");
    let of_operation = report.findings.iter().find(|finding| finding.place == "query locale").unwrap();
    assert!(of_operation.scenarios.len() > 40, "{of_operation:?}");
}

#[tokio::test]
async fn an_id_that_is_read_as_number_and_text_is_cosmetic() {
    for (described, grade, word) in
        [("string", Grade::Cosmetic, "a text"), ("array", Grade::Breaking, "a list")]
    {
        let other = format!(r#""id": {{"type": "{described}"}}"#);
        let report =
            compared(&DISAGREES.replace(r#""uuid": {"type": "string"}"#, &other), "cloverhound").await;
        let of_id = report.findings.iter().filter(|finding| finding.place == "answer 201 body.id");
        let found: Vec<(Grade, &str)> = of_id.map(|it| (it.grade, it.description.as_str())).collect();
        assert!(
            found.contains(&(grade, word)) && found.contains(&(Grade::Additive, "optional")),
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn a_request_without_an_operation_is_breaking() {
    let report = compared(&AGREES.replace("/contacts/search:", "/people/search:"), "intercom").await;
    assert_eq!(
        lines(&report, &[Grade::Breaking]),
        "breaking POST /contacts/search: operation: adapter a request, description no such operation"
    );
}

#[test]
fn a_text_that_is_no_description_is_refused_with_its_reason() {
    let error = |text: &str| OpenApi::parse(text).unwrap_err();
    assert_eq!(error("{\"openapi\": \"3.0.0\",\n \"paths\": }").location(), Some((2, 11)));
    assert_eq!(error("openapi: 3.0.0\nopenapi: 3.1.0").location(), Some((2, 1)));
    assert_eq!(error("swagger: '2.0'\npaths: {}"), OpenApiError::Swagger);
    assert_eq!(error("openapi: 4.0.0\npaths: {}"), OpenApiError::UnknownVersion("4.0.0".to_owned()));
    assert_eq!(error("openapi: 3.1\ninfo: {}"), OpenApiError::NoPaths);
    assert_eq!(error("asyncapi: 3.0.0"), OpenApiError::NoDescription);
    assert_eq!(error(""), OpenApiError::NoDescription);
    let long = " ".repeat(usize::try_from(OpenApi::MAX_BYTES).unwrap() + 1);
    assert_eq!(error(&long), OpenApiError::TooLong);
}
