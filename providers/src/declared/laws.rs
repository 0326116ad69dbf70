//! What a description must not say, whatever its words allow one by one: where credentials may go, what may be requested, and
//! which doubts may be taken away.

use super::account::AccountKind;
use super::answers::ErrorRow;
use super::create::KEY;
use super::dropped_fields;
use super::fields::From;
use super::json_template::JsonTemplate;
use super::rules::Rules;
use super::search::{Find, Key, KeyPlace};
use super::slots::{Slot, SlotForm};
use super::table::TableReader;
use super::template::Template;
use super::write_path::WritePath;
use crate::error::{Effect, ErrorKind};

/// Reports every law that the rules break.
pub(super) fn check(rules: &Rules, top: &TableReader<'_>) {
    check_addresses(rules, top);
    check_secrets(rules, top);
    check_key_hole(rules, top);
    check_places(rules, top);
    for row in &rules.errors {
        check_error(row, top);
    }
    for find in &rules.finds {
        check_find(find, rules, top);
    }
    for (field, _) in &rules.drops {
        if !dropped_fields::is_known(field) {
            top.report("drops", super::table::unknown_choice(field, dropped_fields::FIELDS.iter().copied()));
        }
    }
}

/// Hosts are literal, or a key of the account that can be nothing but a host.
fn check_addresses(rules: &Rules, top: &TableReader<'_>) {
    check_address(rules, &rules.base, "address", top);
    for credential in &rules.credentials {
        if let Some(token) = &credential.token
            && !token.url.as_str().starts_with('/')
        {
            check_address(rules, &token.url, "auth", top);
        }
    }
}

fn check_address(rules: &Rules, address: &Template, table: &str, top: &TableReader<'_>) {
    let text = address.as_str();
    let kind = |hole: &str| rules.account.key_of_hole(hole).map(|key| &key.kind);
    let (host, path) = if let Some(rest) = text.strip_prefix("https://") {
        rest.split_once('/').unwrap_or((rest, ""))
    } else {
        let begins_with_origin = address.holes().next().is_some_and(|hole| {
            text.starts_with(&format!("{{{hole}}}")) && matches!(kind(hole), Some(AccountKind::Origin(_)))
        });
        if !begins_with_origin {
            top.report(table, "an address begins with https:// or with a key of the kind `origin`");
            return;
        }
        ("", text.split_once('}').map_or("", |(_, path)| path))
    };
    for hole in Template::new(host).holes() {
        if !matches!(kind(hole), Some(AccountKind::HostLabel | AccountKind::Choice(_))) {
            top.report(
                table,
                format!("`{{{hole}}}` in a host is a key of the kind `host_label` or `choice`"),
            );
        }
    }
    for hole in Template::new(path).holes() {
        let fits = matches!(
            kind(hole),
            Some(
                AccountKind::Segment | AccountKind::HostLabel | AccountKind::Choice(_) | AccountKind::Integer
            )
        );
        if !fits {
            top.report(
                table,
                format!("`{{{hole}}}` in the path of an address is a key of the kind `segment`"),
            );
        }
    }
}

/// A secret is sent by `[[auth]]` alone, so that no plan, log or error can show it.
fn check_secrets(rules: &Rules, top: &TableReader<'_>) {
    let report = |table: &str, hole: &str| {
        let name = hole.split('.').next().unwrap_or(hole);
        if rules.account.key(name).is_some_and(|key| key.is_secret) {
            top.report(table, format!("`{{{hole}}}` is a secret, which only [[auth]] may send"));
        }
    };
    rules.base.holes().for_each(|hole| report("address", hole));
    let create = &rules.create;
    let named = create.query.iter().chain(&create.headers).map(|(_, template)| template);
    std::iter::once(&create.path)
        .chain(named)
        .flat_map(Template::holes)
        .for_each(|hole| report("create", hole));
    create.envelope.iter().flat_map(JsonTemplate::holes).for_each(|hole| report("create", &hole));
    for (path, template) in &rules.constants {
        path.holes().for_each(|hole| report("constants", hole));
        template.each_hole(&mut |hole| report("constants", hole));
    }
    for (path, table) in written_paths(rules) {
        path.holes().for_each(|hole| report(table, hole));
    }
    for (slots, table) in slots(rules) {
        for item in slots.iter().filter_map(Slot::item) {
            item.each_hole(&mut |hole| report(table, hole));
        }
    }
    for find in &rules.finds {
        find.request.holes().iter().for_each(|hole| report("find", hole));
    }
    if let Some(check) = &rules.check {
        check.request.holes().iter().for_each(|hole| report("check", hole));
        let headers = check.request.headers.iter().flat_map(|(_, template)| template.holes());
        headers.for_each(|hole| report("check", hole));
    }
    let headers = rules.finds.iter().flat_map(|find| &find.request.headers);
    headers.flat_map(|(_, template)| template.holes()).for_each(|hole| report("find", hole));
    let tokens = rules.credentials.iter().filter_map(|credential| credential.token.as_ref());
    for hole in tokens.flat_map(|token| token.url.holes()) {
        if rules.account.key(hole).is_some_and(|key| key.is_secret) {
            let message =
                format!("`{{{hole}}}` is a secret, and addresses are shown: send it in `body` or `form`");
            top.report("auth", message);
        }
    }
}

/// The path of a create has the hole `{key}` exactly if an idempotency key stands there.
fn check_key_hole(rules: &Rules, top: &TableReader<'_>) {
    if rules.account.key(KEY).is_some() {
        return;
    }
    let has_hole = rules.create.path.holes().any(|hole| hole == KEY);
    let has_key = rules.dedupe.key.as_ref().is_some_and(|key| key.place == KeyPlace::Path);
    match (has_hole, has_key) {
        (true, false) => top.report(
            "create",
            "`{key}` in the path is an idempotency key: say `[dedupe] key = { path = true }`",
        ),
        (false, true) => top.report("dedupe", "there is no hole `{key}` in the path of the create"),
        _ => {}
    }
}

/// Reports a place that two rows write.
fn check_places(rules: &Rules, top: &TableReader<'_>) {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for (path, table) in written_paths(rules) {
        let is_list = rules_share_list(rules, path);
        if let Some((_, other)) = seen.iter().find(|(text, _)| *text == path.as_str())
            && !is_list
        {
            let message = format!("`{}` is written twice, here and by [{other}]", path.as_str());
            top.report(table, message);
        }
        seen.push((path.as_str(), table));
    }
}

/// Returns whether every row that writes at `path` adds to a list there.
fn rules_share_list(rules: &Rules, path: &WritePath) -> bool {
    let is_list = |slot: &Slot| match slot.form {
        SlotForm::Texts | SlotForm::Objects(_) => true,
        SlotForm::Text => slot.takes_all,
        SlotForm::Object(_) | SlotForm::Parts(_) => false,
    };
    slots(rules)
        .into_iter()
        .flat_map(|(slots, _)| slots)
        .filter(|slot| slot.to.as_ref().is_some_and(|to| to.as_str() == path.as_str()))
        .all(is_list)
}

fn slots(rules: &Rules) -> [(&[Slot], &'static str); 3] {
    [(&rules.emails, "emails"), (&rules.phones, "phones"), (&rules.addresses, "addresses")]
}

/// Returns every path at which the body is written, except those of constants, which other rows may complete.
fn written_paths(rules: &Rules) -> Vec<(&WritePath, &'static str)> {
    let mut paths: Vec<(&WritePath, &'static str)> = Vec::new();
    if let Some(name) = &rules.name {
        paths.extend(name.parts().map(|(_, path)| (path, "name")));
    }
    for (slots, table) in slots(rules) {
        for slot in slots {
            paths.extend(slot.to.iter().map(|path| (path, table)));
            if let SlotForm::Parts(parts) = &slot.form {
                paths.extend(parts.iter().map(|(_, path)| (path, table)));
            }
        }
    }
    paths.extend(rules.fields.iter().map(|field| (&field.to, "field")));
    paths
}

/// A row may add doubt and never take it, unless the vendor itself says so.
fn check_error(row: &ErrorRow, top: &TableReader<'_>) {
    let report = |message: &str| top.problems().report(row.line, "error", message);
    let own = own_effect(row.kind);
    let effect = row.effect.unwrap_or(own);
    let names_5xx = row
        .when
        .iter()
        .filter_map(|it| it.status.as_ref())
        .any(|statuses| statuses.0.iter().any(|(_, to)| *to >= 500));
    let is_known_duplicate =
        row.kind == ErrorKind::AlreadyExists && row.source <= super::evidence::SourceKind::ThirdParty;
    if names_5xx && effect == Effect::Refused && !row.source.is_the_vendors() && !is_known_duplicate {
        report(
            "a 5xx says nothing about the contact, unless the vendor documents it: name such a source, or say `effect = \"unknown\"`",
        );
    }
    if own == Effect::Unknown && effect == Effect::Refused && !row.source.is_the_vendors() {
        report("`effect = \"refused\"` takes a doubt away: name a source that is documented or recorded");
    }
    if !row.existing.is_empty() && row.kind != ErrorKind::AlreadyExists {
        report("`existing` is the contact that is there already: say `kind = \"already_exists\"`");
    }
    let is_about_waiting =
        matches!(row.kind, ErrorKind::RateLimited | ErrorKind::QuotaExhausted | ErrorKind::Unavailable);
    if !row.wait.is_empty() && !is_about_waiting {
        report("`wait` fits rate_limited, quota_exhausted and unavailable only");
    }
}

/// Returns the effect of a kind, where a row says none.
pub(super) fn own_effect(kind: ErrorKind) -> Effect {
    match kind {
        ErrorKind::Unavailable | ErrorKind::Interrupted | ErrorKind::UnexpectedResponse => Effect::Unknown,
        _ => Effect::Refused,
    }
}

/// A search looks for something that is sent, and compares what is sent.
fn check_find(find: &Find, rules: &Rules, top: &TableReader<'_>) {
    let report = |message: String| top.problems().report(find.line, "find", message);
    let is_sent = match find.by {
        Key::Email => !rules.emails.is_empty(),
        Key::Phone => !rules.phones.is_empty(),
        Key::Name => rules.name.is_some(),
        Key::ExternalId => rules.fields.iter().any(|field| field.from == From::ExternalId),
    };
    if !is_sent {
        report(format!("looks for {}, which the description does not send", find.by.name()));
    }
    let mut written = written_paths(rules);
    let organization = rules.name.as_ref().and_then(|name| name.organization.as_ref());
    written.extend(organization.map(|path| (path, "name")));
    written.extend(rules.constants.iter().map(|(path, _)| (path, "constants")));
    for (sent, _) in &find.agree {
        let is_written = written.iter().any(|(path, _)| {
            let (sent, path) = (sent.as_str(), path.as_str());
            sent == path || sent.starts_with(&format!("{path}[")) || sent.starts_with(&format!("{path}."))
        });
        if !is_written {
            report(format!("`agree` names `{}`, which the description does not send", sent.as_str()));
        }
    }
}
