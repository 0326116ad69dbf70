//! What a search looks for and compares: something that is sent.

use super::super::fields::From;
use super::super::rules::Rules;
use super::super::search::{Find, Key};
use super::super::table::TableReader;
use super::places::all_paths;

/// Reports a search for something that is not sent, and a comparison with it.
pub(super) fn check(find: &Find, rules: &Rules, top: &TableReader<'_>) {
    let report = |message: String| top.problems().report(find.line, "find", message);
    let is_sent = match find.by {
        Key::Email => !rules.emails.is_empty(),
        Key::Phone => !rules.phones.is_empty(),
        Key::Name => rules.name.is_some(),
        Key::ExternalId => rules.fields.iter().any(|field| field.from == From::ExternalId),
    };
    if !is_sent {
        report(format!("looks for {}, which the description does not send", find.by.name()));
    }
    let written = all_paths(rules);
    for (sent, _) in &find.agree {
        if !written.iter().any(|(path, _)| sent.is_within(path)) {
            report(format!("`agree` names `{}`, which the description does not send", sent.as_str()));
        }
    }
}
