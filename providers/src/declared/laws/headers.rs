//! Which headers a description may set, and that each is set once.

use super::super::credential::Credential;
use super::super::rules::Rules;
use super::super::search::KeyPlace;
use super::super::table::TableReader;
use super::super::template::Template;

/// The headers of the connection, which the transport sets.
const TRANSPORT: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// The headers that say what a body is.
const CONTENT: &[&str] = &["accept", "content-type"];
const AUTHORIZATION: &str = "authorization";

/// Reports headers that the transport sets, and headers that two tables set.
pub(super) fn check(rules: &Rules, top: &TableReader<'_>) {
    for (table, name, _) in requested(rules).chain(credentials(rules)) {
        report_transport(name, table, top);
    }
    for (table, name, template) in credentials(rules) {
        if CONTENT.contains(&name) && template.holes().next().is_some() {
            let message =
                format!("`{name}` says what the body is, and holds no credential: name another header");
            report(table, name, &message, top);
        }
        let differs = |(_, other, text): &(&str, &str, &Template)| *other == name && *text != template;
        report_twice(requested(rules).find(differs), table, top);
    }
    if rules.credentials.iter().any(writes_authorization) {
        let is_it = |(_, name, _): &(&str, &str, &Template)| *name == AUTHORIZATION;
        report_twice(requested(rules).find(is_it), "auth", top);
    }
    check_key(rules, top);
}

/// Reports an idempotency key in a header that holds something else.
fn check_key(rules: &Rules, top: &TableReader<'_>) {
    let Some(KeyPlace::Header(name)) = rules.dedupe.key.as_ref().map(|key| &key.place) else {
        return;
    };
    report_transport(name, "dedupe", top);
    if CONTENT.contains(&name.as_str()) || name == AUTHORIZATION {
        report(
            "dedupe",
            name,
            &format!("`{name}` has a meaning of its own, and holds no idempotency key"),
            top,
        );
        return;
    }
    let of_create = rules.create.headers.iter().map(|(name, template)| ("create", name.as_str(), template));
    let other = of_create.chain(credentials(rules)).find(|(_, other, _)| other == name);
    if let Some((table, _, _)) = other {
        report("dedupe", name, &format!("`{name}` is set twice, here and by [{table}]"), top);
    }
}

fn report_transport(name: &str, table: &str, top: &TableReader<'_>) {
    if TRANSPORT.contains(&name) {
        report(table, name, &format!("`{name}` is set for every request: take it out"), top);
    }
}

/// Reports a header of a request that `table` sets as well.
fn report_twice(header: Option<(&str, &str, &Template)>, table: &str, top: &TableReader<'_>) {
    if let Some((of_request, name, _)) = header {
        report(of_request, name, &format!("`{name}` is set twice, here and by [{table}]"), top);
    }
}

fn report(table: &str, name: &str, message: &str, top: &TableReader<'_>) {
    top.report_texts(table, &|text| text.eq_ignore_ascii_case(name), message);
}

/// Returns the headers of each request, with its table.
fn requested(rules: &Rules) -> impl Iterator<Item = (&'static str, &str, &Template)> {
    let create = rules.create.headers.iter().map(|header| ("create", header));
    let finds = rules.finds.iter().flat_map(|find| &find.request.headers).map(|header| ("find", header));
    let check = rules.check.iter().flat_map(|check| &check.request.headers).map(|header| ("check", header));
    create.chain(finds).chain(check).map(|(table, (name, template))| (table, name.as_str(), template))
}

/// Returns the headers of each credential.
fn credentials(rules: &Rules) -> impl Iterator<Item = (&'static str, &str, &Template)> {
    let headers = rules.credentials.iter().flat_map(|credential| &credential.headers);
    headers.map(|(name, template)| ("auth", name.as_str(), template))
}

fn writes_authorization(credential: &Credential) -> bool {
    credential.bearer.is_some() || credential.basic.is_some()
}
