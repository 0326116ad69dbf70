//! Lists the vendors of this build and of the configuration.

use serde_json::{Value, json};
use unicontact::providers::{Vendor, VendorSource};

use crate::arguments::{Common, Format};
use crate::exit::{Exit, Failure};
use crate::output::{self, Cell, Page, Style, Table};
use crate::sources;

pub(super) fn run(common: &Common) -> Result<Exit, Failure> {
    let readable = sources::readable_vendors(common)?;
    let vendors: Vec<Vendor> = readable.all().collect();
    match common.format {
        Format::Json => {
            output::json(&json!({"vendors": vendors.iter().map(as_json).collect::<Vec<_>>()}))?;
        }
        Format::Human => {
            let mut page = Page::default();
            page.table(&table(&vendors));
            output::page(&page)?;
            output::note("Another one: unicontact vendors new NAME");
        }
    }
    readable.error.map_or(Ok(Exit::Done), |error| Err(error.into()))
}

fn table(vendors: &[Vendor]) -> Table {
    let mut table =
        Table::with_columns(&["name", "title", "from", "searched", output::SECOND_CREATE, "facts"]);
    for vendor in vendors {
        table.row([
            Cell::new(vendor.name()),
            Cell::new(vendor.title()),
            Cell::new(from(vendor.source())),
            yes_or_no(vendor.capabilities().find),
            Cell::new(output::second_create(vendor)),
            Cell::new(output::facts(vendor)),
        ]);
    }
    table.with_unbroken_columns([0]).with_unbroken_words(1..6)
}

fn from(source: &VendorSource) -> String {
    match source {
        VendorSource::Adapter => "Rust".to_owned(),
        VendorSource::Bundled => "bundled".to_owned(),
        VendorSource::File(file) => file.display().to_string(),
    }
}

fn yes_or_no(value: bool) -> Cell {
    if value { Cell::new("yes") } else { Cell::new("no").styled(Style::Muted) }
}

fn as_json(vendor: &Vendor) -> Value {
    let capabilities = vendor.capabilities();
    let mut json = json!({
        "vendor": vendor.name(),
        "title": vendor.title(),
        "source": vendor.source().as_str(),
        "find": capabilities.find,
        "check": capabilities.check,
        "dedupe": capabilities.dedupe,
    });
    if let Some(description) = vendor.description() {
        json["unique"] = json!(description.unique().collect::<Vec<_>>());
        json["overwrites"] = json!(capabilities.overwrites);
        json["weakest_source"] = json!(description.weakest_source().as_str());
        json["docs"] = json!(description.docs());
    }
    if let Some(file) = vendor.source().file() {
        json["description"] = json!(file.to_string_lossy());
    }
    json
}
