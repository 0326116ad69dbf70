//! Errors in which vendors repeat the request: neither terminal, log nor report shows the repeated data.

use serde_json::{Value, json};

use crate::hostile::{Reply, Script, Vendor};
use crate::leaks::echo::{self, FORMS, Form};
use crate::leaks::markers::{contact, contact_with};
use crate::leaks::scan;

/// Creates at every vendor, each of which answers in this form.
async fn create_at_every_vendor(form: Form, contact: &Value) {
    let mut leaks = Vec::new();
    for vendor in Vendor::ALL {
        leaks.extend(scan::create(vendor, Script::always(Reply::Echo(form)), contact).await);
    }
    scan::expect_no_leaks(&leaks);
}

/// Creates at one vendor, which answers in every form.
async fn create_with_every_form(vendor: Vendor, script_of: fn(Form) -> Script) {
    let mut leaks = Vec::new();
    for (name, form) in FORMS {
        let found = scan::create(vendor, script_of(form), &contact()).await;
        leaks.extend(found.into_iter().map(|leak| format!("{name}: {leak}")));
    }
    scan::expect_no_leaks(&leaks);
}

fn at_the_create(form: Form) -> Script {
    Script::always(Reply::Echo(form))
}

fn before_the_create(form: Form) -> Script {
    Script::always(Reply::Good).others(Reply::Echo(form))
}

#[tokio::test]
async fn a_create_that_smarttask_echoes_is_not_shown() {
    create_with_every_form(Vendor::SmartTask, at_the_create).await;
}

#[tokio::test]
async fn a_create_that_emnify_echoes_is_not_shown() {
    create_with_every_form(Vendor::Emnify, at_the_create).await;
}

#[tokio::test]
async fn a_create_that_cloverhound_echoes_is_not_shown() {
    create_with_every_form(Vendor::Cloverhound, at_the_create).await;
}

#[tokio::test]
async fn a_create_that_onecloud_echoes_is_not_shown() {
    create_with_every_form(Vendor::OneCloud, at_the_create).await;
}

#[tokio::test]
async fn a_login_that_emnify_echoes_is_not_shown() {
    create_with_every_form(Vendor::Emnify, before_the_create).await;
}

#[tokio::test]
async fn a_login_that_onecloud_echoes_is_not_shown() {
    create_with_every_form(Vendor::OneCloud, before_the_create).await;
}

#[tokio::test]
async fn an_echoed_check_shows_no_credential() {
    let mut leaks = Vec::new();
    for vendor in [Vendor::SmartTask, Vendor::Emnify, Vendor::OneCloud] {
        for (_, form) in FORMS {
            let scanned =
                scan::run(&["check", "--online"], vendor, before_the_create(form), &contact()).await;
            leaks.extend(scanned.leaks);
        }
    }
    scan::expect_no_leaks(&leaks);
}

#[tokio::test]
async fn an_echoed_look_up_of_a_plan_shows_no_credential() {
    let arguments = ["plan", "contact.json", "--online", "--format", "json"];
    let script = before_the_create(echo::in_the_message);
    scan::expect_no_leaks(&scan::run(&arguments, Vendor::Emnify, script, &contact()).await.leaks);
}

#[tokio::test]
async fn a_credential_in_a_redirect_is_not_shown() {
    create_at_every_vendor(echo::in_a_redirect, &contact()).await;
}

#[tokio::test]
async fn a_request_id_that_is_the_credential_is_not_shown() {
    create_at_every_vendor(echo::as_the_request_id, &contact()).await;
}

#[tokio::test]
async fn the_beginning_of_long_notes_is_not_shown() {
    let notes =
        "zqfirst words of notes that are long enough to be cut by whoever quotes them in a zqsentence";
    create_at_every_vendor(echo::cut_short, &json!({"name": "Ada King", "notes": notes})).await;
}

#[tokio::test]
async fn notes_over_several_lines_are_not_shown() {
    let notes = "Zqfirst of several lines, which is a long one\nzqsecond line with a\tzqthird after a tab";
    create_at_every_vendor(echo::body_in_the_message, &contact_with("notes", json!(notes))).await;
    create_at_every_vendor(echo::in_field_errors_without_credential, &contact_with("notes", json!(notes)))
        .await;
}

#[tokio::test]
async fn values_in_quotes_are_not_shown() {
    let notes = json!("called \"zqnickname\" by all");
    create_at_every_vendor(echo::body_in_the_message, &contact_with("notes", notes)).await;
}

#[tokio::test]
async fn a_turkish_name_does_not_uncover_the_rest() {
    // Its first letter is longer in lower case.
    let contact = contact_with("name", json!("İpek Zqfamily"));
    create_at_every_vendor(echo::body_in_the_message, &contact).await;
}

#[tokio::test]
async fn a_turkish_name_does_not_uncover_the_credential() {
    let contact = json!({"name": "İpek"});
    let mut leaks = Vec::new();
    for vendor in [Vendor::SmartTask, Vendor::Emnify, Vendor::OneCloud] {
        leaks.extend(scan::create(vendor, at_the_create(echo::in_the_message), &contact).await);
    }
    scan::expect_no_leaks(&leaks);
}

#[tokio::test]
async fn numbers_of_a_vendors_own_section_are_not_shown() {
    let section = json!({"smarttask": {"extra": 662_607}, "emnify": {"extra": 662_607},
        "cloverhound": {"extra": 662_607}, "onecloud": {"Extra": 662_607}});
    create_at_every_vendor(echo::in_field_errors_without_credential, &contact_with("vendor", section)).await;
}
