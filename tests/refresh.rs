//! The renewal of `SmartTask`'s tokens while files are removed, processes compete and deliveries are dropped. The tests use real
//! files and a vendor whose refresh tokens are valid for one use.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use unicontact::providers::clock::{ManualClock, SharedClock, SystemClock};
use unicontact::providers::http::Http;
use unicontact::providers::smarttask::SmartTask;
use unicontact::providers::token::{RefreshTokenFile, RefreshTokenStore};
use unicontact::providers::{
    ConnectionOptions, ContactProvider as _, Effect, ErrorKind, ProviderError, Secret,
};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// The configured token; the vendor's next are `refresh-1`, `refresh-2` and so on.
const CONFIGURED: &str = "refresh-0";
/// A limit on the wait for an answer, long enough for a busy machine.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A vendor whose refresh tokens are valid for one use, and whose access tokens expire at once.
#[derive(Clone, Default)]
struct Vendor(Arc<Mutex<Tokens>>);

#[derive(Default)]
struct Tokens {
    presented: Vec<String>,
    granted: usize,
    answer: Answer,
}

#[derive(Default, Clone)]
enum Answer {
    #[default]
    Good,
    WithoutAccessToken,
    /// A success, during which the folder of the file is removed.
    RemovesFolder(PathBuf),
    Unavailable,
}

impl Vendor {
    async fn start(&self) -> MockServer {
        let server = MockServer::start().await;
        Mock::given(path("/connect/token")).respond_with(self.clone()).mount(&server).await;
        let users = ResponseTemplate::new(200).set_body_json(json!([]));
        Mock::given(path("/v1.0/organization-user/filter-users/38")).respond_with(users).mount(&server).await;
        server
    }

    fn answers(&self, answer: Answer) {
        self.0.lock().unwrap().answer = answer;
    }

    /// Returns the refresh tokens that arrived, in order.
    fn presented(&self) -> Vec<String> {
        self.0.lock().unwrap().presented.clone()
    }
}

impl Respond for Vendor {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut tokens = self.0.lock().unwrap();
        let form = str::from_utf8(&request.body).unwrap();
        let token = form.split('&').find_map(|pair| pair.strip_prefix("refresh_token=")).unwrap().to_owned();
        let is_good = token == format!("refresh-{}", tokens.granted);
        tokens.presented.push(token);
        if !is_good {
            return ResponseTemplate::new(400).set_body_json(json!({"error": "invalid_grant"}));
        }
        let answer = tokens.answer.clone();
        if let Answer::Unavailable = answer {
            return ResponseTemplate::new(503);
        }
        tokens.granted += 1;
        let mut body = json!({"refresh_token": format!("refresh-{}", tokens.granted), "expires_in": 0});
        match answer {
            Answer::WithoutAccessToken => {}
            Answer::RemovesFolder(folder) => {
                fs::remove_dir_all(folder).unwrap();
                body["access_token"] = json!("access");
            }
            _ => body["access_token"] = json!("access"),
        }
        ResponseTemplate::new(200).set_body_json(body)
    }
}

/// The adapter of one process.
struct Process {
    base_url: String,
    file: PathBuf,
    timeout: Duration,
    clock: SharedClock,
    store: Option<Arc<dyn RefreshTokenStore>>,
}

impl Process {
    fn new(base_url: &str, file: &Path) -> Self {
        let clock = Arc::new(SystemClock);
        Self { base_url: base_url.to_owned(), file: file.to_owned(), timeout: TIMEOUT, clock, store: None }
    }

    fn start(self) -> SmartTask {
        let options = ConnectionOptions::new("acme").with_timeout(self.timeout);
        let config = json!({
            "base_url": self.base_url,
            "organization_id": 38,
            "refresh_token": CONFIGURED,
            "client_id": "client",
            "client_secret": "client-secret",
            "refresh_token_store": self.file,
        });
        let config = serde_json::from_value(config).unwrap();
        SmartTask::new(options, config, Http::new(self.clock).unwrap(), self.store).unwrap()
    }
}

fn process(server: &MockServer, file: &Path) -> SmartTask {
    Process::new(&server.uri(), file).start()
}

fn saved_token(file: &Path) -> Option<String> {
    let document: Value = serde_json::from_slice(&fs::read(file).ok()?).unwrap();
    Some(document["refresh_token"].as_str().unwrap().to_owned())
}

/// Asserts that neither the error nor its causes show a token.
fn assert_shows_no_token(error: &ProviderError) {
    let mut shown = format!("{error} {error:?}");
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        shown = format!("{shown} {inner} {inner:?}");
        cause = inner.source();
    }
    assert!(!shown.contains("refresh-"), "{shown}");
}

#[tokio::test]
async fn a_rotated_token_is_saved_and_used_by_the_next_process() {
    let (folder, vendor) = (TempDir::new().unwrap(), Vendor::default());
    let (server, file) = (vendor.start().await, folder.path().join("token"));
    process(&server, &file).check().await.unwrap();
    assert_eq!(saved_token(&file).as_deref(), Some("refresh-1"));
    process(&server, &file).check().await.unwrap();
    assert_eq!(saved_token(&file).as_deref(), Some("refresh-2"));
    assert_eq!(vendor.presented(), ["refresh-0", "refresh-1"]);
}

#[tokio::test]
async fn two_processes_that_renew_at_the_same_time_spend_each_token_once() {
    let (folder, vendor) = (TempDir::new().unwrap(), Vendor::default());
    let (server, file) = (vendor.start().await, folder.path().join("token"));
    let (one, other) = (process(&server, &file), process(&server, &file));
    let (first, second) = tokio::join!(one.check(), other.check());
    first.unwrap();
    second.unwrap();
    assert_eq!(vendor.presented(), ["refresh-0", "refresh-1"]);
    assert_eq!(saved_token(&file).as_deref(), Some("refresh-2"));
}

#[tokio::test]
async fn a_process_uses_a_token_that_another_process_saved() {
    let (folder, vendor) = (TempDir::new().unwrap(), Vendor::default());
    let (server, file) = (vendor.start().await, folder.path().join("token"));
    let (one, other) = (process(&server, &file), process(&server, &file));
    for provider in [&one, &other, &one] {
        provider.check().await.unwrap();
    }
    assert_eq!(vendor.presented(), ["refresh-0", "refresh-1", "refresh-2"]);
    assert_eq!(saved_token(&file).as_deref(), Some("refresh-3"));
}

#[tokio::test]
async fn an_unsaved_token_is_used_from_memory_and_saved_later() {
    let (folder, vendor) = (TempDir::new().unwrap(), Vendor::default());
    let inner = folder.path().join("inner");
    let (server, file) = (vendor.start().await, inner.join("token"));
    fs::create_dir(&inner).unwrap();
    let provider = process(&server, &file);

    vendor.answers(Answer::RemovesFolder(inner.clone()));
    provider.check().await.expect("the access token is good");
    assert_eq!(saved_token(&file), None);

    vendor.answers(Answer::Good);
    provider.check().await.expect("the token in memory is valid although its folder is missing");
    assert_eq!(saved_token(&file), None);

    fs::create_dir(&inner).unwrap();
    vendor.answers(Answer::Unavailable);
    provider.check().await.unwrap_err();
    assert_eq!(saved_token(&file).as_deref(), Some("refresh-2"), "it is saved before it is spent");

    vendor.answers(Answer::Good);
    provider.check().await.unwrap();
    assert_eq!(saved_token(&file).as_deref(), Some("refresh-3"));
    assert_eq!(vendor.presented(), ["refresh-0", "refresh-1", "refresh-2", "refresh-2"]);
}

#[tokio::test]
async fn a_token_whose_file_was_removed_is_used_from_memory() {
    let (folder, vendor) = (TempDir::new().unwrap(), Vendor::default());
    let (server, file) = (vendor.start().await, folder.path().join("token"));
    let provider = process(&server, &file);
    provider.check().await.unwrap();
    fs::remove_file(&file).unwrap();
    provider.check().await.unwrap();
    assert_eq!(saved_token(&file).as_deref(), Some("refresh-2"));
}

#[tokio::test]
async fn a_grant_without_an_access_token_keeps_its_refresh_token() {
    let (folder, vendor) = (TempDir::new().unwrap(), Vendor::default());
    let (server, file) = (vendor.start().await, folder.path().join("token"));
    vendor.answers(Answer::WithoutAccessToken);
    let error = process(&server, &file).check().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
    assert_eq!(saved_token(&file).as_deref(), Some("refresh-1"));
}

#[cfg(unix)]
#[tokio::test]
async fn the_token_file_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, vendor) = (TempDir::new().unwrap(), Vendor::default());
    let (server, file) = (vendor.start().await, folder.path().join("token"));
    process(&server, &file).check().await.unwrap();
    let entries: Vec<_> = fs::read_dir(folder.path()).unwrap().map(Result::unwrap).collect();
    assert_eq!(entries.len(), 2, "the token and its lock, and no temporary file: {entries:?}");
    for entry in entries {
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
    }
}

#[tokio::test]
async fn an_unwritable_store_is_an_error_that_names_its_key_and_spends_no_token() {
    let (folder, vendor) = (TempDir::new().unwrap(), Vendor::default());
    let (server, file) = (vendor.start().await, folder.path().join("missing/token"));
    let error = process(&server, &file).check().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Config, Effect::NotSent));
    let message = error.message().unwrap();
    assert!(message.starts_with("refresh_token_store: "), "{message}");
    assert!(message.ends_with(&io::ErrorKind::NotFound.to_string()), "{message}");
    assert_shows_no_token(&error);
    assert_eq!(vendor.presented(), [""; 0]);
}

#[tokio::test]
async fn a_lock_held_by_another_process_is_a_transient_error() {
    let (folder, vendor) = (TempDir::new().unwrap(), Vendor::default());
    let (server, file) = (vendor.start().await, folder.path().join("token"));
    let lock = File::create(folder.path().join("token.lock")).unwrap();
    lock.lock().unwrap();
    let clock = Arc::new(ManualClock::new("2026-11-20T10:00:00Z".parse().unwrap()));
    let mut waiting = Process::new(&server.uri(), &file);
    waiting.clock = Arc::<ManualClock>::clone(&clock);
    let provider = waiting.start();

    let error = provider.check().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unreachable, Effect::NotSent));
    assert!(error.is_transient());
    let message = error.message().unwrap();
    assert!(message.contains("refresh_token_store: another process"), "{message}");
    assert_shows_no_token(&error);
    assert_eq!(clock.sleeps().iter().sum::<Duration>(), TIMEOUT);
    assert_eq!(vendor.presented(), [""; 0]);

    lock.unlock().unwrap();
    provider.check().await.unwrap();
    assert_eq!(saved_token(&file).as_deref(), Some("refresh-1"));
}

/// A store in a file, which notifies the test of every saved token.
#[derive(Debug)]
struct NotifyingStore {
    file: RefreshTokenFile,
    saved: Notify,
}

impl RefreshTokenStore for NotifyingStore {
    fn try_lock(&self) -> io::Result<Box<dyn Send>> {
        self.file.try_lock()
    }

    fn load(&self, configured: &Secret) -> io::Result<Option<Secret>> {
        self.file.load(configured)
    }

    fn check_writable(&self) -> io::Result<()> {
        self.file.check_writable()
    }

    fn save(&self, configured: &Secret, newest: &Secret) -> io::Result<()> {
        self.file.save(configured, newest)?;
        self.saved.notify_one();
        Ok(())
    }
}

#[tokio::test]
async fn a_renewal_is_saved_although_its_caller_was_dropped() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("token");
    let store = Arc::new(NotifyingStore { file: RefreshTokenFile::new(&file), saved: Notify::new() });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut process = Process::new(&format!("http://{}", listener.local_addr().unwrap()), &file);
    process.store = Some(Arc::<NotifyingStore>::clone(&store));
    let provider = process.start();

    let until_asked = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"refresh_token=refresh-0") {
            assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
        }
        stream
    };
    let mut stream = tokio::select! {
        result = provider.check() => panic!("the renewal returned before the answer: {result:?}"),
        stream = until_asked => stream,
    };
    drop(provider);

    let body = json!({"access_token": "access", "refresh_token": "refresh-1"}).to_string();
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).await.unwrap();
    tokio::time::timeout(TIMEOUT, store.saved.notified()).await.expect("the token is saved");
    assert_eq!(saved_token(&file).as_deref(), Some("refresh-1"));
}

#[tokio::test]
async fn a_caller_that_is_dropped_while_it_waits_for_the_lock_spends_nothing() {
    let (folder, vendor) = (TempDir::new().unwrap(), Vendor::default());
    let (server, file) = (vendor.start().await, folder.path().join("token"));
    let lock = File::create(folder.path().join("token.lock")).unwrap();
    lock.lock().unwrap();
    let provider = process(&server, &file);
    tokio::select! {
        biased;
        result = provider.check() => panic!("the lock is held: {result:?}"),
        () = tokio::task::yield_now() => {}
    }
    lock.unlock().unwrap();
    provider.check().await.unwrap();
    assert_eq!(vendor.presented(), ["refresh-0"]);
}
