//! The files that an import reads: those that are named, and in place of a folder the files in it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::outputs::Known;
use crate::arguments::Import;
use crate::exit::Failure;
use crate::{input, output};

/// How many of the files that are left out are named.
const NAMED: usize = 10;

/// Files that systems and programs put into folders.
const OF_SYSTEMS: [&str; 3] = ["desktop.ini", "thumbs.db", "~$"];

/// Returns the files to read, in the order of the arguments, those of a folder by their names. `own` are the files that the
/// command itself reads or writes.
pub(super) fn files(wanted: &Import, own: &[Known]) -> Result<Vec<PathBuf>, Failure> {
    let mut files: Vec<PathBuf> = Vec::new();
    for path in &wanted.files {
        if path != Path::new("-") && path.is_dir() {
            for file in of_folder(path, own)? {
                add(&mut files, file)?;
            }
        } else {
            add(&mut files, path.clone())?;
        }
    }
    Ok(files)
}

/// Adds a file, unless it is there already.
fn add(files: &mut Vec<PathBuf>, file: PathBuf) -> Result<(), Failure> {
    if file == Path::new("-") {
        if files.contains(&file) {
            return Err(Failure::new("standard input can be read once"));
        }
    } else if let Ok(real) = file.canonicalize()
        && files.iter().any(|other| other.canonicalize().is_ok_and(|other| other == real))
    {
        output::message(&format!("{}: it is named twice, and read once", file.display()));
        return Ok(());
    }
    files.push(file);
    Ok(())
}

/// Returns the files of a folder that can be contacts, and says which are left out.
fn of_folder(folder: &Path, own: &[Known]) -> Result<Vec<PathBuf>, Failure> {
    let name = folder.display().to_string();
    let unreadable = |error: io::Error| input::unreadable(&name, &error);
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let mut paths =
        entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>().map_err(unreadable)?;
    paths.sort();
    let (files, left_out): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.into_iter().partition(|path| path.is_file() && !is_ours(path, own) && !is_of_a_system(path));
    if !left_out.is_empty() {
        output::message(&format!("{name}: left out: {}", listed(&left_out)));
    }
    if files.is_empty() {
        return Err(Failure::new(format!("{name}: there is no file of contacts in this folder")));
    }
    Ok(files)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Returns whether an import wrote the file, or reads it for itself.
fn is_ours(path: &Path, own: &[Known]) -> bool {
    let name = file_name(path).to_lowercase();
    let is_output = |kind: &str| name.contains(&format!(".{kind}.")) || name.starts_with(&format!("{kind}."));
    is_output("rejects") || is_output("report") || own.iter().any(|known| known.is(path))
}

fn is_of_a_system(path: &Path) -> bool {
    let name = file_name(path).to_lowercase();
    name.starts_with('.') || OF_SYSTEMS.iter().any(|it| name.starts_with(it))
}

fn listed(paths: &[PathBuf]) -> String {
    let shown = |path: &PathBuf| format!("{}{}", file_name(path), if path.is_dir() { "/" } else { "" });
    let mut names: Vec<String> = paths.iter().take(NAMED).map(shown).collect();
    if paths.len() > NAMED {
        names.push(format!("and {} more", paths.len() - NAMED));
    }
    names.join(", ")
}
