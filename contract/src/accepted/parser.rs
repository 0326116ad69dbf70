//! Parses the entries of a file of accepted findings, and collects its mistakes with their lines.

use jiff::civil::Date;
use toml_edit::{Document, Item, TableLike};
use unicontact_providers::nearest_word;

use super::AcceptedEntry;

const LIST: &str = "accepted";
const KEYS: [&str; 5] = ["vendor", "place", "seen", "reason", "until"];

/// A mistake in the file.
pub(super) struct Mistake {
    pub(super) line: usize,
    pub(super) message: String,
}

/// A parser of one file. It continues after a mistake.
pub(super) struct Parser<'a> {
    text: &'a str,
    pub(super) mistakes: Vec<Mistake>,
}

impl<'a> Parser<'a> {
    /// Creates a parser that has found no mistakes yet.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, mistakes: Vec::new() }
    }

    /// Returns the entries without mistakes.
    pub(super) fn entries(&mut self) -> Vec<AcceptedEntry> {
        let document = match Document::parse(self.text) {
            Ok(document) => document,
            Err(error) => {
                let line = error.span().map_or(1, |span| self.line_at(span.start));
                self.report(line, format!("not TOML: {}", error.message().replace('\n', ", ")));
                return Vec::new();
            }
        };
        let mut entries = Vec::new();
        for (name, item) in document.iter() {
            let line = self.line_of(document.as_table(), name);
            match item.as_array_of_tables().filter(|_| name == LIST) {
                Some(tables) => entries.extend(tables.iter().filter_map(|table| {
                    let line = table.span().map_or(line, |span| self.line_at(span.start));
                    self.entry(table, line)
                })),
                None if name == LIST => self.report(line, format!("write [[{LIST}]] above each entry")),
                None => self.report(line, unknown_key(name, &[LIST])),
            }
        }
        entries
    }

    fn entry(&mut self, table: &dyn TableLike, line: usize) -> Option<AcceptedEntry> {
        for (key, _) in table.iter().filter(|(key, _)| !KEYS.contains(key)) {
            self.report(self.line_of(table, key), unknown_key(key, &KEYS));
        }
        let vendor = self.text(table, "vendor", line);
        let reason = self.text(table, "reason", line);
        if reason.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
            let message = "`reason` is empty; say why the finding is accepted";
            self.report(self.line_of(table, "reason"), message.to_owned());
        }
        let until = self.date(table, line);
        let place = self.text(table, "place", line);
        if place.as_ref().is_some_and(|place| place.strip_suffix('*').unwrap_or(place).contains('*')) {
            let message =
                "`*` stands only at the end of `place`; write the place up to there, such as \"body.*\"";
            self.report(self.line_of(table, "place"), message.to_owned());
        }
        let seen = if table.contains_key("seen") { self.text(table, "seen", line) } else { None };
        Some(AcceptedEntry { line, vendor: vendor?, place: place?, seen, reason: reason?, until: until? })
    }

    fn text(&mut self, table: &dyn TableLike, key: &str, line: usize) -> Option<String> {
        let Some(item) = table.get(key) else {
            self.report(line, format!("`{key}` is missing"));
            return None;
        };
        if item.as_str().is_none() {
            self.report(self.line_of(table, key), format!("`{key}` is no text; write it in quotes"));
        }
        item.as_str().map(str::to_owned)
    }

    /// Returns the last day: a date of TOML, or a text with one.
    fn date(&mut self, table: &dyn TableLike, line: usize) -> Option<Date> {
        let Some(item) = table.get("until") else {
            self.report(line, "`until` is missing; write the last day, such as 2027-01-31".to_owned());
            return None;
        };
        let text = written(item);
        // A date alone: with a time, the zone would matter.
        let date = text.filter(|text| text.len() == "2027-01-31".len()).and_then(|text| text.parse().ok());
        if date.is_none() {
            let message = "`until` is no date; write one such as 2027-01-31";
            self.report(self.line_of(table, "until"), message.to_owned());
        }
        date
    }

    fn report(&mut self, line: usize, message: String) {
        self.mistakes.push(Mistake { line, message });
    }

    /// Returns the line of a key.
    fn line_of(&self, table: &dyn TableLike, key: &str) -> usize {
        let span = table.get_key_value(key).and_then(|(key, item)| key.span().or_else(|| item.span()));
        span.map_or(1, |span| self.line_at(span.start))
    }

    fn line_at(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }
}

fn written(item: &Item) -> Option<String> {
    item.as_str().map(str::to_owned).or_else(|| item.as_datetime().map(ToString::to_string))
}

fn unknown_key(key: &str, known: &[&'static str]) -> String {
    match nearest_word(key, known.iter().copied()) {
        Some(nearest) => format!("unknown key `{}`, did you mean `{nearest}`?", key.escape_debug()),
        None => format!("unknown key `{}` (known: {})", key.escape_debug(), known.join(", ")),
    }
}
