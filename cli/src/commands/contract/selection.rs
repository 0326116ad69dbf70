//! Selects fixtures by vendor and scenario.

use std::collections::BTreeSet;

use unicontact::providers::nearest_word;
use unicontact_contract::{Fixture, Fixtures};

use crate::exit::Failure;
use crate::failure_code::FailureCode;

/// Returns the fixtures of these vendors with these scenarios, all without a selection. `location` is where they are.
///
/// # Errors
///
/// When there is none, or none of a scenario.
pub(super) fn selected_fixtures<'a>(
    fixtures: &'a Fixtures,
    vendors: &[String],
    scenarios: &[String],
    location: &str,
) -> Result<Vec<&'a Fixture>, Failure> {
    let of_vendors = || fixtures.all().iter().filter(|fixture| vendors.contains(&fixture.vendor));
    if of_vendors().next().is_none() {
        let message = format!("{location} holds no fixture; name another folder with --fixtures DIR");
        return Err(Failure::new(FailureCode::InvalidInput, message));
    }
    for name in scenarios {
        if !of_vendors().any(|fixture| is_named(fixture, name)) {
            let known = of_vendors().map(|fixture| fixture.scenario.as_str()).collect::<BTreeSet<_>>();
            let hint = nearest_word(name, known)
                .map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"));
            return Err(Failure::new(
                FailureCode::InvalidInput,
                format!("{} has no scenario {name}{hint}", vendors.join(", ")),
            ));
        }
    }
    let is_selected =
        |fixture: &&Fixture| scenarios.is_empty() || scenarios.iter().any(|name| is_named(fixture, name));
    Ok(of_vendors().filter(is_selected).collect())
}

/// Returns whether the fixture has the scenario. A name that ends with `*` has every scenario that begins so.
fn is_named(fixture: &Fixture, name: &str) -> bool {
    match name.strip_suffix('*') {
        Some(beginning) => fixture.scenario.starts_with(beginning),
        None => fixture.scenario == name,
    }
}
