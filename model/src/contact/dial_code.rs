//! The dial code of a country, such as `+44`.

use std::str::FromStr;

use rlibphonenumber::PHONE_NUMBER_UTIL;
use thiserror::Error;

use super::country::Country;

/// The dial code of a country, which completes a number without one.
///
/// Parsed from its digits (`91`, `+91`, `0091`), also beside a country (`IN (+91)`), or from a country's code or name.
///
/// ```
/// use unicontact_model::contact::{DialCode, PhoneNumber};
///
/// let code: DialCode = "0049".parse()?;
/// let number: PhoneNumber = "030 1234567".parse()?;
/// let completed = number.completed_with(code).ok_or("not a possible number")?;
/// assert_eq!(completed.as_str(), "+49301234567");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DialCode {
    /// A country with this code. Several countries may share it.
    country: Country,
}

/// The error of a text that is not a dial code. It does not hold the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not the dial code of a country (expected something like +44)")]
pub struct DialCodeError;

impl DialCode {
    /// Returns the country whose numbering plan completes numbers. Of several countries with the same code, it is the main one
    /// of the plan.
    pub fn country(self) -> Country {
        self.country
    }

    /// Returns the dial code with these digits, without `+` and leading zeros.
    fn from_digits(digits: &str) -> Option<Self> {
        let code = digits.parse().ok()?;
        let region = PHONE_NUMBER_UTIL.get_region_for_country_code(code)?;
        let country = region.as_region_str().parse().ok()?;
        Some(Self { country })
    }
}

impl FromStr for DialCode {
    type Err = DialCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        // A spreadsheet with numeric cells writes `44.0`.
        let text = text.strip_suffix(".0").unwrap_or(text);
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let code = digits.trim_start_matches('0');
        if !code.is_empty() {
            return Self::from_digits(code).ok_or(DialCodeError);
        }
        let country: Country = text.parse().map_err(|_| DialCodeError)?;
        Ok(Self { country })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::PhoneNumber;

    #[test]
    fn a_dial_code_is_parsed_from_its_digits_or_its_country() {
        for text in ["91", "+91", "0091", "(+91)", "IN (+91)", "India +91", "IN", "India", " 91 ", "91.0"] {
            assert_eq!(
                text.parse::<DialCode>().map(|code| code.country().as_str().to_owned()),
                Ok("IN".into()),
                "{text}"
            );
        }
        for text in ["", "999", "1234567", "Atlantis", "-"] {
            assert_eq!(text.parse::<DialCode>(), Err(DialCodeError), "{text}");
        }
    }

    #[test]
    fn a_dial_code_completes_a_number_that_lacks_it() {
        let completed = |number: &str, code: &str| {
            let code: DialCode = code.parse().unwrap();
            let number: PhoneNumber = number.parse().unwrap();
            number.completed_with(code).map(|number| number.as_str().to_owned())
        };
        assert_eq!(completed("9876543210", "91").as_deref(), Some("+919876543210"));
        assert_eq!(completed("919876543210", "91").as_deref(), Some("+919876543210"));
        assert_eq!(completed("2079460123", "+44").as_deref(), Some("+442079460123"));
        assert_eq!(completed("020 7946 0123", "0044").as_deref(), Some("+442079460123"));
        assert_eq!(completed("06 1234567", "39").as_deref(), Some("+39061234567"));
        assert_eq!(completed("+49 30 1234567", "91"), None, "it has a country code");
        assert_eq!(completed("12", "44"), None, "not a possible number");
    }
}
