//! The request that creates a contact.

use super::account::Account;
use super::credential::check_holes;
use super::evidence::Sources;
use super::header::read_headers;
use super::json_template::{JsonTemplate, report_empty, report_empty_entry};
use super::search::{KEYS, Key};
use super::table::TableReader;
use super::template::{Template, read_texts};
use super::words;
use super::write_path::WritePath;
use crate::draft::Method;

/// The hole of the envelope that the fields fill.
pub(super) const FIELDS: &str = "fields";
/// The hole of the path that an idempotency key fills.
pub(super) const KEY: &str = "key";

/// The request that creates a contact.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Create {
    pub(super) method: Method,
    pub(super) path: Template,
    pub(super) query: Vec<(String, Template)>,
    pub(super) headers: Vec<(String, Template)>,
    pub(super) content_type: Option<String>,
    pub(super) envelope: Option<JsonTemplate>,
    /// The members that hold name and value where the fields are a list of pairs.
    pub(super) entries: Option<(String, String)>,
    /// Whether every value travels as a text.
    pub(super) is_text: bool,
    pub(super) overwrites: Vec<Key>,
    pub(super) ignores_unknown: bool,
}

/// Fields that are always sent.
pub(super) type Constants = Vec<(WritePath, JsonTemplate)>;

impl Create {
    pub(super) fn read(table: &TableReader<'_>, account: &Account, sources: &Sources) -> Option<Self> {
        sources.of(table);
        let methods = [("POST", Method::Post), ("PUT", Method::Put)];
        let envelope = table
            .node("envelope")
            .map(|node| JsonTemplate::read(node, &table.key("envelope"), table.problems()));
        let entries = table.table("entries", &words::ENTRIES, |table| {
            Some((table.required_text("key")?.to_owned(), table.required_text("value")?.to_owned()))
        });
        if let Some(node) = table.node("envelope") {
            report_empty(node, &table.key("envelope"), table.problems());
        }
        if !table.has("path") {
            table.report("path", "is missing: say what follows the base");
        }
        let create = Self {
            method: table.choice("method", &methods).unwrap_or(Method::Post),
            path: Template::new(table.any_text("path")?),
            query: read_texts(table, "query"),
            headers: read_headers(table),
            content_type: table.text("content_type").map(str::to_owned),
            envelope,
            entries: entries.flatten(),
            is_text: table.choice("values", &[("text", true)]).unwrap_or_default(),
            overwrites: table.choices("overwrites", KEYS),
            ignores_unknown: table.boolean("ignores_unknown"),
        };
        create.check(table, account);
        Some(create)
    }

    fn check(&self, table: &TableReader<'_>, account: &Account) {
        if !self.path.as_str().is_empty() && !self.path.as_str().starts_with('/') {
            table.report("path", "begins with `/`, since it follows the base");
        }
        check_holes(table, "path", &self.path, account, &[KEY]);
        for (name, templates) in [("query", &self.query), ("headers", &self.headers)] {
            for (_, template) in templates {
                check_holes(table, name, template, account, &[]);
            }
        }
        if self.content_type.is_some() && self.headers.iter().any(|(name, _)| name == "content-type") {
            table.report("content_type", "stands in `headers` as well: say it once");
        }
        if let Some(content_type) = &self.content_type
            && !(content_type.contains("json") && content_type.is_ascii())
        {
            table.report(
                "content_type",
                "a body is JSON: say a content type of JSON, such as application/vnd.api+json",
            );
        }
        if let Some(envelope) = &self.envelope {
            check_envelope(envelope, table, account);
        }
    }
}

fn check_envelope(envelope: &JsonTemplate, table: &TableReader<'_>, account: &Account) {
    let holes = envelope.holes();
    let mut is_whole = 0;
    envelope.each_template(&mut |text| is_whole += usize::from(text.only_hole() == Some(FIELDS)));
    if is_whole != 1 || holes.iter().filter(|hole| *hole == FIELDS).count() != 1 {
        table.report("envelope", "holds the fields once, as `\"{fields}\"`");
    }
    for hole in holes.iter().filter(|hole| *hole != FIELDS) {
        if account.key_of_hole(hole).is_none() {
            table.report("envelope", account.unknown_hole(hole, &[FIELDS]));
        }
    }
}

/// Reads `[constants]`.
pub(super) fn read_constants(top: &TableReader<'_>, account: &Account) -> Constants {
    let mut constants = Vec::new();
    for (name, node) in top.members("constants") {
        let key = top.key(&format!("constants.{name}"));
        let template = JsonTemplate::read(node, &key, top.problems());
        for hole in template.holes() {
            if account.key_of_hole(&hole).is_none() {
                top.problems().report(node.line, &key, account.unknown_hole(&hole, &[]));
            }
        }
        match WritePath::parse(name) {
            Err(message) => top.problems().report(node.line, key, message),
            Ok(path) => {
                for hole in path.holes().filter(|hole| account.key_of_hole(hole).is_none()) {
                    top.problems().report(node.line, &key, account.unknown_hole(hole, &[]));
                }
                if path.is_entry() {
                    report_empty_entry(node, &key, top.problems());
                } else {
                    report_empty(node, &key, top.problems());
                }
                let is_list = |hole: &&str| account.is_list(hole) && path.last_hole() != Some(hole);
                if let Some(hole) = path.holes().find(is_list) {
                    let message = format!(
                        "`{{{hole}}}` is a list: its ids are members where it is the whole end of the path"
                    );
                    top.problems().report(node.line, &key, message);
                }
                constants.push((path, template));
            }
        }
    }
    constants
}
