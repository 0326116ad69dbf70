//! The e-mail addresses of a contact.

use unicontact_providers::contact::{Email, EmailAddress};

use super::many::{self, several};
use super::{Assembly, CellKind, Marks, Origin};
use crate::version::Version;

impl Assembly {
    /// Takes e-mail addresses: one, or several in one text.
    pub(crate) fn email(&mut self, origin: Origin<'_>, text: &str, marks: &Marks) {
        if self.version == Version::V0_1 {
            return self.email_as_v0_1(origin, text, marks);
        }
        let Some(text) = self.meant(origin, text) else { return };
        for part in several(text, many::email_separator, many::is_email) {
            match many::bare_email(part).parse() {
                Ok(address) => self.push_email(origin, address, marks),
                Err(error) => self.bad_cell(CellKind::Email, origin, part, &error.to_string()),
            }
        }
    }

    pub(super) fn push_email(&mut self, origin: Origin<'_>, address: EmailAddress, marks: &Marks) {
        let Marks { kind, label, primary } = marks.clone();
        let known = self.full(origin, self.contact.emails.len())
            || self.contact.emails.iter().any(|email: &Email| email.address == address);
        if !known {
            self.contact.emails.push(Email { address, kind, label, primary });
        }
    }
}
