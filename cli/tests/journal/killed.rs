//! Runs after one that was killed during a create. The first run is killed once the vendor has the request, so that no test
//! depends on timing.

use crate::hostile::{Listing, NO_KEYS, Reply, Script, StandIn, USE_CREATED, Vendor, refusal};
use crate::journal::{Office, delivery, outcomes};
use crate::program::Ended;

/// Kills a first run during its create, and starts a second one.
async fn second_run(vendor: Vendor, script: Script, keys: &str) -> (StandIn, Office, Ended) {
    let stand_in = StandIn::start(vendor, script).await;
    let office = Office::new().with(vendor, &stand_in, keys);
    let running = office.start_create().await;
    stand_in.wait_for_create().await;
    running.kill().await;
    let second = office.create(&[]).await;
    (stand_in, office, second)
}

#[tokio::test]
async fn smarttask_with_dedupe_gets_the_contact_again_after_the_quiet_time() {
    let script = Script::once(Reply::Hang);
    let (stand_in, office, second) = second_run(Vendor::SmartTask, script, USE_CREATED).await;
    assert_eq!(outcomes(&second.expect_code(3)), ["in_doubt"]);
    assert_eq!(stand_in.creates(), 1);
    office.advance_one_hour();
    assert_eq!(outcomes(&office.create(&[]).await.expect_code(0)), ["created"]);
    assert_eq!(stand_in.creates(), 2);
    assert_eq!(outcomes(&office.create(&[]).await.expect_code(0)), ["skipped"]);
    assert_eq!(stand_in.creates(), 2);
}

#[tokio::test]
async fn a_killed_delivery_is_reconciled_after_its_claim_and_the_quiet_time() {
    let script = Script::once(Reply::Hang);
    let (_, _, second) = second_run(Vendor::SmartTask, script, USE_CREATED).await;
    let time: jiff::Timestamp = delivery(&second)["look_again_at"].as_str().unwrap().parse().unwrap();
    let waits = time.duration_since(jiff::Timestamp::now()).as_secs();
    // 30 seconds and the deadline for the attempts of the killed run, and ten minutes.
    let longest = 30 + 59 + 600;
    assert!((longest - 30..=longest).contains(&waits), "{waits}");
}

#[tokio::test]
async fn a_resend_that_is_refused_leaves_the_delivery_in_doubt() {
    for status in [400, 403, 422] {
        let refused = Reply::Answer(refusal(Vendor::SmartTask, status));
        let script = Script::new(vec![Reply::Close, refused]);
        let stand_in = StandIn::start(Vendor::SmartTask, script).await;
        let office = Office::new().with(Vendor::SmartTask, &stand_in, USE_CREATED);
        office.create(&[]).await.expect_code(3);
        office.advance_one_hour();
        let second = office.create(&[]).await.expect_code(3);
        assert_eq!(outcomes(&second), ["in_doubt"], "{status}");
        assert_eq!(stand_in.creates(), 2);
    }
}

#[tokio::test]
async fn emnify_is_searched_and_its_id_recorded() {
    let script = Script::always(Reply::Hang).listing(Listing::ReceivedCreates);
    let (stand_in, office, second) = second_run(Vendor::Emnify, script, NO_KEYS).await;
    let second = second.expect_code(0);
    assert_eq!(outcomes(&second), ["created"]);
    assert_eq!(delivery(&second)["id"], Vendor::Emnify.id());
    assert_eq!(stand_in.creates(), 1);
    assert_eq!(outcomes(&office.create(&[]).await.expect_code(0)), ["skipped"]);
}

#[tokio::test]
async fn emnify_gets_the_contact_again_if_its_list_lacks_it_after_the_quiet_time() {
    let (stand_in, office, second) = second_run(Vendor::Emnify, Script::once(Reply::Hang), NO_KEYS).await;
    assert_eq!(outcomes(&second.expect_code(3)), ["in_doubt"]);
    assert_eq!(stand_in.creates(), 1);
    office.advance_one_hour();
    assert_eq!(outcomes(&office.create(&[]).await.expect_code(0)), ["created"]);
    assert_eq!(stand_in.creates(), 2);
}

#[tokio::test]
async fn vendors_without_search_and_dedupe_leave_the_delivery_in_doubt() {
    for vendor in [Vendor::Cloverhound, Vendor::OneCloud, Vendor::SmartTask] {
        let script = Script::once(Reply::Hang);
        let (stand_in, office, second) = second_run(vendor, script, NO_KEYS).await;
        let second = second.expect_code(3);
        assert_eq!(outcomes(&second), ["in_doubt"], "{vendor:?}");
        assert_eq!(delivery(&second)["attempts"], 0);
        assert_eq!(delivery(&second)["error"]["effect"], "unknown");
        office.create(&[]).await.expect_code(3);
        assert_eq!(stand_in.creates(), 1, "{vendor:?}");
        assert_eq!(office.list().await, [(vendor.name().to_owned(), "in_doubt".to_owned())]);
    }
}

#[tokio::test]
async fn a_resend_sends_the_content_of_the_first_attempt() {
    let vendor = Vendor::SmartTask;
    let stand_in = StandIn::start(vendor, Script::once(Reply::Hang)).await;
    let office = Office::new().with(vendor, &stand_in, USE_CREATED);
    let running = office.start_create().await;
    stand_in.wait_for_create().await;
    running.kill().await;
    office.advance_one_hour();
    let changed = ["create", "--external-id", "42", "--name", "Ada Lovelace", "--format", "json"];
    assert_eq!(outcomes(&office.program(&changed).run().await.expect_code(0)), ["created"]);
    let received = stand_in.received();
    let creates: Vec<&str> =
        received.iter().filter(|it| vendor.is_create(it)).map(|it| it.body.as_str()).collect();
    assert_eq!(creates.len(), 2);
    assert_eq!(creates[0], creates[1]);
    let third = office.program(&changed).run().await.expect_code(0);
    assert!(delivery(&third)["note"].as_str().unwrap().contains("has changed since"), "{third:?}");
}

#[tokio::test]
async fn a_search_uses_the_content_of_the_first_attempt() {
    let vendor = Vendor::Emnify;
    let script = Script::always(Reply::Hang).listing(Listing::ReceivedCreates);
    let stand_in = StandIn::start(vendor, script).await;
    let office = Office::new().with(vendor, &stand_in, NO_KEYS);
    let running = office.start_create().await;
    stand_in.wait_for_create().await;
    running.kill().await;
    let changed = ["create", "--external-id", "42", "--name", "Ada Lovelace", "--format", "json"];
    assert_eq!(outcomes(&office.program(&changed).run().await.expect_code(0)), ["created"]);
    assert_eq!(stand_in.creates(), 1);
}

#[tokio::test]
async fn a_delivery_cut_off_by_a_second_ctrl_c_is_recorded_as_in_doubt() {
    let vendor = Vendor::Cloverhound;
    let stand_in = StandIn::start(vendor, Script::always(Reply::Hang)).await;
    let office = Office::new().with(vendor, &stand_in, NO_KEYS);
    let mut running = office.start_create().await;
    stand_in.wait_for_create().await;
    running.interrupt();
    running.wait_for_message("Ctrl-C again stops at once").await;
    running.interrupt();
    running.end().await.expect_code(3);
    let shown = office.show("cloverhound/42").await;
    assert_eq!(shown["outcome"], "in_doubt");
    assert_eq!(shown["error"]["message"], "it was cut off after an attempt had begun");
    office.create(&[]).await.expect_code(3);
    assert_eq!(stand_in.creates(), 1);
}
