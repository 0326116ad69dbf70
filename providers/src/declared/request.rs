//! Requests that change nothing, and the addresses of all requests: templates of the description with their holes filled.

use serde_json::Value;
use url::Url;

use super::account::Account;
use super::account_kind::{AccountKind, is_dots};
use super::account_values::AccountValues;
use super::json_template::JsonTemplate;
use super::search::{Escape, ReadRequest};
use super::template::Template;
use crate::draft::{Header, HeaderText, Method};
use crate::http::{BaseUrl, BaseUrlError};

/// The value of a hole, by its name and by the literal text before it.
pub(super) type Fill<'a> = dyn Fn(&str, &str) -> Option<String> + 'a;

/// A request whose holes are filled, without credentials.
pub(super) struct FilledRequest {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: Vec<Header>,
    pub(super) body: Option<Value>,
}

/// The key that a search looks for.
#[derive(Clone, Copy)]
pub(super) struct SearchKey<'a> {
    /// The name of its hole.
    pub(super) name: &'a str,
    pub(super) value: &'a str,
    pub(super) escape: Option<Escape>,
    /// Whether the description writes the key between quotation marks. Only there it is escaped then.
    pub(super) is_quoted: bool,
}

impl SearchKey<'_> {
    /// Returns the key as it is written after `before`.
    fn text(&self, before: &str) -> String {
        let Some(escape) = self.escape else {
            return self.value.to_owned();
        };
        let quote = open_quote(before);
        if quote.is_none() && self.is_quoted {
            return self.value.to_owned();
        }
        let is_quote = |it: char| quote.map_or(it == '"' || it == '\'', |quote| it == quote);
        let mut text = String::with_capacity(self.value.len());
        for it in self.value.chars() {
            match escape {
                Escape::Backslash if it == '\\' || is_quote(it) => text.push('\\'),
                Escape::Double if is_quote(it) => text.push(it),
                _ => {}
            }
            text.push(it);
        }
        text
    }
}

/// Returns the quotation mark that is open at the end of a text.
fn open_quote(text: &str) -> Option<char> {
    text.chars().filter(|it| matches!(it, '"' | '\'')).fold(None, |open, it| match open {
        None => Some(it),
        Some(quote) if quote == it => None,
        Some(quote) => Some(quote),
    })
}

impl FilledRequest {
    /// Returns the request below `base`. `None` if the path, or a text that holds the key, cannot be filled: without them it
    /// would be another request.
    pub(super) fn new(
        base: &BaseUrl,
        request: &ReadRequest,
        account: &AccountValues,
        key: Option<SearchKey<'_>>,
    ) -> Option<Self> {
        let value = |name: &str, before: &str| match key {
            Some(key) if key.name == name => Some(key.text(before)),
            _ => account.text(name),
        };
        if let Some(key) = key
            && !sends_key(request, key.name, account)
        {
            return None;
        }
        let mut headers = vec![Header::json("accept")];
        if request.body.is_some() {
            headers.push(Header::json("content-type"));
        }
        for (name, text) in texts(&request.headers, &value) {
            headers.retain(|header| header.name != name.as_str());
            headers.push(Header { name: name.into(), value: HeaderText::Plain(text.into()) });
        }
        let fill = |template: &Template| match template.only_hole() {
            Some(hole) if key.is_none_or(|key| key.name != hole) => account.json(hole),
            _ => template.fill_after(&value).map(Value::String),
        };
        let body = request.body.as_ref().map(|body| body.fill_texts(&fill).unwrap_or_default());
        let url = address(base, &request.path, &request.query, &value)?;
        Some(Self { method: request.method, url, headers, body })
    }
}

/// Returns whether every text that holds the key can be filled.
fn sends_key(request: &ReadRequest, key: &str, account: &AccountValues) -> bool {
    let mut is_sent = true;
    let mut check = |template: &Template| {
        let holds_key = template.holes().any(|hole| hole == key);
        is_sent &= !holds_key || template.holes().all(|hole| hole == key || account.is_set_hole(hole));
    };
    request.query.iter().for_each(|(_, template)| check(template));
    request.body.iter().for_each(|body| body.each_template(&mut check));
    is_sent
}

/// Returns the address of a path below `base`. A query member whose hole has no value is left out. `None` if a hole of the path
/// has no value, or if a part of it would be `.` or `..`, which lead to another address.
pub(super) fn address(
    base: &BaseUrl,
    path: &Template,
    query: &[(String, Template)],
    value: &Fill<'_>,
) -> Option<Url> {
    let path = path.fill_after(&|name, before| value(name, before).map(|text| escaped(&text, "")))?;
    if path.split('/').any(is_dots) {
        return None;
    }
    let mut url = base.join(&[]);
    let whole = format!("{}{path}", url.path().trim_end_matches('/'));
    url.set_path(&whole);
    let members: Vec<String> = texts(query, value)
        .map(|(name, text)| format!("{}={}", escaped(&name, ",:/@"), escaped(&text, ",:/@")))
        .collect();
    url.set_query(Some(members.join("&")).filter(|query| !query.is_empty()).as_deref());
    Some(url)
}

/// Returns the address that a template of the description makes.
///
/// # Errors
///
/// What is missing or wrong. It repeats no value.
pub(super) fn filled_address(
    template: &Template,
    account: &Account,
    values: &AccountValues,
) -> Result<BaseUrl, String> {
    if let Some(hole) = template.holes().find(|hole| !values.is_set_hole(hole)) {
        return Err(format!("cannot be made: set {hole}"));
    }
    let text = template.fill(|hole| {
        let is_origin = matches!(account.key_of_hole(hole)?.kind, AccountKind::Origin(_));
        let text = values.text(hole)?;
        // A choice among whole addresses stands at the beginning.
        let is_beginning = template.as_str().starts_with(&format!("{{{hole}}}"));
        Some(if is_origin || is_beginning { text } else { escaped(&text, "") })
    });
    let text = text.unwrap_or_default();
    if text.split('/').any(is_dots) {
        return Err("cannot be made: a part of its path is `.` or `..`".to_owned());
    }
    text.parse().map_err(|error: BaseUrlError| format!("cannot be made: {error}"))
}

/// Returns named texts with their holes filled. One whose hole has no value is left out.
pub(super) fn texts<'a>(
    templates: &'a [(String, Template)],
    value: &'a Fill<'_>,
) -> impl Iterator<Item = (String, String)> + 'a {
    templates.iter().filter_map(|(name, template)| Some((name.clone(), template.fill_after(value)?)))
}

/// Returns a text with every byte percent-encoded but letters, digits, `-._~` and those of `plain`.
pub(super) fn escaped(text: &str, plain: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || plain.as_bytes().contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            escaped.push_str(&unicontact_model::hex::encode(&[byte]).to_ascii_uppercase());
        }
    }
    escaped
}

/// Returns the JSON pointer of the text `{hole}` in a template.
pub(super) fn pointer_of(template: &JsonTemplate, hole: &str) -> Option<String> {
    match template {
        JsonTemplate::Text(text) => (text.only_hole() == Some(hole)).then(String::new),
        JsonTemplate::Literal(_) => None,
        JsonTemplate::List(entries) => entries
            .iter()
            .enumerate()
            .find_map(|(index, entry)| Some(format!("/{index}{}", pointer_of(entry, hole)?))),
        JsonTemplate::Object(members) => members
            .iter()
            .find_map(|(name, member)| Some(format!("/{}{}", pointer_part(name), pointer_of(member, hole)?))),
    }
}

/// Returns a member's name as JSON pointers write it.
pub(super) fn pointer_part(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn base() -> BaseUrl {
        "https://crm.example/v1/".parse().unwrap()
    }

    fn key(value: &str, escape: Option<Escape>, is_quoted: bool) -> SearchKey<'_> {
        SearchKey { name: "key", value, escape, is_quoted }
    }

    #[test]
    fn a_key_is_escaped_in_the_quotation_marks_around_it() {
        use Escape::{Backslash, Double};
        for (value, escape, before, expected) in [
            (r#"a"b'c\"#, Some(Backslash), "q = \"", r#"a\"b'c\\"#),
            (r#"a"b'c\"#, Some(Backslash), "q = '", r#"a"b\'c\\"#),
            (r#"a"b'c\"#, Some(Double), "q = '", r#"a"b''c\"#),
            (r#"a"b'c\"#, Some(Double), "x = \"it's\" and q = \"", r#"a""b'c\"#),
            (r#"a"b'c\"#, Some(Double), "x = \"y\" and q = ", r#"a"b'c\"#),
            (r#"a"b'c\"#, None, "q = '", r#"a"b'c\"#),
        ] {
            assert_eq!(key(value, escape, true).text(before), expected, "{before}");
        }
        assert_eq!(key("a\"b'c", Some(Backslash), false).text("q:"), "a\\\"b\\'c");
    }

    #[test]
    fn a_path_and_a_query_hold_what_they_are_given() {
        let path = Template::new("/people/{key}/");
        let query = [
            ("filter[mail]".to_owned(), Template::new("eq:{key}")),
            ("n".to_owned(), Template::new("{none}")),
        ];
        let value = |name: &str, _: &str| (name == "key").then(|| "a b+c/é?#&=@x".to_owned());
        let url = address(&base(), &path, &query, &value).unwrap();
        assert_eq!(
            url.as_str(),
            "https://crm.example/v1/people/a%20b%2Bc%2F%C3%A9%3F%23%26%3D%40x/?filter%5Bmail%5D=eq:a%20b%2Bc/%C3%A9%3F%23%26%3D@x"
        );
        assert_eq!(address(&base(), &Template::new("/{none}"), &[], &value), None);
    }

    #[test]
    fn a_path_that_would_lead_elsewhere_has_no_address() {
        for text in [".", ".."] {
            let value = |_: &str, _: &str| Some(text.to_owned());
            assert_eq!(address(&base(), &Template::new("/people/{key}"), &[], &value), None, "{text}");
            assert!(address(&base(), &Template::new("/people/id-{key}"), &[], &value).is_some());
        }
    }

    proptest! {
        #[test]
        fn a_key_never_leaves_its_part_of_the_address(text in "\\PC{1,20}") {
            let value = |_: &str, _: &str| Some(text.clone());
            let query = [("q".to_owned(), Template::new("{key}"))];
            if let Some(url) = address(&base(), &Template::new("/a/{key}/b"), &query, &value) {
                let parts: Vec<&str> = url.path_segments().unwrap().collect();
                prop_assert_eq!(parts.len(), 4);
                prop_assert_eq!((parts[0], parts[1], parts[3]), ("v1", "a", "b"));
                let members: Vec<(String, String)> = url.query_pairs().into_owned().collect();
                prop_assert_eq!(members, [("q".to_owned(), text.clone())]);
            }
        }

        #[test]
        fn an_escaped_key_ends_no_quotation(text in "[a\"'\\\\]{0,12}", is_double in any::<bool>()) {
            let escape = if is_double { Escape::Double } else { Escape::Backslash };
            let escaped = key(&text, Some(escape), true).text("q = '");
            let mut rest = escaped.as_str();
            while let Some(at) = rest.find(['\'', '\\']) {
                let is_pair = if is_double { rest[at..].starts_with("''") } else { rest[at..].starts_with('\\') };
                prop_assert!(is_pair || (is_double && rest[at..].starts_with('\\')), "{}", escaped);
                rest = &rest[at + if is_double && rest[at..].starts_with('\\') { 1 } else { 2 }..];
            }
        }
    }
}
