//! The telephone numbers that are not sent in E.164.

use unicontact::providers::contact::PhoneNumberError;

use crate::commands::{Line, NumbersNotE164};

const SET_REGION: &str = "Set default_region to the country of these numbers, in the configuration or with --set \
                          defaults.default_region=DE.";

/// Returns how many numbers a provider does not get in E.164, why, in which lines they stand and what to do.
pub(crate) fn numbers_not_e164(provider: &str, numbers: &NumbersNotE164) -> Vec<String> {
    let mut lines = Vec::new();
    for group in numbers.groups() {
        let fate = if group.sent_as_written { "sent as written" } else { "not sent" };
        let place = place(&group.lines, group.rows);
        lines.push(format!(
            "{provider}: numbers not in E.164, {fate}: {}: {}{place}",
            group.numbers, group.error
        ));
        if group.error == PhoneNumberError::NoCountryCode {
            lines.push(format!("{provider}:   {SET_REGION}"));
        }
    }
    lines
}

/// Returns ` (lines 4, 17 and 3 more)`.
fn place(lines: &[Line], rows: u64) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let word = if rows == 1 { "line" } else { "lines" };
    let named: Vec<String> = lines.iter().map(Line::to_string).collect();
    let more = rows - lines.len() as u64;
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!(" ({word} {}{more})", named.join(", "))
}
