//! Sends tags: as a list of texts or objects, as one text, or as the members of an object.

use serde_json::Value;

use super::super::fields::{FieldForm, From};
use super::drafting::{Drafting, EMPTY, Outcome};
use super::field::{BoundField, Formed};
use crate::cow_str::CowStr;
use crate::field_fate::Fate;
use crate::mapping::{fits, indexed, truncate_text};

pub(super) fn send(drafting: &mut Drafting<'_>, rows: &[BoundField], tags: &[String]) {
    if tags.is_empty() {
        return;
    }
    let mut outcomes: Option<Vec<Outcome>> = None;
    for row in rows.iter().filter(|row| row.rule.from == From::Tags) {
        let next = send_by_row(drafting, row, tags);
        outcomes = Some(match outcomes {
            None => next,
            Some(before) => before.into_iter().zip(next).map(|(one, other)| one.and(other)).collect(),
        });
    }
    for (index, outcome) in outcomes.into_iter().flatten().enumerate() {
        drafting.record(field(index), outcome);
    }
    if !rows.iter().any(|row| row.rule.from == From::Tags) {
        for index in 0..tags.len() {
            drafting.lacks(field(index), "tags", "tags");
        }
    }
}

fn field(index: usize) -> CowStr {
    indexed!("tags", index, "")
}

/// Sends all tags by one row, and returns what becomes of each.
fn send_by_row(drafting: &mut Drafting<'_>, row: &BoundField, tags: &[String]) -> Vec<Outcome> {
    if let FieldForm::Joined(join) = &row.rule.form {
        return send_joined(drafting, row, tags, join);
    }
    let tags = tags.iter();
    tags.map(|tag| match row.form(drafting.title, tag) {
        Err(dropped) => dropped,
        Ok(formed) => send_one(drafting, row, formed),
    })
    .collect()
}

fn send_one(drafting: &mut Drafting<'_>, row: &BoundField, formed: Formed) -> Outcome {
    let Formed { value, mut outcome } = formed;
    if let Some(item) = &row.item {
        let token_value = |token: &str| matches!(token, "tag" | "value").then(|| value.clone());
        let Some(to) = row.send_item(drafting, item, true, &token_value) else {
            return Outcome::dropped(EMPTY);
        };
        outcome.to = Some(to);
        return outcome;
    }
    let path = row.to.as_str();
    if row.rule.form == FieldForm::Map {
        let Value::String(name) = value else { return Outcome::dropped(EMPTY) };
        row.to.insert(drafting.body_mut(), &name, true.into());
        if outcome.fate == Fate::Sent {
            return Outcome::reformatted(path.to_owned(), "as the name of a member that is true");
        }
        return outcome;
    }
    outcome.to = Some(format!("{path}[{}]", row.to.count(drafting.body())).into());
    row.to.push(drafting.body_mut(), value);
    outcome
}

/// Sends the tags as one text, cut to the row's limit.
fn send_joined(drafting: &mut Drafting<'_>, row: &BoundField, tags: &[String], join: &str) -> Vec<Outcome> {
    let title = drafting.title;
    let name = |tag: &String| match row.rule.values_as.value_of(tag) {
        Some(Value::String(tag)) if !tag.is_empty() => Some(tag),
        _ => None,
    };
    let named: Vec<Option<String>> = tags.iter().map(name).collect();
    let text = named.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(join);
    let limit = row.rule.limit.unwrap_or(usize::MAX);
    let is_dropped = !row.rule.is_cut && !fits(&text, limit);
    let (short, _) = truncate_text(&text, limit);
    let kept = if is_dropped { "" } else { short };
    if !kept.is_empty() {
        row.to.set(drafting.body_mut(), kept.into());
    }
    let mut begin = 0;
    let outcome_of = |name: Option<String>| {
        let Some(name) = name else {
            return Outcome::dropped(format!("{title} has no name for this value"));
        };
        let left = kept.len().saturating_sub(begin).min(name.len());
        begin += name.len() + join.len();
        match left {
            0 if kept.is_empty() => Outcome::dropped(format!("together they are longer than {title} takes")),
            0 => Outcome::dropped(format!("the text of all tags is cut to {limit} characters before it")),
            left if left < name.len() => Outcome::truncated(row.path(), format!("cut to {limit} characters")),
            _ if !join.is_empty() && name.contains(join) => Outcome::merged(
                row.path(),
                format!("joined to one text; it has `{join}`, which divides tags there"),
            ),
            _ => Outcome::merged(row.path(), "joined to one text"),
        }
    };
    named.into_iter().map(outcome_of).collect()
}
