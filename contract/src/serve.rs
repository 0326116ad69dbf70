//! Serves fixtures on loopback as their vendor, and judges the requests of any client.
//!
//! A scenario is played once: each of its requests is answered in order, and any other request gets 418.

mod credentials_sent;
mod listing;
mod playback;
mod selection;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use thiserror::Error;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use unicontact_providers::testkit::{Behaviour, ClosedPort, Received, Server};

pub use self::listing::ServedScenario;
use self::playback::Playback;
pub use self::playback::{PlayedScenario, ServedRequest};
use self::selection::unassigned;
pub use self::selection::{SCENARIO_HEADER, Selection};
use crate::adapters::Adapters;
use crate::fixture::{Fault, Fixture};
use crate::folder::Fixtures;
use crate::replay_error::ReplayError;
use crate::scenario::Scenario;

/// Headers that the HTTP clients of many languages add by themselves.
const CLIENT_HEADERS: [&str; 4] = ["accept-language", "cache-control", "pragma", "sec-fetch-mode"];

/// The options of a [`FixtureServer`].
#[derive(Debug, Clone, Default)]
pub struct ServeOptions {
    /// How a request selects its scenario.
    pub selection: Selection,
    /// The port, or the first of neighbouring ports. 0 is any free ones.
    pub port: u16,
    /// The names of headers that a client may send beyond those of the fixture.
    pub ignored_headers: Vec<String>,
}

/// The error of fixtures that cannot be served.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServeError {
    /// A fixture is incomplete.
    #[error("{fixture}: {error}")]
    Fixture {
        /// The name of the fixture.
        fixture: String,
        /// The reason.
        error: ReplayError,
    },
    /// A port is not free.
    #[error("port {port} cannot be listened on: {error}")]
    Port {
        /// The port, or 0 for any.
        port: u16,
        /// The system's error.
        error: io::Error,
    },
    /// A closed port needs a port of its own.
    #[error("{0} needs a closed port, which only a port for each scenario provides")]
    ClosedPort(String),
    /// There are more scenarios than ports from the first one on.
    #[error("there are not enough ports for the scenarios; begin with a lower one")]
    TooManyPorts,
}

/// The servers of fixtures. Dropping it stops them.
#[derive(Debug)]
pub struct FixtureServer {
    scenarios: Vec<ServedScenario>,
    playbacks: Playbacks,
    requests: UnboundedReceiver<ServedRequest>,
    servers: Vec<Server>,
    closed_ports: Vec<ClosedPort>,
}

impl FixtureServer {
    /// Serves these fixtures of one vendor. It needs a tokio runtime with network and time.
    ///
    /// # Errors
    ///
    /// When a fixture is incomplete, or a port is not free.
    pub async fn start(
        served: &[&Fixture],
        fixtures: &Fixtures,
        adapters: &dyn Adapters,
        options: &ServeOptions,
    ) -> Result<Self, ServeError> {
        let scenarios = served.iter().map(|fixture| {
            let scenario =
                Scenario::new(fixture, fixtures).map(|scenario| scenario.with_description(adapters));
            scenario.map_err(|error| ServeError::Fixture { fixture: fixture.name(), error })
        });
        let scenarios = scenarios.collect::<Result<Vec<Scenario<'_>>, _>>()?;
        let (sender, requests) = unbounded_channel();
        let playbacks = Playbacks::new(&scenarios, options, sender)?;
        let mut started = Self {
            scenarios: Vec::new(),
            playbacks,
            requests,
            servers: Vec::new(),
            closed_ports: Vec::new(),
        };
        match options.selection {
            Selection::Port => started.serve_each(&scenarios, fixtures, options.port).await?,
            Selection::Header | Selection::Sequence => {
                started.serve_all(&scenarios, fixtures, options).await?;
            }
        }
        Ok(started)
    }

    /// Returns the scenarios, and where each is served.
    pub fn scenarios(&self) -> &[ServedScenario] {
        &self.scenarios
    }

    /// Waits for the next request. Cancel safe.
    pub async fn next_request(&mut self) -> Option<ServedRequest> {
        self.requests.recv().await
    }

    /// Returns whether every request of every scenario was answered.
    pub fn is_played(&self) -> bool {
        self.playbacks.lock().iter().all(Playback::is_played)
    }

    /// Stops accepting requests, and waits until those that arrived are answered.
    pub async fn finish(&mut self) {
        for server in self.servers.drain(..) {
            server.finish().await;
        }
    }

    /// Returns what was played of each scenario so far, in the order of [`scenarios`](Self::scenarios).
    pub fn played(&self) -> Vec<PlayedScenario> {
        self.playbacks.lock().iter().map(Playback::played).collect()
    }

    /// Serves each scenario on a port of its own.
    async fn serve_each(
        &mut self,
        scenarios: &[Scenario<'_>],
        fixtures: &Fixtures,
        first: u16,
    ) -> Result<(), ServeError> {
        for (index, scenario) in scenarios.iter().enumerate() {
            let url = if scenario.fixture.fault() == Some(Fault::Refused) {
                let closed = ClosedPort::reserve().map_err(|error| ServeError::Port { port: 0, error })?;
                let url = closed.url();
                self.closed_ports.push(closed);
                url
            } else {
                let port = neighbour(first, self.servers.len())?;
                let playbacks = self.playbacks.clone();
                self.listen(port, move |request| playbacks.receive(Some(index), request)).await?
            };
            self.scenarios.push(ServedScenario::new(scenario, fixtures, url));
        }
        Ok(())
    }

    /// Serves all scenarios on one port.
    async fn serve_all(
        &mut self,
        scenarios: &[Scenario<'_>],
        fixtures: &Fixtures,
        options: &ServeOptions,
    ) -> Result<(), ServeError> {
        if let Some(closed) = scenarios.iter().find(|it| it.fixture.fault() == Some(Fault::Refused)) {
            return Err(ServeError::ClosedPort(closed.fixture.name()));
        }
        let selection = options.selection;
        let playbacks = self.playbacks.clone();
        let url = self
            .listen(options.port, move |request| {
                let index = selection.select(request, &playbacks.lock());
                playbacks.receive(index, request)
            })
            .await?;
        let listed = scenarios.iter().map(|scenario| ServedScenario::new(scenario, fixtures, url.clone()));
        self.scenarios.extend(listed);
        Ok(())
    }

    async fn listen(
        &mut self,
        port: u16,
        behaviour: impl Fn(&Received) -> Behaviour + Send + Sync + 'static,
    ) -> Result<String, ServeError> {
        let server = Server::start_on(port, behaviour).await;
        let server = server.map_err(|error| ServeError::Port { port, error })?;
        let url = server.url();
        self.servers.push(server);
        Ok(url)
    }
}

/// Returns the port of a server, where the first server has `first`.
fn neighbour(first: u16, index: usize) -> Result<u16, ServeError> {
    if first == 0 {
        return Ok(0);
    }
    let index = u16::try_from(index).map_err(|_| ServeError::TooManyPorts)?;
    first.checked_add(index).ok_or(ServeError::TooManyPorts)
}

/// The state of all scenarios, which the servers share.
#[derive(Debug, Clone)]
struct Playbacks {
    all: Arc<Mutex<Vec<Playback>>>,
    requests: UnboundedSender<ServedRequest>,
}

impl Playbacks {
    fn new(
        scenarios: &[Scenario<'_>],
        options: &ServeOptions,
        requests: UnboundedSender<ServedRequest>,
    ) -> Result<Self, ServeError> {
        let own = options.ignored_headers.iter().map(|name| name.to_ascii_lowercase());
        let ignored: Vec<String> =
            CLIENT_HEADERS.into_iter().chain([SCENARIO_HEADER]).map(str::to_owned).chain(own).collect();
        let all = scenarios.iter().map(|scenario| {
            let fixture = scenario.fixture.name();
            Playback::new(scenario, &ignored)
                .map_err(|error| ServeError::Fixture { fixture, error: error.into() })
        });
        Ok(Self { all: Arc::new(Mutex::new(all.collect::<Result<_, _>>()?)), requests })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Playback>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Judges a request of the scenario with this index, reports it, and returns the answer. Without an index, it belongs to
    /// no scenario.
    fn receive(&self, index: Option<usize>, request: &Received) -> Behaviour {
        let mut playbacks = self.lock();
        let (served, behaviour) = match index.and_then(|index| playbacks.get_mut(index)) {
            Some(playback) => playback.receive(request),
            None => unassigned(request, &playbacks),
        };
        // Nobody waits for requests after the end.
        let _ = self.requests.send(served);
        behaviour
    }
}
