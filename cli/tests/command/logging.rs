//! What is logged, and how.
//!
//! Its rule: the log is on stderr, and stdout is the same with and without it.

use serde_json::Value;

use crate::program::Program;
use crate::silence::Silence;

fn created(arguments: &[&str]) -> Program {
    let create = ["create", "--name", "Ada King", "--to", "voice", "--set", "defaults.max_attempts=1"];
    Program::new(&[&create, arguments].concat()).configured(&Silence::new().configuration())
}

#[tokio::test]
async fn the_log_has_a_variable_of_its_own_that_the_usual_one_outweighs() {
    let created = || created(&[]);
    let own = created().variable("UNICONTACT_LOG", "info").run().await;
    assert!(own.stderr.contains("The delivery ended"), "{own:#?}");
    let outweighed = created().variable("UNICONTACT_LOG", "info").variable("RUST_LOG", "off").run().await;
    assert_eq!(outweighed.stderr, "");
    let wrong = created().variable("UNICONTACT_LOG", "a=b=c").run().await;
    assert_eq!(wrong.stderr, "UNICONTACT_LOG: not a filter such as info or unicontact=debug\n");
}

#[tokio::test]
async fn for_programs_every_line_is_an_object_with_what_it_is_about() {
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
