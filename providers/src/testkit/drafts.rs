//! Rules 4 and 7: every field has exactly one fate, and the same contact drafts to the same bytes. Drafts need no socket.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::bench::Bench;
use super::dates::current_dates;
use super::leaks::Forbidden;
use super::places::holds;
use super::remedy::{self, Remedy};
use crate::clock::{Clock as _, SystemClock};
use crate::contact::UnifiedContact;
use crate::dedupe::Dedupe;
use crate::draft::Draft;
use crate::error::{Effect, ErrorKind, ProviderError};
use crate::field_fate::Fate;

const ONE_FATE_EACH: Remedy = Remedy::of_adapter(
    "give every field that UnifiedContact::fields lists one FieldFate: record each through \
                             Mapping, and drop the others with Mapping::drop_unmapped_fields.",
);
const KEY_PLACE: Remedy = Remedy::new(
    "name the place that takes the key with Draft::with_idempotency_key, or claim another Dedupe.",
    remedy::KEY_IN_FILE,
);
const SAME_BYTES: Remedy = Remedy::of_adapter(
    "let draft depend on the contact and the configuration alone: no clock, no counter, no random \
                          number, no map without an order.",
);
const TIMES: usize = 8;
const LIMIT: Duration = Duration::from_secs(10);

pub(super) async fn run(bench: &mut Bench<'_>) -> io::Result<()> {
    let whole = Arc::clone(&bench.contact);
    let dedupe = bench.alone()?.capabilities().dedupe;
    if let Some(Err(error)) = draft(bench, "the subject's contact", &whole).await? {
        let what = format!("the subject's contact has no draft: {}", error.kind());
        bench.report.add(
            4,
            what,
            Remedy::new("give Subject::contact a contact that the vendor can hold.", remedy::REQUIRE_IN_FILE),
        );
        return Ok(());
    }
    for (situation, contact) in contacts(&whole) {
        match draft(bench, &situation, &Arc::new(contact.clone())).await? {
            None => {}
            Some(Ok(draft)) => {
                expect_fates(bench, &situation, &contact, &draft);
                expect_sent_values(bench, &situation, &draft);
                expect_key_place(bench, &situation, dedupe, &draft);
            }
            Some(Err(error)) => expect_unmappable(bench, &situation, &error),
        }
    }
    same_bytes(bench, &whole).await?;
    without_todays_date(bench, &whole)
}

async fn draft(
    bench: &mut Bench<'_>,
    situation: &str,
    contact: &Arc<UnifiedContact>,
) -> io::Result<Option<Result<Draft, ProviderError>>> {
    let provider = bench.alone()?;
    let contact = Arc::clone(contact);
    let drafted = bench.watch(situation, LIMIT, async move { provider.draft(&contact) }).await;
    match &drafted {
        Some(Ok(draft)) => {
            bench.report_leaks_in("Debug of the draft", &format!("{draft:?}"));
            look_for_credentials(bench, draft);
        }
        Some(Err(error)) => {
            bench.report_leaks_in(&format!("{situation}: the error"), &super::leaks::shown(error));
        }
        None => {}
    }
    Ok(drafted)
}

/// Drafts are printed with their body and address, so they must hold no credential.
fn look_for_credentials(bench: &mut Bench<'_>, draft: &Draft) {
    let headers: Vec<String> = draft.headers.iter().map(|header| header.value.redacted()).collect();
    let text = format!("{} {} {}", draft.url, draft.body, headers.join(" "));
    let secrets = Forbidden::secrets(&bench.subject.secrets());
    for name in secrets.found_in(&text) {
        bench.report.add(
            5,
            format!("the draft holds {name}"),
            Remedy::new("name the credential's header in the draft with Draft::with_secret_header, and add the credential in prepare with \
             Prepared::with_authorization.", remedy::SECRET_IN_FILE),
        );
    }
}

/// Returns the whole contact, the contact without each of its fields, and contacts with a name and one field.
fn contacts(whole: &UnifiedContact) -> Vec<(String, UnifiedContact)> {
    let Ok(Value::Object(document)) = serde_json::to_value(whole) else {
        return Vec::new();
    };
    let mut contacts = vec![("the subject's contact".to_owned(), whole.clone())];
    for (field, value) in &document {
        let mut without: Map<String, Value> = document.clone();
        without.remove(field);
        let mut alone = Map::from_iter([("name".to_owned(), json!({"full": "Mira Beispiel"}))]);
        alone.insert(field.clone(), value.clone());
        for (situation, document) in [
            (format!("the contact without {field}"), without),
            (format!("a contact with {field} and little else"), alone),
        ] {
            // A document without a name and an organization may not be a contact.
            if let Ok(contact) = UnifiedContact::from_json(Value::Object(document)) {
                contacts.push((situation, contact));
            }
        }
    }
    contacts
}

fn expect_fates(bench: &mut Bench<'_>, situation: &str, contact: &UnifiedContact, draft: &Draft) {
    let mut fates: BTreeMap<&str, usize> = BTreeMap::new();
    for fate in &draft.fields {
        *fates.entry(&fate.field).or_default() += 1;
    }
    let fields = contact.fields();
    for field in &fields {
        match fates.get(field.as_str()) {
            Some(1) => {}
            Some(count) => {
                bench.report.add(4, format!("{situation}: {field} has {count} fates"), ONE_FATE_EACH);
            }
            None => bench.report.add(4, format!("{situation}: {field} has no fate"), ONE_FATE_EACH),
        }
    }
    for field in fates.keys().filter(|field| !fields.iter().any(|known| known == *field)) {
        let what = format!("{situation}: {field} has a fate, and the contact has no such field");
        bench.report.add(4, what, ONE_FATE_EACH);
    }
}

/// Expects the body to hold each value that is recorded as sent. A value at several places names them all.
fn expect_sent_values(bench: &mut Bench<'_>, situation: &str, draft: &Draft) {
    for fate in draft.fields.iter().filter(|fate| fate.fate == Fate::Sent) {
        for to in fate.places() {
            if !holds(&draft.body, to) {
                let what = format!(
                    "{situation}: {} has the fate sent to {to}, and the body has no {to}",
                    fate.field
                );
                bench.report.add(
                    4,
                    what,
                    Remedy::of_adapter("put the value into the body, or give the field another fate."),
                );
            }
        }
    }
}

/// Expects a place for the idempotency key where the adapter claims one.
fn expect_key_place(bench: &mut Bench<'_>, situation: &str, dedupe: Dedupe, draft: &Draft) {
    let claims_key = matches!(dedupe, Dedupe::IdempotencyKey { .. });
    if claims_key && !draft.takes_idempotency_key() {
        let what =
            format!("{situation}: Dedupe::IdempotencyKey is claimed, and the draft has no place for the key");
        bench.report.add(9, what, KEY_PLACE);
    }
}

fn expect_unmappable(bench: &mut Bench<'_>, situation: &str, error: &ProviderError) {
    let (kind, effect) = (error.kind(), error.effect());
    if (kind, effect) != (ErrorKind::Unmappable, Effect::NotSent) {
        let what = format!("{situation}: draft failed with {kind}, {effect}");
        bench.report.add(
            3,
            what,
            Remedy::of_adapter("return ErrorKind::Unmappable with Effect::NotSent for a contact that the vendor cannot hold: Connection::error."),
        );
    }
}

/// Drafts one contact repeatedly, by one adapter and by fresh ones.
async fn same_bytes(bench: &mut Bench<'_>, contact: &Arc<UnifiedContact>) -> io::Result<()> {
    let mut drafts: Vec<Draft> = Vec::new();
    let kept = bench.alone()?;
    for round in 0..TIMES {
        let provider = if round % 2 == 0 { Arc::clone(&kept) } else { bench.alone()? };
        let contact = Arc::clone(contact);
        let drafted = bench.watch("a draft", LIMIT, async move { provider.draft(&contact) }).await;
        drafts.extend(drafted.and_then(Result::ok));
    }
    let Some((first, others)) = drafts.split_first() else {
        return Ok(());
    };
    let differing =
        others.iter().filter(|draft| draft.body_bytes() != first.body_bytes() || draft.url != first.url);
    let count = differing.count();
    if count > 0 || drafts.len() != TIMES {
        let what = format!("of {TIMES} drafts of one contact, {count} differ from the first");
        bench.report.add(7, what, SAME_BYTES);
    }
    Ok(())
}

/// Expects no date of today in the draft. The drafts of one run are equal even if they hold it.
fn without_todays_date(bench: &mut Bench<'_>, contact: &UnifiedContact) -> io::Result<()> {
    let Ok(draft) = bench.alone()?.draft(contact) else {
        return Ok(());
    };
    let headers: Vec<String> = draft.headers.iter().map(|header| header.value.redacted()).collect();
    let body = String::from_utf8_lossy(&draft.body_bytes()).into_owned();
    let text = format!("{} {body} {}", draft.url, headers.join(" "));
    let own = serde_json::to_string(contact).unwrap_or_default();
    for date in current_dates(&text, &own, SystemClock.now()) {
        bench.report.add(
            7,
            format!("the draft holds the current date or time, as {}", form_of(&date)),
            SAME_BYTES,
        );
    }
    Ok(())
}

/// Returns the form of a date, with `0` for its digits, so that a report is the same every day.
fn form_of(date: &str) -> String {
    date.chars().map(|character| if character.is_ascii_digit() { '0' } else { character }).collect()
}
