//! Reads a file that holds text, up to a limit. Its errors show nothing of the content.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Why a file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextFileError {
    /// There is none.
    Missing,
    /// It is a directory.
    Directory,
    /// It is a pipe, a socket or a device.
    Special,
    /// It cannot be opened or read.
    Unreadable(io::ErrorKind),
    /// It has more bytes than the limit, which this is.
    TooLarge(u64),
    /// It is no text.
    NotUtf8,
}

/// Returns the text of a file of at most `limit` bytes, without a byte order mark.
pub(super) fn read(path: &Path, limit: u64) -> Result<String, TextFileError> {
    let mut bytes = Vec::new();
    // The limit is on the bytes that are read: a device or a pipe has no size.
    let length = File::open(path)
        .and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
        .map_err(|error| TextFileError::from_kind(error.kind()))?;
    if length as u64 > limit {
        return Err(TextFileError::TooLarge(limit));
    }
    let text = String::from_utf8(bytes).map_err(|_| TextFileError::NotUtf8)?;
    Ok(text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text))
}

/// Returns the text of a file like [`read`], and refuses pipes, sockets and devices, which may never end.
pub(super) fn read_regular(path: &Path, limit: u64) -> Result<String, TextFileError> {
    let metadata = std::fs::metadata(path).map_err(|error| TextFileError::from_kind(error.kind()))?;
    if !metadata.is_file() && !metadata.is_dir() {
        return Err(TextFileError::Special);
    }
    read(path, limit)
}

impl TextFileError {
    fn from_kind(kind: io::ErrorKind) -> Self {
        match kind {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::IsADirectory => Self::Directory,
            kind => Self::Unreadable(kind),
        }
    }
}

impl fmt::Display for TextFileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("the file does not exist: check its path"),
            Self::Directory => formatter.write_str("this is a directory: name a file"),
            Self::Special => formatter.write_str("this is a pipe or a device: name a regular file"),
            Self::Unreadable(kind) => {
                write!(formatter, "the file cannot be read ({kind}): check its permissions")
            }
            Self::TooLarge(limit) => {
                write!(formatter, "the file is larger than {} KiB: check its path", limit / 1024)
            }
            Self::NotUtf8 => formatter.write_str("the file is not UTF-8 text: save it as UTF-8"),
        }
    }
}

impl std::error::Error for TextFileError {}
