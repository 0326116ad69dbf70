//! The file of contacts, opened.
//!
//! Its rule: what is wrong with the whole file is found before anything is sent, and its columns are shown.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::stream::{self, Stream};
use unicontact::identity::IdentifyBy;
use unicontact::providers::UnifiedContact;
use unicontact_import::{ColumnMap, EncodingCandidate, Format, ReadError, ReadOptions, Reading};

use super::notes::NotesFile;
use super::reader::{Reader, lacks_id_column};
use super::rejects::RejectsFile;
use crate::arguments::Import;
use crate::exit::Failure;
use crate::{input, output};

/// Of a file that is shorter, most is read before anything is sent, which says nothing of the time that is left.
const MEASURABLE: u64 = 1 << 20;

/// A file of contacts whose form is known.
pub(super) struct Source {
    path: PathBuf,
    reading: Reading,
    read: Arc<AtomicU64>,
    length: Option<u64>,
    identify_by: IdentifyBy,
}

/// Counts what is read, for the time that is left.
struct Counted<R> {
    source: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(buffer)?;
        self.read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// A mapping for the file, to be completed.
pub(super) fn suggested_map(wanted: &Import) -> Result<String, Failure> {
    let (file, _) = opened(&wanted.file)?;
    let map = unicontact_import::suggest_map(file, &wanted.file.display().to_string(), &options(wanted)?);
    map.map_err(|error| Failure::new(error.to_string()))
}

/// Returns the contacts of the file, to look at before it is imported. `None` of standard input, which is read once.
pub(super) fn contacts(wanted: &Import) -> Result<Option<impl Stream<Item = UnifiedContact>>, Failure> {
    if wanted.file == Path::new("-") {
        return Ok(None);
    }
    let (file, _) = opened(&wanted.file)?;
    let reading = unicontact_import::open(file, &wanted.file.display().to_string(), &options(wanted)?)
        .map_err(|error| not_read(&error))?;
    Ok(Some(stream::iter(reading.filter_map(Result::ok).map(|row| row.contact))))
}

impl Source {
    pub(super) fn open(wanted: &Import, identify_by: IdentifyBy) -> Result<Self, Failure> {
        let options = options(wanted)?;
        let (file, length) = opened(&wanted.file)?;
        let read = Arc::new(AtomicU64::new(0));
        let counted = Counted { source: file, read: Arc::clone(&read) };
        let mut reading = unicontact_import::open(counted, &wanted.file.display().to_string(), &options)
            .map_err(|error| not_read(&error))?;
        let plan = reading.columns().map(ToString::to_string);
        let taken_for = plan.unwrap_or_else(|| reading.format().to_string());
        output::message(&format!("{}: {}", wanted.file.display(), taken_for.trim_end()));
        if let Some(guess) = reading.guessed_encoding() {
            output::message(&format!(
                "{}: not UTF-8: read as {}; if that is wrong, stop it and pass --encoding",
                wanted.file.display(),
                in_encoding(guess)
            ));
        }
        if lacks_id_column(&reading) {
            output::message(&output::no_id_column(&wanted.file.display().to_string(), identify_by));
        }
        let (preview, has_columns) = (reading.preview(), reading.columns().is_some());
        for line in output::many_bad_cells(&wanted.file.display().to_string(), &preview, has_columns) {
            output::message(&line);
        }
        Ok(Self { path: wanted.file.clone(), reading, read, length, identify_by })
    }

    /// Where rows go that are no contacts: of a dry run only where it is told.
    pub(super) fn rejects(&self, wanted: &Import) -> Option<PathBuf> {
        let usual = || (!wanted.dry_run).then(|| self.usual_rejects());
        wanted.rejects.clone().or_else(usual)
    }

    /// Begins to read it on a thread of its own.
    pub(super) fn start(self, wanted: &Import) -> Result<Reader, Failure> {
        let rejects = RejectsFile::new(self.rejects(wanted), &self.reading, wanted.max_rejects);
        let notes = NotesFile::new(wanted.notes.clone());
        Reader::start(&self.path, self.reading, (rejects, notes), self.read, self.length, self.identify_by)
    }

    fn usual_rejects(&self) -> PathBuf {
        let ending = match self.reading.format() {
            Format::Csv => "csv",
            Format::Vcard => "vcf",
            Format::Ndjson | Format::Json | Format::JsContact => "ndjson",
        };
        let name = if self.path == Path::new("-") { "stdin".as_ref() } else { self.path.as_os_str() };
        let mut name = name.to_owned();
        name.push(".rejects.");
        name.push(ending);
        name.into()
    }
}

/// Shows what a file of an unclear encoding can be, and returns why it is not read.
fn not_read(error: &ReadError) -> Failure {
    for candidate in error.candidates() {
        output::message(&format!("as {}", in_encoding(candidate)));
    }
    Failure::new(error.to_string())
}

/// Returns an encoding with cells of the file as they read in it, which are contact data: they are for the terminal.
fn in_encoding(candidate: &EncodingCandidate) -> String {
    format!("{}: {}", candidate.encoding, candidate.samples().join(" | "))
}

/// The file and, where it says something, its length.
fn opened(path: &Path) -> Result<(Box<dyn Read + Send>, Option<u64>), Failure> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin()), None));
    }
    let failed = |error: io::Error| input::unreadable(&path.display().to_string(), &error);
    let file = File::open(path).map_err(failed)?;
    let known = file.metadata().map_err(failed)?;
    if known.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    Ok((Box::new(file), Some(known.len()).filter(|length| known.is_file() && *length >= MEASURABLE)))
}

fn options(wanted: &Import) -> Result<ReadOptions, Failure> {
    Ok(ReadOptions {
        format: wanted.input_format,
        delimiter: wanted.delimiter,
        encoding: wanted.encoding,
        map: wanted.map.as_deref().map(column_map).transpose()?,
        on_bad_cell: wanted.on_bad_cell.map(Into::into).unwrap_or_default(),
        ..ReadOptions::default()
    })
}

fn column_map(path: &Path) -> Result<ColumnMap, Failure> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| input::unreadable(&name, &error))?;
    text.parse().map_err(|error| Failure::new(format!("{name}: {error}")))
}
