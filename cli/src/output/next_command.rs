//! Commands that a user can copy as the next step. They use the same journal as this command.

use std::sync::OnceLock;

use unicontact::providers::DeliveryKey;

use crate::arguments::Common;
#[cfg(feature = "jetstream")]
use crate::arguments::OnQueue;
use crate::command_line::quoted;

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

fn config_option(common: &Common) -> String {
    let config = common.config.as_ref();
    config.map(|path| format!(" --config {}", quoted(&path.to_string_lossy()))).unwrap_or_default()
}

/// Returns the command `unicontact deliveries …` for this command's journal. `None` without a journal.
fn deliveries(rest: &str) -> Option<String> {
    OPTIONS.get().map(|options| format!("unicontact deliveries {rest}{options}"))
}

/// Returns the command that lists the deliveries with these outcomes. `None` without a journal.
pub(crate) fn list(outcomes: &[&str]) -> Option<String> {
    deliveries(&format!("list --outcome {}", outcomes.join(",")))
}

/// Returns the command that resolves a delivery. `None` without a journal.
pub(crate) fn resolve(key: &DeliveryKey) -> Option<String> {
    deliveries(&format!("resolve {} --created ID|--not-created", quoted(&key.to_string())))
}

/// Returns the messages with the commands that resolve a delivery. Empty without a journal.
pub(super) fn resolving(key: &DeliveryKey) -> Vec<String> {
    let key = key.to_string();
    let command = |how: &str| deliveries(&format!("resolve {} {how}", quoted(&key)));
    let created = command("--created ID").map(|command| format!("If the vendor has it: {command}"));
    let not_created = command("--not-created").map(|command| format!("If not: {command}"));
    created.into_iter().chain(not_created).collect()
}
