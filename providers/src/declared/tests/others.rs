//! Descriptions that use the format as its page has it, and not as the bundled ones do: what each sends, and what answers mean.
//!
//! Beside each description stands a table: the account, the request that a contact makes, answers to creates, and searches. The
//! vendors and their answers are made up, in the forms that vendors' pages show.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use unicontact_model::{DeliveryKey, FindRequest, UnifiedContact};

use super::searches::in_words;
use super::vendor::clock;
use crate::DescribedSubject;
use crate::attempt::attempt;
use crate::connection::ConnectionOptions;
use crate::created::Created;
use crate::declared::Description;
use crate::declared::provider::Declared;
use crate::error::ProviderError;
use crate::http::{Answer, Http};
use crate::provider::ContactProvider as _;
use crate::send_permit::SendPermit;
use crate::testkit::{self, Behaviour, Received, Server};

const FOLDER: &str = "src/declared/testdata/others";
/// The idempotency key of the delivery.
const KEY: &str = "key-1";
/// The path of the requests for tokens.
const TOKEN_PATH: &str = "/token";

/// A description with its table.
struct Vendor {
    name: String,
    description: Arc<Description>,
    table: Value,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER)
}

fn json_of(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap())
        .unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

fn vendors() -> Vec<Vendor> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|it| it == "toml")).collect();
    paths.sort();
    assert!(paths.len() > 5, "{paths:?}");
    paths.iter().map(|path| Vendor::read(path)).collect()
}

fn contact() -> UnifiedContact {
    UnifiedContact::from_json(json_of(&folder().join("contact.json"))).unwrap()
}

impl Vendor {
    fn read(path: &Path) -> Self {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let description = Description::parse(&fs::read_to_string(path).unwrap());
        let description = description.unwrap_or_else(|error| panic!("{name}: {error}"));
        Self { name, description: Arc::new(description), table: json_of(&path.with_extension("json")) }
    }

    fn rows(&self, name: &str) -> &[Value] {
        self.table[name].as_array().unwrap()
    }

    /// Connects to a server that gives these answers in turn, and then the last of them.
    async fn connect(&self, answers: &[Value]) -> (Declared, Server) {
        let token = self.table.get("token").cloned();
        let answers = std::sync::Mutex::new(answers.to_vec());
        let server = Server::start(move |request| {
            if request.path() == TOKEN_PATH {
                return Behaviour::Answer(answer(&json!([200, {}, token])));
            }
            let mut answers = answers.lock().unwrap();
            let next = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
            Behaviour::Answer(answer(&next))
        })
        .await
        .unwrap();
        let mut keys = self.table["account"].as_object().cloned().unwrap();
        keys.insert("base_url".to_owned(), server.url().into());
        if self.table.get("token").is_some() {
            keys.insert("token_url".to_owned(), format!("{}{TOKEN_PATH}", server.url()).into());
        }
        let http = Http::new(clock()).unwrap();
        let provider =
            Declared::connect(Arc::clone(&self.description), keys, ConnectionOptions::new("acme"), http);
        (provider.unwrap_or_else(|error| panic!("{}: {error}", self.name)), server)
    }

    /// Returns what a create came to, and the requests of it.
    async fn create(&self, answer: Value) -> (String, Vec<Received>) {
        let (provider, server) = self.connect(&[answer]).await;
        let mut draft = provider.draft(&contact()).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        draft.set_idempotency_key(|_| KEY.to_owned());
        let result = attempt(&provider, &draft, &SendPermit::default()).await;
        (created_in_words(&result), server.received())
    }

    /// Returns what a search came to, and its requests.
    async fn find(&self, answers: &[Value]) -> (String, Vec<String>) {
        let (provider, server) = self.connect(answers).await;
        let contact = contact();
        let key = DeliveryKey::new("acme", &contact);
        let outcome = in_words(provider.find(&FindRequest::new(&contact, &key)).await);
        let received = server.received();
        let searches = received.iter().filter(|request| request.path() != TOKEN_PATH).map(line);
        (outcome, searches.collect())
    }

    /// Returns the request of a create as the table has it, with the headers that the table names.
    async fn request(&self) -> Value {
        let (_, received) = self.create(json!([500, {}, null])).await;
        let (tokens, creates): (Vec<_>, Vec<_>) =
            received.iter().partition(|request| request.path() == TOKEN_PATH);
        let create = creates[0];
        let names = self.table["request"]["headers"].as_object().unwrap().keys();
        let headers: Value = names
            .map(|name| (name.clone(), json!(create.header(name))))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let mut request = json!({
            "line": format!("{} {}", create.method(), create.target()),
            "headers": headers,
            "body": serde_json::from_slice::<Value>(create.body()).unwrap(),
            "dedupe": self.description.capabilities().dedupe,
        });
        if let Some(token) = tokens.first() {
            request["token"] = token.text().into();
        }
        request
    }
}

/// Returns an answer of a table: the status, headers, and a body that is JSON, or a text as it is.
fn answer(row: &Value) -> Answer {
    let mut answer = Answer::new(u16::try_from(row[0].as_u64().unwrap()).unwrap());
    for (name, value) in row[1].as_object().unwrap() {
        answer = answer.with_header(name, value.as_str().unwrap());
    }
    match &row[2] {
        Value::Null => answer,
        Value::String(text) => answer.with_body(text.clone()),
        body => answer.with_header("content-type", "application/json").with_body(body.to_string()),
    }
}

fn created_in_words(result: &Result<Created, ProviderError>) -> String {
    match result {
        Ok(created) if created.existing => format!("existing {}", created.id),
        Ok(created) => {
            let ignored = created.ignored.iter().map(|field| format!(" ignored={}", field.name));
            format!("created {}", created.id) + &ignored.collect::<String>()
        }
        Err(error) => {
            let id = error.existing_id().map(|id| format!(" existing={id}"));
            let wait = error.retry_after().map(|wait| format!(" after={}", wait.as_secs_f64()));
            let time = error.retry_at().map(|time| format!(" at={}", time.strftime("%Y-%m-%dT%H:%M:%S%:z")));
            let more: String = [id, wait, time].into_iter().flatten().collect();
            format!("{} {}{more}", error.kind(), error.effect())
        }
    }
}

/// Returns a request of a search: the method, the target and the body.
fn line(request: &Received) -> String {
    format!("{} {} {}", request.method(), request.target(), request.text()).trim_end().to_owned()
}

#[tokio::test]
async fn a_contact_is_sent_as_the_description_says() {
    for vendor in vendors() {
        let request = vendor.request().await;
        assert_eq!(request, vendor.table["request"], "{}: {request}", vendor.name);
    }
}

#[tokio::test]
async fn an_answer_to_a_create_means_what_the_description_says() {
    for vendor in vendors() {
        for row in vendor.rows("answers") {
            let (result, _) = vendor.create(json!([row[1], row[2], row[3]])).await;
            assert_eq!(result, row[4], "{}: {}", vendor.name, row[0]);
        }
    }
}

#[tokio::test]
async fn a_search_finds_the_contact_and_nobody_else() {
    for vendor in vendors() {
        for row in vendor.rows("finds") {
            let (outcome, requests) = vendor.find(row[1].as_array().unwrap()).await;
            assert_eq!(outcome, row[2], "{}: {}", vendor.name, row[0]);
            if let Some(expected) = row.get(3) {
                assert_eq!(json!(requests), *expected, "{}: {}", vendor.name, row[0]);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_keeps_the_rules_of_every_adapter() {
    let mut runs = tokio::task::JoinSet::new();
    for Vendor { name, description, .. } in vendors() {
        let subject = DescribedSubject::new(description).unwrap();
        runs.spawn(async move { (name, testkit::run(&subject).await.unwrap()) });
    }
    for (name, report) in runs.join_all().await {
        assert!(report.is_kept(), "{name}: {report}");
    }
}
