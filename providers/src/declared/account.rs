//! The keys of a provider's table that a description asks for.

use super::document::{Node, NodeValue};
use super::evidence::Sources;
use super::table::TableReader;
use super::words;

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
    pub(super) is_optional: bool,
    pub(super) default: Option<AccountValue>,
    pub(super) about: String,
    pub(super) derive: Option<Derivation>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum AccountKind {
    Text,
    Integer,
    Integers,
    /// The choices, each with the values that belong to it.
    Choice(Vec<Choice>),
    Table,
    HostLabel,
    /// An https origin, whose host must match one of the patterns if there are any.
    Origin(Vec<String>),
    Segment,
}

/// One value of a choice. Its parts are holes of their own: `{region.api}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) name: String,
    pub(super) parts: Vec<(String, String)>,
}

impl Choice {
    /// Returns the value of a part, or the choice itself.
    pub(super) fn value(&self, part: Option<&str>) -> Option<&str> {
        match part {
            None => Some(&self.name),
            Some(part) => self.parts.iter().find(|(name, _)| name == part).map(|(_, value)| value.as_str()),
        }
    }
}

/// How a key follows from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Derivation {
    pub(super) from: String,
    pub(super) after_last: String,
}

/// The value of a key. `Debug` shows none.
#[derive(Clone, PartialEq)]
pub(super) enum AccountValue {
    Text(String),
    Integer(i64),
    Integers(Vec<i64>),
    Table(Vec<(String, String)>),
}

impl std::fmt::Debug for AccountValue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("AccountValue(..)")
    }
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
                top.report(&format!("account.{}", key.name), message);
            }
        }
        account
    }

    pub(super) fn key(&self, name: &str) -> Option<&AccountKey> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Returns the key that fills a hole: `{region}` and `{region.api}` are filled by `region`.
    pub(super) fn key_of_hole(&self, hole: &str) -> Option<&AccountKey> {
        match hole.split_once('.') {
            None => {
                let key = self.key(hole)?;
                match &key.kind {
                    AccountKind::Choice(choices) if choices.iter().any(|choice| !choice.parts.is_empty()) => {
                        None
                    }
                    AccountKind::Table => None,
                    _ => Some(key),
                }
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

    /// Returns the holes of all keys: `{key}`, and `{region.api}` of a choice with parts.
    fn holes(&self) -> Vec<String> {
        let of_key = |key: &AccountKey| match &key.kind {
            AccountKind::Choice(choices) => match choices.first() {
                Some(choice) if !choice.parts.is_empty() => {
                    choice.parts.iter().map(|(part, _)| format!("{}.{part}", key.name)).collect()
                }
                _ => vec![key.name.clone()],
            },
            AccountKind::Table => Vec::new(),
            _ => vec![key.name.clone()],
        };
        self.keys.iter().flat_map(of_key).collect()
    }

    /// Returns the message about a hole that no key fills. `others` are the names that may stand there as well.
    pub(super) fn unknown_hole(&self, hole: &str, others: &[&str]) -> String {
        let holes = self.holes();
        let names: Vec<&str> = others.iter().copied().chain(holes.iter().map(String::as_str)).collect();
        let part_of_key = holes.iter().map(String::as_str).find(|name| name.split('.').next() == Some(hole));
        match part_of_key.or_else(|| unicontact_model::nearest_word(hole, names.iter().copied())) {
            Some(near) => format!("`{{{hole}}}` is no hole here, did you mean `{{{near}}}`?"),
            None if names.is_empty() => format!("`{{{hole}}}` is no hole here: there is no [account.{hole}]"),
            None => format!("`{{{hole}}}` is no hole here (there are {})", names.join(", ")),
        }
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
        if is_secret && default.is_some() {
            table.report("default", "a secret has no default");
        }
        Self {
            name: name.to_owned(),
            is_optional: table.boolean("optional"),
            is_secret,
            default,
            about: table.text("about").unwrap_or_default().to_owned(),
            derive: derive.flatten(),
            kind,
        }
    }

    fn read_kind(table: &TableReader<'_>) -> AccountKind {
        let word = if table.has("kind") { table.text("kind").unwrap_or("text") } else { "text" };
        let hosts: Vec<String> = table.texts("hosts").into_iter().map(|(host, _)| host.to_owned()).collect();
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

    /// Returns whether a provider must set the key.
    pub(super) fn is_required(&self) -> bool {
        !self.is_optional && self.default.is_none() && self.derive.is_none()
    }
}

fn check_name(name: &str, table: &TableReader<'_>) {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.is_empty() || !name.bytes().all(is_plain) {
        table.report("", "a key has only the characters a-z, 0-9 and _");
    } else if RESERVED.contains(&name) {
        table.report("", format!("every provider has a key `{name}` already: choose another name"));
    } else if name.ends_with("_file") {
        table.report("", "a key that ends in _file is the file of a secret: choose another name");
    }
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
    let mut parts =
        choices.iter().map(|choice: &Choice| choice.parts.iter().map(|(name, _)| name).collect::<Vec<_>>());
    if let Some(first) = parts.next()
        && parts.any(|other| other != first)
    {
        table.report("choices", "every choice has the same values, in the same order");
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

fn read_default(node: &Node, kind: &AccountKind, table: &TableReader<'_>) -> Option<AccountValue> {
    let value = match (kind, &node.value) {
        (AccountKind::Integer, NodeValue::Integer(number)) => AccountValue::Integer(*number),
        (AccountKind::Choice(choices), NodeValue::Text(text)) => {
            if !choices.iter().any(|choice| choice.name == *text) {
                let names: Vec<&str> = choices.iter().map(|choice| choice.name.as_str()).collect();
                table.report("default", format!("is none of the choices: {}", names.join(", ")));
            }
            AccountValue::Text(text.clone())
        }
        (AccountKind::Integer | AccountKind::Integers | AccountKind::Table, _) | (_, NodeValue::List(_)) => {
            table.report("default", format!("does not fit the key's kind: it is {}", node.noun()));
            return None;
        }
        (_, NodeValue::Text(text)) => AccountValue::Text(text.clone()),
        _ => {
            table.report("default", format!("does not fit the key's kind: it is {}", node.noun()));
            return None;
        }
    };
    Some(value)
}
