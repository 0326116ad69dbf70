//! The adapter of the `CardDAV` example: the contract suite, and a server that others wrote (Radicale).

mod killed;
mod lost;
mod recorded;
mod server;
mod suite;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use serde_json::{Value, json};
use unicontact::journal::SqliteJournal;
use unicontact::providers::clock::SystemClock;
use unicontact::providers::http::{Authorization, Http};
use unicontact::providers::{ConnectionOptions, UnifiedContact};
use unicontact::{Client, Settings, Summary};

use crate::address_book::AddressBook;
use crate::real_server::RealServer;
use crate::vcard;

/// The path of the address book.
const BOOK: &str = "admin/contacts";

/// A server with an address book. The journal of all clients is in its folder.
struct Office {
    server: RealServer,
}

impl Office {
    fn start() -> Self {
        Self { server: RealServer::start("radicale") }
    }

    fn folder(&self) -> &Path {
        self.server.folder.path()
    }

    /// Returns the adapter for a book.
    fn adapter(&self, book: &str, password: &str) -> AddressBook {
        let address = format!("{}/{book}", self.server.origin).parse().unwrap();
        let http = Http::new(Arc::new(SystemClock)).unwrap();
        AddressBook::new(ConnectionOptions::new("book"), address, login(password), http)
    }

    fn client(&self) -> Client {
        self.client_at(&self.server.origin)
    }

    /// Returns a client that reaches the server at another origin.
    fn client_at(&self, origin: &str) -> Client {
        client(origin, &self.server.key, self.folder())
    }

    fn cards(&self) -> Vec<Value> {
        cards(self.folder())
    }

    /// Fails unless the book holds exactly these people, each once.
    fn expect_everybody_once(&self, count: usize) {
        let cards = self.cards();
        let names: BTreeSet<String> =
            cards.iter().map(|card| card["FN"].as_str().unwrap().to_owned()).collect();
        assert_eq!(names, (0..count).map(|number| format!("Person {number}")).collect());
        assert_eq!(cards.len(), count, "somebody is there twice");
    }
}

fn login(password: &str) -> Authorization {
    Authorization::Basic { user: "admin".into(), password: password.into() }
}

/// Returns a client with a journal in a folder.
fn client(origin: &str, password: &str, folder: &Path) -> Client {
    let (address, login) = (format!("{origin}/{BOOK}").parse().unwrap(), login(password));
    let settle_delay = Duration::from_millis(10);
    Client::builder()
        .settings(Settings { requests_per_second: 1000, settle_delay, ..Settings::default() })
        .custom("book", |options, http| AddressBook::new(options, address, login, http))
        .journal(SqliteJournal::open(&folder.join("carddav.db")).unwrap())
        .build()
        .unwrap()
}

/// Returns the cards that a server with its data in this folder holds.
fn cards(folder: &Path) -> Vec<Value> {
    let book = folder.join("collections/collection-root").join(BOOK);
    let files = std::fs::read_dir(book).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "vcf"));
    files.map(|path| vcard::read(&std::fs::read_to_string(path).unwrap()).unwrap()).collect()
}

fn contact(document: Value) -> UnifiedContact {
    UnifiedContact::from_json(document).unwrap()
}

fn ada() -> UnifiedContact {
    contact(json!({"name": "Ada King", "emails": ["ada@example.com"], "phones": ["+442079460123"]}))
}

fn person(number: usize) -> UnifiedContact {
    let (name, email) = (format!("Person {number}"), format!("p{number}@example.com"));
    contact(json!({"external_id": format!("id-{number}"), "name": name, "emails": [email]}))
}

async fn import(client: &Client, count: usize) -> Summary {
    let people: Vec<UnifiedContact> = (0..count).map(person).collect();
    let mut reports = client.import(stream::iter(people));
    let mut summary = Summary::with_providers(reports.import().provider_names());
    while let Some(report) = reports.next().await {
        summary.add(&report);
    }
    summary
}
