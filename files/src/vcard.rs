//! Reads vCard 2.1, 3.0 and 4.0, and counts the properties that a contact has no field for.

mod contact;
mod escapes;
mod name;
mod partial_card;
mod preference;
mod property;
mod raw_card;
mod splitter;
mod text;

use std::collections::BTreeMap;
use std::io::{self, Read};

use calcard::vcard::VCard;

use self::contact::CardReader;
use self::raw_card::{RawCard, V01Bytes};
use self::splitter::CardSplitter;
use self::text::CardText;
use crate::contact_builder::{BuiltContact, RowError};
use crate::decode::TextEncoding;
use crate::decode::guess::{declared, rows_in_another_encoding, unfolded};
use crate::decode::rows::Fallback;
use crate::options::{OnBadCell, ReadOptions};
use crate::row::{Reject, Row, Suggestion};
use crate::version::Version;

/// A reader of the contacts in a file of vCards.
pub(crate) struct VcardRows {
    cards: CardSplitter,
    on_bad_cell: OnBadCell,
    /// The encoding of values that are not UTF-8 and name no charset.
    fallback: Fallback,
    pub(crate) unused: BTreeMap<String, u64>,
}

impl VcardRows {
    pub(crate) fn new(source: Box<dyn Read + Send>, options: &ReadOptions, fallback: Fallback) -> Self {
        let cards = CardSplitter::new(source, options.limit());
        Self { cards, on_bad_cell: options.on_bad_cell, fallback, unused: BTreeMap::new() }
    }

    pub(crate) fn line(&self) -> u64 {
        self.cards.line()
    }

    pub(crate) fn next_row(&mut self) -> io::Result<Option<Result<Row, Reject>>> {
        let card = match self.cards.next_card()? {
            None => return Ok(None),
            Some(Err(reject)) => return Ok(Some(Err(reject))),
            Some(Ok(card)) => card,
        };
        Ok(Some(match self.read(&card) {
            Ok((mut built, suggestions)) => {
                built.notes.extend(suggestions.iter().map(Suggestion::note));
                Ok(Row { suggestions, ..built.into_row(card.line, card.into_original()) })
            }
            Err(error) => {
                let reject = error.into_reject(card.line, card.bytes);
                Err(if card.left_out.is_empty() { reject } else { reject.incomplete() })
            }
        }))
    }

    /// Returns the encoding of the card's values that are not UTF-8 and name no charset.
    fn encoding(&mut self, card: &[u8]) -> Result<TextEncoding, RowError> {
        if std::str::from_utf8(card).is_ok() {
            return Ok(TextEncoding::WINDOWS_1252);
        }
        let (lines, _) = rows_in_another_encoding(&unfolded(card), false);
        if lines.is_empty() {
            return Ok(TextEncoding::WINDOWS_1252);
        }
        let encoding = declared(card, true).map_or_else(|| self.fallback.encoding_of([&lines[..]]), Ok);
        encoding.map_err(RowError::new)
    }

    fn read(&mut self, card: &RawCard) -> Result<(BuiltContact, Vec<Suggestion>), RowError> {
        let encoding = self.encoding(&card.bytes)?;
        let CardText { text, not_properties, may_differ_from_v0_1 } =
            text::card_text(&card.bytes, Version::Current, encoding);
        let suggestions = suggestions(&text);
        let parsed = VCard::parse(text).map_err(|_| RowError::new("the card cannot be parsed as a vCard"))?;
        let mut reader = CardReader::new(&parsed, self.on_bad_cell, Version::Current);
        reader.note_left_out(&card.left_out, not_properties);
        if card.has_no_end {
            reader.note_missing_end();
        }
        if may_differ_from_v0_1 || card.v0_1 != V01Bytes::Same {
            reader.mark_v0_1_difference();
        }
        let (built, unused) = reader.read();
        for property in unused {
            count(&mut self.unused, property);
        }
        let mut built = built?;
        built.may_differ_from_v0_1 |= encoding != TextEncoding::WINDOWS_1252 && !card.bytes.is_ascii();
        let built = built.with_earlier(|| match &card.v0_1 {
            V01Bytes::Same => read_as_v0_1(&card.bytes),
            V01Bytes::Other(bytes) => read_as_v0_1(bytes),
            V01Bytes::Rejected => None,
        });
        Ok((built, suggestions))
    }
}

/// Returns the properties of a card that seem to be encoded twice.
fn suggestions(card: &str) -> Vec<Suggestion> {
    let lines = card.lines().filter(|line| !line.is_ascii());
    let property = |line: &str| {
        let (head, value) = line.split_once(':')?;
        Suggestion::new(None, head.split(';').next()?, value)
    };
    lines.filter_map(property).collect()
}

/// Returns the contact that version 0.1.0 read from a card.
fn read_as_v0_1(card: &[u8]) -> Option<BuiltContact> {
    let parsed = VCard::parse(text::card_text(card, Version::V0_1, TextEncoding::WINDOWS_1252).text).ok()?;
    CardReader::new(&parsed, OnBadCell::Auto, Version::V0_1).read().0.ok()
}

/// A limit on the names that are counted, because the file determines them.
const MAX_NAMES: usize = 1000;

fn count(unused: &mut BTreeMap<String, u64>, property: String) {
    if unused.len() < MAX_NAMES || unused.contains_key(&property) {
        *unused.entry(property).or_default() += 1;
    }
}
