//! The text of a plan: the fate of every field at each provider, what needs a look, and each request with redacted credentials.

use unicontact::providers::{CowStr, Draft, Fate, ProviderError};
use unicontact::{Plan, PlannedDraft};

use super::contact_fates::{ProviderFates, contact_fates};
use super::names::{vendor_title, vendor_with_source};
use super::style::{Style, detail};
use super::{CONTINUATION, Line, Page, counted};
use crate::arguments::Detail;

/// Returns the plan. `name` is the contact's name.
pub(crate) fn plan(plan: &Plan, name: Option<&str>) -> Page {
    let mut page = Page::default();
    page.styled_line(&heading(plan, name), 0);
    if plan.drafts.iter().any(|planned| planned.draft.is_ok()) {
        page.blank_line();
        add_fates(&mut page, plan);
    }
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
    let count = match sent {
        0 => "no provider".to_owned(),
        sent if sent == all => providers,
        sent => format!("{sent} of {providers}"),
    };
    Line::default()
        .styled(Style::Heading, name.unwrap_or(&plan.contact))
        .text(" would be sent to ")
        .styled(style, &count)
        .text(". Nothing was sent.")
}

/// Appends the table of fates at the providers that would get the contact.
pub(crate) fn add_fates(page: &mut Page, plan: &Plan) {
    let drafts = plan.drafts.iter().filter_map(|it| Some((it.provider.as_str(), it.draft.as_ref().ok()?)));
    let providers: Vec<ProviderFates<'_>> =
        drafts.map(|(provider, draft)| ProviderFates { provider, fields: &draft.fields }).collect();
    contact_fates(&providers).add_to(page, "field", &providers);
}

/// Appends the providers that would refuse the contact, and the fields that are sent otherwise than a reader expects.
fn add_troubles(page: &mut Page, plan: &Plan) {
    let mut lines = Vec::new();
    let mut drafts = plan.drafts.iter();
    while let Some(planned) = drafts.next() {
        match &planned.draft {
            Ok(draft) => {
                lines.extend(overwrites(&planned.provider, &planned.overwrites));
                lines.extend(remarks(&planned.provider, draft));
            }
            Err(error) => {
                lines.push(refusal(&planned.provider, error));
                let hint = error.hint();
                let next = drafts.clone().find_map(|next| next.draft.as_ref().err());
                if next.is_none_or(|next| next.hint() != hint) {
                    lines.push(Line::new(&format!("  {hint}")));
                }
            }
        }
    }
    page.paragraph(&lines);
}

/// Returns that a create at the provider replaces an equal contact, if it does.
pub(crate) fn overwrites(provider: &str, keys: &[CowStr]) -> Option<Line> {
    let text = format!("replaces a contact that has the same {}", keys.join(" or "));
    (!keys.is_empty()).then(|| Line::about(Style::Warning, provider, &text))
}

fn refusal(provider: &str, error: &ProviderError) -> Line {
    let reason = error.message().unwrap_or_else(|| error.kind().as_str());
    let text = format!(" would not be sent: {}: {reason}", error.kind());
    Line::default().styled(Style::Bad, provider).text(&text)
}

fn remarks<'a>(provider: &'a str, draft: &'a Draft) -> impl Iterator<Item = Line> + 'a {
    let remark = move |(field, detail): (&str, &str)| {
        Line::about(Style::Warning, provider, &format!("{field}: {detail}"))
    };
    let sent = draft.fields.iter().filter(|field| field.fate == Fate::Sent);
    sent.filter_map(|field| Some((&*field.field, field.detail.as_deref()?))).map(remark)
}

fn add_request(page: &mut Page, planned: &PlannedDraft, draft: &Draft) {
    let is_verbose = detail() == Detail::Verbose;
    let vendor = match planned.description.as_deref() {
        Some(file) => format!(", {}", vendor_with_source(&planned.vendor, Some(file))),
        None => format!(" ({})", vendor_title(&planned.vendor)),
    };
    let request = format!("{vendor}: {} {}", draft.method.as_str(), draft.redacted_url());
    let line = Line::default().styled(Style::Heading, &planned.provider).text(&request);
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
        page.styled_line(&line, CONTINUATION);
    }
    if is_verbose {
        page.blank_line();
        add_reasons(page, draft);
    }
}

/// Appends the fate of every field with the vendor's field and the reason.
fn add_reasons(page: &mut Page, draft: &Draft) {
    let width = draft.fields.iter().map(|field| field.fate.as_str().len()).max().unwrap_or_default();
    for field in &draft.fields {
        let fate = field.fate.as_str();
        let style = if field.fate.is_loss() { Style::Warning } else { Style::Muted };
        let to = field.to.as_ref().map(|to| format!(" → {to}")).unwrap_or_default();
        let why = field.detail.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        let line = Line::new(" ").styled(style, fate).text(&format!(
            "{}{}{to}{why}",
            " ".repeat(width + 2 - fate.len()),
            field.field
        ));
        page.styled_line(&line, width + 5);
    }
}
