//! Reading a file that holds text.
//!
//! Its rule: what keeps it from being read is said in words that tell what to do, and nothing of its content.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Why a file is no use.
pub(super) enum Unreadable {
    /// There is none.
    Missing,
    /// Anything else, in words.
    Because(String),
}

/// The text of a file of at most `limit` bytes, without a byte order mark.
pub(super) fn read(path: &Path, limit: u64) -> Result<String, Unreadable> {
    let because = |words: &str| Unreadable::Because(words.to_owned());
    let mut bytes = Vec::new();
    // Not by its size: a device or a pipe has none.
    let read = File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Unreadable::Missing),
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
            return Err(because("it is a directory"));
        }
        Err(error) => return Err(Unreadable::Because(format!("it cannot be read: {}", error.kind()))),
        Ok(length) if length as u64 > limit => {
            return Err(Unreadable::Because(format!("it is larger than {} KiB", limit / 1024)));
        }
        Ok(_) => {}
    }
    let text = String::from_utf8(bytes).map_err(|_| because("not UTF-8 text: save it as UTF-8"))?;
    Ok(text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text))
}

impl Unreadable {
    pub(super) fn in_words(self) -> String {
        match self {
            Self::Missing => "there is no such file".to_owned(),
            Self::Because(words) => words,
        }
    }
}
