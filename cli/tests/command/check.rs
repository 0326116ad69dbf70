//! `unicontact check`: offline it sends nothing, online it creates nothing, and it never reports unchecked credentials
//! as good.

use serde_json::{Value, json};
use unicontact_sandbox::{Options, Sandbox, Vendor};

use crate::command::idle_server::IdleServer;
use crate::program::Program;

fn credentials(checked: &Value) -> Vec<(&str, &str)> {
    let providers = checked["providers"].as_array().unwrap().iter();
    providers.map(|it| (it["provider"].as_str().unwrap(), it["credentials"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn an_offline_check_sends_nothing() {
    let idle_server = IdleServer::new();
    let ended = Program::new(&["check"]).configured(&idle_server.configuration()).run().await.expect_code(0);
    insta::assert_snapshot!(ended.stderr, @r#"
    The configuration is good. To check the credentials at the vendors, add --online.
    "#);
    let checked = Program::new(&["check", "--format", "json"]).configured(&idle_server.configuration());
    let checked = checked.run().await.expect_code(0).json();
    assert_eq!(checked, json!({"configuration": "good", "providers": ["acme", "iot", "voice", "jakarta"]}));
    idle_server.expect_no_connection();
}

#[tokio::test]
async fn placeholder_credentials_are_warned_about_by_key() {
    let idle_server = IdleServer::new();
    let configuration = idle_server.configuration().replace("xksecret-key", "replace-me");
    for arguments in [&["check"] as &[&str], &["check", "--format", "json"]] {
        let ended = Program::new(arguments).configured(&configuration).run().await.expect_code(0);
        let warning =
            "warning: providers.cloverhound.voice.api_key_secret is still replace-me: set your credential\n";
        assert!(ended.stderr.starts_with(warning), "{}", ended.stderr);
    }
    idle_server.expect_no_connection();
}

#[tokio::test]
async fn valid_credentials_are_good_and_nothing_is_created() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let checked = Program::new(&["check", "--online", "--format", "json"]);
    let checked = checked.configured(&sandbox.configuration()).run().await.expect_code(0).json();
    let expected = [("acme", "good"), ("iot", "good"), ("voice", "not_checked"), ("jakarta", "good")];
    assert_eq!(credentials(&checked), expected);
    for vendor in Vendor::BUILT_IN {
        assert!(sandbox.contacts(vendor).is_empty(), "{vendor:?}");
    }
}

#[tokio::test]
async fn rejected_credentials_are_bad_and_never_shown() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let wrong = sandbox.configuration().replace("sandbox-", "wrong-");
    let checked = Program::new(&["check", "--online", "--format", "json"]).configured(&wrong);
    let checked = checked.run().await.expect_code(1).json();
    let expected = [("acme", "bad"), ("iot", "bad"), ("voice", "not_checked"), ("jakarta", "bad")];
    assert_eq!(credentials(&checked), expected);
    for index in [0, 1, 3] {
        assert_eq!(checked["providers"][index]["error"]["kind"], "unauthenticated", "{checked:#}");
    }
    let human =
        Program::new(&["check", "--online"]).columns(80).configured(&wrong).run().await.expect_code(1);
    assert!(!human.stdout.contains("wrong-"), "{}", human.stdout);
    insta::with_settings!({filters => [(r"site (169|\[removed\])", "site [id]")]}, {
        insta::assert_snapshot!(human.stdout, @r"
         credentials      provider  vendor
         unauthenticated  acme      SmartTask
         unauthenticated  iot       emnify
         not checked      voice     Cloverhound
         unauthenticated  jakarta   OneCloud

        acme: unauthenticated, HTTP 401 (nothing was created)
          Check the credentials: expired, revoked or mistyped?
        iot: unauthenticated while authenticating, HTTP 401 (nothing was created)
          Check the credentials: expired, revoked or mistyped?
        voice: Cloverhound documents no request that proves the key without creating
          something
        jakarta: unauthenticated while authenticating, HTTP 401, code 401: you are not
          authorized to log into this site [id] (nothing was created)
          Check the credentials: expired, revoked or mistyped?
        ");
    });
}

#[tokio::test]
async fn only_the_selected_providers_are_checked() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let checked = Program::new(&["check", "--online", "--to", "iot", "--format", "json"]);
    let checked = checked.configured(&sandbox.configuration()).run().await.expect_code(0).json();
    assert_eq!(credentials(&checked), [("iot", "good")]);
    assert!(sandbox.requests(Vendor::SmartTask).is_empty());
}
