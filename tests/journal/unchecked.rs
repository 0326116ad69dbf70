//! A journal that is opened without a check of its pages.

use unicontact::Outcome;
use unicontact::journal::{Journal, Selection, SqliteJournal};

use crate::journal::bench::{Kept, deliver, key, listed};

#[tokio::test]
async fn a_journal_that_is_opened_unchecked_has_all_records() {
    let kept = Kept::in_file();
    for (number, outcome) in [(3, Outcome::Failed), (1, Outcome::Created), (2, Outcome::InDoubt)] {
        deliver(&*kept.journal(), &number.to_string(), number, outcome).await;
    }
    let (_folder, path) = kept.close();
    let journal = SqliteJournal::open_unchecked(&path).unwrap();
    assert_eq!(listed(&journal, Selection::default()).await, [3, 1, 2]);
    assert!(journal.look(&key("1")).await.unwrap().is_some());
}
