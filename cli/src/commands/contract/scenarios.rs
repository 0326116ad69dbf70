//! Selects fixtures by the names of their scenarios, and lists these names. A name that ends with `*` selects every scenario that begins with the rest.

use std::collections::BTreeSet;

use unicontact::providers::nearest_word;
use unicontact_contract::{Fixture, Fixtures};

use crate::exit::Failure;
use crate::failure_code::FailureCode;

/// The most names that a list shows.
const MAX_NAMES: usize = 3;

/// Returns whether a scenario is selected. Without names, every scenario is.
pub(super) fn is_selected(scenario: &str, names: &[String]) -> bool {
    names.is_empty() || names.iter().any(|name| is_named(scenario, name))
}

/// Returns the fixtures of these vendors with these scenarios, all without a selection. `location` is where they are.
///
/// # Errors
///
/// When there is none, or none of a scenario.
pub(super) fn selected_fixtures<'a>(
    fixtures: &'a Fixtures,
    vendors: &[String],
    names: &[String],
    location: &str,
) -> Result<Vec<&'a Fixture>, Failure> {
    let of_vendors = || fixtures.all().iter().filter(|fixture| vendors.contains(&fixture.vendor));
    if of_vendors().next().is_none() {
        return Err(Failure::new(
            FailureCode::InvalidInput,
            format!("{location} holds no fixture; name another folder with --fixtures DIR"),
        ));
    }
    require_known(names, fixtures, &vendors.iter().map(String::as_str).collect())?;
    Ok(of_vendors().filter(|fixture| is_selected(&fixture.scenario, names)).collect())
}

/// Rejects a name that selects no scenario of these vendors.
pub(super) fn require_known(
    names: &[String],
    fixtures: &Fixtures,
    vendors: &BTreeSet<&str>,
) -> Result<(), Failure> {
    let of_vendors = fixtures.all().iter().filter(|fixture| vendors.contains(&*fixture.vendor));
    let known: BTreeSet<&str> = of_vendors.map(|fixture: &Fixture| fixture.scenario.as_str()).collect();
    match names.iter().find(|name| !known.iter().any(|scenario| is_named(scenario, name))) {
        None => Ok(()),
        Some(name) => {
            let vendors = vendors.iter().copied().collect::<Vec<_>>().join(", ");
            Err(unknown_scenario(name, &vendors, known))
        }
    }
}

/// Returns the failure of a name that no scenario has.
fn unknown_scenario<'a>(name: &str, vendors: &str, known: impl IntoIterator<Item = &'a str>) -> Failure {
    if name.is_empty() {
        return Failure::new(
            FailureCode::Usage,
            "--scenario has an empty name; name a scenario, or leave it out",
        );
    }
    let nearest = nearest_word(name, known);
    let hint = nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"));
    Failure::new(FailureCode::InvalidInput, format!("{vendors} has no scenario {name}{hint}"))
}

/// Returns the first names, and the number of the others.
pub(super) fn short_list(names: &[&str]) -> String {
    if names.len() <= MAX_NAMES {
        return names.join(", ");
    }
    format!("{} and {} more", names[..MAX_NAMES - 1].join(", "), names.len() - (MAX_NAMES - 1))
}

fn is_named(scenario: &str, name: &str) -> bool {
    match name.strip_suffix('*') {
        Some(beginning) => scenario.starts_with(beginning),
        None => scenario == name,
    }
}
