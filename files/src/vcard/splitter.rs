//! Splits a file of vCards into its cards.
//!
//! Invariant: every line with a letter or a digit is in a card or in a reject. Pictures are not kept in memory.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::partial_card::PartialCard;
use super::raw_card::{Line, RawCard};
use crate::lines::Lines;
use crate::row::Reject;
use crate::vcard_marker::{
    Marker, begins_a_card, card_end_in, card_start_in, is_separator, leading_controls, property_name,
    starts_with_property,
};

const NO_LINE_BREAKS: &str = "the card has no line breaks: export it again";
const OUTSIDE_OF_CARDS: &str = "text outside of any card: a card begins with BEGIN:VCARD";

/// A reader of the cards of a file, as bytes.
pub(crate) struct CardSplitter {
    lines: Lines,
    /// Lines and ends of lines to be read next, in reverse order.
    pushed_back: Vec<Line>,
    /// Cards that were completed together with the one before them.
    ready: VecDeque<Result<RawCard, Reject>>,
    limit: usize,
}

/// The role of a line in the open card.
enum LineRole {
    Content,
    /// The line ends the card. The value is the index after the marker.
    End(usize),
    /// Another card begins at this index.
    Begin(usize),
    /// The line before has ended the card.
    AfterEnd,
    /// The line is part of a value. Version 0.1.0 took it for the end of the card.
    ContentThatEndedV01,
    /// A value runs into the next card, which begins at `next`. An END between them ends the value at `end`.
    RunsIntoNextCard {
        end: Option<usize>,
        next: usize,
    },
    /// The embedded card of an AGENT property begins on the line of the property.
    Agent,
}

/// The open card, and the card that contains it.
struct OpenCards {
    card: PartialCard,
    outer: Option<PartialCard>,
}

impl CardSplitter {
    pub(crate) fn new(source: Box<dyn Read + Send>, limit: usize) -> Self {
        Self { lines: Lines::new(source), pushed_back: Vec::new(), ready: VecDeque::new(), limit }
    }

    pub(crate) fn line(&self) -> u64 {
        self.lines.number()
    }

    /// Returns the next card, or the reject of a text that is not one. `None` at the end of the file.
    pub(crate) fn next_card(&mut self) -> io::Result<Option<Result<RawCard, Reject>>> {
        if self.ready.is_empty() {
            match self.begin()? {
                None => return Ok(None),
                Some(Err(reject)) => return Ok(Some(Err(reject))),
                Some(Ok(card)) => self.read(card)?,
            }
        }
        Ok(self.ready.pop_front())
    }

    /// Reads lines until a card begins. Returns the card, or the reject of the text before it.
    fn begin(&mut self) -> io::Result<Option<Result<PartialCard, Reject>>> {
        let mut stray: Option<Reject> = None;
        let mut line = Line::default();
        while self.next_line(&mut line)? {
            let begin = card_start_in(&line.bytes);
            let before = &line.bytes[..begin.unwrap_or(line.bytes.len())];
            let end = Marker::End.length_in(&before[leading_controls(before)..]);
            let is_lone_end = end.is_some_and(|length| stray.is_none() && is_separator(&before[length..]));
            if !is_lone_end && !is_separator(before) && !before.starts_with(b"X-UNICONTACT-") {
                let is_truncated = line.is_truncated && begin.is_none();
                add_stray(&mut stray, line.number, before, is_truncated, self.limit);
            }
            match (begin, stray.is_some()) {
                (Some(begin), true) => {
                    self.push_back(&line, begin);
                    break;
                }
                (Some(begin), false) => return Ok(Some(self.open(&line, begin))),
                (None, true) if end.is_some() => break,
                (None, _) => {}
            }
        }
        Ok(stray.map(Err))
    }

    /// Returns the card that begins on a line, or the reject of a complete card on one line.
    fn open(&mut self, line: &Line, begin: usize) -> Result<PartialCard, Reject> {
        let text = &line.bytes[begin..];
        let length = Marker::Begin.length_in(text).unwrap_or(text.len());
        if is_separator(&text[length..]) {
            return Ok(PartialCard::new(line, begin));
        }
        let next_card = card_start_in(&text[length..]).map(|next| length + next);
        let Some(end) = card_end_in(text).or(next_card) else {
            let rest = &text[length..];
            self.push_back(line, line.bytes.len() - rest.trim_ascii_start().len());
            return Ok(PartialCard::new(line, begin));
        };
        if !is_separator(&text[end..]) {
            self.push_back(line, begin + end);
        }
        Err(Reject::new(line.number, NO_LINE_BREAKS, text[..end].to_vec()))
    }

    /// Reads the rest of a card, and a card inside it, into `ready`.
    fn read(&mut self, card: PartialCard) -> io::Result<()> {
        let mut open = OpenCards { card, outer: None };
        let mut line = Line::default();
        while self.next_line(&mut line)? {
            open.card.unindent(&mut line);
            let still_open = match self.role(&open.card, &line)? {
                LineRole::Begin(start) => self.begin_inside(open, &line, start)?,
                LineRole::AfterEnd => {
                    self.push_back(&line, 0);
                    self.end_in_value(open);
                    return Ok(());
                }
                LineRole::End(rest) => self.end(open, &line, rest)?,
                LineRole::RunsIntoNextCard { end, next } => return self.run_into(open, line, end, next),
                content => Some(self.push_line(open, &line, &content)?),
            };
            match still_open {
                Some(still_open) => open = still_open,
                None => return Ok(()),
            }
        }
        let OpenCards { card, outer } = open;
        self.end_without_marker(outer);
        self.ready.push_back(card.ended_by_the_file(self.limit));
        Ok(())
    }

    /// Adds a line to a card that does not end it.
    fn push_line(&mut self, mut open: OpenCards, line: &Line, content: &LineRole) -> io::Result<OpenCards> {
        let card = &mut open.card;
        match content {
            LineRole::Agent => {
                card.set_v0_1(self.merged(card, line)?);
                card.leave_out_agent();
            }
            LineRole::ContentThatEndedV01 => {
                card.set_v0_1(Some([card.bytes(), &line.bytes].concat()));
                card.push_line(line, self.limit);
            }
            _ => card.push_line(line, self.limit),
        }
        Ok(open)
    }

    /// Begins a card inside another one. Returns `None` if the other one has already ended.
    fn begin_inside(
        &mut self,
        mut open: OpenCards,
        line: &Line,
        start: usize,
    ) -> io::Result<Option<OpenCards>> {
        if open.card.begins_agent() {
            return Ok(Some(open));
        }
        self.push_back(line, start);
        if open.card.ends_in_value() {
            self.end_in_value(open);
            return Ok(None);
        }
        match self.begin()? {
            Some(Ok(card)) => {
                self.end_without_marker(open.outer);
                return Ok(Some(OpenCards { card, outer: Some(open.card) }));
            }
            Some(Err(reject)) => self.ready.push_back(Err(reject)),
            None => {}
        }
        Ok(Some(open))
    }

    /// Ends a card. Returns the card that contains it, if that continues.
    fn end(&mut self, mut open: OpenCards, line: &Line, rest: usize) -> io::Result<Option<OpenCards>> {
        if !is_separator(&line.bytes[rest..]) {
            self.push_back(line, rest);
        }
        if open.card.is_nested() {
            open.card.end_agent();
            return Ok(Some(open));
        }
        let mut outer = open.outer;
        let outer_continues = match &outer {
            Some(outer) => self.continues(outer)?,
            None => false,
        };
        if !outer_continues {
            self.end_without_marker(outer.take());
        }
        self.ready.push_back(open.card.ended(line, self.limit));
        Ok(outer.map(|card| OpenCards { card, outer: None }))
    }

    /// Ends a card whose last value runs into the next card.
    fn run_into(
        &mut self,
        mut open: OpenCards,
        mut line: Line,
        end: Option<usize>,
        next: usize,
    ) -> io::Result<()> {
        open.card.set_v0_1(self.merged(&open.card, &line)?);
        self.push_back(&line, next);
        self.end_without_marker(open.outer);
        line.bytes.truncate(end.unwrap_or(next));
        self.ready.push_back(match end {
            Some(_) => open.card.ended_in_a_value(&line, self.limit),
            None => Err(open.card.cut_off(&line, self.limit)),
        });
        Ok(())
    }

    /// Ends a card whose END is at the end of its last value.
    fn end_in_value(&mut self, open: OpenCards) {
        self.end_without_marker(open.outer);
        self.end_without_marker(Some(open.card));
    }

    /// Ends a card that has no END before the next one.
    fn end_without_marker(&mut self, card: Option<PartialCard>) {
        self.ready.extend(card.map(|card| card.ended_by_the_next(self.limit)));
    }

    /// Returns the role of a line in the open card.
    fn role(&mut self, card: &PartialCard, line: &Line) -> io::Result<LineRole> {
        let bytes = &line.bytes[..];
        let is_folded = bytes.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        let is_softly_broken = card.is_softly_broken();
        if !is_folded && !is_softly_broken {
            let start = leading_controls(bytes);
            if let Some(length) = Marker::End.length_in(&bytes[start..]) {
                return Ok(LineRole::End(start + length));
            }
            if begins_a_card(&bytes[start..]) {
                return Ok(LineRole::Begin(start));
            }
        } else if is_softly_broken && Marker::End.is_whole(bytes) {
            let continues = self.peek()?.is_some_and(is_property_or_end);
            return Ok(if continues { LineRole::ContentThatEndedV01 } else { LineRole::End(bytes.len()) });
        } else if is_softly_broken && Marker::Begin.is_whole(bytes) {
            return Ok(LineRole::Begin(0));
        }
        if card.ended_before(bytes) {
            return Ok(LineRole::AfterEnd);
        }
        match Marker::Begin.start_at_the_end_of(bytes) {
            Some(next) if !card.is_nested() => self.role_before_begin(card, bytes, next),
            _ => Ok(LineRole::Content),
        }
    }

    /// Returns the role of a line that ends with BEGIN:VCARD.
    fn role_before_begin(&mut self, card: &PartialCard, line: &[u8], next: usize) -> io::Result<LineRole> {
        let is_agent = property_name(line).eq_ignore_ascii_case(b"AGENT");
        if is_agent && line[..next].trim_ascii_end().ends_with(b":") {
            let is_folded = self.peek()?.is_some_and(|next| matches!(next.first(), Some(b' ' | b'\t')));
            return Ok(if is_folded { LineRole::Content } else { LineRole::Agent });
        }
        let last = line[..next].iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |last| last + 1);
        let end = Marker::End.start_at_the_end_of(&line[..last]);
        let begins_again = self.peek()?.is_some_and(|next| card.has_already(next));
        let runs_into = begins_again || end.is_some() && !card.continues(line) && !card.is_free_text(line);
        Ok(if runs_into { LineRole::RunsIntoNextCard { end, next } } else { LineRole::Content })
    }

    /// Returns whether a card continues after a card inside it. Leading properties belong to the next card if this one has
    /// them already.
    fn continues(&mut self, outer: &PartialCard) -> io::Result<bool> {
        let is_of_outer = |next: &[u8]| is_property_or_end(next) && !outer.has_already(next);
        Ok(self.peek()?.is_some_and(is_of_outer))
    }

    /// Returns the card as version 0.1.0 read it: up to the next END line. `None` if 0.1.0 rejected it, or if it is longer
    /// than the limit.
    fn merged(&mut self, card: &PartialCard, line: &Line) -> io::Result<Option<Vec<u8>>> {
        let mut merged = card.clone();
        merged.push_line(line, self.limit);
        let mut ahead: Vec<Line> = Vec::new();
        let mut length = 0;
        let mut next = Line::default();
        let mut is_ended = false;
        while !is_ended && length <= self.limit && self.next_line(&mut next)? {
            let next = std::mem::take(&mut next);
            let is_begin = Marker::Begin.is_whole(&next.bytes);
            is_ended = Marker::End.is_whole(&next.bytes);
            if !is_ended {
                merged.push_line(&next, self.limit);
            }
            length += next.bytes.len();
            ahead.push(next);
            if is_begin {
                break;
            }
        }
        let end = ahead.last().filter(|_| is_ended);
        let merged = end.and_then(|end| merged.ended(end, self.limit).ok());
        self.pushed_back.extend(ahead.into_iter().rev());
        Ok(merged.map(|card| card.bytes))
    }

    /// Reads a line into `line`. Returns `false` at the end of the file.
    fn next_line(&mut self, line: &mut Line) -> io::Result<bool> {
        if let Some(pushed_back) = self.pushed_back.pop() {
            *line = pushed_back;
            return Ok(true);
        }
        line.bytes.clear();
        let read = self.lines.next_line(&mut line.bytes, self.limit)?;
        line.number = self.lines.number();
        line.is_truncated = read.is_some_and(|read| read.is_truncated);
        line.is_partial = false;
        Ok(read.is_some())
    }

    /// Pushes back the end of a line, which is read next.
    fn push_back(&mut self, line: &Line, start: usize) {
        let Line { number, is_truncated, is_partial, ref bytes } = *line;
        let is_partial = is_partial || !is_separator(&bytes[..start]);
        self.pushed_back.push(Line { number, is_truncated, is_partial, bytes: bytes[start..].to_vec() });
    }

    /// Returns the next line that is not blank without consuming it. `None` at the end of the file.
    fn peek(&mut self) -> io::Result<Option<&[u8]>> {
        let mut line = Line::default();
        while self.next_line(&mut line)? {
            if !line.bytes.trim_ascii().is_empty() {
                self.pushed_back.push(line);
                return Ok(self.pushed_back.last().map(|line| &line.bytes[..]));
            }
        }
        Ok(None)
    }
}

fn is_property_or_end(line: &[u8]) -> bool {
    let is_folded = matches!(line.first(), Some(b' ' | b'\t'));
    !is_folded && (starts_with_property(line) || Marker::End.length_in(line).is_some())
}

/// Adds text outside of any card to its reject.
fn add_stray(stray: &mut Option<Reject>, line: u64, text: &[u8], is_truncated: bool, limit: usize) {
    let reject = stray.get_or_insert_with(|| Reject::new(line, OUTSIDE_OF_CARDS, Vec::new()));
    if is_truncated || reject.original.len() + text.len() > limit {
        reject.complete = false;
    } else {
        reject.original.extend_from_slice(text);
    }
}

#[cfg(test)]
mod tests;
