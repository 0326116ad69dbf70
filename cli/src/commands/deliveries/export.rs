//! `unicontact deliveries export`: writes a row for each contact, with its deliveries to all providers.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, StdoutLock, Write};

use serde::Serialize;
use unicontact::Outcome;
use unicontact::config::Configuration;
use unicontact::journal::{ContactRecords, Journal, Record, Selection};
use unicontact::providers::UnifiedContact;

use super::{read_pages, selection_with_search};
use crate::arguments::{Common, Export, ExportFormat};
use crate::commands::import::write_error;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::{self, csv_line, first_address};
use crate::private_file::PrivateFile;

/// The columns of each provider.
const PROVIDER_COLUMNS: [&str; 5] = ["outcome", "id", "changed_at", "differs", "error"];

/// A contact in the export.
#[derive(Serialize)]
struct Row<'a> {
    contact: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    deliveries: Vec<Exported<'a>>,
}

#[derive(Serialize)]
struct Exported<'a> {
    provider: &'a str,
    vendor: &'a str,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    changed_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    differs: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

/// The destination of the rows.
enum Sink {
    File(PrivateFile, String),
    Output(BufWriter<StdoutLock<'static>>),
}

pub(super) async fn run(
    common: &Common,
    configuration: &Configuration,
    journal: &dyn Journal,
    export: &Export,
) -> Result<Exit, Failure> {
    let selection = selection_with_search(common, &export.filter, &export.found);
    let mut sink = Sink::open(export)?;
    let written = write_all(configuration, journal, &selection, export.written_as, &mut sink).await?;
    let Some(contacts) = written else { return Ok(Exit::Done) };
    if let Some(path) = &export.output {
        let contacts = output::counted(contacts, "contact", "contacts");
        output::message(&format!("{contacts} written to {}.", path.display()));
    }
    Ok(Exit::Done)
}

/// Writes all rows and returns how many. `None` where the reader went away.
async fn write_all(
    configuration: &Configuration,
    journal: &dyn Journal,
    selection: &Selection,
    format: ExportFormat,
    sink: &mut Sink,
) -> Result<Option<u64>, Failure> {
    let providers = match format {
        ExportFormat::Csv => providers(configuration, journal, selection).await?,
        ExportFormat::Ndjson => Vec::new(),
    };
    if format == ExportFormat::Csv && !sink.line(&header(&providers))? {
        return Ok(None);
    }
    let (mut contacts, mut after) = (0, 0);
    loop {
        let page = journal.contacts(selection, after).await?;
        for contact in &page.contacts {
            let row = Row::new(contact);
            let line = match format {
                ExportFormat::Csv => row.in_csv(&providers),
                ExportFormat::Ndjson => output::json_text(&row)?,
            };
            if !sink.line(&line)? {
                return Ok(None);
            }
            contacts += 1;
        }
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    Ok(sink.finish()?.then_some(contacts))
}

/// Returns the providers with columns: those of the configuration in its order, then others of the journal.
async fn providers(
    configuration: &Configuration,
    journal: &dyn Journal,
    selection: &Selection,
) -> Result<Vec<String>, Failure> {
    let mut known: BTreeSet<String> = match journal.totals().await? {
        Some(totals) => totals.into_keys().collect(),
        None => read_providers(journal, selection).await?,
    };
    known.retain(|name| selection.providers.is_empty() || selection.providers.contains(name));
    let configured = configuration.providers.iter().map(|provider| provider.name.clone());
    let mut providers: Vec<String> = configured.filter(|name| known.remove(name)).collect();
    providers.extend(known);
    Ok(providers)
}

async fn read_providers(journal: &dyn Journal, selection: &Selection) -> Result<BTreeSet<String>, Failure> {
    let mut providers = BTreeSet::new();
    let provider = |record: &Record| record.key.provider().to_owned();
    read_pages(journal, selection, |page| providers.extend(page.iter().map(provider))).await?;
    Ok(providers)
}

fn header(providers: &[String]) -> String {
    let own = ["contact", "external_id", "name", "email"].map(str::to_owned);
    let of_provider = |name: &String| PROVIDER_COLUMNS.map(|column| format!("{name}_{column}"));
    let cells: Vec<String> = own.into_iter().chain(providers.iter().flat_map(of_provider)).collect();
    csv_line(cells.iter().map(String::as_str))
}

impl<'a> Row<'a> {
    fn new(contact: &'a ContactRecords) -> Self {
        let kept = contact.kept().and_then(Record::contact);
        Self {
            contact: &contact.contact,
            external_id: contact.external_id.as_deref(),
            name: kept.as_ref().and_then(UnifiedContact::display_name),
            email: kept.as_ref().and_then(first_address),
            deliveries: contact.records.iter().map(|record| Exported::new(contact, record)).collect(),
        }
    }

    fn in_csv(&self, providers: &[String]) -> String {
        let or_empty = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let mut cells = vec![
            self.contact.to_owned(),
            or_empty(self.external_id),
            or_empty(self.name.as_deref()),
            or_empty(self.email.as_deref()),
        ];
        for provider in providers {
            let delivery = self.deliveries.iter().find(|delivery| delivery.provider == provider);
            let in_csv = |delivery: &Exported<'_>| {
                let differs = delivery.differs.as_ref().map(|fields| fields.join(" ")).unwrap_or_default();
                let id = or_empty(delivery.id.as_deref());
                let outcome = delivery.outcome.as_str().to_owned();
                [outcome, id, delivery.changed_at.clone(), differs, or_empty(delivery.error)]
            };
            cells.extend(delivery.map_or_else(Default::default, in_csv));
        }
        csv_line(cells.iter().map(String::as_str))
    }
}

impl<'a> Exported<'a> {
    fn new(contact: &ContactRecords, record: &'a Record) -> Self {
        let outcome = record.outcome();
        let id = record.id.as_ref().filter(|_| outcome.is_delivered()).map(ToString::to_string);
        Self {
            provider: record.key.provider(),
            vendor: &record.vendor,
            outcome,
            id,
            changed_at: record.changed_at.to_string(),
            differs: contact.differences(record),
            error: record.error_kind(),
        }
    }
}

impl Sink {
    fn open(export: &Export) -> Result<Self, Failure> {
        let Some(path) = &export.output else { return Ok(Self::Output(BufWriter::new(io::stdout().lock()))) };
        let file = PrivateFile::create(path);
        let name = path.display().to_string();
        match file {
            Ok(file) => Ok(Self::File(file, name)),
            Err(error) => Err(unwritten(name, &error)),
        }
    }

    /// Writes a line. Returns `false` where the reader of standard output has closed it.
    fn line(&mut self, text: &str) -> Result<bool, Failure> {
        match self {
            Self::File(file, name) => {
                file.write_line(text).map(|()| true).map_err(|error| unwritten(name, &error))
            }
            Self::Output(output) => is_read(writeln!(output, "{text}")),
        }
    }

    fn finish(&mut self) -> Result<bool, Failure> {
        match self {
            Self::File(file, name) => file.finish().map(|()| true).map_err(|error| unwritten(name, &error)),
            Self::Output(output) => is_read(output.flush()),
        }
    }
}

fn is_read(written: io::Result<()>) -> Result<bool, Failure> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        written => Ok(written.map(|()| true)?),
    }
}

fn unwritten(what: impl std::fmt::Display, error: &io::Error) -> Failure {
    Failure::new(FailureCode::Output, format!("{what}: {}", write_error(error)))
}
