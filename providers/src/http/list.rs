//! A JSON list in an answer, and whether it is the whole list.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, SeqAccess, Visitor};
use serde_json::Value;

use super::{Answer, End};

const PARTIAL_CONTENT: u16 = 206;

/// The entries of a JSON list that could be read.
#[derive(Clone, PartialEq)]
pub struct JsonList {
    /// The entries, in the vendor's order.
    pub entries: Vec<Value>,
    /// Whether these are all. They are not where the body is truncated, longer than the limit or invalid from some position on,
    /// or where the answer announces further pages.
    pub is_complete: bool,
}

impl Answer {
    /// Returns the list that is the body, as far as it can be read, or `None` where the body does not begin as a list.
    pub fn json_list(&self) -> Option<JsonList> {
        let mut entries = Vec::new();
        let is_complete = self.for_each_entry(&mut |entry| entries.push(entry))?;
        Some(JsonList { entries, is_complete })
    }

    /// Calls `on_entry` with each entry of the list that is the body, as far as it can be read. Returns whether these are all,
    /// or `None` where the body does not begin as a list.
    pub(crate) fn for_each_entry(&self, on_entry: &mut dyn FnMut(Value)) -> Option<bool> {
        let text = self.text();
        if !text.trim_start().starts_with('[') {
            return None;
        }
        let mut entries = Entries { count: 0, on_entry };
        let mut document = serde_json::Deserializer::from_str(&text);
        let is_read = (&mut document).deserialize_seq(&mut entries).is_ok() && document.end().is_ok();
        // A text that was not borrowed may hold replacement characters for invalid bytes.
        let is_text = matches!(text, Cow::Borrowed(_)) || !text.contains(char::REPLACEMENT_CHARACTER);
        Some(is_read && is_text && self.end() == End::Whole && !self.announces_more_than(entries.count))
    }

    /// Returns whether the status or a header announces more entries. A count that cannot be read counts as one that does.
    pub(crate) fn announces_more_than(&self, count: usize) -> bool {
        let exceeds = |name: &str, limit: usize| {
            self.header_values(name)
                .any(|value| value.trim().parse().map_or(true, |total: usize| total > limit))
        };
        self.status() == PARTIAL_CONTENT
            || exceeds("x-total-count", count)
            || exceeds("x-total-pages", 1)
            || self.header_values("link").any(links_to_next)
    }
}

/// Returns whether a `Link` header names a next page.
fn links_to_next(value: &str) -> bool {
    let parameters = value.split([';', ',']).filter_map(|parameter| parameter.split_once('='));
    let mut relations = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("rel"));
    relations.any(|(_, relation)| {
        let names = relation.trim().trim_matches('"');
        names.split_whitespace().any(|name| name.eq_ignore_ascii_case("next"))
    })
}

/// Passes the entries to a callback, up to the first that cannot be read.
struct Entries<'a> {
    count: usize,
    on_entry: &'a mut dyn FnMut(Value),
}

impl<'de> Visitor<'de> for &mut Entries<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(entry) = list.next_element()? {
            self.count += 1;
            (self.on_entry)(entry);
        }
        Ok(())
    }
}

impl fmt::Debug for JsonList {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("JsonList")
            .field("entries", &self.entries.len())
            .field("is_complete", &self.is_complete)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: impl Into<Vec<u8>>) -> Answer {
        Answer::new(200).with_body(body)
    }

    fn read(answer: &Answer) -> Option<(usize, bool)> {
        answer.json_list().map(|list| (list.entries.len(), list.is_complete))
    }

    #[test]
    fn a_whole_list_without_further_pages_is_complete() {
        for body in ["[]", " [1, {\"id\": 2}]\n", "\u{feff}[{}, {}]"] {
            assert!(read(&answer(body)).unwrap().1, "{body:?}");
        }
        let whole = answer("[{}, {}]").with_header("x-total-count", "2").with_header("x-total-pages", "1");
        let whole = whole.with_header("link", "<https://vendor.example/?page=1>; rel=\"last\"");
        assert_eq!(read(&whole), Some((2, true)));
    }

    #[test]
    fn a_truncated_list_is_read_up_to_the_error() {
        for (body, count) in [
            ("[", 0),
            ("[{\"id\": 1}", 1),
            ("[{\"id\": 1},", 1),
            ("[{\"id\": 1}, {\"id\": 2", 1),
            ("[{\"id\": 1}, 01]", 1),
            ("[{\"id\": 1}][{\"id\": 2}]", 1),
            ("[] and more", 0),
            ("[{\"name\": \"\\ud800\"}]", 0),
        ] {
            assert_eq!(read(&answer(body)), Some((count, false)), "{body:?}");
        }
    }

    #[test]
    fn a_list_is_incomplete_where_the_answer_announces_more() {
        let list = || answer("[{}, {}]");
        let links = "</?page=1>; rel=\"first\", </?page=2>; title=\"more\"; REL=\"last next\"";
        for (situation, answer) in [
            ("capped", list().with_end(End::Capped)),
            ("cut", list().with_end(End::Cut)),
            ("a larger count", list().with_header("X-Total-Count", "3")),
            ("a count that is none", list().with_header("x-total-count", "many")),
            ("two pages", list().with_header("x-total-pages", "2")),
            ("a next page", list().with_header("link", links)),
            ("a next page without quotes", list().with_header("link", "</?page=2>;rel=next")),
            (
                "a second Link",
                list().with_header("link", "</>; rel=self").with_header("link", "</2>; rel=next"),
            ),
            ("a part", Answer::new(206).with_body("[{}, {}]")),
            ("bytes that are no text", list().with_body(b"[{\"name\": \"M\xFCller\"}, {}]".to_vec())),
        ] {
            assert_eq!(read(&answer), Some((2, false)), "{situation}");
        }
    }

    #[test]
    fn other_bodies_are_no_list() {
        for body in ["", "{}", "null", "\"[]\"", "<html>"] {
            assert_eq!(read(&answer(body)), None, "{body:?}");
        }
    }
}
