//! Variables that count as unset, variables of an orchestrator, and misspelt variables.

use crate::command::idle_server::IdleServer;
use crate::program::Program;

fn check() -> Program {
    Program::new(&["check"]).configured(&IdleServer::new().configuration()).columns(80)
}

#[tokio::test]
async fn an_empty_variable_counts_as_unset() {
    let mut program = check();
    for variable in [
        "UNICONTACT_CONFIG",
        "UNICONTACT_LOG_FORMAT",
        "UNICONTACT_LOG",
        "UNICONTACT_JOURNAL",
        "UNICONTACT_DEFAULTS__TIMEOUT",
        "UNICONTACT_PROVIDERS__SMARTTASK__ACME__ACCESS_TOKEN",
        "UNICONTACT_JURNAL",
    ] {
        program = program.variable(variable, "");
    }
    program.run().await.expect_code(0);
}

#[tokio::test]
async fn variables_of_an_orchestrator_are_ignored_with_a_note() {
    let orchestrated = |program: Program| {
        program
            .variable("UNICONTACT_PORT", "tcp://10.0.0.1:80")
            .variable("UNICONTACT_PORT_80_TCP_ADDR", "10.0.0.1")
            .variable("UNICONTACT_SERVICE_HOST", "10.0.0.1")
            .variable("UNICONTACT_WORKER_SERVICE_PORT_METRICS", "9464")
    };
    let ended = orchestrated(check()).run().await.expect_code(0);
    let note = ended.stderr.lines().take(2).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(note, @"
    note: UNICONTACT_PORT and 3 more variables are ignored: Kubernetes sets such
      variables for a service of this name
    ");
    let quiet = Program::new(&["check", "--quiet"]).configured(&IdleServer::new().configuration());
    let ended = orchestrated(quiet).run().await.expect_code(0);
    assert!(!ended.stderr.contains("Kubernetes"), "{ended:?}");
}

#[tokio::test]
async fn a_misspelt_variable_is_an_error_that_names_the_nearest() {
    for (variable, expected) in [
        ("UNICONTACT_JURNAL", "did you mean `UNICONTACT_JOURNAL`?"),
        ("UNICONTACT_CONFG", "did you mean `UNICONTACT_CONFIG`?"),
        ("UNICONTACT_DEFAULT__TIMEOUT", "did you mean `UNICONTACT_DEFAULTS__TIMEOUT`?"),
        ("UNICONTACT_DEFAULTS__TIMOUT", "did you mean `timeout`?"),
        ("UNICONTACT_PORT", "unknown variable (there are "),
    ] {
        let ended = check().variable(variable, "8080").run().await.expect_usage_error();
        assert!(ended.stderr.contains(&format!("{variable}: unknown ")), "{ended:?}");
        assert!(ended.stderr.replace("\n  ", " ").contains(expected), "{ended:?}");
    }
}
