//! Checks of the paths that an import writes to.
//!
//! Invariant: before any file is created or opened for writing, no output path leads to a file that the command reads or
//! keeps, also where the paths are spelled differently.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use unicontact::config::FILE_NAME;
use unicontact_contract::replaced_file::is_open_stream;

use crate::arguments::{Common, Import};
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::private_file;

/// The suffixes of files that `SQLite` and the journal keep beside the journal.
const JOURNAL_SUFFIXES: [&str; 4] = ["-wal", "-shm", "-journal", "-lock"];

/// A limit on links to a file that does not exist yet. A longer chain is a loop.
const MAX_LINKS: u8 = 40;

const REPORT: &str = "the report";

/// A file that no output may overwrite.
pub(in crate::commands::import) struct ReservedFile {
    /// The role of the file in a message, such as `the journal (people.db)`.
    role: String,
    path: PathBuf,
}

impl ReservedFile {
    /// Returns whether `path` leads to the file.
    pub(super) fn is(&self, path: &Path) -> bool {
        is_same(path, &self.path)
    }

    fn from_input(path: &Path) -> Self {
        let role = format!("the file that is imported ({})", path.display());
        let path = if path == Path::new("-") { Path::new("/dev/stdin") } else { path };
        Self { role, path: path.to_owned() }
    }
}

/// Checks the paths of the report, the notes and the rejects.
///
/// # Errors
///
/// An output would overwrite a reserved file, an input or another output, or it cannot be written.
pub(super) fn check<'a>(
    arguments: &Import,
    mut reserved: Vec<ReservedFile>,
    inputs: &[PathBuf],
    mut rejects: impl Iterator<Item = &'a Path>,
) -> Result<(), Failure> {
    reserved.extend(inputs.iter().map(|path| ReservedFile::from_input(path)));
    // The report is itself an output.
    reserved.retain(|file| file.role != REPORT);
    let named = [("--report", arguments.report.as_deref()), ("--notes", arguments.notes.as_deref())];
    let named: Vec<Output<'_>> = named.into_iter().filter_map(|(flag, path)| Some((flag, path?))).collect();
    named.iter().try_for_each(|output| check_not_reserved(*output, &reserved))?;
    if let [report, notes] = named[..] {
        check_different(report, notes)?;
    }
    for (flag, path) in &named {
        check_writable(path).map_err(|error| {
            let reason = write_error(&error);
            Failure::new(FailureCode::Output, format!("{flag} {}: {reason}", path.display()))
        })?;
    }
    rejects.try_for_each(|path| {
        let rejects = ("--rejects", path);
        check_not_reserved(rejects, &reserved)?;
        named.iter().try_for_each(|other| check_different(rejects, *other))?;
        check_writable(path).map_err(|error| rejects_failure(arguments, path, &error))
    })
}

/// The option and the path of an output.
type Output<'a> = (&'static str, &'a Path);

fn check_not_reserved((flag, path): Output<'_>, reserved: &[ReservedFile]) -> Result<(), Failure> {
    let Some(file) = reserved.iter().find(|file| file.is(path)) else { return Ok(()) };
    Err(Failure::new(
        FailureCode::Output,
        format!("{flag} {}: this is {}; name another file", path.display(), file.role),
    ))
}

fn check_different((flag, path): Output<'_>, (other_flag, other): Output<'_>) -> Result<(), Failure> {
    if path != other && !is_same(path, other) {
        return Ok(());
    }
    let (path, other) = (path.display(), other.display());
    Err(Failure::new(
        FailureCode::Output,
        format!("{flag} {path} and {other_flag} {other}: one file cannot be both; name two different files"),
    ))
}

/// Returns the failure of a file of rejects that cannot be written.
fn rejects_failure(arguments: &Import, rejects: &Path, error: &io::Error) -> Failure {
    let (rejects, reason) = (rejects.display(), write_error(error));
    if arguments.rejects.is_some() {
        return Failure::new(FailureCode::Output, format!("--rejects {rejects}: {reason}"));
    }
    // The advice is about a path that the user named.
    let reason = reason.split_once("; ").map_or(&*reason, |(reason, _)| reason);
    let advice = match arguments.files.as_slice() {
        [_] => "name another file for rejected rows: --rejects FILE",
        _ => "import this file alone, and name another file for its rejected rows: --rejects FILE",
    };
    Failure::new(FailureCode::Output, format!("{rejects}: {reason}; {advice}"))
}

/// Returns the files that the command reads or keeps besides the contacts, and its report.
pub(in crate::commands::import) fn reserved_files(
    common: &Common,
    arguments: &Import,
    journal: Option<&Path>,
) -> Vec<ReservedFile> {
    let report = arguments.report.iter();
    let report = report.map(|path| ReservedFile { role: REPORT.to_owned(), path: path.clone() });
    let mut reserved: Vec<ReservedFile> = report.collect();
    let mut reserve = |role: &str, path: &Path| {
        let role = format!("{role} ({})", path.display());
        reserved.push(ReservedFile { role, path: path.to_owned() });
    };
    reserve("the configuration", common.config.as_deref().unwrap_or(Path::new(FILE_NAME)));
    if let Some(map) = &arguments.map {
        reserve("the mapping", map);
    }
    // SQLite keeps its files beside the target of a link.
    let real = journal.and_then(|journal| journal.canonicalize().ok());
    for journal in journal.into_iter().chain(real.as_deref()) {
        reserve("the journal", journal);
        for suffix in JOURNAL_SUFFIXES {
            let mut beside = journal.as_os_str().to_owned();
            beside.push(suffix);
            reserve("a part of the journal", Path::new(&beside));
        }
    }
    reserved
}

/// Returns whether two paths lead to the same file, or would if it were created. Devices such as a terminal are never the same.
fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(left), Ok(right)) => left.is_file() && right.is_file() && is_same_file(one, &left, other, &right),
        (Err(_), Err(_)) => target(one).is_some_and(|target_of_one| Some(target_of_one) == target(other)),
        _ => false,
    }
}

#[cfg(unix)]
fn is_same_file(_: &Path, left: &Metadata, _: &Path, right: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (left.dev(), left.ino()) == (right.dev(), right.ino())
}

#[cfg(not(unix))]
fn is_same_file(one: &Path, _: &Metadata, other: &Path, _: &Metadata) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Returns the path at which a file would be created that does not exist yet.
fn target(path: &Path) -> Option<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            Ok(link) => path = folder(&path).join(link),
            Err(_) => return Some(folder(&path).canonicalize().ok()?.join(path.file_name()?)),
        }
    }
    None
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns why a file cannot be created or written.
pub(in crate::commands) fn write_error(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "the folder does not exist".to_owned(),
        io::ErrorKind::IsADirectory => "this is a folder; name a file".to_owned(),
        io::ErrorKind::StorageFull => {
            "the disk is full; make room, or name a file on another disk".to_owned()
        }
        // The error about a link says what to do.
        io::ErrorKind::InvalidInput if error.get_ref().is_some() => error.to_string(),
        kind => format!("it cannot be written: {kind}"),
    }
}

/// Checks that a file can be written later.
fn check_writable(path: &Path) -> io::Result<()> {
    if is_open_stream(path) {
        return Ok(());
    }
    private_file::check_no_link(path)?;
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        // An earlier file is renamed, so its folder must be writable too.
        Ok(metadata) if metadata.is_file() && metadata.len() > 0 => {
            may_write(path)?;
            may_write(folder(&path.canonicalize()?))?;
        }
        Ok(metadata) if metadata.is_file() => may_write(path)?,
        Ok(metadata) => {
            may_write(path)?;
            check_device(path, &metadata)?;
        }
        Err(_) => may_write(folder(&target(path).ok_or(io::ErrorKind::NotFound)?))?,
    }
    check_space(folder(path))
}

/// Checks that a device takes an empty write, which writes nothing. `/dev/full` refuses it.
#[cfg(unix)]
fn check_device(path: &Path, metadata: &Metadata) -> io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::FileTypeExt;
    if !metadata.file_type().is_char_device() {
        return Ok(());
    }
    fs::OpenOptions::new().append(true).open(path)?.write(&[]).map(drop)
}

#[cfg(not(unix))]
fn check_device(_: &Path, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Checks that the disk of a folder is not full. The administrator may also use the blocks that are reserved.
#[cfg(unix)]
fn check_space(folder: &Path) -> io::Result<()> {
    // Some file systems do not know their size.
    let has_blocks = |disk: &rustix::fs::StatVfs| disk.f_blocks > 0;
    let is_root = rustix::process::geteuid().is_root();
    let free = |disk: &rustix::fs::StatVfs| if is_root { disk.f_bfree } else { disk.f_bavail };
    let is_full = rustix::fs::statvfs(folder).is_ok_and(|disk| has_blocks(&disk) && free(&disk) == 0);
    if is_full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
}

#[cfg(not(unix))]
fn check_space(_: &Path) -> io::Result<()> {
    Ok(())
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
