//! Columns that hold dial codes or the countries of addresses.

use super::Planned;
use crate::csv::dial_codes::is_country_code;
use crate::field_path::{Field, FieldPath};

/// Takes a column such as "Country Code" for dial codes where another column has the country; `is_settled` says which
/// columns a mapping or a layout knows.
pub(super) fn settle(places: &mut [Option<Planned>], headers: &[String], is_settled: impl Fn(usize) -> bool) {
    let is_country = |planned: &Planned| planned.target.field == Field::AddressCountry;
    if places.iter().flatten().filter(|planned| is_country(planned)).count() < 2 {
        return;
    }
    for (place, planned) in places.iter_mut().enumerate().filter(|(place, _)| !is_settled(*place)) {
        let Some(planned) = planned.as_mut().filter(|planned| is_country(planned)) else { continue };
        if is_country_code(&headers[place]) {
            planned.target = FieldPath { field: Field::PhoneDialCode, entry: None, key: String::new() };
            planned.group = None;
        }
    }
}
