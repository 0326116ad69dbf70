//! The vendor in `docs/adapters.md` is the one of the example, and it keeps the rules of an adapter.

#[expect(dead_code, reason = "its main is not run")]
#[path = "../examples/small_vendor.rs"]
mod small_vendor;

use std::sync::Arc;
use std::time::Duration;

use small_vendor::CardIndex;
use unicontact::providers::clock::SystemClock;
use unicontact::providers::http::{Answer, BaseUrl, Http};
use unicontact::providers::testkit::{self, Subject};
use unicontact::providers::{ConnectionOptions, ContactProvider};

/// The page about adapters.
const PAGE: &str = include_str!("../docs/adapters.md");

struct Cards;

impl Subject for Cards {
    fn connect(&self, base_url: BaseUrl, timeout: Duration) -> Box<dyn ContactProvider> {
        let options = ConnectionOptions::new("cards").with_timeout(timeout);
        let http = Http::new(Arc::new(SystemClock)).unwrap();
        Box::new(CardIndex::new(options, base_url, "fake-key".into(), http))
    }

    fn created(&self, id: &str) -> Answer {
        Answer::new(201).with_body(format!(r#"{{"person": {{"id": "{id}"}}}}"#))
    }

    fn secrets(&self) -> Vec<String> {
        vec!["fake-key".to_owned()]
    }
}

#[tokio::test]
async fn cards_keep_the_rules() {
    testkit::run(&Cards).await.unwrap().assert_kept();
}

/// The text of a file from `first` on.
fn from(text: &'static str, first: &str) -> &'static str {
    &text[text.find(first).unwrap()..]
}

#[test]
fn the_page_shows_the_program_and_its_test() {
    let program = from(include_str!("../examples/small_vendor.rs"), "use async_trait");
    assert!(program.lines().count() < 80, "{}", program.lines().count());
    assert!(PAGE.contains(program), "copy examples/small_vendor.rs into docs/adapters.md");
    let test = from(include_str!("library_page.rs"), "struct Cards;");
    let test = test.split("\n/// The text of a file").next().unwrap();
    assert!(PAGE.contains(test), "copy the test of tests/library_page.rs into docs/adapters.md");
}
