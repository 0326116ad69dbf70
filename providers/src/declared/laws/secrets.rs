//! Which keys of the account are secrets, and that they are sent by credentials alone.

use std::collections::{BTreeMap, BTreeSet};

use super::super::account::AccountKey;
use super::super::account_kind::AccountKind;
use super::super::condition::{Condition, Subject, Test, Wanted};
use super::super::create::{Create, FIELDS};
use super::super::fields::{CUSTOM_TOKENS, FieldForm};
use super::super::json_template::JsonTemplate;
use super::super::rules::Rules;
use super::super::search::ReadRequest;
use super::super::slots::{Channel, Slot};
use super::super::table::TableReader;
use super::super::template::Template;
use super::super::wait::Wait;
use super::places::{all_paths, slots};

/// Reports each place outside of `[[auth]]` that names a secret, so that no plan, log or error can show it.
pub(super) fn check(rules: &Rules, top: &TableReader<'_>) {
    let mut named: BTreeMap<(&'static str, String), &'static str> = BTreeMap::new();
    let is_secret = |hole: &str| rules.account.key(name_of(hole)).is_some_and(|key| key.is_secret);
    let mut add = |table: &'static str, hole: &str, reason: &'static str| {
        if is_secret(hole) {
            named.entry((table, hole.to_owned())).or_insert(reason);
        }
    };
    each_shown_hole(rules, &mut |table, hole| add(table, hole, "which only [[auth]] may send"));
    each_compared_hole(rules, &mut |table, hole| {
        add(table, hole, "which only [[auth]] may name: compare with a key that is none");
    });
    each_hole_of_token_urls(rules, &mut |hole| {
        add("auth", hole, "and addresses are shown: send it in `body` or `form`");
    });
    for ((table, hole), reason) in named {
        let written = format!("{{{hole}}}");
        let is_it = |text: &str| match table {
            // A credential names the secret in other places as well, which are right.
            "auth" => text.contains(&written) && (text.starts_with('/') || text.contains("://")),
            _ => text.contains(&written),
        };
        top.report_texts(table, &is_it, &format!("`{written}` is a secret, {reason}"));
    }
}

/// Makes secrets of the keys of each credential that names none: the texts that nothing but credentials sends.
pub(in crate::declared) fn mark_unmarked(rules: &mut Rules) {
    let mut shown = BTreeSet::new();
    let mut add = |hole: &str| {
        shown.insert(name_of(hole).to_owned());
    };
    each_shown_hole(rules, &mut |_, hole| add(hole));
    each_compared_hole(rules, &mut |_, hole| add(hole));
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
pub(super) fn name_of(hole: &str) -> &str {
    hole.split('.').next().unwrap_or(hole)
}

/// Calls `visit` with the table and the name of each hole that a plan shows.
pub(super) fn each_shown_hole(rules: &Rules, visit: &mut dyn FnMut(&'static str, &str)) {
    rules.base.holes().for_each(|hole| visit("address", hole));
    each_hole_of_create(&rules.create, &mut |hole| visit("create", hole));
    rules.constants.iter().for_each(|(_, template)| template.each_hole(&mut |hole| visit("constants", hole)));
    for (path, table) in all_paths(rules) {
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
        let key = find.by.name();
        each_hole_of_request(&find.request, &mut |hole| {
            if hole != key {
                visit("find", hole);
            }
        });
        find.agree.iter().flat_map(|(sent, _)| sent.holes()).for_each(|hole| visit("find", hole));
    }
    if let Some(check) = &rules.check {
        each_hole_of_request(&check.request, &mut |hole| visit("check", hole));
    }
}

/// Calls `visit` with the table and the name of each hole that an answer is compared with, and of each time zone.
pub(super) fn each_compared_hole(rules: &Rules, visit: &mut dyn FnMut(&'static str, &str)) {
    for row in &rules.errors {
        each_hole_of_conditions(&row.when, &mut |hole| visit("error", hole));
        each_hole_of_zones(&row.wait, &mut |hole| visit("error", hole));
    }
    each_hole_of_conditions(&rules.success.existing, &mut |hole| visit("success", hole));
    each_hole_of_zones(&rules.limits.wait, &mut |hole| visit("limits", hole));
}

fn each_hole_of_conditions(conditions: &[Condition], visit: &mut dyn FnMut(&str)) {
    for condition in conditions {
        match &condition.subject {
            Some(Subject::Path(_, Test::Is(wanted)) | Subject::Header(_, Test::Is(wanted))) => {
                for wanted in wanted {
                    if let Wanted::Key(hole) = wanted {
                        visit(hole);
                    }
                }
            }
            Some(Subject::Each(_, all)) => each_hole_of_conditions(all, visit),
            Some(Subject::Path(..) | Subject::Header(..) | Subject::Message(_)) | None => {}
        }
    }
}

fn each_hole_of_zones(waits: &[Wait], visit: &mut dyn FnMut(&str)) {
    waits.iter().filter_map(Wait::zone).flat_map(Template::holes).for_each(visit);
}

fn each_hole_of_create(create: &Create, visit: &mut dyn FnMut(&str)) {
    let named = create.query.iter().chain(&create.headers).map(|(_, template)| template);
    std::iter::once(&create.path).chain(named).flat_map(Template::holes).for_each(&mut *visit);
    let envelope = create.envelope.iter().flat_map(JsonTemplate::holes);
    envelope.filter(|hole| hole != FIELDS).for_each(|hole| visit(&hole));
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
