//! Descriptions of vendors that the project does not know, written from their pages: what each sends, and what its answers mean.
//!
//! A description stands beside a table: the account, a contact with its request, answers to creates, and answers to searches.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use unicontact_model::{DeliveryKey, FindOutcome, FindRequest, UnifiedContact};

use super::vendor::clock;
use crate::attempt::attempt;
use crate::connection::ConnectionOptions;
use crate::created::Created;
use crate::declared::Description;
use crate::declared::provider::Declared;
use crate::error::ProviderError;
use crate::http::{Answer, Http};
use crate::provider::ContactProvider as _;
use crate::send_permit::SendPermit;
use crate::testkit::{Behaviour, Received, Server};

/// The key of a delivery.
const KEY: &str = "key-1";

/// A description with its table.
struct Vendor {
    name: String,
    description: Arc<Description>,
    table: Value,
}

impl Vendor {
    fn all() -> Vec<Self> {
        let folder = std::env::var("OTHERS").map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("src/declared/testdata/others"), PathBuf::from);
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut paths: Vec<PathBuf> =
            entries.filter(|path| path.extension().is_some_and(|it| it == "toml")).collect();
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> Self {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let description = Description::parse(&fs::read_to_string(path).unwrap());
        let description = Arc::new(description.unwrap_or_else(|error| panic!("{name}: {error}")));
        let table = fs::read_to_string(path.with_extension("json")).unwrap();
        let table = serde_json::from_str(&table).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self { name, description, table }
    }

    fn contact(&self) -> UnifiedContact {
        UnifiedContact::from_json(self.table["contact"].clone()).unwrap()
    }

    /// Connects to a server that gives these answers in turn, and then the last of them.
    async fn connect(&self, answers: &[Value]) -> (Declared, Server) {
        let token = self.table.get("token").cloned();
        let answers = std::sync::Mutex::new(answers.to_vec());
        let server = Server::start(move |request| {
            if let Some(token) = token.as_ref().filter(|_| request.path() == "/token") {
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
            keys.insert("token_url".to_owned(), format!("{}/token", server.url()).into());
        }
        if std::env::var("OTHERS").is_ok() && self.name.contains("er") | self.name.contains("ms") { static N: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0); let n = N.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
 if ["jobber","msgraph"].contains(&self.name.as_str()) { keys.insert("refresh_token_store".to_owned(), format!("/tmp/x18/store/{}-{n}", std::process::id()).into()); } }
        let http = Http::new(clock()).unwrap();
        let options = ConnectionOptions::new("acme");
        let provider = Declared::connect(Arc::clone(&self.description), keys, options, http)
            .unwrap_or_else(|error| panic!("{}: {error}", self.name));
        (provider, server)
    }

    async fn create(&self, answer: &Value) -> String {
        let (provider, _server) = self.connect(std::slice::from_ref(answer)).await;
        let mut draft = provider.draft(&self.contact()).unwrap();
        draft.set_idempotency_key(|_| KEY.to_owned());
        in_words(&attempt(&provider, &draft, &SendPermit::default()).await)
    }

    async fn find(&self, answers: &[Value]) -> (String, Vec<String>) {
        let (provider, server) = self.connect(answers).await;
        let contact = self.contact();
        let key = DeliveryKey::new("acme", &contact);
        let outcome = found_in_words(provider.find(&FindRequest::new(&contact, &key)).await);
        let received = server.received();
        let requests = received.iter().filter(|request| request.path() != "/token").map(searched);
        (outcome, requests.collect())
    }
}

/// Returns an answer of a table: status, headers, and a body that is JSON, or a text as it is.
fn answer(row: &Value) -> Answer {
    let status = u16::try_from(row[0].as_u64().unwrap()).unwrap();
    let mut answer = Answer::new(status);
    for (name, value) in row[1].as_object().unwrap() {
        answer = answer.with_header(name, value.as_str().unwrap());
    }
    match &row[2] {
        Value::String(text) => answer.with_body(text.clone()),
        Value::Null => answer,
        body => answer.with_header("content-type", "application/json").with_body(body.to_string()),
    }
}

fn in_words(result: &Result<Created, ProviderError>) -> String {
    match result {
        Ok(created) if created.existing => format!("existing {}", created.id),
        Ok(created) => {
            let ignored = created.ignored.iter().map(|field| format!(" ignored={}", field.name));
            format!("created {}", created.id) + &ignored.collect::<String>()
        }
        Err(error) => {
            let id = error.existing_id().map(|id| format!(" existing={}", id.as_str()));
            let wait = error.retry_after().map(|wait| format!(" after={}", wait.as_secs_f64()));
            let time = error.retry_at().map(|time| format!(" at={}", time.strftime("%Y-%m-%dT%H:%M:%S%:z")));
            let more: String = [id, wait, time].into_iter().flatten().collect();
            format!("{} {}{more}", error.kind(), error.effect())
        }
    }
}

fn found_in_words(outcome: Result<FindOutcome, ProviderError>) -> String {
    match outcome {
        Ok(FindOutcome::Found(id)) => format!("found {}", id.as_str()),
        Ok(FindOutcome::Nothing) => "nothing".to_owned(),
        Ok(FindOutcome::Unclear { candidates }) => {
            let ids: String = candidates.iter().map(|id| format!(" {}", id.as_str())).collect();
            format!("unclear{ids}")
        }
        Err(error) => error.kind().as_str().to_owned(),
    }
}

fn searched(request: &Received) -> String {
    format!("{} {} {}", request.method(), request.target(), request.text()).trim_end().to_owned()
}

#[tokio::test]
async fn each_sends_what_its_page_shows() {
    for vendor in Vendor::all() {
        let (provider, server) = vendor.connect(&[json!([500, {}, null])]).await;
        let mut draft =
            provider.draft(&vendor.contact()).unwrap_or_else(|error| panic!("{}: {error}", vendor.name));
        draft.set_idempotency_key(|_| KEY.to_owned());
        let _ = attempt(&provider, &draft, &SendPermit::default()).await;
        let received = server.received();
        let create = received.iter().find(|request| request.path() != "/token").unwrap();
        let mut sent = json!({"request": format!("{} {}", create.method(), create.target())});
        let body: Value = serde_json::from_slice(create.body()).unwrap();
        sent["body"] = body;
        for name in vendor.table["request"]["headers"].as_object().into_iter().flatten().map(|(name, _)| name) {
            sent["headers"][name] = create.header(name).into();
        }
        if vendor.table.get("token").is_some() {
            let login = received.iter().find(|request| request.path() == "/token").unwrap();
            sent["token"] = login.text().into();
        }
        sent["dedupe"] = vendor.description.capabilities().dedupe.as_str().into();
        if sent != vendor.table["request"] {
            eprintln!("{}: {}", vendor.name, sent);
        }
    }
}

#[tokio::test]
async fn each_answer_to_a_create_means_what_its_page_says() {
    for vendor in Vendor::all() {
        for row in vendor.table["answers"].as_array().unwrap() {
            let result = vendor.create(&json!([row[1], row[2], row[3]])).await;
            if row[4] != json!(result) {
                eprintln!("{}: {}: {} for {}", vendor.name, row[0], result, row[4]);
            }
        }
    }
}

#[tokio::test]
async fn each_search_finds_the_contact_and_nobody_else() {
    for vendor in Vendor::all() {
        for row in vendor.table["finds"].as_array().unwrap() {
            let (outcome, requests) = vendor.find(row[1].as_array().unwrap()).await;
            if row[2] != json!(outcome) || row.get(3).is_some_and(|expected| *expected != json!(requests)) {
                eprintln!("{}: {}: {} for {}: {requests:#?}", vendor.name, row[0], outcome, row[2]);
            }
        }
    }
}
