//! Replays refusals that hold words of the contact which were never sent.

use std::path::Path;

use serde_json::json;
use unicontact_contract::{BuiltIn, Fixtures, replay};

#[tokio::test]
async fn a_word_of_a_refusal_that_was_never_sent_is_no_leak() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let fixtures = Fixtures::load(&folder).unwrap_or_else(|error| panic!("\n{error}"));
    let fixture =
        fixtures.of_vendor("smarttask").find(|it| it.scenario == "invalid_problem_details").unwrap();
    let mut fixture = fixture.clone();
    // SmartTask is not sent the organization of a person.
    let message = "Example Widgets is a plan without this feature.";
    fixture.answer.as_mut().unwrap().body.as_mut().unwrap()["title"] = json!(message);
    fixture.expect.message = Some(message.to_owned());
    let report = replay(&fixture, &fixtures, &BuiltIn).await.unwrap();
    assert!(report.passed(), "{report}");
}
