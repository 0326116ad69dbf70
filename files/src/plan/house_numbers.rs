//! Columns of house numbers whose headers are words for any number, such as the `Nr.` of `Straße;Nr.;Ort`.

use super::Planned;
use super::values::{Columns, Share};
use crate::field_path::Field;

/// Words for a number or a house, without accents. Next to a street they name the number of the house.
const NUMBERS: [&str; 20] = [
    "no",
    "nr",
    "n",
    "number",
    "num",
    "nummer",
    "numero",
    "numer",
    "nro",
    "nodeg",
    "номер",
    "дом",
    "cislo",
    "cp",
    "szam",
    "hnr",
    "hsnr",
    "hausnr",
    "番地",
    "numar",
];

/// Returns whether a header is a word for a number that names house numbers next to a street.
pub(super) fn is_number(header: &str) -> bool {
    NUMBERS.contains(&header)
}

/// Takes columns of numbers next to a street for the numbers of the houses, unless the street has them already.
pub(super) fn settle(columns: &mut Columns<'_>) {
    for place in 0..columns.places.len() {
        let is_open = is_number(&columns.headers[place])
            && !(columns.is_settled)(place)
            && matches!(columns.field(place), None | Some(Field::ExternalId));
        if is_open && let Some(street) = street_beside(columns, place) {
            let Some(beside) = &columns.places[street] else { continue };
            let house = Planned {
                target: beside.target.clone(),
                kind: beside.kind.clone(),
                label: None,
                group: beside.group.clone(),
                known_by: beside.known_by,
            };
            columns.places[place] = Some(house);
        }
    }
}

/// Returns the street whose house numbers a column has: that before it, else that behind it.
fn street_beside(columns: &Columns<'_>, place: usize) -> Option<usize> {
    let is_street = |other: &usize| {
        columns.field(*other) == Some(Field::AddressStreet) && !may_be_number_of_another(columns, *other)
    };
    let sides = [place.checked_sub(1), Some(place + 1)];
    let street = sides.into_iter().flatten().find(|other| is_street(other))?;
    let fits = columns.share(place, is_house_number).is_none_or(Share::is_half);
    let is_numbered = columns.samples.values(place).count() > 2 && columns.counts_rows(place);
    let has_numbers = columns.share(street, |text| text.chars().any(char::is_numeric));
    (fits && !is_numbered && !has_numbers.is_some_and(Share::is_half)).then_some(street)
}

/// Returns whether a column of a street is itself a column of house numbers.
fn may_be_number_of_another(columns: &Columns<'_>, place: usize) -> bool {
    let header = &columns.headers[place];
    is_number(header) || super::names::is_house_number(header)
}

/// Returns whether a text may be the number of a house: `5`, `12a`, `12-14`, `7/3`, `s/n`.
fn is_house_number(text: &str) -> bool {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let is_without =
        || text.chars().all(|it| it.is_alphabetic() || it == '/' || it == '.') && text.len() <= 5;
    if digits == 0 { is_without() } else { digits <= 5 && text.chars().count() <= 12 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn house_numbers_are_short() {
        for text in ["5", "12a", "12-14", "7/3", "12 bis", "s/n", "10115", "5 Whg. 2"] {
            assert!(is_house_number(text), "{text}");
        }
        for text in ["K-4711", "123456", "+44 20 7946 0123", "Customer", "020 7946 0123 45"] {
            assert!(!is_house_number(text), "{text}");
        }
    }
}
