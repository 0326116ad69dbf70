//! What was not sent because it was known already.
//!
//! Its rule: the same contact once more is told from another content under the same id, which may be another person.

use std::collections::BTreeMap;

use unicontact::import::Summary;

const CLASH: &str = "contacts are not updated; if these are other people, their ids clash (see --report)";

/// What came before in the same input.
pub(crate) fn repeated(repeated: u64, with_other_content: u64) -> Option<String> {
    let same = repeated.saturating_sub(with_other_content);
    let told = format!("{repeated} came before in the same input and were not sent again");
    match (repeated, with_other_content) {
        (0, _) => None,
        (_, 0) => Some(format!("{told}: they are the same.")),
        _ => Some(format!(
            "{told}: {same} with the same content; {with_other_content} with other content under the same id: {CLASH}."
        )),
    }
}

/// What earlier runs delivered, with the providers together that have the same counts.
pub(crate) fn delivered_earlier(summary: &Summary, repeated: u64) -> Vec<String> {
    let mut providers: BTreeMap<(u64, u64), Vec<&str>> = BTreeMap::new();
    for (name, counts) in &summary.providers {
        let changed = summary.changed.get(name).copied().unwrap_or_default();
        let same = counts.skipped.saturating_sub(repeated + changed);
        providers.entry((changed, same)).or_default().push(name);
    }
    let told = providers.into_iter().filter(|(counts, _)| *counts != (0, 0));
    told.map(|((changed, same), names)| {
        let names = names.join(", ");
        let same = format!("{names}: {same} were delivered earlier and are the same");
        if changed == 0 {
            return format!("{same}.");
        }
        format!("{same}; {changed} have an id that was delivered earlier with other content: {CLASH}.")
    })
    .collect()
}
