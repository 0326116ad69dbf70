//! Patterns: texts with one `{id}`, such as `Existing ID: {id}`. The hole takes letters, digits, `-` and `_`. The search is linear
//! in the text.

const HOLE: &str = "{id}";

/// A pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    before: String,
    after: String,
}

impl Pattern {
    /// Parses a pattern. `None` if it has not exactly one `{id}`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (before, after) = text.split_once(HOLE)?;
        (!after.contains(HOLE)).then(|| Self { before: before.to_owned(), after: after.to_owned() })
    }

    /// Returns the text with an id in the hole.
    #[cfg(feature = "testkit")]
    pub(super) fn with(&self, id: &str) -> String {
        format!("{}{id}{}", self.before, self.after)
    }

    /// Returns the text in the hole at the first match in `text`. `None` as well if the id there goes on behind a character that the hole does not take, such as `%` in `a%20b`.
    pub(super) fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        // The letters a to z count in any case. Their bytes stay where they are.
        let lower = text.to_ascii_lowercase();
        let (before, after) = (self.before.to_ascii_lowercase(), self.after.to_ascii_lowercase());
        let mut last: Option<Run> = None;
        for (at, _) in lower.match_indices(&before) {
            let start = at + before.len();
            let run = match last {
                Some(run) if start <= run.end => run,
                _ => *last.insert(run_at(&lower, start, &after)),
            };
            match run.id_end {
                Some(end) if end > start && after.is_empty() && goes_on(&text[end..]) => return None,
                Some(end) if end > start => return Some(&text[start..end]),
                _ => {}
            }
        }
        None
    }
}

/// A run of characters of an id.
#[derive(Debug, Clone, Copy)]
struct Run {
    end: usize,
    /// The end of an id in it.
    id_end: Option<usize>,
}

/// Returns the run of characters of an id that begins at `start`, and the last place in it where the text after the hole fits.
fn run_at(text: &str, start: usize, after: &str) -> Run {
    let rest = &text[start..];
    let end = start + rest.find(|it: char| !is_of_an_id(it)).unwrap_or(rest.len());
    // The part of the text after the hole that would itself be taken for an id.
    let taken = after.find(|it: char| !is_of_an_id(it)).unwrap_or(after.len());
    let id_end = if taken < after.len() || taken == 0 {
        let id_end = end.checked_sub(taken).filter(|id_end| *id_end >= start);
        id_end.filter(|id_end| text.get(*id_end..).is_some_and(|rest| rest.starts_with(after)))
    } else {
        text[start..end].rfind(after).map(|offset| start + offset)
    };
    Run { end, id_end }
}

/// Returns whether an id goes on in what follows it: it is escaped, encoded or an address, and the hole took a part of it.
fn goes_on(rest: &str) -> bool {
    let mut characters = rest.chars();
    match characters.next() {
        Some('%' | '@' | '=' | '+' | '~') => true,
        Some(':' | '.') => characters.next().is_some_and(is_of_an_id),
        _ => false,
    }
}

fn is_of_an_id(character: char) -> bool {
    character.is_alphanumeric() || character == '-' || character == '_'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_id_is_found_where_the_text_before_and_after_fit() {
        for (pattern, text, expected) in [
            ("Existing ID: {id}", "Contact already exists. Existing ID: 12345", Some("12345")),
            ("Existing ID: {id}", "Contact already exists. Existing ID: ", None),
            ("contact {id} already", "Ä Contact crd_9 Already exists", Some("crd_9")),
            ("id={id}", "A contact matching those details already exists with id=5f-a_1.", Some("5f-a_1")),
            ("/contacts/{id}", "https://crm.example/v1/contacts/77", Some("77")),
            ("/contacts/{id}", "https://crm.example/v1/contacts/77?x=1", Some("77")),
            ("({id})", "Contacts(12), Contacts(34)", Some("12")),
            ("\"{id}\"", "W/\"abc\"", Some("abc")),
            ("{id}", "  42 ", Some("42")),
            ("{id}.", "a b. c", Some("b")),
            ("contact_{id}_exists", "contact_12_exists", Some("12")),
            ("contact_{id}_exists", "contact_12_is there", None),
            ("id-{id}x)", "(id-12x)", Some("12")),
            ("aa{id}", "aaa", Some("a")),
            ("a{id}b", "aab ab", Some("a")),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().find(text), expected, "{pattern} in {text}");
        }
        assert_eq!(Pattern::parse("no hole"), None);
        assert_eq!(Pattern::parse("{id}{id}"), None);
    }

    #[test]
    fn a_part_of_an_id_is_no_id() {
        for (pattern, text) in [
            ("/c/{id}", "/c/a%20b"),
            ("/c/{id}", "/c/ada@acme.example"),
            ("/c/{id}", "/c/YWJj=="),
            ("id {id}", "id urn:li:12"),
            ("id {id}", "id 12.5"),
            ("{id}", "a%20b"),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().find(text), None, "{pattern} in {text}");
        }
        for (pattern, text) in
            [("id {id}", "id 12. It exists"), ("id {id}", "id 12: exists"), ("/{id}", "/12?x=%20")]
        {
            assert_eq!(Pattern::parse(pattern).unwrap().find(text), Some("12"), "{pattern} in {text}");
        }
    }

    #[test]
    fn a_long_text_is_searched_once() {
        let text = "a".repeat(2_000_000);
        for pattern in ["a{id}b", "a{id}!", "a{id}ab!", "{id}b", "aa{id}ba"] {
            assert_eq!(Pattern::parse(pattern).unwrap().find(&text), None, "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn what_is_found_stands_in_the_text_between_the_texts_of_the_pattern(
            before in "[ab]{0,2}", after in "[ab!]{0,2}", text in "[ab! ]{0,20}"
        ) {
            let pattern = Pattern::parse(&format!("{before}{{id}}{after}")).unwrap();
            let is_of_an_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_lowercase());
            let spans = (0..text.len()).flat_map(|from| (from..=text.len()).map(move |to| (from, to)));
            let fits = spans.map(|(from, to)| &text[from..to]).filter_map(|part| {
                part.strip_prefix(before.as_str())?.strip_suffix(after.as_str()).filter(|id| is_of_an_id(id))
            });
            let fits: Vec<&str> = fits.collect();
            match pattern.find(&text) {
                Some(id) => prop_assert!(fits.contains(&id)),
                // A run is taken whole where nothing after the hole says where it ends.
                None => prop_assert!(fits.is_empty()),
            }
        }

        #[test]
        fn an_id_is_found_in_any_text_around_it(before in "[^{}]{0,8}", id in "[A-Za-z0-9_-]{1,12}", after in "[^A-Za-z0-9_{}-]\\PC{0,6}") {
            let pattern = Pattern::parse("<#{id}#>").unwrap();
            let text = format!("{before}<#{id}#>{after}");
            prop_assert_eq!(pattern.find(&text), Some(id.as_str()));
        }

        #[test]
        fn any_text_is_searched_without_a_panic(before in "\\PC{0,4}", text in "\\PC{0,40}") {
            if let Some(pattern) = Pattern::parse(&format!("{before}{{id}}")) {
                let _ = pattern.find(&text);
            }
        }
    }
}
