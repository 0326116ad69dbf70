//! The telephone numbers of a contact.

use std::borrow::Cow;

use unicontact_model::contact::{ChannelKind, DialCode, Phone, PhoneNumber};

use super::ContactBuilder;
use super::multi_value::{
    bare_phone, has_google_separator, is_link, phone_separator, split_phones, without_emails,
};
use super::phone_kinds::kind_of;
use super::phone_text::{self, PhoneText};
use super::value::{Attributes, Origin, PhoneParts, ValueKind, present};
use crate::cell_text::TextKind;
use crate::version::Version;

const UNREADABLE_AREA_CODE: &str = "the area code in its own column is not one (expected something like 030); \
                                    the telephone number is kept without it";
const SECOND_EXTENSION: &str = "the number already has an extension in another column";
const SECOND_LABEL: &str = "the number already has another label";
const LINK: &str = "a web address in place of a telephone number; it is kept as a link";
const OTHER_ADDRESS: &str =
    "the address of another service in place of a telephone number; it is kept in the contact's notes";
const EMAIL: &str = "an e-mail address in place of a telephone number; it is kept as an e-mail address";
const UNREADABLE_EMAIL: &str =
    "neither a telephone number nor an e-mail address (expected something like +44 20 7946 0123)";
const TEXT_BESIDE_EMAIL: &str = "text beside an e-mail address";

/// A limit on the digits of a number without its area code.
const MAX_LOCAL_DIGITS: usize = 8;
/// A limit on the digits of an area code.
const MAX_AREA_CODE_DIGITS: usize = 6;

impl ContactBuilder {
    /// Adds one or more telephone numbers.
    pub(crate) fn phone(
        &mut self,
        origin: Origin<'_>,
        text: &str,
        extension: Option<&str>,
        attributes: &Attributes,
    ) {
        let parts = PhoneParts { extension, ..PhoneParts::default() };
        self.phone_with_parts(origin, text, parts, attributes);
    }

    /// Adds one or more telephone numbers, completed with the parts from other columns.
    pub(crate) fn phone_with_parts(
        &mut self,
        origin: Origin<'_>,
        text: &str,
        parts: PhoneParts<'_>,
        attributes: &Attributes,
    ) {
        if self.version == Version::V0_1 {
            return self.phone_as_v0_1(origin, text, parts.extension, attributes);
        }
        let text = self.cleaned(text, TextKind::Line);
        let Some(text) = self.without_placeholder(origin, &text) else { return };
        let parsed = phone_text::parse(text);
        if parsed != PhoneText::Number(text) {
            self.mark_v0_1_difference();
        }
        match parsed {
            PhoneText::Number(number) if !number.contains('@') => {
                self.numbers_in(origin, number, parts, attributes);
            }
            PhoneText::Number(_) | PhoneText::Email => {
                self.emails_and_numbers_in(origin, text, parts, attributes);
            }
            PhoneText::Link | PhoneText::Address => self.uri(origin, text),
        }
    }

    /// Returns the dial code in a column of its own. A text that is not one is a bad cell.
    pub(crate) fn dial_code(&mut self, origin: Origin<'_>, text: &str) -> Option<DialCode> {
        let text = self.without_placeholder(origin, text)?;
        let code = text.parse::<DialCode>();
        if let Err(error) = code {
            self.bad_cell(ValueKind::Other, origin, text, &error.to_string());
        }
        code.ok()
    }

    fn numbers_in(&mut self, origin: Origin<'_>, text: &str, parts: PhoneParts<'_>, attributes: &Attributes) {
        let numbers = split_phones(text);
        if numbers.len() > 1 || text.contains(phone_separator) || has_google_separator(text) {
            self.mark_v0_1_difference();
        }
        for number in numbers {
            let number = self.with_area_code(origin, bare_phone(number), parts.area_code, attributes);
            match number.parse::<PhoneNumber>() {
                Ok(number) => self.number(origin, number, parts, attributes),
                Err(error) => {
                    self.mark_v0_1_difference();
                    self.bad_cell(ValueKind::Phone, origin, &number, &error.to_string());
                }
            }
        }
    }

    /// Returns a number after its area code, unless it is a mobile number or has an area code already.
    fn with_area_code<'t>(
        &mut self,
        origin: Origin<'_>,
        number: &'t str,
        area_code: Option<&str>,
        attributes: &Attributes,
    ) -> Cow<'t, str> {
        let Some(code) = area_code.filter(|_| attributes.kind != Some(ChannelKind::Mobile)) else {
            return number.into();
        };
        let code = code.trim().strip_suffix(".0").unwrap_or(code.trim());
        let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
        let is_code = (1..=MAX_AREA_CODE_DIGITS).contains(&digits(code))
            && code.bytes().all(|byte| byte.is_ascii_digit() || b" ()-/".contains(&byte));
        let is_local = number.starts_with(|first: char| matches!(first, '1'..='9'))
            && digits(number) <= MAX_LOCAL_DIGITS
            && !number.chars().any(char::is_alphabetic);
        if !is_local {
            return number.into();
        }
        if !is_code {
            self.note(origin, UNREADABLE_AREA_CODE);
            return number.into();
        }
        self.mark_v0_1_difference();
        format!("{code} {number}").into()
    }

    fn number(
        &mut self,
        origin: Origin<'_>,
        number: PhoneNumber,
        parts: PhoneParts<'_>,
        attributes: &Attributes,
    ) {
        let completed = parts.dial_code.and_then(|code| number.completed_with(code));
        if number.earlier().is_some() || completed.is_some() {
            self.mark_v0_1_difference();
        }
        let attributes = self.with_words_of_number(origin, &number, attributes);
        let number = completed.unwrap_or(number);
        let extension = parts.extension.and_then(present);
        if let (Some(kept), Some(other)) = (extension, number.extension())
            && kept != other
        {
            self.drop_cell(origin, other, SECOND_EXTENSION);
        }
        let extension = extension.or(number.extension()).map(str::to_owned);
        self.push_phone(origin, number, extension, &attributes);
    }

    /// Returns the attributes of a number, completed by the words beside it: these are its kind or its label.
    fn with_words_of_number(
        &mut self,
        origin: Origin<'_>,
        number: &PhoneNumber,
        attributes: &Attributes,
    ) -> Attributes {
        let mut attributes = attributes.clone();
        let Some(words) = number.label() else { return attributes };
        let word_kind = kind_of(words);
        attributes.kind = attributes.kind.or(word_kind.map(|word| word.kind));
        if word_kind.is_some_and(|word| word.is_whole && attributes.kind == Some(word.kind)) {
            return attributes;
        }
        match &attributes.label {
            None => attributes.label = Some(words.to_owned()),
            Some(label) if label.eq_ignore_ascii_case(words) => {}
            Some(_) => self.drop_cell(origin, words, SECOND_LABEL),
        }
        attributes
    }

    /// Keeps an address such as `sip:…` as a link, or in the contact's notes if it is not a web address.
    fn uri(&mut self, origin: Origin<'_>, text: &str) {
        let links = self.contact.links.len();
        if is_link(text) {
            self.link(origin, text, None);
        }
        if self.contact.links.len() > links {
            self.note(origin, LINK);
        } else {
            self.note(origin, OTHER_ADDRESS);
            self.append_notes(&format!("{}: {text}", origin.name));
        }
    }

    /// Adds the e-mail addresses in a text, and the numbers beside them.
    fn emails_and_numbers_in(
        &mut self,
        origin: Origin<'_>,
        text: &str,
        parts: PhoneParts<'_>,
        attributes: &Attributes,
    ) {
        let (addresses, rest) = without_emails(text);
        if addresses.is_empty() || rest.contains('@') {
            return self.bad_cell(ValueKind::Phone, origin, text, UNREADABLE_EMAIL);
        }
        let kind = attributes.kind.filter(|kind| matches!(kind, ChannelKind::Work | ChannelKind::Home));
        for address in addresses {
            self.push_email(origin, address, &Attributes { kind, ..Attributes::default() });
        }
        self.note(origin, EMAIL);
        if rest.chars().any(char::is_numeric) {
            self.numbers_in(origin, &rest, parts, attributes);
        } else if let Some(rest) = present(&rest) {
            self.drop_cell(origin, rest, TEXT_BESIDE_EMAIL);
        }
    }

    pub(super) fn push_phone(
        &mut self,
        origin: Origin<'_>,
        number: PhoneNumber,
        extension: Option<String>,
        attributes: &Attributes,
    ) {
        let Attributes { kind, label, primary } = attributes.clone();
        let is_known = self.is_full(origin, self.contact.phones.len())
            || self.contact.phones.iter().any(|phone: &Phone| phone.number == number);
        if !is_known {
            self.contact.phones.push(Phone { number, kind, label, primary, extension });
        }
    }
}
