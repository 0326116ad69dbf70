//! Normalization of telephone numbers to E.164.

use std::borrow::Cow;
use std::fmt;

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber as ParsedNumber, PhoneNumberFormat, PhoneNumberType,
    Region,
};
use thiserror::Error;

use super::country::Country;
use super::plain_number;

/// The maximum number of digits in E.164.
const MAX_DIGITS: usize = 15;
/// A number of digits that most national numbers do not reach.
const LONG_NATIONAL_NUMBER: usize = 11;
/// The trunk prefix that is often written inside an international number: `+48 (0)22 …`.
const TRUNK_ZERO: &str = "(0)";

/// A number in E.164 form, and the extension that was written with it.
#[derive(Clone, PartialEq, Eq)]
pub struct E164 {
    /// `+` and up to fifteen digits.
    pub number: String,
    /// The digits of the extension, if the number has one.
    pub extension: Option<String>,
}

/// The error of a text that is not a telephone number. It does not hold the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PhoneNumberError {
    /// The text has no digit.
    #[error("not a telephone number (expected something like +44 20 7946 0123)")]
    NotANumber,
    /// The number has no country code, and there is no region to complete it.
    #[error("no country code: write it as +44…, or set default_region")]
    NoCountryCode,
    /// The number is too short, too long, or has an unknown country code.
    #[error("not a possible telephone number")]
    NotPossible,
    /// A spreadsheet wrote the number as `4.92E+11`, so its last digits may be lost.
    #[error("a spreadsheet has rounded this number: export it as text")]
    Rounded,
    /// The number has a letter, `?` or `xx` instead of a digit.
    #[error("a letter or ? stands in the place of a digit")]
    UnreadableDigit,
}

impl fmt::Debug for E164 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("E164(..)")
    }
}

/// A number in E.164 as version 0.1.0 read it.
pub(super) struct Normalized {
    pub(super) number: E164,
    /// Whether the number can be dialled. Version 0.1.0 did not check this completely.
    pub(super) can_be_dialled: bool,
}

/// Returns a number in E.164, completed with the region if it has no country code.
///
/// If the text begins with the region's country code, a spreadsheet may have dropped the plus sign. The code is accepted if the
/// number is valid only with it, or if almost no national number begins with these digits.
pub(super) fn complete(text: &str, region: Option<Country>) -> Result<E164, PhoneNumberError> {
    let plain = plain_number::international(text)
        .or_else(|| region.and_then(|region| plain_number::national(text, region)));
    if let Some(number) = plain {
        return Ok(E164 { number, extension: None });
    }
    complete_by_library(text, region)
}

/// Returns a number in E.164, completed with the region by the phone number library.
pub(super) fn complete_by_library(text: &str, region: Option<Country>) -> Result<E164, PhoneNumberError> {
    let region: Option<Region> = region.and_then(|country| country.as_str().parse().ok());
    if let Some(number) = region.and_then(|region| without_its_plus_sign(text, region)) {
        return Ok(number);
    }
    checked(&parse(text, region)?)
}

/// Returns an international number in E.164 as version 0.1.0 read it. Never changes.
pub(super) fn international_as_v0_1(text: &str) -> Result<Normalized, PhoneNumberError> {
    if let Some(number) = plain_number::international(text) {
        return Ok(Normalized { number: E164 { number, extension: None }, can_be_dialled: true });
    }
    international_by_library(text)
}

/// Returns an international number in E.164 as the phone number library reads it.
pub(super) fn international_by_library(text: &str) -> Result<Normalized, PhoneNumberError> {
    let parsed = parse(text, None)?;
    let number = possible(&parsed)?;
    let can_be_dialled = can_be_dialled(&parsed, &number);
    Ok(Normalized { number, can_be_dialled })
}

fn parse(text: &str, region: Option<Region>) -> Result<ParsedNumber, PhoneNumberError> {
    if region.is_none() && plain_number::has_no_plus_sign(text) {
        return Err(PhoneNumberError::NoCountryCode);
    }
    let has_country_code = text.trim_start_matches("tel:").starts_with(['+', '＋']);
    PHONE_NUMBER_UTIL.parse(text, region).map_err(|_| {
        if region.is_none() && !has_country_code {
            PhoneNumberError::NoCountryCode
        } else {
            PhoneNumberError::NotPossible
        }
    })
}

fn possible(parsed: &ParsedNumber) -> Result<E164, PhoneNumberError> {
    match parsed.is_possible_with_reason() {
        Ok(NumberLengthType::IsPossible) => Ok(E164 {
            number: parsed.format_as(PhoneNumberFormat::E164).into_owned(),
            extension: Some(parsed.extension().to_owned()).filter(|text| !text.is_empty()),
        }),
        _ => Err(PhoneNumberError::NotPossible),
    }
}

fn checked(parsed: &ParsedNumber) -> Result<E164, PhoneNumberError> {
    let number = possible(parsed)?;
    if can_be_dialled(parsed, &number) { Ok(number) } else { Err(PhoneNumberError::NotPossible) }
}

/// Returns whether a possible number fits E.164 and has no trunk prefix.
fn can_be_dialled(parsed: &ParsedNumber, number: &E164) -> bool {
    let is_short = number.number.len() <= MAX_DIGITS + "+".len();
    is_short && (!parsed.italian_leading_zero() || parsed.is_valid() || may_begin_with_zero(parsed))
}

/// Returns whether national numbers of the country begin with a zero, as in Italy and some African countries.
fn may_begin_with_zero(parsed: &ParsedNumber) -> bool {
    let code = parsed.country_code;
    let Some(region) = PHONE_NUMBER_UTIL.get_region_for_country_code(code) else { return true };
    [PhoneNumberType::FixedLine, PhoneNumberType::Mobile].into_iter().any(|kind| {
        PHONE_NUMBER_UTIL
            .get_example_number_for_type_and_region(region, kind)
            .is_ok_and(|example| example.italian_leading_zero())
    })
}

/// Returns a number that begins with the country code of its region without a plus sign. `None` if the digits are more likely
/// part of a national number.
fn without_its_plus_sign(text: &str, region: Region) -> Option<E164> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let code = PHONE_NUMBER_UTIL.get_country_code_for_region(region)?.to_string();
    let starts = text.starts_with(|first: char| first.is_ascii_digit() || first == '(');
    if !starts || !digits.starts_with(&code) {
        return None;
    }
    let kind = |number: &ParsedNumber| PHONE_NUMBER_UTIL.get_number_type(number);
    let national = PHONE_NUMBER_UTIL.parse(text, Some(region)).ok().map(|number| kind(&number));
    if national == Some(PhoneNumberType::Mobile) {
        return None;
    }
    let text = format!("+{}", text.trim_start_matches('('));
    let parsed = PHONE_NUMBER_UTIL.parse(&*without_trunk_zero(&text), None).ok()?;
    let is_likelier = matches!(national, None | Some(PhoneNumberType::Unknown))
        || digits.len() >= LONG_NATIONAL_NUMBER
        || kind(&parsed) == PhoneNumberType::Mobile;
    if parsed.is_valid() && is_likelier { checked(&parsed).ok() } else { None }
}

pub(super) fn has_trunk_zero(text: &str) -> bool {
    text.starts_with('+') && text.contains(TRUNK_ZERO)
}

/// Returns an international number without its trunk prefix `(0)`, if the number is valid only without it.
pub(super) fn without_trunk_zero(number: &str) -> Cow<'_, str> {
    let is_valid = |number: &str| PHONE_NUMBER_UTIL.parse(number, None).is_ok_and(|number| number.is_valid());
    if !has_trunk_zero(number) || is_valid(number) {
        return number.into();
    }
    let without = number.replacen(TRUNK_ZERO, "", 1);
    if is_valid(&without) { without.into() } else { number.into() }
}
