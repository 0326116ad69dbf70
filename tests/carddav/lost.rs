//! Lost answers and requests that arrive in part, at a real server behind a proxy that cuts connections.

use unicontact::providers::testkit::Received;
use unicontact::{Outcome, Verdict};

use super::{Office, ada, import};
use crate::cutting_proxy::{Cut, CuttingProxy};

/// The number of people in an import with many cuts.
const PEOPLE: usize = 60;

fn is_create(request: &Received) -> bool {
    request.method() == "PUT"
}

async fn create_with_a_cut(cut: Cut) -> (Office, Outcome) {
    let office = Office::start();
    let cut_first = move |before| if before == 0 { cut } else { Cut::Nothing };
    let proxy = CuttingProxy::start(&office.server.origin, is_create, cut_first).await;
    let report = office.client_at(&proxy.origin).create(ada()).await;
    assert_eq!(proxy.count(cut), 1);
    (office, report.deliveries[0].outcome)
}

#[tokio::test]
async fn a_create_whose_answer_is_lost_is_sent_again_and_makes_no_second_card() {
    let (office, outcome) = create_with_a_cut(Cut::Answer).await;
    assert_eq!((outcome, office.cards().len()), (Outcome::Existing, 1));
}

#[tokio::test]
async fn a_create_that_arrives_in_part_is_sent_again() {
    let (office, outcome) = create_with_a_cut(Cut::Request).await;
    assert_eq!((outcome, office.cards().len()), (Outcome::Created, 1));
}

#[tokio::test]
async fn an_import_through_many_cuts_creates_everybody_once() {
    let office = Office::start();
    let proxy = CuttingProxy::start(&office.server.origin, is_create, |before| match before % 5 {
        1 => Cut::Answer,
        3 => Cut::Request,
        _ => Cut::Nothing,
    });
    let proxy = proxy.await;
    let summary = import(&office.client_at(&proxy.origin), PEOPLE).await;
    assert!(proxy.count(Cut::Answer) > PEOPLE / 5 && proxy.count(Cut::Request) > PEOPLE / 5);
    assert_eq!(summary.verdict(), Verdict::Done, "{summary:?}");
    office.expect_everybody_once(PEOPLE);
}
