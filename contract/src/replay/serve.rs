//! The vendor's part: a fixture's answers on loopback.
//!
//! Rule: each answer is given once, to the first request of its method and path; whatever nobody asked for gets 418.

use std::io::{self, Write as _};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use unicontact_providers::http::Answer;
use unicontact_providers::testkit::{Behaviour, ClosedPort, Received, Server};

use crate::credentials::FakeCredentials;
use crate::fixture::{Encoding, Fault, Fixture, GivenAnswer, HIDDEN};

const UNEXPECTED: u16 = 418;

/// Where a fixture is played.
pub(super) enum Stage {
    Closed(ClosedPort),
    Open(Server),
}

/// What is answered to a request of this method and path, once.
struct Turn {
    method: String,
    target: String,
    behaviour: Option<Behaviour>,
}

impl Stage {
    pub(super) async fn set(fixture: &Fixture) -> io::Result<Self> {
        if fixture.fault() == Some(Fault::Refused) {
            return Ok(Self::Closed(ClosedPort::reserve()?));
        }
        let turns: Vec<Turn> = fixture
            .exchanges()
            .map(|(request, answer)| {
                let behaviour = behaviour(answer)?;
                let (method, target) = (request.method.clone(), request.path.clone());
                Ok(Turn { method, target, behaviour: Some(behaviour) })
            })
            .collect::<io::Result<_>>()?;
        let turns = Mutex::new(turns);
        let server = Server::start(move |request| {
            let mut turns = turns.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = turns.iter_mut().find(|turn| turn.is_for(request));
            turn.and_then(|turn| turn.behaviour.take())
                .unwrap_or_else(|| Behaviour::Answer(Answer::new(UNEXPECTED)))
        })
        .await?;
        Ok(Self::Open(server))
    }

    pub(super) fn url(&self) -> String {
        match self {
            Self::Closed(port) => port.url(),
            Self::Open(server) => server.url(),
        }
    }

    pub(super) fn received(&self) -> Vec<Received> {
        match self {
            Self::Closed(_) => Vec::new(),
            Self::Open(server) => server.received(),
        }
    }
}

impl Turn {
    fn is_for(&self, request: &Received) -> bool {
        let is_open = self.behaviour.is_some();
        is_open && self.method == request.method() && self.target == request.target()
    }
}

fn behaviour(given: &GivenAnswer) -> io::Result<Behaviour> {
    Ok(match given.fault {
        Some(Fault::Reset) => Behaviour::Reset,
        Some(Fault::Hang | Fault::Refused) => Behaviour::Hang,
        Some(Fault::Cut) => Behaviour::Cut(answer(given)?),
        None => match given.delay_ms {
            Some(delay) => Behaviour::Late(Duration::from_millis(delay), answer(given)?),
            None => Behaviour::Answer(answer(given)?),
        },
    })
}

/// The answer as it travels.
pub(crate) fn answer(given: &GivenAnswer) -> io::Result<Answer> {
    let mut answer = Answer::new(given.status.unwrap_or_default());
    for (name, value) in &given.headers {
        answer = answer.with_header(name, value);
    }
    let text = match (&given.body, &given.text) {
        (Some(body), _) => body.to_string().replace(HIDDEN, FakeCredentials::issued()),
        (None, Some(text)) => text.clone(),
        (None, None) => String::new(),
    };
    Ok(match given.encoding {
        None => answer.with_body(text),
        Some(Encoding::Gzip) => answer.with_header("content-encoding", "gzip").with_body(gzip(&text)?),
    })
}

fn gzip(text: &str) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}
