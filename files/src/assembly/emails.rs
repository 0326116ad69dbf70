//! The e-mail addresses of a contact.

use std::borrow::Cow;

use unicontact_model::contact::{Email, EmailAddress, EmailAddressError};

use super::address_list::{self, Part};
use super::cell::{TextKind, clean_text};
use super::{Assembly, CellKind, MOST_ENTRIES, Marks, Origin, kinds};
use crate::placeholders::TAKEN_AS_EMPTY;
use crate::version::Version;

const NOT_EMAIL: &str = "an address of another network, such as an Exchange directory, and no e-mail address";
const WRITTEN_OUT: &str = "the @ of the address is written out, such as (at): write it as name@example.com";
const NUMBER: &str = "a telephone number where an e-mail address belongs; it is taken as a number";
const COMMENT: &str = "text in brackets beside an e-mail address is dropped";

impl Assembly {
    /// Takes e-mail addresses: one, or several in one text.
    pub(crate) fn email(&mut self, origin: Origin<'_>, text: &str, marks: &Marks) {
        if self.version == Version::V0_1 {
            return self.email_as_v0_1(origin, text, marks);
        }
        // Most texts are one address, which version 0.1.0 read alike.
        if let Some(address) = plain_address(text) {
            return self.push_email(origin, address, marks);
        }
        let text = clean_text(text, TextKind::Line);
        let text = half_width(&text);
        let Some(text) = self.meant(origin, &text) else { return };
        self.reads_otherwise();
        let parts = address_list::read(text);
        let is_bad =
            |part: &&Part<'_>| !matches!(part, Part::Address { .. } | Part::Comment | Part::Placeholder);
        if parts.iter().filter(is_bad).count() > MOST_ENTRIES {
            return self.bad_cell(CellKind::Email, origin, text, &EmailAddressError.to_string());
        }
        let has_address = parts.iter().any(|part| matches!(part, Part::Address { .. }));
        for part in parts {
            match part {
                Part::Unreadable(text) if is_number(&text) && (has_address || text.starts_with('+')) => {
                    self.note(origin, NUMBER);
                    self.phone(origin, &text, None, &Marks::default());
                }
                part => self.email_part(origin, part, marks),
            }
        }
    }

    fn email_part(&mut self, origin: Origin<'_>, part: Part<'_>, marks: &Marks) {
        match part {
            Part::Address { address, word } => {
                let kind = marks.kind.or_else(|| kinds::exact(&word?.to_lowercase()));
                self.push_email(origin, address, &Marks { kind, ..marks.clone() });
            }
            Part::Comment => self.note(origin, COMMENT),
            Part::Placeholder => self.note(origin, TAKEN_AS_EMPTY),
            Part::NotEmail(text) => self.bad_cell(CellKind::Other, origin, text, NOT_EMAIL),
            Part::WrittenOut(text) => self.bad_cell(CellKind::Email, origin, text, WRITTEN_OUT),
            Part::Unreadable(text) => {
                self.bad_cell(CellKind::Email, origin, &text, &EmailAddressError.to_string());
            }
        }
    }

    pub(super) fn push_email(&mut self, origin: Origin<'_>, address: EmailAddress, marks: &Marks) {
        let Marks { kind, label, primary } = marks.clone();
        let emails = &self.contact.emails;
        let is_same = |email: &Email| email.address.as_str().eq_ignore_ascii_case(address.as_str());
        let mut is_known = emails.iter().any(|email| email.address == address);
        if !is_known && self.version == Version::Current && emails.iter().any(is_same) {
            self.reads_otherwise();
            is_known = true;
        }
        if !self.full(origin, self.contact.emails.len()) && !is_known {
            self.contact.emails.push(Email { address, kind, label, primary });
        }
    }
}

/// Whether a text is a telephone number and nothing else.
fn is_number(text: &str) -> bool {
    let is_part = |it: char| it.is_ascii_digit() || matches!(it, '+' | '-' | '.' | '(' | ')' | ' ');
    text.chars().all(is_part) && text.bytes().filter(u8::is_ascii_digit).count() >= 7
}

/// Returns a text with the full-width forms of ASCII as ASCII, where its @ is one of them.
fn half_width(text: &str) -> Cow<'_, str> {
    if !text.contains('＠') {
        return Cow::Borrowed(text);
    }
    let half = |it: char| match it {
        '！'..='～' => char::from_u32(u32::from(it) - 0xfee0).unwrap_or(it),
        other => other,
    };
    Cow::Owned(text.chars().map(half).collect())
}

/// Returns the address that a text is as it stands.
fn plain_address(text: &str) -> Option<EmailAddress> {
    if !text.is_ascii() || text.trim_start().starts_with(['\'', '`', '=']) || text.contains('&') {
        return None;
    }
    text.parse().ok().filter(|_| address_list::has_plain_domain(text))
}
