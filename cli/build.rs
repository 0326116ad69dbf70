//! Packs the fixtures of the vendors into one file, which the command carries in itself.
//!
//! `unicontact_contract::FixtureArchive` describes the file. Only the folders that `Fixtures::load` reads are packed.

use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let root = folder_of("CARGO_MANIFEST_DIR")?.join("../fixtures");
    let archive = File::create(folder_of("OUT_DIR")?.join("fixtures.gz"))?;
    let mut archive = GzEncoder::new(archive, Compression::best());
    let providers = entries(&root.join("providers"))?;
    let vendors = providers.iter().filter_map(|path| path.file_stem()).map(|name| root.join(name));
    for folder in [root.join("contacts"), root.join("providers")].into_iter().chain(vendors) {
        println!("cargo::rerun-if-changed={}", folder.display());
        for file in entries(&folder)? {
            pack(&file, &root, &mut archive)?;
        }
    }
    archive.finish()?;
    Ok(())
}

/// Returns the folder in a variable that Cargo sets.
fn folder_of(variable: &str) -> io::Result<PathBuf> {
    env::var_os(variable).map(PathBuf::from).ok_or_else(|| io::Error::other(format!("{variable} is not set")))
}

/// Returns the files of a folder, sorted, so that the same fixtures become the same archive.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut entries = entries.collect::<io::Result<Vec<PathBuf>>>()?;
    entries.sort();
    Ok(entries)
}

/// Appends a file: its path, its text, and a zero byte after each.
fn pack(file: &Path, root: &Path, archive: &mut impl Write) -> io::Result<()> {
    let path = file.strip_prefix(root).map_err(io::Error::other)?;
    let names: Vec<_> = path.iter().map(|name| name.to_string_lossy()).collect();
    write!(archive, "{}\0{}\0", names.join("/"), fs::read_to_string(file)?)
}
