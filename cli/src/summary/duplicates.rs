//! Messages about contacts that were not sent because the input or the journal has them already.
//!
//! They distinguish contacts with the same content from people with other content.

use std::collections::BTreeMap;

use unicontact::bulk::Summary;

use crate::output::counted;

const UPDATES: &str = "contacts are not updated (--report says what differs)";

/// Returns the message about rows that repeat an earlier row of the input.
pub(crate) fn duplicates(repeated: u64, with_other_content: u64) -> Option<String> {
    let same = repeated.saturating_sub(with_other_content);
    let line = counted(
        repeated,
        "row repeats an earlier row of the input and was not sent again",
        "rows repeat earlier rows of the input and were not sent again",
    );
    let other = counted(
        with_other_content,
        "is the same person with other content",
        "are the same people with other content",
    );
    match (repeated, with_other_content) {
        (0, _) => None,
        (1, 0) => Some(format!("{line}: it is the same.")),
        (_, 0) => Some(format!("{line}: they are the same.")),
        _ if same == 0 => Some(format!("{line}: {other}; {UPDATES}.")),
        _ => Some(format!("{line}: {same} with the same content; {other}; {UPDATES}.")),
    }
}

/// Returns the messages about contacts that earlier runs delivered. Providers with the same counts share a message.
pub(crate) fn delivered_earlier(summary: &Summary, repeated: u64, with_other_content: u64) -> Vec<String> {
    let mut providers: BTreeMap<(u64, u64), Vec<&str>> = BTreeMap::new();
    for (name, counts) in &summary.providers {
        let changed = summary.changed.get(name).copied().unwrap_or_default();
        let changed = changed.saturating_sub(with_other_content);
        let same = counts.skipped.saturating_sub(repeated + changed);
        providers.entry((changed, same)).or_default().push(name);
    }
    let counted_providers = providers.into_iter().filter(|(counts, _)| *counts != (0, 0));
    let line = |((changed, same), names): ((u64, u64), Vec<&str>)| {
        let names = names.join(", ");
        let same_line = counted(
            same,
            "contact was delivered earlier and is the same",
            "contacts were delivered earlier and are the same",
        );
        if changed == 0 {
            return format!("{names}: {same_line}.");
        }
        let changed = counted(
            changed,
            "contact was delivered earlier with other content",
            "contacts were delivered earlier with other content",
        );
        if same == 0 {
            return format!("{names}: {changed}; {UPDATES}.");
        }
        format!("{names}: {same_line}; {changed}; {UPDATES}.")
    };
    counted_providers.map(line).collect()
}

/// Returns the messages about people who were recognized although the input or the journal lacks their id.
pub(crate) fn recognized(took_id: u64, without_id: u64, contradicting: u64) -> Vec<String> {
    let took = counted(
        took_id,
        "contact was recognized by name and e-mail address or number; the journal records its id from now on.",
        "contacts were recognized by name and e-mail address or number; the journal records their ids from now on.",
    );
    let without = counted(
        without_id,
        "row without an id is a person whose id is in the journal.",
        "rows without ids are people whose ids are in the journal.",
    );
    let contradicting_line = counted(
        contradicting,
        "contact has the name and address of a delivered person and other numbers; it was not sent again. If this is another person, \
         import it with --same-identity send.",
        "contacts have the name and address of a delivered person and other numbers; they were not sent again. If these are other \
         people, import them with --same-identity send.",
    );
    let lines = [(took_id, took), (without_id, without), (contradicting, contradicting_line)];
    lines.into_iter().filter(|(count, _)| *count > 0).map(|(_, line)| line).collect()
}

#[cfg(test)]
mod tests {
    use unicontact::bulk::{Counts, Summary};

    use super::*;

    fn summary(skipped: u64, changed: u64) -> Summary {
        let counts = Counts { skipped, ..Counts::default() };
        let mut summary = Summary::default();
        summary.providers.push(("iot".to_owned(), counts));
        summary.changed.insert("iot".to_owned(), changed);
        summary
    }

    #[test]
    fn messages_have_a_singular_and_a_plural() {
        let lines: Vec<String> = [(1, 0), (2, 0), (1, 1), (3, 1), (4, 2)]
            .into_iter()
            .filter_map(|(all, other)| duplicates(all, other))
            .chain(
                [(1, 0), (2, 0), (1, 1), (3, 1), (3, 2)]
                    .into_iter()
                    .flat_map(|(skipped, changed)| delivered_earlier(&summary(skipped, changed), 0, 0)),
            )
            .chain(recognized(1, 1, 1))
            .chain(recognized(2, 2, 2))
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        1 row repeats an earlier row of the input and was not sent again: it is the same.
        2 rows repeat earlier rows of the input and were not sent again: they are the same.
        1 row repeats an earlier row of the input and was not sent again: 1 is the same person with other content; contacts are not updated (--report says what differs).
        3 rows repeat earlier rows of the input and were not sent again: 2 with the same content; 1 is the same person with other content; contacts are not updated (--report says what differs).
        4 rows repeat earlier rows of the input and were not sent again: 2 with the same content; 2 are the same people with other content; contacts are not updated (--report says what differs).
        iot: 1 contact was delivered earlier and is the same.
        iot: 2 contacts were delivered earlier and are the same.
        iot: 1 contact was delivered earlier with other content; contacts are not updated (--report says what differs).
        iot: 2 contacts were delivered earlier and are the same; 1 contact was delivered earlier with other content; contacts are not updated (--report says what differs).
        iot: 1 contact was delivered earlier and is the same; 2 contacts were delivered earlier with other content; contacts are not updated (--report says what differs).
        1 contact was recognized by name and e-mail address or number; the journal records its id from now on.
        1 row without an id is a person whose id is in the journal.
        1 contact has the name and address of a delivered person and other numbers; it was not sent again. If this is another person, import it with --same-identity send.
        2 contacts were recognized by name and e-mail address or number; the journal records their ids from now on.
        2 rows without ids are people whose ids are in the journal.
        2 contacts have the name and address of a delivered person and other numbers; they were not sent again. If these are other people, import them with --same-identity send.
        ");
        assert_eq!((duplicates(0, 0), recognized(0, 0, 0)), (None, Vec::new()));
    }
}
