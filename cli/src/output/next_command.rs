//! Commands that a person can copy to go on with: they reach the same journal as this one.

use std::sync::OnceLock;

use unicontact::providers::DeliveryKey;

use crate::arguments::Common;
#[cfg(feature = "jetstream")]
use crate::arguments::OnQueue;
use crate::command_line::quoted;

/// The options with which a command reaches the journal of this one. Not set by a command that has none.
static OPTIONS: OnceLock<String> = OnceLock::new();

/// Notes that this command has a journal in a file.
pub(crate) fn note_journal(common: &Common) {
    // The first journal of a command is its only one.
    let _ = OPTIONS.set(config_option(common));
}

/// Notes that this command has the journal of a queue.
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

/// Returns the command line `unicontact deliveries …` that reaches the journal of this command. `None` without a journal.
fn deliveries(rest: &str) -> Option<String> {
    OPTIONS.get().map(|options| format!("unicontact deliveries {rest}{options}"))
}

/// Returns the lines with which a person finds the deliveries in doubt and resolves them. None without a journal.
pub(crate) fn for_doubts() -> Vec<String> {
    let list = deliveries("list --outcome in_doubt");
    let resolve = deliveries("resolve PROVIDER/CONTACT --created ID|--not-created");
    let list = list.map(|list| format!("Something is in doubt; look at it with: {list}"));
    let resolve = resolve.map(|resolve| format!("Look at the vendor, then say how each is: {resolve}"));
    list.into_iter().chain(resolve).collect()
}

/// Returns the lines with which a person resolves a delivery. None without a journal.
pub(super) fn resolving(key: &DeliveryKey) -> Vec<String> {
    let key = key.to_string();
    let command = |how: &str| deliveries(&format!("resolve {} {how}", quoted(&key)));
    let created = command("--created ID").map(|command| format!("If the vendor has it: {command}"));
    let not_created = command("--not-created").map(|command| format!("If not: {command}"));
    created.into_iter().chain(not_created).collect()
}
