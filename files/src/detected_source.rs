//! A source whose format and encoding are detected from its first bytes.

use std::io::{Cursor, Read};

use crate::decode::TextEncoding;
use crate::delimited::cells::Dialect;
use crate::delimited::header::Header;
use crate::detect::{self, Unsupported};
use crate::error::ReadError;
use crate::file_encoding::{FileEncoding, Unclear};
use crate::head::{BYTE_ORDER_MARK, Head, MAX_HEAD, read_head};
use crate::options::{Format, ReadOptions};
use crate::workbook::may_be_workbook;

/// The reaction to a file whose encoding is unclear.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnUnclearEncoding {
    Fail,
    Guess,
}

/// A source with the format and the encoding that its first bytes show.
pub(crate) struct DetectedSource {
    /// The whole source, with the bytes of `head` first.
    pub(crate) source: Box<dyn Read + Send>,
    /// The first bytes, decoded where the source is transcoded.
    pub(crate) head: Vec<u8>,
    /// The first bytes as they are in the file.
    pub(crate) raw_head: Vec<u8>,
    /// The header of a CSV, where it was found while `head` was read.
    pub(crate) header: Option<(Dialect, Header)>,
    pub(crate) format: Format,
    pub(crate) encoding: FileEncoding,
}

impl DetectedSource {
    /// Reads the beginning of a source, and detects its format and encoding.
    ///
    /// # Errors
    ///
    /// When the source is empty or no file of contacts, or when its encoding is unclear.
    pub(crate) fn new(
        mut source: Box<dyn Read + Send>,
        name: &str,
        options: &ReadOptions,
        on_unclear: OnUnclearEncoding,
    ) -> Result<Self, ReadError> {
        let io_error = |source| ReadError::Io { name: name.to_owned(), source };
        let Head { bytes: mut head, mut header } = read_head(&mut source, options).map_err(io_error)?;
        if head.trim_ascii().is_empty() {
            return Err(ReadError::Empty { name: name.to_owned() });
        }
        if may_be_workbook(&head) && options.format.is_none_or(|format| format == Format::Workbook) {
            return Ok(Self::from_parts(source, head, Format::Workbook));
        }
        check_supported(detect::unsupported_encoding(&head), name)?;
        if let Some(encoding) = options.encoding.filter(|encoding| encoding.is_refuted_by(&head)) {
            return Err(ReadError::WrongEncoding { name: name.to_owned(), encoding });
        }
        if options.encoding.or_else(|| TextEncoding::from_head(&head)).is_none() {
            check_supported(unsupported_content(&head), name)?;
        }
        let raw_head = head.clone();
        let encoding = match FileEncoding::new(&head, head.len() >= MAX_HEAD, name, options) {
            Ok(encoding) => encoding,
            Err(unclear) if on_unclear == OnUnclearEncoding::Guess => {
                FileEncoding::from_unclear(unclear, &head)
            }
            Err(Unclear(candidates)) => {
                return Err(ReadError::UnclearEncoding { name: name.to_owned(), candidates });
            }
        };
        if encoding.is_transcoded {
            source = encoding.name.reader(Box::new(Cursor::new(head).chain(source)));
            head = read_head(&mut source, options).map_err(io_error)?.bytes;
            header = None;
        }
        while head.starts_with(BYTE_ORDER_MARK) {
            head.drain(..BYTE_ORDER_MARK.len());
        }
        check_supported(unsupported_content(&head), name)?;
        let format = options.format.unwrap_or_else(|| detect::format_of(&head, name));
        let is_guessed_csv = options.format.is_none() && format == Format::Csv;
        check_supported(detect::cards_without_begin(&head).filter(|_| is_guessed_csv), name)?;
        let source = Box::new(Cursor::new(head.clone()).chain(source));
        Ok(Self { source, head, raw_head, header, format, encoding })
    }

    /// Returns the text of a sheet as a source.
    pub(crate) fn from_sheet(mut text: impl Read + Send + 'static, name: &str) -> Result<Self, ReadError> {
        let head = read_head(&mut text, &ReadOptions::default())
            .map_err(|source| ReadError::Io { name: name.to_owned(), source })?;
        Ok(Self::from_parts(Box::new(text), head.bytes, Format::Workbook))
    }

    /// Returns a source in UTF-8 of which `head` was read.
    fn from_parts(rest: Box<dyn Read + Send>, head: Vec<u8>, format: Format) -> Self {
        let source = Box::new(Cursor::new(head.clone()).chain(rest));
        let (raw_head, encoding) = (head.clone(), FileEncoding::utf_8());
        Self { source, head, raw_head, header: None, format, encoding }
    }

    /// Returns the complete lines of the beginning, as a source of its own.
    pub(crate) fn head_alone(&self) -> Self {
        let end =
            self.head.iter().rposition(|byte| *byte == b'\n').map_or(self.head.len(), |index| index + 1);
        let head = self.head[..end].to_vec();
        Self {
            source: Box::new(Cursor::new(head.clone())),
            header: self.header.clone().filter(|_| end == self.head.len()),
            head,
            raw_head: self.raw_head.clone(),
            format: self.format,
            encoding: self.encoding.clone(),
        }
    }
}

fn unsupported_content(head: &[u8]) -> Option<Unsupported> {
    detect::unsupported_bytes(head).or_else(|| detect::unsupported_text(head))
}

/// Returns an error for a file that is no file of contacts.
fn check_supported(unsupported: Option<Unsupported>, name: &str) -> Result<(), ReadError> {
    match unsupported.map(|unsupported| unsupported.as_table(name)) {
        Some(Unsupported { found, advice }) => {
            Err(ReadError::NotContacts { name: name.to_owned(), found, advice })
        }
        None => Ok(()),
    }
}
