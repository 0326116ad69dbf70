//! Loads the fixtures that the arguments name, and selects the vendors.
//!
//! Without `--fixtures`, they are those of the folder `fixtures`, or without such a folder those of this version.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use unicontact::providers::{Vendors, nearest_word};
use unicontact_contract::{Fixtures, FixturesError};

use super::built_in;
use crate::arguments::FixtureSource;
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::output;

/// The folder that is used where none is named.
const USUAL_FOLDER: &str = "fixtures";

/// Where the fixtures are.
pub(super) enum Location {
    Folder(PathBuf),
    /// In the command itself.
    BuiltIn,
}

/// Returns where the fixtures of these arguments are.
pub(super) fn location(source: &FixtureSource) -> Location {
    let usual = Path::new(USUAL_FOLDER);
    match &source.fixtures {
        Some(folder) => Location::Folder(folder.clone()),
        // Many projects have a folder of this name that holds other fixtures.
        None if usual.join("providers").is_dir() => Location::Folder(usual.to_owned()),
        None => Location::BuiltIn,
    }
}

impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(formatter, "{}", folder.display()),
            Self::BuiltIn => formatter.write_str(built_in::NAME),
        }
    }
}

/// Returns the fixtures and the selected vendors.
pub(super) fn load(source: &FixtureSource) -> Result<(Fixtures, Vec<String>), Failure> {
    let location = location(source);
    let fixtures = match &location {
        Location::Folder(folder) => load_folder(folder)?,
        Location::BuiltIn => built_in::fixtures()?,
    };
    let vendors = selected_vendors(&source.vendor, &fixtures, &location.to_string())?;
    if matches!(location, Location::BuiltIn) {
        output::note(&format!("The fixtures are those of {location}."));
    }
    Ok((fixtures, vendors))
}

/// Returns the fixtures of a folder.
pub(crate) fn load_folder(folder: &Path) -> Result<Fixtures, Failure> {
    load_folder_with(folder, Fixtures::load)
}

fn load_folder_with(
    folder: &Path,
    load: fn(&Path) -> Result<Fixtures, FixturesError>,
) -> Result<Fixtures, Failure> {
    if folder.is_file() {
        let folder = folder.display();
        return Err(Failure::new(
            FailureCode::InvalidInput,
            format!("{folder} is a file; name the folder of fixtures with --fixtures DIR"),
        ));
    }
    if !folder.is_dir() {
        let folder = folder.display();
        return Err(Failure::new(
            FailureCode::InvalidInput,
            format!(
                "there is no folder {folder}; name a folder of fixtures with --fixtures DIR, or write those of this version to \
                 it: unicontact contract fixtures --out {folder}"
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
    load(folder).map_err(|error| {
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
    require_adapters(&vendors, &fixtures, adapters)?;
    Ok((fixtures, vendors))
}

/// Returns the fixtures of a folder with its first ones, and the selected vendors, all of which have an adapter or a description.
pub(super) fn load_to_bless(
    source: &FixtureSource,
    adapters: &Vendors,
) -> Result<(Fixtures, Vec<String>), Failure> {
    let Location::Folder(folder) = location(source) else {
        return Err(Failure::new(
            FailureCode::Usage,
            format!(
                "the fixtures of {} cannot be changed; write them as files with `unicontact contract fixtures --out DIR`, and \
                 bless those with --fixtures DIR",
                built_in::NAME
            ),
        ));
    };
    let fixtures = load_folder_with(&folder, Fixtures::load_to_bless)?;
    let vendors = selected_vendors(&source.vendor, &fixtures, &folder.display().to_string())?;
    require_adapters(&vendors, &fixtures, adapters)?;
    Ok((fixtures, vendors))
}

/// Rejects a vendor without an adapter.
fn require_adapters(vendors: &[String], fixtures: &Fixtures, adapters: &Vendors) -> Result<(), Failure> {
    let has_adapter = |vendor: &&str| adapters.by_name(vendor).is_some();
    match vendors.iter().find(|vendor| !has_adapter(&vendor.as_str())) {
        None => Ok(()),
        Some(unknown) => {
            let others = fixtures.vendors().filter(has_adapter).collect::<Vec<_>>().join(",");
            let others = if others.is_empty() {
                String::new()
            } else {
                format!(", or select other vendors with --vendor {others}")
            };
            Err(Failure::new(
                FailureCode::InvalidInput,
                format!(
                    "this command has no adapter for {unknown}; name its description in [vendors]; without an adapter, `unicontact \
                 contract hold -- COMMAND` and `unicontact contract serve` test your own client, and \
                 unicontact_contract::replay one in Rust{others}"
                ),
            ))
        }
    }
}

/// Returns the selected vendors, all without a selection. `location` is where the fixtures are.
pub(super) fn selected_vendors(
    selection: &[String],
    fixtures: &Fixtures,
    location: &str,
) -> Result<Vec<String>, Failure> {
    for vendor in selection {
        if !fixtures.vendors().any(|known| known == vendor) {
            let hint = match nearest_word(vendor, fixtures.vendors()) {
                Some(nearest) => format!("did you mean {nearest}?"),
                None if location == built_in::NAME => {
                    format!(
                        "{}; name a folder with other fixtures with --fixtures DIR",
                        list_vendors(fixtures)
                    )
                }
                None => list_vendors(fixtures),
            };
            return Err(Failure::new(
                FailureCode::InvalidInput,
                format!("{location} has no vendor {vendor}; {hint}"),
            ));
        }
    }
    let is_selected = |vendor: &&str| selection.is_empty() || selection.iter().any(|it| it == vendor);
    Ok(fixtures.vendors().filter(is_selected).map(str::to_owned).collect())
}

fn list_vendors(fixtures: &Fixtures) -> String {
    format!("it has {}", fixtures.vendors().collect::<Vec<_>>().join(", "))
}
