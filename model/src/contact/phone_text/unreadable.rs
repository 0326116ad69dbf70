//! Characters in the place of a digit: `020 7946 O123`, `020 7946 012?`, `020 7946 01xx`.

use super::run::{Run, is_digit};

/// The fewest characters of a group with a letter in it: `O2` is a name.
const FEWEST_IN_A_GROUP: usize = 3;
/// The fewest marks in the place of digits: a single `x` is the mark of an extension.
const FEWEST_MARKS: usize = 2;

/// Returns whether a letter that looks like a digit is in a group of digits that belongs to a number.
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

/// Returns whether a group has digits, and letters that look like them.
fn is_group_with_letter(group: &str, is_before_digits: bool) -> bool {
    let looks_like_digit = |it: char| "OoQlI|ОоΟο".contains(it);
    let digits = group.chars().filter(|it| is_digit(*it)).count();
    let letters = group.chars().filter(|it| looks_like_digit(*it)).count();
    let count = group.chars().count();
    let fits = digits > 1 || digits == 1 && is_before_digits;
    letters > 0 && fits && digits + letters == count && count >= FEWEST_IN_A_GROUP
}

/// Returns whether a question mark, or marks such as `xx`, stand beside a number in the place of its digits.
pub(super) fn has_mark_for_digit(text: &str, run: &Run) -> bool {
    let (before, behind) = (&text[..run.start], &text[run.end..]);
    let is_doubt = behind.strip_prefix('?').is_some_and(|rest| !rest.starts_with(char::is_alphabetic));
    let masks = behind.trim_start_matches([' ', '-', '.', '/']);
    let length = masks.find(|it| !is_mask(it)).unwrap_or(masks.len());
    let is_masked = masks[..length].chars().count() >= FEWEST_MARKS
        && !masks[length..].starts_with(char::is_alphanumeric);
    let is_masked_before = before.chars().rev().take_while(|it| is_mask(*it)).count() >= FEWEST_MARKS;
    let is_cut = behind.starts_with('…') || behind.starts_with("...");
    is_doubt || is_masked || is_cut || before.ends_with('?') || is_masked_before
}

fn is_mask(character: char) -> bool {
    matches!(character, 'x' | 'X' | '?' | '*' | '_' | '•' | '●')
}
