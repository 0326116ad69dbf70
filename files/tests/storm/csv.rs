//! Writes people as CSV.

use unicontact_files::ReadOptions;

use crate::storm::csv_transformations::TRANSFORMATIONS;
use crate::storm::encoding::Charset;
use crate::storm::people::{Alphabet, Person, Values};
use crate::storm::transformation::{Choices, Transformation, Wrapping};

/// The quoting of cells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoting {
    WhereNeeded,
    Always,
    AtRandom,
    /// With a backslash before a quote inside a cell.
    Backslash,
}

/// The columns of names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameColumns {
    GivenAndFamily,
    FamilyAndGiven,
    Full,
    /// The full name and its parts.
    All,
}

const ENGLISH: [&str; 5] = ["First Name", "Last Name", "Name", "Email", "Phone"];

/// The cells of a column before they are quoted.
pub(crate) struct Cells {
    pub(crate) header: String,
    pub(crate) values: Vec<String>,
}

/// The way a CSV file is written.
pub(crate) struct Csv {
    pub(crate) charset: Charset,
    /// Whether the options of the reader name the encoding.
    pub(crate) names_charset: bool,
    pub(crate) delimiter: char,
    pub(crate) delimiter_line: bool,
    pub(crate) quoting: Quoting,
    pub(crate) endings: &'static [&'static str],
    pub(crate) ends_with_line: bool,
    /// Given name, family name, full name, e-mail, phone.
    pub(crate) headers: [&'static str; 5],
    pub(crate) names: NameColumns,
    pub(crate) emails: usize,
    pub(crate) email_separator: &'static str,
    pub(crate) phones: usize,
    pub(crate) phone_separator: &'static str,
    pub(crate) trailing: &'static str,
    /// Changes each text of a cell.
    pub(crate) every_cell: fn(&str) -> String,
    pub(crate) each_email: fn(&Person, &str) -> String,
    pub(crate) each_phone: fn(&str) -> String,
    pub(crate) phone_cell: fn(&str) -> String,
    /// Whether the cells of numbers are written without the quotes that they need.
    pub(crate) raw_phones: bool,
    /// A column in which every cell has this text.
    pub(crate) more_columns: Vec<(&'static str, &'static str)>,
    pub(crate) shuffled: bool,
    pub(crate) lines_before: &'static [&'static str],
    pub(crate) lines_after: &'static [&'static str],
    pub(crate) repeats_header: bool,
    pub(crate) blank_rows: &'static [&'static str],
    pub(crate) short_rows: bool,
    pub(crate) delimiters_at_the_end: usize,
}

impl Default for Csv {
    fn default() -> Self {
        Self {
            charset: Charset::Utf8 { marks: 0 },
            names_charset: false,
            delimiter: ',',
            delimiter_line: false,
            quoting: Quoting::WhereNeeded,
            endings: &["\n"],
            ends_with_line: true,
            headers: ENGLISH,
            names: NameColumns::GivenAndFamily,
            emails: 1,
            email_separator: "; ",
            phones: 1,
            phone_separator: "; ",
            trailing: "",
            every_cell: str::to_owned,
            each_email: |_, email| email.to_owned(),
            each_phone: str::to_owned,
            phone_cell: str::to_owned,
            raw_phones: false,
            more_columns: Vec::new(),
            shuffled: false,
            lines_before: &[],
            lines_after: &[],
            repeats_header: false,
            blank_rows: &[],
            short_rows: false,
            delimiters_at_the_end: 0,
        }
    }
}

impl Wrapping for Csv {
    const FILE_NAME: &'static str = "people.csv";
    const TRANSFORMATIONS: &'static [Transformation<Self>] = TRANSFORMATIONS;

    fn write(&self, people: &[Person], choices: &mut Choices) -> Vec<u8> {
        let mut columns = self.columns(people);
        if self.shuffled {
            choices.shuffle(&mut columns);
        }
        let header = self.line(columns.iter().map(|column| column.header.clone()), choices);
        let mut lines: Vec<String> = Vec::new();
        if self.delimiter_line {
            lines.push(format!("sep={}", self.delimiter));
        }
        lines.extend(self.lines_before.iter().map(|line| self.delimited(line)));
        lines.push(header.clone());
        for row in 0..people.len() {
            if self.repeats_header && row % 2 == 1 {
                lines.push(header.clone());
            }
            if !self.blank_rows.is_empty() {
                lines.push(self.delimited(choices.one_of(self.blank_rows)));
            }
            lines.push(self.row(&columns, row, choices));
        }
        lines.extend(self.lines_after.iter().map(|line| self.delimited(line)));
        let last = lines.len() - 1;
        let mut text = String::new();
        for (number, line) in lines.iter().enumerate() {
            text.push_str(line);
            if number < last || self.ends_with_line {
                text.push_str(choices.one_of(self.endings));
            }
        }
        self.charset.encode(&text)
    }

    fn has_unknown_encoding(&self) -> bool {
        self.charset.is_unknown()
    }

    fn alphabet(&self) -> Alphabet {
        self.charset.alphabet()
    }

    fn values(&self) -> Values {
        Values { emails: self.emails, phones: self.phones }
    }

    fn options(&self) -> ReadOptions {
        let name = match self.charset {
            Charset::Windows1250 => "windows-1250",
            Charset::Windows1251 => "windows-1251",
            Charset::ShiftJis => "shift_jis",
            _ => return ReadOptions::default(),
        };
        let encoding = self.names_charset.then(|| name.parse().unwrap());
        ReadOptions { encoding, ..ReadOptions::default() }
    }
}

impl Csv {
    fn columns(&self, people: &[Person]) -> Vec<Cells> {
        let [given, family, full, email, phone] = self.headers_as_written();
        let column = |header: &str, value: &dyn Fn(&Person) -> String| Cells {
            header: header.to_owned(),
            values: people.iter().map(value).collect(),
        };
        let text = |text: &str| (self.every_cell)(text);
        let given = || column(given, &|person| text(&person.given));
        let family = || column(family, &|person| text(&person.family));
        let full = || column(full, &|person| text(&person.full_name()));
        let mut columns = match self.names {
            NameColumns::GivenAndFamily => vec![given(), family()],
            NameColumns::FamilyAndGiven => vec![family(), given()],
            NameColumns::Full => vec![full()],
            NameColumns::All => vec![full(), given(), family()],
        };
        columns.push(column(email, &|person| text(&self.emails(person))));
        columns.push(column(phone, &|person| (self.phone_cell)(&text(&self.phones(person)))));
        columns
            .extend(self.more_columns.iter().map(|(header, value)| column(header, &|_| (*value).to_owned())));
        columns
    }

    /// Returns the headers, or English ones where the encoding lacks their letters.
    fn headers_as_written(&self) -> [&'static str; 5] {
        if self.charset.has(&self.headers.concat()) { self.headers } else { ENGLISH }
    }

    fn phone_header(&self) -> &'static str {
        let [.., phone] = self.headers_as_written();
        phone
    }

    fn emails(&self, person: &Person) -> String {
        let emails: Vec<String> =
            person.emails.iter().map(|email| (self.each_email)(person, email)).collect();
        emails.join(self.email_separator) + self.trailing
    }

    fn phones(&self, person: &Person) -> String {
        let phones: Vec<String> = person.phones.iter().map(|phone| (self.each_phone)(phone)).collect();
        phones.join(self.phone_separator) + self.trailing
    }

    fn row(&self, columns: &[Cells], row: usize, choices: &mut Choices) -> String {
        let mut cells: Vec<&str> = columns.iter().map(|column| column.values[row].as_str()).collect();
        while self.short_rows && cells.last().is_some_and(|cell| cell.is_empty()) {
            cells.pop();
        }
        let is_raw = |column: usize, cell: &str| {
            self.raw_phones
                && columns[column].header == self.phone_header()
                && !cell.contains([self.delimiter, '\n'])
        };
        let cells: Vec<String> = cells
            .iter()
            .enumerate()
            .map(
                |(column, cell)| {
                    if is_raw(column, cell) { (*cell).to_owned() } else { self.quoted(cell, choices) }
                },
            )
            .collect();
        cells.join(&self.delimiter.to_string()) + &self.delimiters()
    }

    fn line(&self, cells: impl Iterator<Item = String>, choices: &mut Choices) -> String {
        let cells: Vec<String> = cells.map(|cell| self.quoted(&cell, choices)).collect();
        cells.join(&self.delimiter.to_string()) + &self.delimiters()
    }

    fn delimiters(&self) -> String {
        self.delimiter.to_string().repeat(self.delimiters_at_the_end)
    }

    /// Returns a line that was written with commas.
    fn delimited(&self, line: &str) -> String {
        line.replace(',', &self.delimiter.to_string())
    }

    fn quoted(&self, cell: &str, choices: &mut Choices) -> String {
        let must = cell.contains([self.delimiter, '"', '\n', '\r']) || cell.starts_with(' ');
        let is_quoted = match self.quoting {
            Quoting::WhereNeeded => must,
            Quoting::Always | Quoting::Backslash => true,
            Quoting::AtRandom => must || choices.below(2) == 0,
        };
        let quote = if self.quoting == Quoting::Backslash { "\\\"" } else { "\"\"" };
        if is_quoted { format!("\"{}\"", cell.replace('"', quote)) } else { cell.to_owned() }
    }
}
