//! Columns of names whose header means one thing beside some columns and another beside others.
//!
//! "Name" beside "Vorname" is the family name, beside "Surname" the given one; "Nombre" without "Apellidos" is the whole
//! one. Where the first rows say otherwise they are right.

use super::values::{Columns, Share};
use super::{Planned, house_numbers};
use crate::field_path::Field;
use crate::layouts::fold;

/// Words for the whole name, or for the family name beside a given one.
const WHOLE_OR_FAMILY: [&str; 3] = ["name", "nom", "naam"];

/// Words for the given name, or for the whole one where no family name is.
const GIVEN_OR_WHOLE: [&str; 2] = ["nombre", "nome"];

/// The same in more languages, without accents.
const WHOLE_OR_A_PART: [&str; 11] =
    ["name", "nom", "naam", "namn", "navn", "nimi", "nev", "nume", "nazwa", "名字", "שם"];

/// The same in more languages, without accents.
const GIVEN_OR_THE_WHOLE: [&str; 16] = [
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

/// A word for the given name that is no name at all without the family name beside it: an `Ad` is an advertisement, too.
const ONLY_BESIDE_A_FAMILY_NAME: [&str; 2] = ["ad", "名"];

/// A word for the family name in Serbian, and for the middle name in Bulgarian, where the family name has another one.
const FAMILY_OR_MIDDLE: [&str; 1] = ["презиме"];

/// Words for a second family name, which goes behind the first.
const SECOND_FAMILY_NAMES: [&str; 5] =
    ["segundoapellido", "apellidomaterno", "apellido2", "2apellido", "2oapellido"];

/// Words for the number of a house, without accents. It is a part of the street, in the order of the columns.
const HOUSE_NUMBERS: [&str; 16] = [
    "housenumber",
    "houseno",
    "streetnumber",
    "streetno",
    "buildingnumber",
    "hausnummer",
    "hausnr",
    "huisnummer",
    "huisnr",
    "numerocivico",
    "ncivico",
    "civico",
    "numerdomu",
    "nrdomu",
    "cislopopisne",
    "hazszam",
];

/// Whether a column goes behind another one of the same field: a second middle name, an academic title, a house number.
pub(super) fn goes_behind(field: Field, header: &str) -> bool {
    match field {
        Field::NamePrefix | Field::NameMiddle => true,
        Field::NameFamily => SECOND_FAMILY_NAMES.contains(&header),
        Field::AddressStreet => is_house_number(header) || house_numbers::is_number(header),
        _ => false,
    }
}

/// Whether a header names house numbers and nothing else.
pub(super) fn is_house_number(header: &str) -> bool {
    HOUSE_NUMBERS.contains(&header)
}

/// Settles what the columns of names mean, by the columns beside them and by the first rows.
pub(super) fn settle_by_values(columns: &mut Columns<'_>) {
    let is = |columns: &Columns<'_>, place: usize, field: Field, words: &[&str]| {
        columns.field(place) == Some(field) && columns.is(place, words) && !(columns.is_settled)(place)
    };
    let all = 0..columns.places.len();
    let find = |columns: &Columns<'_>, field: Field| {
        let is_sure = |place: &usize| {
            columns.field(*place) == Some(field)
                && ((columns.is_settled)(*place) || !columns.is(*place, &GIVEN_OR_THE_WHOLE))
        };
        all.clone().find(is_sure)
    };
    for place in all.clone() {
        let is_family = |other: &usize| *other != place && columns.field(*other) == Some(Field::NameFamily);
        if is(columns, place, Field::NameFamily, &FAMILY_OR_MIDDLE)
            && all.clone().any(|other| is_family(&other))
        {
            columns.set(place, Field::NameMiddle);
        }
    }
    let (given, family) = (find(columns, Field::NameGiven), find(columns, Field::NameFamily));
    for place in all.clone() {
        if is(columns, place, Field::NameFull, &WHOLE_OR_A_PART) {
            match (given, family) {
                (Some(given), None) => settle_part(columns, place, given, Field::NameFamily),
                (None, Some(family)) => settle_part(columns, place, family, Field::NameGiven),
                _ => {}
            }
        } else if is(columns, place, Field::NameGiven, &GIVEN_OR_THE_WHOLE) {
            match family {
                Some(family) if holds(columns, place, family) => columns.set(place, Field::NameFull),
                Some(_) => {}
                None if columns.is(place, &ONLY_BESIDE_A_FAMILY_NAME) => columns.places[place] = None,
                None if columns.has(Field::NameFull) => {}
                None => columns.set(place, Field::NameFull),
            }
        }
    }
}

/// Takes a column for a part of the name, unless its values hold the other part.
fn settle_part(columns: &mut Columns<'_>, place: usize, other_part: usize, part: Field) {
    if !holds(columns, place, other_part) {
        columns.set(place, part);
    }
}

fn holds(columns: &Columns<'_>, whole: usize, part: usize) -> bool {
    columns.share_that_holds(whole, part).is_some_and(Share::is_half)
}

/// Settles as version 0.1.0 did what the columns mean that are known by their plain names; `settled` says which are not.
pub(super) fn settle_as_v0_1(
    places: &mut [Option<Planned>],
    headers: &[String],
    settled: impl Fn(usize) -> bool,
) {
    let has = |field: Field, places: &[Option<Planned>]| {
        places.iter().flatten().any(|planned| planned.target.field == field)
    };
    if has(Field::NameFamily, places) {
        return;
    }
    let (words, from, to): (&[&str], _, _) = if has_a_given_name(places, headers) {
        (&WHOLE_OR_FAMILY, Field::NameFull, Field::NameFamily)
    } else {
        (&GIVEN_OR_WHOLE, Field::NameGiven, Field::NameFull)
    };
    for (place, planned) in places.iter_mut().enumerate().filter(|(place, _)| !settled(*place)) {
        let Some(planned) = planned else { continue };
        if planned.target.field == from && words.contains(&fold(&headers[place]).as_str()) {
            planned.target.field = to;
        }
    }
}

/// Whether a column is the given name and nothing else.
fn has_a_given_name(places: &[Option<Planned>], headers: &[String]) -> bool {
    places.iter().zip(headers).any(|(planned, header)| {
        planned.as_ref().is_some_and(|planned| planned.target.field == Field::NameGiven)
            && !GIVEN_OR_WHOLE.contains(&fold(header).as_str())
    })
}
