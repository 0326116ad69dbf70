//! Reads a fault file. An error names the file and its line.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use unicontact_sandbox::{Faults, FaultsError};

use crate::exit::Failure;
use crate::failure_code::FailureCode;

/// The largest accepted file in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

pub(super) fn read(path: &Path) -> Result<Faults, Failure> {
    let text = text(path)
        .map_err(|error| Failure::new(FailureCode::InvalidInput, format!("{}: {error}", path.display())))?;
    Faults::from_toml(text.trim_start_matches('\u{FEFF}')).map_err(|error| mistake(path, &error))
}

fn text(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "the file does not exist: check its path".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory; a file with faults is expected".to_owned(),
        kind => format!("it cannot be read: {kind}"),
    })?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("it is larger than {} KiB; a file with faults is expected", MAX_BYTES / 1024));
    }
    String::from_utf8(bytes).map_err(|_| "not UTF-8 text: save it as UTF-8".to_owned())
}

fn mistake(path: &Path, error: &FaultsError) -> Failure {
    let (path, message) = (path.display(), &error.message);
    match error.line {
        Some(line) => Failure::new(FailureCode::InvalidInput, format!("{path}:{line}: {message}")),
        None => Failure::new(FailureCode::InvalidInput, format!("{path}: {message}")),
    }
}
