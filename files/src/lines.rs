//! Bytes cut into physical lines, with a bound.
//!
//! A line ends at LF, CR LF or a lone CR, keeps its ending, and never holds more bytes than the caller allows.

use std::io::{self, BufRead, BufReader, Read};

const BUFFER: usize = 64 * 1024;

/// The lines of a source, which can also be given back to be read again.
pub(crate) struct Lines {
    source: BufReader<Box<dyn Read + Send>>,
    given_back: Vec<u8>,
    given_back_read: usize,
    number: u64,
}

/// What is known of a line that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LineRead {
    /// The line was longer than allowed: only its beginning was kept.
    pub(crate) cut: bool,
}

impl Lines {
    pub(crate) fn new(source: Box<dyn Read + Send>) -> Self {
        let source = BufReader::with_capacity(BUFFER, source);
        Self { source, given_back: Vec::new(), given_back_read: 0, number: 0 }
    }

    /// The number of the line that was read last; the first one is 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Puts whole lines back; they are read next, and `number` is the one before them.
    pub(crate) fn give_back(&mut self, lines: &[u8], number: u64) {
        let rest = self.given_back.split_off(self.given_back_read);
        self.given_back.clear();
        self.given_back.extend_from_slice(lines);
        self.given_back.extend_from_slice(&rest);
        self.given_back_read = 0;
        self.number = number;
    }

    /// Appends the next line to `into`, at most `limit` bytes of it. `None` at the end of the source.
    pub(crate) fn next_line(&mut self, into: &mut Vec<u8>, limit: usize) -> io::Result<Option<LineRead>> {
        let mut length = 0;
        let mut cut = false;
        loop {
            let chunk = self.chunk()?;
            if chunk.is_empty() {
                break;
            }
            let end = chunk.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let taken = end.map_or(chunk.len(), |place| place + 1);
            let carriage_return = end.is_some_and(|place| chunk[place] == b'\r');
            cut |= keep(into, &chunk[..taken], &mut length, limit);
            self.consume(taken);
            if carriage_return && self.chunk()?.first() == Some(&b'\n') {
                cut |= keep(into, b"\n", &mut length, limit);
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
        Ok(Some(LineRead { cut }))
    }

    fn chunk(&mut self) -> io::Result<&[u8]> {
        if self.given_back_read < self.given_back.len() {
            return Ok(&self.given_back[self.given_back_read..]);
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
        if self.given_back_read < self.given_back.len() {
            self.given_back_read += count;
            if self.given_back_read == self.given_back.len() {
                self.given_back = Vec::new();
                self.given_back_read = 0;
            }
        } else {
            self.source.consume(count);
        }
    }
}

/// Appends what the limit has room for; whether something was left out.
fn keep(into: &mut Vec<u8>, bytes: &[u8], length: &mut usize, limit: usize) -> bool {
    let room = limit.saturating_sub(*length);
    let kept = bytes.len().min(room);
    into.extend_from_slice(&bytes[..kept]);
    *length += bytes.len();
    kept < bytes.len()
}

/// The line without its ending.
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
            all.push((std::mem::take(&mut line), read.cut));
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
    fn a_line_above_the_limit_is_cut_and_the_next_one_is_whole() {
        assert_eq!(lines_of(b"abcdef\ngh\n", 3), [(b"abc".to_vec(), true), (b"gh\n".to_vec(), false)]);
    }

    #[test]
    fn lines_that_were_given_back_come_first() {
        let mut lines = Lines::new(Box::new(&b"c\n"[..]));
        lines.give_back(b"b\n", 1);
        lines.give_back(b"a\n", 0);
        let mut all = Vec::new();
        while lines.next_line(&mut all, 9).unwrap().is_some() {}
        assert_eq!((all, lines.number()), (b"a\nb\nc\n".to_vec(), 3));
    }
}
