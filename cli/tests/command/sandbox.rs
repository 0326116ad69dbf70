//! `unicontact sandbox`: two processes that only know each other by what is printed.
//!
//! Its rule: what it prints is a configuration, whole and alone.

use std::fs::File;

use crate::program::{Program, Running};

/// A sandbox that is ready, whose stdout is a file.
async fn started() -> (Running, std::path::PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let printed = folder.path().join("printed.toml");
    let stdout = File::create(&printed).unwrap();
    let mut running = Program::new(&["sandbox", "--port", "0"]).stdout(stdout).start().await;
    running.says("Ctrl-C ends it").await;
    (running, printed, folder)
}

#[tokio::test]
async fn create_accepts_the_configuration_that_the_sandbox_prints() {
    let (sandbox, printed, _folder) = started().await;
    let arguments =
        ["create", "--name", "Ada King", "--format", "json", "--config", printed.to_str().unwrap()];
    let report = Program::new(&arguments).run().await.expect_code(0).json();
    let deliveries = report["deliveries"].as_array().unwrap();
    assert_eq!(deliveries.len(), 4);
    assert!(deliveries.iter().all(|delivery| delivery["outcome"] == "created"), "{report:#}");
    sandbox.interrupt();
    let ended = sandbox.end().await.expect_code(0);
    assert_eq!(ended.files, [""; 0]);
    let holding = "smarttask holds 1 contact\nemnify holds 1 contact\ncloverhound holds 1 contact\nonecloud holds 1 contact\n";
    assert!(ended.stderr.ends_with(holding), "{}", ended.stderr);
}

#[tokio::test]
async fn the_sandbox_ends_with_sigterm_too_and_tells_that_it_holds_nothing() {
    let (sandbox, _, _folder) = started().await;
    sandbox.signal("TERM");
    let ended = sandbox.end().await.expect_code(0);
    assert!(ended.stderr.ends_with("\nonecloud holds 0 contacts\n"), "{}", ended.stderr);
}

#[tokio::test]
async fn the_sandbox_ends_with_ctrl_c_although_nobody_asked_it_anything() {
    let (sandbox, printed, _folder) = started().await;
    sandbox.interrupt();
    let ended = sandbox.end().await.expect_code(0);
    for vendor in ["smarttask", "emnify", "cloverhound", "onecloud"] {
        assert!(ended.stderr.contains(&format!("{vendor} listens on http://127.0.0.1:")), "{}", ended.stderr);
        assert!(std::fs::read_to_string(&printed).unwrap().contains(&format!("[providers.{vendor}.")));
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_told_with_the_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ended = Program::new(&["sandbox", "--port", &port]).run().await.expect_usage_error();
    let expected = format!("error: the stand-ins cannot listen: port {port} is taken; try --port 0\n");
    assert_eq!(ended.stderr, expected);
}

#[tokio::test]
async fn a_port_without_three_more_behind_it_is_told_as_such() {
    let ended = Program::new(&["sandbox", "--port", "65534"]).run().await.expect_usage_error();
    assert!(ended.stderr.contains("four ports are needed"), "{}", ended.stderr);
}
