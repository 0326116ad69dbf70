//! The human output of a report: the outcome at each provider, then errors and doubts with what to do, then lost fields.

use std::collections::HashMap;

use unicontact::providers::{ContactProvider, DeliveryKey, Fate, Operation, ProviderError};
use unicontact::{Delivery, FanOut, OnLoss, Outcome, Report};

use super::contact_fates::{ProviderFates, lost_fields};
use super::names::vendor_title;
use super::style::{Style, detail};
use super::table::{Cell, outcome_cell, outcome_style};
use super::time::duration_in_words;
use super::{Line, Page, Table, doubts, next_command};
use crate::arguments::Detail;

/// Returns the report. Lost fields are listed unless the provider allows them.
///
/// `name` is the contact's name, if the caller knows it.
pub(crate) fn report(report: &Report, name: Option<&str>, fan_out: &FanOut) -> Page {
    let mut page = result(report, name);
    add_losses(&mut page, report, fan_out);
    page
}

/// Returns the report without lost fields.
pub(crate) fn result(report: &Report, name: Option<&str>) -> Page {
    let mut page = Page::default();
    page.styled_line(&heading(report, name), 0);
    page.blank_line();
    page.table(&outcomes(&report.deliveries));
    let troubles = troubles(report, name);
    if !troubles.is_empty() {
        page.blank_line();
    }
    add_troubles(&mut page, &troubles);
    page
}

/// Returns the counts of the outcomes, and what went wrong.
pub(crate) fn brief(report: &Report, name: Option<&str>) -> Page {
    let mut page = Page::default();
    page.styled_line(&heading(report, name), 0);
    add_troubles(&mut page, &troubles(report, name));
    page
}

/// Returns the contact's name with the counts of its outcomes: `Ada King (42): 3 created, 1 rejected`.
pub(crate) fn heading(report: &Report, name: Option<&str>) -> Line {
    let mut line = Line::default();
    line = match name {
        Some(name) if is_id(&report.contact) => {
            line.styled(Style::Heading, name).text(&format!(" ({})", report.contact))
        }
        Some(name) => line.styled(Style::Heading, name),
        None => line.styled(Style::Heading, &report.contact),
    };
    let mut separator = ": ";
    for outcome in Outcome::ALL {
        let count = report.deliveries.iter().filter(|delivery| delivery.outcome == outcome).count();
        if count > 0 {
            let words = format!("{count} {}", outcome.as_str());
            line = line.text(separator).styled(outcome_style(outcome), &words);
            separator = ", ";
        }
    }
    line
}

/// Returns whether the contact of a report is the user's id, and not the key of its content.
fn is_id(contact: &str) -> bool {
    !contact.starts_with("sha256:")
}

fn outcomes(deliveries: &[Delivery]) -> Table {
    let mut table = Table::with_columns(&["outcome", "provider", "vendor", "id", "time"]);
    for column in 0..5 {
        table = table.with_unbroken_column(column);
    }
    for delivery in deliveries {
        let time = duration_in_words(delivery.elapsed);
        let time = match delivery.attempts {
            0 | 1 => time,
            attempts => format!("{attempts} attempts, {time}"),
        };
        table.row([
            outcome_cell(delivery.outcome),
            Cell::new(&delivery.provider),
            Cell::new(vendor_title(&delivery.vendor)),
            Cell::new(delivery.id.as_ref().map_or("-", |id| id.as_str())),
            Cell::new(time).styled(Style::Muted),
        ]);
    }
    table
}

/// What is wrong with one delivery, and what to do.
struct Trouble {
    lines: Vec<Line>,
    /// Printed once for neighbours with the same advice.
    advice: Option<String>,
    /// Commands to copy.
    commands: Vec<Line>,
}

fn troubles(report: &Report, name: Option<&str>) -> Vec<Trouble> {
    report.deliveries.iter().filter_map(|delivery| trouble(&report.contact, name, delivery)).collect()
}

fn add_troubles(page: &mut Page, troubles: &[Trouble]) {
    for (index, trouble) in troubles.iter().enumerate() {
        for line in &trouble.lines {
            page.styled_line(line, 2);
        }
        let next = troubles.get(index + 1);
        if let Some(advice) = trouble.advice.as_ref().filter(|_| next.is_none_or(|it| it.advice != trouble.advice)) {
            page.styled_line(&Line::new("  ").text(advice), 2);
        }
        for command in &trouble.commands {
            page.unfolded_line(command);
        }
    }
}

/// Returns the errors and notes of a delivery. `None` without any.
fn trouble(contact: &str, name: Option<&str>, delivery: &Delivery) -> Option<Trouble> {
    let provider = &delivery.provider;
    let mut trouble = Trouble { lines: Vec::new(), advice: None, commands: Vec::new() };
    if let Some(error) = &delivery.error {
        add_error(&mut trouble, delivery, error);
    }
    if let Some(note) = &delivery.note {
        trouble.lines.push(about(provider, outcome_style(delivery.outcome), note.as_str()));
    }
    if let Some(unrecorded) = &delivery.unrecorded {
        let text = format!("the journal does not know how it ended: {unrecorded}");
        trouble.lines.push(about(provider, Style::Warning, &text));
    }
    if delivery.outcome == Outcome::InDoubt && delivery.look_again_at.is_none() {
        let key = DeliveryKey::from_contact_key(provider, contact.to_owned());
        trouble.commands = next_command::resolving(&key, name, vendor_title(&delivery.vendor));
    }
    let is_empty = trouble.lines.is_empty() && trouble.commands.is_empty();
    (!is_empty).then_some(trouble)
}

fn about(provider: &str, style: Style, text: &str) -> Line {
    Line::default().styled(style, provider).text(&format!(": {text}"))
}

fn add_error(trouble: &mut Trouble, delivery: &Delivery, error: &ProviderError) {
    let lines = &mut trouble.lines;
    lines.push(about(&delivery.provider, outcome_style(delivery.outcome), &message(error)));
    for field in error.field_errors() {
        let name = if field.field.is_empty() { "(no field named)" } else { &field.field };
        lines.push(Line::new(&format!("  {name}: {}", field.message)));
    }
    if let Some(retry_at) = error.retry_at() {
        lines.push(Line::new(&format!("  it will work again at {}", retry_at.strftime("%Y-%m-%d %H:%M %:z"))));
    }
    if let Some(wait) = error.retry_after() {
        lines.push(Line::new(&format!("  the vendor asks to wait {}", duration_in_words(wait))));
    }
    lines.extend(doubts::resembling(error.candidates()).map(|text| Line::new(&format!("  {text}"))));
    match delivery.look_again_at {
        Some(time) => lines.push(Line::new("  ").append(doubts::look_again(time))),
        None => trouble.advice = Some(error.hint().into_owned()),
    }
}

/// Returns the message of an error without the provider, which the line names, and without the operation of a create.
fn message(error: &ProviderError) -> String {
    let whole = error.to_string();
    let prefix = format!("{} ({}): ", error.provider(), error.vendor());
    let message = whole.strip_prefix(&prefix).unwrap_or(&whole);
    match error.operation() {
        operation @ (Operation::Draft | Operation::Create) => {
            message.replacen(&format!(" while {}", operation.in_words()), "", 1)
        }
        _ => message.to_owned(),
    }
}

/// Appends the fields that delivered contacts lost.
fn add_losses(page: &mut Page, report: &Report, fan_out: &FanOut) {
    let hides_losses: HashMap<&str, bool> = fan_out
        .pipelines()
        .iter()
        .map(|it| (it.provider().info().name(), it.settings().on_loss == OnLoss::Allow))
        .collect();
    let is_shown = |delivery: &&Delivery| {
        delivery.outcome.is_delivered() && hides_losses.get(&*delivery.provider) != Some(&true)
    };
    let shown: Vec<&Delivery> = report.deliveries.iter().filter(is_shown).collect();
    let providers: Vec<ProviderFates<'_>> = shown
        .iter()
        .filter(|delivery| !delivery.fields.is_empty())
        .map(|delivery| ProviderFates { provider: &delivery.provider, fields: delivery.fields.iter().collect() })
        .collect();
    let lost = lost_fields(&providers);
    if lost.is_empty() {
        return;
    }
    page.blank_line();
    lost.add_to(page, "lost or changed", &providers);
    if detail() == Detail::Verbose {
        add_reasons(page, &shown);
    } else {
        let line = Line::new(" To see the reasons, add ").styled(Style::Command, "--verbose").text(".");
        page.styled_line(&line, 1);
    }
}

/// Appends the reason of each loss.
fn add_reasons(page: &mut Page, deliveries: &[&Delivery]) {
    page.blank_line();
    for delivery in deliveries {
        for ((fate, why), fields) in losses(delivery) {
            let fields = fields.join(", ");
            let text = match fate {
                Fate::Sent => format!("{fields}: {why}"),
                fate => format!("{} {fields}: {why}", fate.as_str()),
            };
            page.styled_line(&about(&delivery.provider, Style::Warning, &text), 2);
        }
    }
}

/// Returns the fields that were lost or sent with a remark, grouped by fate and reason. Other fates are shown by `plan`.
fn losses(delivery: &Delivery) -> Vec<((Fate, &str), Vec<&str>)> {
    let mut losses: Vec<((Fate, &str), Vec<&str>)> = Vec::new();
    let is_shown = |fate: Fate| fate == Fate::Sent || fate.is_loss();
    for field in delivery.reported_fields().filter(|field| is_shown(field.fate)) {
        let reason = (field.fate, field.detail.as_deref().unwrap_or_default());
        match losses.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, fields)) => fields.push(&field.field),
            None => losses.push((reason, vec![&field.field])),
        }
    }
    losses
}
