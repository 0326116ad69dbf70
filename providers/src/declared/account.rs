//! The keys of a provider's table that a description asks for.

use serde_json::Value;

use super::account_kind::{AccountKind, AccountValue, Choice};
use super::document::{Node, NodeValue};
use super::evidence::Sources;
use super::table::TableReader;
use super::words;
use crate::vendor_name::is_vendor_name;

/// The keys that every provider has, which no account may use.
const RESERVED: &[&str] = &[
    "accept_overwrite",
    "base_url",
    "concurrency",
    "deadline",
    "default_region",
    "look_first",
    "max_attempts",
    "name",
    "on_loss",
    "presume_lost_after",
    "refresh_token_store",
    "requests_per_second",
    "settle_delay",
    "timeout",
    "token_url",
];
/// The account's table that names the vendor's keys of custom fields.
pub(super) const CUSTOM_FIELDS: &str = "custom_fields";

/// The keys of an account, in the order of the description.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Account {
    pub(super) keys: Vec<AccountKey>,
}

/// One key.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AccountKey {
    pub(super) name: String,
    pub(super) kind: AccountKind,
    pub(super) is_secret: bool,
    /// Whether the key is a secret although the description does not say so.
    pub(super) is_unmarked: bool,
    pub(super) is_optional: bool,
    pub(super) default: Option<AccountValue>,
    pub(super) about: String,
    pub(super) derive: Option<Derivation>,
}

/// How a key follows from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Derivation {
    pub(super) from: String,
    pub(super) after_last: String,
}

impl Account {
    pub(super) fn read(top: &TableReader<'_>, sources: &Sources) -> Self {
        let mut keys = Vec::new();
        for (name, node) in top.members("account") {
            let path = top.key(&format!("account.{name}"));
            let table = TableReader::new(node, &words::ACCOUNT_KEY, &path, top.problems());
            keys.extend(table.map(|table| AccountKey::read(name, &table, sources)));
        }
        let account = Self { keys };
        for key in &account.keys {
            if let Some(derivation) = &key.derive
                && account.key(&derivation.from).is_none()
            {
                let message = format!("there is no key {} to derive it from", derivation.from);
                top.report_member("account", &key.name, message);
            }
        }
        account
    }

    /// Adds the optional table that renames custom fields, unless the description has that key.
    pub(super) fn add_custom_fields(&mut self) {
        if self.key(CUSTOM_FIELDS).is_some() {
            return;
        }
        self.keys.push(AccountKey {
            name: CUSTOM_FIELDS.to_owned(),
            kind: AccountKind::Table,
            is_secret: false,
            is_unmarked: false,
            is_optional: true,
            default: None,
            about: "The vendor's key of a custom field, by the key that contacts use. A field that is not in it is sent under its own key."
                .to_owned(),
            derive: None,
        });
    }

    pub(super) fn key(&self, name: &str) -> Option<&AccountKey> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Returns the key that fills a hole: `{region}`, the choice's name, and `{region.api}`, one of its values, are filled by
    /// `region`.
    pub(super) fn key_of_hole(&self, hole: &str) -> Option<&AccountKey> {
        match hole.split_once('.') {
            None => {
                let key = self.key(hole)?;
                (key.kind != AccountKind::Table).then_some(key)
            }
            Some((name, part)) => {
                let key = self.key(name)?;
                let AccountKind::Choice(choices) = &key.kind else {
                    return None;
                };
                let has = |choice: &Choice| choice.parts.iter().any(|(name, _)| name == part);
                (!choices.is_empty() && choices.iter().all(has)).then_some(key)
            }
        }
    }

    /// Returns whether a hole is filled by a list.
    pub(super) fn is_list(&self, hole: &str) -> bool {
        self.key_of_hole(hole).is_some_and(|key| key.kind == AccountKind::Integers)
    }

    /// Returns the message about a hole that no key fills. `others` are the names that may stand there as well. A secret is not
    /// offered: only a credential may send it.
    pub(super) fn unknown_hole(&self, hole: &str, others: &[&str]) -> String {
        unknown_hole(hole, others, self.keys.iter().filter(|key| !key.is_secret))
    }

    /// Returns the message about a hole of a credential that no key fills.
    pub(super) fn unknown_credential_hole(&self, hole: &str, others: &[&str]) -> String {
        unknown_hole(hole, others, self.keys.iter())
    }
}

/// Returns the holes that a key fills: `key`, and `region.api` of a choice with parts.
fn holes_of(key: &AccountKey) -> Vec<String> {
    let parts = match &key.kind {
        AccountKind::Choice(choices) => choices.first().map(|choice| choice.parts.as_slice()),
        _ => None,
    };
    let parts = parts.unwrap_or_default().iter().map(|(part, _)| format!("{}.{part}", key.name));
    let whole = (key.kind != AccountKind::Table).then(|| key.name.clone());
    parts.chain(whole).collect()
}

fn unknown_hole<'a>(hole: &str, others: &[&str], keys: impl Iterator<Item = &'a AccountKey>) -> String {
    let holes: Vec<String> = keys.flat_map(holes_of).collect();
    let names: Vec<&str> = others.iter().copied().chain(holes.iter().map(String::as_str)).collect();
    let part_of_key = holes
        .iter()
        .map(String::as_str)
        .find(|name| name.split_once('.').is_some_and(|(key, _)| key == hole));
    match part_of_key.or_else(|| unicontact_model::nearest_word(hole, names.iter().copied())) {
        Some(near) => format!("`{{{hole}}}` is no hole here, did you mean `{{{near}}}`?"),
        None if names.is_empty() => format!("`{{{hole}}}` is no hole here: there is no [account.{hole}]"),
        None => format!("`{{{hole}}}` is no hole here (there are {})", names.join(", ")),
    }
}

impl AccountKey {
    fn read(name: &str, table: &TableReader<'_>, sources: &Sources) -> Self {
        sources.of(table);
        check_name(name, table);
        let kind = Self::read_kind(table);
        let default = table.node("default").and_then(|node| read_default(node, &kind, table));
        let derive = table.table("derive", &words::DERIVE, |table| {
            let from = table.required_text("from")?.to_owned();
            Some(Derivation { from, after_last: table.required_text("after_last")?.to_owned() })
        });
        let is_secret = table.boolean("secret");
        if is_secret && !matches!(kind, AccountKind::Text | AccountKind::Segment) {
            table.report("secret", "a secret is a text: take `kind` out");
        }
        if default.is_some() {
            table.unused(&["derive"], "never happens, since the key has a default: take one of the two out");
        }
        if is_secret && default.is_some() {
            table.report("default", "a secret has no default");
        }
        Self {
            name: name.to_owned(),
            is_optional: table.boolean("optional"),
            is_secret,
            is_unmarked: false,
            default,
            about: table.text("about").unwrap_or_default().to_owned(),
            derive: derive.flatten(),
            kind,
        }
    }

    fn read_kind(table: &TableReader<'_>) -> AccountKind {
        let word = if table.has("kind") { table.text("kind").unwrap_or("text") } else { "text" };
        let hosts: Vec<String> = table.texts("hosts").into_iter().map(|(host, _)| host.to_owned()).collect();
        for host in hosts.iter().filter(|host| !is_host_pattern(host)) {
            let message = format!(
                "`{host}` is no pattern: write a host as `crm.example.com`, or `*.example.com` for all below one"
            );
            table.report("hosts", message);
        }
        if word != "origin" && !hosts.is_empty() {
            table.report("hosts", "only an origin has hosts: say `kind = \"origin\"`");
        }
        if word != "choice" && table.has("choices") {
            table.report("choices", "only a choice has choices: say `kind = \"choice\"`");
        }
        match word {
            "integer" => AccountKind::Integer,
            "integers" => AccountKind::Integers,
            "table" => AccountKind::Table,
            "host_label" => AccountKind::HostLabel,
            "segment" => AccountKind::Segment,
            "origin" => AccountKind::Origin(hosts),
            "choice" => AccountKind::Choice(read_choices(table)),
            "text" => AccountKind::Text,
            _ => {
                let kinds =
                    ["text", "integer", "integers", "choice", "table", "host_label", "origin", "segment"];
                let choices: Vec<(&str, ())> = kinds.iter().map(|kind| (*kind, ())).collect();
                table.choice("kind", &choices);
                AccountKind::Text
            }
        }
    }

    /// Returns the texts that the description itself gives the key's hole: its default, or that of each choice.
    pub(super) fn described_texts(&self, hole: &str) -> Vec<&str> {
        match (&self.kind, &self.default) {
            (AccountKind::Choice(choices), _) => match hole.split_once('.') {
                None => choices.iter().map(|choice| choice.name.as_str()).collect(),
                Some((_, part)) => {
                    let parts = choices.iter().flat_map(|choice| &choice.parts);
                    parts.filter(|(name, _)| name == part).map(|(_, text)| text.as_str()).collect()
                }
            },
            (_, Some(AccountValue::Text(text))) => vec![text],
            _ => Vec::new(),
        }
    }

    /// Returns whether a provider must set the key.
    pub(super) fn is_required(&self) -> bool {
        !self.is_optional && self.default.is_none() && self.derive.is_none()
    }
}

fn check_name(name: &str, table: &TableReader<'_>) {
    if !is_vendor_name(name) {
        table.report(
            "",
            "a key has only the characters a-z and 0-9, and single underscores between them: environment variables cannot spell other names",
        );
    } else if RESERVED.contains(&name) {
        table.report("", format!("every provider has a key `{name}` already: choose another name"));
    } else if name.ends_with("_file") {
        table.report("", "a key that ends in _file is the file of a secret: choose another name");
    }
}

/// Returns whether a text is a host in lower case, or `*.` and a host.
fn is_host_pattern(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = |label: &str| {
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(is_plain)
    };
    text.strip_prefix("*.").unwrap_or(text).split('.').all(is_label)
}

fn read_choices(table: &TableReader<'_>) -> Vec<Choice> {
    let Some(node) = table.node("choices") else {
        table.report("choices", "is missing: a choice names its values");
        return Vec::new();
    };
    let choices = match &node.value {
        NodeValue::List(_) => {
            let texts = table.texts("choices").into_iter();
            texts.map(|(text, _)| Choice { name: text.to_owned(), parts: Vec::new() }).collect()
        }
        NodeValue::Table(members) => members
            .iter()
            .map(|(name, node)| Choice { name: name.clone(), parts: read_parts(node, table) })
            .collect(),
        _ => {
            table.report(
                "choices",
                format!("expected a list of texts or a table of tables, not {}", node.noun()),
            );
            Vec::new()
        }
    };
    let mut parts = choices.iter().map(|choice: &Choice| {
        choice.parts.iter().map(|(name, _)| name).collect::<std::collections::BTreeSet<_>>()
    });
    if let Some(first) = parts.next()
        && parts.any(|other| other != first)
    {
        table.report("choices", "every choice has the same values");
    }
    choices
}

fn read_parts(node: &Node, table: &TableReader<'_>) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    let members = node.members().unwrap_or_else(|| {
        table.report("choices", format!("expected a table of values for each choice, not {}", node.noun()));
        &[]
    });
    for (name, value) in members {
        match &value.value {
            NodeValue::Text(text) => parts.push((name.clone(), text.clone())),
            _ => table.report("choices", format!("expected a text for {name}, not {}", value.noun())),
        }
    }
    parts
}

/// Reads a default, which has the form of a provider's own value.
fn read_default(node: &Node, kind: &AccountKind, table: &TableReader<'_>) -> Option<AccountValue> {
    let value = match (kind, &node.value) {
        (AccountKind::Integer, NodeValue::Integer(number)) => Value::from(*number),
        (AccountKind::Integer | AccountKind::Integers | AccountKind::Table, _) => Value::Null,
        (_, NodeValue::Text(text)) => Value::from(text.as_str()),
        _ => Value::Null,
    };
    if value.is_null() {
        table.report("default", format!("does not fit the key's kind: it is {}", node.noun()));
        return None;
    }
    kind.read(&value).map_err(|message| table.report("default", message)).ok()
}
