//! The command without any configuration: it says how to begin, and plans work with the rules of all vendors.

use crate::command::shape;
use crate::program::Program;

const PEOPLE: &str =
    "id,Name,Email,Phone\n1,Ada King,ada@example.com,+44 20 7946 0123\n2,Bo Ek,bo@example.com,\n";

#[tokio::test]
async fn without_a_configuration_the_error_names_the_first_steps() {
    for arguments in [
        &["create", "--name", "Ada King"] as &[&str],
        &["plan", "--name", "Ada King", "--online"],
        &["import", "people.csv"],
        &["check"],
        &["check", "--to", "acme", "--set", "defaults.timeout=5s"],
        &["deliveries", "list"],
    ] {
        let program = Program::new(arguments).file("people.csv", PEOPLE).columns(80);
        let ended = program.run().await.expect_usage_error();
        insta::allow_duplicates! {
            insta::assert_snapshot!(ended.stderr, @r#"
            error: no CRM is configured: there is no unicontact.toml in this folder
              Write one:         unicontact init
              See a demo first:  unicontact demo
              All keys:          unicontact schema config
            "#);
        }
        assert_eq!(ended.files, ["people.csv"]);
    }
}

#[tokio::test]
async fn a_file_without_a_provider_is_named() {
    let ended = Program::new(&["check"]).configured("journal = \"off\"\n").run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @r#"
    error: 1 mistake in the configuration
    unicontact.toml: providers: none is configured: add a table such as [providers.smarttask.acme], or set UNICONTACT_PROVIDERS__<VENDOR>__<NAME>__<KEY>
    "#);
}

#[tokio::test]
async fn a_plan_without_a_configuration_follows_the_rules_of_all_vendors() {
    let arguments = ["plan", "--name", "Ada King", "--phone", "020 7946 0123", "--format", "json"];
    let region = ["--set", "defaults.default_region=GB"];
    let ended = Program::new(&[&arguments[..], &region].concat()).run().await.expect_code(0);
    assert!(
        ended.stderr.starts_with("No CRM is configured, so this shows what each vendor would get"),
        "{ended:?}"
    );
    let plan = ended.json();
    shape::is_plan(&plan);
    for draft in plan["drafts"].as_array().unwrap() {
        assert_eq!(draft["provider"], draft["vendor"]);
        assert!(draft["body"].to_string().contains("+442079460123"), "{draft:#}");
    }
    assert_eq!(plan["drafts"].as_array().unwrap().len(), 4);
    assert_eq!(ended.files, [""; 0]);
    let one = ["plan", "--name", "Ada King", "--format", "json", "--to", "emnify", "--quiet"];
    let ended = Program::new(&one).run().await.expect_code(0);
    assert_eq!(ended.json()["drafts"].as_array().unwrap().len(), 1);
    assert_eq!(ended.json()["made_up_settings"], true);
    assert!(ended.stderr.starts_with("No CRM is configured, so this shows"), "a warning: {ended:?}");
}

#[tokio::test]
async fn a_dry_run_without_a_configuration_follows_the_rules_of_all_vendors() {
    let program =
        Program::new(&["import", "people.csv", "--dry-run", "--format", "json"]).file("people.csv", PEOPLE);
    let ended = program.columns(80).run().await.expect_code(0);
    let note: Vec<&str> = ended.stderr.lines().take(3).collect();
    insta::assert_snapshot!(note.join("\n"), @"
    No CRM is configured, so this shows what each vendor would get, with made-up
    settings. Nothing is sent. To configure your own:
      unicontact init
    ");
    let summary = ended.json();
    assert_eq!((&summary["read"], &summary["made_up_settings"]), (&2.into(), &true.into()));
    let providers: Vec<&String> = summary["providers"].as_object().unwrap().keys().collect();
    assert_eq!(providers, ["cloverhound", "emnify", "onecloud", "smarttask"]);
    assert_eq!(ended.files, ["people.csv"]);
    let human = Program::new(&["import", "people.csv", "--dry-run"]).file("people.csv", PEOPLE);
    let human = human.run().await.expect_code(0).stdout;
    let next =
        "To send them, write a configuration first (unicontact init), then: unicontact import people.csv\n";
    assert!(human.ends_with(next), "{human}");
}

#[tokio::test]
async fn a_broken_configuration_is_an_error_of_a_dry_run_too() {
    for (text, variable) in [("jurnal = \"off\"\n", ""), ("", "x"), ("[providers.smarttask.acme]\n", "")] {
        let program = Program::new(&["import", "people.csv", "--dry-run"]).file("people.csv", PEOPLE);
        let program = program.configured(text).variable("UNICONTACT_DEFAULTS__TIMEOUT", variable);
        let ended = program.run().await.expect_usage_error();
        assert!(ended.stderr.contains("in the configuration\n"), "{ended:?}");
    }
}

#[tokio::test]
async fn an_option_without_effect_is_warned_of() {
    let ended = Program::new(&["demo", "--config", "nowhere.toml"]).run().await;
    assert_eq!(ended.stderr.lines().next(), Some("warning: --config has no effect on demo"), "{ended:?}");
    let ended = Program::new(&["schema", "config", "--set", "a=b", "--to", "acme"]).run().await;
    assert_eq!(ended.stderr, "warning: --to and --set have no effect on schema\n");
    let ended = Program::new(&["schema", "config"]).variable("UNICONTACT_CONFIG", "none.toml").run().await;
    assert_eq!(ended.expect_code(0).stderr, "");
}

#[tokio::test]
async fn a_blank_variable_counts_as_unset() {
    let program = Program::new(&["check"]).variable("UNICONTACT_CONFIG", " ").columns(80);
    let program = program.variable("UNICONTACT_LOG_FORMAT", " ");
    let ended = program.variable("UNICONTACT_PROVIDERS__SMARTTASK__ACME__ACCESS_TOKEN", " ").run().await;
    let ended = ended.expect_usage_error();
    assert!(
        ended.stderr.starts_with("error: no CRM is configured: there is no unicontact.toml"),
        "{ended:?}"
    );
}
