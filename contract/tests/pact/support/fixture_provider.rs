//! A provider that plays fixtures. The state of an interaction selects the answer to the next request.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};
use unicontact_contract::FakeCredentials;
use unicontact_contract::fixture::{FixtureAnswer, SECRET_PLACEHOLDER};
use unicontact_contract::pact::{self, Export};
use unicontact_providers::http::Answer;
use unicontact_providers::testkit::{Behaviour, Received, Server};

use super::pacts::{fixture, fixtures, interaction};
use crate::pact::socket::matches;

const STATES: &str = "/provider-states";
const UNEXPECTED: u16 = 418;

/// Changes an answer before it is sent.
pub(crate) type Change = fn(&mut FixtureAnswer);

/// The provider. Dropping it stops it.
pub(crate) struct FixtureProvider {
    server: Server,
    player: Arc<Mutex<Player>>,
}

/// What is played, and what was wrong.
struct Player {
    vendor: String,
    export: Export,
    /// The interaction whose state was entered last, until its request is answered.
    entered: Option<Entered>,
    answered: usize,
    mistakes: Vec<String>,
    change: Change,
}

struct Entered {
    key: String,
    /// The request of the Pact, with the headers that the state gave.
    request: Value,
}

impl FixtureProvider {
    /// Starts a provider whose answers are those of the fixtures after a change.
    pub(crate) async fn start(vendor: &str, change: Change) -> Self {
        let player = Arc::new(Mutex::new(Player {
            vendor: vendor.to_owned(),
            export: pact::export(fixtures(), vendor),
            entered: None,
            answered: 0,
            mistakes: Vec::new(),
            change,
        }));
        let shared = Arc::clone(&player);
        let server = Server::start(move |request| {
            let mut player = shared.lock().unwrap_or_else(PoisonError::into_inner);
            Behaviour::Answer(if request.path() == STATES {
                player.enter(request)
            } else {
                player.answer(request)
            })
        });
        Self { server: server.await.unwrap(), player }
    }

    pub(crate) fn port(&self) -> String {
        self.server.url().rsplit(':').next().unwrap().to_owned()
    }

    pub(crate) fn state_change_url(&self) -> String {
        format!("{}{STATES}", self.server.url())
    }

    /// Returns the number of answered requests, and what was wrong with any.
    pub(crate) fn played(&self) -> (usize, Vec<String>) {
        let player = self.player.lock().unwrap();
        (player.answered, player.mistakes.clone())
    }
}

impl Player {
    /// Enters the state of an interaction, and returns the credentials of its headers.
    fn enter(&mut self, request: &Received) -> Answer {
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        let key = body["params"]["interaction"].as_str().unwrap().to_owned();
        let mut expected = interaction(&self.export, &key)["request"].clone();
        let mut given = Map::new();
        for name in expected["generators"]["header"].as_object().into_iter().flatten().map(|it| it.0.clone())
        {
            let example = expected["headers"][&name][0].as_str().unwrap();
            let value = match example.split_once(' ') {
                Some((scheme, _)) => format!("{scheme} given"),
                None => "given".to_owned(),
            };
            given.insert(name, json!(value));
        }
        for (name, value) in &given {
            expected["headers"][name] = json!([value]);
        }
        self.entered = Some(Entered { key, request: expected });
        Answer::new(200)
            .with_header("content-type", "application/json")
            .with_body(Value::Object(given).to_string())
    }

    /// Answers the one request of the interaction.
    fn answer(&mut self, request: &Received) -> Answer {
        let Some(Entered { key, request: expected }) = self.entered.take() else {
            self.mistakes.push(format!("no interaction has {} {}", request.method(), request.path()));
            return Answer::new(UNEXPECTED);
        };
        let authorization = expected["headers"]["authorization"][0].as_str();
        if !matches(&expected, request) || authorization != request.header("authorization") {
            self.mistakes.push(format!("{key}: {} {} is another request", request.method(), request.path()));
        }
        self.answered += 1;
        let mut answer = self.fixture_answer(&key);
        (self.change)(&mut answer);
        http_answer(&answer)
    }

    fn fixture_answer(&self, key: &str) -> FixtureAnswer {
        let mut scenarios = self.export.scenarios.iter();
        let found = scenarios.find_map(|(name, keys)| Some((name, keys.iter().position(|it| it == key)?)));
        let (scenario, index) = found.unwrap();
        fixture(&self.vendor, scenario).exchanges().nth(index).unwrap().1.clone()
    }
}

fn http_answer(fixture: &FixtureAnswer) -> Answer {
    let headers = fixture.headers.iter();
    let answer = headers
        .fold(Answer::new(fixture.status.unwrap()), |answer, (name, value)| answer.with_header(name, value));
    match (&fixture.body, &fixture.text) {
        (Some(body), _) => {
            answer.with_body(body.to_string().replace(SECRET_PLACEHOLDER, FakeCredentials::issued()))
        }
        (None, Some(text)) => answer.with_body(text.clone()),
        (None, None) => answer,
    }
}
