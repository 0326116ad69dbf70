//! Drifts in answers to calls that succeed.

use serde_json::{Value, json};
use unicontact_sandbox::Vendor::{Cloverhound, Emnify, HubSpot, OneCloud, Pipedrive, Salesforce, SmartTask};

use super::drifts::Drift;
use crate::baseline::proxy::Body;

/// Returns the drifts.
pub(super) fn drifts() -> Vec<Drift> {
    [in_ids(), in_members(), in_answers(), in_other_calls()].concat()
}

/// Returns the drifts of ids.
fn in_ids() -> Vec<Drift> {
    let smarttask = (SmartTask, "create_full");
    let hubspot = (HubSpot, "create_typical");
    let pipedrive = (Pipedrive, "create_typical");
    let onecloud = (OneCloud, "create_full");
    vec![
        Drift::new("id-gone", smarttask, &["result", "body.record_id"], |it| drop(it.remove("/record_id"))),
        Drift::new("id-null", hubspot, &["result", "body.id"], |it| it.set("/id", Value::Null)),
        Drift::new("id-renamed", smarttask, &["result", "body.record_id", "body.recordId"], |it| {
            it.rename("/record_id", "recordId");
        }),
        Drift::new("id-as-number", onecloud, &["body.Id"], |it| it.set("/Id", 31_323)),
        Drift::new("id-as-text", pipedrive, &["body.data.id"], |it| it.set("/data/id", "10")),
        Drift::new("id-as-list", hubspot, &["result", "body.id"], |it| it.set("/id", json!(["1"]))),
        Drift::new("id-as-object", pipedrive, &["result", "body.data.id"], |it| {
            it.set("/data/id", json!({"value": 1}));
        }),
        Drift::new(
            "body-wrapped",
            hubspot,
            &[
                "result",
                "body.archived",
                "body.createdAt",
                "body.id",
                "body.properties",
                "body.updatedAt",
                "body.url",
                "body.data",
            ],
            |it| {
                let body = it.json().take();
                *it.json() = json!({"data": body});
            },
        ),
    ]
}

/// Returns the drifts of members other than the id.
fn in_members() -> Vec<Drift> {
    let smarttask = (SmartTask, "create_full");
    let hubspot = (HubSpot, "create_typical");
    let onecloud = (OneCloud, "create_full");
    vec![
        // Members that nothing reads.
        Drift::new("unread-gone", smarttask, &["body.archived"], |it| drop(it.remove("/archived"))),
        Drift::new("unread-null", smarttask, &["body.archived"], |it| it.set("/archived", Value::Null)),
        Drift::new("unread-retyped", hubspot, &["body.archived"], |it| it.set("/archived", "no")),
        Drift::new("unread-list-gone", smarttask, &["body.files"], |it| drop(it.remove("/files"))),
        // Members that repeat what was sent.
        Drift::new("echo-gone", smarttask, &["body.name"], |it| drop(it.remove("/name"))),
        Drift::new("echo-null", smarttask, &["body.designation"], |it| it.set("/designation", Value::Null)),
        Drift::new("echo-retyped", onecloud, &["body.Email"], |it| it.set("/Email", json!(["x"]))),
        Drift::new("echo-entry-gone", smarttask, &["body.emails[].email"], |it| {
            it.at("/emails").as_array_mut().unwrap().truncate(1);
        }),
        // New members.
        Drift::new("member-new", hubspot, &["body.score"], |it| it.add("", "score", 7)),
        Drift::new("object-new", onecloud, &["body.Owner"], |it| it.add("", "Owner", json!({"Id": "3"}))),
        Drift::new("null-filled", smarttask, &["body.assigned_user"], |it| {
            it.set("/assigned_user", json!({"id": 3}));
        }),
        Drift::new("values-other", smarttask, &[], |it| {
            it.set("/record_id", "00000000-0000-4000-8000-000000000001");
            it.set("/organization_id", 77);
        }),
    ]
}

/// Returns the drifts of statuses, whole bodies and headers.
fn in_answers() -> Vec<Drift> {
    let smarttask = (SmartTask, "create_full");
    let hubspot = (HubSpot, "create_typical");
    let pipedrive = (Pipedrive, "create_typical");
    vec![
        // The status.
        Drift::new("status-created", smarttask, &["status"], |it| it.status = 201),
        Drift::new("status-ok", (Cloverhound, "create_full"), &["status"], |it| it.status = 200),
        Drift::new("status-accepted", hubspot, &["status"], |it| it.status = 202),
        Drift::new("status-accepted-empty", hubspot, &["result", "status", "body"], |it| {
            it.status = 202;
            it.text("");
        }),
        Drift::new("status-redirect", hubspot, &["result"], |it| {
            it.status = 302;
            it.set_header("location", "https://app.example.com/login");
        }),
        // The body as a whole.
        Drift::new("body-empty", hubspot, &["result", "body"], |it| it.text("")),
        Drift::new("body-page", hubspot, &["result", "body"], |it| {
            it.text("<!DOCTYPE html><title>Welcome</title>");
        }),
        Drift::new("body-new", (Emnify, "create_minimal"), &["body.colour"], |it| {
            it.body = Body::Json(json!({"id": 4242, "contact_id": "4242", "colour": "red"}));
        }),
        // Headers.
        Drift::new("content-type-page", smarttask, &["header content-type"], |it| {
            it.set_header("content-type", "text/html");
        }),
        Drift::new("location-gone", (Emnify, "create_minimal"), &["result"], |it| {
            it.remove_header("location");
        }),
        Drift::new("deprecation-date", hubspot, &["header deprecation"], |it| {
            it.add_header("deprecation", "@1798761600");
        }),
        Drift::new("deprecation-true", hubspot, &["header deprecation"], |it| {
            it.add_header("deprecation", "true");
        }),
        Drift::new("sunset", pipedrive, &["header sunset"], |it| {
            it.add_header("sunset", "Thu, 31 Dec 2026 23:59:59 GMT");
        }),
        Drift::new("warning", smarttask, &["header warning"], |it| {
            it.add_header("warning", "299 - \"this version ends\"");
        }),
        Drift::new("version-other", smarttask, &["header x-api-version"], |it| {
            it.add_header("x-api-version", "2.0");
        }),
        Drift::new("version-asked-for", smarttask, &[], |it| it.add_header("x-api-version", "1.0")),
    ]
}

/// Returns the drifts of logins and searches.
fn in_other_calls() -> Vec<Drift> {
    let logged_in = (OneCloud, "create_after_login");
    let search = |drift: Drift| drift.after("create_typical");
    vec![
        // The login.
        Drift::new("token-gone", logged_in, &["body.token"], |it| drop(it.remove("/token"))).at_login(),
        Drift::new(
            "token-renamed",
            (Salesforce, "create_after_login"),
            &["result", "body.access_token", "body.accessToken"],
            |it| {
                it.rename("/access_token", "accessToken");
            },
        )
        .at_login(),
        Drift::new("login-unread-gone", logged_in, &["body.response_code"], |it| {
            drop(it.remove("/response_code"));
        })
        .at_login(),
        // Searches.
        search(Drift::new(
            "search-list-gone",
            (Salesforce, "find_found"),
            &["result", "body.records"],
            |it| {
                drop(it.remove("/records"));
            },
        )),
        search(Drift::new(
            "search-list-renamed",
            (Pipedrive, "find_found"),
            &["result", "body.data.items", "body.data.results"],
            |it| {
                it.rename("/data/items", "results");
            },
        )),
        search(Drift::new("search-id-gone", (Salesforce, "find_found"), &["body.records[].Id"], |it| {
            drop(it.remove("/records/0/Id"));
        })),
        search(Drift::new(
            "search-unread-gone",
            (Salesforce, "find_found"),
            &["body.records[].attributes"],
            |it| {
                drop(it.remove("/records/0/attributes"));
            },
        )),
        search(Drift::new("search-values-other", (HubSpot, "find_found"), &[], |it| {
            it.set("/createdAt", "2031-01-01T00:00:00Z");
        })),
    ]
}
