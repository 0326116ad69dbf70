//! Derives the sandbox's fault from the response of an interaction: status, HTML page, and `Retry-After`.

use std::fmt::Write as _;

use serde_json::Value;

/// A quota that the first create exhausts.
pub(crate) const QUOTA: &str = "[[fault]]\nwhat = \"quota\"\nvendor = \"onecloud\"\ncreates = 1";

/// Returns a fault file with the fault of an interaction.
pub(crate) fn for_interaction(interaction: &Value) -> String {
    let response = &interaction["response"];
    let text = response["body"]["content"].as_str().unwrap_or_default();
    let status = &response["status"];
    let mut fault = if text.contains("<html") {
        format!("[[fault]]\nwhat = \"edge_html\"\nstatus = {status}\n")
    } else {
        let body = if response.get("body").is_some() { "vendor" } else { "empty" };
        format!("[[fault]]\nwhat = \"status\"\nstatus = {status}\nbody = \"{body}\"\n")
    };
    if let Some(wait) = retry_after(response) {
        let form = if wait.parse::<u64>().is_ok() { "seconds" } else { "date" };
        write!(fault, "retry_after = \"30s\"\nretry_after_as = \"{form}\"\n").unwrap();
    }
    let path = interaction["request"]["path"].as_str().unwrap_or_default();
    if path.ends_with("/authenticate") || path.ends_with("/token") {
        fault.push_str("on = \"login\"\n");
    } else if interaction["request"]["method"] == "GET" {
        fault.push_str("on = \"read\"\n");
    }
    fault
}

fn retry_after(response: &Value) -> Option<&str> {
    let headers = response["headers"].as_object()?;
    let header = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))?.1;
    header.as_str().or_else(|| header[0].as_str())
}
