//! Cuts a file of vCards into its cards.
//!
//! Invariant: every line with a letter or a digit is in a card or in a reject. Pictures are not held.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::marker::{self, Marker, is_separator};
use super::open_card::OpenCard;
use super::raw_card::{Line, RawCard};
use crate::lines::Lines;
use crate::row::Reject;

/// The cards of a file, as bytes.
pub(crate) struct Cards {
    lines: Lines,
    /// Lines and ends of lines that are read next, the last one first.
    pushed_back: Vec<Line>,
    /// Cards that were read together with the one before them.
    ready: VecDeque<Result<RawCard, Reject>>,
    limit: usize,
}

/// What a line is to the card that it stands in.
enum Event {
    Content,
    /// The card ends. What follows the marker on its line begins here.
    End(usize),
    /// Another card begins here.
    Begin(usize),
    /// The card has ended on the line before.
    Behind,
    /// The line is a part of a value, although version 0.1.0 took it for the end of the card.
    ContentThatEndedV01,
    /// A value runs into the next card, which begins at `next`. The value ends at `end` if an END stands between.
    RunsInto {
        end: Option<usize>,
        next: usize,
    },
    /// The card of an agent begins on the line of its property.
    Agent,
}

/// The card that is being read, and the one that it stands in.
struct OpenCards {
    card: OpenCard,
    outer: Option<OpenCard>,
}

impl Cards {
    pub(crate) fn new(source: Box<dyn Read + Send>, limit: usize) -> Self {
        Self { lines: Lines::new(source), pushed_back: Vec::new(), ready: VecDeque::new(), limit }
    }

    pub(crate) fn line(&self) -> u64 {
        self.lines.number()
    }

    /// Returns the next card, or why it is none. `None` at the end of the file.
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

    /// Reads lines until a card begins. Returns the card, or the text before it.
    fn begin(&mut self) -> io::Result<Option<Result<OpenCard, Reject>>> {
        let mut stray: Option<Reject> = None;
        let mut line = Line::default();
        while self.next_line(&mut line)? {
            let begin = marker::beginning_in(&line.bytes);
            let before = &line.bytes[..begin.unwrap_or(line.bytes.len())];
            let end = Marker::End.length_in(&before[marker::controls(before)..]);
            let is_lone_end = end.is_some_and(|length| stray.is_none() && is_separator(&before[length..]));
            if !is_lone_end && !is_separator(before) && !before.starts_with(b"X-UNICONTACT-") {
                let cut = line.cut && begin.is_none();
                add(&mut stray, line.number, before, cut, self.limit);
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

    /// Returns the card that begins on a line, or the reject of one that stands on it as a whole.
    fn open(&mut self, line: &Line, begin: usize) -> Result<OpenCard, Reject> {
        let text = &line.bytes[begin..];
        let length = Marker::Begin.length_in(text).unwrap_or(text.len());
        if is_separator(&text[length..]) {
            return Ok(OpenCard::new(line, begin));
        }
        let next_card = marker::beginning_in(&text[length..]).map(|next| length + next);
        let Some(end) = marker::end_in(text).or(next_card) else {
            let rest = &text[length..];
            self.push_back(line, line.bytes.len() - rest.trim_ascii_start().len());
            return Ok(OpenCard::new(line, begin));
        };
        if !is_separator(&text[end..]) {
            self.push_back(line, begin + end);
        }
        Err(Reject::new(line.number, "the card has lost its line breaks", text[..end].to_vec()))
    }

    /// Reads the rest of a card, and a card inside it, into `ready`.
    fn read(&mut self, card: OpenCard) -> io::Result<()> {
        let mut open = OpenCards { card, outer: None };
        let mut line = Line::default();
        while self.next_line(&mut line)? {
            open.card.unindent(&mut line);
            let still_open = match self.event(&open.card, &line)? {
                Event::Begin(start) => self.begin_inside(open, &line, start)?,
                Event::Behind => {
                    self.push_back(&line, 0);
                    self.end_in_value(open);
                    return Ok(());
                }
                Event::End(rest) => self.end(open, &line, rest)?,
                Event::RunsInto { end, next } => return self.run_into(open, line, end, next),
                content => Some(self.take(open, &line, &content)?),
            };
            match still_open {
                Some(still_open) => open = still_open,
                None => return Ok(()),
            }
        }
        let OpenCards { card, outer } = open;
        self.without_end(outer);
        self.ready.push_back(card.ended_by_the_file(self.limit));
        Ok(())
    }

    /// Takes a line of a card that is no marker of it.
    fn take(&mut self, mut open: OpenCards, line: &Line, content: &Event) -> io::Result<OpenCards> {
        let card = &mut open.card;
        match content {
            Event::Agent => {
                card.set_v0_1(self.merged(card, line)?);
                card.leave_out_agent();
            }
            Event::ContentThatEndedV01 => {
                card.set_v0_1(Some([card.bytes(), &line.bytes].concat()));
                card.take(line, self.limit);
            }
            _ => card.take(line, self.limit),
        }
        Ok(open)
    }

    /// Begins a card inside another one. Returns `None` if that one ended before.
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
                self.without_end(open.outer);
                return Ok(Some(OpenCards { card, outer: Some(open.card) }));
            }
            Some(Err(reject)) => self.ready.push_back(Err(reject)),
            None => {}
        }
        Ok(Some(open))
    }

    /// Ends a card. Returns the card that it stands in, if that goes on.
    fn end(&mut self, mut open: OpenCards, line: &Line, rest: usize) -> io::Result<Option<OpenCards>> {
        if !is_separator(&line.bytes[rest..]) {
            self.push_back(line, rest);
        }
        if open.card.is_nested() {
            open.card.end_agent();
            return Ok(Some(open));
        }
        let mut outer = open.outer;
        let goes_on = match &outer {
            Some(outer) => self.goes_on(outer)?,
            None => false,
        };
        if !goes_on {
            self.without_end(outer.take());
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
        self.without_end(open.outer);
        line.bytes.truncate(end.unwrap_or(next));
        self.ready.push_back(match end {
            Some(_) => open.card.ended_in_a_value(&line, self.limit),
            None => Err(open.card.cut_off(&line, self.limit)),
        });
        Ok(())
    }

    /// Ends a card whose END stands at the end of its last value.
    fn end_in_value(&mut self, open: OpenCards) {
        self.without_end(open.outer);
        self.without_end(Some(open.card));
    }

    /// Ends a card that has no END before the next one.
    fn without_end(&mut self, card: Option<OpenCard>) {
        self.ready.extend(card.map(|card| card.ended_by_the_next(self.limit)));
    }

    /// Returns what a line is to the card that it stands in.
    fn event(&mut self, card: &OpenCard, line: &Line) -> io::Result<Event> {
        let bytes = &line.bytes[..];
        let is_folded = bytes.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        let is_softly_broken = card.is_softly_broken();
        if !is_folded && !is_softly_broken {
            let start = marker::controls(bytes);
            if let Some(length) = Marker::End.length_in(&bytes[start..]) {
                return Ok(Event::End(start + length));
            }
            if marker::begins_a_card(&bytes[start..]) {
                return Ok(Event::Begin(start));
            }
        } else if is_softly_broken && Marker::End.is_whole(bytes) {
            let goes_on = self.peek()?.is_some_and(is_property_or_end);
            return Ok(if goes_on { Event::ContentThatEndedV01 } else { Event::End(bytes.len()) });
        } else if is_softly_broken && Marker::Begin.is_whole(bytes) {
            return Ok(Event::Begin(0));
        }
        if card.ended_before(bytes) {
            return Ok(Event::Behind);
        }
        match Marker::Begin.start_at_the_end_of(bytes) {
            Some(next) if !card.is_nested() => self.event_at_the_end(card, bytes, next),
            _ => Ok(Event::Content),
        }
    }

    /// Returns what a line is that ends with BEGIN:VCARD.
    fn event_at_the_end(&mut self, card: &OpenCard, line: &[u8], next: usize) -> io::Result<Event> {
        let is_agent = marker::property_name(line).eq_ignore_ascii_case(b"AGENT");
        if is_agent && line[..next].trim_ascii_end().ends_with(b":") {
            let is_folded = self.peek()?.is_some_and(|next| matches!(next.first(), Some(b' ' | b'\t')));
            return Ok(if is_folded { Event::Content } else { Event::Agent });
        }
        let last = line[..next].iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |last| last + 1);
        let end = Marker::End.start_at_the_end_of(&line[..last]);
        let begins_again = self.peek()?.is_some_and(|next| card.has_already(next));
        let runs_into = begins_again || end.is_some() && !card.continues(line) && !card.is_free_text(line);
        Ok(if runs_into { Event::RunsInto { end, next } } else { Event::Content })
    }

    /// Returns whether a card goes on behind one that stood inside it. The properties that begin a card belong to
    /// another one if this one has them already.
    fn goes_on(&mut self, outer: &OpenCard) -> io::Result<bool> {
        let is_of_outer = |next: &[u8]| is_property_or_end(next) && !outer.has_already(next);
        Ok(self.peek()?.is_some_and(is_of_outer))
    }

    /// Returns the bytes that version 0.1.0 took for a card: it read on to the next line that is an END. `None` if it
    /// rejected them, or if they are longer than the limit.
    fn merged(&mut self, card: &OpenCard, line: &Line) -> io::Result<Option<Vec<u8>>> {
        let mut merged = card.clone();
        merged.take(line, self.limit);
        let mut ahead: Vec<Line> = Vec::new();
        let mut length = 0;
        let mut next = Line::default();
        let mut is_ended = false;
        while !is_ended && length <= self.limit && self.next_line(&mut next)? {
            let next = std::mem::take(&mut next);
            let is_begin = Marker::Begin.is_whole(&next.bytes);
            is_ended = Marker::End.is_whole(&next.bytes);
            if !is_ended {
                merged.take(&next, self.limit);
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
        line.cut = read.is_some_and(|read| read.cut);
        line.is_partial = false;
        Ok(read.is_some())
    }

    /// Puts the end of a line back, so that it is read next.
    fn push_back(&mut self, line: &Line, start: usize) {
        let Line { number, cut, is_partial, ref bytes } = *line;
        let is_partial = is_partial || !is_separator(&bytes[..start]);
        self.pushed_back.push(Line { number, cut, is_partial, bytes: bytes[start..].to_vec() });
    }

    /// Returns the next line that is not blank without taking it. `None` at the end of the file.
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
    !is_folded && (marker::starts_with_property(line) || Marker::End.length_in(line).is_some())
}

/// Adds text that belongs to no card to its reject.
fn add(stray: &mut Option<Reject>, line: u64, text: &[u8], cut: bool, limit: usize) {
    let reject = stray.get_or_insert_with(|| Reject::new(line, "text that belongs to no card", Vec::new()));
    if cut || reject.original.len() + text.len() > limit {
        reject.complete = false;
    } else {
        reject.original.extend_from_slice(text);
    }
}

#[cfg(test)]
mod tests;
