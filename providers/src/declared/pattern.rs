//! Patterns: texts with one `{id}`, such as `Existing ID: {id}`. The hole takes letters, digits, `-` and `_`.

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

    /// Returns the text in the hole at the first match in `text`.
    pub(super) fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        // The letters a to z count in any case. Their bytes stay where they are.
        let lower = text.to_ascii_lowercase();
        let (before, after) = (self.before.to_ascii_lowercase(), self.after.to_ascii_lowercase());
        let mut from = 0;
        while let Some(at) = lower.get(from..)?.find(&before) {
            let start = from + at + before.len();
            let rest = &text[start..];
            let end = rest.find(|it: char| !is_of_an_id(it)).unwrap_or(rest.len());
            if end > 0 && lower[start + end..].starts_with(&after) {
                return Some(&rest[..end]);
            }
            // The next place may begin inside of this one.
            from = start.max(from + 1);
            if before.is_empty() {
                from = start + end.max(rest.chars().next()?.len_utf8());
            }
        }
        None
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
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().find(text), expected, "{pattern} in {text}");
        }
        assert_eq!(Pattern::parse("no hole"), None);
        assert_eq!(Pattern::parse("{id}{id}"), None);
    }

    proptest! {
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
