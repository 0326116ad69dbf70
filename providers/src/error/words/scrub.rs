//! Words made safe to repeat.
//!
//! Its rule: nothing is kept that holds a credential or a value of the contact, however it is spelled, or that looks
//! like an e-mail address, a telephone number or a URL's query. What repeats none of it stays as the vendor wrote it,
//! and so do ordinary words, identifiers of the API and short codes, unless they hold a credential.

use std::ops::Range;

use serde_json::Value;

use super::looks;
use super::needles::{Needles, RUN};
use super::readings::{Reading, Readings};
use super::whole::{self, Covered};

/// The longest message that is kept, in characters.
const MESSAGE_LIMIT: usize = 300;
/// How much of a text is looked at, in characters.
const LOOKED_AT: usize = 4096;
/// How much of its end is dropped when there was more: a value that is cut there cannot be told.
const TORN: usize = 256;
/// The longest id that is told, in bytes.
const ID_LIMIT: usize = 100;
/// The longest number that is a code whatever was sent.
const CODE_LIMIT: usize = 5;
/// The longest number that is an index in the name of a field.
const INDEX_LIMIT: usize = 3;
const REMOVED: &str = "[removed]";
/// A request with one of these is a login: all that it holds is a credential.
const LOGIN_KEYS: [&str; 2] = ["application_token", "password"];

/// What must not be repeated: the credentials of the request and the values of the contact.
pub(crate) struct Scrub {
    values: Needles,
    secrets: Needles,
}

impl Scrub {
    /// Removes everything that `body`, the request that was sent, holds. A bare list is one of credentials.
    pub(crate) fn contents_of(body: &Value) -> Self {
        let needles = Needles::of(body);
        if body.is_array() || LOGIN_KEYS.iter().any(|key| body.get(key).is_some()) {
            Self { values: Needles::default(), secrets: needles }
        } else {
            Self { values: needles, secrets: Needles::default() }
        }
    }

    /// Also removes a credential.
    pub(crate) fn and_secret(mut self, secret: &str) -> Self {
        self.secrets.add(secret);
        self
    }

    /// The name of a field: one of the API as it is, anything else like any text.
    pub(super) fn clean_field(&self, field: &str) -> String {
        if self.is_identifier(field) { field.to_owned() } else { self.clean(field) }
    }

    /// A code: a short number as it is, anything else like any text.
    pub(super) fn clean_code(&self, code: &str) -> String {
        let is_short = is_number(code) && code.len() <= CODE_LIMIT;
        if is_short && !self.holds_secret(code) { code.to_owned() } else { self.clean(code) }
    }

    /// The text with nothing in it that must not be repeated.
    pub(crate) fn clean(&self, text: &str) -> String {
        let head: String = text.chars().take(LOOKED_AT).collect();
        let is_torn = head.len() < text.len();
        let readings = Readings::of(&head);
        if !readings.is_complete {
            return REMOVED.to_owned();
        }
        let length = head.chars().count();
        let by_secret = covered_by(&self.secrets, &readings, vec![false; length]);
        let by_any = covered_by(&self.values, &readings, by_secret.clone());
        let covered = Covered { by_any, by_secret };
        let mut hidden = match readings.all.last() {
            Some(plain) => whole::removed_from(plain, &covered),
            None => covered.by_any,
        };
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
        if self.holds_secret(id) {
            return false;
        }
        if is_number(id) && id.len() < RUN {
            return !self.values.has_phone(id);
        }
        Readings::of(id).all.iter().all(|reading| self.values.found_in(reading).is_empty())
    }

    /// Whether it can only be the vendor's name of a field: made of keys that were sent, of names with an underscore,
    /// and of indexes. Such a name tells something only if a value has that underscore too.
    fn is_identifier(&self, field: &str) -> bool {
        let repeats_underscore = |part: &str| {
            let found = self.values.found_in(&Reading::literal(part));
            found.into_iter().any(|range| part.get(range).is_some_and(|found| found.contains('_')))
        };
        let is_named = |part: &str| {
            let is_name = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
            part.contains('_') && part.bytes().all(is_name) && !repeats_underscore(part)
        };
        let is_part = |part: &str| {
            self.values.has_key(part) || is_named(part) || (is_number(part) && part.len() <= INDEX_LIMIT)
        };
        let parts = || field.split(['.', '[', ']']).filter(|part| !part.is_empty());
        field.len() <= ID_LIMIT
            && parts().count() > 0
            && parts().all(is_part)
            && !self.holds_secret(field)
            && looks::found_in(&Reading::literal(field), &[]).is_empty()
    }

    /// Whether it holds a credential, or cannot be read to the end.
    fn holds_secret(&self, text: &str) -> bool {
        let readings = Readings::of(text);
        !readings.is_complete || readings.all.iter().any(|reading| !self.secrets.found_in(reading).is_empty())
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// For each character, whether one of these covers it or something did already.
fn covered_by(needles: &Needles, readings: &Readings, mut covered: Vec<bool>) -> Vec<bool> {
    for reading in &readings.all {
        hide(&mut covered, needles.found_in(reading));
    }
    covered
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

pub(super) fn capped(text: &str, is_torn: bool) -> String {
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
        let value = "Q bc\nde\tf";
        for text in ["'Q bc\nde\tf'", "'Q bc\r\n de f'", "'Q bc\\nde\\tf'"] {
            assert_eq!(after(value, text), "'[removed]'", "{text:?}");
        }
    }

    #[test]
    fn an_escaped_value_is_removed() {
        for text in [
            r#""Nu \"J\" é""#,
            r#""NU \\\"J\\\" \U00E9""#,
            "\"Nu &quot;J&#34; &#xe9;\"",
            "\"Nu &amp;quot;J&amp;quot; &#233;\"",
            "\"nu%20%22J%22%20%C3%A9\"",
            "\"nu+%22J%22+%C3%A9\"",
        ] {
            assert_eq!(after("Nu \"J\" é", text), "\"[removed]\"", "{text}");
        }
        assert_eq!(after("Müller", "M&uuml;ller is wrong"), "[removed] is wrong", "not read, and not shown");
    }

    #[test]
    fn a_value_that_looks_escaped_is_removed_as_it_is_and_escaped() {
        let value = "q%20\"b";
        for text in [value, "q%20\\\"b", "q%2520%22b", "q \"b"] {
            assert_eq!(after(value, &format!("<{text}>")), "<[removed]>", "{text:?}");
        }
    }

    #[test]
    fn a_credential_with_a_chance_escape_at_its_end_is_removed_in_the_form_of_json() {
        let scrub = Scrub::contents_of(&json!({})).and_secret(r#"t"ok"n%A"#);
        for text in [r#"'t\"ok\"n%A0' refused"#, "'t&quot;ok&quot;n%A0' refused", "'t%22ok%22n%25A0' refused"]
        {
            assert_eq!(scrub.clean(text), "'[removed]' refused", "{text}");
        }
    }

    #[test]
    fn any_part_of_a_long_value_is_removed() {
        let value = "Met in Weimar, where she had lived for years";
        assert_eq!(after(value, "'Met in Wei...' is too long"), "'[removed] in [removed]...' is too long");
        assert_eq!(after(value, "xHAD LIVEDx"), "[removed]");
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
            "[removed], [removed] and [removed], not 14711, 422 or 7"
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
