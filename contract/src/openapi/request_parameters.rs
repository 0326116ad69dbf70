//! Compares the query and the headers of a request with the parameters of an operation.

use url::form_urlencoded;

use super::candidates::{Described, SchemaCandidates};
use super::finding::RequestFindings;
use super::operation::{OpenApiOperation, Parameter};
use super::sent::from_text;
use super::validation::violations;
use crate::fixture::{ExpectedRequest, SECRET_PLACEHOLDER};
use crate::grade::Grade;

/// The headers that a description states elsewhere.
const OTHER_HEADERS: [&str; 3] = ["accept", "authorization", "content-type"];

/// Adds the differences of a request's query and headers. `are_values_compared` is false for a request whose refusal is expected.
pub(super) fn check(
    operation: &OpenApiOperation<'_>,
    request: &ExpectedRequest,
    are_values_compared: bool,
    findings: &mut RequestFindings,
) {
    let query = request.path.split_once('?').map_or("", |(_, query)| query);
    let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let parameters = operation.parameters();
    for parameter in &parameters {
        let values: Vec<&str> = match parameter.location {
            "query" => query
                .iter()
                .filter(|(name, _)| parameter.is_named(name))
                .map(|(_, text)| text.as_str())
                .collect(),
            "header" if !OTHER_HEADERS.contains(&parameter.name.to_lowercase().as_str()) => {
                request.header(parameter.name).into_iter().collect()
            }
            _ => continue,
        };
        let place = format!("{} {}", parameter.location, parameter.name);
        if values.is_empty() && parameter.is_required {
            findings.add(Grade::Breaking, &place, "nothing", "a required parameter");
        }
        if are_values_compared {
            for value in &values {
                check_value(operation, parameter, value, &place, findings);
            }
        }
    }
    add_undescribed(operation, &parameters, &query, findings);
}

fn check_value(
    operation: &OpenApiOperation<'_>,
    parameter: &Parameter<'_>,
    text: &str,
    place: &str,
    findings: &mut RequestFindings,
) {
    let Some(schema) = parameter.schema.filter(|_| !is_compound(operation, parameter)) else { return };
    let value = from_text(text, &Described::By(SchemaCandidates::new(operation.api, schema)));
    for violation in violations(operation.api, schema, &value, place) {
        let grade = if violation.is_advice { Grade::Additive } else { Grade::Breaking };
        findings.add(grade, violation.place, violation.sent, violation.permitted);
    }
}

/// Adds the members of the query that no parameter describes. Credentials are compared elsewhere.
fn add_undescribed(
    operation: &OpenApiOperation<'_>,
    parameters: &[Parameter<'_>],
    query: &[(String, String)],
    findings: &mut RequestFindings,
) {
    let of_query = || parameters.iter().filter(|it| it.location == "query");
    // The members of an object are usually parameters of their own.
    if of_query().any(|it| types(operation, it).contains(&"object")) {
        return;
    }
    for (name, value) in query.iter().filter(|(_, value)| !value.contains(SECRET_PLACEHOLDER)) {
        if !of_query().any(|parameter| parameter.is_named(name)) && !value.is_empty() {
            findings.add(Grade::Additive, format!("query {name}"), "a value", "no such parameter");
        }
    }
}

/// Returns whether the parameter is a list or an object, which one text does not show.
fn is_compound(operation: &OpenApiOperation<'_>, parameter: &Parameter<'_>) -> bool {
    types(operation, parameter).iter().any(|name| ["array", "object"].contains(name))
}

fn types<'a>(operation: &OpenApiOperation<'a>, parameter: &Parameter<'a>) -> Vec<&'a str> {
    parameter.schema.map(|schema| SchemaCandidates::new(operation.api, schema).types()).unwrap_or_default()
}

impl Parameter<'_> {
    /// Returns whether a member of the query belongs to the parameter, as `filter[email]` does to `filter`.
    fn is_named(&self, member: &str) -> bool {
        member == self.name || member.split('[').next() == Some(self.name.trim_end_matches("[]"))
    }
}
