//! The parts without network and disk, run on the fullest contact of the fixtures and on the vendors' own answers.

use std::hint::black_box;
use std::io::Cursor;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use unicontact::providers::http::Answer;
use unicontact::providers::{
    ContactProvider, Exchange, Operation, Prepared, Provider, UnifiedContact, contact_key,
};
use unicontact_files::{ReadOptions, open};

use crate::Failure;
use crate::people::write_csv;
use crate::{configuration, library};

const CONTACT: &str = include_str!("../../fixtures/contacts/full.json");
/// By vendor, in the order of the configuration.
const ANSWERS: [&str; 4] = [
    include_str!("../../fixtures/smarttask/create_full.json"),
    include_str!("../../fixtures/emnify/create_full.json"),
    include_str!("../../fixtures/cloverhound/create_full.json"),
    include_str!("../../fixtures/onecloud/create_full.json"),
];
/// Nobody is asked.
const NOBODY: u16 = 9;

/// One part of the work.
pub struct Part {
    /// What it is called in `instructions.toml`.
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

    /// Does it once.
    pub fn run(&mut self) {
        (self.run)();
    }
}

/// All of them.
///
/// # Errors
///
/// When a part does not do what it is there for.
pub fn parts() -> Result<Vec<Part>, Failure> {
    let contact: Arc<UnifiedContact> = Arc::new(serde_json::from_str(CONTACT)?);
    let mut parts = Vec::new();
    let providers = library::providers(&configuration::one_of_each([NOBODY; 4]))?;
    for (provider, answer) in providers.into_iter().zip(ANSWERS) {
        let provider = Arc::new(provider);
        let vendor = provider.info().vendor().to_owned();
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
    // The first row shows what opening a file costs.
    parts.push(csv(1)?);
    parts.push(csv(101)?);
    Ok(parts)
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
    write_csv(&mut file, rows)?;
    let read = move || {
        let reading = open(Cursor::new(file.clone()), "people.csv", &ReadOptions::default());
        reading.map(|reading| reading.filter_map(Result::ok).count()).unwrap_or_default()
    };
    if read() != usize::try_from(rows)? {
        return Err("not every row of the CSV is a contact".into());
    }
    Ok(Part::new(format!("csv_rows_{rows}"), read))
}
