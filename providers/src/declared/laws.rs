//! What a description must not say, whatever its words allow one by one: where credentials may go, what may be requested, and
//! which doubts may be taken away.

mod addresses;
mod alternatives;
mod credentials;
mod drops;
mod headers;
mod overlaps;
mod places;
mod searches;
mod secrets;

pub(super) use self::alternatives::make_optional as make_alternatives_optional;
pub(super) use self::places::written_paths;
pub(super) use self::secrets::mark_unmarked as mark_unmarked_secrets;
use super::answers::ErrorRow;
use super::create::KEY;
use super::rules::Rules;
use super::search::KeyPlace;
use super::table::TableReader;
use crate::error::{Effect, ErrorKind};

/// Reports every law that the rules break.
pub(super) fn check(rules: &Rules, top: &TableReader<'_>) {
    addresses::check(rules, top);
    secrets::check(rules, top);
    credentials::check(rules, top);
    headers::check(rules, top);
    check_key_hole(rules, top);
    overlaps::check(rules, top);
    places::check_required(rules, top);
    for row in &rules.errors {
        check_error(row, top);
    }
    for find in &rules.finds {
        searches::check(find, rules, top);
    }
    drops::check(rules, top);
}

/// The path of a create has the hole `{key}` exactly if it holds an idempotency key.
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
        report("`existing` is the contact that exists already: say `kind = \"already_exists\"`");
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
