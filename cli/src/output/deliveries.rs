//! A report for a person.
//!
//! Its rule: first what became of it at each provider, then what was lost and what went wrong, each with what to do.

use comfy_table::Cell;
use unicontact::providers::{Effect, Fate, ProviderError};
use unicontact::{Delivery, Report};

use super::Table;
use super::table::outcome_cell;

/// The report as text.
pub(crate) fn report(report: &Report) -> String {
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
    let details: Vec<String> = report.deliveries.iter().flat_map(details).collect();
    if details.is_empty() { table.text() } else { format!("{}\n\n{}", table.text(), details.join("\n")) }
}

fn details(delivery: &Delivery) -> Vec<String> {
    let mut lines = Vec::new();
    let provider = &delivery.provider;
    if let Some(error) = &delivery.error {
        lines.push(format!("{provider}: {}", in_words(error)));
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
        lines.push(format!("{provider}:   {}", error.hint()));
    }
    if let Some(note) = delivery.note {
        lines.push(format!("{provider}: {note}"));
    }
    if delivery.outcome.is_delivered() {
        let losses = losses(delivery).into_iter();
        lines.extend(losses.map(|((fate, why), fields)| {
            format!("{provider}: {} {}: {why}", fate.as_str(), fields.join(", "))
        }));
    }
    lines
}

/// The fields that were lost, by what became of them and why. The plan tells the fates of the others.
fn losses(delivery: &Delivery) -> Vec<((Fate, &str), Vec<&str>)> {
    let mut losses: Vec<((Fate, &str), Vec<&str>)> = Vec::new();
    for field in delivery.fields.iter().filter(|field| field.fate.is_loss()) {
        let reason = (field.fate, field.detail.as_deref().unwrap_or_default());
        match losses.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, fields)) => fields.push(&field.field),
            None => losses.push((reason, vec![&field.field])),
        }
    }
    losses
}

/// What went wrong, without the provider's name.
fn in_words(error: &ProviderError) -> String {
    let status = error.status().map(|status| format!(", HTTP {status}")).unwrap_or_default();
    let code = error.code().map(|code| format!(", code {code}")).unwrap_or_default();
    let message = error.message().map(|message| format!(": {message}")).unwrap_or_default();
    let effect = match error.effect() {
        Effect::NotSent => "nothing was sent",
        Effect::Refused => "nothing was created",
        Effect::Unknown => "it may have been created",
    };
    format!("{}{status}{code}{message} ({effect})", error.kind())
}
