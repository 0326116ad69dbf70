//! A failing vendor beside a working one: neither waits for the other, and the exit code is that of the worse outcome.

use crate::faults::case::{CONTACT, LONG_TIMEOUT, defaults};
use crate::hostile::{NO_KEYS, Reply, Script, StandIn, Vendor, refusal};
use crate::program::{Ended, Program};

async fn create_at_both(faulty: Reply, policy: &str) -> (Ended, usize) {
    let bad = StandIn::start(Vendor::Cloverhound, Script::always(faulty)).await;
    let good = StandIn::start(Vendor::OneCloud, Script::always(Reply::Good)).await;
    let configuration = [
        defaults(LONG_TIMEOUT),
        Vendor::Cloverhound.configuration(&bad.url(), NO_KEYS),
        Vendor::OneCloud.configuration(&good.url(), NO_KEYS),
    ];
    let ended = Program::new(&["create", "contact.json", "--format", "json", "--policy", policy])
        .configured(&configuration.concat())
        .file("contact.json", CONTACT)
        .run()
        .await;
    (ended, good.creates())
}

fn outcomes(ended: &Ended) -> Vec<String> {
    let report = ended.json();
    let deliveries = report["deliveries"].as_array().unwrap().iter();
    deliveries.map(|delivery| delivery["outcome"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_doubt_at_one_vendor_does_not_affect_the_other() {
    let (ended, creates) = create_at_both(Reply::Reset, "all").await;
    assert_eq!(outcomes(&ended), ["in_doubt", "created"]);
    assert_eq!((ended.code, creates), (3, 1));
}

#[tokio::test]
async fn a_refusal_by_one_vendor_does_not_affect_the_other() {
    let (ended, creates) = create_at_both(Reply::Answer(refusal(Vendor::Cloverhound, 422)), "all").await;
    assert_eq!(outcomes(&ended), ["rejected", "created"]);
    assert_eq!((ended.code, creates), (1, 1));
}

#[tokio::test]
async fn one_success_satisfies_the_policy_any() {
    let (ended, _) = create_at_both(Reply::Answer(refusal(Vendor::Cloverhound, 403)), "any").await;
    assert_eq!(outcomes(&ended), ["failed", "created"]);
    assert_eq!(ended.code, 0);
}

#[tokio::test]
async fn doubt_outweighs_the_policy_any() {
    let (ended, _) = create_at_both(Reply::Close, "any").await;
    assert_eq!(ended.code, 3);
}
