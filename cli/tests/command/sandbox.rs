//! `unicontact sandbox`: it prints a complete configuration to stdout, and other processes reach it with nothing else.

use std::fs::File;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::program::{Program, Running};

/// Starts a sandbox with its stdout in a file, and returns when it is ready.
async fn start_sandbox() -> (Running, std::path::PathBuf, tempfile::TempDir) {
    start_with(Program::new(&["sandbox", "--port", "0"])).await
}

async fn start_with(program: Program) -> (Running, std::path::PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let printed = folder.path().join("printed.toml");
    let stdout = File::create(&printed).unwrap();
    let mut running = program.stdout(stdout).start().await;
    running.wait_for_message("Ctrl-C ends it").await;
    (running, printed, folder)
}

#[tokio::test]
async fn create_accepts_the_configuration_that_the_sandbox_prints() {
    let (sandbox, printed, folder) = start_sandbox().await;
    let arguments =
        ["create", "--name", "Ada King", "--format", "json", "--config", printed.to_str().unwrap()];
    let report = Program::new(&arguments).run().await.expect_code(0).json();
    let deliveries = report["deliveries"].as_array().unwrap();
    assert_eq!(deliveries.len(), 4);
    assert!(deliveries.iter().all(|delivery| delivery["outcome"] == "created"), "{report:#}");
    // The printed configuration keeps a journal, so a second run sends nothing.
    let report = Program::new(&arguments).run().await.expect_code(0).json();
    let deliveries = report["deliveries"].as_array().unwrap();
    assert!(deliveries.iter().all(|delivery| delivery["outcome"] == "skipped"), "{report:#}");
    assert!(folder.path().join("sandbox.db").exists());
    sandbox.interrupt();
    let ended = sandbox.end().await.expect_code(0);
    assert_eq!(ended.files, [""; 0]);
    let holding = "smarttask holds 1 contact\nemnify holds 1 contact\ncloverhound holds 1 contact\nonecloud holds 1 contact\n";
    assert!(ended.stderr.ends_with(holding), "{}", ended.stderr);
}

#[tokio::test]
async fn sigterm_ends_the_sandbox_which_prints_its_contact_counts() {
    let (sandbox, _, _folder) = start_sandbox().await;
    sandbox.signal("TERM");
    let ended = sandbox.end().await.expect_code(0);
    assert!(ended.stderr.ends_with("\nonecloud holds 0 contacts\n"), "{}", ended.stderr);
}

#[tokio::test]
async fn ctrl_c_ends_a_sandbox_that_got_no_request() {
    let (sandbox, printed, _folder) = start_sandbox().await;
    sandbox.interrupt();
    let ended = sandbox.end().await.expect_code(0);
    for vendor in ["smarttask", "emnify", "cloverhound", "onecloud"] {
        assert!(ended.stderr.contains(&format!("{vendor} listens on http://127.0.0.1:")), "{}", ended.stderr);
        assert!(std::fs::read_to_string(&printed).unwrap().contains(&format!("[providers.{vendor}.")));
    }
}

#[tokio::test]
async fn a_taken_port_is_an_error_that_suggests_another() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ended = Program::new(&["sandbox", "--port", &port]).run().await.expect_usage_error();
    let expected = format!("error: the stand-ins cannot listen: port {port} is taken; try --port 0\n");
    assert_eq!(ended.stderr, expected);
}

#[tokio::test]
async fn a_port_without_three_more_above_it_is_an_error() {
    let ended = Program::new(&["sandbox", "--port", "65534"]).run().await.expect_usage_error();
    assert!(ended.stderr.contains("4 ports are needed"), "{}", ended.stderr);
}

#[tokio::test]
async fn the_selected_vendors_are_served_and_no_others() {
    let arguments = ["sandbox", "--port", "0", "--vendor", "pipedrive,emnify", "--vendor", "salesforce"];
    let (sandbox, printed, _folder) = start_with(Program::new(&arguments)).await;
    sandbox.interrupt();
    let ended = sandbox.end().await.expect_code(0);
    let holding = "emnify holds 0 contacts\nsalesforce holds 0 contacts\npipedrive holds 0 contacts\n";
    assert!(ended.stderr.ends_with(holding), "{}", ended.stderr);
    assert_eq!(ended.stderr.matches(" listens on http://127.0.0.1:").count(), 3);
    let printed = std::fs::read_to_string(&printed).unwrap();
    assert_eq!(printed.matches("\n[providers.").count(), 3, "{printed}");
    assert!(printed.contains("[providers.salesforce.sales]\n"), "{printed}");
}

#[tokio::test]
async fn a_vendor_without_a_stand_in_is_an_error_that_names_the_others() {
    let ended = Program::new(&["sandbox", "--vendor", "acme"]).run().await.expect_usage_error();
    assert!(ended.stderr.contains("'acme'"), "{}", ended.stderr);
    assert!(ended.stderr.contains("onecloud, hubspot, salesforce, pipedrive"), "{}", ended.stderr);
}

/// Sends a request without a body to the control endpoint, and returns the response.
async fn control(sandbox: &Running, method: &str, path: &str) -> String {
    let stderr = sandbox.stderr_so_far();
    let line = stderr
        .lines()
        .find(|line| line.starts_with("state, faults and clock are on "))
        .expect("the line with the address");
    let address = line.rsplit("http://").next().unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}

#[tokio::test]
async fn an_answer_that_a_fault_loses_is_in_doubt_and_counted_at_the_end() {
    let faults = "seed = 7\n[[fault]]\nwhat = 'reset_after_commit'\nvendor = 'onecloud'";
    let program =
        Program::new(&["sandbox", "--port", "0", "--faults", "faults.toml"]).file("faults.toml", faults);
    let (sandbox, printed, _folder) = start_with(program).await;
    assert!(
        sandbox.stderr_so_far().contains("\n1 fault from faults.toml, seed 7\n"),
        "{}",
        sandbox.stderr_so_far()
    );
    let arguments =
        ["create", "--name", "Ada King", "--format", "json", "--config", printed.to_str().unwrap()];
    let report = Program::new(&arguments).run().await.expect_code(3).json();
    assert_eq!(report["deliveries"][3]["outcome"], "in_doubt", "{report:#}");
    assert_eq!(report["deliveries"][3]["error"]["effect"], "unknown", "{report:#}");

    let state = control(&sandbox, "GET", "/state").await;
    assert!(state.contains(r#""faults":["reset_after_commit"]"#), "{state}");
    sandbox.interrupt();
    let ended = sandbox.end().await.expect_code(0);
    let holding = "cloverhound holds 1 contact\nonecloud holds 1 contact; 1 answer lost on purpose\n";
    assert!(ended.stderr.ends_with(holding), "{}", ended.stderr);
}

#[tokio::test]
async fn the_control_endpoint_works_without_faults_and_resets_the_contacts() {
    let (sandbox, printed, _folder) = start_sandbox().await;
    let arguments = ["create", "--name", "Ada King", "--config", printed.to_str().unwrap()];
    Program::new(&arguments).run().await.expect_code(0);
    let reset = control(&sandbox, "POST", "/reset").await;
    assert!(reset.starts_with("HTTP/1.1 200 OK\r\n"), "{reset}");
    sandbox.interrupt();
    let ended = sandbox.end().await.expect_code(0);
    assert!(ended.stderr.ends_with("\nonecloud holds 0 contacts\n"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_mistake_in_the_faults_is_reported_with_its_file_and_line() {
    for (faults, expected) in [
        (
            "seed = 7\n[[fault]]\nwhat = 'reset'",
            "faults.toml:3: `what`: unknown variant `reset`, expected one of `latency`, ",
        ),
        (
            "\n[[fault]]\nwhat = 'latency'",
            "faults.toml:2: `latency` needs either `delay`, or `p50` and `p99`\n",
        ),
        ("[[fault]", "faults.toml:1: "),
    ] {
        let program = Program::new(&["sandbox", "--port", "0", "--faults", "faults.toml"]);
        let ended = program.file("faults.toml", faults).run().await.expect_usage_error();
        assert!(ended.stderr.starts_with(&format!("error: {expected}")), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn an_unreadable_file_of_faults_is_an_error() {
    let no_text: &[u8] = b"\xff\xfe";
    for (path, expected) in [
        ("missing.toml", "error: missing.toml: the file does not exist: check its path\n"),
        (".", "error: .: it is a directory; a file with faults is expected\n"),
        ("binary.toml", "error: binary.toml: not UTF-8 text: save it as UTF-8\n"),
    ] {
        let program =
            Program::new(&["sandbox", "--port", "0", "--faults", path]).file("binary.toml", no_text);
        let ended = program.run().await.expect_usage_error();
        assert_eq!(ended.stderr, expected);
    }
}

#[tokio::test]
async fn a_taken_control_port_is_an_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let arguments = ["sandbox", "--port", "0", "--control-port", &port];
    let ended = Program::new(&arguments).run().await.expect_usage_error();
    assert!(ended.stderr.contains(&format!("port {port} is taken")), "{}", ended.stderr);
}

#[tokio::test]
async fn a_control_port_among_those_of_the_vendors_is_an_error() {
    for (vendors, last) in [("emnify", "18800"), ("emnify,hubspot", "18801")] {
        let arguments = ["sandbox", "--vendor", vendors, "--port", "18800", "--control-port", "18800"];
        let ended = Program::new(&arguments).run().await.expect_usage_error();
        assert!(ended.stderr.contains(&format!("take the ports 18800 to {last};")), "{}", ended.stderr);
    }
    for port in ["18800", "18801", "18803"] {
        let arguments = ["sandbox", "--port", "18800", "--control-port", port];
        let ended = Program::new(&arguments).run().await.expect_usage_error();
        let expected = "the vendors take the ports 18800 to 18803; try 18804 or 0\n";
        assert_eq!(ended.stderr, format!("error: --control-port {port}: {expected}"));
    }
}
