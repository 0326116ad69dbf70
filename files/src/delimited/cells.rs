//! Parses a row of CSV into cells, line by line.
//!
//! The crate `csv` reports neither an unclosed quote nor a quote inside a cell, and it limits no row; so the parser is written
//! here. On rows without these faults both give the same cells, and a property test checks that.

/// The characters that a CSV file is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    pub(crate) quote: u8,
    /// Whether a quote inside a quoted cell has a backslash before it, as databases and PHP write it.
    pub(crate) has_backslashes: bool,
    /// Whether a delimiter inside a text formula belongs to the cell: `="King, Ada"`. Version 0.1.0 split the cell there.
    pub(crate) has_guards: bool,
}

impl Dialect {
    /// Returns the dialect of RFC 4180, where a quote inside a cell is doubled.
    pub(crate) fn new(delimiter: u8, quote: u8) -> Self {
        Self { delimiter, quote, has_backslashes: false, has_guards: false }
    }
}

/// The state of the parser.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    CellStart,
    Unquoted,
    Quoted,
    /// After a quote inside a quoted cell: the end of the cell, or the first of two quotes.
    AfterQuote,
    /// After a backslash inside a quoted cell.
    AfterBackslash,
}

/// A parser of one row.
#[derive(Debug, Default)]
pub(crate) struct CellParser {
    state: State,
    cells: Vec<Vec<u8>>,
    cell: Vec<u8>,
    /// Whether a cell has text after its closing quote.
    pub(crate) stray_quote: bool,
    /// Whether a cell is a text formula with a delimiter inside.
    pub(crate) has_guarded_delimiter: bool,
}

impl CellParser {
    /// Parses a line with its ending. Returns whether the row ends with this line.
    pub(crate) fn read_line(&mut self, line: &[u8], dialect: Dialect) -> bool {
        let content = crate::lines::without_ending(line);
        let mut rest = content;
        while let Some((byte, after)) = rest.split_first() {
            if *byte == b'=' && self.state == State::CellStart && dialect.has_guards {
                let length = formula_length(rest, dialect.delimiter);
                self.has_guarded_delimiter |= rest[..length].contains(&dialect.delimiter);
                self.cell.extend_from_slice(&rest[..length]);
                rest = &rest[length..];
                self.state = State::Unquoted;
                continue;
            }
            let plain = self.plain(rest, dialect);
            if plain.is_empty() {
                self.read(*byte, dialect);
                rest = after;
            } else {
                self.cell.extend_from_slice(plain);
                rest = &rest[plain.len()..];
            }
        }
        if matches!(self.state, State::Quoted | State::AfterBackslash) {
            self.state = State::Quoted;
            self.cell.extend_from_slice(&line[content.len()..]);
            return false;
        }
        true
    }

    /// Parses the lines of a row. Returns whether the row ends with the last of them.
    pub(crate) fn read_row(&mut self, row: &[u8], dialect: Dialect) -> bool {
        let mut is_complete = false;
        for line in row.split_inclusive(|byte| *byte == b'\n') {
            is_complete = self.read_line(line, dialect);
        }
        is_complete
    }

    /// Returns the cells. An open cell ends here.
    pub(crate) fn into_cells(mut self) -> Vec<Vec<u8>> {
        self.end_cell();
        self.cells
    }

    /// Returns the beginning of `rest` that belongs to the open cell without any special character.
    fn plain<'a>(&self, rest: &'a [u8], dialect: Dialect) -> &'a [u8] {
        let end = match self.state {
            State::Unquoted => dialect.delimiter,
            State::Quoted => dialect.quote,
            State::CellStart | State::AfterQuote | State::AfterBackslash => return &[],
        };
        let length = rest.iter().position(|byte| *byte == end).unwrap_or(rest.len());
        if dialect.has_backslashes && self.state == State::Quoted {
            let backslash = rest[..length].iter().position(|byte| *byte == b'\\');
            return &rest[..backslash.unwrap_or(length)];
        }
        &rest[..length]
    }

    fn read(&mut self, byte: u8, dialect: Dialect) {
        let Dialect { delimiter, quote, has_backslashes, has_guards: _ } = dialect;
        match self.state {
            State::CellStart if byte == quote => {
                self.cell.clear();
                self.state = State::Quoted;
            }
            State::CellStart | State::Unquoted if byte == delimiter => self.end_cell(),
            // Spaces between a delimiter and a quote are dropped when the quote comes.
            State::CellStart if byte == b' ' => self.cell.push(byte),
            State::CellStart | State::Unquoted => {
                self.cell.push(byte);
                self.state = State::Unquoted;
            }
            State::Quoted if byte == quote => self.state = State::AfterQuote,
            State::Quoted if byte == b'\\' && has_backslashes => self.state = State::AfterBackslash,
            State::Quoted => self.cell.push(byte),
            State::AfterBackslash => {
                if byte != quote && byte != b'\\' {
                    self.cell.push(b'\\');
                }
                self.cell.push(byte);
                self.state = State::Quoted;
            }
            State::AfterQuote if byte == quote => {
                self.cell.push(quote);
                self.state = State::Quoted;
            }
            State::AfterQuote if byte == delimiter => self.end_cell(),
            State::AfterQuote => {
                self.stray_quote |= byte != b' ';
                if byte != b' ' {
                    self.state = State::Unquoted;
                }
                self.cell.push(byte);
            }
        }
    }

    fn end_cell(&mut self) {
        self.cells.push(std::mem::take(&mut self.cell));
        self.state = State::CellStart;
    }
}

/// Parses a row, and returns its cells and whether a quote stands in the wrong place.
pub(crate) fn parse_row(row: &[u8], dialect: Dialect) -> (Vec<Vec<u8>>, bool) {
    let mut parser = CellParser::default();
    let is_complete = parser.read_row(row, dialect);
    let has_stray_quote = parser.stray_quote || !is_complete;
    (parser.into_cells(), has_stray_quote)
}

/// Returns the length of the text formula that `rest` starts with and that fills its cell: `="King, Ada"`. Without such a
/// formula, returns 1, the length of the `=`.
fn formula_length(rest: &[u8], delimiter: u8) -> usize {
    let Some(text) = rest.strip_prefix(b"=\"") else { return 1 };
    let mut end = 0;
    while let Some(quote) = text[end..].iter().position(|byte| *byte == b'"') {
        end += quote + 1;
        match text[end..].first() {
            Some(b'"') => end += 1,
            None => return end + 2,
            Some(byte) if *byte == delimiter => return end + 2,
            Some(_) => return 1,
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLAIN: Dialect =
        Dialect { delimiter: b',', quote: b'"', has_backslashes: false, has_guards: false };

    fn cut(line: &str) -> (Vec<String>, bool, bool) {
        let mut parser = CellParser::default();
        let whole = parser.read_line(line.as_bytes(), PLAIN);
        let stray = parser.stray_quote;
        let cells = parser.into_cells().into_iter().map(|cell| String::from_utf8(cell).unwrap()).collect();
        (cells, whole, stray)
    }

    #[test]
    fn quotes_and_the_spaces_around_them_are_removed() {
        assert_eq!(cut("a, \"b, \"\"c\"\"\",,d\r\n").0, ["a", "b, \"c\"", "", "d"]);
    }

    #[test]
    fn a_backslash_escapes_a_quote_and_itself() {
        let mut parser = CellParser::default();
        let dialect = Dialect { has_backslashes: true, ..PLAIN };
        assert!(parser.read_line(br#""a \"b, c\"","C:\\","\d",e\"#, dialect));
        let cells: Vec<Vec<u8>> = parser.into_cells();
        assert_eq!(cells, [&br#"a "b, c""#[..], br"C:\", br"\d", br"e\"]);
    }

    #[test]
    fn a_delimiter_inside_a_text_formula_belongs_to_the_cell() {
        let guarded = |line: &str, has_guards| {
            let mut parser = CellParser::default();
            assert!(parser.read_line(line.as_bytes(), Dialect { has_guards, ..PLAIN }));
            let is_guarded = parser.has_guarded_delimiter;
            let cells = parser.into_cells().into_iter().map(|cell| String::from_utf8(cell).unwrap());
            (cells.collect::<Vec<_>>(), is_guarded)
        };
        let (cells, is_guarded) = guarded("=\"King, Ada\",x,=\"a \"\"b\"\", c\"\r\n", true);
        assert_eq!((cells.len(), is_guarded), (3, true), "{cells:?}");
        assert_eq!(cells[0], "=\"King, Ada\"");
        for line in ["=\"Ada\",=\"Bo\"", "=\"a\"&\"b, c\",x", "=\"a, b", "=1,2", "=", "=\"", "x=\"a, b\""] {
            assert_eq!(guarded(line, true), (guarded(line, false).0, false), "{line}");
        }
    }

    #[test]
    fn an_unclosed_quote_and_a_stray_quote_are_reported() {
        assert!(!cut("a,\"b\n").1);
        assert!(cut("\"a\"b,c").2);
        assert!(!cut("5\" disk,c").2);
    }

    proptest! {
        #[test]
        fn rows_that_the_csv_crate_writes_are_parsed_into_the_same_cells(
            rows in prop::collection::vec(prop::collection::vec("[a\" ,;\n\rü]{0,6}", 2..5), 1..5),
            delimiter in prop::sample::select(vec![b',', b';', b'\t']),
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(delimiter).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let bytes = writer.into_inner().unwrap();
            let mut lines = crate::lines::Lines::new(Box::new(std::io::Cursor::new(bytes)));
            let dialect = Dialect::new(delimiter, b'"');
            for row in rows {
                let mut parser = CellParser::default();
                loop {
                    let mut line = Vec::new();
                    prop_assert!(lines.next_line(&mut line, 1000).unwrap().is_some());
                    if parser.read_line(&line, dialect) {
                        break;
                    }
                }
                let cells: Vec<String> =
                    parser.into_cells().into_iter().map(|cell| String::from_utf8(cell).unwrap()).collect();
                // Spaces before a quote are no part of the cell; every cell is trimmed when it is used.
                prop_assert_eq!(cells, row);
            }
        }
    }
}
