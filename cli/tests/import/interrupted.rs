//! Ctrl-C during an import. A test sends it only after the vendors hold contacts, and checks that the summary counts
//! every row that was read.

use std::time::Duration;

use unicontact_sandbox::{Latency, On, Rule, Vendor, What, When};

use crate::import::{Office, VENDORS, count, people, total};

#[tokio::test]
async fn the_first_ctrl_c_starts_no_more_attempts_and_a_later_run_sends_the_rest() {
    let latency = Rule::new(What::Latency(Latency::Fixed(Duration::from_millis(30)))).on(On::Any);
    let office = Office::with_faults([latency]).await;
    let file = office.file("people.csv", people(300));
    let mut running = office.program(&["import", &file, "--format", "json"]).start().await;
    office.wait_until_held(100).await;
    running.interrupt();
    running.wait_for_message("Ctrl-C again stops at once").await;
    let ended = running.end().await.expect_code(1);
    let summary = ended.json();
    assert!(ended.stderr.contains("the rest was not read"), "{ended:?}");
    for ((_, provider), held) in VENDORS.into_iter().zip(office.held()) {
        assert_eq!(count(&summary, provider, "created"), held as u64, "{summary}");
        assert_eq!(total(&summary, provider), summary["read"].as_u64().unwrap());
        assert!(held < 300);
    }
    office.import(&file, &[]).await.expect_code(0);
    assert_eq!(office.held(), [300; 4]);
}

#[tokio::test]
async fn the_second_ctrl_c_stops_at_once_and_reports_doubts() {
    let once = When { after: 10, ..When::default() };
    let hang = Rule::new(What::HangAfterCommit).at(Vendor::Cloverhound).when(once);
    let office = Office::with_faults([hang]).await.setting("timeout = \"50s\"\ndeadline = \"59s\"");
    let file = office.file("people.csv", people(50));
    let mut running = office.program(&["import", &file, "--format", "json"]).start().await;
    office.wait_until_held(50 + 50 + 50 + 10 + 8).await;
    running.interrupt();
    running.wait_for_message("Ctrl-C again stops at once").await;
    running.interrupt();
    let summary = running.end().await.expect_code(3).json();
    let in_doubt = count(&summary, "voice", "in_doubt");
    assert!((1..=8).contains(&in_doubt), "{summary}");
    assert_eq!(total(&summary, "voice"), 50);
    assert_eq!(office.in_doubt("voice").await.len() as u64, in_doubt);
    // The answers to the last requests may not have arrived.
    assert!(count(&summary, "acme", "created") >= 42, "{summary}");
}

#[tokio::test]
async fn ctrl_c_ends_an_import_whose_input_never_ends() {
    let office = Office::new().await;
    let pipe = office.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let name = pipe.display().to_string();
    let mut running =
        office.program(&["import", &name, "--input-format", "csv", "--format", "json"]).start().await;
    let mut writer =
        tokio::task::spawn_blocking(move || std::fs::File::options().write(true).open(pipe).unwrap())
            .await
            .unwrap();
    // Enough bytes to recognize the format.
    std::io::Write::write_all(&mut writer, people(2000).as_bytes()).unwrap();
    office.wait_until_held(4).await;
    running.interrupt();
    running.wait_for_message("Ctrl-C again stops at once").await;
    running.end().await.expect_code(1);
    drop(writer);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn on_a_terminal_ctrl_c_removes_the_progress_and_names_the_command_that_continues() {
    const CLEAR: &str = "\u{1b}[J";
    let latency = Rule::new(What::Latency(Latency::Fixed(Duration::from_millis(30)))).on(On::Any);
    let office = Office::with_faults([latency]).await;
    let program = office.program(&["import", "people.csv"]).file("people.csv", people(3000));
    let running = program.on_terminal("80").start().await;
    office.wait_until_held(200).await;
    running.interrupt_on_terminal();
    let screen = running.end().await.expect_code(1).stdout;
    let (before, after) = screen.rsplit_once(CLEAR).unwrap();
    assert!(after.starts_with("Stopping: no further requests begin"), "{screen}");
    assert!(before.contains("contacts read") && !after.contains("contacts read"), "{screen}");
    assert!(after.contains("the rest was not read"), "{screen}");
    let next = "run the command again: \u{1b}[36municontact import people.csv";
    assert!(
        after.contains(next) || after.contains("\r\n  \u{1b}[36municontact import people.csv"),
        "{screen}"
    );
}
