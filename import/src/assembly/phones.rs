//! The telephone numbers of a contact.

use unicontact_providers::contact::{Phone, PhoneNumber};

use super::{Assembly, CellKind, Marks, Origin, many, present};
use crate::version::Version;

impl Assembly {
    /// Takes telephone numbers: one, or several in one text.
    pub(crate) fn phone(&mut self, origin: Origin<'_>, text: &str, extension: Option<&str>, marks: &Marks) {
        if self.version == Version::V0_1 {
            return self.phone_as_v0_1(origin, text, extension, marks);
        }
        let Some(text) = self.meant(origin, text) else { return };
        if text.contains('@') {
            let reason = "an e-mail address where a telephone number belongs";
            return self.bad_cell(CellKind::Phone, origin, text, reason);
        }
        if many::is_rounded(text) {
            let reason = "a spreadsheet has rounded this number: export it as text";
            return self.bad_cell(CellKind::Phone, origin, text, reason);
        }
        for part in many::phones(text) {
            match many::bare_phone(part).parse::<PhoneNumber>() {
                Ok(number) => {
                    let extension = extension.and_then(present).or(number.extension()).map(str::to_owned);
                    self.push_phone(origin, number, extension, marks);
                }
                Err(error) => self.bad_cell(CellKind::Phone, origin, part, &error.to_string()),
            }
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
