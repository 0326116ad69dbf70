//! Drifts in answers to calls that are refused.

use serde_json::json;
use unicontact_sandbox::Vendor::{Emnify, HubSpot, OneCloud, Pipedrive, Salesforce};

use super::drifts::{Drift, From};

/// Returns the drifts.
pub(super) fn drifts() -> Vec<Drift> {
    let wrong_token = (HubSpot, "check_bad");
    let invalid = (HubSpot, "invalid_address");
    let not_provoked = |drift: Drift| drift.from(From::Fixture);
    vec![
        Drift::new("error-status-other", wrong_token, &["result", "status"], |it| it.status = 403),
        Drift::new("error-becomes-success", (Pipedrive, "check_bad"), &["result"], |it| {
            it.status = 200;
            *it.json() = json!({"success": true, "data": []});
        }),
        Drift::new("error-message-gone", wrong_token, &["body.message"], |it| drop(it.remove("/message"))),
        Drift::new("error-code-gone", wrong_token, &["error code", "body.category"], |it| {
            drop(it.remove("/category"));
        }),
        Drift::new("error-code-other", wrong_token, &["error code"], |it| {
            it.set("/category", "NO_SUCH_TOKEN");
        }),
        Drift::new(
            "error-envelope-renamed",
            (OneCloud, "check_bad"),
            &["body.records", "body.errors"],
            |it| {
                it.rename("/records", "errors");
            },
        ),
        Drift::new("error-member-new", wrong_token, &["body.docs"], |it| it.add("", "docs", "/errors")),
        Drift::new("error-page", invalid, &["error code", "body"], |it| {
            it.text("<!DOCTYPE html><title>Bad request</title>");
        }),
        Drift::new("error-status-similar", invalid, &["status"], |it| it.status = 422),
        Drift::new("error-fields-renamed", invalid, &["body.errors", "body.problems"], |it| {
            it.rename("/errors", "problems");
        }),
        not_provoked(Drift::new(
            "error-word-other",
            (Salesforce, "conflict"),
            &["result", "body[].errorCode"],
            |it| {
                it.set("/0/errorCode", "DUPLICATE_PERSON");
            },
        )),
        not_provoked(Drift::new(
            "retry-after-gone",
            (Emnify, "rate_limited_seconds"),
            &["header retry-after"],
            |it| it.remove_header("retry-after"),
        )),
    ]
}
