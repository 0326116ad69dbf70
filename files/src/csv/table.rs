//! Opens the table of a CSV file or of a sheet.

use super::CsvRows;
use super::continuation::Continuations;
use super::row::RowReader;
use super::row_source::RowSource;
use super::structure::RowClassifier;
use super::v0_1::{EarlierReader, EarlierReaders};
use crate::delimited::header::search::find_header;
use crate::delimited::header::{Header, HeaderCheck};
use crate::delimited::records::Records;
use crate::detected_source::DetectedSource;
use crate::error::ReadError;
use crate::formula_guard::GuardColumns;
use crate::options::{Format, ReadOptions};
use crate::plan::ColumnPlan;
use crate::version::Version;

/// Opens the table that a source holds.
///
/// # Errors
///
/// When the table has no header, when the header does not pass the check, or when the mapping does not fit it.
pub(crate) fn open_table(
    mut source: DetectedSource,
    name: &str,
    options: &ReadOptions,
    check: HeaderCheck,
) -> Result<CsvRows, ReadError> {
    check_dialect(options)?;
    let encoding = source.encoding.fallback();
    let (dialect, header) = match source.header.take() {
        Some(found) => found,
        None => find_header(&source.head, options, Version::Current, encoding)
            .ok_or_else(|| ReadError::Empty { name: name.to_owned() })?,
    };
    check_header(&header, name, options, check)?;
    let map = options.map.as_ref();
    let encoding_name = source.encoding.name.to_string();
    let (plan, used) = ColumnPlan::new(&header, dialect, encoding_name, map, Version::Current)
        .map_err(|source| ReadError::Map { name: name.to_owned(), source })?;
    if used.is_empty() && check == HeaderCheck::Recognized {
        return Err(no_header(name, &header));
    }
    let current = (dialect, &header, &plan, &used[..]);
    let raw_encoding = source.encoding.is_transcoded.then_some(source.encoding.name);
    let earlier = EarlierReaders {
        // Version 0.1.0 read no workbooks.
        decoded: EarlierReader::new(&source.head, options, current)
            .filter(|_| source.format != Format::Workbook),
        raw: raw_encoding
            .and_then(|encoding| Some((encoding, EarlierReader::new(&source.raw_head, options, current)?))),
    };
    let classifier =
        RowClassifier::new(&source.head, &header, encoding, dialect.delimiter).with_footer(plan.has_footer);
    let continuations = Continuations::new(&source.head, &header, &plan, &used, encoding);
    let mut records = Records::new(source.source, dialect, options.limit());
    records.skip_lines(header.last_line).map_err(|source| ReadError::Io { name: name.to_owned(), source })?;
    let columns = plan.columns.len();
    let guard_columns = GuardColumns::new(plan.columns.iter().map(|column| column.header.as_str()));
    Ok(CsvRows {
        source: RowSource { records, classifier, dialect, guard_columns, columns, empty_rows: 0 },
        reader: RowReader::new(&plan, used),
        plan,
        earlier,
        decoder: source.encoding.row_decoder(),
        continuations,
        lookahead: None,
        row_limit: options.limit(),
        on_bad_cell: options.on_bad_cell,
    })
}

fn check_header(
    header: &Header,
    name: &str,
    options: &ReadOptions,
    check: HeaderCheck,
) -> Result<(), ReadError> {
    let is_known = header.known > 0 || check == HeaderCheck::Present || options.map.is_some();
    if header.is_a_contact || !is_known {
        return Err(no_header(name, header));
    }
    if check == HeaderCheck::Recognized
        && options.map.is_none()
        && let Some(column) = header.second_table()
    {
        return Err(ReadError::SideBySide { name: name.to_owned(), line: header.line, column });
    }
    Ok(())
}

fn no_header(name: &str, header: &Header) -> ReadError {
    let (name, line) = (name.to_owned(), header.line);
    if header.is_a_contact {
        ReadError::NoHeader { name, line }
    } else {
        ReadError::NoKnownColumn { name, line, columns: header.cells.len() }
    }
}

fn check_dialect(options: &ReadOptions) -> Result<(), ReadError> {
    let is_unfit = |byte: u8| !byte.is_ascii() || matches!(byte, b'\r' | b'\n' | 0);
    if options.delimiter.is_some_and(is_unfit) || options.quote.is_some_and(is_unfit) {
        return Err(ReadError::Option("the delimiter and the quote must be one ASCII character each"));
    }
    if options.delimiter.is_some() && options.delimiter == Some(options.quote.unwrap_or(b'"')) {
        return Err(ReadError::Option("the delimiter and the quote must differ"));
    }
    Ok(())
}
