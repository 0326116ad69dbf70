//! A row of CSV cut into its cells.
//!
//! What is read can be read line by line, so that a quote that is never closed is seen as such.
//!
//! The crate `csv` tells neither of a quote that is not closed nor of one that is closed in the middle of a cell,
//! and it bounds no row; that is why the cutting is done here. On rows without those faults the two agree, and
//! a property test holds them to it.

/// The characters that a CSV file is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    pub(crate) quote: u8,
    /// Whether a quote inside a quoted cell has a backslash before it, as databases and PHP write it.
    pub(crate) has_backslashes: bool,
    /// Whether a delimiter in a formula that is a text belongs to it: `="King, Ada"`. Version 0.1.0 cut there.
    pub(crate) has_guards: bool,
}

impl Dialect {
    /// Returns the characters of RFC 4180, where a quote inside a cell is doubled.
    pub(crate) fn new(delimiter: u8, quote: u8) -> Self {
        Self { delimiter, quote, has_backslashes: false, has_guards: false }
    }
}

/// Where the cutting stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    CellStart,
    Unquoted,
    Quoted,
    /// Behind a quote inside a quoted cell: its end, or the first of two.
    AfterQuote,
    /// Behind a backslash inside a quoted cell.
    AfterBackslash,
}

/// The cells of a row, as far as it was read.
#[derive(Debug, Default)]
pub(crate) struct Cutter {
    state: State,
    cells: Vec<Vec<u8>>,
    cell: Vec<u8>,
    /// A cell goes on behind its closing quote.
    pub(crate) stray_quote: bool,
    /// A cell is a formula with a delimiter in its text.
    pub(crate) has_guarded_delimiter: bool,
}

impl Cutter {
    /// Reads a line with its ending; whether the row ends with it.
    pub(crate) fn read_line(&mut self, line: &[u8], dialect: Dialect) -> bool {
        let content = crate::lines::without_ending(line);
        let mut rest = content;
        while let Some((byte, behind)) = rest.split_first() {
            if *byte == b'=' && self.state == State::CellStart && dialect.has_guards {
                let length = guarded(rest, dialect.delimiter);
                self.has_guarded_delimiter |= rest[..length].contains(&dialect.delimiter);
                self.cell.extend_from_slice(&rest[..length]);
                rest = &rest[length..];
                self.state = State::Unquoted;
                continue;
            }
            let plain = self.plain(rest, dialect);
            if plain.is_empty() {
                self.read(*byte, dialect);
                rest = behind;
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

    /// Reads a row of one or several lines, and returns whether it ends with the last of them.
    pub(crate) fn read_row(&mut self, row: &[u8], dialect: Dialect) -> bool {
        let mut is_whole = false;
        for line in row.split_inclusive(|byte| *byte == b'\n') {
            is_whole = self.read_line(line, dialect);
        }
        is_whole
    }

    /// The cells. The one that is open ends here.
    pub(crate) fn into_cells(mut self) -> Vec<Vec<u8>> {
        self.end_cell();
        self.cells
    }

    /// The beginning of `rest` that belongs to the open cell, whatever is in it.
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
            // Spaces between a delimiter and a quote belong to neither.
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

/// Returns the length of the formula at the start of a line's rest that is nothing but a text, and fills its cell: `="King, Ada"`.
/// Where there is none, that of its `=`.
fn guarded(rest: &[u8], delimiter: u8) -> usize {
    let Some(text) = rest.strip_prefix(b"=\"") else { return 1 };
    let mut place = 0;
    while let Some(quote) = text[place..].iter().position(|byte| *byte == b'"') {
        place += quote + 1;
        match text[place..].first() {
            Some(b'"') => place += 1,
            None => return place + 2,
            Some(byte) if *byte == delimiter => return place + 2,
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
        let mut cutter = Cutter::default();
        let whole = cutter.read_line(line.as_bytes(), PLAIN);
        let stray = cutter.stray_quote;
        let cells = cutter.into_cells().into_iter().map(|cell| String::from_utf8(cell).unwrap()).collect();
        (cells, whole, stray)
    }

    #[test]
    fn quotes_and_spaces_around_them_are_taken_off() {
        assert_eq!(cut("a, \"b, \"\"c\"\"\",,d\r\n").0, ["a", "b, \"c\"", "", "d"]);
    }

    #[test]
    fn a_backslash_escapes_a_quote_and_itself() {
        let mut cutter = Cutter::default();
        let dialect = Dialect { has_backslashes: true, ..PLAIN };
        assert!(cutter.read_line(br#""a \"b, c\"","C:\\","\d",e\"#, dialect));
        let cells: Vec<Vec<u8>> = cutter.into_cells();
        assert_eq!(cells, [&br#"a "b, c""#[..], br"C:\", br"\d", br"e\"]);
    }

    #[test]
    fn a_delimiter_in_a_guard_belongs_to_the_cell() {
        let guarded = |line: &str, has_guards| {
            let mut cutter = Cutter::default();
            assert!(cutter.read_line(line.as_bytes(), Dialect { has_guards, ..PLAIN }));
            let is_guarded = cutter.has_guarded_delimiter;
            let cells = cutter.into_cells().into_iter().map(|cell| String::from_utf8(cell).unwrap());
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
    fn an_open_quote_and_a_stray_one_are_told() {
        assert!(!cut("a,\"b\n").1);
        assert!(cut("\"a\"b,c").2);
        assert!(!cut("5\" disk,c").2);
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_cut_as_the_csv_crate_cuts_it(
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
                let mut cutter = Cutter::default();
                loop {
                    let mut line = Vec::new();
                    prop_assert!(lines.next_line(&mut line, 1000).unwrap().is_some());
                    if cutter.read_line(&line, dialect) {
                        break;
                    }
                }
                let cells: Vec<String> =
                    cutter.into_cells().into_iter().map(|cell| String::from_utf8(cell).unwrap()).collect();
                // Spaces before a quote are no part of the cell; everything is trimmed when it is used.
                prop_assert_eq!(cells, row);
            }
        }
    }
}
