//! Columns whose name means one thing beside some columns and another beside others.
//!
//! Rule: "Name" beside "Vorname" is the family name; "Nombre" without "Apellidos" is the whole one.

use super::Planned;
use crate::layouts::fold;
use crate::target::Field;

/// Words for the whole name, or for the family name beside a given one.
const WHOLE_OR_FAMILY: [&str; 3] = ["name", "nom", "naam"];

/// Words for the given name, or for the whole one where no family name is.
const GIVEN_OR_WHOLE: [&str; 2] = ["nombre", "nome"];

/// Settles what the columns mean that are known by their plain names; `settled` says which are not.
pub(super) fn settle(places: &mut [Option<Planned>], headers: &[String], settled: impl Fn(usize) -> bool) {
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
