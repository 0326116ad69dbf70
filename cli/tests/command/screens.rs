//! The screens of `unicontact create` and `unicontact plan` at 80 and 120 columns.

use unicontact_sandbox::{Faults, Options, Rule, Sandbox, Vendor, What};

use crate::command::idle_server::IdleServer;
use crate::program::Program;

const CONTACT: &str = r#"{"external_id": "42", "name": "Ada King", "emails": ["ada@example.com", "king@example.org"],
    "phones": ["+44 20 7946 0123"], "organization": {"department": "Research"},
    "addresses": [{"city": "London", "country": "GB"}], "tags": ["vip"]}"#;
const LEAST: &str = r#"{"external_id": "42", "name": "Ada King", "emails": ["ada@example.com"]}"#;

/// Returns the screen of a command on a contact, with the exit code, without times and ports.
async fn screen(command: &str, contact: &str, configuration: &str, columns: u16, options: &[&str]) -> String {
    let arguments = [&[command, "contact.json"], options].concat();
    let program = Program::new(&arguments).columns(columns).configured(configuration);
    let ended = program.file("contact.json", contact).run().await;
    assert_eq!(ended.stderr, "");
    let lines = ended.stdout.lines().map(|line| {
        let line = line.replace("127.0.0.1:", "127.0.0.1:PORT:");
        let (line, rest) = line.split_once("PORT:").map_or((line.as_str(), ""), |(line, rest)| {
            (line, rest.trim_start_matches(|it: char| it.is_ascii_digit()))
        });
        format!("{line}{}{rest}", if rest.is_empty() { "" } else { "PORT" })
    });
    format!("{}\nexit code {}", lines.collect::<Vec<_>>().join("\n"), ended.code)
}

fn filters() -> Vec<(&'static str, &'static str)> {
    vec![
        (r"\d+ ms|\d+\.\d s", "[time]"),
        (r"after (\d{4}-\d\d-\d\d )?\d\d:\d\d", "after [time]"),
        (r"site (169|\[removed\])", "site [id]"),
    ]
}

async fn create(contact: &str, faults: Faults, columns: u16, options: &[&str]) -> String {
    let sandbox = Sandbox::start(Options { faults, ..Options::default() }).await.unwrap();
    let options = [&["--set", "journal=deliveries.db"], options].concat();
    screen("create", contact, &sandbox.configuration(), columns, &options).await
}

#[tokio::test]
async fn a_contact_that_every_vendor_holds_is_one_table() {
    let screen = create(LEAST, Faults::default(), 80, &[]).await;
    insta::with_settings!({filters => filters()}, {
        insta::assert_snapshot!(screen, @"");
    });
}

#[tokio::test]
async fn lost_fields_are_one_table_of_fates() {
    let screen = create(CONTACT, Faults::default(), 80, &[]).await;
    insta::with_settings!({filters => filters()}, {
        insta::assert_snapshot!(screen, @"");
    });
}

#[tokio::test]
async fn verbose_output_has_the_reason_of_each_loss() {
    let screen = create(CONTACT, Faults::default(), 120, &["--verbose"]).await;
    insta::with_settings!({filters => filters()}, {
        insta::assert_snapshot!(screen, @"");
    });
}

#[tokio::test]
async fn errors_come_with_what_to_do() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let wrong = sandbox.configuration().replace("sandbox-", "wrong-");
    for (columns, name) in [(80, "80"), (120, "120")] {
        let screen = screen("create", LEAST, &wrong, columns, &["--set", "journal=off"]).await;
        insta::with_settings!({filters => filters()}, {
            if name == "80" {
                insta::assert_snapshot!(screen, @"");
            } else {
                insta::assert_snapshot!(screen, @"");
            }
        });
    }
}

#[tokio::test]
async fn doubts_come_with_what_to_look_for_and_the_commands() {
    let lost = || {
        let status = What::Status {
            status: 503,
            retry_after: None,
            body: unicontact_sandbox::ErrorBody::Vendor,
            after_commit: false,
        };
        let resets = Rule::new(What::ResetAfterCommit).at(Vendor::Cloverhound).at(Vendor::OneCloud);
        Faults::new(1, [resets, Rule::new(status).at(Vendor::Emnify)])
    };
    let options = ["--set", "defaults.settle_delay=10ms"];
    let narrow = create(LEAST, lost(), 80, &options).await;
    let wide = create(LEAST, lost(), 120, &options).await;
    insta::with_settings!({filters => filters()}, {
        insta::assert_snapshot!(narrow, @"");
        insta::assert_snapshot!(wide, @"");
    });
}

#[tokio::test]
async fn an_unreachable_vendor_is_named_with_the_cause() {
    let configuration = IdleServer::new().configuration();
    let options = [
        "--to",
        "voice",
        "--set",
        "providers.cloverhound.voice.base_url=https://no-such-host.invalid/secret-path",
        "--set",
        "defaults.max_attempts=1",
    ];
    let screen = screen("create", LEAST, &configuration, 80, &options).await;
    insta::with_settings!({filters => filters()}, {
        insta::assert_snapshot!(screen, @"");
    });
}

#[tokio::test]
async fn a_plan_opens_with_one_table_of_fates() {
    let configuration = IdleServer::new().configuration();
    let narrow = screen("plan", CONTACT, &configuration, 80, &[]).await;
    let wide = screen("plan", CONTACT, &configuration, 120, &["--to", "acme,iot"]).await;
    insta::assert_snapshot!(narrow, @"");
    insta::assert_snapshot!(wide, @"");
}

#[tokio::test]
async fn a_plan_shows_which_providers_would_refuse_the_contact() {
    let configuration = IdleServer::new().configuration();
    let screen = screen("plan", r#"{"emails": ["ada@example.com"]}"#, &configuration, 80, &[]).await;
    insta::assert_snapshot!(screen, @"");
}

#[tokio::test]
async fn colours_are_printed_on_request() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let create = ["create", "contact.json", "--color", "always", "--set", "journal=off"];
    let program = Program::new(&create).configured(&sandbox.configuration()).file("contact.json", CONTACT);
    let ended = program.run().await.expect_code(0);
    for coloured in
        ["\u{1b}[1mAda King\u{1b}[0m", "\u{1b}[32m4 created\u{1b}[0m", "\u{1b}[33mdropped\u{1b}[0m"]
    {
        assert!(ended.stdout.contains(coloured), "{coloured:?}: {:?}", ended.stdout);
    }
}
