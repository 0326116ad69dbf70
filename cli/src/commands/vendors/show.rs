//! Shows what is known of one vendor: the keys of its account, hosts, fields, errors, searches and sources.

use serde_json::{Value, json};
use unicontact::config::VendorKeys;
use unicontact::providers::{Cardinality, Description, MappingRow, Vendor};

use super::vendor;
use crate::arguments::{Common, Format, VendorsShow};
use crate::exit::{Exit, Failure};
use crate::output::{self, Cell, Line, Page, Style, Table};

pub(super) fn run(common: &Common, show: &VendorsShow) -> Result<Exit, Failure> {
    let vendor = vendor(common, &show.vendor)?;
    match common.format {
        Format::Json => output::json(&as_json(&vendor))?,
        Format::Human => output::page(&page(&vendor))?,
    }
    Ok(Exit::Done)
}

fn page(vendor: &Vendor) -> Page {
    let mut page = Page::default();
    let name = match vendor.source().file() {
        Some(file) => format!("{}: {}", vendor.name(), file.display()),
        None => vendor.name().to_owned(),
    };
    let heading = format!("{} ({name})", vendor.title());
    page.styled_line(&Line::default().styled(Style::Heading, &heading), 2);
    if let Some(description) = vendor.description() {
        page.line(description.docs());
    }
    let vendor_keys = VendorKeys::new(vendor);
    let choices = vendor_keys.choices();
    section(&mut page, "Keys of a provider", &keys(&vendor_keys, &choices));
    for choice in choices {
        page.styled_line(&Line::new(&format!(" A choice: {choice}.")), 1);
    }
    if let Some(description) = vendor.description() {
        page.blank_line();
        page.styled_line(&Line::default().styled(Style::Heading, "Hosts that get the credential"), 2);
        description.hosts().iter().for_each(|host| page.line(&format!("  {host}")));
    }
    section(&mut page, "Fields", &fields(vendor));
    if let Some(description) = vendor.description() {
        add_facts(&mut page, description);
    }
    page
}

fn add_facts(page: &mut Page, description: &Description) {
    let overwrites = &description.capabilities().overwrites;
    if !overwrites.is_empty() {
        page.blank_line();
        let text = format!(
            "A create replaces a contact with the same {}: a provider must say accept_overwrite = true.",
            overwrites.join(", ")
        );
        page.styled_line(&Line::default().styled(Style::Warning, &text), 2);
    }
    if !description.errors().is_empty() {
        section(page, "Answers that mean something here", &errors(description));
    }
    if !description.searches().is_empty() {
        section(page, "Searches for a contact whose answer was lost", &searches(description));
    }
    section(page, "Sources", &sources(description));
}

fn section(page: &mut Page, heading: &str, table: &Table) {
    page.blank_line();
    page.styled_line(&Line::default().styled(Style::Heading, heading), 2);
    page.table(table);
}

fn keys(keys: &VendorKeys, choices: &[String]) -> Table {
    let mut table = Table::with_columns(&["key", "takes", "needed", "what it is"]);
    let choices = choices.join(" ");
    let is_choice =
        |name: &str| choices.split(|it: char| !(it.is_alphanumeric() || it == '_')).any(|word| word == name);
    for key in keys.all() {
        let takes = if key.is_secret { "a secret".to_owned() } else { key.expected.clone() };
        let needed = match key.name.as_str() {
            name if keys.is_required(name) => Cell::new("yes"),
            name if is_choice(name) => Cell::new("choice"),
            _ => Cell::new("no").styled(Style::Muted),
        };
        let description = key.description.split_whitespace().collect::<Vec<_>>().join(" ");
        table.row([Cell::new(&key.name), Cell::new(takes), needed, Cell::new(description)]);
    }
    table.with_unbroken_columns([0]).with_unbroken_words(1..4)
}

fn fields(vendor: &Vendor) -> Table {
    let mut table = Table::with_columns(&["field", "goes to", "holds", "known from"]);
    for row in vendor.capabilities().fields.iter() {
        table.row([
            Cell::new(&row.field),
            Cell::new(&row.to),
            Cell::new(holds(row)),
            Cell::new(row.evidence.in_words()),
        ]);
    }
    table.with_unbroken_words(0..4)
}

fn holds(row: &MappingRow) -> String {
    let count = match row.count {
        Cardinality::One => "one",
        Cardinality::Many => "all",
    };
    let limit = row.limit.map(|limit| format!("≤ {limit}"));
    let required = row.required.then(|| "required".to_owned());
    std::iter::once(count.to_owned()).chain(limit).chain(required).collect::<Vec<_>>().join(", ")
}

fn errors(description: &Description) -> Table {
    let mut table = Table::with_columns(&["when", "is", "the contact", "known from"]);
    for row in description.errors() {
        table.row([
            Cell::new(&row.when),
            Cell::new(row.kind),
            Cell::new(row.effect),
            Cell::new(row.source.in_words()),
        ]);
    }
    table.with_unbroken_words(0..4)
}

fn searches(description: &Description) -> Table {
    let mut table = Table::with_columns(&["by", "request", "must agree", "late by", "known from"]);
    for search in description.searches() {
        let lag = search.lag.map_or_else(|| "unknown".to_owned(), output::duration_in_words);
        table.row([
            Cell::new(search.by),
            Cell::new(&search.request),
            Cell::new(search.agree.join(", ")),
            Cell::new(lag),
            Cell::new(search.source.in_words()),
        ]);
    }
    table.with_unbroken_words(0..5)
}

fn sources(description: &Description) -> Table {
    let mut table = Table::with_columns(&["source", "kind", "date", "where", "says"]);
    for source in description.sources() {
        let facts =
            description.facts().iter().filter(|fact| fact.source.as_deref() == Some(source.name.as_str()));
        let tables: Vec<&str> = facts.map(|fact| fact.table.as_str()).collect();
        table.row([
            Cell::new(&source.name),
            Cell::new(source.kind.in_words()),
            Cell::new(&source.date),
            Cell::new(&source.at),
            Cell::new(tables.join(", ")),
        ]);
    }
    table.with_unbroken_words(0..5)
}

fn as_json(vendor: &Vendor) -> Value {
    let capabilities = vendor.capabilities();
    let mut json = json!({
        "vendor": vendor.name(),
        "title": vendor.title(),
        "source": vendor.source().as_str(),
        "keys": vendor.schema(),
        "dedupe": capabilities.dedupe,
        "find": capabilities.find,
        "check": capabilities.check,
        "fields": capabilities.fields,
    });
    if let Some(file) = vendor.source().file() {
        json["description"] = json!(file.to_string_lossy());
    }
    if let Some(description) = vendor.description() {
        let errors = description.errors().into_iter().map(|row| {
            json!({"when": row.when, "kind": row.kind, "effect": row.effect, "source": row.source.as_str()})
        });
        let searches = description.searches().into_iter().map(|search| {
            json!({
                "by": search.by,
                "request": search.request,
                "agree": search.agree,
                "lag_seconds": search.lag.map(|lag| lag.as_secs()),
                "source": search.source.as_str(),
            })
        });
        let sources = description.sources().iter().map(|source| {
            json!({"name": source.name, "kind": source.kind.as_str(), "at": source.at, "date": source.date})
        });
        let facts = description
            .facts()
            .iter()
            .map(|fact| json!({"table": fact.table, "source": fact.source, "kind": fact.kind.as_str()}));
        json["docs"] = json!(description.docs());
        json["hosts"] = json!(description.hosts());
        json["unique"] = json!(description.unique().collect::<Vec<_>>());
        json["overwrites"] = json!(description.capabilities().overwrites);
        json["errors"] = errors.collect();
        json["searches"] = searches.collect();
        json["sources"] = sources.collect();
        json["facts"] = facts.collect();
    }
    json
}
