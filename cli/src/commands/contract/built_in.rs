//! The fixtures that the command carries in itself: those of its version.

use std::io;
use std::path::Path;

use unicontact_contract::{FixtureArchive, Fixtures};

use crate::exit::Failure;
use crate::failure_code::FailureCode;

/// Packed by `build.rs`.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/fixtures.gz"));

/// The name of the fixtures in messages.
pub(super) const NAME: &str = "this version of unicontact";

/// Returns the files.
pub(super) fn archive() -> Result<FixtureArchive, Failure> {
    FixtureArchive::unpack(PACKED).map_err(|error: io::Error| {
        let message = format!("the fixtures of {NAME} cannot be unpacked: {error}; install it again");
        Failure::new(FailureCode::System, message)
    })
}

/// Returns the fixtures.
pub(super) fn fixtures() -> Result<Fixtures, Failure> {
    Fixtures::load_archive(&archive()?, Path::new(NAME)).map_err(|error| {
        Failure::new(FailureCode::System, format!("mistakes in the fixtures of {NAME}\n{error}"))
    })
}
