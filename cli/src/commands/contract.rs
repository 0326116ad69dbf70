//! `unicontact contract`: adapters, and vendors, held to fixtures.
//!
//! Its rule: the fixtures are read as a whole before anything is done with one of them.

mod asking;
mod compare;
mod compared_page;
mod export;
mod exported_page;
mod plan;
mod record;
mod target;
mod test;

use std::io;

use unicontact::providers::nearest_word;
use unicontact_contract::{Adapters, BuiltIn, Fixtures};

use crate::arguments::{Common, Contract, FixtureSource};
use crate::exit::{Exit, Failure};
use crate::output;

pub(super) async fn run(common: &Common, contract: &Contract) -> Result<Exit, Failure> {
    if matches!(contract, Contract::Test(_) | Contract::Export(_)) && !common.to.is_empty() {
        return Err(Failure::new("--to names providers, and none is asked here; --vendor names vendors"));
    }
    match contract {
        Contract::Test(test) => test::run(common, test).await,
        Contract::Compare(live) => compare::run(common, live).await,
        Contract::Record(record) => record::run(common, record).await,
        Contract::Export(export) => export::run(common, export),
    }
}

/// The fixtures, and the vendors that are meant.
fn read(source: &FixtureSource) -> Result<(Fixtures, Vec<String>), Failure> {
    let folder = &source.fixtures;
    if !folder.is_dir() {
        let folder = folder.display();
        return Err(Failure::new(format!(
            "there is no folder {folder}; name a folder of fixtures with --fixtures DIR, such as the one in the \
             project's sources"
        )));
    }
    let fixtures = Fixtures::read(folder).map_err(|error| {
        let count = error.mistakes().len();
        let plural = if count == 1 { "" } else { "s" };
        Failure::new(format!("{count} mistake{plural} in the fixtures\n{error}"))
    })?;
    let vendors = vendors(source, &fixtures)?;
    Ok((fixtures, vendors))
}

/// The same for what asks this command's own adapters.
fn read_for_adapters(source: &FixtureSource) -> Result<(Fixtures, Vec<String>), Failure> {
    let (fixtures, vendors) = read(source)?;
    let known = BuiltIn.vendors();
    match vendors.iter().find(|vendor| !known.contains(vendor)) {
        None => Ok((fixtures, vendors)),
        Some(stranger) => Err(Failure::new(format!(
            "this command has no adapter for {stranger}; hold your own to its fixtures with \
             unicontact_contract::replay, or leave it out with --vendor {}",
            known.join(",")
        ))),
    }
}

fn vendors(source: &FixtureSource, fixtures: &Fixtures) -> Result<Vec<String>, Failure> {
    for vendor in &source.vendor {
        if !fixtures.vendors().any(|known| known == vendor) {
            let hint = nearest_word(vendor, fixtures.vendors())
                .map_or_else(|| listed(fixtures), |nearest| format!("did you mean {nearest}?"));
            let folder = source.fixtures.display();
            return Err(Failure::new(format!("{folder} has no vendor {vendor}; {hint}")));
        }
    }
    let is_meant = |vendor: &&str| source.vendor.is_empty() || source.vendor.iter().any(|it| it == vendor);
    Ok(fixtures.vendors().filter(is_meant).map(str::to_owned).collect())
}

fn listed(fixtures: &Fixtures) -> String {
    format!("it has {}", fixtures.vendors().collect::<Vec<_>>().join(", "))
}

/// Whether the report was written. What was created has been told on stderr before.
fn is_told(written: &io::Result<()>) -> bool {
    if let Err(error) = written {
        output::message(&format!("error: the report could not be written ({error})"));
    }
    written.is_ok()
}
