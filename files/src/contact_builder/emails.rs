//! The e-mail addresses of a contact.

use std::borrow::Cow;

use unicontact_model::contact::{Email, EmailAddress, EmailAddressError};

use super::address_list::{self, Part};
use super::channel_kinds::kind_of_word;
use super::value::{Attributes, Origin, ValueKind};
use super::{ContactBuilder, MAX_ENTRIES};
use crate::cell_text::{TextKind, clean_text};
use crate::placeholders::TAKEN_AS_EMPTY;
use crate::version::Version;

const NOT_EMAIL: &str = "not an e-mail address but one of another network, such as an Exchange directory";
const SPELLED_OUT: &str = "the @ is spelled out, as in name (at) example.com: write name@example.com";
const PHONE_NUMBER: &str =
    "a telephone number in place of an e-mail address; it is kept as a telephone number";
const COMMENT: &str = "the text in brackets beside an e-mail address is dropped";

impl ContactBuilder {
    /// Adds one or more e-mail addresses.
    pub(crate) fn email(&mut self, origin: Origin<'_>, text: &str, attributes: &Attributes) {
        if self.version == Version::V0_1 {
            return self.email_as_v0_1(origin, text, attributes);
        }
        // Fast path: most texts are a single address, which version 0.1.0 read alike.
        if let Some(address) = plain_address(text) {
            return self.push_email(origin, address, attributes);
        }
        let text = clean_text(text, TextKind::Line);
        let text = half_width(&text);
        let Some(text) = self.without_placeholder(origin, &text) else { return };
        self.mark_v0_1_difference();
        let parts = address_list::parse(text);
        let is_bad =
            |part: &&Part<'_>| !matches!(part, Part::Address { .. } | Part::Comment | Part::Placeholder);
        if parts.iter().filter(is_bad).count() > MAX_ENTRIES {
            return self.bad_cell(ValueKind::Email, origin, text, &EmailAddressError.to_string());
        }
        let has_address = parts.iter().any(|part| matches!(part, Part::Address { .. }));
        for part in parts {
            match part {
                Part::Unreadable(text)
                    if is_phone_number(&text) && (has_address || text.starts_with('+')) =>
                {
                    self.note(origin, PHONE_NUMBER);
                    self.phone(origin, &text, None, &Attributes::default());
                }
                part => self.email_part(origin, part, attributes),
            }
        }
    }

    fn email_part(&mut self, origin: Origin<'_>, part: Part<'_>, attributes: &Attributes) {
        match part {
            Part::Address { address, word } => {
                let kind = attributes.kind.or_else(|| kind_of_word(&word?.to_lowercase()));
                self.push_email(origin, address, &Attributes { kind, ..attributes.clone() });
            }
            Part::Comment => self.note(origin, COMMENT),
            Part::Placeholder => self.note(origin, TAKEN_AS_EMPTY),
            Part::NotEmail(text) => self.bad_cell(ValueKind::Other, origin, text, NOT_EMAIL),
            Part::SpelledOut(text) => self.bad_cell(ValueKind::Email, origin, text, SPELLED_OUT),
            Part::Unreadable(text) => {
                self.bad_cell(ValueKind::Email, origin, &text, &EmailAddressError.to_string());
            }
        }
    }

    pub(super) fn push_email(&mut self, origin: Origin<'_>, address: EmailAddress, attributes: &Attributes) {
        let Attributes { kind, label, primary } = attributes.clone();
        let emails = &self.contact.emails;
        let is_same = |email: &Email| email.address.as_str().eq_ignore_ascii_case(address.as_str());
        let mut is_duplicate = emails.iter().any(|email| email.address == address);
        if !is_duplicate && self.version == Version::Current && emails.iter().any(is_same) {
            self.mark_v0_1_difference();
            is_duplicate = true;
        }
        if !self.is_full(origin, self.contact.emails.len()) && !is_duplicate {
            self.contact.emails.push(Email { address, kind, label, primary });
        }
    }
}

/// Returns whether a text is a telephone number and nothing else.
fn is_phone_number(text: &str) -> bool {
    let is_part = |it: char| it.is_ascii_digit() || matches!(it, '+' | '-' | '.' | '(' | ')' | ' ');
    text.chars().all(is_part) && text.bytes().filter(u8::is_ascii_digit).count() >= 7
}

/// Returns a text with the full-width forms of ASCII as ASCII, if its @ is one of them.
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

/// Returns the address of a text that is an address and nothing else.
fn plain_address(text: &str) -> Option<EmailAddress> {
    if !text.is_ascii() || text.trim_start().starts_with(['\'', '`', '=']) || text.contains('&') {
        return None;
    }
    text.parse().ok().filter(|_| address_list::has_plain_domain(text))
}
