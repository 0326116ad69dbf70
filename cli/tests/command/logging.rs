//! The log of the command: it goes to stderr, and filters and formats come from flags and the environment.

use serde_json::Value;

use crate::command::idle_server::IdleServer;
use crate::program::Program;

fn create(arguments: &[&str]) -> Program {
    let create = ["create", "--name", "Ada King", "--to", "voice", "--set", "defaults.max_attempts=1"];
    Program::new(&[&create, arguments].concat()).configured(&IdleServer::new().configuration())
}

#[tokio::test]
async fn rust_log_overrides_unicontact_log() {
    let create = || create(&[]);
    let own = create().variable("UNICONTACT_LOG", "info").run().await;
    assert!(own.stderr.contains("The delivery ended"), "{own:#?}");
    let overridden = create().variable("UNICONTACT_LOG", "info").variable("RUST_LOG", "off").run().await;
    assert_eq!(overridden.stderr, "");
    let wrong = create().variable("UNICONTACT_LOG", "a=b=c").run().await;
    assert_eq!(
        wrong.stderr,
        "UNICONTACT_LOG: the value is not a filter and is ignored; set it to one such as info or unicontact=debug\n"
    );
}

#[tokio::test]
async fn json_log_lines_have_a_level_a_time_and_the_provider() {
    let by_flag = create(&["--log-format", "json", "--format", "json"]);
    let by_variable = create(&["--format", "json"]).variable("UNICONTACT_LOG_FORMAT", "json");
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
    let other = create(&["--log-format", "xml"]).run().await.expect_usage_error();
    assert!(other.stderr.contains("[possible values: human, json]"), "{}", other.stderr);
}
