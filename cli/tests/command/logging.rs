//! Logging: on stderr only, so that stdout is the same with and without it.

use serde_json::Value;

use crate::program::Program;
use crate::silence::Silence;

fn created(arguments: &[&str]) -> Program {
    let create = ["create", "--name", "Ada King", "--to", "voice", "--set", "defaults.max_attempts=1"];
    Program::new(&[&create, arguments].concat()).configured(&Silence::new().configuration())
}

#[tokio::test]
async fn rust_log_takes_precedence_over_unicontact_log() {
    let created = || created(&[]);
    let own = created().variable("UNICONTACT_LOG", "info").run().await;
    assert!(own.stderr.contains("The delivery ended"), "{own:#?}");
    let outweighed = created().variable("UNICONTACT_LOG", "info").variable("RUST_LOG", "off").run().await;
    assert_eq!(outweighed.stderr, "");
    let wrong = created().variable("UNICONTACT_LOG", "a=b=c").run().await;
    assert_eq!(wrong.stderr, "UNICONTACT_LOG: not a filter such as info or unicontact=debug\n");
}

#[tokio::test]
async fn json_logs_have_an_object_with_fields_on_each_line() {
    let by_flag = created(&["--log-format", "json", "--format", "json"]);
    let by_variable = created(&["--format", "json"]).variable("UNICONTACT_LOG_FORMAT", "json");
    for program in [by_flag, by_variable] {
        let ended = program.variable("RUST_LOG", "unicontact=info").run().await;
        let lines: Vec<Value> =
            ended.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let ends = lines.iter().find(|line| line["fields"]["message"] == "The delivery ended").unwrap();
        assert_eq!(
            (&ends["level"], &ends["spans"][0]["provider"]),
            (&"INFO".into(), &"voice".into()),
            "{ends}"
        );
        assert!(ends["timestamp"].is_string() && ends["target"].is_string(), "{ends}");
        assert!(ended.json()["deliveries"].is_array(), "{ended:#?}");
    }
    let other = created(&["--log-format", "xml"]).run().await.expect_usage_error();
    assert!(other.stderr.contains("[possible values: human, json]"), "{}", other.stderr);
}
