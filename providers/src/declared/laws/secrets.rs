//! Which keys of the account are secrets, and that they are sent by credentials alone.

use std::collections::BTreeSet;

use super::super::account::{AccountKey, AccountKind};
use super::super::fields::{CUSTOM_TOKENS, FieldForm};
use super::super::json_template::JsonTemplate;
use super::super::rules::Rules;
use super::super::search::ReadRequest;
use super::super::slots::{Channel, Slot};
use super::super::table::TableReader;
use super::super::template::Template;
use super::places::{slots, written_paths};

/// Reports each place outside of `[[auth]]` that would send a secret, so that no plan, log or error can show it.
pub(super) fn check(rules: &Rules, top: &TableReader<'_>) {
    let is_secret = |hole: &str| rules.account.key(name_of(hole)).is_some_and(|key| key.is_secret);
    each_shown_hole(rules, &mut |table, hole| {
        if is_secret(hole) {
            top.report(table, format!("`{{{hole}}}` is a secret, which only [[auth]] may send"));
        }
    });
    each_hole_of_token_urls(rules, &mut |hole| {
        if is_secret(hole) {
            let message =
                format!("`{{{hole}}}` is a secret, and addresses are shown: send it in `body` or `form`");
            top.report("auth", message);
        }
    });
}

/// Makes secrets of the keys of each credential that names none: the texts that nothing but credentials sends.
pub(in crate::declared) fn mark_unmarked(rules: &mut Rules) {
    let mut shown = BTreeSet::new();
    let mut add = |hole: &str| {
        shown.insert(name_of(hole).to_owned());
    };
    each_shown_hole(rules, &mut |_, hole| add(hole));
    each_hole_of_token_urls(rules, &mut add);
    let mut unmarked = BTreeSet::new();
    for credential in &rules.credentials {
        let names = credential.keys();
        let keys: Vec<&AccountKey> = names.iter().filter_map(|name| rules.account.key(name)).collect();
        if !keys.iter().any(|key| key.is_secret) {
            let hidden = keys.into_iter().filter(|key| is_text(key) && !shown.contains(&key.name));
            unmarked.extend(hidden.map(|key| key.name.clone()));
        }
    }
    for key in rules.account.keys.iter_mut().filter(|key| unmarked.contains(&key.name)) {
        key.is_secret = true;
        key.is_unmarked = true;
    }
}

fn is_text(key: &AccountKey) -> bool {
    matches!(key.kind, AccountKind::Text | AccountKind::Segment) && key.default.is_none()
}

/// Returns the key that a hole names: `{region.api}` is filled by `region`.
fn name_of(hole: &str) -> &str {
    hole.split('.').next().unwrap_or(hole)
}

/// Calls `visit` with the table and the name of each hole that a plan shows.
fn each_shown_hole(rules: &Rules, visit: &mut dyn FnMut(&'static str, &str)) {
    rules.base.holes().for_each(|hole| visit("address", hole));
    let create = &rules.create;
    let named = create.query.iter().chain(&create.headers).map(|(_, template)| template);
    for hole in std::iter::once(&create.path).chain(named).flat_map(Template::holes) {
        visit("create", hole);
    }
    create.envelope.iter().for_each(|envelope| envelope.each_hole(&mut |hole| visit("create", hole)));
    for (path, template) in &rules.constants {
        path.holes().for_each(|hole| visit("constants", hole));
        template.each_hole(&mut |hole| visit("constants", hole));
    }
    for (path, table) in written_paths(rules) {
        path.holes().for_each(|hole| visit(table, hole));
    }
    for Item { table, template, tokens } in items(rules) {
        template.each_hole(&mut |hole| {
            if !tokens.contains(&hole) {
                visit(table, hole);
            }
        });
    }
    for find in &rules.finds {
        each_hole_of_request(&find.request, &mut |hole| {
            if hole != find.by.name() {
                visit("find", hole);
            }
        });
    }
    if let Some(check) = &rules.check {
        each_hole_of_request(&check.request, &mut |hole| visit("check", hole));
    }
}

/// The object of a row.
struct Item<'a> {
    table: &'static str,
    template: &'a JsonTemplate,
    /// The holes that the contact fills, whatever the account has.
    tokens: &'static [&'static str],
}

/// Returns the objects of all rows.
fn items(rules: &Rules) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    let channels = [Channel::Email, Channel::Phone, Channel::Address];
    for ((slots, table), channel) in slots(rules).into_iter().zip(channels) {
        let templates = slots.iter().filter_map(Slot::item);
        items.extend(templates.map(|template| Item { table, template, tokens: channel.tokens() }));
    }
    for field in &rules.fields {
        if let FieldForm::Object(template) | FieldForm::Objects(template) = &field.form {
            items.push(Item { table: "field", template, tokens: field.from.tokens() });
        }
    }
    let custom = rules.custom.iter().filter_map(|custom| custom.item.as_ref());
    items.extend(custom.map(|template| Item { table: "custom", template, tokens: CUSTOM_TOKENS }));
    items
}

fn each_hole_of_request(request: &ReadRequest, visit: &mut dyn FnMut(&str)) {
    request.holes().iter().for_each(|hole| visit(hole));
    request.headers.iter().flat_map(|(_, template)| template.holes()).for_each(visit);
}

fn each_hole_of_token_urls(rules: &Rules, visit: &mut dyn FnMut(&str)) {
    let tokens = rules.credentials.iter().filter_map(|credential| credential.token.as_ref());
    tokens.flat_map(|token| token.url.holes()).for_each(visit);
}
