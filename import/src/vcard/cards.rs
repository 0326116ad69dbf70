//! A file of vCards cut into its cards.
//!
//! Rule: a card ends at its END line; one that does not is told, and costs no other card. Pictures are not held.

use std::io::{self, Read};

use crate::lines::{Lines, without_ending};
use crate::row::Reject;

/// The cards of a file, as bytes.
pub(crate) struct Cards {
    lines: Lines,
    limit: usize,
}

/// One card, without its pictures.
pub(crate) struct RawCard {
    pub(crate) line: u64,
    pub(crate) bytes: Vec<u8>,
    /// The properties that were left out, because they hold a picture, a sound, a key or another card.
    pub(crate) left_out: Vec<String>,
}

impl RawCard {
    /// Returns the card as it stands in the file. A property below its first line names what was left out, if anything
    /// was.
    pub(crate) fn into_original(self) -> Vec<u8> {
        let Self { mut bytes, mut left_out, .. } = self;
        if !left_out.is_empty() {
            left_out.dedup();
            let first_line =
                bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |place| place + 1);
            let mark = format!("X-UNICONTACT-LEFT-OUT:{}\r\n", left_out.join(","));
            bytes.splice(first_line..first_line, mark.into_bytes());
        }
        bytes
    }
}

/// What a card is made of so far.
struct Open {
    card: RawCard,
    too_long: bool,
    /// The lines that follow belong to a property that is left out.
    leaving_out: bool,
    /// How many cards inside the card are open.
    nested: usize,
    awaits_a_card: bool,
}

/// Properties whose values are data.
const DATA: [&[u8]; 4] = [b"PHOTO", b"LOGO", b"SOUND", b"KEY"];

impl Cards {
    pub(crate) fn new(source: Box<dyn Read + Send>, limit: usize) -> Self {
        Self { lines: Lines::new(source), limit }
    }

    pub(crate) fn line(&self) -> u64 {
        self.lines.number()
    }

    /// The next card, or why it is none. `None` at the end.
    pub(crate) fn next_card(&mut self) -> io::Result<Option<Result<RawCard, Reject>>> {
        let first = match self.begin()? {
            None => return Ok(None),
            Some(Err(stray)) => return Ok(Some(Err(stray))),
            Some(Ok(first)) => first,
        };
        let card = RawCard { line: self.lines.number(), bytes: first, left_out: Vec::new() };
        let mut open = Open { card, too_long: false, leaving_out: false, nested: 0, awaits_a_card: false };
        let mut line = Vec::new();
        loop {
            line.clear();
            let Some(read) = self.lines.next_line(&mut line, self.limit)? else {
                return Ok(Some(Err(
                    open.unterminated("the card has no END:VCARD: the file ends inside of it")
                )));
            };
            if is(&line, b"BEGIN:VCARD") && !open.begins_inside() {
                self.lines.give_back(&line, self.lines.number() - 1);
                return Ok(Some(Err(
                    open.unterminated("the card has no END:VCARD: the next one begins inside of it")
                )));
            }
            let ends = is(&line, b"END:VCARD");
            if ends && open.nested == 0 {
                open.keep(&line, read.cut, self.limit);
                return Ok(Some(open.finished(self.limit)));
            }
            open.nested -= usize::from(ends);
            open.take(&line, read.cut, self.limit);
        }
    }

    /// The line that a card begins with, or the text that stands where none should.
    fn begin(&mut self) -> io::Result<Option<Result<Vec<u8>, Reject>>> {
        let mut stray: Option<Reject> = None;
        loop {
            let mut line = Vec::new();
            let Some(read) = self.lines.next_line(&mut line, self.limit)? else {
                return Ok(stray.map(Err));
            };
            if is(line.trim_ascii_start(), b"BEGIN:VCARD") {
                if let Some(stray) = stray {
                    self.lines.give_back(&line, self.lines.number() - 1);
                    return Ok(Some(Err(stray)));
                }
                return Ok(Some(Ok(line)));
            }
            if line.trim_ascii().is_empty() || line.starts_with(b"X-UNICONTACT-") {
                continue;
            }
            let number = self.lines.number();
            let text =
                stray.get_or_insert_with(|| Reject::new(number, "text that belongs to no card", Vec::new()));
            if read.cut || text.original.len() + line.len() > self.limit {
                text.complete = false;
            } else {
                text.original.extend_from_slice(&line);
            }
        }
    }
}

impl Open {
    /// Whether a BEGIN line here begins a card inside this one, which only an AGENT may have.
    fn begins_inside(&mut self) -> bool {
        let inside = std::mem::take(&mut self.awaits_a_card);
        self.nested += usize::from(inside);
        inside
    }

    fn take(&mut self, line: &[u8], cut: bool, limit: usize) {
        if is(line, b"BEGIN:VCARD") || is(line, b"END:VCARD") {
            return;
        }
        let content = without_ending(line);
        let goes_on = content.starts_with(b" ") || content.starts_with(b"\t");
        let begins = !goes_on && !content.trim_ascii().is_empty();
        let name = property_name(content);
        if begins {
            self.awaits_a_card = name.eq_ignore_ascii_case(b"AGENT") && content.ends_with(b":");
        }
        if self.nested > 0 || self.leaving_out && (goes_on || is_base64(content)) {
            return;
        }
        self.leaving_out = begins && (self.awaits_a_card || is_data(name, content));
        if self.leaving_out {
            self.card.left_out.push(String::from_utf8_lossy(name).to_ascii_uppercase());
        } else {
            self.keep(line, cut, limit);
        }
    }

    /// Keeps a line, as long as the card stays below the limit.
    fn keep(&mut self, line: &[u8], cut: bool, limit: usize) {
        self.too_long |= cut || self.card.bytes.len() + line.len() > limit;
        if !self.too_long {
            self.card.bytes.extend_from_slice(line);
        }
    }

    fn finished(self, limit: usize) -> Result<RawCard, Reject> {
        if self.too_long {
            let reason = format!("the card is longer than {limit} bytes without its pictures");
            return Err(Reject::new(self.card.line, reason, self.card.bytes).incomplete());
        }
        Ok(self.card)
    }

    fn unterminated(self, reason: &str) -> Reject {
        let complete = !self.too_long && self.card.left_out.is_empty();
        Reject { complete, ..Reject::new(self.card.line, reason, self.card.bytes) }
    }
}

/// Whether a line says `what`, whatever its case, its ending and the spaces before that.
fn is(line: &[u8], what: &[u8]) -> bool {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii_end();
    line.eq_ignore_ascii_case(what)
}

/// The name of the property that a line begins with, without its group.
fn property_name(line: &[u8]) -> &[u8] {
    let end = line.iter().position(|byte| matches!(byte, b':' | b';')).unwrap_or(0);
    let name = &line[..end];
    name.iter().position(|byte| *byte == b'.').map_or(name, |dot| &name[dot + 1..])
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

#[cfg(test)]
mod tests {
    use super::*;

    fn cards(text: &str) -> Vec<Result<RawCard, Reject>> {
        let mut cards = Cards::new(Box::new(io::Cursor::new(text.to_owned())), 400);
        std::iter::from_fn(|| cards.next_card().unwrap()).collect()
    }

    #[test]
    fn a_card_without_its_end_costs_no_other_card() {
        let all = cards("BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\nBEGIN:VCARD\nFN:C");
        assert!(all[0].as_ref().is_err_and(|reject| reject.reason.contains("next one begins")));
        assert!(all[1].as_ref().is_ok_and(|card| card.line == 3));
        assert!(all[2].as_ref().is_err_and(|reject| reject.reason.contains("file ends")));
    }

    #[test]
    fn the_card_of_an_agent_is_left_out() {
        let all = cards("BEGIN:VCARD\nFN:A\nAGENT:\nBEGIN:VCARD\nFN:B\nEND:VCARD\nNOTE:x\nEND:VCARD\n");
        let card = all[0].as_ref().unwrap();
        assert_eq!(card.bytes, b"BEGIN:VCARD\nFN:A\nNOTE:x\nEND:VCARD\n");
        assert_eq!((all.len(), &card.left_out[..]), (1, &["AGENT".to_owned()][..]));
    }

    #[test]
    fn an_agent_without_its_end_does_not_swallow_the_cards_behind_it() {
        let all = cards(
            "BEGIN:VCARD\nAGENT:\nBEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\nBEGIN:VCARD\nFN:C\nEND:VCARD\n",
        );
        assert_eq!(all.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true, true]);
        let agents = "AGENT:\nBEGIN:VCARD\nAGENT:\n\nBEGIN:VCARD\nEND:VCARD\nEND:VCARD\n";
        let all = cards(&format!("BEGIN:VCARD\n{agents}FN:A\nEND:VCARD\n"));
        assert_eq!(all[0].as_ref().unwrap().bytes, b"BEGIN:VCARD\nFN:A\nEND:VCARD\n");
    }

    #[test]
    fn pictures_are_not_held_however_they_are_folded() {
        let photo = "AAAA".repeat(300);
        for text in [
            format!("PHOTO;ENCODING=b:{photo}\n"),
            format!("PHOTO;BASE64:\n {photo}\n {photo}\n\n"),
            format!("PHOTO;ENCODING=BASE64:AAAA\n{photo}\n\n"),
            format!("PHOTO:data:image/png;base64,{photo}\n"),
        ] {
            let all = cards(&format!("BEGIN:VCARD\n{text}FN:A\nEND:VCARD\n"));
            let card = all[0].as_ref().unwrap();
            assert!(card.bytes.ends_with(b"FN:A\nEND:VCARD\n"), "{text}");
        }
        let all = cards("BEGIN:VCARD\nPHOTO:https://example.com/a.png\nEND:VCARD\n");
        assert!(all[0].as_ref().unwrap().left_out.is_empty());
    }

    #[test]
    fn a_card_above_the_limit_and_text_outside_are_told() {
        let all = cards(&format!("hello\nBEGIN:VCARD\nNOTE:{}\nEND:VCARD\n", "x".repeat(500)));
        assert!(all[0].as_ref().is_err_and(|reject| reject.reason.contains("no card")));
        assert!(all[1].as_ref().is_err_and(|reject| reject.reason.contains("longer than 400")));
    }
}
