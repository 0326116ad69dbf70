//! The list of files that an import reads. A folder stands for the files in it.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::output_paths::ReservedFile;
use crate::arguments::Import;
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::{input, output};

/// A limit on the ignored files that a message names.
const MAX_NAMED: usize = 10;

/// The beginnings of names of files that operating systems and office programs create.
const SYSTEM_FILES: [&str; 3] = ["desktop.ini", "thumbs.db", "~$"];

/// Returns the files in the order of the arguments, those of a folder by name. `reserved` files in a folder are ignored.
pub(super) fn input_paths(arguments: &Import, reserved: &[ReservedFile]) -> Result<Vec<PathBuf>, Failure> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut real_paths = HashSet::new();
    for path in &arguments.files {
        if path != Path::new("-") && path.is_dir() {
            for file in files_of_folder(path, reserved)? {
                add(&mut files, &mut real_paths, file)?;
            }
        } else {
            add(&mut files, &mut real_paths, path.clone())?;
        }
    }
    Ok(files)
}

/// Adds a file unless the list has it already. `real_paths` are those of the files in the list.
fn add(files: &mut Vec<PathBuf>, real_paths: &mut HashSet<PathBuf>, file: PathBuf) -> Result<(), Failure> {
    if file == Path::new("-") {
        if files.contains(&file) {
            return Err(Failure::new(
                FailureCode::Usage,
                "-: standard input can be read only once; name it once",
            ));
        }
    } else if let Ok(real) = file.canonicalize()
        && !real_paths.insert(real)
    {
        output::message(&format!("{}: the file is named twice and is read once", file.display()));
        return Ok(());
    }
    files.push(file);
    Ok(())
}

/// Returns the files of a folder that can hold contacts. A message names the others.
fn files_of_folder(folder: &Path, reserved: &[ReservedFile]) -> Result<Vec<PathBuf>, Failure> {
    let name = folder.display().to_string();
    let unreadable = |error: io::Error| input::read_failure(&name, &error);
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let mut paths =
        entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>().map_err(unreadable)?;
    paths.sort();
    let (files, ignored): (Vec<PathBuf>, Vec<PathBuf>) = paths
        .into_iter()
        .partition(|path| path.is_file() && !is_own_file(path, reserved) && !is_system_file(path));
    if !ignored.is_empty() {
        output::message(&format!("{name}: ignored: {}", listed(&ignored)));
    }
    if files.is_empty() {
        return Err(Failure::new(
            FailureCode::InvalidInput,
            format!("{name}: the folder has no file of contacts; name another folder or a file"),
        ));
    }
    Ok(files)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Returns whether an import wrote the file, or this command uses it.
fn is_own_file(path: &Path, reserved: &[ReservedFile]) -> bool {
    let name = file_name(path).to_lowercase();
    let is_output = |kind: &str| name.contains(&format!(".{kind}.")) || name.starts_with(&format!("{kind}."));
    is_output("rejects") || is_output("report") || reserved.iter().any(|file| file.is(path))
}

fn is_system_file(path: &Path) -> bool {
    let name = file_name(path).to_lowercase();
    name.starts_with('.') || SYSTEM_FILES.iter().any(|it| name.starts_with(it))
}

fn listed(paths: &[PathBuf]) -> String {
    let display = |path: &PathBuf| format!("{}{}", file_name(path), if path.is_dir() { "/" } else { "" });
    let mut names: Vec<String> = paths.iter().take(MAX_NAMED).map(display).collect();
    if paths.len() > MAX_NAMED {
        names.push(format!("and {} more", paths.len() - MAX_NAMED));
    }
    names.join(", ")
}
