//! The text of a plan: each provider's request with redacted credentials, and the fate of every field.

use unicontact::providers::Draft;
use unicontact::{Plan, PlannedDraft};

use super::table::Cell;
use super::{Page, Table};

/// Returns the plan.
pub(crate) fn plan(plan: &Plan) -> Page {
    let mut page = Page::default();
    for (index, draft) in plan.drafts.iter().enumerate() {
        if index > 0 {
            page.blank_line();
        }
        add_draft(&mut page, draft);
    }
    page
}

fn add_draft(page: &mut Page, planned: &PlannedDraft) {
    page.line(&format!("{} ({})", planned.provider, planned.vendor));
    match &planned.draft {
        Ok(draft) => add_request(page, draft),
        Err(error) => {
            page.line(&format!("would not be sent: {error}"));
            page.line(&error.hint());
        }
    }
}

fn add_request(page: &mut Page, draft: &Draft) {
    page.line(&format!("{} {}", draft.method.as_str(), draft.redacted_url()));
    for header in &draft.headers {
        page.line(&format!("{}: {}", header.name, header.value.redacted()));
    }
    page.blank_line();
    page.lines(&serde_json::to_string_pretty(&*draft.body).unwrap_or_default());
    page.blank_line();
    page.table(&fates(draft));
    for lookup in &draft.lookups {
        let (name, key) = (&lookup.name, &lookup.key);
        page.line(&format!("the {name} {key} is looked up before sending (--online does it now)"));
    }
}

fn fates(draft: &Draft) -> Table {
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
