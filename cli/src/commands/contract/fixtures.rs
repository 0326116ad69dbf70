//! Loads the folder of fixtures that the arguments name, and selects the vendors.

use std::fs;
use std::path::Path;

use unicontact::providers::{Vendors, nearest_word};
use unicontact_contract::Fixtures;

use crate::arguments::FixtureSource;
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::output;

/// Returns the fixtures and the selected vendors.
pub(super) fn load(source: &FixtureSource) -> Result<(Fixtures, Vec<String>), Failure> {
    let fixtures = load_folder(&source.fixtures)?;
    let vendors = selected_vendors(source, &fixtures)?;
    Ok((fixtures, vendors))
}

/// Returns the fixtures of a folder.
pub(crate) fn load_folder(folder: &Path) -> Result<Fixtures, Failure> {
    if !folder.is_dir() {
        let folder = folder.display();
        return Err(Failure::new(
            FailureCode::InvalidInput,
            format!(
                "there is no folder {folder}; name a folder of fixtures with --fixtures DIR, such as the one in the \
             project's sources"
            ),
        ));
    }
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none()) {
        let folder = folder.display();
        return Err(Failure::new(
            FailureCode::InvalidInput,
            format!("{folder} has no fixture; {}", first_fixture("VENDOR")),
        ));
    }
    Fixtures::load(folder).map_err(|error| {
        let mistakes = output::counted(error.diagnostics().len() as u64, "mistake", "mistakes");
        Failure::new(FailureCode::InvalidInput, format!("{mistakes} in the fixtures\n{error}"))
    })
}

/// Returns what a person writes to have a first fixture. Its answer is recorded.
pub(super) fn first_fixture(vendor: &str) -> String {
    format!(
        "write a first one: contacts/ada.json with a contact, providers/{vendor}.json with {{}}, and {vendor}/create_full.json with \
         {{\"provenance\": {{\"kind\": \"inferred\", \"source\": \"to record\", \"date\": \"2026-01\", \"note\": \"\"}}, \
         \"contact\": \"ada\", \"expect\": {{\"created\": \"1\"}}}}"
    )
}

/// Returns the fixtures and the selected vendors, all of which have an adapter or a description.
pub(super) fn load_for_adapters(
    source: &FixtureSource,
    adapters: &Vendors,
) -> Result<(Fixtures, Vec<String>), Failure> {
    let (fixtures, vendors) = load(source)?;
    match vendors.iter().find(|vendor| adapters.by_name(vendor).is_none()) {
        None => Ok((fixtures, vendors)),
        Some(unknown) => Err(Failure::new(
            FailureCode::InvalidInput,
            format!(
                "this command has no adapter for {unknown}; name its description in [vendors], test your own adapter with \
             unicontact_contract::replay, or select other vendors with --vendor {}",
                adapters.names().join(",")
            ),
        )),
    }
}

fn selected_vendors(source: &FixtureSource, fixtures: &Fixtures) -> Result<Vec<String>, Failure> {
    for vendor in &source.vendor {
        if !fixtures.vendors().any(|known| known == vendor) {
            let hint = nearest_word(vendor, fixtures.vendors())
                .map_or_else(|| list_vendors(fixtures), |nearest| format!("did you mean {nearest}?"));
            let folder = source.fixtures.display();
            return Err(Failure::new(
                FailureCode::InvalidInput,
                format!("{folder} has no vendor {vendor}; {hint}"),
            ));
        }
    }
    let is_selected = |vendor: &&str| source.vendor.is_empty() || source.vendor.iter().any(|it| it == vendor);
    Ok(fixtures.vendors().filter(is_selected).map(str::to_owned).collect())
}

fn list_vendors(fixtures: &Fixtures) -> String {
    format!("it has {}", fixtures.vendors().collect::<Vec<_>>().join(", "))
}
