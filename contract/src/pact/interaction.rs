//! Writes an exchange of a fixture as an interaction of a Pact, with the fixture's provenance as comment.

use serde_json::{Map, Value, json};

use super::content::AnswerBody;
use super::rules::{self, BodyRules};
use super::{content, provider_state};
use crate::credentials::FakeCredentials;
use crate::fixture::{ExpectedRequest, Fixture, FixtureAnswer, Operation, SECRET_PLACEHOLDER};
use crate::folder::Fixtures;
use crate::scenario::Scenario;

/// An exchange of a fixture.
pub(super) struct Exchange<'a> {
    pub(super) key: String,
    pub(super) provider_state: String,
    pub(super) is_preparation: bool,
    fixture: &'a Fixture,
    request: &'a ExpectedRequest,
    answer: &'a FixtureAnswer,
    authorization: Option<Authorization>,
}

/// The `Authorization` header of a request.
#[derive(PartialEq)]
struct Authorization {
    value: String,
    /// Whether the fixture repeats the request with another token, so that only the token distinguishes the answers.
    is_distinguishing: bool,
}

/// Returns the exchanges of a fixture, in order.
pub(super) fn exchanges<'a>(fixture: &'a Fixture, fixtures: &Fixtures) -> Vec<Exchange<'a>> {
    let mut tokens = Tokens::new(fixture, fixtures);
    let mut exchanges = Vec::new();
    for (index, (request, answer)) in fixture.exchanges().enumerate() {
        let is_preparation = index < fixture.before.len();
        let (key, provider_state) = if is_preparation {
            (format!("{}-before-{}", fixture.scenario, index + 1), provider_state::of_preparation(answer))
        } else {
            (fixture.scenario.clone(), provider_state::name_of_state(fixture))
        };
        let is_distinguishing = fixture.exchanges().filter(|(other, _)| *other == request).count() > 1;
        let authorization = request
            .headers
            .get("authorization")
            .map(|it| Authorization { value: tokens.replace_placeholder(it), is_distinguishing });
        let provider_state = provider_state.to_owned();
        exchanges.push(Exchange {
            key,
            provider_state,
            is_preparation,
            fixture,
            request,
            answer,
            authorization,
        });
        if answer.issues_token() {
            FakeCredentials::issued().clone_into(&mut tokens.bearer);
        }
    }
    exchanges
}

/// The fake credentials of a header.
struct Tokens {
    bearer: String,
    pair: String,
}

impl Tokens {
    fn new(fixture: &Fixture, fixtures: &Fixtures) -> Self {
        let scenario = Scenario::new(fixture, fixtures).ok();
        let bearer = scenario.as_ref().and_then(Scenario::first_bearer);
        let pair = scenario.and_then(|it| it.credentials().pairs().into_iter().next());
        Self {
            bearer: bearer.unwrap_or_else(|| FakeCredentials::issued().to_owned()),
            pair: pair.unwrap_or_else(FakeCredentials::unnamed_pair),
        }
    }

    fn replace_placeholder(&self, header: &str) -> String {
        let is_pair = header.starts_with("Basic ");
        header.replace(SECRET_PLACEHOLDER, if is_pair { &self.pair } else { &self.bearer })
    }
}

impl Exchange<'_> {
    /// Returns whether both exchanges have the same request and answer.
    pub(super) fn is_the_same_as(&self, other: &Self) -> bool {
        let has_same_request = self.request == other.request && self.authorization == other.authorization;
        has_same_request && self.answer == other.answer
    }

    /// Returns whether the provider state and the request are the same, and the answers differ. Tokens are ignored.
    pub(super) fn conflicts_with(&self, other: &Self) -> bool {
        let has_same_request = self.provider_state == other.provider_state && self.request == other.request;
        has_same_request && self.answer != other.answer
    }

    fn description(&self) -> String {
        if self.is_preparation {
            return format!("{}: {} {}", self.key, self.request.method, self.path());
        }
        let operation = match self.fixture.operation() {
            Operation::Create => format!("create the contact {}", self.fixture.contact),
            Operation::Find => format!("find the contact {}", self.fixture.contact),
            Operation::Check => "check the credentials".to_owned(),
        };
        format!("{}: {operation}", self.key)
    }

    fn path(&self) -> &str {
        self.request.path.split_once('?').map_or(&self.request.path, |(path, _)| path)
    }

    fn state(&self) -> Value {
        let mut parameters =
            if self.is_preparation { Map::new() } else { provider_state::parameters(self.fixture) };
        parameters.insert("interaction".to_owned(), json!(self.key));
        json!({"name": self.provider_state, "params": parameters})
    }
}

/// Returns the interaction of an exchange.
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
                format!("{}: {}, {}", provenance.evidence().as_str(), provenance.source, provenance.date),
                provenance.note,
            ],
        },
    })
}

fn request(exchange: &Exchange<'_>) -> Value {
    let expected = exchange.request;
    let mut headers = content::headers(&expected.headers);
    let mut request = Map::from_iter([
        ("method".to_owned(), json!(expected.method)),
        ("path".to_owned(), json!(exchange.path())),
    ]);
    let mut matching = Map::new();
    let mut generators = Map::new();
    if let Some((_, query)) = expected.path.split_once('?') {
        request.insert("query".to_owned(), content::query(query).into());
        let names = content::credential_parameters(query);
        insert_unless_empty(&mut matching, "query", for_each(&names, |_| rules::of_credential()));
        insert_unless_empty(&mut generators, "query", for_each(&names, from_state));
    }
    let mut names = content::credential_headers(expected);
    let mut header_rules = for_each(&names, |_| rules::of_credential());
    if let Some(Authorization { value, is_distinguishing }) = &exchange.authorization {
        headers.insert("authorization".to_owned(), json!([value]));
        let rule = rules::of_authorization(value, *is_distinguishing);
        header_rules.insert("authorization".to_owned(), rule);
        names.push("authorization".to_owned());
    }
    insert_unless_empty(&mut matching, "header", header_rules);
    insert_unless_empty(&mut generators, "header", for_each(&names, from_state));
    request.insert("headers".to_owned(), headers.into());
    if let Some(body) = content::of_request(expected) {
        request.insert("body".to_owned(), body);
    }
    let keys = content::credential_keys(expected);
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

fn for_each(names: &[String], entry: impl Fn(&str) -> Value) -> Map<String, Value> {
    names.iter().map(|name| (name.clone(), entry(name))).collect()
}

/// Returns a generator that takes the value from the provider state.
fn from_state(name: &str) -> Value {
    json!({"type": "ProviderState", "expression": format!("${{{name}}}")})
}

fn response(exchange: &Exchange<'_>) -> Value {
    let answer = exchange.answer;
    let mut response = Map::from_iter([("status".to_owned(), json!(answer.status))]);
    let mut matching = Map::new();
    if !answer.headers.is_empty() {
        response.insert("headers".to_owned(), content::headers(&answer.headers).into());
        insert_unless_empty(&mut matching, "header", rules::of_answer_headers(&answer.headers));
    }
    if let Some(body) = AnswerBody::from_answer(answer) {
        response.insert("body".to_owned(), body.document(&answer.headers));
        insert_unless_empty(&mut matching, "body", body_rules(&body, exchange));
    }
    insert_unless_empty(&mut response, "matchingRules", matching);
    response.into()
}

/// Returns the matching rules of an answer's body. A body that is not JSON may be any text.
fn body_rules(body: &AnswerBody, exchange: &Exchange<'_>) -> Map<String, Value> {
    match body {
        AnswerBody::Json(body) => BodyRules::from_body(body, exchange.fixture.expect.code.as_deref()),
        AnswerBody::Text(text) if text.is_empty() => Map::new(),
        AnswerBody::Text(_) => Map::from_iter([("$".to_owned(), rules::one(&json!({"match": "type"})))]),
    }
}

fn insert_unless_empty(map: &mut Map<String, Value>, key: &str, value: Map<String, Value>) {
    if !value.is_empty() {
        map.insert(key.to_owned(), value.into());
    }
}
