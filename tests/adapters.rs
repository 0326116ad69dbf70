//! Properties of every adapter for random contacts and random answers, also for random bytes.

#[path = "../providers/src/error/redactor/common_words.rs"]
mod common_words;

use std::sync::Arc;

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::collection;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use unicontact::providers::http::{Answer, Authorization, End};
use unicontact::providers::{
    ContactProvider as _, Draft, Exchange, Operation, Provider, ProviderError, ProviderInfo, UnifiedContact,
};

use crate::support::contacts::{MARK, NATIONAL_NUMBERS, NUMBERS};
use crate::support::providers::{BASIC, credential, fixtures, interpret, one_of_each};
use crate::support::{contacts, leaks};

const CASES: u32 = 96;

/// Keys that at least one adapter reads.
const KEYS: [&str; 22] = [
    "id",
    "Id",
    "record_id",
    "contact_id",
    "error",
    "errors",
    "error_code",
    "errorCode",
    "records",
    "_meta",
    "status",
    "userMessage",
    "message",
    "title",
    "detail",
    "created_at",
    "modified_at",
    "success",
    "full_name",
    "data",
    "existing",
    "validationList",
];
/// Texts that at least one adapter recognizes.
const WORDS: [&str; 12] = [
    "",
    " ",
    "ERROR",
    "401",
    "1400",
    "time limit reached please try again tomorrow at 18:00 - 06:00",
    "over limit 99:99 24:00",
    "has already been taken",
    "Expired token",
    "UnsupportedApiVersion",
    "2024-11-21T13:43:02.472",
    "9999-12-31T23:59:59.9999999Z",
];
const HEADERS: [&str; 8] = [
    "location",
    "retry-after",
    "content-type",
    "x-ratelimit-reset",
    "x-request-id",
    "cf-ray",
    "content-encoding",
    "set-cookie",
];
const HEADER_TEXTS: [&str; 12] = [
    "",
    "0",
    "-1",
    "1e308",
    "NaN",
    "inf",
    "99999999999999999999",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "https://cdn.example.com/api/v1/organisation/42/contact/4242",
    "/contact/",
    "/contact/42?x=1/7#8",
    "\u{fc}ber",
];

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0..600_u16).prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        select(&WORDS[..]).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        let key = prop_oneof![4 => select(&KEYS[..]).prop_map(str::to_owned), 1 => ".{0,4}"];
        prop_oneof![
            collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            collection::vec((key, inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let document = || json_value().prop_map(|value| value.to_string().into_bytes());
    prop_oneof![
        6 => document(),
        2 => collection::vec(any::<u8>(), 0..64),
        1 => (document(), any::<prop::sample::Index>()).prop_map(|(bytes, end)| {
            let end = end.index(bytes.len() + 1);
            bytes[..end].to_vec()
        }),
        1 => document().prop_map(|bytes| [&b"\xEF\xBB\xBF"[..], &bytes].concat()),
        1 => collection::vec(any::<u8>(), 0..64).prop_map(|bytes| [&b"\xFF\xFE"[..], &bytes].concat()),
        1 => ".{0,40}".prop_map(|text| format!("<html><title>{text}</title>").into_bytes()),
    ]
}

fn answer() -> impl Strategy<Value = Answer> {
    let status = prop_oneof![
        select(&[200_u16, 201, 204, 302, 401, 403, 404, 409, 422, 429, 500, 503][..]),
        any::<u16>()
    ];
    let header =
        (select(&HEADERS[..]), prop_oneof![select(&HEADER_TEXTS[..]).prop_map(str::to_owned), ".{0,20}"]);
    let end = select(&[End::Whole, End::Whole, End::Whole, End::Cut, End::Capped][..]);
    (status, collection::vec(header, 0..4), body(), end).prop_map(|(status, headers, body, end)| {
        let bare = Answer::new(status).with_body(body).with_end(end);
        headers.iter().fold(bare, |answer, (name, value)| answer.with_header(name, value))
    })
}

fn timestamp() -> impl Strategy<Value = Timestamp> {
    let limits = vec![Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX];
    let seconds = Timestamp::MIN.as_second()..=Timestamp::MAX.as_second();
    prop_oneof![select(limits), seconds.prop_map(|it| Timestamp::from_second(it).unwrap())]
}

/// Returns whether the answer holds the id, as a text or number in its document or in `Location`.
fn holds(answer: &Answer, id: &str) -> bool {
    let located = answer.header("location").is_some_and(|location| location.contains(id));
    located || answer.json().is_some_and(|document| has_leaf(&document, id))
}

fn has_leaf(document: &Value, id: &str) -> bool {
    match document {
        Value::String(text) => text.trim() == id,
        Value::Number(number) => number.to_string() == id,
        Value::Array(entries) => entries.iter().any(|entry| has_leaf(entry, id)),
        Value::Object(map) => map.values().any(|entry| has_leaf(entry, id)),
        _ => false,
    }
}

fn drafts(contact: &UnifiedContact) -> Vec<(Provider, Draft)> {
    let drafted = one_of_each().into_iter().filter_map(|provider| {
        let draft = provider.draft(contact).ok()?;
        Some((provider, draft))
    });
    drafted.collect()
}

fn refused_with(document: &Value, draft: &Draft) -> Exchange {
    Exchange::new(Operation::Create, Arc::clone(&draft.body), refusal(document), Timestamp::UNIX_EPOCH)
}

/// An answer that holds a text in one envelope where vendors put messages.
type Envelope = fn(&str) -> Answer;
const ENVELOPES: [Envelope; 8] = [
    |text| refusal(&json!({"message": text})),
    |text| refusal(&json!({"errors": {"a": [text]}})),
    |text| refusal(&json!({"errors": [{"field": text, "message": "is wrong"}]})),
    |text| refusal(&json!({"error_code": text, "records": {"errorCode": 422, "userMessage": text}})),
    |text| Answer::new(409).with_body(json!({"existing_id": text, "contact": {"id": text}}).to_string()),
    |text| Answer::new(500).with_body(text),
    |text| Answer::new(502).with_body(format!("<html><title>{text}</title></html>")),
    |text| Answer::new(500).with_header("x-request-id", text),
];

fn refusal(document: &Value) -> Answer {
    Answer::new(422).with_body(document.to_string())
}

/// A pattern of characters next to a value that begin no escape sequence.
const ADJACENT: &str = "[ -$'-\\[\\]-~]{0,12}";
/// The number of consecutive characters by which a value differs from common words.
const MIN_LENGTH: usize = 8;

/// Returns a part of the value, or `None` if the value is too short.
fn part_of(value: &str, start: prop::sample::Index, length: usize) -> Option<String> {
    let room = value.chars().count().checked_sub(MIN_LENGTH)?;
    Some(value.chars().skip(start.index(room + 1)).take(length).collect())
}

/// Returns whether the text consists of common words of validation messages, which identify no person and are kept.
fn is_common(text: &str) -> bool {
    let mut words = text.split(|it: char| !it.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    words.peek().is_some() && words.all(common_words::is_common)
}

/// Returns the text with the adjacent letters: with an `o` before it, `rganization` is a common word.
fn with_adjacent_letters(before: &str, text: &str, behind: &str) -> String {
    let is_mark = |it: char| !it.is_alphanumeric();
    let before = before.rsplit(is_mark).next().filter(|_| !text.starts_with(is_mark));
    let behind = behind.split(is_mark).next().filter(|_| !text.ends_with(is_mark));
    [before.unwrap_or_default(), text, behind.unwrap_or_default()].concat()
}

/// Returns a description if the error shows the text, as it is or in the other spelling.
fn shown_of(text: &str, spelled: &str, error: &ProviderError) -> Option<String> {
    let shown = leaks::words_of(error);
    let folded = shown.to_lowercase();
    let is_shown = [text, spelled].iter().any(|it| folded.contains(&it.to_lowercase()));
    is_shown.then(|| format!("{text:?} as {spelled:?} in {shown:?}"))
}

/// Returns whether an output shows a value of a random contact.
fn shows_something(text: &str) -> bool {
    let numbers = NUMBERS.iter().chain(&NATIONAL_NUMBERS);
    text.to_lowercase().contains(MARK) || numbers.into_iter().any(|number| text.contains(number))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(CASES * 8) })]

    #[test]
    fn any_answer_is_interpreted_and_a_success_has_an_id_of_the_answer(
        answer in answer(), at in timestamp(),
    ) {
        for provider in one_of_each() {
            let exchange = Exchange::new(Operation::Create, json!({"name": "x"}), answer.clone(), at);
            match interpret(&provider, &exchange) {
                Ok(created) => {
                    prop_assert!(answer.is_success());
                    prop_assert!(holds(&answer, created.id.as_str()), "{}", provider.info().vendor());
                }
                Err(error) => prop_assert!(!leaks::shown(&error).is_empty()),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(CASES) })]

    #[test]
    fn a_contact_drafts_to_the_same_bytes_every_time(contact in contacts::contact()) {
        let again: UnifiedContact =
            serde_json::from_value(serde_json::to_value(&contact).unwrap()).unwrap();
        let bytes = |contact: &UnifiedContact| -> Vec<Vec<u8>> {
            drafts(contact).iter().map(|(_, draft)| draft.body_bytes()).collect()
        };
        prop_assert_eq!(bytes(&contact), bytes(&contact.clone()));
        prop_assert_eq!(bytes(&contact), bytes(&again));
    }

    #[test]
    fn every_field_of_a_contact_has_exactly_one_fate_in_every_adapter(contact in contacts::contact()) {
        for (provider, draft) in drafts(&contact) {
            let mut fates: BTreeMap<&str, usize> = BTreeMap::new();
            for field in &draft.fields {
                *fates.entry(&field.field).or_default() += 1;
            }
            let fields = contact.fields();
            let expected: BTreeMap<&str, usize> = fields.iter().map(|field| (&**field, 1)).collect();
            prop_assert_eq!(fates, expected, "{}", provider.info().vendor());
        }
    }

    #[test]
    fn every_fate_but_sent_has_a_reason(contact in contacts::contact()) {
        for (_, draft) in drafts(&contact) {
            for field in &draft.fields {
                let needs_reason = field.fate != unicontact::providers::Fate::Sent;
                prop_assert!(!needs_reason || field.detail.is_some(), "{}", field.field);
                prop_assert!(!field.detail.as_deref().is_some_and(shows_something));
            }
        }
    }

    #[test]
    fn no_debug_output_shows_values_of_a_contact(contact in contacts::contact()) {
        let places = (&contact.phones, &contact.addresses, &contact.organization, &contact.links);
        let whole = format!("{contact:?} {contact:#?} {:?} {:?} {places:?}", contact.name, contact.emails);
        prop_assert!(!shows_something(&whole), "{whole}");
        for (provider, draft) in drafts(&contact) {
            let exchange = refused_with(&json!({"errors": [draft.body.to_string()]}), &draft);
            let shown = format!("{draft:?} {draft:#?} {exchange:?} {exchange:#?} {provider:?}");
            prop_assert!(!shows_something(&shown), "{shown}");
        }
    }

    #[test]
    fn no_error_repeats_values_that_a_vendor_echoes(contact in contacts::contact()) {
        for (provider, draft) in drafts(&contact) {
            for value in leaks::texts_of(&draft.body) {
                let document = json!({"message": format!("\"{value}\" is refused"), "errors": {"a": [format!("{value} is wrong")]}});
                let exchange = refused_with(&document, &draft);
                let error = interpret(&provider, &exchange).unwrap_err();
                let shown = leaks::shown(&error);
                prop_assert!(!shows_something(&shown), "{value:?} is shown in {shown}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(CASES) })]

    #[test]
    fn no_error_repeats_a_part_of_a_value_in_any_spelling(
        contact in contacts::contact(),
        (start, length) in (any::<prop::sample::Index>(), MIN_LENGTH..40_usize),
        (before, behind) in (ADJACENT, ADJACENT),
        (envelope, spelling) in (select(&ENVELOPES[..]), any::<prop::sample::Index>()),
    ) {
        for (provider, draft) in drafts(&contact) {
            for value in leaks::texts_of(&draft.body) {
                let tells = |part: &String| !is_common(part) && !is_common(&with_adjacent_letters(&before, part, &behind));
                let Some(part) = part_of(&value, start, length).filter(tells) else { continue };
                let spelled = spelling.get(&leaks::spellings(&part)).clone();
                let answer = envelope(&format!("{before}{spelled}{behind}"));
                let at = Timestamp::UNIX_EPOCH;
                let exchange = Exchange::new(Operation::Create, Arc::clone(&draft.body), answer, at);
                let error = interpret(&provider, &exchange).unwrap_err();
                prop_assert_eq!(shown_of(&part, &spelled, &error), None);
            }
        }
    }

    #[test]
    fn no_error_repeats_a_credential_in_any_form(
        token in "[ -~]{8,24}",
        (before, behind) in (ADJACENT, ADJACENT),
        envelope in select(&ENVELOPES[..]),
    ) {
        let (user, password) = (credential("api_key_id"), credential("api_key_secret"));
        let basic = Authorization::Basic { user: (&*user).into(), password: (&*password).into() };
        let basic_forms = [&*user, &*password, BASIC, &format!("{user}:{password}"), &format!("Basic {BASIC}")];
        let bearer = Authorization::Bearer(token.clone().into());
        let bearer_forms = [&*token, &format!("Bearer {token}")];
        for (authorization, forms) in [(basic, &basic_forms[..]), (bearer, &bearer_forms[..])] {
            for form in forms.iter().map(|form| form.trim()).filter(|form| form.len() >= MIN_LENGTH) {
                for spelled in leaks::spellings(form) {
                    let answer = envelope(&format!("{before}{spelled}{behind}"));
                    let sent = Exchange::new(Operation::Create, Value::Null, answer, Timestamp::UNIX_EPOCH);
                    let exchange = sent.authorized_by(vec![authorization.clone()]);
                    let error = exchange.by_status(&ProviderInfo::new("under_test", "cloverhound"));
                    prop_assert_eq!(shown_of(form, &spelled, &error), None);
                }
            }
        }
    }
}

#[test]
fn a_contact_that_an_adapter_cannot_draft_is_unmappable_and_not_sent() {
    let nameless = fixtures().contact("email_only").unwrap();
    for provider in one_of_each().iter().filter(|it| it.info().vendor() != "emnify") {
        let error = provider.draft(nameless).unwrap_err();
        assert_eq!(error.kind().as_str(), "unmappable");
        assert_eq!(error.effect().as_str(), "not_sent");
        assert!(!error.is_transient());
    }
}

#[test]
fn no_debug_output_of_an_adapter_shows_a_credential() {
    for provider in one_of_each() {
        let shown = format!("{provider:?} {provider:#?}");
        assert_eq!(leaks::found_in(&shown, &UnifiedContact::default()), Vec::<String>::new());
    }
}

#[test]
fn no_error_repeats_an_encoded_authorization_header() {
    let (user, password) = (credential("api_key_id"), credential("api_key_secret"));
    let document = json!({"message": format!("'Basic {BASIC}' is refused"), "error_code": BASIC});
    for id in [BASIC.to_owned(), format!("Basic {BASIC}"), "\u{fc}ber".to_owned(), "a".repeat(101)] {
        let answer = refusal(&document).with_header("x-request-id", &id);
        let exchange = Exchange::new(Operation::Create, Value::Null, answer, Timestamp::UNIX_EPOCH);
        let authorization = Authorization::Basic { user: (&*user).into(), password: (&*password).into() };
        let exchange = exchange.authorized_by(vec![authorization]);
        let error = exchange.by_status(&ProviderInfo::new("under_test", "cloverhound"));
        assert_eq!(error.message(), Some("'[removed]' is refused"));
        assert_eq!((error.code(), error.request_id()), (Some("[removed]"), None));
    }
}
