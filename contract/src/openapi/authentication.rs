//! Compares the place of the credentials with the security schemes of an operation.

use serde_json::{Map, Value};

use super::finding::RequestFindings;
use super::operation::OpenApiOperation;
use crate::fixture::{ExpectedRequest, SECRET_PLACEHOLDER};
use crate::grade::Grade;

/// Where a request carries a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Credential {
    /// The header `authorization` with this scheme, in lower case.
    Authorization(String),
    Header(String),
    Query(String),
}

/// Adds a difference if no alternative of the operation's security schemes has what the request carries.
pub(super) fn check(
    operation: &OpenApiOperation<'_>,
    request: &ExpectedRequest,
    findings: &mut RequestFindings,
) {
    let Some(alternatives) = operation.security() else { return };
    let sent = credentials(request);
    // A login carries its credentials in the body.
    if sent.is_empty() && holds_credential_in_body(request) {
        return;
    }
    let is_accepted = |alternative: &Value| {
        let names = alternative.as_object();
        names.is_some_and(|names| names.keys().all(|name| has_scheme(operation, name, &sent)))
    };
    if !alternatives.iter().any(is_accepted) {
        let described: Vec<String> =
            alternatives.iter().map(|it| describe_alternative(operation, it)).collect();
        let sent: Vec<String> = sent.iter().map(Credential::describe).collect();
        let sent = if sent.is_empty() { "no credential".to_owned() } else { sent.join(" and ") };
        findings.add(Grade::Breaking, "credential", sent, described.join(" or "));
    }
}

fn credentials(request: &ExpectedRequest) -> Vec<Credential> {
    let headers = request.headers.iter().filter(|(_, value)| value.contains(SECRET_PLACEHOLDER));
    let of_headers = headers.map(|(name, value)| {
        let name = name.to_lowercase();
        match value.split_once(' ').filter(|_| name == "authorization") {
            Some((scheme, _)) => Credential::Authorization(scheme.to_lowercase()),
            None => Credential::Header(name),
        }
    });
    let query = request.path.split_once('?').map_or("", |(_, query)| query);
    let members = query.split('&').filter_map(|member| member.split_once('='));
    let of_query = members
        .filter(|(_, value)| value.contains(SECRET_PLACEHOLDER))
        .map(|(name, _)| Credential::Query(name.to_owned()));
    of_headers.chain(of_query).collect()
}

fn holds_credential_in_body(request: &ExpectedRequest) -> bool {
    let of_form = request.form.iter().flat_map(|form| form.values());
    let mut texts = of_form.cloned().chain(request.body.as_ref().map(Value::to_string));
    texts.any(|text| text.contains(SECRET_PLACEHOLDER))
}

/// Returns whether the request satisfies a scheme. A scheme that the description does not define is satisfied.
fn has_scheme(operation: &OpenApiOperation<'_>, name: &str, sent: &[Credential]) -> bool {
    let Some(scheme) = scheme(operation, name) else { return true };
    let text = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
    let is_in_authorization = |it: &Credential| matches!(it, Credential::Authorization(_));
    // Some vendors have a word of their own in place of `Bearer`.
    let is_token = |it: &Credential| matches!(it, Credential::Authorization(scheme) if scheme != "basic");
    match text("type") {
        "http" => sent.contains(&Credential::Authorization(text("scheme").to_lowercase())),
        "oauth2" | "openIdConnect" => sent.iter().any(is_token),
        "apiKey" => match (text("in"), text("name").to_lowercase().as_str()) {
            ("header", "authorization") => sent
                .iter()
                .any(|it| is_in_authorization(it) || *it == Credential::Header("authorization".to_owned())),
            ("header", name) => sent.contains(&Credential::Header(name.to_owned())),
            ("query", _) => sent.contains(&Credential::Query(text("name").to_owned())),
            _ => false,
        },
        // Certificates are no part of a request.
        _ => true,
    }
}

fn scheme<'a>(operation: &OpenApiOperation<'a>, name: &str) -> Option<&'a Map<String, Value>> {
    let schemes = operation.api.member("components")?.get("securitySchemes")?;
    operation.api.object(schemes.get(name)?)
}

fn describe_alternative(operation: &OpenApiOperation<'_>, alternative: &Value) -> String {
    let names = alternative.as_object().into_iter().flatten().map(|(name, _)| name);
    let schemes: Vec<String> = names.map(|name| describe_scheme(operation, name)).collect();
    schemes.join(" and ")
}

fn describe_scheme(operation: &OpenApiOperation<'_>, name: &str) -> String {
    let Some(scheme) = scheme(operation, name) else { return name.to_owned() };
    let text = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
    match text("type") {
        "http" => format!("authorization {}", text("scheme").to_lowercase()),
        "apiKey" => format!("{} {}", text("in"), text("name")),
        "oauth2" | "openIdConnect" => "authorization bearer".to_owned(),
        other => other.to_owned(),
    }
}

impl Credential {
    fn describe(&self) -> String {
        match self {
            Self::Authorization(scheme) => format!("authorization {scheme}"),
            Self::Header(name) => format!("header {name}"),
            Self::Query(name) => format!("query {name}"),
        }
    }
}
