//! Columns that are not used though they hold e-mail addresses or telephone numbers.

use unicontact_model::contact::EmailAddress;

use super::{Column, ColumnPlan, Taken};
use crate::csv::samples::Samples;

const EMAILS: &str = "it holds e-mail addresses and is not a known column; name it in a mapping";
const NUMBERS: &str = "it holds telephone numbers and is not a known column; name it in a mapping";

/// A value with more characters is neither an address nor a number.
const LONGEST: usize = 254;

impl ColumnPlan {
    /// Returns the columns that hold e-mail addresses or telephone numbers and are not used, in a file that has no other
    /// column of those.
    pub fn unused_channels(&self) -> impl Iterator<Item = &Column> {
        let has = |list: &str| self.fields().any(|field| field.starts_with(list));
        let (has_emails, has_numbers) = (has("emails["), has("phones["));
        self.columns.iter().filter(move |column| match &column.taken {
            Taken::Not { reason } if reason == EMAILS => !has_emails,
            Taken::Not { reason } if reason == NUMBERS => !has_numbers,
            _ => false,
        })
    }
}

/// Returns why it matters that a column is not used. `None` where most of its first values are neither addresses nor numbers.
pub(super) fn reason(samples: &Samples, place: usize) -> Option<&'static str> {
    let share = |is_one: fn(&str) -> bool| {
        let count = samples.values(place).filter(|value| value.len() <= LONGEST && is_one(value)).count();
        count > 0 && count * 2 >= samples.values(place).count()
    };
    if share(|value| value.parse::<EmailAddress>().is_ok()) {
        Some(EMAILS)
    } else if share(is_number) {
        Some(NUMBERS)
    } else {
        None
    }
}

/// Returns whether a text is a telephone number rather than an id or a date.
fn is_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let begins_so = text.starts_with('+') || text.starts_with("(0") || text.starts_with('0') && digits >= 9;
    let is_written_so =
        text.chars().all(|it| it.is_ascii_digit() || matches!(it, '+' | '(' | ')' | ' ' | '-' | '/' | '.'));
    begins_so && is_written_so && (8..=15).contains(&digits)
}
