//! Errors of vendors that echo the request: nothing of it is printed, logged or reported.

use serde_json::{Value, json};

use crate::echo::{self, FORMS, Form};
use crate::hostile::{Reply, Script, Vendor};
use crate::markers::{contact, contact_with};
use crate::told;

/// Runs `create` at every vendor with responses of this form.
async fn create_everywhere(form: Form, contact: &Value) {
    let mut leaks = Vec::new();
    for vendor in Vendor::ALL {
        leaks.extend(told::create(vendor, Script::always(Reply::Echo(form)), contact).await);
    }
    told::expect_none(&leaks);
}

/// Runs `create` at one vendor with responses of every form.
async fn create_with_every_form(vendor: Vendor, script_of: fn(Form) -> Script) {
    let mut leaks = Vec::new();
    for (name, form) in FORMS {
        let found = told::create(vendor, script_of(form), &contact()).await;
        leaks.extend(found.into_iter().map(|leak| format!("{name}: {leak}")));
    }
    told::expect_none(&leaks);
}

fn at_the_create(form: Form) -> Script {
    Script::always(Reply::Echo(form))
}

fn before_the_create(form: Form) -> Script {
    Script::always(Reply::Good).others(Reply::Echo(form))
}

#[tokio::test]
async fn nothing_that_smarttask_echoes_is_shown() {
    create_with_every_form(Vendor::SmartTask, at_the_create).await;
}

#[tokio::test]
async fn nothing_that_emnify_echoes_is_shown() {
    create_with_every_form(Vendor::Emnify, at_the_create).await;
}

#[tokio::test]
async fn nothing_that_cloverhound_echoes_is_shown() {
    create_with_every_form(Vendor::Cloverhound, at_the_create).await;
}

#[tokio::test]
async fn nothing_that_onecloud_echoes_is_shown() {
    create_with_every_form(Vendor::OneCloud, at_the_create).await;
}

#[tokio::test]
async fn nothing_that_emnifys_login_echoes_is_shown() {
    create_with_every_form(Vendor::Emnify, before_the_create).await;
}

#[tokio::test]
async fn nothing_that_oneclouds_login_echoes_is_shown() {
    create_with_every_form(Vendor::OneCloud, before_the_create).await;
}

#[tokio::test]
async fn an_echoed_check_shows_no_credential() {
    let mut leaks = Vec::new();
    for vendor in [Vendor::SmartTask, Vendor::Emnify, Vendor::OneCloud] {
        for (_, form) in FORMS {
            let told = told::run(&["check", "--online"], vendor, before_the_create(form), &contact()).await;
            leaks.extend(told.leaks);
        }
    }
    told::expect_none(&leaks);
}

#[tokio::test]
async fn an_echoed_look_up_of_a_plan_shows_no_credential() {
    let arguments = ["plan", "contact.json", "--online", "--format", "json"];
    let script = before_the_create(echo::in_the_message);
    told::expect_none(&told::run(&arguments, Vendor::Emnify, script, &contact()).await.leaks);
}

#[tokio::test]
async fn a_credential_in_a_redirect_is_not_shown() {
    create_everywhere(echo::in_a_redirect, &contact()).await;
}

#[tokio::test]
async fn a_credential_in_a_request_id_is_not_shown() {
    create_everywhere(echo::as_the_request_id, &contact()).await;
}

#[tokio::test]
async fn the_beginning_of_long_notes_is_not_shown() {
    let notes =
        "zqfirst words of notes that are long enough to be cut by whoever quotes them in a zqsentence";
    create_everywhere(echo::cut_short, &json!({"name": "Ada King", "notes": notes})).await;
}

#[tokio::test]
async fn notes_over_several_lines_are_not_shown() {
    let notes = "Zqfirst of several lines, which is a long one\nzqsecond line with a\tzqthird after a tab";
    create_everywhere(echo::body_in_the_message, &contact_with("notes", json!(notes))).await;
    create_everywhere(echo::in_field_errors_without_credential, &contact_with("notes", json!(notes))).await;
}

#[tokio::test]
async fn values_in_quotes_are_not_shown() {
    let notes = json!("called \"zqnickname\" by all");
    create_everywhere(echo::body_in_the_message, &contact_with("notes", notes)).await;
}

#[tokio::test]
async fn a_turkish_name_is_redacted_completely() {
    // Its first letter has more bytes in lower case.
    let contact = contact_with("name", json!("İpek Zqfamily"));
    create_everywhere(echo::body_in_the_message, &contact).await;
}

#[tokio::test]
async fn a_credential_beside_a_turkish_name_is_redacted() {
    let contact = json!({"name": "İpek"});
    let mut leaks = Vec::new();
    for vendor in [Vendor::SmartTask, Vendor::Emnify, Vendor::OneCloud] {
        leaks.extend(told::create(vendor, at_the_create(echo::in_the_message), &contact).await);
    }
    told::expect_none(&leaks);
}

#[tokio::test]
async fn numbers_of_a_vendor_section_are_not_shown() {
    let section = json!({"smarttask": {"extra": 662_607}, "emnify": {"extra": 662_607},
        "cloverhound": {"extra": 662_607}, "onecloud": {"Extra": 662_607}});
    create_everywhere(echo::in_field_errors_without_credential, &contact_with("vendor", section)).await;
}
