//! Conditions on an answer.

use serde_json::Value;

use super::account::Account;
use super::document::{Node, NodeValue};
use super::header::read_header_name;
use super::place::read_read_path;
use super::read_path::ReadPath;
use super::table::TableReader;
use super::template::Template;
use super::words;

/// Something that an answer is or is not.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    pub(super) status: Option<Statuses>,
    pub(super) subject: Option<Subject>,
}

/// A set of statuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statuses(pub(super) Vec<(u16, u16)>);

/// What a condition is about.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Subject {
    Path(ReadPath, Test),
    Header(String, Test),
    /// The message of the error and of its fields, one of which has one of these texts.
    Message(Vec<String>),
    /// One of these elements meets all conditions.
    Each(ReadPath, Vec<Condition>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    /// It is one of these values.
    Is(Vec<Wanted>),
    /// It has one of these texts, in any letter case.
    Says(Vec<String>),
    Absent,
    HoldsSomething,
}

/// A value that a condition asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wanted {
    Value(Value),
    /// The value of a key of the account.
    Key(String),
}

impl Condition {
    pub(super) fn read(table: &TableReader<'_>, account: &Account) -> Option<Self> {
        let status = table.has("status").then(|| Statuses::read(table));
        let subject = read_subject(table, account).ok()?;
        if status.is_none() && subject.is_none() {
            table.report("", "says nothing: name a status, a path, a header or what the message says");
            return None;
        }
        Some(Self { status, subject })
    }
}

/// A mistake was reported.
struct Mistake;

/// Reads what a condition is about, if it is about more than the status.
fn read_subject(table: &TableReader<'_>, account: &Account) -> Result<Option<Subject>, Mistake> {
    let subjects = ["path", "header", "each"].into_iter().filter(|name| table.has(name)).count();
    if subjects > 1 {
        table.report("", "a condition is about one of path, header and each: make two of it");
    }
    if table.has("each") {
        table.unused(&["is", "says", "absent"], "is about one element: write it into `all`");
        let list = read_read_path(table, "each").ok_or(Mistake)?;
        let all = table.tables("all", &words::CONDITION, |table| Condition::read(table, account));
        if all.is_empty() {
            table.report("all", "is missing: say what one element must meet");
        }
        return Ok(Some(Subject::Each(list, all)));
    }
    if table.has("path") || table.has("header") {
        table.unused(&["all"], "is what one element of `each` must meet: say `each` in place of the path");
    }
    if table.has("path") {
        let path = read_read_path(table, "path").ok_or(Mistake)?;
        return Ok(Some(Subject::Path(path, read_test(table, account))));
    }
    if table.has("header") {
        let header = read_header_name(table).ok_or(Mistake)?;
        return Ok(Some(Subject::Header(header, read_test(table, account))));
    }
    for alone in ["is", "absent", "all"] {
        if table.has(alone) {
            table.report(alone, "of what? Name a path or a header beside it");
        }
    }
    Ok(table.has("says").then(|| Subject::Message(read_says(table))))
}

fn read_test(table: &TableReader<'_>, account: &Account) -> Test {
    let tests = ["is", "says", "absent"].into_iter().filter(|name| table.has(name)).count();
    if tests > 1 {
        table.report("", "a condition has one of is, says and absent: make two of it");
    }
    if table.has("is") {
        report_empty(table, "is");
        return Test::Is(
            table.entries("is").into_iter().filter_map(|node| wanted(table, node, account)).collect(),
        );
    }
    if table.has("says") {
        return Test::Says(read_says(table));
    }
    if table.boolean("absent") { Test::Absent } else { Test::HoldsSomething }
}

/// Reads what a text says, in lower case.
pub(super) fn read_says(table: &TableReader<'_>) -> Vec<String> {
    report_empty(table, "says");
    let texts = table.texts("says");
    if texts.iter().any(|(text, _)| text.trim().is_empty()) {
        table.report("says", "is empty, which every text says: name a part of the text");
    }
    texts.into_iter().map(|(text, _)| text.to_lowercase()).collect()
}

/// Reports an empty list, which no answer meets.
fn report_empty(table: &TableReader<'_>, name: &str) {
    if table.has(name) && table.entries(name).is_empty() {
        table.report(name, "is an empty list, which no answer meets: name at least one, or take it out");
    }
}

fn wanted(table: &TableReader<'_>, node: &Node, account: &Account) -> Option<Wanted> {
    match &node.value {
        NodeValue::Text(text) => match Template::new(text).only_hole() {
            Some(hole) if account.key_of_hole(hole).is_some() => Some(Wanted::Key(hole.to_owned())),
            Some(hole) => {
                table.report("is", account.unknown_hole(hole, &[]));
                None
            }
            None => Some(Wanted::Value(text.clone().into())),
        },
        NodeValue::Integer(number) => Some(Wanted::Value((*number).into())),
        NodeValue::Boolean(truth) => Some(Wanted::Value((*truth).into())),
        NodeValue::Float(number) => Some(Wanted::Value((*number).into())),
        _ => {
            table.report("is", format!("expected a value or a list of values, not {}", node.noun()));
            None
        }
    }
}

impl Statuses {
    fn read(table: &TableReader<'_>) -> Self {
        report_empty(table, "status");
        let mut statuses = Vec::new();
        for node in table.entries("status") {
            let range = match &node.value {
                NodeValue::Integer(number) => u16::try_from(*number)
                    .ok()
                    .filter(|status| (100..600).contains(status))
                    .map(|it| (it, it)),
                NodeValue::Text(text) => status_range(text),
                _ => None,
            };
            match range {
                Some(range) => statuses.push(range),
                None => table.report("status", "expected a status such as 409, or a text such as `4xx`"),
            }
        }
        Self(statuses)
    }

    pub(super) fn contains(&self, status: u16) -> bool {
        self.0.iter().any(|(from, to)| (*from..=*to).contains(&status))
    }
}

fn status_range(text: &str) -> Option<(u16, u16)> {
    if let Some(hundred) = text.strip_suffix("xx") {
        let hundred: u16 = hundred.parse().ok().filter(|hundred| (1..=5).contains(hundred))?;
        return Some((hundred * 100, hundred * 100 + 99));
    }
    let status: u16 = text.parse().ok().filter(|status| (100..600).contains(status))?;
    Some((status, status))
}
