//! The human output of a report: the outcome at each provider, then errors and doubts with what to do, then lost fields.

use jiff::Timestamp;
use unicontact::providers::{ContactProvider, DeliveryKey, Fate};
use unicontact::{Delivery, FanOut, OnLoss, Outcome, Report};

use super::contact_fates::{ProviderFates, lost_fields};
use super::names::{vendor_title, vendor_with_source};
use super::provider_error::{details, message};
use super::style::{Style, detail};
use super::table::{Cell, outcome_cell, outcome_style};
use super::time::duration_in_words;
use super::{CONTINUATION, Line, Page, Table, doubts, next_command};
use crate::arguments::Detail;

/// A limit on the reasons of losses that are printed without `--verbose`.
const MAX_REASONS: usize = 3;

/// Returns the report. Lost fields are listed unless the provider allows them.
///
/// `name` is the contact's name, if the caller knows it. `reasons` is the command that shows the reasons of many losses.
pub(crate) fn report(report: &Report, name: Option<&str>, fan_out: &FanOut, reasons: Option<&str>) -> Page {
    let mut page = result(report, name);
    add_losses(&mut page, report, fan_out, reasons);
    page
}

/// Returns the report without lost fields.
pub(crate) fn result(report: &Report, name: Option<&str>) -> Page {
    let mut page = Page::default();
    page.styled_line(&heading(report, name), 0);
    page.blank_line();
    page.table(&outcomes(&report.deliveries));
    let problems = problems(report);
    if !problems.is_empty() {
        page.blank_line();
    }
    add_problems(&mut page, &problems, name);
    page
}

/// Returns the counts of the outcomes, and the problems.
pub(crate) fn counts_and_problems(report: &Report, name: Option<&str>) -> Page {
    let mut page = Page::default();
    page.styled_line(&heading(report, name), 0);
    add_problems(&mut page, &problems(report), name);
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
    let mut table =
        Table::with_columns(&["outcome", "provider", "vendor", "id", "time"]).with_unbroken_columns(0..4);
    for delivery in deliveries {
        let time = duration_in_words(delivery.elapsed);
        let time = match delivery.attempts {
            0 | 1 => time,
            attempts => format!("{attempts} attempts, {time}"),
        };
        table.row([
            outcome_cell(delivery.outcome),
            Cell::new(&delivery.provider),
            Cell::new(vendor_with_source(&delivery.vendor, delivery.description.as_deref())),
            Cell::new(id(delivery)),
            Cell::new(time).styled(Style::Muted),
        ]);
    }
    table
}

/// Returns the id of the vendor's contact: this one, or the existing one for which it was refused.
fn id(delivery: &Delivery) -> String {
    let existing = || delivery.error.as_ref()?.existing_id();
    delivery.id.clone().or_else(existing).map_or_else(|| "-".to_owned(), |id| id.to_string())
}

/// The errors and notes of a delivery, with advice. Deliveries with the same texts share one.
struct Problem {
    providers: Vec<String>,
    outcome: Outcome,
    texts: Vec<String>,
    /// Lines below the texts.
    details: Vec<String>,
    /// When to look again.
    look_again_at: Option<Timestamp>,
    /// Printed once for neighbours with the same advice.
    advice: Option<String>,
    /// The delivery, if only a person can settle it, and the vendor.
    person: Option<(DeliveryKey, String)>,
}

fn problems(report: &Report) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for problem in report.deliveries.iter().filter_map(|delivery| problem(&report.contact, delivery)) {
        match problems.iter_mut().find(|other| problem.is_same(other)) {
            Some(other) => other.providers.extend(problem.providers),
            None => problems.push(problem),
        }
    }
    problems
}

/// Returns the errors and notes of a delivery. `None` without any.
fn problem(contact: &str, delivery: &Delivery) -> Option<Problem> {
    let mut problem = Problem {
        providers: vec![delivery.provider.clone()],
        outcome: delivery.outcome,
        texts: Vec::new(),
        details: Vec::new(),
        look_again_at: delivery.look_again_at,
        advice: None,
        person: None,
    };
    if let Some(error) = &delivery.error {
        problem.texts.push(message(error));
        problem.details = details(error);
        problem.advice = delivery.look_again_at.is_none().then(|| error.hint().into_owned());
    }
    problem.texts.extend(delivery.note.as_ref().map(|note| note.as_str().to_owned()));
    let unrecorded = delivery.unrecorded.as_ref();
    problem.texts.extend(unrecorded.map(|error| format!("the journal does not know how it ended: {error}")));
    problem.person = doubts::key_for_person(contact, delivery).map(|key| (key, delivery.vendor.clone()));
    let is_empty = problem.texts.is_empty() && problem.person.is_none() && problem.look_again_at.is_none();
    (!is_empty).then_some(problem)
}

impl Problem {
    /// Returns whether the other one differs in its providers only. Problems that need a person never share their texts.
    fn is_same(&self, other: &Self) -> bool {
        self.person.is_none()
            && other.person.is_none()
            && (self.outcome, &self.texts, &self.details) == (other.outcome, &other.texts, &other.details)
            && (self.look_again_at, &self.advice) == (other.look_again_at, &other.advice)
    }

    /// Appends the lines. `next` is the problem that follows.
    fn add_to(&self, page: &mut Page, name: Option<&str>, next: Option<&Self>) {
        let providers = self.providers.join(", ");
        for text in &self.texts {
            page.styled_line(&Line::about(outcome_style(self.outcome), &providers, text), CONTINUATION);
        }
        for detail in &self.details {
            page.styled_line(&Line::new(&format!("  {detail}")), CONTINUATION);
        }
        if let Some(time) = self.look_again_at {
            page.styled_line(&Line::new("  ").append(doubts::look_again(time)), CONTINUATION);
        }
        let person = self.person.as_ref();
        let commands = person
            .map(|(key, vendor)| next_command::resolving(key, name, &vendor_title(vendor)))
            .unwrap_or_default();
        let is_repeated = next.is_some_and(|next| next.advice == self.advice);
        if let Some(advice) = self.advice.as_ref().filter(|_| commands.is_empty() && !is_repeated) {
            page.styled_line(&Line::new(&format!("  {advice}")), CONTINUATION);
        }
        for command in &commands {
            page.unfolded_line(command);
        }
    }
}

fn add_problems(page: &mut Page, problems: &[Problem], name: Option<&str>) {
    for (index, problem) in problems.iter().enumerate() {
        problem.add_to(page, name, problems.get(index + 1));
    }
}

/// Appends the fields that delivered contacts lost.
fn add_losses(page: &mut Page, report: &Report, fan_out: &FanOut, command: Option<&str>) {
    let allows_losses = |provider: &str| {
        let mut pipelines = fan_out.pipelines().iter();
        pipelines.any(|it| it.provider().info().name() == provider && it.settings().on_loss == OnLoss::Allow)
    };
    let is_shown =
        |delivery: &&Delivery| delivery.outcome.is_delivered() && !allows_losses(&delivery.provider);
    let shown: Vec<&Delivery> = report.deliveries.iter().filter(is_shown).collect();
    let providers: Vec<ProviderFates<'_>> = shown
        .iter()
        .filter(|delivery| !delivery.fields.is_empty())
        .map(|delivery| ProviderFates { provider: &delivery.provider, fields: &delivery.fields })
        .collect();
    let lost = lost_fields(&providers);
    if !lost.is_empty() {
        page.blank_line();
        lost.add_to(page, "lost fields", &providers);
    }
    let reasons = reasons(&shown);
    let of_losses = reasons.iter().filter(|(fate, _)| fate.is_loss()).count();
    let is_verbose = detail() == Detail::Verbose || of_losses <= MAX_REASONS;
    if let Some(command) = command.filter(|_| !is_verbose) {
        page.styled_line(&Line::new(" To see the reasons: ").styled(Style::Command, command), 1);
    }
    let listed = reasons.into_iter().filter(|(fate, _)| is_verbose || !fate.is_loss());
    page.paragraph(&listed.map(|(_, line)| line).collect::<Vec<_>>());
}

/// Returns the reasons of the lost fields, and the remarks on those that are sent, each with its fate.
fn reasons(deliveries: &[&Delivery]) -> Vec<(Fate, Line)> {
    let mut lines = Vec::new();
    for delivery in deliveries {
        for ((fate, why), fields) in losses(delivery) {
            let fields = fields.join(", ");
            let text = match fate {
                Fate::Sent => format!("{fields}: {why}"),
                fate => format!("{} {fields}: {why}", fate.as_str()),
            };
            lines.push((fate, Line::about(Style::Warning, &delivery.provider, &text)));
        }
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
