//! What was not sent because it was known already.
//!
//! The same content is told from another content of the same person.

use std::collections::BTreeMap;

use unicontact::import::Summary;

const UPDATES: &str = "contacts are not updated (--report says what differs)";

/// What came before in the same input.
pub(crate) fn repeated(repeated: u64, with_other_content: u64) -> Option<String> {
    let same = repeated.saturating_sub(with_other_content);
    let told = format!("{repeated} came before in the same input and were not sent again");
    match (repeated, with_other_content) {
        (0, _) => None,
        (_, 0) => Some(format!("{told}: they are the same.")),
        _ => Some(format!(
            "{told}: {same} with the same content; {with_other_content} are the same people with other content; {UPDATES}."
        )),
    }
}

/// What earlier runs delivered, with the providers together that have the same counts.
pub(crate) fn delivered_earlier(summary: &Summary, repeated: u64, with_other_content: u64) -> Vec<String> {
    let mut providers: BTreeMap<(u64, u64), Vec<&str>> = BTreeMap::new();
    for (name, counts) in &summary.providers {
        let changed = summary.changed.get(name).copied().unwrap_or_default();
        let changed = changed.saturating_sub(with_other_content);
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
        format!("{same}; {changed} were delivered earlier with other content; {UPDATES}.")
    })
    .collect()
}

/// Returns lines about people who were recognized although the input or the journal lacks their id.
pub(crate) fn recognized(took_id: u64, without_id: u64, contradicting: u64) -> Vec<String> {
    let took = (took_id > 0).then(|| {
        format!(
            "{took_id} were known by name and e-mail address or number alone, and are known by their ids from now on."
        )
    });
    let without = (without_id > 0)
        .then(|| format!("{without_id} rows without an id are people whom the journal knows by an id."));
    let contradicting = (contradicting > 0).then(|| {
        format!(
            "{contradicting} with the name and address of somebody known, and other numbers, were taken for the same people. If \
             these are other people, import them with --same-identity send."
        )
    });
    took.into_iter().chain(without).chain(contradicting).collect()
}
