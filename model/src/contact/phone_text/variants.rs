//! Variants of the last digits of a number: `030 1234567/68`.

use super::run::{MIN_DIGITS_OF_SECOND_NUMBER, count_digits};

/// The minimum number of digits of a number with a variant: `020 7946 0123/0124`.
const MIN_DIGITS_WITH_VARIANT: usize = 9;
/// The minimum number of digits of a variant that is a whole local number: `030 123456/123457`.
const MIN_DIGITS_OF_LOCAL_NUMBER: usize = 5;

/// Splits the variants of the last digits off a number.
pub(super) fn without_variants(number: &str) -> Option<(&str, &str)> {
    several(number).or_else(|| without_local_number(number)).or_else(|| without_variant(number))
}

/// Splits off two or more variants of the same length: `030 123456/57/58`.
pub(super) fn several(number: &str) -> Option<(&str, &str)> {
    let mut slashes = number.match_indices('/').map(|(place, _)| place);
    let place = slashes.find(|place| count_digits(&number[..*place]) >= MIN_DIGITS_OF_SECOND_NUMBER)?;
    let (first, variants) = (number[..place].trim_end(), &number[place..]);
    let mut lengths = variants.split('/').skip(1).map(variant_digits);
    let length = lengths.next()??;
    let is_whole =
        variants.trim_start_matches(['/', ' ']).starts_with('0') && length >= MIN_DIGITS_OF_SECOND_NUMBER;
    let are_variants = lengths.clone().count() > 0
        && lengths.all(|other| other == Some(length))
        && length <= last_group(first)
        && length < count_digits(first);
    (are_variants && !is_whole).then(|| (first, variants.trim()))
}

/// Splits off another number without an area code that is at least as long as the last group.
fn without_local_number(number: &str) -> Option<(&str, &str)> {
    let (before, variant) = number.rsplit_once('/')?;
    let before = before.trim_end();
    let is_local = !variant.trim_start().starts_with(['+', '0', '('])
        && count_digits(variant) >= MIN_DIGITS_OF_LOCAL_NUMBER
        && count_digits(variant) >= last_group(before)
        && count_digits(before) >= MIN_DIGITS_WITH_VARIANT
        && count_digits(before) > count_digits(variant);
    is_local.then(|| (before, number[before.len()..].trim()))
}

fn last_group(number: &str) -> usize {
    number.bytes().rev().take_while(u8::is_ascii_digit).count()
}

/// Returns the number of digits of a variant, which may begin with a hyphen. `None` if it has other characters.
fn variant_digits(variant: &str) -> Option<usize> {
    let digits = variant.trim().trim_start_matches(['-', ' ']);
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits.len())
}

/// Splits off one variant of the last digits: `030 1234567/68`.
fn without_variant(number: &str) -> Option<(&str, &str)> {
    let (before, variant) = number.rsplit_once('/')?;
    let before = before.trim_end();
    let digits = variant.trim_start_matches([' ', '-']);
    let is_one = matches!(digits.len(), 1..=4) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let last_group = last_group(before);
    let (count, length) = (count_digits(before), digits.len());
    let replaces = if length == 4 {
        count >= MIN_DIGITS_WITH_VARIANT && last_group >= length && !before.contains('/')
    } else {
        let is_long =
            count >= MIN_DIGITS_WITH_VARIANT && (!before.contains('/') || ends_with_direct_dial(before));
        is_long || count >= MIN_DIGITS_OF_SECOND_NUMBER && last_group > length
    };
    (is_one && replaces).then(|| (before, number[before.len()..].trim()))
}

/// Returns whether a number ends with a hyphen and digits: `030/1234567-12`.
fn ends_with_direct_dial(number: &str) -> bool {
    number.rsplit_once('-').is_some_and(|(_, end)| end.bytes().all(|byte| byte.is_ascii_digit()))
}
