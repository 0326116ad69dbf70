//! One input file: its detected format, its path of rejects and its reader.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use unicontact::Pipeline;
use unicontact::identity::IdentifyBy;
use unicontact_files::{ContactReader, EncodingCandidate, Format, Preview, ReadError, ReadOptions};

use super::column_table::column_table;
use super::{column_warnings, custom_names, stdin};
use crate::arguments::{Detail, Import};
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::input;
use crate::output::{self, FileMessages, Line};

/// An input file whose format is detected.
pub(in crate::commands::import) struct InputFile {
    pub(in crate::commands::import) path: PathBuf,
    pub(in crate::commands::import) format: Format,
    /// Whether the file has columns, but no column of ids.
    pub(in crate::commands::import) lacks_id_column: bool,
    /// The number of rows that are not UTF-8, unlike the others, and that a warning names.
    pub(in crate::commands::import) rows_in_another_encoding: usize,
    /// The path of the file of rejects. `None` if rejects are only counted.
    pub(in crate::commands::import) rejects: Option<PathBuf>,
    /// `None` for one of many files, which is closed and opened again before it is read.
    reader: Option<ContactReader>,
    options: Arc<ReadOptions>,
}

/// A source of bytes that counts them, for the estimate of the remaining time.
struct CountingRead<R> {
    source: R,
    bytes_read: Arc<AtomicU64>,
}

impl<R: Read> Read for CountingRead<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(buffer)?;
        self.bytes_read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

impl InputFile {
    /// Detects the format of an open file.
    pub(super) fn open(
        path: PathBuf,
        file: impl Read + Send + 'static,
        bytes_read: Arc<AtomicU64>,
        arguments: &Import,
        options: &Arc<ReadOptions>,
    ) -> Result<Self, ReadError> {
        let source = CountingRead { source: file, bytes_read };
        let reader = unicontact_files::open(source, &path.display().to_string(), options)?;
        // A dry run writes rejects only to a path that the user names.
        let default = || (!arguments.dry_run).then(|| default_rejects(&path, reader.format()));
        let rejects = arguments.rejects.clone().or_else(default);
        Ok(Self::new(path, reader, rejects, Arc::clone(options)))
    }

    pub(in crate::commands::import) fn new(
        path: PathBuf,
        reader: ContactReader,
        rejects: Option<PathBuf>,
        options: Arc<ReadOptions>,
    ) -> Self {
        let lacks_id_column = reader.columns().is_some_and(|plan| !plan.has_field("external_id"));
        Self {
            path,
            format: reader.format(),
            lacks_id_column,
            rows_in_another_encoding: 0,
            rejects,
            reader: Some(reader),
            options,
        }
    }

    /// Closes the file until it is read.
    pub(super) fn close(self) -> Self {
        Self { reader: None, ..self }
    }

    /// Prints the columns of the only file, with values. Adds the other messages about the format, the columns and the encoding.
    pub(super) fn describe(
        &mut self,
        arguments: &Import,
        identify_by: IdentifyBy,
        is_alone: bool,
        messages: &mut FileMessages,
    ) {
        let name = input::display_name(&self.path);
        if output::detail() > Detail::Quiet {
            self.describe_columns(&name, is_alone, messages);
            if self.lacks_id_column {
                messages.add(&name, output::no_id_column(identify_by));
            }
        }
        let Some(reader) = &mut self.reader else { return };
        let preview = reader.preview();
        if let Some(guess) = reader.guessed_encoding() {
            self.rows_in_another_encoding = preview.lines_in_another_encoding.len();
            messages.add(&name, guessed_encoding(guess, &preview, arguments.dry_run));
        }
        for line in
            reader.columns().into_iter().flat_map(|plan| column_warnings::unused_channels(&name, plan))
        {
            output::styled_message(&Line::new(&line), output::CONTINUATION);
        }
        for line in column_warnings::many_bad_cells(&preview, reader.columns().is_some()) {
            messages.add(&name, line);
        }
    }

    /// Adds a warning for each provider that would get custom fields under the names of another vendor.
    pub(super) fn warn_of_foreign_names(&self, pipelines: &[Arc<Pipeline>], messages: &mut FileMessages) {
        let name = input::display_name(&self.path);
        let Some(plan) = self.reader.as_ref().and_then(ContactReader::columns) else { return };
        for line in custom_names::foreign_names(plan, self.options.map.as_ref(), pipelines) {
            messages.add(&name, line);
        }
    }

    fn describe_columns(&self, name: &str, is_alone: bool, messages: &mut FileMessages) {
        let Some(plan) = self.reader.as_ref().and_then(ContactReader::columns) else {
            messages.add(name, self.format.to_string());
            return;
        };
        let lines = column_table(plan, is_alone);
        if is_alone {
            output::message(&format!("{name}: {}", plan.description()));
            for line in &lines {
                output::styled_message(line, 4);
            }
        } else {
            let lines = lines.iter().map(Line::plain);
            let text: Vec<String> = std::iter::once(plan.description()).chain(lines).collect();
            messages.add(name, text.join("\n"));
        }
    }

    /// Returns the reader. A closed file is opened again.
    ///
    /// # Errors
    ///
    /// The file cannot be read any more. The text is the reason without the file's name.
    pub(in crate::commands::import) fn into_reader(
        self,
        bytes_read: &Arc<AtomicU64>,
    ) -> Result<ContactReader, String> {
        if let Some(reader) = self.reader {
            return Ok(reader);
        }
        let name = self.path.display().to_string();
        let file = File::open(&self.path).map_err(|error| error.to_string())?;
        let source = CountingRead { source: file, bytes_read: Arc::clone(bytes_read) };
        unicontact_files::open(source, &name, &self.options).map_err(|error| {
            let text = error.to_string();
            text.strip_prefix(&format!("{name}: ")).unwrap_or(&text).to_owned()
        })
    }
}

/// Opens a file or standard input. Returns its length unless it can be read only once.
pub(super) fn open_bytes(path: &Path) -> Result<(Box<dyn Read + Send>, Option<u64>), Failure> {
    let failed = |error: io::Error| input::read_failure(&input::display_name(path), &error);
    if path == Path::new("-") {
        return Ok((stdin::open().map_err(failed)?, None));
    }
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
}

/// Returns the number of lines of a file. `None` where a line is no measure of its contacts, or the file cannot be read.
pub(super) fn lines(file: &InputFile) -> Option<u64> {
    if !matches!(file.format, Format::Csv | Format::Ndjson | Format::Vcard) {
        return None;
    }
    let bytes = std::fs::read(&file.path).ok()?;
    Some(bytes.split(|byte| *byte == b'\n').count() as u64)
}

/// Returns an error of reading for the user. The candidates of an unclear encoding are printed first.
pub(super) fn format_failure(error: &ReadError) -> Failure {
    for candidate in error.candidates() {
        output::message(&format!("as {}", with_samples(candidate)));
    }
    read_failure(error)
}

/// Returns an error of reading for the user. The path `-` is shown as standard input.
pub(super) fn read_failure(error: &ReadError) -> Failure {
    let text = error.to_string();
    Failure::new(
        FailureCode::InvalidInput,
        match text.strip_prefix("-: ") {
            Some(rest) => format!("{}: {rest}", input::display_name(Path::new("-"))),
            None => text,
        },
    )
}

fn default_rejects(path: &Path, format: Format) -> PathBuf {
    let extension = match format {
        Format::Csv | Format::Workbook => "csv",
        Format::Vcard => "vcf",
        _ => "ndjson",
    };
    let name = if path == Path::new("-") { "stdin".as_ref() } else { path.as_os_str() };
    let mut name = name.to_owned();
    name.push(".rejects.");
    name.push(extension);
    name.into()
}

/// Returns the warning about rows that are not UTF-8: the guess with sample cells, and the lines where other rows are UTF-8.
fn guessed_encoding(guess: &EncodingCandidate, preview: &Preview, is_dry_run: bool) -> String {
    let check = if is_dry_run { "" } else { "check this with --dry-run before you import; " };
    let sample = with_samples(guess);
    let text = format!("{sample}; {check}if it is wrong, pass the right --encoding");
    let lines = &preview.lines_in_another_encoding;
    match output::lines_are(lines, lines.len()) {
        None => format!("warning: not UTF-8: read as {text}"),
        Some(lines) => {
            format!("warning: mixed encodings: {lines} not UTF-8, unlike the others: read as {text}")
        }
    }
}

/// Returns an encoding with sample cells. They are contact data and only for the terminal.
fn with_samples(candidate: &EncodingCandidate) -> String {
    format!("{}: {}", candidate.encoding, candidate.samples().join(" | "))
}
