//! Tables of configured providers and their credentials.

use unicontact::Pipeline;
use unicontact::providers::{ContactProvider, ErrorKind, ProviderError, Vendors};

use super::names::vendor_with_source;
use super::provider_error::{details, message};
use super::table::Cell;
use super::vendors::{SECOND_CREATE, second_create_at};
use super::{CONTINUATION, Line, Page, Style, Table};

/// A provider, and the result of the check of its credentials.
pub(crate) type Checked<'a> = (&'a Pipeline, Result<(), ProviderError>);

/// Returns a table of the configured providers.
pub(crate) fn configured<'a>(vendors: &Vendors, targets: impl Iterator<Item = &'a Pipeline>) -> Table {
    let mut table =
        Table::with_columns(&["provider", "vendor", SECOND_CREATE, "can be searched", "can be checked"]);
    for target in targets {
        let (info, capabilities) = (target.provider().info(), target.provider().capabilities());
        table.row([
            Cell::new(info.name()),
            Cell::new(vendor_of(target)),
            Cell::new(second_create_at(vendors.by_name(info.vendor()).as_ref(), capabilities)),
            Cell::new(yes_or_no(capabilities.find)),
            Cell::new(yes_or_no(capabilities.check)),
        ]);
    }
    table.with_unbroken_columns(0..2)
}

/// Returns the results of credential checks: a table, then the reasons with what to do.
pub(crate) fn checks(checks: &[Checked<'_>]) -> Page {
    let mut table = Table::with_columns(&["credentials", "provider", "vendor"]);
    let mut reasons = Page::default();
    for (target, result) in checks {
        let provider = target.provider().info().name();
        let (word, style) = match result {
            Ok(()) => ("good", Style::Good),
            Err(error) if error.kind() == ErrorKind::Unsupported => ("not checked", Style::Muted),
            Err(error) => (error.kind().as_str(), Style::Bad),
        };
        table.row([Cell::new(word).styled(style), Cell::new(provider), Cell::new(vendor_of(target))]);
        if let Err(error) = result {
            add_reason(&mut reasons, provider, style, error);
        }
    }
    let mut page = Page::default();
    page.table(&table);
    if !reasons.text().is_empty() {
        page.blank_line();
        page.append(&reasons);
    }
    page
}

fn vendor_of(target: &Pipeline) -> String {
    vendor_with_source(target.provider().info().vendor(), target.description_file())
}

fn add_reason(page: &mut Page, provider: &str, style: Style, error: &ProviderError) {
    let about = |text: &str| Line::about(style, provider, text);
    if error.kind() == ErrorKind::Unsupported {
        page.styled_line(&about(error.message().unwrap_or_default()), CONTINUATION);
        return;
    }
    page.styled_line(&about(&message(error)), CONTINUATION);
    for detail in details(error) {
        page.styled_line(&Line::new(&format!("  {detail}")), CONTINUATION);
    }
    page.styled_line(&Line::new(&format!("  {}", error.hint())), CONTINUATION);
}

fn yes_or_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}
