//! Ctrl-C while a vendor is asked.
//!
//! Its rule: nothing is signalled before the vendor has the request.

use serde_json::json;
use unicontact::providers::testkit::Behaviour;

use crate::vendor::Vendor;

#[tokio::test]
async fn the_second_ctrl_c_ends_at_once_and_tells_what_is_in_doubt() {
    let mut vendor = Vendor::behaving(|_| Behaviour::Hang).await;
    let mut running = vendor.program(&["compare", "--format", "json"]).start().await;
    vendor.was_asked().await;
    running.interrupt();
    running.says("Ctrl-C again stops at once").await;
    running.interrupt();
    let report = running.end().await.expect_code(3).json();
    assert_eq!(report["in_doubt"][0]["contact"], "full", "{report}");
    assert_eq!(report["created"], json!([]));
    assert_eq!(vendor.server.received().len(), 1);
}
