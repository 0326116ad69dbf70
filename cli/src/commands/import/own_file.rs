//! A file that this command writes and only its owner reads.
//!
//! Its rule: it may hold contact data, so nobody else can read it from its first byte on.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// A file of lines, written through a buffer.
pub(in crate::commands) struct OwnFile(BufWriter<File>);

impl OwnFile {
    /// A new file, in the place of what is there.
    pub(in crate::commands) fn create(path: &Path) -> io::Result<Self> {
        create(path).map(BufWriter::new).map(Self)
    }

    pub(in crate::commands) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.0, "{text}")
    }

    pub(in crate::commands) fn finish(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// An empty file that nobody but its owner reads.
pub(in crate::commands) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    if is_a_stream(path) {
        // It may lead to a file that others write to, such as a log.
        return options.append(true).open(path);
    }
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    close_to_others(&file)?;
    Ok(file)
}

/// Whether a path leads to what the command has open already, such as `/dev/stderr`, wherever that goes.
pub(in crate::commands) fn is_a_stream(path: &Path) -> bool {
    let streams = ["/dev/stdin", "/dev/stdout", "/dev/stderr"];
    path.starts_with("/dev/fd") || path.starts_with("/proc") || streams.iter().any(|it| path == Path::new(it))
}

/// One that was there before keeps its mode when it is opened. What is no file, such as `/dev/full`, is left as it
/// is.
#[cfg(unix)]
fn close_to_others(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if file.metadata()?.is_file() {
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn close_to_others(_: &File) -> io::Result<()> {
    Ok(())
}
