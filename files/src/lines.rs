//! Splits bytes into physical lines that end with LF, CR LF or a lone CR, and limits their length.

use std::io::{self, BufRead, BufReader, Read};

const BUFFER: usize = 64 * 1024;

/// A reader of lines. Lines can be pushed back and read again.
pub(crate) struct Lines {
    source: BufReader<Box<dyn Read + Send>>,
    pushed_back: Vec<u8>,
    /// The number of bytes of `pushed_back` that were read again.
    pushed_back_read: usize,
    number: u64,
}

/// The result of reading a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LineRead {
    /// The line is longer than the limit. Only its start was kept.
    pub(crate) is_truncated: bool,
}

impl Lines {
    pub(crate) fn new(source: Box<dyn Read + Send>) -> Self {
        let source = BufReader::with_capacity(BUFFER, source);
        Self { source, pushed_back: Vec::new(), pushed_back_read: 0, number: 0 }
    }

    /// Returns the number of the last line that was read, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Pushes back whole lines, which are read next. `number` is that of the line before them.
    pub(crate) fn push_back(&mut self, lines: &[u8], number: u64) {
        let rest = self.pushed_back.split_off(self.pushed_back_read);
        self.pushed_back.clear();
        self.pushed_back.extend_from_slice(lines);
        self.pushed_back.extend_from_slice(&rest);
        self.pushed_back_read = 0;
        self.number = number;
    }

    /// Appends the next line and its ending to `into`, at most `limit` bytes. Returns `None` at the end of the source.
    pub(crate) fn next_line(&mut self, into: &mut Vec<u8>, limit: usize) -> io::Result<Option<LineRead>> {
        let mut length = 0;
        let mut is_truncated = false;
        loop {
            let chunk = self.chunk()?;
            if chunk.is_empty() {
                break;
            }
            let end = chunk.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let count = end.map_or(chunk.len(), |index| index + 1);
            let carriage_return = end.is_some_and(|index| chunk[index] == b'\r');
            is_truncated |= keep(into, &chunk[..count], &mut length, limit);
            self.consume(count);
            if carriage_return && self.chunk()?.first() == Some(&b'\n') {
                is_truncated |= keep(into, b"\n", &mut length, limit);
                self.consume(1);
            }
            if end.is_some() {
                break;
            }
        }
        if length == 0 {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some(LineRead { is_truncated }))
    }

    fn chunk(&mut self) -> io::Result<&[u8]> {
        if self.pushed_back_read < self.pushed_back.len() {
            return Ok(&self.pushed_back[self.pushed_back_read..]);
        }
        loop {
            match self.source.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.source.buffer())
    }

    fn consume(&mut self, count: usize) {
        if self.pushed_back_read < self.pushed_back.len() {
            self.pushed_back_read += count;
            if self.pushed_back_read == self.pushed_back.len() {
                self.pushed_back = Vec::new();
                self.pushed_back_read = 0;
            }
        } else {
            self.source.consume(count);
        }
    }
}

/// Appends bytes up to the limit. Returns whether some were left out.
fn keep(into: &mut Vec<u8>, bytes: &[u8], length: &mut usize, limit: usize) -> bool {
    let room = limit.saturating_sub(*length);
    let kept = bytes.len().min(room);
    into.extend_from_slice(&bytes[..kept]);
    *length += bytes.len();
    kept < bytes.len()
}

/// Returns the line without its ending.
pub(crate) fn without_ending(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(text: &'static [u8], limit: usize) -> Vec<(Vec<u8>, bool)> {
        let mut lines = Lines::new(Box::new(text));
        let mut all = Vec::new();
        let mut line = Vec::new();
        while let Some(read) = lines.next_line(&mut line, limit).unwrap() {
            all.push((std::mem::take(&mut line), read.is_truncated));
        }
        all
    }

    #[test]
    fn all_three_line_endings_may_be_mixed() {
        let lines = lines_of(b"a\nb\r\nc\rd", 9);
        let texts: Vec<&[u8]> = lines.iter().map(|(line, _)| &line[..]).collect();
        assert_eq!(texts, [&b"a\n"[..], b"b\r\n", b"c\r", b"d"]);
    }

    #[test]
    fn a_line_above_the_limit_is_truncated_and_the_next_one_is_complete() {
        assert_eq!(lines_of(b"abcdef\ngh\n", 3), [(b"abc".to_vec(), true), (b"gh\n".to_vec(), false)]);
    }

    #[test]
    fn pushed_back_lines_come_first() {
        let mut lines = Lines::new(Box::new(&b"c\n"[..]));
        lines.push_back(b"b\n", 1);
        lines.push_back(b"a\n", 0);
        let mut all = Vec::new();
        while lines.next_line(&mut all, 9).unwrap().is_some() {}
        assert_eq!((all, lines.number()), (b"a\nb\nc\n".to_vec(), 3));
    }
}
