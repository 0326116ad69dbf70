//! Resolves headers with several meanings by the first values of their columns.
//!
//! Invariant: a column of the user's mapping is never changed.

use super::contact_kinds::{kind_named, kind_of};
use super::house_numbers;
use super::planned_column::MatchSource;
use super::salutations::is_salutation;
use super::sampled_columns::{Ratio, SampledColumns};
use crate::field_path::Field;

/// Headers of job titles or of name prefixes, without accents.
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

/// Headers of numbers: ids, phone numbers or row numbers.
const NUMBERS: [&str; 10] = ["no", "nr", "n", "number", "nummer", "numero", "номер", "编号", "編號", "nodeg"];

/// Headers of name prefixes or of dial codes.
const PREFIXES: [&str; 4] = ["prefix", "prefijo", "prefisso", "prefixo"];

/// Words in the headers of types, which may be types of anything.
const TYPES: [&str; 9] = ["type", "typ", "tip", "art", "kind", "тип", "유형", "類型", "类型"];

/// Resolves the headers of titles, prefixes, house numbers, contact kinds and numbers.
pub(super) fn resolve(columns: &mut SampledColumns<'_>) {
    resolve_titles(columns);
    resolve_prefixes(columns);
    house_numbers::resolve(columns);
    for column in 0..columns.planned.len() {
        if !(columns.is_fixed)(column) {
            resolve_contact_kind(columns, column);
            resolve_number(columns, column);
        }
    }
}

/// Decides between a name prefix and a job title.
fn resolve_titles(columns: &mut SampledColumns<'_>) {
    let all = 0..columns.planned.len();
    let titles: Vec<usize> = all.clone().filter(|column| may_be_title(columns, *column)).collect();
    for column in titles.iter().copied() {
        let has_other =
            all.clone().any(|other| other != column && columns.field(other) == Some(Field::Title));
        let is_first = titles.first() == Some(&column);
        match columns.ratio(column, is_salutation) {
            Some(ratio) if ratio.is_at_least_half() => columns.set(column, Field::NamePrefix),
            None if has_other && is_first => columns.set(column, Field::NamePrefix),
            Some(_) if has_other => set_secondary_title(columns, column),
            Some(_) => columns.set(column, Field::Title),
            None => {}
        }
    }
}

fn may_be_title(columns: &SampledColumns<'_>, column: usize) -> bool {
    let mut headers = columns.headers.iter().enumerate();
    let is_repeated = headers.any(|(other, header)| other != column && *header == columns.headers[column]);
    let is_open = !(columns.is_mapped)(column) && (is_repeated || !(columns.is_fixed)(column));
    is_open
        && columns.is_one_of(column, &TITLES)
        && matches!(columns.field(column), Some(Field::Title | Field::NamePrefix))
}

/// Reads a column as a job title, unless another column is one.
fn set_secondary_title(columns: &mut SampledColumns<'_>, column: usize) {
    if let Some(planned) = &mut columns.planned[column] {
        planned.path.field = Field::Title;
        planned.source = MatchSource::OtherLayout;
    }
}

/// Decides between a name prefix and a dial code.
fn resolve_prefixes(columns: &mut SampledColumns<'_>) {
    let has_phone = columns.has(Field::PhoneNumber);
    for column in 0..columns.planned.len() {
        let is_prefix =
            columns.field(column) == Some(Field::NamePrefix) && columns.is_one_of(column, &PREFIXES);
        let is_open = is_prefix && has_phone && !(columns.is_mapped)(column);
        if is_open && columns.ratio(column, is_dial_code).is_some_and(Ratio::is_all) {
            columns.set(column, Field::PhoneDialCode);
        }
    }
}

/// Leaves out a column whose values do not name the kind of a contact: the type of a customer may be anything.
fn resolve_contact_kind(columns: &mut SampledColumns<'_>, column: usize) {
    if columns.field(column) != Some(Field::Kind) {
        return;
    }
    let may_be_any_type = TYPES.iter().any(|word| columns.headers[column].contains(word));
    let names_kind = |value: &str| {
        let kind = if may_be_any_type { kind_named(value) } else { kind_of(value) };
        kind.is_some()
    };
    if !columns.ratio(column, names_kind).is_some_and(Ratio::is_all) {
        columns.planned[column] = None;
    }
}

/// Decides between ids, phone numbers and row numbers. Row numbers and repeated ids are left out.
fn resolve_number(columns: &mut SampledColumns<'_>, column: usize) {
    if columns.field(column) != Some(Field::ExternalId) || !columns.is_one_of(column, &NUMBERS) {
        return;
    }
    let are_rows = columns.has_row_numbers(column);
    let are_phones = columns.samples.values(column).all(is_phone);
    let is_other_phone = are_phones && columns.has(Field::PhoneNumber);
    if are_rows || is_other_phone || columns.samples.has_repeated_ids(column) {
        columns.planned[column] = None;
    } else if are_phones {
        columns.set(column, Field::PhoneNumber);
    }
}

/// Returns whether a text is a dial code: `+44`, `0044`, `44`.
fn is_dial_code(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a text is a phone number rather than an id.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let separators = text.chars().any(|it| matches!(it, ' ' | '(' | ')' | '/'));
    let is_of_phone =
        text.chars().all(|it| it.is_ascii_digit() || matches!(it, '+' | '(' | ')' | ' ' | '-' | '/' | '.'));
    is_of_phone && (7..=15).contains(&digits) && (text.starts_with(['+', '0', '(']) || separators)
}
