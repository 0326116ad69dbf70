//! Serves the answers of a fixture on loopback.
//!
//! Each answer goes once, to the first request with its method and path. Any other request gets 418.

use std::io::{self, Write as _};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use unicontact_providers::http::Answer;
use unicontact_providers::testkit::{Behaviour, ClosedPort, Received, Server};

use crate::credentials::FakeCredentials;
use crate::fixture::{Encoding, Fault, Fixture, FixtureAnswer, SECRET_PLACEHOLDER};

/// The status of the answer to an unexpected request.
pub(crate) const UNEXPECTED: u16 = 418;

/// The server of a fixture, or the closed port of one whose connection is refused.
pub(crate) enum ReplayServer {
    Closed(ClosedPort),
    Open(Server),
}

/// An answer for one request of a method and path.
struct Stub {
    method: String,
    target: String,
    behaviour: Option<Behaviour>,
}

impl ReplayServer {
    /// Starts the server. `credentials` are those that requests hold where the fixture has `[secret]`.
    pub(crate) async fn start(fixture: &Fixture, credentials: FakeCredentials) -> io::Result<Self> {
        if fixture.fault() == Some(Fault::Refused) {
            return Ok(Self::Closed(ClosedPort::reserve()?));
        }
        let stubs: Vec<Stub> = fixture
            .exchanges()
            .map(|(request, answer)| {
                let behaviour = behaviour(answer)?;
                let (method, target) = (request.method.clone(), request.path.clone());
                Ok(Stub { method, target, behaviour: Some(behaviour) })
            })
            .collect::<io::Result<_>>()?;
        let stubs = Mutex::new(stubs);
        let server = Server::start(move |request| {
            let mut stubs = stubs.lock().unwrap_or_else(PoisonError::into_inner);
            let target = credentials.hidden_in_target(request.target());
            let stub = stubs.iter_mut().find(|stub| stub.matches(request.method(), &target));
            stub.and_then(|stub| stub.behaviour.take())
                .unwrap_or_else(|| Behaviour::Answer(Answer::new(UNEXPECTED)))
        })
        .await?;
        Ok(Self::Open(server))
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Closed(port) => port.url(),
            Self::Open(server) => server.url(),
        }
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        match self {
            Self::Closed(_) => Vec::new(),
            Self::Open(server) => server.received(),
        }
    }
}

impl Stub {
    fn matches(&self, method: &str, target: &str) -> bool {
        self.behaviour.is_some() && self.method == method && self.target == target
    }
}

/// Returns the reaction to the request of an exchange.
pub(crate) fn behaviour(answer: &FixtureAnswer) -> io::Result<Behaviour> {
    Ok(match answer.fault {
        Some(Fault::Reset) => Behaviour::Reset,
        Some(Fault::Hang | Fault::Refused) => Behaviour::Hang,
        Some(Fault::Cut) => Behaviour::Cut(http_answer(answer)?),
        None => match answer.delay_ms {
            Some(delay) => Behaviour::Late(Duration::from_millis(delay), http_answer(answer)?),
            None => Behaviour::Answer(http_answer(answer)?),
        },
    })
}

/// Returns the answer as it is sent, with a fake token in place of `[secret]`.
pub(crate) fn http_answer(fixture: &FixtureAnswer) -> io::Result<Answer> {
    let mut answer = Answer::new(fixture.status.unwrap_or_default());
    for (name, value) in &fixture.headers {
        answer = answer.with_header(name, value);
    }
    let text = match (&fixture.body, &fixture.text) {
        (Some(body), _) => body.to_string().replace(SECRET_PLACEHOLDER, FakeCredentials::issued()),
        (None, Some(text)) => text.clone(),
        (None, None) => String::new(),
    };
    Ok(match fixture.encoding {
        None => answer.with_body(text),
        Some(Encoding::Gzip) => answer.with_header("content-encoding", "gzip").with_body(gzip(&text)?),
    })
}

fn gzip(text: &str) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}
