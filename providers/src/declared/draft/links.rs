//! Sends links: each to the first free row for its kind, else to the list of all links.

use serde_json::Value;

use super::super::fields::{FieldForm, From, link_name};
use super::drafting::{Drafting, Outcome};
use super::field::BoundField;
use crate::contact::{Link, LinkKind};
use crate::cow_str::CowStr;
use crate::mapping::indexed;

pub(super) fn send(drafting: &mut Drafting<'_>, rows: &[BoundField], links: &[Link]) {
    let mut filled: Vec<usize> = Vec::new();
    for (index, link) in links.iter().enumerate() {
        let field: CowStr = indexed!("links", index, ".url");
        match send_link(drafting, rows, &mut filled, link) {
            Some(outcome) => drafting.record(field, outcome),
            None => drafting.lacks(field, link_name(link.kind), "links"),
        }
    }
}

/// Returns what becomes of a link. `None` without a row for it.
fn send_link(
    drafting: &mut Drafting<'_>,
    rows: &[BoundField],
    filled: &mut Vec<usize>,
    link: &Link,
) -> Option<Outcome> {
    let mut reason: Option<Outcome> = None;
    for (number, row) in rows.iter().enumerate() {
        let outcome = match (&row.rule.from, &row.item) {
            (From::Link(kind), _) if *kind == link.kind => match text_of(row, link) {
                None => Outcome::dropped("it is not the plain address of an account there"),
                Some(_) if filled.contains(&number) => {
                    Outcome::dropped(format!("{} holds one of this kind", drafting.title))
                }
                Some(text) => send_text(drafting, row, &text, link),
            },
            (From::Links, Some(_)) => send_object(drafting, row, link),
            _ => continue,
        };
        if outcome.is_sent() {
            filled.push(number);
            return Some(outcome);
        }
        reason = reason.or(Some(outcome));
    }
    reason
}

/// Returns the text that a row sends of a link: its address, or the account's name in it.
fn text_of(row: &BoundField, link: &Link) -> Option<String> {
    let FieldForm::Account(hosts) = &row.rule.form else {
        return Some(link.url.as_str().to_owned());
    };
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    link.url.account_on(&hosts).filter(|account| !account.is_empty())
}

fn send_text(drafting: &mut Drafting<'_>, row: &BoundField, text: &str, link: &Link) -> Outcome {
    let outcome = row.send_text(drafting, text);
    match &outcome {
        Outcome { to: Some(to), detail: None, .. } if text != link.url.as_str() => {
            Outcome::reformatted(to.clone(), "the account's name alone")
        }
        _ => outcome,
    }
}

fn send_object(drafting: &mut Drafting<'_>, row: &BoundField, link: &Link) -> Outcome {
    let Some(item) = &row.item else {
        return Outcome::dropped("it has no form");
    };
    let title = drafting.title;
    if row.rule.limit.is_some_and(|limit| !crate::mapping::fits(link.url.as_str(), limit)) {
        return Outcome::dropped(format!("it is longer than {title} takes"));
    }
    let value = |token: &str| match token {
        "url" | "value" => Some(Value::from(link.url.as_str())),
        "kind" => row.rule.values_as.name_of(kind_word(link.kind)).map(Value::from),
        _ => None,
    };
    match row.send_item(drafting, item, true, &value) {
        Some(to) => Outcome::sent(to),
        None => Outcome::dropped(format!("{title} has no name for this kind")),
    }
}

fn kind_word(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Website => "website",
        LinkKind::Linkedin => "linkedin",
        LinkKind::Twitter => "twitter",
        LinkKind::Facebook => "facebook",
        LinkKind::Github => "github",
        LinkKind::Instagram => "instagram",
        LinkKind::Other => "other",
    }
}
