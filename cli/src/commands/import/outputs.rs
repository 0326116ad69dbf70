//! The files that an import writes.
//!
//! Its rule: none of them is a file that the command reads or keeps, however it is spelled; that is certain before any
//! file is made or opened for writing.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use unicontact::config::FILE_NAME;

use super::own_file;
use super::source::Sources;
use crate::arguments::{Common, Import};
use crate::exit::Failure;
use crate::output;

/// What `SQLite` and the journal keep beside the journal.
const BESIDE_THE_JOURNAL: [&str; 4] = ["-wal", "-shm", "-journal", "-lock"];

/// Links that are followed to a file that does not exist yet. More are a circle.
const MOST_LINKS: u8 = 40;

/// A file, and what it is to the user.
pub(super) struct Known {
    what: String,
    path: PathBuf,
}

impl Known {
    /// Returns whether it is the file at `path`.
    pub(super) fn is(&self, path: &Path) -> bool {
        is_same(path, &self.path)
    }
}

/// Refuses outputs that would destroy another file, or that cannot be written.
pub(super) fn check(wanted: &Import, mut own: Vec<Known>, sources: &Sources) -> Result<(), Failure> {
    own.extend(sources.paths().iter().map(|path| imported(path)));
    // The report is made by this command.
    let kept: Vec<Known> = own.into_iter().filter(|known| known.what != REPORT).collect();
    check_one(wanted, &kept, None)?;
    sources.rejects().try_for_each(|rejects| check_one(wanted, &kept, Some(rejects)))
}

fn check_one(wanted: &Import, kept: &[Known], rejects: Option<&Path>) -> Result<(), Failure> {
    let outputs = [
        ("--rejects", rejects),
        ("--report", wanted.report.as_deref()),
        ("--notes", wanted.notes.as_deref()),
    ];
    let outputs: Vec<(&str, &Path)> =
        outputs.into_iter().filter_map(|(flag, path)| Some((flag, path?))).collect();
    for (flag, path) in &outputs {
        if let Some(known) = kept.iter().find(|known| is_same(path, &known.path)) {
            let shown = path.display();
            return Err(Failure::new(format!("{flag} {shown}: this is {}; name another file", known.what)));
        }
    }
    for (place, (flag, path)) in outputs.iter().enumerate() {
        let mut others = outputs[place + 1..].iter();
        if let Some((other_flag, other)) = others.find(|(_, other)| path == other || is_same(path, other)) {
            let (path, other) = (path.display(), other.display());
            return Err(Failure::new(format!(
                "{flag} {path} and {other_flag} {other}: one file cannot be both; name two different files"
            )));
        }
    }
    if let Some(notes) = &wanted.notes {
        let shown = notes.display();
        writable(notes).map_err(|why| Failure::new(format!("--notes {shown}: {why}")))?;
    }
    match rejects.map(|rejects| (rejects.display(), writable(rejects))) {
        Some((rejects, Err(why))) if wanted.rejects.is_some() => {
            Err(Failure::new(format!("--rejects {rejects}: {why}")))
        }
        Some((rejects, Err(why))) => {
            output::message(&format!("{rejects}: {why}; name another file with --rejects"));
            Ok(())
        }
        _ => Ok(()),
    }
}

const REPORT: &str = "the report";

fn imported(path: &Path) -> Known {
    let what = format!("the file that is imported ({})", path.display());
    let path = if path == Path::new("-") { Path::new("/dev/stdin") } else { path };
    Known { what, path: path.to_owned() }
}

/// Returns the files that the command reads or keeps beside the contacts, and its report.
pub(super) fn own(common: &Common, wanted: &Import, journal: Option<&Path>) -> Vec<Known> {
    let report = wanted.report.iter().map(|path| Known { what: REPORT.to_owned(), path: path.clone() });
    let mut kept: Vec<Known> = report.collect();
    let mut keep = |what: &str, path: &Path| {
        let what = format!("{what} ({})", path.display());
        kept.push(Known { what, path: path.to_owned() });
    };
    keep("the configuration", common.config.as_deref().unwrap_or(Path::new(FILE_NAME)));
    if let Some(map) = &wanted.map {
        keep("the mapping", map);
    }
    // Where it is a link, SQLite keeps its files beside what that leads to.
    let real = journal.and_then(|journal| journal.canonicalize().ok());
    for journal in journal.into_iter().chain(real.as_deref()) {
        keep("the journal", journal);
        for ending in BESIDE_THE_JOURNAL {
            let mut beside = journal.as_os_str().to_owned();
            beside.push(ending);
            keep("a part of the journal", Path::new(&beside));
        }
    }
    kept
}

/// Whether two paths lead to one file, or would if it were made. What is no file, such as a terminal, loses nothing.
fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(left), Ok(right)) => left.is_file() && right.is_file() && is_one(one, &left, other, &right),
        (Err(_), Err(_)) => place(one).is_some_and(|place_of_one| Some(place_of_one) == place(other)),
        _ => false,
    }
}

#[cfg(unix)]
fn is_one(_: &Path, left: &Metadata, _: &Path, right: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (left.dev(), left.ino()) == (right.dev(), right.ino())
}

#[cfg(not(unix))]
fn is_one(one: &Path, _: &Metadata, other: &Path, _: &Metadata) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Where a file would be made that does not exist yet.
fn place(path: &Path) -> Option<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = folder(&path).join(target),
            Err(_) => return Some(folder(&path).canonicalize().ok()?.join(path.file_name()?)),
        }
    }
    None
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Why a file cannot be made or written, in words.
pub(super) fn why_not_written(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder; a file is expected".to_owned(),
        kind => format!("it cannot be written: {kind}"),
    }
}

/// Whether rows can be written there later, when the first of them is no contact.
fn writable(path: &Path) -> Result<(), String> {
    if own_file::is_a_stream(path) {
        return Ok(());
    }
    let told = |error: io::Error| why_not_written(&error);
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(why_not_written(&io::ErrorKind::IsADirectory.into())),
        // One that is there already is put aside in its folder.
        Ok(there) if there.is_file() && there.len() > 0 => {
            may_write(path).and_then(|()| may_write(folder(&path.canonicalize()?))).map_err(told)
        }
        Ok(_) => may_write(path).map_err(told),
        Err(_) => {
            let place = place(path).ok_or("there is no such folder")?;
            may_write(folder(&place)).map_err(told)
        }
    }
}

#[cfg(unix)]
fn may_write(path: &Path) -> io::Result<()> {
    Ok(rustix::fs::access(path, rustix::fs::Access::WRITE_OK)?)
}

#[cfg(not(unix))]
fn may_write(path: &Path) -> io::Result<()> {
    let is_read_only = fs::metadata(path)?.permissions().readonly();
    if is_read_only { Err(io::ErrorKind::PermissionDenied.into()) } else { Ok(()) }
}
