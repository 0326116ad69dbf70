//! The telephone numbers of a contact.

use std::borrow::Cow;

use unicontact_model::contact::{ChannelKind, DialCode, Phone, PhoneNumber};

use super::cell::TextKind;
use super::phone_kinds::kind_of;
use super::phone_uri::{self, PhoneText};
use super::{Assembly, CellKind, Marks, Origin, many, present};
use crate::version::Version;

/// What stands beside a number in columns of their own.
#[derive(Clone, Copy, Default)]
pub(crate) struct BesideNumber<'a> {
    pub(crate) extension: Option<&'a str>,
    pub(crate) dial_code: Option<DialCode>,
    pub(crate) area_code: Option<&'a str>,
}

/// The most digits of a number without its area code.
const DIGITS_WITHOUT_AREA_CODE: usize = 8;
/// The most digits of an area code.
const DIGITS_OF_AREA_CODE: usize = 6;

impl Assembly {
    /// Takes telephone numbers: one, or several in one text.
    pub(crate) fn phone(&mut self, origin: Origin<'_>, text: &str, extension: Option<&str>, marks: &Marks) {
        self.phone_beside(origin, text, BesideNumber { extension, ..BesideNumber::default() }, marks);
    }

    /// Takes telephone numbers with what stands beside them in columns of their own.
    pub(crate) fn phone_beside(
        &mut self,
        origin: Origin<'_>,
        text: &str,
        beside: BesideNumber<'_>,
        marks: &Marks,
    ) {
        if self.version == Version::V0_1 {
            return self.phone_as_v0_1(origin, text, beside.extension, marks);
        }
        let text = self.cleaned(text, TextKind::Line);
        let Some(text) = self.meant(origin, &text) else { return };
        let read = phone_uri::read(text);
        if read != PhoneText::Number(text) {
            self.reads_otherwise();
        }
        match read {
            PhoneText::Number(number) if !number.contains('@') => {
                self.phones_in(origin, number, beside, marks);
            }
            PhoneText::Number(_) | PhoneText::Email => self.email_among_phones(origin, text, beside, marks),
            PhoneText::Link | PhoneText::Address => self.uri(origin, text),
        }
    }

    /// Reads the dial code in a column of its own.
    pub(crate) fn dial_code(&mut self, origin: Origin<'_>, text: &str) -> Option<DialCode> {
        let text = self.meant(origin, text)?;
        let code = text.parse::<DialCode>();
        if let Err(error) = code {
            self.bad_cell(CellKind::Other, origin, text, &error.to_string());
        }
        code.ok()
    }

    fn phones_in(&mut self, origin: Origin<'_>, text: &str, beside: BesideNumber<'_>, marks: &Marks) {
        let parts = many::phones(text);
        if parts.len() > 1 || text.contains(many::phone_separator) || many::has_several_of_google(text) {
            self.reads_otherwise();
        }
        for part in parts {
            let part = self.with_area_code(origin, many::bare_phone(part), beside.area_code, marks);
            match part.parse::<PhoneNumber>() {
                Ok(number) => self.take_phone(origin, number, beside, marks),
                Err(error) => {
                    self.reads_otherwise();
                    self.bad_cell(CellKind::Phone, origin, &part, &error.to_string());
                }
            }
        }
    }

    /// Returns a number with its area code before it, unless it is a mobile number or has an area code already.
    fn with_area_code<'t>(
        &mut self,
        origin: Origin<'_>,
        number: &'t str,
        code: Option<&str>,
        marks: &Marks,
    ) -> Cow<'t, str> {
        let Some(code) = code.filter(|_| marks.kind != Some(ChannelKind::Mobile)) else {
            return number.into();
        };
        let code = code.trim().strip_suffix(".0").unwrap_or(code.trim());
        let count = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
        let is_code = (1..=DIGITS_OF_AREA_CODE).contains(&count(code))
            && code.bytes().all(|byte| byte.is_ascii_digit() || b" ()-/".contains(&byte));
        let is_local = number.starts_with(|first: char| matches!(first, '1'..='9'))
            && count(number) <= DIGITS_WITHOUT_AREA_CODE
            && !number.chars().any(char::is_alphabetic);
        if !is_local {
            return number.into();
        }
        if !is_code {
            self.note(
                origin,
                "the area code beside the number cannot be read; the number is kept without it",
            );
            return number.into();
        }
        self.reads_otherwise();
        format!("{code} {number}").into()
    }

    fn take_phone(
        &mut self,
        origin: Origin<'_>,
        number: PhoneNumber,
        beside: BesideNumber<'_>,
        marks: &Marks,
    ) {
        let completed = beside.dial_code.and_then(|code| number.completed_with(code));
        if number.earlier().is_some() || completed.is_some() {
            self.reads_otherwise();
        }
        let marks = self.marks_of_number(origin, &number, marks);
        let number = completed.unwrap_or(number);
        let extension = beside.extension.and_then(present);
        if let (Some(kept), Some(other)) = (extension, number.extension())
            && kept != other
        {
            self.drop_cell(origin, other, "the number has an extension in another column already");
        }
        let extension = extension.or(number.extension()).map(str::to_owned);
        self.push_phone(origin, number, extension, &marks);
    }

    /// Returns the marks of a number with the words beside it: they say its kind, or are its label.
    fn marks_of_number(&mut self, origin: Origin<'_>, number: &PhoneNumber, marks: &Marks) -> Marks {
        let mut marks = marks.clone();
        let Some(words) = number.label() else { return marks };
        let said = kind_of(words);
        marks.kind = marks.kind.or(said.map(|said| said.kind));
        if said.is_some_and(|said| said.is_whole && marks.kind == Some(said.kind)) {
            return marks;
        }
        match &marks.label {
            None => marks.label = Some(words.to_owned()),
            Some(label) if label.eq_ignore_ascii_case(words) => {}
            Some(_) => self.drop_cell(origin, words, "words beside a number that has a label already"),
        }
        marks
    }

    /// Keeps an address such as `sip:…` as a link, or in the notes where it is no web address.
    fn uri(&mut self, origin: Origin<'_>, text: &str) {
        let links = self.contact.links.len();
        if many::is_link(text) {
            self.link(origin, text, None);
        }
        if self.contact.links.len() > links {
            self.note(origin, "a web address where a telephone number belongs; it is kept as a link");
        } else {
            self.note(origin, "an address of another service; it is kept in the notes");
            self.free_text(&format!("{}: {text}", origin.name));
        }
    }

    /// Takes the e-mail addresses in a text as such, and the numbers beside them.
    fn email_among_phones(
        &mut self,
        origin: Origin<'_>,
        text: &str,
        beside: BesideNumber<'_>,
        marks: &Marks,
    ) {
        let (addresses, rest) = many::without_emails(text);
        if addresses.is_empty() || rest.contains('@') {
            let reason = "an e-mail address where a telephone number belongs";
            return self.bad_cell(CellKind::Phone, origin, text, reason);
        }
        let kind = marks.kind.filter(|kind| matches!(kind, ChannelKind::Work | ChannelKind::Home));
        for address in addresses {
            self.push_email(origin, address, &Marks { kind, ..Marks::default() });
        }
        self.note(
            origin,
            "an e-mail address where a telephone number belongs; it is kept as an e-mail address",
        );
        if rest.chars().any(char::is_numeric) {
            self.phones_in(origin, &rest, beside, marks);
        } else if let Some(rest) = present(&rest) {
            self.drop_cell(origin, rest, "words beside an e-mail address");
        }
    }

    pub(super) fn push_phone(
        &mut self,
        origin: Origin<'_>,
        number: PhoneNumber,
        extension: Option<String>,
        marks: &Marks,
    ) {
        let Marks { kind, label, primary } = marks.clone();
        let known = self.full(origin, self.contact.phones.len())
            || self.contact.phones.iter().any(|phone: &Phone| phone.number == number);
        if !known {
            self.contact.phones.push(Phone { number, kind, label, primary, extension });
        }
    }
}
