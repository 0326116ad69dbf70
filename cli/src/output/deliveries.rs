//! The human output of a report: a table of deliveries, then errors, doubts and lost fields, each with what to do.

use unicontact::providers::{ContactProvider, DeliveryKey, Fate, Operation, ProviderError};
use unicontact::{Delivery, FanOut, OnLoss, Outcome, Report};

use super::table::{Cell, outcome_cell};
use super::{Page, Table, doubts, next_command};

/// Returns the report. Lost fields are listed unless the provider allows them.
pub(crate) fn report(report: &Report, fan_out: &FanOut) -> Page {
    let mut table = Table::with_columns(&["provider", "vendor", "outcome", "id", "attempts", "time"]);
    for delivery in &report.deliveries {
        table.row([
            Cell::new(&delivery.provider),
            Cell::new(&delivery.vendor),
            outcome_cell(delivery.outcome),
            Cell::new(delivery.id.as_ref().map_or("-", |id| id.as_str())),
            Cell::new(delivery.attempts),
            Cell::new(format!("{} ms", delivery.elapsed.as_millis())),
        ]);
    }
    let mut page = Page::default();
    page.table(&table);
    let details = |delivery| details(&report.contact, delivery, shows_losses(delivery, fan_out));
    let details: Vec<String> = report.deliveries.iter().flat_map(details).collect();
    if !details.is_empty() {
        page.blank_line();
    }
    for line in &details {
        page.line(line);
    }
    page
}

/// Returns the report under the name of its contact.
pub(crate) fn report_of_contact(report: &Report, fan_out: &FanOut) -> Page {
    let mut page = Page::default();
    page.line(&format!("== {}", report.contact));
    page.blank_line();
    page.page(&self::report(report, fan_out));
    page
}

fn shows_losses(delivery: &Delivery, fan_out: &FanOut) -> bool {
    let is_allowed = fan_out.pipelines().iter().any(|target| {
        let name = target.provider().info().name();
        name == delivery.provider && target.settings().on_loss == OnLoss::Allow
    });
    delivery.outcome.is_delivered() && !is_allowed
}

fn details(contact: &str, delivery: &Delivery, shows_losses: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let provider = &delivery.provider;
    if let Some(error) = &delivery.error {
        lines.push(format!("{provider}: {}", message(error)));
        for field in error.field_errors() {
            let name = if field.field.is_empty() { "(no field named)" } else { &field.field };
            lines.push(format!("{provider}:   {name}: {}", field.message));
        }
        if let Some(retry_at) = error.retry_at() {
            lines.push(format!(
                "{provider}:   it will work again at {}",
                retry_at.strftime("%Y-%m-%d %H:%M %:z")
            ));
        }
        if let Some(wait) = error.retry_after() {
            lines.push(format!("{provider}:   the vendor asks to wait {} s", wait.as_secs()));
        }
        match delivery.look_again_at {
            Some(time) => lines.push(format!("{provider}:   {}", doubts::look_again(time))),
            None => lines.push(format!("{provider}:   {}", error.hint())),
        }
        lines.extend(doubts::resembling(error.candidates()).map(|line| format!("{provider}:   {line}")));
    }
    if let Some(note) = &delivery.note {
        lines.push(format!("{provider}: {note}"));
    }
    if delivery.outcome == Outcome::InDoubt && delivery.look_again_at.is_none() {
        let key = DeliveryKey::from_contact_key(provider, contact.to_owned());
        let resolving = next_command::resolving(&key).into_iter();
        lines.extend(resolving.map(|line| format!("{provider}:   {line}")));
    }
    if let Some(unrecorded) = &delivery.unrecorded {
        lines.push(format!("{provider}: the journal does not know how it ended: {unrecorded}"));
    }
    if shows_losses {
        let losses = losses(delivery).into_iter();
        lines.extend(losses.map(|((fate, why), fields)| match fate {
            Fate::Sent => format!("{provider}: {}: {why}", fields.join(", ")),
            fate => format!("{provider}: {} {}: {why}", fate.as_str(), fields.join(", ")),
        }));
    }
    lines
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
