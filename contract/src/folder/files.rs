//! The files of a folder of fixtures: on disk, or of an archive.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where the files are.
pub(super) enum Files {
    Disk,
    /// The texts of the files by path.
    Memory(BTreeMap<PathBuf, String>),
}

impl Files {
    /// Returns the files and folders directly in a folder, sorted by name.
    pub(super) fn entries(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        match self {
            Self::Disk => {
                let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
                let mut entries = entries.collect::<io::Result<Vec<PathBuf>>>()?;
                entries.sort();
                Ok(entries)
            }
            Self::Memory(files) => {
                let below = files.keys().filter_map(|path| path.strip_prefix(folder).ok());
                let names = below.filter_map(|path| path.components().next());
                let entries: BTreeSet<PathBuf> = names.map(|name| folder.join(name)).collect();
                Ok(entries.into_iter().collect())
            }
        }
    }

    pub(super) fn is_folder(&self, path: &Path) -> bool {
        match self {
            Self::Disk => path.is_dir(),
            Self::Memory(files) => !files.contains_key(path),
        }
    }

    pub(super) fn is_file(&self, path: &Path) -> bool {
        match self {
            Self::Disk => path.is_file(),
            Self::Memory(files) => files.contains_key(path),
        }
    }

    pub(super) fn read(&self, path: &Path) -> io::Result<String> {
        match self {
            Self::Disk => fs::read_to_string(path),
            Self::Memory(files) => files.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into()),
        }
    }
}
