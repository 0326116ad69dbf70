//! Errors of vendors that say back what they were sent.
//!
//! Its rule: nothing of it reaches the user's terminal, log or report.

use serde_json::{Value, json};

use crate::echo::{self, FORMS, Form};
use crate::hostile::{Reply, Script, Vendor};
use crate::markers::{contact, contact_with};
use crate::told;

/// Creates at every vendor, each of which answers in this form.
async fn create_everywhere(form: Form, contact: &Value) {
    let mut leaks = Vec::new();
    for vendor in Vendor::ALL {
        leaks.extend(told::create(vendor, Script::always(Reply::Echo(form)), contact).await);
    }
    told::expect_none(&leaks);
}

/// Creates at one vendor, which answers in every form.
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
async fn smarttask_may_say_back_what_it_was_sent() {
    create_with_every_form(Vendor::SmartTask, at_the_create).await;
}

#[tokio::test]
async fn emnify_may_say_back_what_it_was_sent() {
    create_with_every_form(Vendor::Emnify, at_the_create).await;
}

#[tokio::test]
async fn cloverhound_may_say_back_what_it_was_sent() {
    create_with_every_form(Vendor::Cloverhound, at_the_create).await;
}

#[tokio::test]
async fn onecloud_may_say_back_what_it_was_sent() {
    create_with_every_form(Vendor::OneCloud, at_the_create).await;
}

#[tokio::test]
async fn emnify_logins_may_say_back_what_it_was_sent() {
    create_with_every_form(Vendor::Emnify, before_the_create).await;
}

#[tokio::test]
async fn onecloud_logins_may_say_back_what_it_was_sent() {
    create_with_every_form(Vendor::OneCloud, before_the_create).await;
}

#[tokio::test]
async fn a_check_that_is_said_back_shows_no_credential() {
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
async fn a_planned_look_up_that_is_said_back_shows_no_credential() {
    let arguments = ["plan", "contact.json", "--online", "--format", "json"];
    let script = before_the_create(echo::in_the_message);
    told::expect_none(&told::run(&arguments, Vendor::Emnify, script, &contact()).await.leaks);
}

#[tokio::test]
async fn a_redirect_that_holds_the_credential_does_not_show_it() {
    create_everywhere(echo::in_a_redirect, &contact()).await;
}

#[tokio::test]
async fn a_request_id_that_is_the_credential_is_not_shown() {
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
async fn a_turkish_name_does_not_uncover_the_rest() {
    // Its first letter is longer in lower case.
    let contact = contact_with("name", json!("İpek Zqfamily"));
    create_everywhere(echo::body_in_the_message, &contact).await;
}

#[tokio::test]
async fn a_turkish_name_does_not_uncover_the_credential() {
    let contact = json!({"name": "İpek"});
    let mut leaks = Vec::new();
    for vendor in [Vendor::SmartTask, Vendor::Emnify, Vendor::OneCloud] {
        leaks.extend(told::create(vendor, at_the_create(echo::in_the_message), &contact).await);
    }
    told::expect_none(&leaks);
}

#[tokio::test]
async fn numbers_of_a_vendors_own_section_are_not_shown() {
    let section = json!({"smarttask": {"extra": 662_607}, "emnify": {"extra": 662_607},
        "cloverhound": {"extra": 662_607}, "onecloud": {"Extra": 662_607}});
    create_everywhere(echo::in_field_errors_without_credential, &contact_with("vendor", section)).await;
}
