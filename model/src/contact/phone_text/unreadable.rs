//! Characters instead of digits: `020 7946 O123`, `020 7946 012?`, `020 7946 01xx`.

use super::run::{Run, is_digit};

/// The minimum length of a group with a letter in it. `O2` is a name.
const MIN_GROUP_LENGTH: usize = 3;
/// The minimum number of marks instead of digits. A single `x` introduces an extension.
const MIN_MARKS: usize = 2;

/// Returns whether a group of digits in a number contains a letter that looks like a digit.
pub(super) fn has_letter_for_digit(text: &str) -> bool {
    let is_mark = |it: char| it.is_whitespace() || "-./()+".contains(it);
    let mut is_beside_digits = true;
    let mut groups = text.split(is_mark).filter(|group| !group.is_empty()).peekable();
    while let Some(group) = groups.next() {
        let is_before_digits = groups.peek().is_some_and(|next| next.starts_with(is_digit));
        if is_beside_digits && is_group_with_letter(group, is_before_digits) {
            return true;
        }
        is_beside_digits = group.ends_with(is_digit);
    }
    false
}

/// Returns whether a group consists of digits and letters that look like digits.
fn is_group_with_letter(group: &str, is_before_digits: bool) -> bool {
    let looks_like_digit = |it: char| "OoQlI|ОоΟο".contains(it);
    let digits = group.chars().filter(|it| is_digit(*it)).count();
    let letters = group.chars().filter(|it| looks_like_digit(*it)).count();
    let count = group.chars().count();
    let fits = digits > 1 || digits == 1 && is_before_digits;
    letters > 0 && fits && digits + letters == count && count >= MIN_GROUP_LENGTH
}

/// Returns whether a question mark or marks such as `xx` replace digits beside a number.
pub(super) fn has_mark_for_digit(text: &str, run: &Run) -> bool {
    let (before, behind) = (&text[..run.start], &text[run.end..]);
    let is_doubt = behind.strip_prefix('?').is_some_and(|rest| !rest.starts_with(char::is_alphabetic));
    let masks = behind.trim_start_matches([' ', '-', '.', '/']);
    let length = masks.find(|it| !is_mask(it)).unwrap_or(masks.len());
    let is_masked =
        masks[..length].chars().count() >= MIN_MARKS && !masks[length..].starts_with(char::is_alphanumeric);
    let is_masked_before = before.chars().rev().take_while(|it| is_mask(*it)).count() >= MIN_MARKS;
    let is_truncated = behind.starts_with('…') || behind.starts_with("...");
    is_doubt || is_masked || is_truncated || before.ends_with('?') || is_masked_before
}

fn is_mask(character: char) -> bool {
    matches!(character, 'x' | 'X' | '?' | '*' | '_' | '•' | '●')
}
