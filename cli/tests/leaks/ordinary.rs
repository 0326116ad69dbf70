//! Successful runs, and failures whose answers do not repeat the request: no output shows a credential.

use crate::hostile::{ClosedPort, Reply, Script, Vendor, refusal};
use crate::leaks::markers::{contact, contact_in, secrets_in};
use crate::leaks::scan;
use crate::program::Program;

#[tokio::test]
async fn a_successful_create_logs_neither_credential_nor_contact() {
    for vendor in Vendor::ALL {
        scan::expect_no_leaks(&scan::create(vendor, Script::always(Reply::Good), &contact()).await);
    }
}

#[tokio::test]
async fn a_failed_create_logs_neither_credential_nor_contact() {
    for vendor in Vendor::ALL {
        let replies = [Reply::Reset, Reply::Close, Reply::Noise, Reply::Answer(refusal(vendor, 401))];
        for reply in replies {
            scan::expect_no_leaks(&scan::create(vendor, Script::always(reply), &contact()).await);
        }
    }
}

#[tokio::test]
async fn an_unreachable_vendor_leaks_nothing() {
    for vendor in Vendor::ALL {
        let port = ClosedPort::reserve().unwrap();
        let machine = ["create", "contact.json", "--format", "json"];
        let scanned = scan::run_at(&machine, vendor, &port.url(), &contact()).await;
        scan::expect_no_leaks(&scanned.leaks);
        assert_eq!(contact_in(&scanned.error().to_string()), [""; 0]);
    }
}

#[tokio::test]
async fn a_contact_that_a_vendor_cannot_hold_is_refused_without_its_values() {
    let nameless = serde_json::json!({"emails": ["zqmail@example.com"], "notes": "zqnotes"});
    for vendor in [Vendor::SmartTask, Vendor::Cloverhound, Vendor::OneCloud] {
        scan::expect_no_leaks(&scan::create(vendor, Script::always(Reply::Good), &nameless).await);
    }
}

#[tokio::test]
async fn a_plan_shows_the_contact_on_stdout_and_no_credential() {
    for vendor in Vendor::ALL {
        for format in ["human", "json"] {
            for extra in [&["--online"] as &[&str], &[]] {
                let arguments = [&["plan", "contact.json", "--format", format], extra].concat();
                let scanned = scan::run(&arguments, vendor, Script::always(Reply::Good), &contact()).await;
                scan::expect_no_leaks(&scanned.leaks);
                let ended = scanned.ended.expect_code(0);
                assert!(!contact_in(&ended.stdout).is_empty(), "{ended:#?}");
            }
        }
    }
}

#[tokio::test]
async fn checks_and_providers_show_no_credential() {
    for vendor in Vendor::ALL {
        for arguments in [&["check", "--online"] as &[&str], &["check"], &["providers"]] {
            for format in ["human", "json"] {
                let arguments = [arguments, &["--format", format]].concat();
                let scanned = scan::run(&arguments, vendor, Script::always(Reply::Good), &contact()).await;
                scan::expect_no_leaks(&scanned.leaks);
            }
        }
    }
}

#[tokio::test]
async fn mistakes_in_a_contact_are_reported_without_its_values() {
    let mistakes = [
        r#"{"name": "Zqname", "emails": ["zqmail"]}"#,
        r#"{"name": "Zqname", "emails": "zqmail@example.com"}"#,
        r#"{"name": ["Zqname"], "phones": [{"number": "zqphone"}], "birthday": "zqday"}"#,
        r#"{"name": "Zqname", "links": [{"url": "zq website"}], "addresses": [{"country": "zqland"}]}"#,
        r#"{"name": "Zqname", "kind": "zqkind", "tags": "zqtag", "vendor": {"emnfiy": {"a": "zqown"}}}"#,
        r#"{"name": "Zqname" "notes": "zqnotes"}"#,
        r#"{"name": "Zqname"} {"name": "Zqother"}"#,
        r#""Zqname""#,
        "zqname",
    ];
    for mistake in mistakes {
        for input in ["contact.json", "-"] {
            let ended = Program::new(&["create", input])
                .configured(&Vendor::Cloverhound.configuration("http://127.0.0.1:9", ""))
                .file("contact.json", mistake)
                .input(mistake)
                .variable("RUST_LOG", "trace")
                .run()
                .await
                .expect_usage_error();
            assert_eq!(contact_in(&ended.stderr), [""; 0], "{mistake}: {}", ended.stderr);
            assert_eq!(secrets_in(&ended.stderr), [""; 0], "{}", ended.stderr);
        }
    }
}
