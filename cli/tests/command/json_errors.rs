//! Errors with `--format json`: one object on stderr with a stable code, and nothing on stdout.

use std::net::TcpListener;

use serde_json::Value;
use unicontact_sandbox::{Options, Sandbox};

use crate::command::idle_server::IdleServer;
use crate::program::{Ended, Program};

/// Returns the error of a run that printed nothing else on stdout.
#[track_caller]
fn error(ended: &Ended) -> Value {
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{ended:?}");
    let last = ended.stderr.lines().last().unwrap();
    let json: Value = serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {ended:?}"));
    assert!(json["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{ended:?}");
    json["error"].clone()
}

fn json(arguments: &[&str]) -> Program {
    Program::new(&[arguments, &["--format", "json"]].concat())
}

#[tokio::test]
async fn errors_of_the_command_line_have_the_code_usage() {
    let unknown = error(&json(&["create", "--nmae", "Ada"]).run().await);
    assert_eq!(unknown["code"], "usage");
    assert_eq!(unknown["message"], "unexpected argument '--nmae' found");
    assert_eq!(unknown["hint"], "a similar argument exists: '--name'");
    let missing = error(&json(&["deliveries", "show"]).run().await);
    assert_eq!(missing["code"], "usage");
    assert!(missing["hint"].as_str().unwrap().starts_with("unicontact deliveries show"), "{missing}");
    let text = Program::new(&["create", "--nmae", "Ada"]).run().await.expect_usage_error();
    assert!(text.stderr.starts_with("error: unexpected argument '--nmae' found\n"), "{text:?}");
    let help = json(&["create", "--help"]).run().await.expect_code(0);
    assert!(help.stdout.contains("Usage: unicontact create") && help.stderr.is_empty(), "{help:?}");
}

#[tokio::test]
async fn each_kind_of_failure_has_its_code() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.db");
    let journal = format!("journal={}", journal.display());
    let with_journal = |arguments: &[&str]| {
        let program = json(&[arguments, &["--set", &journal]].concat());
        program.configured(&sandbox.configuration())
    };
    let create = ["create", "--external-id", "1", "--name", "Ada King", "--to", "iot"];
    with_journal(&create).run().await.expect_code(0);
    let port = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = port.local_addr().unwrap().port().to_string();
    let wrong = sandbox.configuration().replace("sandbox-", "wrong-");
    let idle = IdleServer::new().configuration();
    let failures = [
        ("no_configuration", json(&["check"])),
        ("no_configuration", json(&["check", "--config", "none.toml"])),
        ("invalid_configuration", json(&["check"]).configured("jurnal = 1")),
        ("invalid_configuration", json(&["check"]).variable("UNICONTACT_JURNAL", "x")),
        ("invalid_input", json(&["create", "none.json"]).configured(&idle)),
        ("invalid_input", json(&["import", "none.csv"]).configured(&idle)),
        ("not_found", with_journal(&["deliveries", "show", "iot/2"])),
        ("conflict", with_journal(&["deliveries", "resolve", "iot/1", "--created", "7"])),
        ("not_confirmed", with_journal(&["deliveries", "forget", "1"])),
        ("journal", json(&["deliveries", "list", "--set", "journal=off"]).configured(&idle)),
        ("output", with_journal(&["deliveries", "export", "--output", "/no/such/folder/out.csv"])),
        ("provider", json(&["verify", "--to", "iot", "--set", &journal]).configured(&wrong)),
        ("system", json(&["sandbox", "--port", &taken])),
    ];
    for (code, program) in failures {
        let ended = program.run().await;
        assert_eq!(error(&ended)["code"], code, "{ended:?}");
    }
}

#[cfg(feature = "jetstream")]
#[tokio::test]
async fn a_queue_that_cannot_be_used_has_its_code() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let list = ["deliveries", "list", "--queue", &format!("nats://{closed}")];
    let ended = json(&list).configured(&IdleServer::new().configuration()).run().await;
    assert_eq!(error(&ended)["code"], "queue", "{ended:?}");
}

#[tokio::test]
async fn hints_are_printed_below_the_error() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let wrong = sandbox.configuration().replace("sandbox-", "wrong-");
    let folder = tempfile::tempdir().unwrap();
    let journal = format!("journal={}", folder.path().join("journal.db").display());
    let create = ["create", "--name", "Ada King", "--to", "iot", "--set", &journal];
    Program::new(&create).configured(&sandbox.configuration()).run().await.expect_code(0);
    let verify = Program::new(&["verify", "--to", "iot", "--set", &journal]).configured(&wrong);
    insta::assert_snapshot!(verify.run().await.expect_usage_error().stderr, @r"
    error: iot (emnify): unauthenticated while authenticating, HTTP 401 (nothing was created)
    hint: Check the credentials: expired, revoked or mistyped?
    ");
}

#[tokio::test]
async fn without_a_configuration_the_hint_is_the_command_that_writes_one() {
    let error = error(&json(&["check"]).run().await);
    let message = "no CRM is configured: there is no unicontact.toml in this folder";
    let expected =
        serde_json::json!({"code": "no_configuration", "message": message, "hint": "unicontact init"});
    assert_eq!(error, expected);
}
