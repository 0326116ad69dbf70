//! Drifts in answers to calls that are refused.

use serde_json::json;
use unicontact_sandbox::Vendor::{Emnify, HubSpot, OneCloud, Pipedrive, Salesforce};

use super::drifts::{Drift, From};

/// Returns the drifts.
pub(super) fn drifts() -> Vec<Drift> {
    let refused = |drift: Drift| drift.from(From::WrongCredentials);
    let of_fixture = |drift: Drift| drift.from(From::Fixture);
    let hubspot = (HubSpot, "unauthenticated_bad");
    vec![
        refused(Drift::new("error-status-other", hubspot, "result", |it| it.status = 403)),
        refused(Drift::new("error-becomes-success", (Pipedrive, "check_bad"), "result", |it| {
            it.status = 200;
            *it.json() = json!({"success": true, "data": []});
        })),
        refused(Drift::new("error-message-gone", hubspot, "body.message", |it| {
            drop(it.remove("/message"));
        })),
        refused(Drift::new("error-code-gone", hubspot, "body.category", |it| {
            drop(it.remove("/category"));
        })),
        refused(Drift::new("error-code-other", hubspot, "error code", |it| {
            it.set("/category", "NO_SUCH_TOKEN");
        })),
        refused(Drift::new("error-envelope-renamed", (OneCloud, "login_refused"), "body.records", |it| {
            it.rename("/records", "errors");
        })),
        refused(Drift::new("error-member-new", hubspot, "body.docs", |it| it.add("", "docs", "/errors"))),
        of_fixture(Drift::new("error-page", (HubSpot, "invalid"), "body", |it| {
            it.text("<!DOCTYPE html><title>Bad request</title>");
        })),
        of_fixture(Drift::new("error-status-similar", (HubSpot, "invalid"), "status", |it| {
            it.status = 422;
        })),
        of_fixture(Drift::new("error-fields-renamed", (HubSpot, "invalid"), "body.errors", |it| {
            it.rename("/errors", "problems");
        })),
        of_fixture(Drift::new("error-word-other", (Salesforce, "conflict"), "body[].errorCode", |it| {
            it.set("/0/errorCode", "DUPLICATE_PERSON");
        })),
        of_fixture(Drift::new(
            "retry-after-gone",
            (Emnify, "rate_limited_seconds"),
            "header retry-after",
            |it| {
                it.remove_header("retry-after");
            },
        )),
    ]
}
