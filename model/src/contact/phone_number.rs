//! A telephone number. An international number is normalized to E.164 when it is parsed; a national number is kept as written
//! until a region completes it.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use super::country::Country;
use super::dial_code::DialCode;
use super::phone_e164::{self, E164, Normalized, PhoneNumberError, has_trunk_zero, without_trunk_zero};
use super::phone_float::{Rounded, with_whole_numbers};
use super::phone_text::{self, Parts, PhoneText};

/// A telephone number: in E.164, or as written if it has no country code.
///
/// Words beside the number become its [`label`](Self::label). The letters of a vanity number such as `1-800-FLOWERS` are read as
/// digits, since the number is complete only with them.
///
/// ```
/// use unicontact_model::contact::PhoneNumber;
///
/// let number: PhoneNumber = "Tel. +49 30 1234567 ext. 12 (Anna)".parse()?;
/// assert_eq!(number.as_str(), "+49301234567");
/// assert_eq!((number.extension(), number.label()), (Some("12"), Some("Anna")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct PhoneNumber {
    text: String,
    extension: Option<String>,
    form: Form,
    /// The words beside the number. Ignored by comparisons.
    label: Option<String>,
    /// The number that version 0.1.0 read from the same text, if it differs. Ignored by comparisons.
    earlier: Option<Box<Earlier>>,
}

/// The number that version 0.1.0 read from a text.
#[derive(Clone)]
struct Earlier {
    number: PhoneNumber,
    /// Whether the contact has an explicit label, and an explicit extension.
    has_explicit: (bool, bool),
}

/// The form in which a number is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Form {
    /// As written, without a country code. A region can complete it.
    National,
    /// E.164.
    International,
    /// As written. The text holds several numbers, or digits that may be something else.
    Unclear,
}

impl PhoneNumber {
    /// Returns the number in E.164, or as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the extension that was written with the number.
    pub fn extension(&self) -> Option<&str> {
        self.extension.as_deref()
    }

    /// Returns the words that were written beside the number: `Anna`, `fax`.
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// Returns the number that version 0.1.0 read from the same text, if it differs.
    #[doc(hidden)]
    pub fn earlier(&self) -> Option<&Self> {
        self.earlier.as_ref().map(|earlier| &earlier.number)
    }

    /// Returns the number that version 0.1.0 read, if it differs, and whether the contact has an explicit label, and an explicit
    /// extension.
    pub(super) fn earlier_with_explicit(&self) -> Option<(&Self, (bool, bool))> {
        self.earlier.as_ref().map(|earlier| (&earlier.number, earlier.has_explicit))
    }

    /// Records whether the contact has an explicit label and extension beside this number.
    pub(super) fn set_explicit(&mut self, label: bool, extension: bool) {
        if let Some(earlier) = &mut self.earlier {
            earlier.has_explicit = (label, extension);
        }
    }

    /// Splits a text with several telephone numbers. Each part has one number and the words beside it.
    ///
    /// ```
    /// use unicontact_model::contact::PhoneNumber;
    ///
    /// assert_eq!(
    ///     PhoneNumber::split_text("030 1234567 (home) / 0171 7654321"),
    ///     ["030 1234567 (home)", "0171 7654321"]
    /// );
    /// assert_eq!(PhoneNumber::split_text("030/1234567"), ["030/1234567"]);
    /// ```
    pub fn split_text(text: &str) -> Vec<&str> {
        phone_text::split(text)
    }

    /// Returns the number completed with a dial code. `None` if the number has one already, or the result is not possible.
    pub fn completed_with(&self, code: DialCode) -> Option<Self> {
        if self.form != Form::National {
            return None;
        }
        let E164 { number, extension } = self.e164(Some(code.country())).ok()?;
        let (label, earlier) = (self.label.clone(), self.earlier.clone());
        Some(Self { text: number, extension, form: Form::International, label, earlier })
    }

    /// Parses a number as version 0.1.0 did. Never changes: journals of 0.1.0 record deliveries under this value.
    #[doc(hidden)]
    pub fn from_text_as_v0_1(text: &str) -> Result<Self, PhoneNumberError> {
        Self::read_as_v0_1(text).map(|(number, _)| number)
    }

    /// Returns the number that version 0.1.0 read, and whether it cannot be dialled.
    fn read_as_v0_1(text: &str) -> Result<(Self, bool), PhoneNumberError> {
        let text = text.trim();
        if !text.chars().any(char::is_numeric) {
            return Err(PhoneNumberError::NotANumber);
        }
        let (text, extension, form, is_impossible) = match phone_e164::international_as_v0_1(text) {
            Ok(Normalized { number: E164 { number, extension }, can_be_dialled }) => {
                (number, extension, Form::International, !can_be_dialled)
            }
            Err(_) => (text.to_owned(), None, Form::National, false),
        };
        Ok((Self { text, extension, form, label: None, earlier: None }, is_impossible))
    }

    /// Parses a number from a contact's JSON. A text with digits that is not a number is kept as written and never completed,
    /// since a journal or queue of 0.1.0 may hold it.
    pub(super) fn from_json_text(text: &str) -> Result<Self, PhoneNumberError> {
        match text.parse() {
            Err(_) if text.chars().any(char::is_numeric) => {
                let earlier = Self::from_text_as_v0_1(text).ok();
                let mut number = Self::as_written(text.trim(), Form::Unclear);
                let earlier = earlier.filter(|earlier| *earlier != number);
                number.earlier =
                    earlier.map(|number| Box::new(Earlier { number, has_explicit: (false, false) }));
                Ok(number)
            }
            read => read,
        }
    }

    /// Returns the error of a text that is not a telephone number but was kept as written.
    #[doc(hidden)]
    pub fn problem(&self) -> Option<PhoneNumberError> {
        (self.form == Form::Unclear).then(|| self.text.parse::<Self>().err()).flatten()
    }

    /// Creates a number from its text as written.
    fn as_written(text: &str, form: Form) -> Self {
        Self { text: text.to_owned(), extension: None, form, label: None, earlier: None }
    }

    /// Parses a number with an extension or words beside it. `None` if the text is only a number.
    fn from_parts(text: &str) -> Result<Option<Self>, PhoneNumberError> {
        let Parts { number, extension, label } = match phone_text::parse(text) {
            PhoneText::Parts(parts) => parts,
            PhoneText::NotANumber => return Err(PhoneNumberError::NotANumber),
            PhoneText::UnreadableDigit => return Err(PhoneNumberError::UnreadableDigit),
            PhoneText::Unclear => return Ok(Some(Self::as_written(text, Form::Unclear))),
            PhoneText::Plain if has_trunk_zero(text) => {
                Parts { number: text.into(), extension: None, label: None }
            }
            PhoneText::Plain | PhoneText::Vanity => return Ok(None),
        };
        let (text, own_extension, form) = match phone_e164::complete(&without_trunk_zero(&number), None) {
            Ok(E164 { number, extension }) => (number, extension, Form::International),
            Err(_) => (number.into_owned(), None, Form::National),
        };
        Ok(Some(Self { text, extension: extension.or(own_extension), form, label, earlier: None }))
    }

    /// Returns the number in E.164, completed with `region` if it has no country code.
    ///
    /// # Errors
    ///
    /// If the number needs a region and has none, or if the result cannot be dialled.
    ///
    /// ```
    /// use unicontact_model::contact::{Country, PhoneNumber};
    ///
    /// let written: PhoneNumber = "030 1234567".parse()?;
    /// let germany: Country = "DE".parse()?;
    /// assert_eq!(written.e164(Some(germany))?.number, "+49301234567");
    /// assert!(written.e164(None).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn e164(&self, region: Option<Country>) -> Result<E164, PhoneNumberError> {
        match self.form {
            Form::International => Ok(E164 { number: self.text.clone(), extension: self.extension.clone() }),
            Form::National => {
                let E164 { number, extension } = phone_e164::complete(&self.text, region)?;
                Ok(E164 { number, extension: extension.or_else(|| self.extension.clone()) })
            }
            Form::Unclear => Err(PhoneNumberError::NotPossible),
        }
    }
}

impl FromStr for PhoneNumber {
    type Err = PhoneNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let earlier = Self::read_as_v0_1(text);
        let is_impossible = earlier.as_ref().is_ok_and(|(_, is_impossible)| *is_impossible);
        let earlier = earlier.map(|(number, _)| number);
        let read = match with_whole_numbers(text) {
            Ok(None) if earlier.is_err() => None,
            Ok(None) => Self::from_parts(text)?
                .or_else(|| is_impossible.then(|| Self::as_written(text, Form::National))),
            Ok(Some(written)) => {
                Some(Self::from_parts(&written)?.map_or_else(|| Self::from_text_as_v0_1(&written), Ok)?)
            }
            Err(Rounded) => return Err(PhoneNumberError::Rounded),
        };
        let Some(mut read) = read else { return earlier };
        let earlier = earlier.ok().filter(|earlier| *earlier != read || read.label.is_some());
        read.earlier = earlier.map(|number| Box::new(Earlier { number, has_explicit: (false, false) }));
        Ok(read)
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
        (&self.text, &self.extension, self.form).cmp(&(&other.text, &other.extension, other.form))
    }
}

impl Hash for PhoneNumber {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.text, &self.extension, self.form).hash(state);
    }
}

super::value_type!(PhoneNumber, "phone");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_international_number_is_normalized_when_it_is_parsed() {
        let number: PhoneNumber = "+44 (0)20 7123 4567 ext. 12".parse().unwrap();
        assert_eq!(number.as_str(), "+442071234567");
        assert_eq!(number.extension(), Some("12"));
    }

    #[test]
    fn a_national_number_is_not_completed_without_a_region() {
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

    #[test]
    fn a_text_that_0_1_0_accepted_as_a_number_is_still_read_from_json() {
        for text in ["020 7946 O123", "12 Park Lane", "1.23E+11", "01.02.2025", "+49 30 l23456"] {
            assert!(text.parse::<PhoneNumber>().is_err(), "{text}");
            let number = PhoneNumber::from_json_text(text).unwrap();
            assert_eq!((number.as_str(), number.problem().is_some()), (text, true));
            assert!(number.e164("GB".parse().ok()).is_err(), "{text}");
            let earlier = PhoneNumber::from_text_as_v0_1(text).unwrap();
            assert_eq!(number.earlier().unwrap_or(&number).as_str(), earlier.as_str());
        }
        assert!(PhoneNumber::from_json_text("call me").is_err());
        assert_eq!(PhoneNumber::from_json_text("+44 20 7946 0123").unwrap().problem(), None);
    }
}
