//! Columns under headers such as "Country Code", which hold dial codes or the countries of addresses.

use super::planned_column::PlannedColumn;
use crate::field_path::{Field, FieldPath};
use crate::layouts::fold_without_accents;

/// Headers of dial codes or of countries, without accents.
const DIAL_CODE_OR_COUNTRY: [&str; 10] = [
    "countrycode",
    "landercode",
    "codepays",
    "codigodepais",
    "codigodopais",
    "codicepaese",
    "landcode",
    "kodkraju",
    "кодстраны",
    "国家代码",
];

/// Returns whether a header names dial codes as well as the countries of addresses.
pub(crate) fn is_dial_code_or_country(header: &str) -> bool {
    DIAL_CODE_OR_COUNTRY.contains(&fold_without_accents(header).as_str())
}

/// Reads such a column as dial codes where another column has the country. `is_fixed` returns whether the mapping or the
/// layout fixes the meaning of a column.
pub(super) fn resolve(
    planned: &mut [Option<PlannedColumn>],
    headers: &[String],
    is_fixed: impl Fn(usize) -> bool,
) {
    let is_country = |planned: &PlannedColumn| planned.path.field == Field::AddressCountry;
    if planned.iter().flatten().filter(|planned| is_country(planned)).count() < 2 {
        return;
    }
    for (column, planned) in planned.iter_mut().enumerate().filter(|(column, _)| !is_fixed(*column)) {
        let Some(planned) = planned.as_mut().filter(|planned| is_country(planned)) else { continue };
        if is_dial_code_or_country(&headers[column]) {
            planned.path = FieldPath { field: Field::PhoneDialCode, entry: None, key: String::new() };
            planned.group = None;
        }
    }
}
