//! `unicontact demo`: it needs no configuration and leaves no files.

use crate::command::shape;
use crate::program::Program;

#[tokio::test]
async fn the_demo_needs_no_configuration_and_leaves_no_files() {
    let ended = Program::new(&["demo"]).run().await.expect_code(0);
    assert_eq!(ended.stderr, "");
    assert_eq!(ended.files, [""; 0]);
}

/// Returns the screen without times.
async fn screen(columns: u16) -> String {
    let ended = Program::new(&["demo"]).columns(columns).run().await.expect_code(0);
    ended.stdout.lines().map(without_time).collect::<Vec<_>>().join("\n")
}

/// Replaces the time at the end of a row.
fn without_time(line: &str) -> String {
    match line.strip_suffix(" ms").and_then(|rest| rest.rsplit_once(' ')) {
        Some((row, _)) => format!("{row} [time]"),
        None => line.to_owned(),
    }
}

#[tokio::test]
async fn the_demo_fits_three_screens_of_80_columns() {
    let screen = screen(80).await;
    assert!(screen.lines().count() <= 75, "{} lines", screen.lines().count());
    insta::assert_snapshot!(screen, @"");
}

#[tokio::test]
async fn the_demo_uses_120_columns() {
    let screen = screen(120).await;
    let end = screen.find("4. A contact").unwrap();
    insta::assert_snapshot!(&screen[end..], @"");
}

#[tokio::test]
async fn a_lost_answer_leaves_a_doubt_that_is_settled_and_not_sent_again() {
    let ended = Program::new(&["demo", "--format", "json"]).run().await.expect_code(0);
    let reports = ended.json_lines();
    let outcomes = |report: &serde_json::Value| -> Vec<String> {
        let deliveries = report["deliveries"].as_array().unwrap().iter();
        deliveries.map(|it| it["outcome"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(outcomes(&reports[5]), ["created", "created", "in_doubt", "created"]);
    assert_eq!(outcomes(&reports[6]), ["skipped"; 4]);
    let ids = |report: &serde_json::Value| report["deliveries"][1]["id"].clone();
    assert_eq!(ids(&reports[5]), ids(&reports[6]));
}

#[tokio::test]
async fn the_demo_prints_a_report_of_four_deliveries_for_each_run() {
    let ended = Program::new(&["demo", "--format", "json"]).run().await.expect_code(0);
    let reports = ended.json_lines();
    assert_eq!(reports.len(), 7);
    for report in reports {
        shape::is_report(&report);
        assert_eq!(report["deliveries"].as_array().unwrap().len(), 4, "{report:#}");
    }
}

#[tokio::test]
async fn the_demo_ignores_the_users_configuration() {
    let ended = Program::new(&["demo", "--format", "json"]).configured("not = [toml").run().await;
    assert_eq!(ended.expect_code(0).json_lines().len(), 7);
}
