//! Searches for a contact, the vendor's own dedupe, and the request that proves the credentials.

use std::time::Duration;

use super::account::Account;
use super::credential::check_holes;
use super::evidence::{SourceKind, Sources};
use super::header::{header_name, read_header_name, read_headers};
use super::json_template::JsonTemplate;
use super::place::{read_paths, read_read_path};
use super::read_path::ReadPath;
use super::slots::read_path;
use super::table::TableReader;
use super::template::{Template, read_texts};
use super::time_span;
use super::words;
use super::write_path::WritePath;
use crate::draft::Method;

/// The longest lag, which is the longest quiet time of a delivery.
const LONGEST_LAG: Duration = Duration::from_hours(24 * 3650);

/// A field that identifies a contact.
pub(super) const KEYS: &[(&str, Key)] =
    &[("email", Key::Email), ("phone", Key::Phone), ("external_id", Key::ExternalId), ("name", Key::Name)];

/// A value that identifies a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Email,
    Phone,
    ExternalId,
    Name,
}

/// A request that changes nothing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ReadRequest {
    pub(super) method: Method,
    pub(super) path: Template,
    pub(super) query: Vec<(String, Template)>,
    pub(super) headers: Vec<(String, Template)>,
    pub(super) body: Option<JsonTemplate>,
}

/// A search for a contact whose answer was lost.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Find {
    pub(super) by: Key,
    pub(super) request: ReadRequest,
    pub(super) escape: Option<Escape>,
    pub(super) results: ReadPath,
    pub(super) id: ReadPath,
    /// What must equal the key, in any of these places.
    pub(super) same: Vec<ReadPath>,
    /// The sent fields, and the candidate's fields that must be equal to them.
    pub(super) agree: Vec<(WritePath, ReadPath)>,
    pub(super) lag: Option<Duration>,
    pub(super) full: Option<usize>,
    pub(super) count: Option<ReadPath>,
    pub(super) more: Option<ReadPath>,
    pub(super) source: SourceKind,
    pub(super) line: usize,
}

/// How a quotation mark is escaped in a query language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    Backslash,
    Double,
}

/// How the vendor itself avoids a second contact.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct DedupeRules {
    pub(super) unique: Vec<Key>,
    pub(super) by: Vec<Key>,
    pub(super) key: Option<IdempotencyKey>,
    pub(super) window: Option<Duration>,
    pub(super) is_serialized: bool,
    pub(super) source: Option<SourceKind>,
}

/// An idempotency key that the client makes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct IdempotencyKey {
    pub(super) place: KeyPlace,
    pub(super) is_uuid: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum KeyPlace {
    Header(String),
    Body(WritePath),
    /// The hole `{key}` in the path of the create.
    Path,
}

/// A request that proves the credentials.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Check {
    pub(super) request: ReadRequest,
    pub(super) expect: Option<ReadPath>,
}

impl Key {
    /// Returns its name, which is also the name of its hole.
    pub(super) fn name(self) -> &'static str {
        KEYS.iter().find(|(_, key)| *key == self).map_or("", |(name, _)| name)
    }

    /// Returns whether a search by it finds the sent value. A vendor may store a number or a name in another form, which its
    /// search does not find.
    pub(super) fn is_exact(self) -> bool {
        matches!(self, Self::Email | Self::ExternalId)
    }
}

impl ReadRequest {
    fn read(table: &TableReader<'_>, account: &Account, holes: &[&str]) -> Option<Self> {
        let methods = [("GET", Method::Get), ("POST", Method::Post)];
        let method = table.choice("method", &methods).unwrap_or(Method::Get);
        let reads = table.boolean("reads");
        if method == Method::Post && !reads {
            table.report("method", "a POST here must say `reads = true`: that it changes nothing");
        }
        if method == Method::Get && table.has("body") {
            table.report("body", "a GET has no body: say `method = \"POST\"` and `reads = true`");
        }
        let body =
            table.node("body").map(|node| JsonTemplate::read(node, &table.key("body"), table.problems()));
        let request = Self {
            method,
            path: Template::new(table.required_text("path")?),
            query: read_texts(table, "query"),
            headers: read_headers(table),
            body,
        };
        if !request.path.as_str().starts_with('/') {
            table.report("path", "begins with `/`, since it follows the base");
        }
        check_holes(table, "path", &request.path, account, holes);
        for (_, template) in &request.query {
            check_holes(table, "query", template, account, holes);
        }
        for (_, template) in &request.headers {
            check_holes(table, "headers", template, account, &[]);
        }
        for hole in request.body.iter().flat_map(JsonTemplate::holes) {
            if !holes.contains(&hole.as_str()) && account.key_of_hole(&hole).is_none() {
                table.report("body", account.unknown_hole(&hole, holes));
            }
        }
        Some(request)
    }

    /// Returns the names of all holes.
    pub(super) fn holes(&self) -> Vec<String> {
        let texts = std::iter::once(&self.path).chain(self.query.iter().map(|(_, template)| template));
        let texts = texts.flat_map(|template| template.holes().map(str::to_owned).collect::<Vec<_>>());
        texts.chain(self.body.iter().flat_map(JsonTemplate::holes)).collect()
    }
}

impl Find {
    pub(super) fn read(table: &TableReader<'_>, account: &Account, sources: &Sources) -> Option<Self> {
        let source = sources.of(table);
        if !table.has("by") {
            table.report("by", "is missing: say email, phone, external_id or name");
        }
        let by = table.choice("by", KEYS)?;
        let request = ReadRequest::read(table, account, &[by.name()])?;
        for required in ["results", "id", "same", "agree"] {
            if !table.has(required) {
                table.report(required, missing(required));
            }
        }
        let escapes = [("backslash", Escape::Backslash), ("double", Escape::Double)];
        let find = Self {
            by,
            escape: table.choice("escape", &escapes),
            results: read_read_path(table, "results")?,
            id: read_read_path(table, "id")?,
            same: read_paths(table, "same"),
            agree: read_agree(table),
            lag: read_lag(table),
            full: table.count("full"),
            count: read_read_path(table, "count"),
            more: read_read_path(table, "more"),
            request,
            source,
            line: table.line(),
        };
        find.check(table);
        Some(find)
    }

    fn check(&self, table: &TableReader<'_>) {
        let hole = self.by.name();
        if !self.request.holes().iter().any(|name| name == hole) {
            table.report("", format!("never sends the key: put `{{{hole}}}` into path, query or body"));
        }
        if self.escape.is_none() && self.stands_in_quotes() {
            let message = "the key stands inside of quotation marks: say how one in the key is escaped, `backslash` or `double`";
            table.report("escape", message);
        }
    }

    /// Returns whether the key stands between quotation marks of a query language.
    pub(super) fn stands_in_quotes(&self) -> bool {
        let hole = format!("{{{}}}", self.by.name());
        let is_quoted = |text: &str| {
            ['"', '\''].iter().any(|quote| {
                text.split(&hole).next().is_some_and(|before| {
                    before.len() < text.len() && before.matches(*quote).count() % 2 == 1
                })
            })
        };
        let is_quoted_in_body = |body: &JsonTemplate| {
            let mut is_in = false;
            body.each_template(&mut |text| is_in |= is_quoted(text.as_str()));
            is_in
        };
        self.request.query.iter().any(|(_, template)| is_quoted(template.as_str()))
            || is_quoted(self.request.path.as_str())
            || self.request.body.as_ref().is_some_and(is_quoted_in_body)
    }
}

fn missing(word: &str) -> &'static str {
    match word {
        "results" => "is missing: say where the candidates stand (\"\" for the whole answer)",
        "id" => "is missing: say where a candidate has its id",
        "same" => "is missing: say what of a candidate must equal the key",
        _ => {
            "is missing: the vendor may hold the key for another person, so name what must agree as well, \
             as `agree = { name = \"name\" }`"
        }
    }
}

fn read_agree(table: &TableReader<'_>) -> Vec<(WritePath, ReadPath)> {
    let mut agree = Vec::new();
    for (name, template) in read_texts(table, "agree") {
        match (WritePath::parse(&name), ReadPath::parse(template.as_str())) {
            (Ok(sent), Ok(stored)) => agree.push((sent, stored)),
            (Err(message), _) | (_, Err(message)) => table.report("agree", message),
        }
    }
    if table.has("agree") && agree.is_empty() {
        table.report("agree", "is empty: name what must agree as well");
    }
    agree
}

fn read_span(table: &TableReader<'_>, name: &str) -> Option<Duration> {
    let span = time_span::parse(table.text(name)?);
    if span.is_none() {
        table.report(name, "expected a time such as `10s`, `5m` or `24h`");
    }
    span
}

/// Reads a lag. A lookup waits for it.
fn read_lag(table: &TableReader<'_>) -> Option<Duration> {
    let lag = read_span(table, "lag");
    if lag.is_some_and(|lag| lag > LONGEST_LAG) {
        table.report("lag", "is longer than 3650d, the longest time that a delivery waits");
    }
    lag
}

fn read_window(table: &TableReader<'_>) -> Option<Duration> {
    let window = read_span(table, "window");
    if window.is_some_and(|window| window.is_zero()) {
        table.report("window", "is no time: say how long the vendor remembers a key, or take it out");
    }
    window
}

impl DedupeRules {
    pub(super) fn read(table: &TableReader<'_>, account: &Account, sources: &Sources) -> Self {
        let mut source = sources.of(table);
        let key = table.table("key", &words::DEDUPE_KEY, |table| {
            if table.has("source") {
                source = source.max(sources.of(table));
            }
            IdempotencyKey::read(table, account)
        });
        let key = key.flatten();
        let header = table.text("header").map(|name| IdempotencyKey {
            place: KeyPlace::Header(header_name(table, "header", name)),
            is_uuid: false,
        });
        if key.is_some() && header.is_some() {
            table.report("header", "an idempotency key has one place: take `header` or `key` out");
        }
        let rules = Self {
            unique: table.choices("unique", KEYS),
            by: table.choices("by", KEYS),
            key: key.or(header),
            window: read_window(table),
            is_serialized: table.boolean("serialized"),
            source: Some(source),
        };
        if rules.window.is_some() && rules.key.is_none() && rules.by.is_empty() {
            table.report(
                "window",
                "is how long the vendor remembers what it saw, and nothing says what: add `by`, `header` or `key`",
            );
        }
        if rules.is_serialized && rules.key.is_none() && rules.by.is_empty() {
            table.report(
                "serialized",
                "says that equal requests wait, and nothing says what makes them equal: add `by` or `key`",
            );
        }
        rules
    }
}

impl IdempotencyKey {
    fn read(table: &TableReader<'_>, account: &Account) -> Option<Self> {
        let places = ["to", "header", "path"].into_iter().filter(|name| table.has(name)).count();
        if places > 1 {
            table.report("", "has one place: to, header or path");
            return None;
        }
        let place = if table.has("to") {
            let path = read_path(table, "to", account)?;
            let is_optional = |hole: &&str| {
                account.key_of_hole(hole).is_some_and(|key| key.is_optional && key.default.is_none())
            };
            if let Some(hole) = path.holes().find(is_optional) {
                table.report("to", format!("the path cannot be made without {hole}, which is optional"));
            }
            KeyPlace::Body(path)
        } else if table.has("header") {
            KeyPlace::Header(read_header_name(table)?)
        } else {
            if account.key("key").is_some() {
                table.report("path", "the hole `{key}` is a key of the account already: rename that key");
            }
            KeyPlace::Path
        };
        Some(Self {
            place,
            is_uuid: table.choice("as", &[("uuid", true), ("text", false)]).unwrap_or_default(),
        })
    }
}

impl Check {
    pub(super) fn read(table: &TableReader<'_>, account: &Account, sources: &Sources) -> Option<Self> {
        sources.of(table);
        let request = ReadRequest::read(table, account, &[])?;
        Some(Self { request, expect: read_read_path(table, "expect") })
    }
}
