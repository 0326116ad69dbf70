//! Reading vCard 2.1, 3.0 and 4.0.
//!
//! Every card is read on its own; what of it has no place in a contact is counted by its property.

mod cards;
mod contact;
mod entry;
mod escapes;
mod marker;
mod name;
mod open_card;
mod preference;
mod raw_card;
mod text;

use std::collections::BTreeMap;
use std::io::{self, Read};

use calcard::vcard::VCard;

use self::cards::Cards;
use self::contact::CardReader;
pub(crate) use self::marker::{begins_a_card, is_separator};
use self::raw_card::{RawCard, V01Bytes};
use self::text::CardText;
use crate::assembly::{Finished, Unfit};
use crate::decode::TextEncoding;
use crate::decode::guess::{declared, rows_in_another_encoding, unfolded};
use crate::decode::rows::Fallback;
use crate::options::{OnBadCell, ReadOptions};
use crate::row::{Reject, Row, Suggestion};
use crate::version::Version;

/// The contacts of a file of vCards.
pub(crate) struct VcardRows {
    cards: Cards,
    on_bad_cell: OnBadCell,
    /// The encoding of values that are neither UTF-8 nor name a charset.
    fallback: Fallback,
    pub(crate) unused: BTreeMap<String, u64>,
}

impl VcardRows {
    pub(crate) fn new(source: Box<dyn Read + Send>, options: &ReadOptions, fallback: Fallback) -> Self {
        let cards = Cards::new(source, options.limit());
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
            Ok((mut read, suggestions)) => {
                read.notes.extend(suggestions.iter().map(Suggestion::note));
                Ok(Row { suggestions, ..Row::new(read, card.line, card.into_original()) })
            }
            Err(Unfit { column, field, reason, .. }) => {
                let reject = Reject::new(card.line, reason, card.bytes).at(column, field);
                Err(if card.left_out.is_empty() { reject } else { reject.incomplete() })
            }
        }))
    }

    /// Returns the encoding of the card's values that are neither UTF-8 nor name a charset.
    fn encoding(&mut self, card: &[u8]) -> Result<TextEncoding, Unfit> {
        if std::str::from_utf8(card).is_ok() {
            return Ok(TextEncoding::WINDOWS_1252);
        }
        let (lines, _) = rows_in_another_encoding(&unfolded(card), false);
        if lines.is_empty() {
            return Ok(TextEncoding::WINDOWS_1252);
        }
        let encoding = declared(card, true).map_or_else(|| self.fallback.encoding_of([&lines[..]]), Ok);
        encoding.map_err(|reason| Unfit { column: None, field: None, reason, line: None })
    }

    fn read(&mut self, card: &RawCard) -> Result<(Finished, Vec<Suggestion>), Unfit> {
        let encoding = self.encoding(&card.bytes)?;
        let CardText { text, not_properties, is_read_otherwise } =
            text::card_text(&card.bytes, Version::Current, encoding);
        let suggestions = suggestions(&text);
        let unparsed = |_| Unfit { column: None, field: None, reason: "not a vCard".to_owned(), line: None };
        let parsed = VCard::parse(text).map_err(unparsed)?;
        let mut reader = CardReader::new(&parsed, self.on_bad_cell, Version::Current);
        reader.left_out(&card.left_out, not_properties);
        if card.has_no_end {
            reader.has_no_end();
        }
        if is_read_otherwise || card.v0_1 != V01Bytes::Same {
            reader.reads_otherwise();
        }
        let (read, unused) = reader.read();
        for property in unused {
            count(&mut self.unused, property);
        }
        let mut read = read?;
        read.is_read_otherwise |= encoding != TextEncoding::WINDOWS_1252 && !card.bytes.is_ascii();
        let read = read.with_earlier(|| match &card.v0_1 {
            V01Bytes::Same => read_as_v0_1(&card.bytes),
            V01Bytes::Other(bytes) => read_as_v0_1(bytes),
            V01Bytes::Rejected => None,
        });
        Ok((read, suggestions))
    }
}

/// Returns the properties of a card that look as if they were encoded twice.
fn suggestions(card: &str) -> Vec<Suggestion> {
    let lines = card.lines().filter(|line| !line.is_ascii());
    let property = |line: &str| {
        let (head, value) = line.split_once(':')?;
        Suggestion::new(None, head.split(';').next()?, value)
    };
    lines.filter_map(property).collect()
}

/// Returns the contact that version 0.1.0 read from a card.
fn read_as_v0_1(card: &[u8]) -> Option<Finished> {
    let parsed = VCard::parse(text::card_text(card, Version::V0_1, TextEncoding::WINDOWS_1252).text).ok()?;
    CardReader::new(&parsed, OnBadCell::Auto, Version::V0_1).read().0.ok()
}

/// More names than any exporter has; a file that is made of names must not fill the memory.
const MOST_NAMES: usize = 1000;

fn count(unused: &mut BTreeMap<String, u64>, property: String) {
    if unused.len() < MOST_NAMES || unused.contains_key(&property) {
        *unused.entry(property).or_default() += 1;
    }
}
