//! Commands that a user can copy as the next step. They use the same journal as this command.

use std::borrow::Borrow;
use std::sync::OnceLock;

use unicontact::providers::DeliveryKey;

use super::line::Line;
use super::style::Style;
use crate::arguments::Common;
#[cfg(feature = "jetstream")]
use crate::arguments::OnQueue;
use crate::command_line::quoted;

/// A limit on the keys in a command.
pub(crate) const MAX_KEYS: usize = 3;

/// The options that select this command's journal. Empty for a command without a journal.
static OPTIONS: OnceLock<String> = OnceLock::new();

/// Records that this command uses a journal in a file.
pub(crate) fn note_journal(common: &Common) {
    // A command opens only one journal.
    let _ = OPTIONS.set(config_option(common));
}

/// Records that this command uses the journal of a queue.
#[cfg(feature = "jetstream")]
pub(crate) fn note_queue(common: &Common, on_queue: &OnQueue) {
    let queue = match on_queue.url() {
        Some(url) => format!(" --queue {}", quoted(url)),
        None => " --queue".to_owned(),
    };
    let _ = OPTIONS.set(format!("{}{queue}", config_option(common)));
}

/// Returns the option that selects this command's configuration, after a space. Empty if no file is named.
pub(crate) fn config_option(common: &Common) -> String {
    let config = common.config.as_ref();
    config.map(|path| format!(" --config {}", quoted(&path.to_string_lossy()))).unwrap_or_default()
}

/// Returns the command `unicontact deliveries …` for this command's journal. `None` without a journal.
fn deliveries(rest: &str) -> Option<String> {
    OPTIONS.get().map(|options| format!("unicontact deliveries {rest}{options}"))
}

/// Returns the command `unicontact deliveries …`, for this command's journal if it has one.
pub(crate) fn of_deliveries(rest: &str) -> String {
    deliveries(rest).unwrap_or_else(|| format!("unicontact deliveries {rest}"))
}

/// Returns the command that shows a delivery, for this command's journal if it has one.
pub(crate) fn show(key: &DeliveryKey) -> String {
    of_deliveries(&format!("show {}", keys([key])))
}

/// Returns the arguments of a command that name these deliveries.
pub(crate) fn keys<'a>(keys: impl IntoIterator<Item = &'a DeliveryKey>) -> String {
    let quoted: Vec<String> = keys.into_iter().map(|key| quoted(&key.to_string())).collect();
    quoted.join(" ")
}

/// Returns the option that selects these providers.
pub(crate) fn to_option<S: Borrow<str>>(providers: &[S]) -> String {
    format!("--to {}", quoted(&providers.join(",")))
}

/// Returns the command that lists the deliveries with these outcomes. `None` without a journal.
pub(crate) fn list(outcomes: &[&str]) -> Option<String> {
    deliveries(&format!("list --outcome {}", outcomes.join(",")))
}

/// Returns the command that resolves a delivery. `None` without a journal.
pub(crate) fn resolve(key: &DeliveryKey) -> Option<String> {
    deliveries(&format!("resolve {} --created ID|--not-created", keys([key])))
}

/// Returns the lines with the commands that resolve a delivery. Empty without a journal.
///
/// `name` is the contact's name, if it is known; `vendor` is the vendor's name in sentences.
pub(crate) fn resolving(key: &DeliveryKey, name: Option<&str>, vendor: &str) -> Vec<Line> {
    let command = |how: &str| deliveries(&format!("resolve {} {how}", keys([key])));
    let (Some(created), Some(not_created)) = (command("--created ID"), command("--not-created")) else {
        return Vec::new();
    };
    let contact = name.unwrap_or_else(|| key.contact());
    vec![
        Line::new("  Look for ")
            .styled(Style::Heading, contact)
            .text(&format!(" at {vendor} now and some minutes later, then record:")),
        Line::new("  If the vendor has it: ").styled(Style::Command, &created),
        Line::new("  If not: ").styled(Style::Command, &not_created),
    ]
}

/// Returns the command that looks again for deliveries in doubt.
pub(super) fn retrying() -> String {
    of_deliveries("retry")
}
