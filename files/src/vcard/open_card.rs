//! A card that is being read: what was kept of it so far, and what its next line can be.

use super::marker::{Marker, property_name};
use super::raw_card::{Line, RawCard, V01Bytes};
use super::text::is_quoted_printable;
use crate::lines::without_ending;
use crate::row::Reject;

/// A card of which lines are being read.
#[derive(Clone)]
pub(super) struct OpenCard {
    card: RawCard,
    too_long: bool,
    /// The lines that follow belong to a property that is left out.
    leaving_out: bool,
    /// How many cards of agents inside the card are open.
    nested: usize,
    awaits_agent: bool,
    has: Beginning,
    /// Where the last property begins in the bytes that were kept.
    property: usize,
    /// Where the bytes end if the end of the last line is the card's END line.
    end_in_value: Option<usize>,
    /// How many blanks stand before every line. `None` until the first line after BEGIN is read.
    indent: Option<usize>,
    /// How many blanks stand before BEGIN.
    begin_indent: usize,
}

/// The properties that most cards begin with, where a card has them.
#[derive(Clone, Default)]
struct Beginning {
    version: bool,
    name: bool,
    full_name: bool,
}

impl Beginning {
    /// Returns which of them a property is.
    fn of(property: &[u8]) -> Self {
        let is = |name: &[u8]| property.eq_ignore_ascii_case(name);
        Self { version: is(b"VERSION"), name: is(b"N"), full_name: is(b"FN") }
    }
}

/// The line of a file of rejects that says why the card is one.
const REASON: &[u8] = b"\nX-UNICONTACT-REASON:";

/// Properties whose values are data.
const DATA: [&[u8]; 4] = [b"PHOTO", b"LOGO", b"SOUND", b"KEY"];

impl OpenCard {
    /// Begins a card on a line whose BEGIN stands at `begin`.
    pub(super) fn new(line: &Line, begin: usize) -> Self {
        let is_indented = line.bytes[..begin].iter().all(|byte| is_blank(*byte));
        let is_as_usual = is_indented && Marker::Begin.is_whole(&line.bytes[begin..]);
        let is_read_by_v0_1 = !line.is_partial && Marker::Begin.is_whole(line.bytes.trim_ascii_start());
        let bytes = if is_as_usual { line.bytes.clone() } else { b"BEGIN:VCARD\r\n".to_vec() };
        let v0_1 = if is_read_by_v0_1 { V01Bytes::Same } else { V01Bytes::Rejected };
        Self {
            card: RawCard { line: line.number, bytes, left_out: Vec::new(), v0_1, has_no_end: false },
            too_long: false,
            leaving_out: false,
            nested: 0,
            awaits_agent: false,
            has: Beginning::default(),
            property: 0,
            end_in_value: None,
            begin_indent: if is_indented { begin } else { 0 },
            indent: None,
        }
    }

    pub(super) fn is_nested(&self) -> bool {
        self.nested > 0
    }

    /// Returns whether a line holds a property that begins most cards, and that this one has.
    pub(super) fn has_already(&self, line: &[u8]) -> bool {
        let other = Beginning::of(property_name(line));
        let Beginning { version, name, full_name } = &self.has;
        *version && other.version || *name && other.name || *full_name && other.full_name
    }

    /// Returns whether an END stands at the end of the last value.
    pub(super) fn ends_in_value(&self) -> bool {
        self.end_in_value.is_some()
    }

    /// Returns what of the card was kept so far.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.card.bytes
    }

    /// Sets the bytes that version 0.1.0 took for this card.
    pub(super) fn set_v0_1(&mut self, bytes: Option<Vec<u8>>) {
        if self.card.v0_1 == V01Bytes::Same {
            self.card.v0_1 = bytes.map_or(V01Bytes::Rejected, V01Bytes::Other);
        }
    }

    /// Takes the blanks off a line of a card that is indented as a whole.
    pub(super) fn unindent(&mut self, line: &mut Line) {
        let blanks = || line.bytes.iter().take_while(|byte| is_blank(**byte)).count();
        let indent = *self.indent.get_or_insert_with(|| blanks().min(self.begin_indent));
        if indent > 0 {
            self.card.v0_1 = V01Bytes::Rejected;
            line.bytes.drain(..blanks().min(indent));
        }
    }

    /// Returns whether a line goes on with the property before it.
    pub(super) fn continues(&self, line: &[u8]) -> bool {
        line.first().is_some_and(|byte| is_blank(*byte)) || self.is_softly_broken()
    }

    /// Returns whether the last line ends with a soft line break of quoted-printable.
    pub(super) fn is_softly_broken(&self) -> bool {
        let bytes = &self.card.bytes;
        without_ending(bytes).ends_with(b"=") && !self.leaving_out && is_quoted_printable(self.property())
    }

    /// Returns whether the card has ended before a line that is no property, with an END at the end of the last value.
    pub(super) fn ended_before(&self, line: &[u8]) -> bool {
        self.end_in_value.is_some()
            && !line.contains(&b':')
            && !line.trim_ascii().is_empty()
            && !self.continues(line)
            && !is_free_text(self.property())
    }

    /// Returns whether a line belongs to a text that people write.
    pub(super) fn is_free_text(&self, line: &[u8]) -> bool {
        is_free_text(if self.continues(line) { self.property() } else { line })
    }

    /// Returns the first line of the last property.
    fn property(&self) -> &[u8] {
        let rest = self.card.bytes.get(self.property..).unwrap_or_default();
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        &rest[..end]
    }

    /// Begins the card of an agent inside this one, if a property announced it.
    pub(super) fn begins_agent(&mut self) -> bool {
        let begins = std::mem::take(&mut self.awaits_agent);
        self.nested += usize::from(begins);
        begins
    }

    /// Leaves out the card of an agent that begins on the line of its property.
    pub(super) fn leave_out_agent(&mut self) {
        self.card.left_out.push("AGENT".to_owned());
        self.nested += 1;
    }

    pub(super) fn end_agent(&mut self) {
        self.nested -= 1;
    }

    /// Takes a line of the card that is no marker.
    pub(super) fn take(&mut self, line: &Line, limit: usize) {
        let content = without_ending(&line.bytes);
        let goes_on = self.continues(content);
        let begins = !goes_on && !content.trim_ascii().is_empty();
        let name = property_name(content);
        if begins {
            self.awaits_agent = name.eq_ignore_ascii_case(b"AGENT") && content.ends_with(b":");
        }
        if self.nested > 0 || self.leaving_out && (goes_on || is_base64(content)) {
            return;
        }
        self.leaving_out = begins && (self.awaits_agent || is_data(name, content));
        if self.leaving_out {
            self.card.left_out.push(String::from_utf8_lossy(name).to_ascii_uppercase());
        } else {
            if begins {
                self.property = self.card.bytes.len();
                let Beginning { version, name, full_name } = Beginning::of(name);
                self.has.version |= version;
                self.has.name |= name;
                self.has.full_name |= full_name;
            }
            let end = Marker::End.start_at_the_end_of(content).map(|start| self.card.bytes.len() + start);
            if end.is_some() || begins || goes_on {
                self.end_in_value = end;
            }
            self.keep(&line.bytes, line.cut, limit);
        }
    }

    /// Keeps bytes, as long as the card stays below the limit.
    fn keep(&mut self, bytes: &[u8], cut: bool, limit: usize) {
        self.too_long |= cut || self.card.bytes.len() + bytes.len() > limit;
        if !self.too_long {
            self.card.bytes.extend_from_slice(bytes);
        }
    }

    /// Returns the card with the line that ends it.
    pub(super) fn ended(mut self, line: &Line, limit: usize) -> Result<RawCard, Reject> {
        let end = self.end_in_value.filter(|_| !self.too_long && !is_free_text(self.property()));
        if let Some(end) = end {
            self.set_v0_1(Some([&self.card.bytes[..], &line.bytes].concat()));
            self.card.bytes.truncate(end);
            self.keep(b"\r\n", false, limit);
        }
        let is_whole = Marker::End.is_whole(&line.bytes);
        self.keep(if is_whole { &line.bytes } else { b"END:VCARD\r\n" }, false, limit);
        self.finished(limit)
    }

    /// Returns the card whose last value runs into the next card, with the value up to the END behind it.
    pub(super) fn ended_in_a_value(mut self, value: &Line, limit: usize) -> Result<RawCard, Reject> {
        self.take(value, limit);
        self.keep(b"\r\nEND:VCARD\r\n", false, limit);
        self.finished(limit)
    }

    /// Returns the reject of a card that the next one cuts off inside a value.
    pub(super) fn cut_off(mut self, value: &Line, limit: usize) -> Reject {
        self.take(value, limit);
        self.rejected("the card is cut off inside a property: the next one begins on its last line")
    }

    fn finished(self, limit: usize) -> Result<RawCard, Reject> {
        if self.too_long {
            let reason = format!("the card is longer than {limit} bytes without its pictures");
            return Err(Reject::new(self.card.line, reason, self.card.bytes).incomplete());
        }
        Ok(self.card)
    }

    /// Returns the card whose END line is missing before the next card, or why it cannot be read.
    pub(super) fn ended_by_the_next(self, limit: usize) -> Result<RawCard, Reject> {
        let is_cut_off = self.nested > 0 || self.is_softly_broken();
        self.without_end(is_cut_off, "the card has no END:VCARD: the next one begins inside of it", limit)
    }

    /// Returns the card whose END line is missing at the end of the file, or why it cannot be read.
    pub(super) fn ended_by_the_file(self, limit: usize) -> Result<RawCard, Reject> {
        let ends_inside_a_line = !self.card.bytes.ends_with(b"\n") && !self.card.bytes.ends_with(b"\r");
        let is_cut_off = ends_inside_a_line || self.leaving_out || self.nested > 0 || self.is_softly_broken();
        self.without_end(is_cut_off, "the card has no END:VCARD: the file ends inside of it", limit)
    }

    fn without_end(mut self, is_cut_off: bool, reason: &str, limit: usize) -> Result<RawCard, Reject> {
        self.card.v0_1 = V01Bytes::Rejected;
        let is_rejected_before = self.card.bytes.windows(REASON.len()).any(|bytes| bytes == REASON);
        if let Some(end) = self.end_in_value.filter(|_| !self.too_long) {
            self.card.bytes.truncate(end);
            self.keep(b"\r\nEND:VCARD\r\n", false, limit);
        } else if is_cut_off || is_rejected_before {
            return Err(self.rejected(reason));
        } else {
            self.card.has_no_end = true;
        }
        self.finished(limit)
    }

    fn rejected(self, reason: &str) -> Reject {
        let complete = !self.too_long && self.card.left_out.is_empty();
        Reject { complete, ..Reject::new(self.card.line, reason, self.card.bytes) }
    }
}

/// Returns whether a property holds a text that people write.
fn is_free_text(property: &[u8]) -> bool {
    let name = property_name(property);
    [&b"NOTE"[..], b"AGENT", b"LABEL", b"COMMENT"].iter().any(|it| name.eq_ignore_ascii_case(it))
        || name.len() > 2 && name[..2].eq_ignore_ascii_case(b"X-")
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_data(name: &[u8], line: &[u8]) -> bool {
    if !DATA.iter().any(|data| name.eq_ignore_ascii_case(data)) {
        return false;
    }
    let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
    let head = line[..colon].to_ascii_uppercase();
    let encoded = [&b"BASE64"[..], b"ENCODING=B", b"QUOTED-PRINTABLE"]
        .iter()
        .any(|word| head.windows(word.len()).any(|part| part == *word));
    let value = line.get(colon + 1..).unwrap_or_default();
    encoded || (value.len() >= 5 && value[..5].eq_ignore_ascii_case(b"data:"))
}

/// Whether a line can be the rest of data: vCard 2.1 does not always indent it.
fn is_base64(line: &[u8]) -> bool {
    line.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b' '))
}
