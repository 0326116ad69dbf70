//! Tests of Ctrl-C during a call. The signal is sent after the vendor has received the request.

use serde_json::json;
use unicontact::providers::testkit::Behaviour;

use crate::contract::folder::Folder;
use crate::contract::vendor::{FIXTURE, Vendor};
use crate::hostile::{self, NO_KEYS, Reply, Script, StandIn};
use crate::program::Program;

#[tokio::test]
async fn the_first_ctrl_c_waits_for_the_running_call_and_starts_no_other() {
    let folder = Folder::with("smarttask", "create_full");
    let mut other = folder.document(FIXTURE);
    other["provider"] = json!({"use_created": true});
    folder.write("smarttask/create_other.json", &other.to_string());
    let stand_in = StandIn::start(hostile::Vendor::SmartTask, Script::always(Reply::Held)).await;
    let arguments =
        ["contract", "compare", "--to", "smarttask", "--format", "json", "--fixtures", folder.path()];
    let configuration = hostile::Vendor::SmartTask.configuration(&stand_in.url(), NO_KEYS);
    let mut running = Program::new(&arguments).configured(&configuration).start().await;
    stand_in.wait_for_create().await;
    running.interrupt();
    running.wait_for_message("Ctrl-C again stops at once").await;
    stand_in.release();
    let report = running.end().await.expect_code(1).json();
    assert_eq!(report["created"][0]["id"], hostile::Vendor::SmartTask.id(), "{report}");
    assert_eq!(report["not_run"][0]["reason"], "stopped before it was sent", "{report}");
    assert_eq!(stand_in.creates(), 1);
}

#[tokio::test]
async fn the_second_ctrl_c_aborts_the_running_call_and_reports_it_in_doubt() {
    let mut vendor = Vendor::behaving(|_| Behaviour::Hang).await;
    let mut running = vendor.program(&["compare", "--format", "json"]).start().await;
    vendor.has_received_a_request().await;
    running.interrupt();
    running.wait_for_message("Ctrl-C again stops at once").await;
    running.interrupt();
    let report = running.end().await.expect_code(3).json();
    assert_eq!(report["in_doubt"][0]["contact"], "full", "{report}");
    assert_eq!(report["created"], json!([]));
    assert_eq!(vendor.server.received().len(), 1);
}
