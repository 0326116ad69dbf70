//! The fields of a contact for which a description may give a reason why they are dropped.

use super::super::fields::From;
use super::super::rules::Rules;
use super::super::table::{TableReader, unknown_choice};

/// The fields that no `from` names.
const DROPPED: &[&str] = &[
    "name",
    "name.full",
    "name.prefix",
    "name.given",
    "name.middle",
    "name.family",
    "name.suffix",
    "emails",
    "emails.address",
    "emails.kind",
    "emails.label",
    "emails.primary",
    "phones",
    "phones.number",
    "phones.kind",
    "phones.label",
    "phones.extension",
    "phones.primary",
    "addresses",
    "addresses.kind",
    "addresses.street",
    "addresses.street2",
    "addresses.city",
    "addresses.region",
    "addresses.postal_code",
    "addresses.country",
    "custom",
];

/// Reports a reason for something that is no field of a contact.
pub(super) fn check(rules: &Rules, top: &TableReader<'_>) {
    for (field, _) in &rules.drops {
        if !DROPPED.contains(&field.as_str()) && From::parse(field).is_none() {
            let known = DROPPED.iter().copied().chain(From::names());
            top.report_member("drops", field, unknown_choice(field, known));
        }
    }
}
