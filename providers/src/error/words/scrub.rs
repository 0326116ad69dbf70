//! Words made safe to repeat.
//!
//! Its rule: nothing is kept that holds a credential or a value of the contact, however it is spelled, or that looks
//! like an e-mail address, a telephone number or a URL's query. What repeats none of it stays as the vendor wrote it.

use std::ops::Range;

use serde_json::Value;

use super::looks;
use super::needles::Needles;
use super::readings::Readings;

/// The longest message that is kept, in characters.
const MESSAGE_LIMIT: usize = 300;
/// How much of a text is looked at, in characters.
const LOOKED_AT: usize = 4096;
/// How much of its end is dropped when there was more: a value that is cut there cannot be told.
const TORN: usize = 256;
/// The longest id that is told, in bytes.
const ID_LIMIT: usize = 100;
const REMOVED: &str = "[removed]";

/// What must not be repeated: the credentials of the request and the values of the contact.
pub(crate) struct Scrub {
    needles: Needles,
}

impl Scrub {
    /// Removes everything that `body`, the request that was sent, holds.
    pub(crate) fn contents_of(body: &Value) -> Self {
        Self { needles: Needles::of(body) }
    }

    /// Also removes a credential.
    pub(crate) fn and_secret(mut self, secret: &str) -> Self {
        self.needles.add(secret);
        self
    }

    /// The text with nothing in it that must not be repeated.
    pub(crate) fn clean(&self, text: &str) -> String {
        let head: String = text.chars().take(LOOKED_AT).collect();
        let is_torn = head.len() < text.len();
        let readings = Readings::of(&head);
        if !readings.is_complete {
            return REMOVED.to_owned();
        }
        let mut hidden = self.hidden_in(&readings, head.chars().count());
        for reading in &readings.all {
            let found = looks::found_in(reading, &hidden);
            hide(&mut hidden, found);
        }
        if is_torn {
            hidden.truncate(LOOKED_AT - TORN);
        }
        capped(without_hidden(&head, &hidden).trim(), is_torn)
    }

    /// Whether an id may be told: an id with something removed from it would be the id of nothing.
    pub(crate) fn allows_id(&self, id: &str) -> bool {
        if id.len() > ID_LIMIT || id.chars().any(char::is_control) {
            return false;
        }
        let readings = Readings::of(id);
        readings.is_complete && readings.all.iter().all(|reading| self.needles.found_in(reading).is_empty())
    }

    /// For each character, whether it is part of something that must not be repeated.
    fn hidden_in(&self, readings: &Readings, length: usize) -> Vec<bool> {
        let mut hidden = vec![false; length];
        for reading in &readings.all {
            hide(&mut hidden, self.needles.found_in(reading));
        }
        hidden
    }
}

fn hide(hidden: &mut [bool], ranges: Vec<Range<usize>>) {
    for range in ranges {
        hidden[range].fill(true);
    }
}

/// The text up to where `hidden` ends, with a note for each part that is left out.
fn without_hidden(text: &str, hidden: &[bool]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut was_hidden = false;
    for (character, is_hidden) in text.chars().zip(hidden.iter().copied()) {
        if !is_hidden {
            shown.push(if character.is_control() { ' ' } else { character });
        } else if !was_hidden {
            shown.push_str(REMOVED);
        }
        was_hidden = is_hidden;
    }
    shown
}

fn capped(text: &str, is_torn: bool) -> String {
    let mut capped: String = text.chars().take(MESSAGE_LIMIT).collect();
    if is_torn || capped.len() < text.len() {
        capped.push('…');
    }
    capped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is left of a text after a request with this one value.
    fn after(value: &str, text: &str) -> String {
        Scrub::contents_of(&json!({"notes": value})).clean(text)
    }

    #[test]
    fn values_of_the_contact_and_credentials_are_removed() {
        let sent = json!({"name": "Ada King", "email": "ada@example.com", "phones": ["+442071234567"]});
        let scrub = Scrub::contents_of(&sent).and_secret("tok_abcd");
        let message =
            "ada@example.com of ADA KING (+442071234567, other 0301234567, x@y.org) via tok_abcd is invalid";
        assert_eq!(
            scrub.clean(message),
            "[removed] of [removed] ([removed], other [removed] [removed] via [removed] is invalid"
        );
    }

    #[test]
    fn sentences_that_repeat_nothing_stay_as_they_are() {
        let sent = json!({"full_name": "Mira Beispiel", "name": "Mira", "type": {"id": 1}, "siteId": 169,
            "note": "Ask for her by her name, or write; she was met in Berlin in the spring of last year."});
        let scrub = Scrub::contents_of(&sent).and_secret("secret-token");
        for message in [
            "full_name can't be blank",
            "Name is required",
            "time limit reached please try again tomorrow at 18:00 - 06:00",
            "Service profile with Id '-1' not found.",
            "you are not authorized to log into this site 1691",
            "100% of \\d+ & more; at C:\\new?",
        ] {
            assert_eq!(scrub.clean(message), message);
        }
    }

    #[test]
    fn a_value_over_several_lines_is_removed() {
        let value = "A bc\nde\tf";
        for text in ["'A bc\nde\tf'", "'A bc\r\n de f'", "'A bc\\nde\\tf'"] {
            assert_eq!(after(value, text), "'[removed]'", "{text:?}");
        }
    }

    #[test]
    fn an_escaped_value_is_removed() {
        for text in [
            r#""No \"J\" é""#,
            r#""NO \\\"J\\\" \U00E9""#,
            "\"No &quot;J&#34; &#xe9;\"",
            "\"No &amp;quot;J&amp;quot; &#233;\"",
            "\"no%20%22J%22%20%C3%A9\"",
            "\"no+%22J%22+%C3%A9\"",
        ] {
            assert_eq!(after("No \"J\" é", text), "\"[removed]\"", "{text}");
        }
        assert_eq!(after("Müller", "M&uuml;ller is wrong"), "[removed] is wrong", "not read, and not shown");
    }

    #[test]
    fn a_value_that_looks_escaped_is_removed_as_it_is_and_escaped() {
        let value = "a%20\"b";
        for text in [value, "a%20\\\"b", "a%2520%22b", "a \"b"] {
            assert_eq!(after(value, &format!("<{text}>")), "<[removed]>", "{text:?}");
        }
    }

    #[test]
    fn any_part_of_a_long_value_is_removed() {
        let value = "Met in Weimar, where she had lived for years";
        assert_eq!(after(value, "'Met in Wei...' is too long"), "'[removed]...' is too long");
        assert_eq!(after(value, "xHAD LIVEDx"), "x[removed]x");
        assert_eq!(after(value, "...re she h... is wrong"), "...[removed]... is wrong");
    }

    #[test]
    fn a_short_value_is_removed_where_it_stands_alone() {
        assert_eq!(after("Bo", "Bo, not Bob or about"), "[removed], not Bob or about");
    }

    #[test]
    fn numbers_are_removed() {
        let scrub = Scrub::contents_of(&json!({"a": 662_607, "b": 4711, "c": [42], "d": 7}));
        assert_eq!(
            scrub.clean("x662607, 4711 and 42, not 14711, 422 or 7"),
            "x[removed], [removed] and [removed], not 14711, 422 or 7"
        );
    }

    #[test]
    fn words_of_a_longer_text_are_removed_where_they_stand_alone() {
        let notes =
            "She is valid as a contact of (Weimar), and of Jena, and of many other towns around here.";
        assert_eq!(after(notes, "'Weimar', 'jena' is invalid"), "'[removed]', '[removed]' is invalid");
    }

    #[test]
    fn a_query_is_removed() {
        let text = "Cannot GET /contact?q=x%20y of https://a.example/b?c or Why?";
        assert_eq!(after("x", text), "Cannot GET [removed] of [removed] or Why?");
    }

    #[test]
    fn a_value_that_is_cut_where_nobody_looks_any_more_is_not_shown() {
        let value = "long value ".repeat(10 * LOOKED_AT / 11);
        for lead in 0..12 {
            let text = format!("{}{}Adaline", " ".repeat(lead), &value[..LOOKED_AT - 4]);
            let scrub = Scrub::contents_of(&json!([value, "Adaline"]));
            assert_eq!(scrub.clean(&text), "[removed]…", "{lead}");
        }
    }

    #[test]
    fn what_is_escaped_too_deeply_is_not_shown() {
        assert_eq!(after("x", &format!("a %{}41", "25".repeat(2000))), "[removed]");
    }
}
