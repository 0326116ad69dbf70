//! One contact being put together from what a file says.
//!
//! A value is kept, or there is a note or a reason to reject the row; none is guessed, none is lost in silence.

mod address_list;
mod bad_cells;
pub(crate) mod cell;
pub(crate) mod dates;
mod emails;
pub(crate) mod ids;
pub(crate) mod kinds;
mod links;
pub(crate) mod many;
mod phone_kinds;
mod phone_uri;
mod phones;
mod v0_1;

use std::borrow::Cow;

use unicontact_model::contact::{Address, ChannelKind, ContactKind, Country, Link, LinkKind};
use unicontact_model::{UnifiedContact, contact_key};

use self::bad_cells::{BadCell, CellKind};
use self::cell::TextKind;
use self::many::several;
pub(crate) use self::phones::BesideNumber;
use crate::options::OnBadCell;
use crate::placeholders::{TAKEN_AS_EMPTY, is_channel_placeholder, is_placeholder};
use crate::row::{DroppedCell, Note};
use crate::version::Version;

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
    /// The line, where it is another one than the row's.
    pub(crate) line: Option<u64>,
}

/// More e-mail addresses, numbers, links or labels than anybody has.
const MOST_ENTRIES: usize = 500;

/// A contact and what should be known about it.
pub(crate) struct Finished {
    pub(crate) contact: UnifiedContact,
    pub(crate) notes: Vec<Note>,
    pub(crate) dropped: Vec<DroppedCell>,
    /// Whether version 0.1.0 may have read the row otherwise.
    pub(crate) is_read_otherwise: bool,
    /// The contact as version 0.1.0 read it, where that is another one.
    pub(crate) earlier: Option<Box<UnifiedContact>>,
}

impl Finished {
    /// Adds what version 0.1.0 read, where that may be another contact.
    pub(crate) fn with_earlier(mut self, read_as_v0_1: impl FnOnce() -> Option<Self>) -> Self {
        if self.is_read_otherwise
            && let Some(earlier) = read_as_v0_1()
            && contact_key(&earlier.contact) != contact_key(&self.contact)
        {
            self.earlier = Some(Box::new(earlier.contact));
        }
        self
    }
}

/// A contact so far, its notes, and the first thing that is wrong with it.
pub(crate) struct Assembly {
    pub(crate) contact: UnifiedContact,
    notes: Vec<Note>,
    dropped: Vec<DroppedCell>,
    bad: Vec<BadCell>,
    unfit: Option<Unfit>,
    on_bad_cell: OnBadCell,
    version: Version,
    is_read_otherwise: bool,
    /// The line of what is read, where it is another one than the row's.
    line: Option<u64>,
}

impl Assembly {
    pub(crate) fn new(on_bad_cell: OnBadCell, version: Version) -> Self {
        Self {
            contact: UnifiedContact::default(),
            notes: Vec::new(),
            dropped: Vec::new(),
            bad: Vec::new(),
            unfit: None,
            on_bad_cell,
            version,
            is_read_otherwise: false,
            line: None,
        }
    }

    /// Goes on with the row in another line, which continues the contact.
    pub(crate) fn continue_in_line(&mut self, line: u64) {
        self.line = Some(line);
    }

    /// Notes that version 0.1.0 may have read the row otherwise.
    pub(crate) fn reads_otherwise(&mut self) {
        self.is_read_otherwise = true;
    }

    pub(crate) fn note(&mut self, origin: Origin<'_>, message: &str) {
        self.push_note(Note { field: origin.name.to_owned(), message: message.to_owned() });
    }

    fn push_note(&mut self, note: Note) {
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
            line: self.line,
        });
    }

    /// Sets a text of which there is one. Another value behind the first is dropped with a note.
    pub(crate) fn set(
        &mut self,
        origin: Origin<'_>,
        text: &str,
        field: impl Fn(&mut UnifiedContact) -> &mut Option<String>,
    ) {
        let text = self.cleaned(text, TextKind::Line);
        self.set_exactly(origin, &text, field);
    }

    /// Sets a text of which there is one, as it is.
    fn set_exactly(
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

    /// Returns a text without HTML entities and characters that nobody sees.
    fn cleaned<'t>(&mut self, text: &'t str, kind: TextKind) -> Cow<'t, str> {
        if self.version == Version::V0_1 || cell::is_plain(text) {
            return Cow::Borrowed(text);
        }
        let cleaned = cell::clean_text(text, kind);
        if cleaned != present(text).unwrap_or_default() {
            self.reads_otherwise();
        }
        cleaned
    }

    /// Keeps a postal address that has something in it.
    pub(crate) fn address(&mut self, origin: Origin<'_>, marks: &Marks, address: Address) {
        if marks.label.is_some() {
            self.note(origin, "an address has no label; it is dropped");
        }
        let address = self.cleaned_address(Address { kind: marks.kind, ..address });
        let has_more_than_its_kind = Address { kind: None, ..address.clone() } != Address::default();
        if has_more_than_its_kind {
            self.contact.addresses.push(address);
        }
    }

    fn cleaned_address(&mut self, address: Address) -> Address {
        let Address { kind: _, street, street2, city, region, postal_code, country: _ } = &address;
        let is_plain = |part: &Option<String>| {
            part.as_deref().is_none_or(|text| !text.is_empty() && cell::is_plain(text))
        };
        if self.version == Version::V0_1
            || [street, street2, city, region, postal_code].into_iter().all(is_plain)
        {
            return address;
        }
        let mut cleaned = address.clone();
        let Address { kind: _, street, street2, city, region, postal_code, country: _ } = &mut cleaned;
        for part in [street, street2, city, region, postal_code] {
            let text = part.take();
            *part =
                text.and_then(|text| present(&cell::clean_text(&text, TextKind::Line)).map(str::to_owned));
        }
        if cleaned != address {
            self.reads_otherwise();
        }
        cleaned
    }

    /// A country by its code or its name.
    pub(crate) fn country(&mut self, origin: Origin<'_>, text: &str) -> Option<Country> {
        let text = present(text)?;
        if self.version == Version::V0_1 {
            return v0_1::country(text);
        }
        let country: Option<Country> = text.parse().ok();
        if country.is_none() {
            self.bad_cell(CellKind::Other, origin, text, "not a known country");
        }
        let is_read_as_before = match &country {
            Some(country) => country.is_as_read_by_v0_1(),
            None => v0_1::country(text).is_none(),
        };
        if !is_read_as_before {
            self.reads_otherwise();
        }
        country
    }

    /// Web addresses, and the name of an account where the kind says on which site it is.
    pub(crate) fn link(&mut self, origin: Origin<'_>, text: &str, kind: Option<LinkKind>) {
        if self.version == Version::V0_1 {
            return self.link_as_v0_1(origin, text, kind);
        }
        let text = self.cleaned(text, TextKind::Line);
        let Some(text) = self.meant(origin, &text) else { return };
        for part in several(text, many::link_separator, many::is_link) {
            match links::read(part, kind) {
                Some(link) => self.push_link(origin, link),
                None => self.bad_cell(CellKind::Other, origin, part, "not a web address"),
            }
        }
    }

    fn push_link(&mut self, origin: Origin<'_>, link: Link) {
        let known = self.full(origin, self.contact.links.len())
            || self.contact.links.iter().any(|other: &Link| other.url == link.url);
        if !known {
            self.contact.links.push(link);
        }
    }

    /// The web address of a picture.
    pub(crate) fn photo(&mut self, origin: Origin<'_>, text: &str) {
        let text = self.cleaned(text, TextKind::Line);
        let Some(text) = present(&text) else { return };
        match text.parse() {
            Ok(_) if self.contact.photo_url.is_some() => {
                self.note(origin, "there is another picture already; this one is dropped");
            }
            Ok(address) => self.contact.photo_url = Some(address),
            Err(_) => {
                let reason = "only the web address of a picture can be kept";
                self.bad_cell(CellKind::Other, origin, text, reason);
            }
        }
    }

    /// The birthday as somebody wrote it.
    pub(crate) fn birthday(&mut self, origin: Origin<'_>, text: &str) {
        let Some(text) = present(text).filter(|text| !dates::is_zero(text)) else { return };
        match dates::read(text) {
            Ok(date) => self.contact.birthday = Some(date),
            Err(reason) => self.bad_cell(CellKind::Other, origin, text, reason),
        }
    }

    /// The birthday in parts.
    pub(crate) fn birthday_parts(&mut self, origin: Origin<'_>, year: &str, month: &str, day: &str) {
        if [year, month, day].iter().all(|part| part.trim().is_empty()) {
            return;
        }
        match dates::from_parts(year, month, day) {
            Ok(date) => self.contact.birthday = Some(date),
            Err(reason) => {
                let value = [year, month, day].map(str::trim).join("-");
                self.bad_cell(CellKind::Other, origin, &value, reason);
            }
        }
    }

    /// Takes the contact for an organization where it has one, and no person's name.
    pub(crate) fn take_company_without_person(&mut self) {
        let UnifiedContact { kind, name, organization, .. } = &mut self.contact;
        let has_organization = organization.as_ref().is_some_and(|organization| organization.name.is_some());
        if *kind == ContactKind::Person && name.is_none() && has_organization {
            *kind = ContactKind::Organization;
            self.is_read_otherwise = true;
        }
    }

    /// Free text, below what is there.
    pub(crate) fn free_text(&mut self, text: &str) {
        let text = self.cleaned(text, TextKind::Free);
        let Some(text) = present(&text) else { return };
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
        if self.version == Version::V0_1 {
            return v0_1::tags(text).into_iter().for_each(|tag| self.push_tag(origin, tag));
        }
        let text = self.cleaned(text, TextKind::Line);
        if text.contains(many::WIDE_SEPARATORS) {
            self.reads_otherwise();
        }
        for tag in many::tags(&text) {
            if is_placeholder(tag) {
                self.note(origin, TAKEN_AS_EMPTY);
                self.reads_otherwise();
            } else {
                self.push_tag(origin, tag);
            }
        }
    }

    fn push_tag(&mut self, origin: Origin<'_>, text: &str) {
        let is_new = !self.contact.tags.iter().any(|tag| tag == text);
        if is_new && !self.full(origin, self.contact.tags.len()) {
            self.contact.tags.push(text.to_owned());
        }
    }

    /// The contact, if it is one.
    pub(crate) fn finish(mut self) -> Result<Finished, Unfit> {
        self.judge_bad_cells();
        if let Some(unfit) = self.unfit {
            return Err(unfit);
        }
        if let Some(problem) = self.contact.missing_name() {
            return Err(Unfit { column: None, field: None, reason: problem.message, line: None });
        }
        keep_the_first(self.contact.emails.iter_mut().map(|email| &mut email.primary));
        keep_the_first(self.contact.phones.iter_mut().map(|phone| &mut phone.primary));
        Ok(self.into_finished())
    }

    fn into_finished(self) -> Finished {
        let Self { contact, notes, dropped, is_read_otherwise, .. } = self;
        Finished { contact, notes, dropped, is_read_otherwise, earlier: None }
    }

    /// Whether a list has so many entries that it takes no more of them.
    fn full(&mut self, origin: Origin<'_>, entries: usize) -> bool {
        let is_full = entries >= MOST_ENTRIES;
        if is_full {
            self.note(origin, "more values than a contact can have; the rest is dropped");
        }
        is_full
    }

    /// Returns the text of an e-mail address, a number or a link, unless it only says that there is none.
    fn meant<'t>(&mut self, origin: Origin<'_>, text: &'t str) -> Option<&'t str> {
        let text = present(text)?;
        if is_channel_placeholder(text) {
            self.note(origin, TAKEN_AS_EMPTY);
            if v0_1::meant(text).is_some() {
                self.reads_otherwise();
            }
            return None;
        }
        Some(text)
    }
}

fn keep_the_first<'a>(flags: impl Iterator<Item = &'a mut bool>) {
    flags.filter(|flag| **flag).skip(1).for_each(|flag| *flag = false);
}

/// The text without what surrounds it, if something is left.
pub(crate) fn present(text: &str) -> Option<&str> {
    let text = text.trim_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    (!text.is_empty()).then_some(text)
}
