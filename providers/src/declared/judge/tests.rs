//! The verdicts of descriptions, and that they equal those of the adapters whose vendors they describe.

mod answers;
mod doubts;
mod random;
mod servers;
mod success;
mod waits;

use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::Judge;
use crate::arbitrary_answer::assert_same_verdicts;
use crate::clock::SystemClock;
use crate::cloverhound::{Cloverhound, CloverhoundConfig};
use crate::connection::ConnectionOptions;
use crate::created::Created;
use crate::declared::Description;
use crate::declared::account_values::AccountValues;
use crate::draft::{Draft, Method};
use crate::error::{ErrorKind, Operation, ProviderError};
use crate::exchange::Exchange;
use crate::http::{Answer, End, Http};
use crate::onecloud::{OneCloud, OneCloudConfig};
use crate::prepared::Prepared;
use crate::provider::ContactProvider;
use crate::provider_info::ProviderInfo;

const NOW: &str = "2026-11-20T10:00:00Z";
/// The tables without which no description can be read.
const BASE: &str = r#"
format = 1
vendor = "acme"
title = "Acme"
source = "page"
[sources]
page = { kind = "documented", at = "the page", date = "2026-11" }
seen = { kind = "recorded", at = "traffic", date = "2026-11" }
code = { kind = "third_party", at = "somebody's code", date = "2026-11" }
guess = { kind = "inferred", at = "conventions", date = "2026-11" }
[account.key]
secret = true
[account.collection]
default = "people"
[address]
base = "https://crm.example.com"
[[auth]]
bearer = "{key}"
[create]
path = "/people"
[name]
whole = "full_name"
[[emails]]
to = "email"
"#;

/// A description's judge, with what else a verdict needs.
struct Described {
    judge: Judge,
    info: ProviderInfo,
}

impl Described {
    /// Reads a description with these tables beside [`BASE`].
    fn new(tables: &str) -> Self {
        Self::parse(&format!("{BASE}{tables}"), &json!({"key": "sekrit-key-1"}))
    }

    fn parse(text: &str, keys: &Value) -> Self {
        let description = Description::parse(text).unwrap();
        let mut keys: Map<String, Value> = keys.as_object().unwrap().clone();
        let account = AccountValues::read(&description.rules.account, &mut keys).unwrap();
        let judge = Judge::new(&description.rules, &account);
        Self { judge, info: ProviderInfo::new("acme", description.vendor().to_owned()) }
    }

    fn interpret(&self, exchange: &Exchange) -> Result<Created, ProviderError> {
        self.judge.interpret(&self.info, &prepared(), exchange)
    }

    /// Returns the verdict on an answer to a create, as a line.
    fn of_create(&self, answer: Answer) -> String {
        told(&self.interpret(&create(answer)))
    }

    /// Returns the verdict on an answer to another request, as a line.
    fn of_read(&self, operation: Operation, answer: Answer) -> String {
        let exchange = Exchange::new(operation, json!({}), answer, NOW.parse().unwrap());
        match self.judge.read(&self.info, &exchange) {
            Ok(body) => format!("read {}", body.unwrap_or_default()),
            Err(error) => told_error(&error),
        }
    }
}

fn prepared() -> Prepared {
    let url = "https://crm.example.com/people".parse().unwrap();
    Prepared::new(Draft::new(Method::Post, url, sent()))
}

fn sent() -> Value {
    json!({"full_name": "Ada King", "email": "ada@example.com"})
}

fn create(answer: Answer) -> Exchange {
    Exchange::new(Operation::Create, sent(), answer, NOW.parse().unwrap())
}

fn answer(status: u16, body: &Value) -> Answer {
    Answer::new(status).with_header("content-type", "application/json").with_body(body.to_string())
}

/// Returns `created 7`, or kind, effect and what else is known.
fn told(result: &Result<Created, ProviderError>) -> String {
    match result {
        Ok(created) if created.existing => format!("existing {}", created.id),
        Ok(created) => format!("created {}", created.id),
        Err(error) => told_error(error),
    }
}

fn told_error(error: &ProviderError) -> String {
    let mut told = format!("{} {}", error.kind(), error.effect());
    if let Some(id) = error.existing_id() {
        told += " existing=";
        told += id.as_str();
    }
    if let Some(wait) = error.retry_after() {
        told += " after=";
        told += &wait.as_secs_f64().to_string();
    }
    if let Some(time) = error.retry_at() {
        told += " at=";
        told += &time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    }
    told
}

static CLOVERHOUND: LazyLock<(Cloverhound, Described)> = LazyLock::new(cloverhound);
static ONECLOUD: LazyLock<(OneCloud, Described)> = LazyLock::new(onecloud);

fn http() -> Http {
    Http::new(Arc::new(SystemClock)).unwrap()
}

fn cloverhound() -> (Cloverhound, Described) {
    let text = include_str!("../testdata/cloverhound.toml");
    let keys = json!({"organization_id": 7, "api_key_id": "key-id-1", "api_key_secret": "key-secret-1"});
    let config = CloverhoundConfig::new(7, "key-id-1", "key-secret-1");
    (Cloverhound::new(ConnectionOptions::new("acme"), config, http()), Described::parse(text, &keys))
}

fn onecloud() -> (OneCloud, Described) {
    let text = include_str!("../testdata/onecloud.toml");
    let config = OneCloudConfig::with_token("token-1");
    let adapter = OneCloud::new(ConnectionOptions::new("acme"), config, http()).unwrap();
    (adapter, Described::parse(text, &json!({"token": "token-1"})))
}

/// A fixture's exchange, if it has an answer.
fn exchange_of(fixture: &Value) -> Option<Exchange> {
    let answer = &fixture["answer"];
    let status = u16::try_from(answer["status"].as_u64()?).unwrap();
    let body = match answer.get("body") {
        Some(body) => body.to_string(),
        None => answer["text"].as_str().unwrap_or_default().to_owned(),
    };
    let mut received = Answer::new(status).with_body(body);
    for (name, value) in answer["headers"].as_object().into_iter().flatten() {
        received = received.with_header(name, value.as_str().unwrap());
    }
    if answer["fault"] == "cut" {
        received = received.with_end(End::Cut);
    }
    let now: Timestamp = fixture["now"].as_str().unwrap_or(NOW).parse().unwrap();
    let operation = match fixture["request"]["path"].as_str().unwrap() {
        "/api/authenticate" => Operation::Authenticate,
        path if path.starts_with("/api/prospectrz") => Operation::Check,
        _ => Operation::Create,
    };
    Some(Exchange::new(operation, fixture["request"]["body"].clone(), received, now))
}

/// Calls `test` with the name and the exchange of every fixture in a folder that has an answer. Returns their number.
fn each_fixture(vendor: &str, mut test: impl FnMut(&str, &Exchange, &Value)) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(vendor);
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let fixture: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        if let Some(exchange) = exchange_of(&fixture) {
            test(&path.file_name().unwrap().to_string_lossy(), &exchange, &fixture["expect"]);
            count += 1;
        }
    }
    count
}

#[track_caller]
fn assert_same(
    name: &str,
    of_adapter: &Result<Created, ProviderError>,
    of_description: &Result<Created, ProviderError>,
) {
    let told = |result: &Result<Created, ProviderError>| match result {
        Ok(created) => format!("{created:?}"),
        Err(error) => {
            // The hint of a described vendor names the table of its description.
            let own_hint = [ErrorKind::NotFound, ErrorKind::Config, ErrorKind::UnexpectedResponse];
            let hint = if own_hint.contains(&error.kind()) { "".into() } else { error.hint() };
            format!("{error:?} {:?} {:?} {hint}", error.existing_id(), error.existing_contact())
        }
    };
    assert_eq!(told(of_description), told(of_adapter), "{name}");
}

#[test]
fn the_fixtures_of_a_described_adapter_are_judged_as_the_adapter_judges_them() {
    let (adapter, described) = cloverhound();
    let count = each_fixture("cloverhound", |name, exchange, _| {
        assert_same(name, &adapter.interpret(&prepared(), exchange), &described.interpret(exchange));
    });
    assert!(count > 50, "{count}");
    let (adapter, described) = onecloud();
    let count = each_fixture("onecloud", |name, exchange, _| {
        if exchange.operation == Operation::Create {
            assert_same(name, &adapter.interpret(&prepared(), exchange), &described.interpret(exchange));
        }
    });
    assert!(count > 50, "{count}");
}

#[test]
fn the_logins_and_checks_of_the_fixtures_are_judged_as_they_expect() {
    let (_, described) = onecloud();
    let mut refused = 0;
    each_fixture("onecloud", |name, exchange, expect| {
        let Some(kind) = expect["kind"].as_str().filter(|_| exchange.operation != Operation::Create) else {
            return;
        };
        let Err(error) = described.judge.read(&described.info, exchange) else {
            assert!(name.starts_with("login_without") || name.starts_with("check_unreadable"), "{name}");
            return;
        };
        assert_eq!(
            (error.kind().to_string(), error.effect().to_string()),
            (kind.to_owned(), expect["effect"].as_str().unwrap().to_owned()),
            "{name}"
        );
        refused += 1;
    });
    assert!(refused > 5, "{refused}");
}

#[test]
fn random_answers_are_judged_as_the_adapters_judge_them() {
    let (adapter, described) = cloverhound();
    assert_same_verdicts(|exchange| {
        (adapter.interpret(&prepared(), exchange), described.interpret(exchange))
    });
    let (adapter, described) = onecloud();
    assert_same_verdicts(|exchange| {
        // Of an answer that broke off, the adapter reports the error in what came, and the description that it broke off.
        let whole = exchange.answer.clone().with_end(End::Whole);
        let exchange = create(whole);
        (adapter.interpret(&prepared(), &exchange), described.interpret(&exchange))
    });
}

/// Answers in the words of both vendors.
fn worded_answers() -> impl Strategy<Value = Answer> {
    let status = select(vec![200_u16, 201, 202, 207, 400, 401, 403, 408, 409, 422, 429]);
    let words = || {
        select(vec![
            "",
            "Expired token",
            "Email HAS already been taken",
            "has already been taken; another request is in progress",
            "time limit reached please try again tomorrow at 18:00 - 06:00",
            "API quota used up",
            "Internal server error",
            "ada@example.com is not valid",
        ])
    };
    let body = prop_oneof![
        words().prop_map(|text| json!({"email": [text]})),
        words().prop_map(|text| json!({"message": text})),
        words().prop_map(|text| json!([text, {"field": "full_name", "message": text}])),
        (words(), words()).prop_map(|(one, other)| json!({"errors": {"email": [one], "full_name": other}, "existing_id": 9})),
        words().prop_map(|text| json!({"error": text, "id": 7, "Id": "7"})),
        (words(), select(vec![json!(null), json!(401), json!("422"), json!(404), json!(429), json!(500)]), select(vec!["ERROR", "404 Not Found"]))
            .prop_map(|(text, code, meta)| json!({"_meta": {"status": meta}, "records": {"errorCode": code, "userMessage": text}})),
    ];
    (status, body).prop_map(|(status, body)| answer(status, &body).with_header("retry-after", "7"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn answers_in_the_vendors_words_are_judged_as_the_adapters_judge_them(given in worded_answers()) {
        let exchange = create(given);
        let (adapter, described) = &*CLOVERHOUND;
        // The adapter also takes the words for a duplicate under a success, which the description does not name.
        let is_named = !exchange.answer.is_success() || !exchange.answer.text().contains("already been taken");
        if is_named {
            assert_same("", &adapter.interpret(&prepared(), &exchange), &described.interpret(&exchange));
        }
        let (adapter, described) = &*ONECLOUD;
        assert_same("", &adapter.interpret(&prepared(), &exchange), &described.interpret(&exchange));
    }
}
