//! Columns whose header means one thing over some values and another over others.
//!
//! A header says what a column may be, and the first rows of the file say which of that it is. A user's mapping is never
//! changed.

use super::contact_kinds::{kind_named, kind_of};
use super::salutations::is_salutation;
use super::{KnownBy, Planned, house_numbers};
use crate::csv::samples::Samples;
use crate::field_path::Field;

/// Words for a job title or for what stands before a name, without accents.
const TITLES: [&str; 16] = [
    "title",
    "titel",
    "titre",
    "titolo",
    "titulo",
    "tytul",
    "titul",
    "tittel",
    "titlu",
    "unvan",
    "τιτλοσ",
    "头衔",
    "頭銜",
    "titulatura",
    "akademischertitel",
    "anredetitel",
];

/// Words for a column of numbers, which may be ids, telephone numbers or the numbers of the rows.
const NUMBERS: [&str; 10] = ["no", "nr", "n", "number", "nummer", "numero", "номер", "编号", "編號", "nodeg"];

/// Words for what stands before a name or before a telephone number.
const PREFIXES: [&str; 4] = ["prefix", "prefijo", "prefisso", "prefixo"];

/// Parts of headers over types of any kind.
const TYPES: [&str; 9] = ["type", "typ", "tip", "art", "kind", "тип", "유형", "類型", "类型"];

/// How many of the values of a column are of a kind.
#[derive(Clone, Copy)]
pub(super) struct Share {
    of_kind: u32,
    all: u32,
}

impl Share {
    fn count(values: impl Iterator<Item = bool>) -> Option<Self> {
        let count = |share: Self, is_of_kind| Self {
            of_kind: share.of_kind + u32::from(is_of_kind),
            all: share.all + 1,
        };
        Some(values.fold(Self { of_kind: 0, all: 0 }, count)).filter(|share| share.all > 0)
    }

    pub(super) fn is_half(self) -> bool {
        self.of_kind * 2 >= self.all
    }

    fn is_all(self) -> bool {
        self.of_kind == self.all
    }
}

/// The columns of a header, with what they may be.
pub(super) struct Columns<'a> {
    pub(super) places: &'a mut [Option<Planned>],
    /// The headers without case, punctuation and accents.
    pub(super) headers: &'a [String],
    pub(super) samples: &'a Samples,
    /// Whether a mapping, or the layout of the file, says what a column is.
    pub(super) is_settled: &'a dyn Fn(usize) -> bool,
    /// Whether a mapping says so.
    pub(super) is_mapped: &'a dyn Fn(usize) -> bool,
}

impl Columns<'_> {
    /// Settles what columns are by their values.
    pub(super) fn settle(&mut self) {
        self.settle_titles();
        self.settle_prefixes();
        house_numbers::settle(self);
        for place in 0..self.places.len() {
            if !(self.is_settled)(place) {
                self.settle_kind(place);
                self.settle_number(place);
            }
        }
    }

    pub(super) fn field(&self, place: usize) -> Option<Field> {
        self.places.get(place)?.as_ref().map(|planned| planned.target.field)
    }

    pub(super) fn has(&self, field: Field) -> bool {
        (0..self.places.len()).any(|place| self.field(place) == Some(field))
    }

    pub(super) fn set(&mut self, place: usize, field: Field) {
        if let Some(planned) = &mut self.places[place] {
            planned.target.field = field;
        }
    }

    pub(super) fn is(&self, place: usize, words: &[&str]) -> bool {
        words.contains(&self.headers[place].as_str())
    }

    /// Decides between what stands before a name and a job title.
    fn settle_titles(&mut self) {
        let titles: Vec<usize> = (0..self.places.len()).filter(|place| self.may_be_a_title(*place)).collect();
        for place in titles.iter().copied() {
            let has_other =
                (0..self.places.len()).any(|other| other != place && self.field(other) == Some(Field::Title));
            let is_first = titles.first() == Some(&place);
            match self.share(place, is_salutation) {
                Some(share) if share.is_half() => self.set(place, Field::NamePrefix),
                None if has_other && is_first => self.set(place, Field::NamePrefix),
                Some(_) if has_other => self.put_behind(place),
                Some(_) => self.set(place, Field::Title),
                None => {}
            }
        }
    }

    fn may_be_a_title(&self, place: usize) -> bool {
        let is_repeated = self
            .headers
            .iter()
            .enumerate()
            .any(|(other, header)| other != place && *header == self.headers[place]);
        let is_open = !(self.is_mapped)(place) && (is_repeated || !(self.is_settled)(place));
        is_open
            && self.is(place, &TITLES)
            && matches!(self.field(place), Some(Field::Title | Field::NamePrefix))
    }

    /// Lets other columns for the same field go first.
    fn put_behind(&mut self, place: usize) {
        if let Some(planned) = &mut self.places[place] {
            planned.target.field = Field::Title;
            planned.known_by = KnownBy::OtherLayout;
        }
    }

    /// Decides between what stands before a name and before a telephone number.
    fn settle_prefixes(&mut self) {
        let has_phone = self.has(Field::PhoneNumber);
        for place in 0..self.places.len() {
            let is_prefix = self.field(place) == Some(Field::NamePrefix) && self.is(place, &PREFIXES);
            let is_open = is_prefix && has_phone && !(self.is_mapped)(place);
            if is_open && self.share(place, is_dial_code).is_some_and(Share::is_all) {
                self.set(place, Field::PhoneDialCode);
            }
        }
    }

    /// Leaves a column out whose values do not say what kind of contact it is: the type of a customer may be anything.
    fn settle_kind(&mut self, place: usize) {
        if self.field(place) != Some(Field::Kind) {
            return;
        }
        let may_be_any_type = TYPES.iter().any(|word| self.headers[place].contains(word));
        let says_kind = |value: &str| {
            let kind = if may_be_any_type { kind_named(value) } else { kind_of(value) };
            kind.is_some()
        };
        if !self.share(place, says_kind).is_some_and(Share::is_all) {
            self.places[place] = None;
        }
    }

    /// Decides between ids, telephone numbers and the numbers of the rows.
    fn settle_number(&mut self, place: usize) {
        if self.field(place) != Some(Field::ExternalId) || !self.is(place, &NUMBERS) {
            return;
        }
        let values: Vec<&str> = self.samples.values(place).collect();
        let are_rows = self.counts_rows(place);
        let are_phones = values.iter().all(|value| is_phone(value));
        if are_rows || (are_phones && self.has(Field::PhoneNumber)) || self.samples.has_repeated_ids(place) {
            self.places[place] = None;
        } else if are_phones && let Some(planned) = &mut self.places[place] {
            planned.target.field = Field::PhoneNumber;
        }
    }

    /// Returns whether the values of a column are 1, 2, 3 and so on.
    pub(super) fn counts_rows(&self, place: usize) -> bool {
        self.samples.values(place).enumerate().all(|(row, value)| value.parse() == Ok(row + 1))
    }

    /// Returns how many values of a column are of a kind. `None` where it has no values.
    pub(super) fn share(&self, place: usize, is_of_kind: impl Fn(&str) -> bool) -> Option<Share> {
        Share::count(self.samples.values(place).map(is_of_kind))
    }

    /// Returns in how many rows the value of one column holds that of another and more.
    pub(super) fn share_that_holds(&self, whole: usize, part: usize) -> Option<Share> {
        let holds = |(whole, part): (&str, &str)| {
            let (whole, part) = (whole.to_lowercase(), part.to_lowercase());
            whole.len() > part.len() && whole.contains(&part)
        };
        Share::count(self.samples.pairs(whole, part).map(holds))
    }
}

/// Whether a text is a dial code: `+44`, `0044`, `44`.
fn is_dial_code(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is rather a telephone number than an id.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let separators = text.chars().any(|it| matches!(it, ' ' | '(' | ')' | '/'));
    let is_written_so =
        text.chars().all(|it| it.is_ascii_digit() || matches!(it, '+' | '(' | ')' | ' ' | '-' | '/' | '.'));
    is_written_so && (7..=15).contains(&digits) && (text.starts_with(['+', '0', '(']) || separators)
}
