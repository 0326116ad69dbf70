//! Replaying a fixture: serve its answers, ask the adapter, compare what it sent and what it made of the answers.
//!
//! Its rule: one server per fixture, and a request that the fixture does not know is a difference.

use unicontact::providers::{ContactProvider, DeliveryKey, Provider, ProviderError};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::compare::{Differences, Outcome};
use super::fixture::{Asked, ExpectedRequest, Fault, Fixture, GivenAnswer, contact_document};
use super::leaks;
use super::providers::{ISSUED, NAME, first_token, of_fixture};
use super::raw_server::{Behaviour, RawServer, answer_bytes, closed_port};
use super::served::Received;

/// How much of a body a cut answer promises and does not deliver.
const MISSING: usize = 100;
/// What nobody asked for is answered with this.
const UNEXPECTED: u16 = 418;

/// What a replay brought to light.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) fixture: String,
    pub(crate) differences: Vec<String>,
    /// Credentials and values of the contact that the error shows.
    pub(crate) leaks: Vec<String>,
}

pub(crate) async fn replay(fixture: &Fixture) -> Report {
    let (outcome, received) = ask_for_it(fixture).await;
    let mut differences = Differences::default();
    differences.outcome(&fixture.expect, &outcome);
    compare_requests(fixture, &received, &mut differences);
    compare_draft(fixture, &mut differences);
    let leaks = match &outcome {
        Outcome::Failed(error) => leaks::found_in(&leaks::shown(error), &contact_document(&fixture.contact)),
        _ => Vec::new(),
    };
    Report { fixture: fixture.name(), differences: differences.0, leaks }
}

/// What came out, and every request that arrived.
async fn ask_for_it(fixture: &Fixture) -> (Outcome, Vec<Received>) {
    if fixture.fault() == Some(Fault::Refused) {
        return (ask(fixture, &closed_port().await).await, Vec::new());
    }
    if let Some(fault) = fixture.fault() {
        let server = RawServer::start(behaviour(fault, fixture.answer.as_ref().unwrap())).await;
        return (ask(fixture, &server.url()).await, server.received());
    }
    let server = MockServer::start().await;
    for (place, (request, answer)) in (1..).zip(exchanges(fixture)) {
        mock(request, answer, place).mount(&server).await;
    }
    let unexpected = ResponseTemplate::new(UNEXPECTED);
    Mock::given(any()).respond_with(unexpected).with_priority(u8::MAX).mount(&server).await;
    let outcome = ask(fixture, &server.uri()).await;
    let received = server.received_requests().await.unwrap();
    (outcome, received.iter().map(Received::of_wiremock).collect())
}

fn behaviour(fault: Fault, answer: &GivenAnswer) -> Behaviour {
    match fault {
        Fault::Reset => Behaviour::Reset,
        Fault::Hang => Behaviour::Hang,
        Fault::Cut => {
            let status = answer.status.unwrap();
            Behaviour::Write(answer_bytes(status, &answer.headers, &body_bytes(answer), MISSING))
        }
        Fault::Refused => panic!("a server that runs refuses nobody"),
    }
}

fn exchanges(fixture: &Fixture) -> impl Iterator<Item = (&ExpectedRequest, &GivenAnswer)> {
    let before = fixture.before.iter().map(|it| (&it.request, &it.answer));
    before.chain(fixture.request.as_ref().zip(fixture.answer.as_ref()))
}

/// Answers the first request of this method and path that no mock before it has answered.
fn mock(request: &ExpectedRequest, answer: &GivenAnswer, place: u8) -> Mock {
    let (method, path) = (request.method.clone(), request.path.clone());
    let matches = move |received: &wiremock::Request| {
        let received = Received::of_wiremock(received);
        received.method == method && received.target == path
    };
    let mut template = ResponseTemplate::new(answer.status.unwrap());
    template = template.set_body_bytes(body_bytes(answer));
    for (name, value) in &answer.headers {
        template = template.insert_header(name.as_str(), value.as_str());
    }
    Mock::given(matches).respond_with(template).up_to_n_times(1).with_priority(place)
}

fn body_bytes(answer: &GivenAnswer) -> Vec<u8> {
    let text = match (&answer.body, &answer.text) {
        (Some(body), _) => body.to_string().replace("[secret]", ISSUED),
        (None, Some(text)) => text.clone(),
        (None, None) => String::new(),
    };
    text.into_bytes()
}

async fn ask(fixture: &Fixture, base_url: &str) -> Outcome {
    let provider = of_fixture(fixture, base_url);
    let result = ask_provider(fixture, &provider).await;
    result.unwrap_or_else(Outcome::Failed)
}

async fn ask_provider(fixture: &Fixture, provider: &Provider) -> Result<Outcome, ProviderError> {
    let contact = fixture.contact();
    let key = DeliveryKey::new(NAME, &contact);
    Ok(match fixture.asked() {
        Asked::Create => {
            let created = provider.create(&contact, &key).await?;
            Outcome::Created { id: created.id.as_str().to_owned(), existing: created.existing }
        }
        Asked::Find => {
            let found = provider.find(&contact, &key).await?;
            Outcome::Found(found.map(|id| id.as_str().to_owned()))
        }
        Asked::Check => {
            provider.check().await?;
            Outcome::Checked
        }
    })
}

fn compare_requests(fixture: &Fixture, received: &[Received], differences: &mut Differences) {
    if fixture.fault() == Some(Fault::Refused) {
        return;
    }
    let expected: Vec<&ExpectedRequest> = exchanges(fixture).map(|(request, _)| request).collect();
    let mut token = first_token(fixture);
    let mut tokens = Vec::new();
    for (_, answer) in exchanges(fixture) {
        tokens.push(token);
        if answer.body.as_ref().is_some_and(|body| body.to_string().contains("[secret]")) {
            token = Some(ISSUED);
        }
    }
    differences.requests(&expected, received, &tokens);
}

fn compare_draft(fixture: &Fixture, differences: &mut Differences) {
    if fixture.asked() != Asked::Create {
        return;
    }
    let provider = of_fixture(fixture, "http://127.0.0.1:9");
    let draft = match provider.draft(&fixture.contact()) {
        Ok(draft) => draft,
        Err(error) if fixture.request.is_none() => {
            return differences.outcome(&fixture.expect, &Outcome::Failed(error));
        }
        Err(error) => return differences.add(format!("no draft: {error}")),
    };
    match &fixture.request {
        None => differences.add("there is a draft of what cannot be sent"),
        Some(request) if request.path.starts_with(draft.url.path()) => {
            differences.draft(request, &draft);
        }
        Some(_) => {}
    }
    if let Some(fates) = &fixture.expect.fates {
        differences.fates(fates, &draft);
    }
}
