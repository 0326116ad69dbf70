//! Rules 4 and 7: every field has exactly one fate, and the same contact drafts to the same bytes. The contacts are the subject's,
//! complete, without each field, and with each field alone beside a name. No socket is opened.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::bench::Bench;
use super::leaks::Forbidden;
use crate::contact::UnifiedContact;
use crate::draft::Draft;
use crate::error::{Effect, ErrorKind, ProviderError};
use crate::field_fate::Fate;

const ONE_FATE_EACH: &str = "give every field that UnifiedContact::fields lists one FieldFate: take the contact apart \
                             without `..`, and tell through Mapping what is sent, merged, cut or dropped.";
const SAME_BYTES: &str = "let draft depend on the contact and the configuration alone: no clock, no counter, no random \
                          number, no map without an order.";
const TIMES: usize = 8;
const LIMIT: Duration = Duration::from_secs(10);

pub(super) async fn run(bench: &mut Bench<'_>) -> io::Result<()> {
    let whole = Arc::clone(&bench.contact);
    if let Some(Err(error)) = draft(bench, "the subject's contact", &whole).await? {
        let what = format!("the subject's contact has no draft: {}", error.kind());
        bench.report.add(4, what, "give Subject::contact a contact that the vendor can hold.");
        return Ok(());
    }
    for (situation, contact) in contacts(&whole) {
        match draft(bench, &situation, &Arc::new(contact.clone())).await? {
            None => {}
            Some(Ok(draft)) => {
                expect_fates(bench, &situation, &contact, &draft);
                expect_what_is_sent(bench, &situation, &draft);
            }
            Some(Err(error)) => expect_unmappable(bench, &situation, &error),
        }
    }
    same_bytes(bench, &whole).await
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
            bench.look_at("Debug of the draft", &format!("{draft:?}"));
            look_for_credentials(bench, draft);
        }
        Some(Err(error)) => bench.look_at(&format!("{situation}: the error"), &super::leaks::shown(error)),
        None => {}
    }
    Ok(drafted)
}

/// Looks for credentials in the draft, which `plan` shows with its body and address.
fn look_for_credentials(bench: &mut Bench<'_>, draft: &Draft) {
    let headers: Vec<String> = draft.headers.iter().map(|header| header.value.redacted()).collect();
    let text = format!("{} {} {}", draft.url, draft.body, headers.join(" "));
    let secrets = Forbidden::secrets(&bench.subject.secrets());
    for name in secrets.found_in(&text) {
        bench.report.add(
            5,
            format!("the draft holds {name}"),
            "say in the draft where a credential goes (HeaderText::Secret) and hand it to Connection::send_draft.",
        );
    }
}

/// Returns the complete contact, the contact without each of its fields, and each field beside a name.
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
            // Without a name and an organization it may not be a valid contact.
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

/// Reports fields that count as sent although the body lacks them. A field's path begins with a key of the body.
fn expect_what_is_sent(bench: &mut Bench<'_>, situation: &str, draft: &Draft) {
    for fate in draft.fields.iter().filter(|fate| fate.fate == Fate::Sent) {
        let Some(to) = &fate.to else {
            continue;
        };
        let key = to.split(['.', '[']).next().unwrap_or_default();
        if draft.body.get(key).is_none_or(Value::is_null) {
            let what =
                format!("{situation}: {} is reported as sent to {to}, but the body has no {key}", fate.field);
            bench.report.add(
                4,
                what,
                "put into the body what you tell as sent, and tell what you do not put there.",
            );
        }
    }
}

fn expect_unmappable(bench: &mut Bench<'_>, situation: &str, error: &ProviderError) {
    let (kind, effect) = (error.kind(), error.effect());
    if (kind, effect) != (ErrorKind::Unmappable, Effect::NotSent) {
        let what = format!("{situation}: draft failed with {kind}, {effect}");
        bench.report.add(
            3,
            what,
            "a draft that cannot be made is ErrorKind::Unmappable with Effect::NotSent: Connection::error.",
        );
    }
}

/// Compares the drafts of one adapter with each other and with those of new adapters.
async fn same_bytes(bench: &mut Bench<'_>, contact: &Arc<UnifiedContact>) -> io::Result<()> {
    let mut drafts: Vec<Draft> = Vec::new();
    let kept = bench.alone()?;
    for turn in 0..TIMES {
        let provider = if turn % 2 == 0 { Arc::clone(&kept) } else { bench.alone()? };
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
