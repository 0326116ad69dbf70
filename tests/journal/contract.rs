//! Holds the journals to the contract suite, and shows that the suite finds broken ones.

use unicontact::Outcome;
use unicontact::journal::testkit;

use crate::journal::bench::{Kept, claim, settlement};

#[tokio::test]
async fn the_journal_in_memory_keeps_the_contract() {
    testkit::run(async || Ok(Box::new(Kept::in_memory()) as _)).await.unwrap();
}

#[tokio::test]
async fn the_journal_in_a_file_keeps_the_contract() {
    testkit::run(async || Ok(Box::new(Kept::in_file()) as _)).await.unwrap();
}

#[cfg(feature = "queue")]
#[tokio::test]
async fn the_journal_on_servers_keeps_the_contract() {
    testkit::run(async || Ok(Box::new(Kept::on_servers().await) as _)).await.unwrap();
}

#[test]
fn debug_shows_no_contact_and_no_key() {
    let shown = format!(
        "{:?} {:?} {:?}",
        claim("ada@example.com", 1),
        settlement("ada@example.com", None, Outcome::Failed),
        Kept::in_file().journal(),
    );
    assert!(!shown.contains("Ada") && !shown.contains("ada@"), "{shown}");
}
