//! Tables of configured providers and their credentials.

use unicontact::Pipeline;
use unicontact::providers::{ContactProvider, Dedupe, ErrorKind, ProviderError};

use super::names::vendor_title;
use super::table::Cell;
use super::{Style, Table};

/// Returns a table of the configured providers.
pub(crate) fn configured<'a>(targets: impl Iterator<Item = &'a Pipeline>) -> Table {
    let mut table =
        Table::with_columns(&["provider", "vendor", "dedupes", "can be searched", "can be checked"]);
    for target in targets {
        let (info, capabilities) = (target.provider().info(), target.provider().capabilities());
        table.row([
            Cell::new(info.name()),
            Cell::new(vendor_title(info.vendor())),
            Cell::new(yes_or_no(capabilities.dedupe != Dedupe::Never)),
            Cell::new(yes_or_no(capabilities.find)),
            Cell::new(yes_or_no(capabilities.check)),
        ]);
    }
    table
}

/// Returns a table of the results of credential checks.
pub(crate) fn checks(checks: &[(String, String, Result<(), ProviderError>)]) -> Table {
    let mut table = Table::with_columns(&["provider", "vendor", "credentials", "why"]);
    for (provider, vendor, result) in checks {
        let (word, colour, why) = match result {
            Ok(()) => ("good", Style::Good, String::new()),
            Err(error) if error.kind() == ErrorKind::Unsupported => {
                ("not checked", Style::Warning, error.message().unwrap_or_default().to_owned())
            }
            Err(error) => (error.kind().as_str(), Style::Bad, format!("{error}. {}", error.hint())),
        };
        table.row([
            Cell::new(provider),
            Cell::new(vendor_title(vendor)),
            Cell::new(word).styled(colour),
            Cell::new(why),
        ]);
    }
    table
}

fn yes_or_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}
