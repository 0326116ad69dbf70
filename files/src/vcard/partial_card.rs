//! Collects the lines of an open card, without its pictures and embedded cards, until the card ends.

use super::raw_card::{Line, RawCard, V01Bytes};
use super::text::is_quoted_printable;
use crate::lines::without_ending;
use crate::row::Reject;
use crate::vcard_marker::{Marker, property_name};

const CUT_OFF: &str = "the card is cut off inside a property, where the next card begins: export it again";
const NO_END_BEFORE_NEXT: &str = "the card has no END:VCARD: add it before the next card";
const NO_END_IN_FILE: &str = "the card has no END:VCARD: the file ends inside it; export it again";

/// A card whose end is not read yet.
#[derive(Clone)]
pub(super) struct PartialCard {
    card: RawCard,
    is_too_long: bool,
    /// The current property is left out.
    is_leaving_out: bool,
    /// The number of open cards of agents inside the card.
    depth: usize,
    /// The last line is an AGENT property whose card begins on the next line.
    awaits_agent: bool,
    leading: LeadingProperties,
    /// The start of the last property in the kept bytes.
    property_start: usize,
    /// The end of the last value in the kept bytes, if an END marker follows it on its line.
    end_in_value: Option<usize>,
    /// The number of blanks before every line. `None` until the first line after BEGIN is read.
    indent: Option<usize>,
    /// The number of blanks before BEGIN.
    begin_indent: usize,
}

/// The properties at the start of most cards that a card has.
#[derive(Clone, Default)]
struct LeadingProperties {
    version: bool,
    name: bool,
    full_name: bool,
}

impl LeadingProperties {
    fn from_name(property: &[u8]) -> Self {
        let is = |name: &[u8]| property.eq_ignore_ascii_case(name);
        Self { version: is(b"VERSION"), name: is(b"N"), full_name: is(b"FN") }
    }
}

/// The line of a file of rejects with the reason.
const REASON: &[u8] = b"\nX-UNICONTACT-REASON:";

/// Properties whose values are pictures, sounds or keys.
const DATA: [&[u8]; 4] = [b"PHOTO", b"LOGO", b"SOUND", b"KEY"];

impl PartialCard {
    /// Returns the card that begins at index `begin` of a line.
    pub(super) fn new(line: &Line, begin: usize) -> Self {
        let is_indented = line.bytes[..begin].iter().all(|byte| is_blank(*byte));
        let is_as_usual = is_indented && Marker::Begin.is_whole(&line.bytes[begin..]);
        let is_read_by_v0_1 = !line.is_partial && Marker::Begin.is_whole(line.bytes.trim_ascii_start());
        let bytes = if is_as_usual { line.bytes.clone() } else { b"BEGIN:VCARD\r\n".to_vec() };
        let v0_1 = if is_read_by_v0_1 { V01Bytes::Same } else { V01Bytes::Rejected };
        Self {
            card: RawCard { line: line.number, bytes, left_out: Vec::new(), v0_1, has_no_end: false },
            is_too_long: false,
            is_leaving_out: false,
            depth: 0,
            awaits_agent: false,
            leading: LeadingProperties::default(),
            property_start: 0,
            end_in_value: None,
            begin_indent: if is_indented { begin } else { 0 },
            indent: None,
        }
    }

    pub(super) fn is_nested(&self) -> bool {
        self.depth > 0
    }

    /// Returns whether a line holds a leading property that this card already has.
    pub(super) fn has_already(&self, line: &[u8]) -> bool {
        let other = LeadingProperties::from_name(property_name(line));
        let LeadingProperties { version, name, full_name } = &self.leading;
        *version && other.version || *name && other.name || *full_name && other.full_name
    }

    /// Returns whether the last value ends with an END marker.
    pub(super) fn ends_in_value(&self) -> bool {
        self.end_in_value.is_some()
    }

    /// Returns the kept bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.card.bytes
    }

    /// Sets the bytes that version 0.1.0 read as this card. `None`: 0.1.0 rejected it.
    pub(super) fn set_v0_1(&mut self, bytes: Option<Vec<u8>>) {
        if self.card.v0_1 == V01Bytes::Same {
            self.card.v0_1 = bytes.map_or(V01Bytes::Rejected, V01Bytes::Other);
        }
    }

    /// Removes the indentation of a line if the whole card is indented.
    pub(super) fn unindent(&mut self, line: &mut Line) {
        let blanks = || line.bytes.iter().take_while(|byte| is_blank(**byte)).count();
        let indent = *self.indent.get_or_insert_with(|| blanks().min(self.begin_indent));
        if indent > 0 {
            self.card.v0_1 = V01Bytes::Rejected;
            line.bytes.drain(..blanks().min(indent));
        }
    }

    /// Returns whether a line continues the property before it.
    pub(super) fn continues(&self, line: &[u8]) -> bool {
        line.first().is_some_and(|byte| is_blank(*byte)) || self.is_softly_broken()
    }

    /// Returns whether the last line ends with a soft line break of quoted-printable.
    pub(super) fn is_softly_broken(&self) -> bool {
        let bytes = &self.card.bytes;
        without_ending(bytes).ends_with(b"=") && !self.is_leaving_out && is_quoted_printable(self.property())
    }

    /// Returns whether the END at the end of the last value ended the card: a line without a property follows.
    pub(super) fn ended_before(&self, line: &[u8]) -> bool {
        self.end_in_value.is_some()
            && !line.contains(&b':')
            && !line.trim_ascii().is_empty()
            && !self.continues(line)
            && !is_free_text(self.property())
    }

    /// Returns whether a line belongs to a free text.
    pub(super) fn is_free_text(&self, line: &[u8]) -> bool {
        is_free_text(if self.continues(line) { self.property() } else { line })
    }

    /// Returns the first line of the last property.
    fn property(&self) -> &[u8] {
        let rest = self.card.bytes.get(self.property_start..).unwrap_or_default();
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        &rest[..end]
    }

    /// Begins the card of an agent inside this one. Returns whether an AGENT property precedes it.
    pub(super) fn begins_agent(&mut self) -> bool {
        let begins = std::mem::take(&mut self.awaits_agent);
        self.depth += usize::from(begins);
        begins
    }

    /// Leaves out the card of an agent that begins on the line of the AGENT property.
    pub(super) fn leave_out_agent(&mut self) {
        self.card.left_out.push("AGENT".to_owned());
        self.depth += 1;
    }

    pub(super) fn end_agent(&mut self) {
        self.depth -= 1;
    }

    /// Adds a line of the card that is not a marker.
    pub(super) fn push_line(&mut self, line: &Line, limit: usize) {
        let content = without_ending(&line.bytes);
        let continues = self.continues(content);
        let begins = !continues && !content.trim_ascii().is_empty();
        let name = property_name(content);
        if begins {
            self.awaits_agent = name.eq_ignore_ascii_case(b"AGENT") && content.ends_with(b":");
        }
        if self.depth > 0 || self.is_leaving_out && (continues || is_base64(content)) {
            return;
        }
        self.is_leaving_out = begins && (self.awaits_agent || is_data(name, content));
        if self.is_leaving_out {
            self.card.left_out.push(String::from_utf8_lossy(name).to_ascii_uppercase());
        } else {
            if begins {
                self.property_start = self.card.bytes.len();
                let LeadingProperties { version, name, full_name } = LeadingProperties::from_name(name);
                self.leading.version |= version;
                self.leading.name |= name;
                self.leading.full_name |= full_name;
            }
            let end = Marker::End.start_at_the_end_of(content).map(|start| self.card.bytes.len() + start);
            if end.is_some() || begins || continues {
                self.end_in_value = end;
            }
            self.keep(&line.bytes, line.is_truncated, limit);
        }
    }

    /// Keeps bytes while the card is below the limit.
    fn keep(&mut self, bytes: &[u8], is_truncated: bool, limit: usize) {
        self.is_too_long |= is_truncated || self.card.bytes.len() + bytes.len() > limit;
        if !self.is_too_long {
            self.card.bytes.extend_from_slice(bytes);
        }
    }

    /// Returns the card that ends with a line.
    pub(super) fn ended(mut self, line: &Line, limit: usize) -> Result<RawCard, Reject> {
        let end = self.end_in_value.filter(|_| !self.is_too_long && !is_free_text(self.property()));
        if let Some(end) = end {
            self.set_v0_1(Some([&self.card.bytes[..], &line.bytes].concat()));
            self.card.bytes.truncate(end);
            self.keep(b"\r\n", false, limit);
        }
        let is_whole = Marker::End.is_whole(&line.bytes);
        self.keep(if is_whole { &line.bytes } else { b"END:VCARD\r\n" }, false, limit);
        self.finished(limit)
    }

    /// Returns the card whose last value runs into the next card. An END marker follows the value.
    pub(super) fn ended_in_a_value(mut self, value: &Line, limit: usize) -> Result<RawCard, Reject> {
        self.push_line(value, limit);
        self.keep(b"\r\nEND:VCARD\r\n", false, limit);
        self.finished(limit)
    }

    /// Returns the reject of a card that the next card cuts off inside a value.
    pub(super) fn cut_off(mut self, value: &Line, limit: usize) -> Reject {
        self.push_line(value, limit);
        self.rejected(CUT_OFF)
    }

    fn finished(self, limit: usize) -> Result<RawCard, Reject> {
        if self.is_too_long {
            let reason =
                format!("the card is longer than {limit} bytes without its pictures, the limit for one card");
            return Err(Reject::new(self.card.line, reason, self.card.bytes).incomplete());
        }
        Ok(self.card)
    }

    /// Returns the card without an END line before the next card.
    ///
    /// # Errors
    ///
    /// If the card is cut off inside a value.
    pub(super) fn ended_by_the_next(self, limit: usize) -> Result<RawCard, Reject> {
        let is_cut_off = self.depth > 0 || self.is_softly_broken();
        self.without_end(is_cut_off, NO_END_BEFORE_NEXT, limit)
    }

    /// Returns the card without an END line at the end of the file.
    ///
    /// # Errors
    ///
    /// If the card is cut off inside a value.
    pub(super) fn ended_by_the_file(self, limit: usize) -> Result<RawCard, Reject> {
        let ends_inside_a_line = !self.card.bytes.ends_with(b"\n") && !self.card.bytes.ends_with(b"\r");
        let is_cut_off =
            ends_inside_a_line || self.is_leaving_out || self.depth > 0 || self.is_softly_broken();
        self.without_end(is_cut_off, NO_END_IN_FILE, limit)
    }

    fn without_end(mut self, is_cut_off: bool, reason: &str, limit: usize) -> Result<RawCard, Reject> {
        self.card.v0_1 = V01Bytes::Rejected;
        let was_rejected = self.card.bytes.windows(REASON.len()).any(|bytes| bytes == REASON);
        if let Some(end) = self.end_in_value.filter(|_| !self.is_too_long) {
            self.card.bytes.truncate(end);
            self.keep(b"\r\nEND:VCARD\r\n", false, limit);
        } else if is_cut_off || was_rejected {
            return Err(self.rejected(reason));
        } else {
            self.card.has_no_end = true;
        }
        self.finished(limit)
    }

    fn rejected(self, reason: &str) -> Reject {
        let complete = !self.is_too_long && self.card.left_out.is_empty();
        Reject { complete, ..Reject::new(self.card.line, reason, self.card.bytes) }
    }
}

/// Returns whether a property holds a free text.
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

/// Returns whether a line may continue BASE64 data: vCard 2.1 does not always indent it.
fn is_base64(line: &[u8]) -> bool {
    line.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b' '))
}
