//! `unicontact contract`: what the fixtures of the vendors are good for.
//!
//! Its rule: the fixtures are read whole before anything begins, and every mistake in them is told at once.

mod export;

use unicontact_contract::Fixtures;

pub(crate) use self::export::Exported;
use crate::arguments::{Common, Contract, FixturesSource};
use crate::exit::{Exit, Failure};

pub(super) fn run(common: &Common, contract: &Contract) -> Result<Exit, Failure> {
    match contract {
        Contract::Export(export) => export::run(common, export),
    }
}

fn fixtures(source: &FixturesSource) -> Result<Fixtures, Failure> {
    let folder = &source.fixtures;
    if !folder.is_dir() {
        let message =
            format!("there is no folder {}; name the fixtures with --fixtures DIR", folder.display());
        return Err(Failure::new(message));
    }
    Fixtures::read(folder).map_err(|error| {
        let count = error.mistakes().len();
        let plural = if count == 1 { "" } else { "s" };
        Failure::new(format!("{count} mistake{plural} in the fixtures\n{error}"))
    })
}
