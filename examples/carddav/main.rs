//! A vendor of your own whose protocol creates a contact at most once: an address book that speaks `CardDAV`.
//!
//! ```text
//! echo '{"name": "Ada King"}' | CARDDAV_PASSWORD=… cargo run -p unicontact --example carddav -- https://dav.example/ada/contacts ada
//! ```
#![expect(clippy::print_stdout, reason = "it is what the example shows")]
#![expect(clippy::wildcard_imports, reason = "it is short, so that it can be read whole")]

mod address_book;
mod vcard;

use unicontact::providers::http::Authorization;
use unicontact::{Client, journal::SqliteJournal};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_default().parse()?;
    let (user, password) = (arguments.next().unwrap_or_default(), std::env::var("CARDDAV_PASSWORD")?);
    let login = Authorization::Basic { user: user.into(), password: password.into() };
    let client = Client::builder()
        .custom("book", |options, http| address_book::AddressBook::new(options, address, login, http))
        .journal(SqliteJournal::open("carddav.db".as_ref())?)
        .build()?;
    let contact = serde_json::from_reader(std::io::stdin())?;
    println!("{}", serde_json::to_string_pretty(&client.create(contact).await)?);
    Ok(())
}
