//! The text of a plan: the fate of every field at each provider, what needs a look, and each request with redacted credentials.

use unicontact::providers::{Draft, Fate, ProviderError};
use unicontact::{Plan, PlannedDraft};

use super::contact_fates::{ProviderFates, contact_fates};
use super::names::vendor_title;
use super::style::{Style, detail};
use super::table::Cell;
use super::{Line, Page, Table, counted};
use crate::arguments::Detail;

/// Returns the plan. `name` is the contact's name.
pub(crate) fn plan(plan: &Plan, name: Option<&str>) -> Page {
    let mut page = Page::default();
    page.styled_line(&heading(plan, name), 0);
    page.blank_line();
    add_fates(&mut page, plan);
    add_troubles(&mut page, plan);
    for planned in &plan.drafts {
        if let Ok(draft) = &planned.draft {
            page.blank_line();
            add_request(&mut page, planned, draft);
        }
    }
    page
}

fn heading(plan: &Plan, name: Option<&str>) -> Line {
    let all = plan.drafts.len();
    let sent = plan.drafts.iter().filter(|planned| planned.draft.is_ok()).count();
    let style = if sent == all { Style::Good } else { Style::Warning };
    let providers = counted(all as u64, "provider", "providers");
    Line::default()
        .styled(Style::Heading, name.unwrap_or(&plan.contact))
        .text(" would be sent to ")
        .styled(style, &format!("{sent} of {providers}"))
        .text(". Nothing was sent.")
}

/// Appends the table of fates at the providers that would get the contact.
pub(crate) fn add_fates(page: &mut Page, plan: &Plan) {
    let drafts = plan.drafts.iter().filter_map(|it| Some((it.provider.as_str(), it.draft.as_ref().ok()?)));
    let providers: Vec<ProviderFates<'_>> = drafts
        .map(|(provider, draft)| ProviderFates { provider, fields: draft.fields.iter().collect() })
        .collect();
    contact_fates(&providers).add_to(page, "field", &providers);
}

/// Appends the providers that would refuse the contact, and the fields that are sent otherwise than a reader expects.
fn add_troubles(page: &mut Page, plan: &Plan) {
    let mut lines = Vec::new();
    for planned in &plan.drafts {
        match &planned.draft {
            Ok(draft) => lines.extend(remarks(&planned.provider, draft)),
            Err(error) => lines.extend(refusal(&planned.provider, error)),
        }
    }
    if !lines.is_empty() {
        page.blank_line();
    }
    for line in lines {
        page.styled_line(&line, 2);
    }
}

fn refusal(provider: &str, error: &ProviderError) -> [Line; 2] {
    let reason = error.message().unwrap_or_else(|| error.kind().as_str());
    [
        Line::default()
            .styled(Style::Bad, provider)
            .text(&format!(" would not be sent: {}: {reason}", error.kind())),
        Line::new(&format!("  {}", error.hint())),
    ]
}

fn remarks<'a>(provider: &'a str, draft: &'a Draft) -> impl Iterator<Item = Line> + 'a {
    let remark = move |(field, detail): (&str, &str)| {
        Line::default().styled(Style::Warning, provider).text(&format!(": {field}: {detail}"))
    };
    let sent = draft.fields.iter().filter(|field| field.fate == Fate::Sent);
    sent.filter_map(|field| Some((&*field.field, field.detail.as_deref()?))).map(remark)
}

fn add_request(page: &mut Page, planned: &PlannedDraft, draft: &Draft) {
    let is_verbose = detail() == Detail::Verbose;
    let line = Line::default()
        .styled(Style::Heading, &planned.provider)
        .text(&format!(" ({}): {} {}", vendor_title(&planned.vendor), draft.method.as_str(), draft.redacted_url()));
    page.unfolded_line(&line);
    if is_verbose {
        for header in &draft.headers {
            page.line(&format!("{}: {}", header.name, header.value.redacted()));
        }
        page.lines(&serde_json::to_string_pretty(&*draft.body).unwrap_or_default());
    } else {
        page.line(&draft.body.to_string());
    }
    for lookup in &draft.lookups {
        let (name, key) = (&lookup.name, &lookup.key);
        let line = Line::new(&format!("The {name} {key} is looked up before sending; "))
            .styled(Style::Command, "--online")
            .text(" does it now.");
        page.styled_line(&line, 2);
    }
    if is_verbose {
        page.blank_line();
        page.table(&reasons(draft));
    }
}

/// Returns the fate of every field with the reason.
fn reasons(draft: &Draft) -> Table {
    let mut table = Table::with_columns(&["field", "fate", "vendor field", "why"]);
    for field in &draft.fields {
        table.row([
            Cell::new(&*field.field),
            Cell::new(field.fate.as_str()),
            Cell::new(field.to.as_deref().unwrap_or("-")),
            Cell::new(field.detail.as_deref().unwrap_or_default()),
        ]);
    }
    table
}
