//! Runs the contract suite for adapters on the adapter of the example.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use unicontact::providers::clock::SystemClock;
use unicontact::providers::http::{Answer, BaseUrl, Http};
use unicontact::providers::testkit::{self, Received, Subject};
use unicontact::providers::{ConnectionOptions, ContactProvider, Effect, ErrorKind};

use super::login;
use crate::address_book::AddressBook;
use crate::vcard;

const PASSWORD: &str = "fake-password";
const MULTI_STATUS: u16 = 207;

struct CardDav;

impl CardDav {
    fn multistatus(responses: &str) -> Answer {
        let names = r#"xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav""#;
        Answer::new(MULTI_STATUS)
            .with_header("content-type", "application/xml")
            .with_body(format!("<D:multistatus {names}>{responses}</D:multistatus>"))
    }
}

impl Subject for CardDav {
    fn connect(&self, base_url: BaseUrl, timeout: Duration) -> Box<dyn ContactProvider> {
        let options = ConnectionOptions::new("book").with_timeout(timeout);
        Box::new(AddressBook::new(
            options,
            base_url,
            login(PASSWORD),
            Http::new(Arc::new(SystemClock)).unwrap(),
        ))
    }

    fn created(&self, _id: &str) -> Answer {
        Answer::new(201).with_header("etag", "\"1\"")
    }

    fn chosen_id(&self, create: &Received) -> Option<String> {
        create.path().rsplit('/').next().map(str::to_owned)
    }

    fn secrets(&self) -> Vec<String> {
        ["admin", PASSWORD, "YWRtaW46ZmFrZS1wYXNzd29yZA=="].map(str::to_owned).to_vec()
    }

    fn checked(&self) -> Answer {
        Self::multistatus("<D:response><D:href>/</D:href></D:response>")
    }

    fn found(&self, id: &str) -> Option<Answer> {
        let adapter = self.connect("http://127.0.0.1:9".parse().unwrap(), Duration::ZERO);
        let card = vcard::write(&adapter.draft(&self.contact()).unwrap().body);
        let data = format!("<C:address-data>{}</C:address-data>", card.replace('<', "&lt;"));
        let prop = format!("<D:propstat><D:prop>{data}</D:prop></D:propstat>");
        Some(Self::multistatus(&format!("<D:response><D:href>/book/{id}</D:href>{prop}</D:response>")))
    }

    fn found_nothing(&self) -> Option<Answer> {
        Some(Self::multistatus(""))
    }

    /// RFC 4918, 9.7.1: the collection of a `PUT` is not there.
    fn documented(&self, status: u16) -> Option<(ErrorKind, Effect)> {
        (status == 409).then_some((ErrorKind::NotFound, Effect::Refused))
    }
}

#[tokio::test]
async fn the_adapter_keeps_the_rules() {
    testkit::run(&CardDav).await.unwrap().assert_kept();
}

#[test]
fn a_card_that_is_written_is_read_again() {
    for text in ["Ada King", "a,b;c\\n\nd: e", "\\", "\\\\n", "", " x "] {
        let properties = json!({"FN": "Ada", "NOTE": text});
        let card = vcard::read(&vcard::write(&properties)).unwrap();
        assert_eq!(card, json!({"FN": "Ada", "NOTE": text, "VERSION": "4.0"}));
    }
}

#[test]
fn folded_lines_groups_and_parameters_are_read() {
    let text =
        "BEGIN:VCARD\r\nitem1.EMAIL;TYPE=work:ada@exam\r\n ple.com\r\nEMAIL:b@example.com\r\nEND:VCARD\r\n";
    assert_eq!(vcard::read(text), Some(json!({"EMAIL": "ada@example.com"})));
    assert_eq!(vcard::read(&text[..text.len() - 4]), None);
    assert_eq!(vcard::cards("<multistatus xmlns=\"DAV:\" />"), Some(Vec::<Value>::new()));
}

#[test]
fn the_adapter_is_short() {
    let files = [
        include_str!("../../examples/carddav/address_book.rs"),
        include_str!("../../examples/carddav/vcard.rs"),
    ];
    let count: usize = files.iter().map(|text| text.lines().count()).sum();
    assert!(count < 200, "{count}");
}
