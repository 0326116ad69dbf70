//! Resolves headers of names whose meaning depends on the columns beside them.
//!
//! "Name" beside "Vorname" is the family name, and beside "Surname" the given name; "Nombre" without "Apellidos" is the full
//! name. The first rows overrule the headers.

use super::house_numbers;
use super::planned_column::PlannedColumn;
use super::sampled_columns::{Ratio, SampledColumns};
use crate::field_path::Field;
use crate::layouts::fold;

/// Headers of the full name, or of the family name beside a given name. Version 0.1.0 knows these.
const V0_1_FULL_OR_FAMILY: [&str; 3] = ["name", "nom", "naam"];

/// Headers of the given name, or of the full name in a file without family names. Version 0.1.0 knows these.
const V0_1_GIVEN_OR_FULL: [&str; 2] = ["nombre", "nome"];

/// Headers of the full name, or of one of its parts beside the other one, without accents.
const FULL_OR_PART: [&str; 11] =
    ["name", "nom", "naam", "namn", "navn", "nimi", "nev", "nume", "nazwa", "名字", "שם"];

/// Headers of the given name, or of the full name in a file without family names, without accents.
const GIVEN_OR_FULL: [&str; 16] = [
    "име",
    "ชือ",
    "ten",
    "nombre",
    "nombres",
    "nome",
    "имя",
    "імя",
    "jmeno",
    "ονομα",
    "이름",
    "ime",
    "isim",
    "adi",
    "名",
    "ad",
];

/// Headers of the given name that name something else in a file without family names: an `Ad` is an advertisement, too.
const GIVEN_BESIDE_FAMILY_ONLY: [&str; 2] = ["ad", "名"];

/// A header of the family name in Serbian, and of the middle name in Bulgarian.
const FAMILY_OR_MIDDLE: [&str; 1] = ["презиме"];

/// Headers of a second family name, which is appended to the first one.
const SECOND_FAMILY_NAMES: [&str; 5] =
    ["segundoapellido", "apellidomaterno", "apellido2", "2apellido", "2oapellido"];

/// Returns whether the cells of a column are appended to another column of the same field: a second middle name, an academic
/// title, a house number.
pub(super) fn joins(field: Field, header: &str) -> bool {
    match field {
        Field::NamePrefix | Field::NameMiddle => true,
        Field::NameFamily => SECOND_FAMILY_NAMES.contains(&header),
        Field::AddressStreet => house_numbers::may_be_house_number(header),
        _ => false,
    }
}

/// Resolves the headers of names, by the columns beside them and by the first rows.
pub(super) fn resolve(columns: &mut SampledColumns<'_>) {
    resolve_middle_names(columns);
    let given = unambiguous(columns, Field::NameGiven);
    let family = unambiguous(columns, Field::NameFamily);
    for column in 0..columns.planned.len() {
        if is_open(columns, column, Field::NameFull, &FULL_OR_PART) {
            match (given, family) {
                (Some(given), None) => set_part(columns, column, given, Field::NameFamily),
                (None, Some(family)) => set_part(columns, column, family, Field::NameGiven),
                _ => {}
            }
        } else if is_open(columns, column, Field::NameGiven, &GIVEN_OR_FULL) {
            match family {
                Some(family) if contains(columns, column, family) => columns.set(column, Field::NameFull),
                Some(_) => {}
                None if columns.is_one_of(column, &GIVEN_BESIDE_FAMILY_ONLY) => {
                    columns.planned[column] = None;
                }
                None if columns.has(Field::NameFull) => {}
                None => columns.set(column, Field::NameFull),
            }
        }
    }
}

/// Reads a column as the middle name whose header names the family name too, where another column has the family name.
fn resolve_middle_names(columns: &mut SampledColumns<'_>) {
    let all = 0..columns.planned.len();
    for column in all.clone() {
        let is_family = |other: usize| other != column && columns.field(other) == Some(Field::NameFamily);
        if is_open(columns, column, Field::NameFamily, &FAMILY_OR_MIDDLE) && all.clone().any(is_family) {
            columns.set(column, Field::NameMiddle);
        }
    }
}

/// Returns whether a column is planned for a field by a header that may mean another one.
fn is_open(columns: &SampledColumns<'_>, column: usize, field: Field, headers: &[&str]) -> bool {
    columns.field(column) == Some(field) && columns.is_one_of(column, headers) && !(columns.is_fixed)(column)
}

/// Returns the first column that certainly holds a field.
fn unambiguous(columns: &SampledColumns<'_>, field: Field) -> Option<usize> {
    (0..columns.planned.len()).find(|column| {
        columns.field(*column) == Some(field)
            && ((columns.is_fixed)(*column) || !columns.is_one_of(*column, &GIVEN_OR_FULL))
    })
}

/// Reads a column as a part of the name, unless its values contain the other part.
fn set_part(columns: &mut SampledColumns<'_>, column: usize, other_part: usize, part: Field) {
    if !contains(columns, column, other_part) {
        columns.set(column, part);
    }
}

fn contains(columns: &SampledColumns<'_>, whole: usize, part: usize) -> bool {
    columns.ratio_containing(whole, part).is_some_and(Ratio::is_at_least_half)
}

/// Resolves the headers of names as version 0.1.0 did.
pub(super) fn resolve_as_v0_1(
    planned: &mut [Option<PlannedColumn>],
    headers: &[String],
    is_fixed: impl Fn(usize) -> bool,
) {
    if planned.iter().flatten().any(|planned| planned.path.field == Field::NameFamily) {
        return;
    }
    let (words, from, to): (&[&str], _, _) = if has_given_name(planned, headers) {
        (&V0_1_FULL_OR_FAMILY, Field::NameFull, Field::NameFamily)
    } else {
        (&V0_1_GIVEN_OR_FULL, Field::NameGiven, Field::NameFull)
    };
    for (column, planned) in planned.iter_mut().enumerate().filter(|(column, _)| !is_fixed(*column)) {
        let Some(planned) = planned else { continue };
        if planned.path.field == from && words.contains(&fold(&headers[column]).as_str()) {
            planned.path.field = to;
        }
    }
}

/// Returns whether a column certainly holds the given name.
fn has_given_name(planned: &[Option<PlannedColumn>], headers: &[String]) -> bool {
    planned.iter().zip(headers).any(|(planned, header)| {
        planned.as_ref().is_some_and(|planned| planned.path.field == Field::NameGiven)
            && !V0_1_GIVEN_OR_FULL.contains(&fold(header).as_str())
    })
}
