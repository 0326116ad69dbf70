//! The files of contacts, opened: what is wrong with a whole file is found before anything is sent, and its columns are shown.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::stream::{self, Stream};
use unicontact::identity::IdentifyBy;
use unicontact::providers::UnifiedContact;
use unicontact_files::{ColumnMap, ContactReader, EncodingCandidate, Format, ReadError, ReadOptions};

use super::notes::NotesFile;
use super::outputs::Known;
use super::reader::Reader;
use super::{inputs, stdin};
use crate::arguments::Import;
use crate::exit::Failure;
use crate::output::FileMessages;
use crate::{input, output};

/// Of files that are shorter, most is read before anything is sent, which says nothing of the time that is left.
const MEASURABLE: u64 = 1 << 20;

/// The files of an import, in their order.
pub(super) struct Sources {
    pub(super) files: Vec<Source>,
    /// How many bytes were read.
    pub(super) read: Arc<AtomicU64>,
    /// How many there are, where that says something.
    pub(super) length: Option<u64>,
    pub(super) identify_by: IdentifyBy,
}

/// A file of contacts whose form is known.
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) format: Format,
    /// Whether it has columns, and none of them is your id of the contact.
    pub(super) lacks_id_column: bool,
    /// Where rows go that are no contacts.
    pub(super) rejects: Option<PathBuf>,
    /// None of a file that is opened again when its turn comes, so that not all of many are open.
    reading: Option<ContactReader>,
    options: Arc<ReadOptions>,
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

/// Returns a mapping for the file, to be completed.
pub(super) fn suggested_map(wanted: &Import) -> Result<String, Failure> {
    let [path] = wanted.files.as_slice() else {
        return Err(Failure::new("--suggest-map: it is for one file"));
    };
    let name = path.display().to_string();
    let map = unicontact_files::suggest_map(opened(path)?.0, &name, &options(wanted)?);
    map.map_err(|error| Failure::new(shown(&error)))
}

/// Returns the contacts of all files, to look at before they are imported. `None` where one can be read only once, such as
/// standard input.
pub(super) fn contacts(
    wanted: &Import,
    paths: Vec<PathBuf>,
) -> Result<Option<impl Stream<Item = UnifiedContact> + use<>>, Failure> {
    if !paths.iter().all(|path| path != Path::new("-") && path.is_file()) {
        return Ok(None);
    }
    let options = options(wanted)?;
    let rows = paths.into_iter().filter_map(move |path| {
        let reading = unicontact_files::open(File::open(&path).ok()?, &path.display().to_string(), &options);
        Some(reading.ok()?.filter_map(Result::ok).map(|row| row.contact))
    });
    Ok(Some(stream::iter(rows.flatten())))
}

impl Sources {
    /// Opens all files. `own` are the files that the command itself reads or writes.
    pub(super) fn open(wanted: &Import, identify_by: IdentifyBy, own: &[Known]) -> Result<Self, Failure> {
        let options = Arc::new(options(wanted)?);
        let paths = inputs::files(wanted, own)?;
        if paths.len() > 1 && wanted.rejects.is_some() {
            return Err(Failure::new(
                "--rejects: it is for one file; the rejects of several stand beside each, as FILE.rejects.csv",
            ));
        }
        let read = Arc::new(AtomicU64::new(0));
        let mut length = Some(0);
        let is_alone = paths.len() == 1;
        let mut files = Vec::new();
        let mut shown = FileMessages::default();
        for path in paths {
            let (file, its_length) = opened(&path)?;
            let is_kept = is_alone || its_length.is_none();
            let counter = if is_kept { Arc::clone(&read) } else { Arc::default() };
            let opened = Source::open(path, file, counter, wanted, &options);
            let mut source = opened.map_err(|error| {
                tell(&shown);
                not_read(&error)
            })?;
            length = length.zip(its_length).map(|(sum, its)| sum + its);
            source.show(wanted, identify_by, &mut shown);
            files.push(if is_kept { source } else { Source { reading: None, ..source } });
        }
        tell(&shown);
        let has_sheets = |file: &Source| file.format == Format::Workbook;
        if wanted.sheet.is_some() && !files.iter().any(has_sheets) {
            return Err(Failure::new("--sheet: no file is a workbook"));
        }
        // A workbook is read before its first row is sent.
        let length =
            length.filter(|length| *length >= MEASURABLE && !(is_alone && files.iter().all(has_sheets)));
        Ok(Self { files, read, length, identify_by })
    }

    /// Returns where rows go that are no contacts.
    pub(super) fn rejects(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().filter_map(|file| file.rejects.as_deref())
    }

    /// Returns the paths of the files.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        self.files.iter().map(|file| file.path.clone()).collect()
    }

    /// Begins to read them on a thread of its own.
    pub(super) fn start(self, wanted: &Import) -> Result<Reader, Failure> {
        Reader::start(self, wanted.max_rejects, NotesFile::new(wanted.notes.clone()))
    }
}

impl Source {
    fn open(
        path: PathBuf,
        file: impl Read + Send + 'static,
        read: Arc<AtomicU64>,
        wanted: &Import,
        options: &Arc<ReadOptions>,
    ) -> Result<Self, ReadError> {
        let counted = Counted { source: file, read };
        let reading = unicontact_files::open(counted, &path.display().to_string(), options)?;
        // A dry run writes rejects only where it is told.
        let usual = || (!wanted.dry_run).then(|| usual_rejects(&path, reading.format()));
        let rejects = wanted.rejects.clone().or_else(usual);
        Ok(Self::new(path, reading, rejects, Arc::clone(options)))
    }

    pub(super) fn new(
        path: PathBuf,
        reading: ContactReader,
        rejects: Option<PathBuf>,
        options: Arc<ReadOptions>,
    ) -> Self {
        let lacks_id_column = reading.columns().is_some_and(|plan| !plan.has_field("external_id"));
        Self { path, format: reading.format(), lacks_id_column, rejects, reading: Some(reading), options }
    }

    /// Says what the file is, and what each column is taken for.
    fn show(&mut self, wanted: &Import, identify_by: IdentifyBy, shown: &mut FileMessages) {
        let name = input::shown_name(&self.path);
        let plan = self.reading.as_ref().and_then(ContactReader::columns);
        let plan = plan.map(|plan| plan.display_with_samples().to_string());
        let taken_for = plan.unwrap_or_else(|| self.format.to_string());
        shown.add(&name, taken_for.trim_end().to_owned());
        if let Some(guess) = self.reading.as_ref().and_then(ContactReader::guessed_encoding) {
            let check = if wanted.dry_run { "" } else { "check this with --dry-run before you import; " };
            let guess = in_encoding(guess);
            shown.add(
                &name,
                format!("not UTF-8: read as {guess}; {check}if it is wrong, pass the right --encoding"),
            );
        }
        if self.lacks_id_column {
            shown.add(&name, output::no_id_column(identify_by));
        }
        let unused = self.reading.as_ref().and_then(ContactReader::columns);
        for line in unused.into_iter().flat_map(|plan| output::unused_channels(&name, plan)) {
            output::message(&line);
        }
        let Some(reading) = &mut self.reading else { return };
        let (preview, has_columns) = (reading.preview(), reading.columns().is_some());
        for line in output::many_bad_cells(&preview, has_columns) {
            shown.add(&name, line);
        }
    }

    /// Returns the file, opened again where it was closed.
    ///
    /// # Errors
    ///
    /// Why it cannot be read any more.
    pub(super) fn into_reading(self, read: &Arc<AtomicU64>) -> Result<ContactReader, String> {
        if let Some(reading) = self.reading {
            return Ok(reading);
        }
        let name = self.path.display().to_string();
        let file = File::open(&self.path).map_err(|error| error.to_string())?;
        let counted = Counted { source: file, read: Arc::clone(read) };
        unicontact_files::open(counted, &name, &self.options).map_err(|error| {
            let text = error.to_string();
            text.strip_prefix(&format!("{name}: ")).unwrap_or(&text).to_owned()
        })
    }
}

fn tell(shown: &FileMessages) {
    shown.lines().for_each(|line| output::message(&line));
}

fn usual_rejects(path: &Path, format: Format) -> PathBuf {
    let ending = match format {
        Format::Csv | Format::Workbook => "csv",
        Format::Vcard => "vcf",
        _ => "ndjson",
    };
    let name = if path == Path::new("-") { "stdin".as_ref() } else { path.as_os_str() };
    let mut name = name.to_owned();
    name.push(".rejects.");
    name.push(ending);
    name.into()
}

/// Shows what a file of an unclear encoding can be, and returns why it is not read.
fn not_read(error: &ReadError) -> Failure {
    for candidate in error.candidates() {
        output::message(&format!("as {}", in_encoding(candidate)));
    }
    Failure::new(shown(error))
}

/// Returns the text of an error, with a name for standard input, which the reader knows by its path.
fn shown(error: &ReadError) -> String {
    let text = error.to_string();
    match text.strip_prefix("-: ") {
        Some(rest) => format!("{}: {rest}", input::shown_name(Path::new("-"))),
        None => text,
    }
}

/// Returns an encoding with cells of the file as they read in it, which are contact data: they are for the terminal.
fn in_encoding(candidate: &EncodingCandidate) -> String {
    format!("{}: {}", candidate.encoding, candidate.samples().join(" | "))
}

/// The file and, where it can be read again, its length.
fn opened(path: &Path) -> Result<(Box<dyn Read + Send>, Option<u64>), Failure> {
    let failed = |error: io::Error| input::unreadable(&input::shown_name(path), &error);
    if path == Path::new("-") {
        return Ok((stdin::open().map_err(failed)?, None));
    }
    let file = File::open(path).map_err(failed)?;
    let known = file.metadata().map_err(failed)?;
    if known.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    Ok((Box::new(file), known.is_file().then_some(known.len())))
}

fn options(wanted: &Import) -> Result<ReadOptions, Failure> {
    Ok(ReadOptions {
        format: wanted.input_format,
        delimiter: wanted.delimiter,
        encoding: wanted.encoding,
        sheet: wanted.sheet.clone(),
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
