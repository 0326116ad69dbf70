//! A plan for a person.
//!
//! Its rule: the request as it would go out, with credentials hidden, and the fate of every field.

use comfy_table::Cell;
use unicontact::providers::{Draft, Method};
use unicontact::{Plan, PlannedDraft};

use super::Table;

/// The plan as text.
pub(crate) fn plan(plan: &Plan) -> String {
    let parts: Vec<String> = plan.drafts.iter().map(planned).collect();
    parts.join("\n\n")
}

fn planned(planned: &PlannedDraft) -> String {
    let title = format!("{} ({})", planned.provider, planned.vendor);
    match &planned.draft {
        Ok(draft) => format!("{title}\n{}", request(draft)),
        Err(error) => format!("{title}\nwould not be sent: {error}\n{}", error.hint()),
    }
}

fn request(draft: &Draft) -> String {
    let method = match draft.method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    let mut lines = vec![format!("{method} {}", draft.url)];
    lines.extend(draft.headers.iter().map(|header| format!("{}: {}", header.name, header.value.redacted())));
    lines.push(String::new());
    lines.push(serde_json::to_string_pretty(&draft.body).unwrap_or_default());
    lines.push(String::new());
    lines.push(fates(draft));
    lines.extend(draft.lookups.iter().map(|lookup| {
        format!("the {} {} is looked up before sending (--online does it now)", lookup.name, lookup.key)
    }));
    lines.join("\n")
}

fn fates(draft: &Draft) -> String {
    let mut table = Table::with_columns(&["field", "fate", "vendor field", "why"]);
    for field in &draft.fields {
        table.row([
            Cell::new(&field.field),
            Cell::new(field.fate.as_str()),
            Cell::new(field.to.as_deref().unwrap_or("-")),
            Cell::new(field.detail.as_deref().unwrap_or_default()),
        ]);
    }
    table.text()
}
