//! Normalization of telephone numbers to E.164.

use std::borrow::Cow;
use std::fmt;

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber as ParsedNumber, PhoneNumberFormat, PhoneNumberType,
    Region,
};
use thiserror::Error;

use super::country::Country;

/// The most digits of a number in E.164.
const MOST_DIGITS: usize = 15;
/// More digits than most national numbers have without their trunk prefix.
const LONG_NATIONAL_NUMBER: usize = 11;
/// The zero that people write for calls inside of the country: `+48 (0)22 …`.
const TRUNK_ZERO: &str = "(0)";

/// A number in E.164 form, and the extension that was written with it.
#[derive(Clone, PartialEq, Eq)]
pub struct E164 {
    /// `+` and up to fifteen digits.
    pub number: String,
    /// The digits behind "ext.", if the number was written with some.
    pub extension: Option<String>,
}

/// Why a text is not a telephone number. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PhoneNumberError {
    /// It holds no digit.
    #[error("not a telephone number (expected something like +44 20 7946 0123)")]
    NotANumber,
    /// It has no country code, and no region was given to complete it.
    #[error("no country code: write it as +44…, or set default_region")]
    NoCountryCode,
    /// It is too short, too long, or has an unknown country code.
    #[error("not a possible telephone number")]
    NotPossible,
    /// A spreadsheet wrote it as `4.92E+11`, so that its last digits may be lost.
    #[error("a spreadsheet has rounded this number: export it as text")]
    Rounded,
    /// A letter, `?` or `xx` is written instead of a digit.
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
    /// Whether it can be dialled, which version 0.1.0 did not check in full.
    pub(super) can_be_dialled: bool,
}

/// Returns a text as a number in E.164, completed with the region.
///
/// A text that begins with the country code of its region lacks only the plus sign, where it is valid in this way alone or
/// where nearly no national number is written so: a spreadsheet has taken the sign off.
pub(super) fn complete(text: &str, region: Option<Country>) -> Result<E164, PhoneNumberError> {
    let region: Option<Region> = region.and_then(|country| country.as_str().parse().ok());
    if let Some(number) = region.and_then(|region| without_its_plus_sign(text, region)) {
        return Ok(number);
    }
    checked(&parse(text, region)?)
}

/// Returns an international number in E.164 as version 0.1.0 read it. This never changes.
pub(super) fn international_as_v0_1(text: &str) -> Result<Normalized, PhoneNumberError> {
    let parsed = parse(text, None)?;
    let number = possible(&parsed)?;
    let can_be_dialled = can_be_dialled(&parsed, &number);
    Ok(Normalized { number, can_be_dialled })
}

fn parse(text: &str, region: Option<Region>) -> Result<ParsedNumber, PhoneNumberError> {
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

/// Returns whether a possible number is not too long for E.164, and has no zero for calls inside of the country.
fn can_be_dialled(parsed: &ParsedNumber, number: &E164) -> bool {
    let is_short = number.number.len() <= MOST_DIGITS + "+".len();
    is_short && (!parsed.italian_leading_zero() || parsed.is_valid() || may_begin_with_zero(parsed))
}

/// Returns whether numbers of the same country begin with a zero: in Italy and some countries of Africa.
fn may_begin_with_zero(parsed: &ParsedNumber) -> bool {
    let code = parsed.country_code;
    let Some(region) = PHONE_NUMBER_UTIL.get_region_for_country_code(code) else { return true };
    [PhoneNumberType::FixedLine, PhoneNumberType::Mobile].into_iter().any(|kind| {
        PHONE_NUMBER_UTIL
            .get_example_number_for_type_and_region(region, kind)
            .is_ok_and(|example| example.italian_leading_zero())
    })
}

/// Returns a number that begins with the country code of its region, unless the code rather belongs to a national number.
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

/// Returns an international number without the zero for calls inside of the country, where it is valid only without.
pub(super) fn without_trunk_zero(number: &str) -> Cow<'_, str> {
    let is_valid = |number: &str| PHONE_NUMBER_UTIL.parse(number, None).is_ok_and(|number| number.is_valid());
    if !has_trunk_zero(number) || is_valid(number) {
        return number.into();
    }
    let without = number.replacen(TRUNK_ZERO, "", 1);
    if is_valid(&without) { without.into() } else { number.into() }
}
