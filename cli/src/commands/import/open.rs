//! Opens all inputs of an import: errors of a whole file are found, and the columns shown, before anything is sent.

mod column_table;
mod column_warnings;
mod custom_names;
mod input_file;
mod input_paths;
mod output_paths;
mod stdin;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use futures_util::stream::{self, Stream};
use unicontact::Pipeline;
use unicontact::identity::IdentifyBy;
use unicontact::providers::UnifiedContact;
use unicontact_files::{ColumnMap, Format, ReadOptions};

pub(super) use self::input_file::InputFile;
pub(in crate::commands) use self::output_paths::write_error;
pub(super) use self::output_paths::{ReservedFile, reserved_files};
use crate::arguments::{Detail, Import};
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::input;
use crate::output::{self, FileMessages, Line};

/// The least length that is measured in bytes. Most of a shorter input is read before anything is sent, so its lines are counted.
const MIN_LENGTH: u64 = 1 << 20;

/// The length of the input, by which the remaining time is estimated.
pub(super) enum InputLength {
    /// The bytes of all files.
    Bytes(u64),
    /// The lines of each file.
    Lines(Vec<u64>),
    /// Standard input, a workbook, or short JSON.
    Unknown,
}

/// The inputs of an import, in their order.
pub(super) struct Inputs {
    pub(super) files: Vec<InputFile>,
    pub(super) bytes_read: Arc<AtomicU64>,
    pub(super) length: InputLength,
    pub(super) identify_by: IdentifyBy,
}

impl Inputs {
    /// Opens all files and checks the paths of the outputs. The messages about columns are about the providers of `pipelines`.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or an output would overwrite a reserved file or an input.
    pub(super) fn open(
        arguments: &Import,
        identify_by: IdentifyBy,
        reserved: Vec<ReservedFile>,
        pipelines: &[Arc<Pipeline>],
    ) -> Result<Self, Failure> {
        let options = Arc::new(read_options(arguments)?);
        let paths = input_paths::input_paths(arguments, &reserved)?;
        if paths.len() > 1 && arguments.rejects.is_some() {
            return Err(Failure::new(
                FailureCode::Usage,
                "--rejects: the option is for one file; the rejects of several files go to FILE.rejects.csv beside each",
            ));
        }
        let inputs = Self::open_files(arguments, identify_by, paths, &options, pipelines)?;
        if arguments.sheet.is_some() && !inputs.files.iter().any(|file| file.format == Format::Workbook) {
            return Err(Failure::new(
                FailureCode::Usage,
                "--sheet: no input is a workbook; leave the option out",
            ));
        }
        let rejects = inputs.files.iter().filter_map(|file| file.rejects.as_deref());
        output_paths::check(arguments, reserved, &inputs.paths(), rejects)?;
        Ok(inputs)
    }

    fn open_files(
        arguments: &Import,
        identify_by: IdentifyBy,
        paths: Vec<PathBuf>,
        options: &Arc<ReadOptions>,
        pipelines: &[Arc<Pipeline>],
    ) -> Result<Self, Failure> {
        let bytes_read = Arc::new(AtomicU64::new(0));
        let mut length = Some(0);
        let is_alone = paths.len() == 1;
        let mut files = Vec::new();
        let mut messages = FileMessages::default();
        for path in paths {
            let (bytes, length_of_file) = input_file::open_bytes(&path)?;
            let stays_open = is_alone || length_of_file.is_none();
            // The bytes of a file that is opened again are counted then.
            let counter = if stays_open { Arc::clone(&bytes_read) } else { Arc::default() };
            let opened = InputFile::open(path, bytes, counter, arguments, options);
            let mut file = opened.map_err(|error| {
                print(&messages);
                input_file::format_failure(&error)
            })?;
            length = length.zip(length_of_file).map(|(sum, length)| sum + length);
            file.describe(arguments, identify_by, is_alone, &mut messages);
            file.warn_of_foreign_names(pipelines, &mut messages);
            files.push(if stays_open { file } else { file.close() });
        }
        print(&messages);
        if output::detail() > Detail::Quiet {
            output::message("");
        }
        let length = length.map_or(InputLength::Unknown, |bytes| InputLength::new(bytes, &files));
        Ok(Self { files, bytes_read, length, identify_by })
    }

    pub(super) fn paths(&self) -> Vec<PathBuf> {
        self.files.iter().map(|file| file.path.clone()).collect()
    }
}

impl InputLength {
    fn new(bytes: u64, files: &[InputFile]) -> Self {
        // A workbook is read completely before its first row is sent.
        let is_one_workbook = matches!(files, [file] if file.format == Format::Workbook);
        if bytes >= MIN_LENGTH {
            return if is_one_workbook { Self::Unknown } else { Self::Bytes(bytes) };
        }
        files.iter().map(input_file::lines).collect::<Option<_>>().map_or(Self::Unknown, Self::Lines)
    }
}

fn print(messages: &FileMessages) {
    for text in messages.lines() {
        text.lines().for_each(|line| output::styled_message(&Line::new(line), output::CONTINUATION));
    }
}

/// Returns a column mapping for the only input, which the user completes.
pub(super) fn suggested_map(arguments: &Import) -> Result<String, Failure> {
    let [path] = arguments.files.as_slice() else {
        return Err(Failure::new(FailureCode::Usage, "--suggest-map: the option is for one file; name one"));
    };
    let name = path.display().to_string();
    let map =
        unicontact_files::suggest_map(input_file::open_bytes(path)?.0, &name, &read_options(arguments)?);
    map.map_err(|error| input_file::read_failure(&error))
}

/// Returns the contacts of all files before they are imported. `None` if a file can be read only once, such as standard
/// input.
pub(super) fn preview_contacts(
    arguments: &Import,
    paths: Vec<PathBuf>,
) -> Result<Option<impl Stream<Item = UnifiedContact> + use<>>, Failure> {
    if !paths.iter().all(|path| path != Path::new("-") && path.is_file()) {
        return Ok(None);
    }
    let options = read_options(arguments)?;
    let rows = paths.into_iter().filter_map(move |path| {
        let reader = unicontact_files::open(File::open(&path).ok()?, &path.display().to_string(), &options);
        Some(reader.ok()?.filter_map(Result::ok).map(|row| row.contact))
    });
    Ok(Some(stream::iter(rows.flatten())))
}

fn read_options(arguments: &Import) -> Result<ReadOptions, Failure> {
    Ok(ReadOptions {
        format: arguments.input_format,
        delimiter: arguments.delimiter,
        encoding: arguments.encoding,
        sheet: arguments.sheet.clone(),
        map: arguments.map.as_deref().map(column_map).transpose()?,
        on_bad_cell: arguments.on_bad_cell.map(Into::into).unwrap_or_default(),
        ..ReadOptions::default()
    })
}

fn column_map(path: &Path) -> Result<ColumnMap, Failure> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| input::read_failure(&name, &error))?;
    text.parse().map_err(|error| Failure::new(FailureCode::InvalidInput, format!("{name}: {error}")))
}
