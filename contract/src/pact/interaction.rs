//! One exchange as an interaction.
//!
//! Rule: the request is the fixture's and nothing more; how sure we are of it stands beside it.

use serde_json::{Map, Value, json};

use super::rules::{self, BodyRules};
use super::{content, situation};
use crate::credentials::FakeCredentials;
use crate::fixture::{Asked, ExpectedRequest, Fixture, GivenAnswer, HIDDEN};
use crate::folder::Fixtures;
use crate::scenario::Scenario;

/// One exchange of a fixture.
pub(super) struct Exchange<'a> {
    pub(super) key: String,
    pub(super) situation: String,
    pub(super) is_preparation: bool,
    fixture: &'a Fixture,
    request: &'a ExpectedRequest,
    answer: &'a GivenAnswer,
    authorization: Option<Authorization>,
}

/// The header of this name.
#[derive(PartialEq)]
struct Authorization {
    value: String,
    /// Whether the fixture asks alike with another token, so that only the token tells the answers apart.
    is_telling: bool,
}

/// The exchanges of a fixture, in order.
pub(super) fn exchanges<'a>(fixture: &'a Fixture, fixtures: &Fixtures) -> Vec<Exchange<'a>> {
    let mut tokens = Tokens::of(fixture, fixtures);
    let mut exchanges = Vec::new();
    for (index, (request, answer)) in fixture.exchanges().enumerate() {
        let is_preparation = index < fixture.before.len();
        let (key, situation) = if is_preparation {
            (format!("{}-before-{}", fixture.scenario, index + 1), situation::of_preparation(answer))
        } else {
            (fixture.scenario.clone(), situation::of(fixture))
        };
        let is_telling = fixture.exchanges().filter(|(other, _)| *other == request).count() > 1;
        let authorization = request
            .headers
            .get("authorization")
            .map(|it| Authorization { value: tokens.filled(it), is_telling });
        let situation = situation.to_owned();
        exchanges.push(Exchange { key, situation, is_preparation, fixture, request, answer, authorization });
        if answer.issues_token() {
            FakeCredentials::issued().clone_into(&mut tokens.bearer);
        }
    }
    exchanges
}

/// What stands for the credentials of a header.
struct Tokens {
    bearer: String,
    pair: String,
}

impl Tokens {
    fn of(fixture: &Fixture, fixtures: &Fixtures) -> Self {
        let scenario = Scenario::of(fixture, fixtures).ok();
        let bearer = scenario.as_ref().and_then(Scenario::first_bearer);
        let pair = scenario.and_then(|it| it.credentials().pairs().into_iter().next());
        Self {
            bearer: bearer.unwrap_or_else(|| FakeCredentials::issued().to_owned()),
            pair: pair.unwrap_or_default(),
        }
    }

    fn filled(&self, header: &str) -> String {
        let is_pair = header.starts_with("Basic ");
        header.replace(HIDDEN, if is_pair { &self.pair } else { &self.bearer })
    }
}

impl Exchange<'_> {
    /// Whether both are the same exchange.
    pub(super) fn is_the_same_as(&self, other: &Self) -> bool {
        let begins_alike = self.request == other.request && self.authorization == other.authorization;
        begins_alike && self.answer == other.answer
    }

    /// Whether nothing but the answer tells them apart; the token does not.
    pub(super) fn is_rival_of(&self, other: &Self) -> bool {
        let begins_alike = self.situation == other.situation && self.request == other.request;
        begins_alike && self.answer != other.answer
    }

    fn description(&self) -> String {
        if self.is_preparation {
            return format!("{}: {} {}", self.key, self.request.method, self.path());
        }
        let asked = match self.fixture.asked() {
            Asked::Create => format!("create the contact {}", self.fixture.contact),
            Asked::Find => format!("find the contact {}", self.fixture.contact),
            Asked::Check => "check the credentials".to_owned(),
        };
        format!("{}: {asked}", self.key)
    }

    fn path(&self) -> &str {
        self.request.path.split_once('?').map_or(&self.request.path, |(path, _)| path)
    }

    fn state(&self) -> Value {
        if self.is_preparation {
            json!({"name": self.situation})
        } else {
            json!({"name": self.situation, "params": situation::parameters(self.fixture)})
        }
    }
}

/// The interaction of an exchange.
pub(super) fn interaction(exchange: &Exchange<'_>) -> Value {
    let provenance = &exchange.fixture.provenance;
    json!({
        "type": "Synchronous/HTTP",
        "key": exchange.key,
        "description": exchange.description(),
        "providerStates": [exchange.state()],
        "request": request(exchange),
        "response": response(exchange),
        "comments": {
            "testname": exchange.fixture.name(),
            "text": [
                format!("{}: {}, {}", provenance.kind.as_str(), provenance.source, provenance.date),
                provenance.note,
            ],
        },
    })
}

fn request(exchange: &Exchange<'_>) -> Value {
    let given = exchange.request;
    let mut headers = content::headers(&given.headers);
    let mut request = Map::from_iter([
        ("method".to_owned(), json!(given.method)),
        ("path".to_owned(), json!(exchange.path())),
    ]);
    if let Some((_, query)) = given.path.split_once('?') {
        request.insert("query".to_owned(), content::query(query).into());
    }
    let mut matching = Map::new();
    let mut generators = Map::new();
    if let Some(authorization) = &exchange.authorization {
        let Authorization { value, is_telling } = authorization;
        headers.insert("authorization".to_owned(), json!([value]));
        let rule = rules::of_authorization(value, *is_telling);
        matching.insert("header".to_owned(), json!({"authorization": rule}));
        generators.insert("header".to_owned(), json!({"authorization": from_state("authorization")}));
    }
    request.insert("headers".to_owned(), headers.into());
    if let Some(body) = content::of_request(given) {
        request.insert("body".to_owned(), body);
    }
    let keys = content::credential_keys(given);
    if !keys.is_empty() {
        let in_body = |entry: fn(&str) -> Value| -> Value {
            keys.iter().map(|key| (rules::member("$", key), entry(key))).collect()
        };
        matching.insert("body".to_owned(), in_body(|_| rules::one(&json!({"match": "type"}))));
        generators.insert("body".to_owned(), in_body(from_state));
    }
    insert_unless_empty(&mut request, "matchingRules", matching);
    insert_unless_empty(&mut request, "generators", generators);
    request.into()
}

/// A value that a verifier gets from whoever sets the state.
fn from_state(name: &str) -> Value {
    json!({"type": "ProviderState", "expression": format!("${{{name}}}")})
}

fn response(exchange: &Exchange<'_>) -> Value {
    let given = exchange.answer;
    let mut response = Map::from_iter([("status".to_owned(), json!(given.status))]);
    let mut matching = Map::new();
    if !given.headers.is_empty() {
        response.insert("headers".to_owned(), content::headers(&given.headers).into());
        insert_unless_empty(&mut matching, "header", rules::of_answer_headers(&given.headers));
    }
    if let Some(body) = content::of_answer(given) {
        response.insert("body".to_owned(), body);
    }
    insert_unless_empty(&mut matching, "body", body_rules(exchange));
    insert_unless_empty(&mut response, "matchingRules", matching);
    response.into()
}

/// Of a text nothing matters but that it is one.
fn body_rules(exchange: &Exchange<'_>) -> Map<String, Value> {
    match (&exchange.answer.body, exchange.answer.text.as_deref()) {
        (Some(body), _) => BodyRules::of(&content::issued(body), exchange.fixture.expect.code.as_deref()),
        (None, Some(text)) if !text.is_empty() => {
            Map::from_iter([("$".to_owned(), rules::one(&json!({"match": "type"})))])
        }
        _ => Map::new(),
    }
}

fn insert_unless_empty(map: &mut Map<String, Value>, key: &str, value: Map<String, Value>) {
    if !value.is_empty() {
        map.insert(key.to_owned(), value.into());
    }
}
