//! One contact being put together from what a file says.
//!
//! Rule: a value is kept, or there is a note or a reason to reject the row; none is guessed, none is lost in silence.

pub(crate) mod dates;
pub(crate) mod ids;
pub(crate) mod kinds;
mod links;
mod many;

use unicontact_providers::UnifiedContact;
use unicontact_providers::contact::{Address, ChannelKind, Email, Link, LinkKind, Phone};

use self::many::several;
use crate::options::BadValues;
use crate::row::Note;

/// Where a value stands: the column's header or the property, and the number of the column.
#[derive(Clone, Copy)]
pub(crate) struct Origin<'a> {
    pub(crate) name: &'a str,
    pub(crate) column: Option<u64>,
}

/// What is said about a channel besides its value.
#[derive(Clone, Default)]
pub(crate) struct Marks {
    pub(crate) kind: Option<ChannelKind>,
    pub(crate) label: Option<String>,
    pub(crate) primary: bool,
}

/// Why a row is no contact.
pub(crate) struct Unfit {
    pub(crate) column: Option<u64>,
    pub(crate) field: Option<String>,
    pub(crate) reason: String,
}

/// More e-mail addresses, numbers, links or labels than anybody has.
const MOST_ENTRIES: usize = 500;

/// A contact and what should be known about it.
pub(crate) struct Finished {
    pub(crate) contact: UnifiedContact,
    pub(crate) notes: Vec<Note>,
    pub(crate) id_as_written: Option<String>,
}

/// A contact so far, its notes, and the first thing that is wrong with it.
pub(crate) struct Assembly {
    pub(crate) contact: UnifiedContact,
    notes: Vec<Note>,
    /// What stands for the `external_id`, where that is not taken as it is written.
    id_as_written: Option<String>,
    unfit: Option<Unfit>,
    bad_values: BadValues,
}

impl Assembly {
    pub(crate) fn new(bad_values: BadValues) -> Self {
        let contact = UnifiedContact::default();
        Self { contact, notes: Vec::new(), id_as_written: None, unfit: None, bad_values }
    }

    pub(crate) fn note(&mut self, origin: Origin<'_>, message: &str) {
        let note = Note { field: origin.name.to_owned(), message: message.to_owned() };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// The row is rejected, for the first reason that is given.
    pub(crate) fn unfit(&mut self, origin: Origin<'_>, reason: &str) {
        self.unfit.get_or_insert_with(|| Unfit {
            column: origin.column,
            field: Some(origin.name.to_owned()),
            reason: reason.to_owned(),
        });
    }

    fn bad_value(&mut self, origin: Origin<'_>, reason: &str) {
        match self.bad_values {
            BadValues::Reject => self.unfit(origin, reason),
            BadValues::Drop => self.note(origin, &format!("{reason}; it is dropped")),
        }
    }

    /// Sets a text that there is one of; whether another one was there before and this one is left out.
    pub(crate) fn set(
        &mut self,
        origin: Origin<'_>,
        text: &str,
        field: impl Fn(&mut UnifiedContact) -> &mut Option<String>,
    ) {
        let Some(text) = present(text) else { return };
        let place = field(&mut self.contact);
        if place.as_deref().is_some_and(|kept| kept != text) {
            self.note(origin, "there is another value already; this one is dropped");
        } else {
            *place = Some(text.to_owned());
        }
    }

    /// E-mail addresses: one, or several in one text.
    pub(crate) fn email(&mut self, origin: Origin<'_>, text: &str, marks: &Marks) {
        let Some(text) = self.meant(origin, text) else { return };
        for part in several(text, many::email_separator, many::is_email) {
            match many::bare_email(part).parse() {
                Ok(address) => {
                    let Marks { kind, label, primary } = marks.clone();
                    let known = self.full(origin, self.contact.emails.len())
                        || self.contact.emails.iter().any(|email: &Email| email.address == address);
                    if !known {
                        self.contact.emails.push(Email { address, kind, label, primary });
                    }
                }
                Err(error) => self.bad_value(origin, &error.to_string()),
            }
        }
    }

    /// Telephone numbers: one, or several in one text.
    pub(crate) fn phone(&mut self, origin: Origin<'_>, text: &str, extension: Option<&str>, marks: &Marks) {
        let Some(text) = self.meant(origin, text) else { return };
        if text.contains('@') {
            self.bad_value(origin, "an e-mail address where a telephone number belongs");
            return;
        }
        if many::is_rounded(text) {
            self.bad_value(origin, "a spreadsheet has rounded this number: export it as text");
            return;
        }
        for part in many::phones(text) {
            match many::bare_phone(part).parse::<unicontact_providers::contact::PhoneNumber>() {
                Ok(number) => {
                    let Marks { kind, label, primary } = marks.clone();
                    let extension = extension.and_then(present).or(number.extension()).map(str::to_owned);
                    let known = self.full(origin, self.contact.phones.len())
                        || self.contact.phones.iter().any(|phone: &Phone| phone.number == number);
                    if !known {
                        self.contact.phones.push(Phone { number, kind, label, primary, extension });
                    }
                }
                Err(error) => self.bad_value(origin, &error.to_string()),
            }
        }
    }

    /// Keeps a postal address that has something in it.
    pub(crate) fn address(&mut self, origin: Origin<'_>, marks: &Marks, address: Address) {
        if marks.label.is_some() {
            self.note(origin, "an address has no label; it is dropped");
        }
        let address = Address { kind: marks.kind, ..address };
        let has_more_than_its_kind = Address { kind: None, ..address.clone() } != Address::default();
        if has_more_than_its_kind {
            self.contact.addresses.push(address);
        }
    }

    /// A country by its code or its name.
    pub(crate) fn country(
        &mut self,
        origin: Origin<'_>,
        text: &str,
    ) -> Option<unicontact_providers::contact::Country> {
        let country = present(text)?.parse();
        if country.is_err() {
            self.note(origin, "not a known country; it is dropped");
        }
        country.ok()
    }

    /// Web addresses, and the name of an account where the kind says on which site it is.
    pub(crate) fn link(&mut self, origin: Origin<'_>, text: &str, kind: Option<LinkKind>) {
        let Some(text) = self.meant(origin, text) else { return };
        for part in several(text, many::link_separator, many::is_link) {
            match links::read(part, kind) {
                Some(link) => {
                    let known = self.full(origin, self.contact.links.len())
                        || self.contact.links.iter().any(|other: &Link| other.url == link.url);
                    if !known {
                        self.contact.links.push(link);
                    }
                }
                None => self.note(origin, "not a web address; it is dropped"),
            }
        }
    }

    /// The web address of a picture.
    pub(crate) fn photo(&mut self, origin: Origin<'_>, text: &str) {
        let Some(text) = present(text) else { return };
        match text.parse() {
            Ok(_) if self.contact.photo_url.is_some() => {
                self.note(origin, "there is another picture already; this one is dropped");
            }
            Ok(address) => self.contact.photo_url = Some(address),
            Err(_) => self.note(origin, "only the web address of a picture can be kept; it is dropped"),
        }
    }

    /// The birthday as somebody wrote it.
    pub(crate) fn birthday(&mut self, origin: Origin<'_>, text: &str) {
        let Some(text) = present(text) else { return };
        match dates::read(text) {
            Ok(date) => self.contact.birthday = Some(date),
            Err(reason) => self.note(origin, reason),
        }
    }

    /// The birthday in parts.
    pub(crate) fn birthday_parts(&mut self, origin: Origin<'_>, year: &str, month: &str, day: &str) {
        if [year, month, day].iter().all(|part| part.trim().is_empty()) {
            return;
        }
        match dates::from_parts(year, month, day) {
            Ok(date) => self.contact.birthday = Some(date),
            Err(reason) => self.note(origin, reason),
        }
    }

    /// Free text, below what is there.
    pub(crate) fn free_text(&mut self, text: &str) {
        let Some(text) = present(text) else { return };
        match &mut self.contact.notes {
            Some(notes) => {
                notes.push('\n');
                notes.push_str(text);
            }
            none => *none = Some(text.to_owned()),
        }
    }

    /// Labels: one, or several in one text. Google's own group, which everybody is in, is none.
    pub(crate) fn tags(&mut self, origin: Origin<'_>, text: &str) {
        for part in many::tags(text) {
            let is_new = !self.contact.tags.iter().any(|tag| tag == part);
            if is_new && !self.full(origin, self.contact.tags.len()) {
                self.contact.tags.push(part.to_owned());
            }
        }
    }

    /// The contact, if it is one.
    pub(crate) fn finish(mut self) -> Result<Finished, Unfit> {
        if let Some(unfit) = self.unfit {
            return Err(unfit);
        }
        if let Some(problem) = self.contact.nothing_to_be_called_by() {
            return Err(Unfit { column: None, field: None, reason: problem.message });
        }
        keep_the_first(self.contact.emails.iter_mut().map(|email| &mut email.primary));
        keep_the_first(self.contact.phones.iter_mut().map(|phone| &mut phone.primary));
        Ok(self.into_finished())
    }

    fn into_finished(self) -> Finished {
        let Self { contact, notes, id_as_written, .. } = self;
        Finished { contact, notes, id_as_written }
    }

    /// Whether a list has so many entries that it takes no more of them.
    fn full(&mut self, origin: Origin<'_>, entries: usize) -> bool {
        let is_full = entries >= MOST_ENTRIES;
        if is_full {
            self.note(origin, "more values than a contact can have; the rest is dropped");
        }
        is_full
    }

    /// The text, unless it only says that there is nothing.
    fn meant<'t>(&mut self, origin: Origin<'_>, text: &'t str) -> Option<&'t str> {
        let text = present(text)?;
        if is_placeholder(text) {
            self.note(origin, "a word for \"nothing\"; it is taken as empty");
            return None;
        }
        Some(text)
    }
}

fn keep_the_first<'a>(flags: impl Iterator<Item = &'a mut bool>) {
    flags.filter(|flag| **flag).skip(1).for_each(|flag| *flag = false);
}

fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 9] = ["n/a", "na", "none", "null", "nil", "unknown", "keine", "unbekannt", "-"];
    let text = text.to_lowercase();
    WORDS.contains(&text.as_str())
        || text.chars().all(|character| matches!(character, '-' | '–' | '—' | '.' | '?'))
}

/// The text without what surrounds it, if something is left.
pub(crate) fn present(text: &str) -> Option<&str> {
    let text = text.trim_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    (!text.is_empty()).then_some(text)
}
