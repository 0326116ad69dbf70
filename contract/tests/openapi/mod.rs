//! Tests of the comparison with a vendor's OpenAPI description.

use std::path::Path;

use unicontact_contract::{BuiltIn, Fixtures, Grade, OpenApi, OpenApiError, OpenApiReport, check_openapi};

const AGREES: &str = include_str!("intercom.yaml");
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
async fn every_disagreement_is_found_and_shows_no_value() {
    let report = compared(DISAGREES, "cloverhound").await;
    insta::assert_snapshot!(lines(&report, &[Grade::Breaking]), @"");
    insta::assert_snapshot!(lines(&report, &[Grade::Additive, Grade::Cosmetic]), @"");
    let of_operation = report.findings.iter().find(|finding| finding.place == "query locale").unwrap();
    assert!(of_operation.scenarios.len() > 40, "{of_operation:?}");
}

#[tokio::test]
async fn an_id_that_is_read_as_number_and_text_is_cosmetic() {
    let with_text = DISAGREES.replace("\"uuid\"", "\"id\"");
    let report = compared(&with_text, "cloverhound").await;
    let of_id = report.findings.iter().find(|finding| finding.place == "answer 201 body.id").unwrap();
    assert_eq!((of_id.grade, of_id.description.as_str()), (Grade::Cosmetic, "a text"));
    let with_list = with_text.replace("\"uuid\": {\"type\": \"string\"}", "\"id\": {\"type\": \"array\"}");
    assert_ne!(with_list, DISAGREES);
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
    assert_eq!(error("openapi: 3.0.0\npaths: [").location().map(|(line, _)| line), Some(2));
    assert_eq!(error("swagger: '2.0'\npaths: {}"), OpenApiError::Swagger);
    assert_eq!(error("openapi: 4.0.0\npaths: {}"), OpenApiError::UnknownVersion("4.0.0".to_owned()));
    assert_eq!(error("openapi: 3.1\ninfo: {}"), OpenApiError::NoPaths);
    assert_eq!(error("asyncapi: 3.0.0"), OpenApiError::NoDescription);
    assert_eq!(error(""), OpenApiError::NoDescription);
    let long = " ".repeat(usize::try_from(OpenApi::MAX_BYTES).unwrap() + 1);
    assert_eq!(error(&long), OpenApiError::TooLong);
}
