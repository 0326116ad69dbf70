//! The telephone numbers that are not sent in E.164.

use unicontact::providers::contact::PhoneNumberError;

use super::lines::in_brackets;
use crate::commands::{NumberGroup, NumbersNotE164};

const SET_REGION: &str = "Set default_region to the country of these numbers, in the configuration or with --set \
                          defaults.default_region=DE.";

/// Returns how many numbers the providers do not get in E.164, why, in which lines they stand and what to do. Providers with
/// the same numbers share a line.
pub(crate) fn numbers_not_e164<'a>(
    providers: impl IntoIterator<Item = (&'a str, &'a NumbersNotE164)>,
) -> Vec<String> {
    let mut groups: Vec<(&NumberGroup, Vec<&str>)> = Vec::new();
    for (provider, numbers) in providers {
        for group in numbers.groups() {
            match groups.iter_mut().find(|(other, _)| group.is_equal(other)) {
                Some((_, names)) => names.push(provider),
                None => groups.push((group, vec![provider])),
            }
        }
    }
    let mut lines: Vec<String> = groups.iter().map(|(group, names)| message(group, names)).collect();
    if groups.iter().any(|(group, _)| group.error == PhoneNumberError::NoCountryCode) {
        lines.push(SET_REGION.to_owned());
    }
    lines
}

fn message(group: &NumberGroup, providers: &[&str]) -> String {
    let providers = match providers {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => providers.concat(),
    };
    let fate = if group.sent_as_written { "sent as written" } else { "not sent" };
    let lines = in_brackets(&group.lines);
    format!("{providers}: numbers not in E.164, {fate}: {}: {}{lines}", group.numbers, group.error)
}
