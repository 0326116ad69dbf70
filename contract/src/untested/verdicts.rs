//! The verdicts on the answers of the fixtures, by a changed description.
//!
//! The answer to a create is judged without a connection. Creates after a login, searches and checks are replayed, and their
//! requests must carry the same credentials.

use std::sync::Arc;

use unicontact_providers::clock::ManualClock;
use unicontact_providers::http::Http;
use unicontact_providers::testkit::Received;
use unicontact_providers::{
    ConnectionOptions, ContactProvider as _, Description, Draft, Exchange, Operation as Purpose, Prepared,
    Provider,
};

use crate::adapters::{Adapters, Described};
use crate::difference::{Difference, Differences};
use crate::fixture::{Fixture, Operation};
use crate::folder::Fixtures;
use crate::outcome::{self, Outcome};
use crate::replay::request::own_headers;
use crate::replay::{NAME, UNREACHABLE_URL, comparison, replay_with_requests, server};
use crate::replay_error::ReplayError;
use crate::scenario::Scenario;

/// The fixtures of a vendor, with their results by the unchanged description.
pub(super) struct Verdicts<'a> {
    fixtures: &'a Fixtures,
    http: Http,
    judged: Vec<(&'a Fixture, Vec<Difference>)>,
    replayed: Vec<(&'a Fixture, Vec<SentRequest>)>,
}

/// A request with its credentials: method, path and query, headers, and body.
type SentRequest = (String, String, Vec<(String, String)>, Vec<u8>);

impl<'a> Verdicts<'a> {
    pub(super) async fn new(
        description: &Arc<Description>,
        fixtures: &'a Fixtures,
    ) -> Result<Self, ReplayError> {
        let http = Http::new(Arc::new(ManualClock::new(jiff::Timestamp::UNIX_EPOCH)))?;
        let mut verdicts = Self { fixtures, http, judged: Vec::new(), replayed: Vec::new() };
        let adapters = Described::new([Arc::clone(description)]);
        for fixture in fixtures.of_vendor(description.vendor()) {
            if let Some(differences) = verdicts.judge(fixture, &adapters) {
                verdicts.judged.push((fixture, differences));
            } else if is_quick(fixture) {
                let (report, received) = replay_with_requests(fixture, fixtures, &adapters).await?;
                if report.passed() {
                    verdicts.replayed.push((fixture, sent(&received)));
                }
            }
        }
        Ok(verdicts)
    }

    /// Returns whether a fixture finds something else by another description.
    pub(super) async fn differ(&self, description: &Arc<Description>) -> bool {
        let adapters = Described::new([Arc::clone(description)]);
        let differs = |(fixture, differences): &(&Fixture, Vec<Difference>)| {
            self.judge(fixture, &adapters).as_ref() != Some(differences)
        };
        if self.judged.iter().any(differs) {
            return true;
        }
        for (fixture, requests) in &self.replayed {
            match replay_with_requests(fixture, self.fixtures, &adapters).await {
                Ok((report, received)) if report.passed() && sent(&received) == *requests => {}
                _ => return true,
            }
        }
        false
    }

    /// Returns the result of the fixture of a create. `None` if the fixture needs a connection.
    fn judge(&self, fixture: &Fixture, adapters: &Described) -> Option<Vec<Difference>> {
        let (request, answer) = fixture.request.as_ref().zip(fixture.answer.as_ref())?;
        if fixture.operation() != Operation::Create || !fixture.before.is_empty() || !is_quick(fixture) {
            return None;
        }
        let scenario = Scenario::new(fixture, self.fixtures).ok()?.with_description(adapters);
        let provider = self.connect(&scenario, adapters)?;
        let draft = outcome::draft(scenario.contact, &provider).ok()?;
        // A fixture that ends with its login has no create.
        if !is_request_of(&draft, &request.path) {
            return None;
        }
        let answer = server::http_answer(answer).ok()?;
        let exchange = Exchange::new(Purpose::Create, Arc::clone(&draft.body), answer, scenario.now());
        let outcome = match provider.interpret(&Prepared::new(draft), &exchange) {
            Ok(created) => Outcome::from(created),
            Err(error) => Outcome::Failed(error),
        };
        let mut differences = Differences::default();
        comparison::outcome(&mut differences, &fixture.expect, &outcome);
        Some(differences.0)
    }

    fn connect(&self, scenario: &Scenario<'_>, adapters: &Described) -> Option<Provider> {
        let mut options = ConnectionOptions::new(NAME);
        let region = scenario.fixture.provider.default_region.as_deref();
        options.default_region = region.and_then(|region| region.parse().ok());
        let keys = scenario.keys(UNREACHABLE_URL);
        adapters.connect(&scenario.fixture.vendor, keys, options, self.http.clone()).ok()
    }
}

fn sent(received: &[Received]) -> Vec<SentRequest> {
    let requests = received.iter().map(|request| {
        let headers = own_headers(request).map(|(name, value)| (name, value.to_owned())).collect();
        (request.method().to_owned(), request.target().to_owned(), headers, request.body().to_vec())
    });
    requests.collect()
}

fn is_request_of(draft: &Draft, path: &str) -> bool {
    path.split('?').next() == Some(draft.url.path())
}

/// Returns whether the answers come at once and as they are.
fn is_quick(fixture: &Fixture) -> bool {
    let mut answers = fixture.exchanges().map(|(_, answer)| answer);
    answers.all(|answer| answer.fault.is_none() && answer.encoding.is_none() && answer.delay_ms.is_none())
}
