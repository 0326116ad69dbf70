//! Ctrl-C, SIGTERM and SIGHUP while a create is under way. A test sends a signal only after the vendor has the request,
//! so that no test depends on timing.

use crate::hostile;
use crate::program;

use std::time::{Duration, Instant};

use hostile::{Answer, NO_KEYS, Reply, Script, StandIn, USE_CREATED, Vendor};
use program::{Program, Running};
use serde_json::Value;

/// A part of the message at the first Ctrl-C.
const STOPPING: &str = "Ctrl-C again stops at once";
/// A limit far below the timeout and the waits of these tests.
const PROMPT_END: Duration = Duration::from_secs(20);

/// Starts a create, and returns when the vendor has received it.
async fn start_create(script: Script, settings: &str, keys: &str) -> (StandIn, Running) {
    let stand_in = StandIn::start(Vendor::SmartTask, script).await;
    let provider = Vendor::SmartTask.configuration(&stand_in.url(), keys);
    let configuration = format!("journal = \"off\"\n[defaults]\n{settings}\n{provider}");
    let running = Program::new(&["create", "--name", "Ada King", "--format", "json"])
        .configured(&configuration)
        .start()
        .await;
    stand_in.wait_for_create().await;
    (stand_in, running)
}

const LONG_TIMEOUT: &str = "timeout = \"50s\"\ndeadline = \"59s\"";

fn delivery(report: &Value) -> &Value {
    &report["deliveries"][0]
}

#[tokio::test]
async fn the_first_ctrl_c_waits_for_the_answer_that_is_under_way() {
    let (stand_in, mut running) = start_create(Script::always(Reply::Held), LONG_TIMEOUT, NO_KEYS).await;
    running.interrupt();
    running.wait_for_message(STOPPING).await;
    stand_in.release();
    let ended = running.end().await.expect_code(0);
    let report = ended.json();
    assert_eq!(delivery(&report)["outcome"], "created", "{report}");
    assert_eq!(delivery(&report)["id"], Vendor::SmartTask.id(), "{report}");
    assert_eq!(stand_in.creates(), 1);
}

#[tokio::test]
async fn the_first_ctrl_c_waits_for_the_timeout_of_a_vendor_that_hangs() {
    let settings = "timeout = \"1s\"\ndeadline = \"50s\"";
    let (stand_in, mut running) = start_create(Script::always(Reply::Hang), settings, NO_KEYS).await;
    running.interrupt();
    running.wait_for_message(STOPPING).await;
    let ended = running.end().await.expect_code(3);
    let report = ended.json();
    assert_eq!(delivery(&report)["outcome"], "in_doubt", "{report}");
    assert_eq!(delivery(&report)["error"]["kind"], "interrupted", "{report}");
    assert_eq!(delivery(&report)["error"]["effect"], "unknown", "{report}");
    assert_eq!(stand_in.creates(), 1);
}

#[tokio::test]
async fn the_first_ctrl_c_prevents_a_resend_even_with_dedupe() {
    let settings = "timeout = \"1s\"\ndeadline = \"50s\"";
    let (stand_in, mut running) = start_create(Script::once(Reply::Hang), settings, USE_CREATED).await;
    running.interrupt();
    running.wait_for_message(STOPPING).await;
    let ended = running.end().await.expect_code(3);
    assert_eq!(delivery(&ended.json())["outcome"], "in_doubt");
    assert_eq!(stand_in.creates(), 1);
}

#[tokio::test]
async fn the_first_ctrl_c_ends_the_wait_for_another_attempt() {
    let later = Reply::Answer(Answer::empty(429).header("retry-after", "45"));
    let started = Instant::now();
    let (stand_in, mut running) = start_create(Script::once(later), LONG_TIMEOUT, NO_KEYS).await;
    running.interrupt();
    running.wait_for_message(STOPPING).await;
    let ended = running.end().await.expect_code(1);
    let report = ended.json();
    assert_eq!(delivery(&report)["outcome"], "failed", "{report}");
    assert_eq!(delivery(&report)["error"]["kind"], "rate_limited", "{report}");
    assert_eq!(stand_in.creates(), 1);
    assert!(started.elapsed() < PROMPT_END, "{:?}", started.elapsed());
}

#[tokio::test]
async fn the_second_ctrl_c_ends_at_once_in_doubt_with_a_report() {
    let started = Instant::now();
    let (stand_in, mut running) = start_create(Script::always(Reply::Hang), LONG_TIMEOUT, NO_KEYS).await;
    running.interrupt();
    running.wait_for_message(STOPPING).await;
    running.interrupt();
    let ended = running.end().await.expect_code(3);
    let report = ended.json();
    assert_eq!(delivery(&report)["outcome"], "in_doubt", "{report}");
    assert_eq!(delivery(&report)["attempts"], 1, "{report}");
    assert_eq!(delivery(&report)["error"]["effect"], "unknown", "{report}");
    assert_eq!(stand_in.creates(), 1);
    assert!(started.elapsed() < PROMPT_END, "{:?}", started.elapsed());
}

#[tokio::test]
async fn sigterm_and_sighup_wait_for_the_answer_that_is_under_way() {
    for signal in ["TERM", "HUP"] {
        let (stand_in, mut running) = start_create(Script::always(Reply::Held), LONG_TIMEOUT, NO_KEYS).await;
        running.signal(signal);
        running.wait_for_message(STOPPING).await;
        stand_in.release();
        let report = running.end().await.expect_code(0).json();
        assert_eq!(delivery(&report)["outcome"], "created", "{signal}: {report}");
        assert_eq!(stand_in.creates(), 1, "{signal}");
    }
}

#[tokio::test]
async fn any_second_signal_ends_at_once_in_doubt_with_a_report() {
    for (first, second) in [("TERM", "TERM"), ("HUP", "HUP"), ("HUP", "TERM"), ("TERM", "INT")] {
        let (stand_in, mut running) = start_create(Script::always(Reply::Hang), LONG_TIMEOUT, NO_KEYS).await;
        running.signal(first);
        running.wait_for_message(STOPPING).await;
        running.signal(second);
        let report = running.end().await.expect_code(3).json();
        assert_eq!(delivery(&report)["outcome"], "in_doubt", "{first}, {second}: {report}");
        assert_eq!(stand_in.creates(), 1, "{first}, {second}");
    }
}

#[tokio::test]
async fn the_second_ctrl_c_keeps_the_results_of_other_vendors() {
    let hanging = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Hang)).await;
    let good = StandIn::start(Vendor::OneCloud, Script::always(Reply::Good)).await;
    let configuration = format!(
        "journal = \"off\"\n[defaults]\n{LONG_TIMEOUT}\n{}{}",
        Vendor::Cloverhound.configuration(&hanging.url(), NO_KEYS),
        Vendor::OneCloud.configuration(&good.url(), NO_KEYS),
    );
    let mut running = Program::new(&["create", "--name", "Ada King", "--format", "json"])
        .configured(&configuration)
        .variable("RUST_LOG", "info")
        .start()
        .await;
    hanging.wait_for_create().await;
    running.wait_for_message("The delivery ended").await;
    running.interrupt();
    running.wait_for_message(STOPPING).await;
    running.interrupt();
    let report = running.end().await.expect_code(3).json();
    assert_eq!(report["deliveries"][0]["outcome"], "in_doubt", "{report}");
    assert_eq!(report["deliveries"][1]["outcome"], "created", "{report}");
}

#[tokio::test]
async fn a_login_that_hangs_is_cut_off_with_nothing_in_doubt() {
    let script = Script::always(Reply::Good).others(Reply::Hang);
    let stand_in = StandIn::start(Vendor::OneCloud, script).await;
    let provider = Vendor::OneCloud.configuration(&stand_in.url(), NO_KEYS);
    let configuration = format!("journal = \"off\"\n[defaults]\n{LONG_TIMEOUT}\n{provider}");
    let mut running = Program::new(&["create", "--name", "Ada King", "--format", "json"])
        .configured(&configuration)
        .start()
        .await;
    stand_in.wait_for_request().await;
    running.interrupt();
    running.wait_for_message(STOPPING).await;
    running.interrupt();
    let ended = running.end().await.expect_code(1);
    let report = ended.json();
    assert_ne!(delivery(&report)["outcome"], "in_doubt", "{report}");
    assert_eq!(stand_in.creates(), 0);
}
