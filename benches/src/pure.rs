//! The parts of the work without network and disk. Each run of a part does the same, with the fullest contact of the fixtures and
//! the vendors' documented answers.

use std::hint::black_box;
use std::io::Cursor;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use unicontact::providers::clock::SystemClock;
use unicontact::providers::http::{Answer, Http};
use unicontact::providers::{
    ConnectionOptions, ContactProvider, Declared, Description, Exchange, Operation, Prepared, Provider,
    UnifiedContact, contact_key,
};
use unicontact_files::{ReadOptions, open};

use crate::Failure;
use crate::people::{Ids, write_csv};
use crate::{configuration, library};

const CONTACT: &str = include_str!("../../fixtures/contacts/full.json");
/// The answers of the vendors, in the order of the configuration.
const ANSWERS: [&str; 4] = [
    include_str!("../../fixtures/smarttask/create_full.json"),
    include_str!("../../fixtures/emnify/create_full.json"),
    include_str!("../../fixtures/cloverhound/create_full.json"),
    include_str!("../../fixtures/onecloud/create_full.json"),
];
/// The description of Cloverhound, which says what its adapter does.
const DESCRIPTION: &str = include_str!("../../providers/src/declared/testdata/cloverhound.toml");
/// The part of the names of the parts of a described vendor.
pub(crate) const DESCRIBED: &str = "described_";
/// A port that gets no request.
const NOBODY: u16 = 9;

/// One part of the work.
pub struct Part {
    /// The name in `instructions.toml`.
    pub name: String,
    run: Box<dyn FnMut()>,
}

impl Part {
    fn new<T>(name: impl Into<String>, mut part: impl FnMut() -> T + 'static) -> Self {
        let run = Box::new(move || {
            black_box(part());
        });
        Self { name: name.into(), run }
    }

    /// Runs the part once.
    pub fn run(&mut self) {
        (self.run)();
    }
}

/// Returns all parts.
///
/// # Errors
///
/// If a part cannot be set up or has an unexpected result.
pub fn parts() -> Result<Vec<Part>, Failure> {
    let contact: Arc<UnifiedContact> = Arc::new(serde_json::from_str(CONTACT)?);
    let mut parts = Vec::new();
    let providers = library::providers(&configuration::one_of_each([NOBODY; 4]))?;
    let adapters = providers.into_iter().zip(ANSWERS);
    let adapters = adapters.map(|(provider, answer)| (provider.info().vendor().to_owned(), provider, answer));
    let described = [(format!("{DESCRIBED}cloverhound"), described()?, ANSWERS[2])];
    for (vendor, provider, answer) in adapters.chain(described) {
        let provider = Arc::new(provider);
        let exchange = exchange(&provider, &contact, answer)?;
        let sent = Prepared::new(provider.draft(&contact)?);
        interpret(&provider, &sent, &exchange)?;
        parts.push(Part::new(format!("draft_{vendor}"), {
            let (provider, contact) = (Arc::clone(&provider), Arc::clone(&contact));
            move || provider.draft(&contact)
        }));
        parts.push(Part::new(format!("body_{vendor}"), {
            let draft = provider.draft(&contact)?;
            move || draft.body_bytes()
        }));
        let interpreted = move || interpret(&provider, &sent, &exchange);
        parts.push(Part::new(format!("interpret_{vendor}"), interpreted));
    }
    parts.push(Part::new("contact_from_json", || serde_json::from_str::<UnifiedContact>(CONTACT)));
    parts.push(Part::new("fingerprint", {
        let contact = Arc::clone(&contact);
        move || contact.fingerprint()
    }));
    parts.push(Part::new("contact_key", move || contact_key(&contact)));
    // The file with one row shows the cost of opening it.
    parts.push(csv(1)?);
    parts.push(csv(101)?);
    Ok(parts)
}

/// Returns a provider of Cloverhound by its description.
fn described() -> Result<Provider, Failure> {
    let keys = json!({"organization_id": 7, "api_key_id": "made-up", "api_key_secret": "made-up"});
    let keys = keys.as_object().cloned().unwrap_or_default();
    let http = Http::new(Arc::new(SystemClock))?;
    let description = Arc::new(Description::parse(DESCRIPTION)?);
    Ok(Declared::connect(description, keys, ConnectionOptions::new("described"), http)?.into())
}

fn exchange(provider: &Provider, contact: &UnifiedContact, fixture: &str) -> Result<Exchange, Failure> {
    let fixture: Value = serde_json::from_str(fixture)?;
    let answer = &fixture["answer"];
    let status = answer["status"].as_u64().and_then(|status| u16::try_from(status).ok());
    let answer = Answer::new(status.ok_or("the fixture has no status")?)
        .with_header("content-type", "application/json")
        .with_body(answer["body"].to_string());
    let sent = provider.draft(contact)?.body;
    Ok(Exchange::new(Operation::Create, sent, answer, Timestamp::UNIX_EPOCH))
}

fn interpret(provider: &Provider, sent: &Prepared, exchange: &Exchange) -> Result<String, Failure> {
    Ok(provider.interpret(sent, exchange)?.id.to_string())
}

fn csv(rows: u64) -> Result<Part, Failure> {
    let mut file = Vec::new();
    write_csv(&mut file, rows, Ids::InOrder)?;
    let read = move || {
        let reading = open(Cursor::new(file.clone()), "people.csv", &ReadOptions::default());
        reading.map(|reading| reading.filter_map(Result::ok).count()).unwrap_or_default()
    };
    if read() != usize::try_from(rows)? {
        return Err("not every row of the CSV is a contact".into());
    }
    Ok(Part::new(format!("csv_rows_{rows}"), read))
}
