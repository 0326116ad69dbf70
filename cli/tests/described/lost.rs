//! Lost answers and requests that arrive in part, at a server behind a proxy that cuts connections.

use super::office::{Described, Office, delivery, people};
use crate::cutting_proxy::Cut;

/// The number of people in an import with many cuts.
const PEOPLE: usize = 60;

/// A create whose answer is lost is found, or sent again where the vendor refuses the second. The contact is there once.
pub(super) async fn lost_answer(described: &'static Described, contact: &str) {
    let office = Office::start(described);
    let office = office.behind_proxy(|before| if before == 0 { Cut::Answer } else { Cut::Nothing }).await;
    let ended = office.create(contact).await.expect_code(0);
    assert_eq!(office.count(Cut::Answer), 1);
    let ids = office.ids();
    assert_eq!(ids.len(), 1, "{ended:?}");
    assert_eq!(delivery(&ended)["id"], ids[0].as_str(), "{ended:?}");
}

/// Many answers are lost, and many requests arrive in part.
pub(super) async fn many_cuts(described: &'static Described) {
    let office = Office::start(described);
    let cut = |before: usize| match before % 5 {
        1 => Cut::Answer,
        3 => Cut::Request,
        _ => Cut::Nothing,
    };
    let office = office.behind_proxy(cut).await;
    let file = office.file("people.csv", &people(PEOPLE));
    office.import(&file).await;
    assert!(office.count(Cut::Answer) >= PEOPLE / 5 && office.count(Cut::Request) >= PEOPLE / 5);
    office.expect_nobody_twice_and_nobody_lost(PEOPLE).await;
    office.finish(&file, PEOPLE).await;
}
