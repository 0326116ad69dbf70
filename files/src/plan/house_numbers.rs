//! Columns of house numbers, also under headers for any number, such as the `Nr.` of `Straße;Nr.;Ort`.

use super::planned_column::PlannedColumn;
use super::sampled_columns::{Ratio, SampledColumns};
use crate::field_path::Field;

/// Headers that name house numbers, without accents.
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

/// Headers of any number, without accents. Next to a street they name the house number.
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

/// Returns whether a header names house numbers, alone or next to a street.
pub(super) fn may_be_house_number(header: &str) -> bool {
    HOUSE_NUMBERS.contains(&header) || NUMBERS.contains(&header)
}

/// Reads columns of numbers next to a street as house numbers, unless the street has them already.
pub(super) fn resolve(columns: &mut SampledColumns<'_>) {
    for column in 0..columns.planned.len() {
        let is_open = columns.is_one_of(column, &NUMBERS)
            && !(columns.is_fixed)(column)
            && matches!(columns.field(column), None | Some(Field::ExternalId));
        if is_open && let Some(street) = adjacent_street(columns, column) {
            let Some(street) = &columns.planned[street] else { continue };
            let house_number = PlannedColumn {
                path: street.path.clone(),
                kind: street.kind.clone(),
                label: None,
                group: street.group.clone(),
                source: street.source,
            };
            columns.planned[column] = Some(house_number);
        }
    }
}

/// Returns the street next to a column of house numbers: the column before it, else the column after it.
fn adjacent_street(columns: &SampledColumns<'_>, column: usize) -> Option<usize> {
    let is_street = |other: &usize| {
        columns.field(*other) == Some(Field::AddressStreet) && !may_be_house_number(&columns.headers[*other])
    };
    let sides = [column.checked_sub(1), Some(column + 1)];
    let street = sides.into_iter().flatten().find(|other| is_street(other))?;
    let fits = columns.ratio(column, is_house_number).is_none_or(Ratio::is_at_least_half);
    let has_row_numbers = columns.samples.values(column).count() > 2 && columns.has_row_numbers(column);
    let numbers_in_street = columns.ratio(street, |text| text.chars().any(char::is_numeric));
    let has_own_numbers = numbers_in_street.is_some_and(Ratio::is_at_least_half);
    (fits && !has_row_numbers && !has_own_numbers).then_some(street)
}

/// Returns whether a text may be a house number: `5`, `12a`, `12-14`, `7/3`, `s/n`.
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
