//! Files that the command writes and that only their owner can read.
//!
//! Invariant: such a file may hold contact data, so no other user can read it from its first byte on.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// A file of lines, written through a buffer.
pub(crate) struct PrivateFile(BufWriter<File>);

impl PrivateFile {
    /// Creates the file, or truncates an existing one.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        create(path).map(BufWriter::new).map(Self)
    }

    pub(crate) fn write_line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.0, "{text}")
    }

    pub(crate) fn finish(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Returns an empty file that only its owner can read.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    if is_open_stream(path) {
        // The stream may lead to a file that other processes write to, such as a log.
        return options.append(true).open(path);
    }
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    restrict_to_owner(&file)?;
    Ok(file)
}

/// Returns whether the path leads to a stream that the command has open already, such as `/dev/stderr`.
pub(crate) fn is_open_stream(path: &Path) -> bool {
    let streams = ["/dev/stdin", "/dev/stdout", "/dev/stderr"];
    path.starts_with("/dev/fd") || path.starts_with("/proc") || streams.iter().any(|it| path == Path::new(it))
}

/// Sets the mode of a file that existed before: opening it does not. Devices such as `/dev/full` keep their mode.
#[cfg(unix)]
fn restrict_to_owner(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if file.metadata()?.is_file() {
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn restrict_to_owner(_: &File) -> io::Result<()> {
    Ok(())
}
