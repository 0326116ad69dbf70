//! A telephone number, normalized to E.164 where that needs no guess.
//!
//! Its rule: a number in international form is normalized when it is read; any other is kept as
//! written until somebody names the region it belongs to, and is never guessed.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};
use thiserror::Error;

use super::country::Country;

/// A telephone number: E.164, or as written when it lacks its country code.
#[derive(Clone)]
pub struct PhoneNumber {
    text: String,
    extension: Option<String>,
    international: bool,
    /// What version 0.1.0 read from the same text, where that was something else. It does not count in comparisons.
    earlier: Option<Box<Self>>,
}

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
}

impl PhoneNumber {
    /// E.164, or the number as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The extension that was written inside the number itself.
    pub fn extension(&self) -> Option<&str> {
        self.extension.as_deref()
    }

    /// Returns what version 0.1.0 read from the text of this number, where that was something else.
    pub(super) fn earlier(&self) -> Option<&Self> {
        self.earlier.as_deref()
    }

    /// Reads a number as version 0.1.0 did. This never changes: deliveries are recorded under what it read.
    #[doc(hidden)]
    pub fn from_text_as_v0_1(text: &str) -> Result<Self, PhoneNumberError> {
        let text = text.trim();
        if !text.chars().any(char::is_numeric) {
            return Err(PhoneNumberError::NotANumber);
        }
        let (text, extension, international) = match normalize(text, None) {
            Ok(E164 { number, extension }) => (number, extension, true),
            Err(_) => (text.to_owned(), None, false),
        };
        Ok(Self { text, extension, international, earlier: None })
    }

    /// The number in E.164, completed with `region` when it lacks a country code.
    ///
    /// # Errors
    ///
    /// When there is no region to complete it with, or the result cannot be dialled.
    ///
    /// ```
    /// use unicontact_providers::contact::{Country, PhoneNumber};
    ///
    /// let written: PhoneNumber = "030 1234567".parse()?;
    /// let germany: Country = "DE".parse()?;
    /// assert_eq!(written.e164(Some(germany))?.number, "+49301234567");
    /// assert!(written.e164(None).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn e164(&self, region: Option<Country>) -> Result<E164, PhoneNumberError> {
        if self.international {
            return Ok(E164 { number: self.text.clone(), extension: self.extension.clone() });
        }
        normalize(&self.text, region)
    }
}

impl FromStr for PhoneNumber {
    type Err = PhoneNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_text_as_v0_1(text)
    }
}

impl PartialEq for PhoneNumber {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for PhoneNumber {}

impl PartialOrd for PhoneNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PhoneNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.text, &self.extension, self.international).cmp(&(
            &other.text,
            &other.extension,
            other.international,
        ))
    }
}

impl Hash for PhoneNumber {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.text, &self.extension, self.international).hash(state);
    }
}

fn normalize(text: &str, region: Option<Country>) -> Result<E164, PhoneNumberError> {
    let region: Option<Region> = region.and_then(|country| country.as_str().parse().ok());
    let has_country_code = text.trim_start_matches("tel:").starts_with(['+', '＋']);
    let number = PHONE_NUMBER_UTIL.parse(text, region).map_err(|_| {
        if region.is_none() && !has_country_code {
            PhoneNumberError::NoCountryCode
        } else {
            PhoneNumberError::NotPossible
        }
    })?;
    match number.is_possible_with_reason() {
        Ok(NumberLengthType::IsPossible) => Ok(E164 {
            number: number.format_as(PhoneNumberFormat::E164).into_owned(),
            extension: Some(number.extension().to_owned()).filter(|text| !text.is_empty()),
        }),
        _ => Err(PhoneNumberError::NotPossible),
    }
}

impl fmt::Debug for E164 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("E164(..)")
    }
}

super::value_type!(PhoneNumber, "phone");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_international_number_is_normalized_when_it_is_read() {
        let number: PhoneNumber = "+44 (0)20 7123 4567 ext. 12".parse().unwrap();
        assert_eq!(number.as_str(), "+442071234567");
        assert_eq!(number.extension(), Some("12"));
    }

    #[test]
    fn a_national_number_is_never_guessed() {
        let number: PhoneNumber = "020 7123 4567".parse().unwrap();
        assert_eq!(number.as_str(), "020 7123 4567");
        assert_eq!(number.e164(None), Err(PhoneNumberError::NoCountryCode));
    }

    #[test]
    fn digits_after_an_international_prefix_are_all_kept() {
        let number: PhoneNumber = "011 358 18 1234567".parse().unwrap();
        let region: Country = "US".parse().unwrap();
        assert_eq!(number.e164(Some(region)).unwrap().number, "+358181234567");
    }

    #[test]
    fn a_text_without_a_digit_is_not_a_number() {
        assert_eq!("call me".parse::<PhoneNumber>(), Err(PhoneNumberError::NotANumber));
    }
}
