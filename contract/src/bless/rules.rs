//! Safety rules that no expectation may permit. A fixture whose adapter breaks one is not written.

use std::collections::BTreeSet;

use serde_json::Value;
use unicontact_providers::testkit::Received;
use unicontact_providers::{Draft, Effect, Fate};
use url::form_urlencoded;

use crate::difference::Differences;
use crate::fixture::{ExpectedRequest, Fault, Fixture};
use crate::json_texts;
use crate::replay::blind_retry::blind_retry;
use crate::replay::comparison::as_request;
use crate::replay::dropped::{comparable, leaves_of};
use crate::scenario::Scenario;

/// Adds a difference for each rule that the adapter broke. `scenario` has the blessed fixture, and `original` is the fixture before.
pub(super) fn add_broken_rules(
    remaining: &mut Differences,
    original: &Fixture,
    scenario: &Scenario<'_>,
    received: &[Received],
    draft: Option<&Draft>,
) {
    let blessed = scenario.fixture;
    add_shown_credentials(remaining, original, scenario);
    blind_retry(remaining, scenario, received);
    add_repeated_creates(remaining, original, blessed);
    let create = blessed.request.as_ref().zip(draft).filter(|(request, draft)| is_create(request, draft));
    if let Some((_, draft)) = create {
        add_wrong_effect(remaining, blessed);
        add_unsent_fields(remaining, scenario, draft);
    }
}

/// Adds a difference if the adapter sends a credential where the original expects none.
fn add_shown_credentials(remaining: &mut Differences, original: &Fixture, scenario: &Scenario<'_>) {
    let (before, after) = (requests_as_text(original), requests_as_text(scenario.fixture));
    let mut secrets = scenario.credentials().secrets().into_iter();
    if secrets.any(|secret| after.contains(&secret) && !before.contains(&secret)) {
        remaining.add("credential", "[secret] in its place", "a credential in another place");
    }
}

fn requests_as_text(fixture: &Fixture) -> String {
    fixture.exchanges().map(|(request, _)| serde_json::to_string(request).unwrap_or_default()).collect()
}

/// Adds a difference if the adapter repeats its last request, and the original did not. Headers may differ: a token may be new.
fn add_repeated_creates(remaining: &mut Differences, original: &Fixture, blessed: &Fixture) {
    let repeats = |fixture: &Fixture| {
        let last = fixture.request.as_ref().filter(|request| !request.is_unwritten());
        let is_repeated = |last: &ExpectedRequest| {
            let is_same = |it: &ExpectedRequest| {
                (&it.method, &it.path, &it.body, &it.form)
                    == (&last.method, &last.path, &last.body, &last.form)
            };
            fixture.before.iter().any(|it| is_same(&it.request))
        };
        last.is_some_and(is_repeated)
    };
    if repeats(blessed) && !repeats(original) {
        remaining.add("create", "sent once", "sent again after an answer; a retry is the caller's");
    }
}

/// Returns whether the request sends the draft. A login or a search may be the last request, too.
fn is_create(request: &ExpectedRequest, draft: &Draft) -> bool {
    let drafted = as_request(draft, request);
    let is_same_body = request.body.is_none() || request.body == drafted.body;
    request.method == drafted.method && request.path.starts_with(draft.url.path()) && is_same_body
}

/// Adds a difference if the answer to the create was lost, and the adapter does not report an unknown effect. Its caller would send
/// the contact again.
fn add_wrong_effect(remaining: &mut Differences, blessed: &Fixture) {
    let status = blessed.answer.as_ref().and_then(|answer| answer.status);
    let is_lost = match blessed.fault() {
        Some(Fault::Reset | Fault::Hang) => true,
        Some(Fault::Cut) => status.is_some_and(|status| (200..300).contains(&status)),
        Some(Fault::Refused) | None => false,
    };
    let effect = blessed.expect.effect;
    if is_lost && effect != Some(Effect::Unknown) {
        let actual = effect.map_or("a result", Effect::as_str);
        remaining.add("effect", "unknown: the answer to the create was lost", actual);
    }
}

/// The fewest characters of a value that is looked for within longer ones. A shorter one, such as a country's code, would be found
/// by chance.
const SHORTEST_PART: usize = 4;

/// Adds a difference for each field that the adapter reports as sent, and that no request has.
fn add_unsent_fields(remaining: &mut Differences, scenario: &Scenario<'_>, draft: &Draft) {
    let sent = SentValues::new(scenario.fixture);
    let contact = serde_json::to_value(scenario.contact).unwrap_or_default();
    for fate in draft.fields.iter().filter(|fate| fate.fate == Fate::Sent) {
        let value = contact.pointer(&pointer(&fate.field)).and_then(comparable_value);
        if value.is_some_and(|value| !sent.have(&value)) {
            let actual = "dropped without a word: its fate is sent, and no request has it";
            remaining.add(&format!("the contact's {}", fate.field), "sent", actual);
        }
    }
}

/// The values of all requests in the form of [`comparable`], and the words of which they consist.
#[derive(Default)]
struct SentValues {
    values: BTreeSet<String>,
    words: BTreeSet<String>,
}

impl SentValues {
    fn new(fixture: &Fixture) -> Self {
        let mut sent = Self::default();
        for (request, _) in fixture.exchanges() {
            sent.values.extend(leaves_of(request).into_iter().map(|(_, value)| value));
            let query = request.path.split_once('?').map_or("", |(_, query)| query);
            let query = form_urlencoded::parse(query.as_bytes()).map(|(_, value)| value.into_owned());
            sent.values.extend(query.clone().filter_map(|value| comparable(&value)));
            let of_form = request.form.iter().flatten().map(|(_, value)| value.clone());
            let of_body = request.body.iter().flat_map(json_texts::texts).map(str::to_owned);
            for text in query.chain(of_form).chain(of_body) {
                let words = text.split(|it: char| !it.is_alphanumeric());
                sent.words.extend(words.filter_map(comparable));
            }
        }
        sent
    }

    /// Returns whether a value was sent: as part of another value, or as a word or a whole value if it is short.
    fn have(&self, value: &str) -> bool {
        if value.chars().count() < SHORTEST_PART {
            return self.words.contains(value) || self.values.contains(value);
        }
        self.values.iter().any(|sent| sent.contains(value))
    }
}

fn comparable_value(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => comparable(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns the JSON pointer of a field such as `emails[0].address`.
fn pointer(field: &str) -> String {
    format!("/{}", field.replace(['.', '['], "/").replace(']', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_field_is_a_pointer() {
        assert_eq!(pointer("emails[0].address"), "/emails/0/address");
        assert_eq!(pointer("notes"), "/notes");
    }

    #[test]
    fn a_short_value_is_a_word_and_no_part_of_one() {
        let request = serde_json::json!({"method": "POST", "path": "/?zone=CET&page=7", "headers": {}, "body": {
            "name": "Bo Li", "text": "an order in Minden", "age": 42,
        }});
        let fixture = serde_json::json!({
            "provenance": {"kind": "inferred", "source": "", "date": "2026-11", "note": ""},
            "contact": "ada", "request": request, "answer": {"status": 200}, "expect": {"created": "1"},
        });
        let sent = SentValues::new(&serde_json::from_value(fixture).unwrap());
        for value in ["bo", "li", "cet", "7", "42", "orderinmind"] {
            assert!(sent.have(value), "{value}");
        }
        for value in ["de", "ol", "4", "minsk"] {
            assert!(!sent.have(value), "{value}");
        }
    }
}
