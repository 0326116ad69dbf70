//! Splits a JSON stream into values: the elements of an array, a sequence of values, or a single one.
//!
//! Only one value is in memory, and never more than the limit of it.

use std::io::{self, BufRead, BufReader, Read};

/// A reader of the values of a JSON document, as bytes.
pub(crate) struct JsonValues {
    source: BufReader<Box<dyn Read + Send>>,
    limit: usize,
    line: u64,
    column: u64,
    in_array: bool,
    ended: bool,
}

/// One value of the document.
pub(crate) struct JsonValue {
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) bytes: Vec<u8>,
    pub(crate) end: ValueEnd,
}

/// The end of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueEnd {
    /// The value is complete.
    Whole,
    /// The value is longer than the limit. Only its start is kept.
    TooLong,
    /// The brackets of the value do not match, so the start of the next value is unknown.
    Unbalanced,
    /// There is no value: the file ends before the array is closed.
    ArrayWithoutEnd,
}

/// The open brackets, and whether the position is inside a string.
#[derive(Default)]
struct Nesting {
    open: Vec<u8>,
    in_string: bool,
    escaped: bool,
    mismatch: bool,
}

impl JsonValues {
    pub(crate) fn new(source: Box<dyn Read + Send>, limit: usize) -> Self {
        let source = BufReader::with_capacity(64 * 1024, source);
        Self { source, limit, line: 1, column: 1, in_array: false, ended: false }
    }

    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Returns the next value. `None` at the end.
    pub(crate) fn next_value(&mut self) -> io::Result<Option<JsonValue>> {
        while !self.ended {
            let Some(byte) = self.peek()? else { break };
            match byte {
                b'[' if !self.in_array => {
                    self.in_array = true;
                    self.advance(byte);
                }
                b']' if self.in_array => {
                    self.in_array = false;
                    self.advance(byte);
                }
                byte if byte == b',' || byte.is_ascii_whitespace() => self.advance(byte),
                _ => return self.value().map(Some),
            }
        }
        if self.in_array && !self.ended {
            self.ended = true;
            let (line, column) = (self.line, self.column);
            return Ok(Some(JsonValue { line, column, bytes: Vec::new(), end: ValueEnd::ArrayWithoutEnd }));
        }
        Ok(None)
    }

    fn value(&mut self) -> io::Result<JsonValue> {
        let mut value =
            JsonValue { line: self.line, column: self.column, bytes: Vec::new(), end: ValueEnd::Whole };
        let mut nesting = Nesting::default();
        loop {
            let Some(byte) = self.peek()? else {
                self.ended = true;
                if !nesting.is_closed() {
                    value.end = ValueEnd::Unbalanced;
                }
                return Ok(value);
            };
            let was_nested = !nesting.is_closed();
            if !was_nested && !value.bytes.is_empty() && ends_scalar(byte) {
                return Ok(value);
            }
            if !was_nested && byte == b']' {
                nesting.mismatch = true;
            }
            nesting.read(byte);
            self.advance(byte);
            if value.bytes.len() < self.limit {
                value.bytes.push(byte);
            } else {
                value.end = ValueEnd::TooLong;
            }
            if nesting.mismatch || nesting.open.len() > MAX_DEPTH {
                self.ended = true;
                value.end = ValueEnd::Unbalanced;
                return Ok(value);
            }
            if was_nested && nesting.is_closed() {
                return Ok(value);
            }
        }
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.source.fill_buf() {
                Ok(buffer) => return Ok(buffer.first().copied()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn advance(&mut self, byte: u8) {
        self.source.consume(1);
        if byte == b'\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
    }
}

/// A limit on the depth of nested brackets.
const MAX_DEPTH: usize = 128;

impl Nesting {
    fn is_closed(&self) -> bool {
        self.open.is_empty() && !self.in_string
    }

    fn read(&mut self, byte: u8) {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.open.push(byte),
            b'}' => self.mismatch |= self.open.pop() != Some(b'{'),
            b']' => self.mismatch |= self.open.pop() != Some(b'['),
            _ => {}
        }
    }
}

fn ends_scalar(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'{' | b'[' | b'"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &'static str) -> Vec<(String, ValueEnd)> {
        let mut values = JsonValues::new(Box::new(text.as_bytes()), 12);
        let mut all = Vec::new();
        while let Some(value) = values.next_value().unwrap() {
            all.push((String::from_utf8(value.bytes).unwrap(), value.end));
        }
        all
    }

    #[test]
    fn arrays_and_sequences_are_split_alike() {
        for text in ["[{\"a\":1},\n {\"b\":2}]", "{\"a\":1}\n{\"b\":2}", "{\"a\":1}{\"b\":2}"] {
            let all = values(text);
            assert_eq!(all, [("{\"a\":1}".into(), ValueEnd::Whole), ("{\"b\":2}".into(), ValueEnd::Whole)]);
        }
    }

    #[test]
    fn brackets_inside_a_string_do_not_count() {
        assert_eq!(values(r#"[{"a":"}\""}]"#), [(r#"{"a":"}\""}"#.into(), ValueEnd::Whole)]);
    }

    #[test]
    fn an_object_above_the_limit_is_truncated_and_the_next_one_is_complete() {
        let all = values(r#"[{"a":"0123456789"},{"b":2}]"#);
        assert_eq!(all[0].1, ValueEnd::TooLong);
        assert_eq!(all[1], (r#"{"b":2}"#.into(), ValueEnd::Whole));
    }

    #[test]
    fn an_unclosed_object_ends_the_reading() {
        assert_eq!(values("[{\"a\":1, ]"), [("{\"a\":1, ]".into(), ValueEnd::Unbalanced)]);
        assert_eq!(values("[{\"a\":1"), [("{\"a\":1".into(), ValueEnd::Unbalanced)]);
    }

    #[test]
    fn an_unclosed_array_is_reported() {
        for text in ["[{\"a\":1},", "[{\"a\":1}\n"] {
            let all = values(text);
            assert_eq!(all[0], ("{\"a\":1}".into(), ValueEnd::Whole));
            assert_eq!(all[1..], [(String::new(), ValueEnd::ArrayWithoutEnd)]);
        }
    }

    #[test]
    fn scalar_values_are_returned_too() {
        assert_eq!(values("[1, \"x\", true]").len(), 3);
    }
}
