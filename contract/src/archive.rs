//! Fixtures in one compressed file, as a program carries them in itself.
//!
//! The file is gzip of each path and its text, each followed by a zero byte. Paths are relative, with `/`.

use std::collections::BTreeMap;
use std::io::{self, Read as _};

use flate2::read::GzDecoder;

const END: char = '\0';

/// The files of a folder of fixtures by their relative paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixtureArchive(BTreeMap<String, String>);

impl FixtureArchive {
    /// Unpacks an archive.
    ///
    /// # Errors
    ///
    /// When the bytes are no archive of fixtures.
    pub fn unpack(bytes: &[u8]) -> io::Result<Self> {
        let mut text = String::new();
        GzDecoder::new(bytes).read_to_string(&mut text)?;
        let mut parts = text.split_terminator(END);
        let mut files = BTreeMap::new();
        while let Some(path) = parts.next() {
            let text = parts.next().ok_or(io::ErrorKind::UnexpectedEof)?;
            files.insert(path.to_owned(), text.to_owned());
        }
        Ok(Self(files))
    }

    /// Returns the files, each with its relative path and its text, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(content: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn every_file_is_unpacked_with_its_text() {
        let archive = FixtureArchive::unpack(&packed("b.json\0{\n}\n\0a/c.json\0\0")).unwrap();
        let files: Vec<(&str, &str)> = archive.files().collect();
        assert_eq!(files, [("a/c.json", ""), ("b.json", "{\n}\n")]);
    }

    #[test]
    fn other_bytes_are_an_error() {
        let whole = packed("a.json\0{}\0");
        assert!(FixtureArchive::unpack(&whole[..whole.len() - 9]).is_err());
        assert!(FixtureArchive::unpack(&packed("a.json\0")).is_err());
        assert!(FixtureArchive::unpack(b"{}").is_err());
    }
}
