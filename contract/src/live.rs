//! A vendor that is there: a sandbox, a staging system, the real one.
//!
//! Rule: it keeps its own address, account and credentials. A fixture only says how the rest is configured, and what is
//! asked; nothing is ever asked twice.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::{Map, Value};
use unicontact_providers::contact::Country;
use unicontact_providers::http::{Http, Observer, Seen};
use unicontact_providers::{Effect, ErrorKind, Provider, ProviderError};

use crate::adapters::NotConnected;
use crate::fixture::Asked;
use crate::outcome::{Outcome, ask};
use crate::question::Question;

/// A vendor that is there, and how an adapter is connected to it.
pub trait Live: Sync {
    /// The name of the provider, as its user chose it.
    fn provider(&self) -> &str;

    /// The vendor: the name of the folder of its fixtures.
    fn vendor(&self) -> &str;

    /// The keys of the credentials that are set; never their values.
    fn credentials(&self) -> BTreeSet<String>;

    /// An adapter that sends through `http`. `keys` outweigh the provider's own of the same name, and `default_region`
    /// is the region of phone numbers without a country code, whatever the provider's own is.
    ///
    /// # Errors
    ///
    /// When the provider cannot be configured so.
    fn connect(
        &self,
        keys: &Map<String, Value>,
        default_region: Option<Country>,
        http: Http,
    ) -> Result<Provider, NotConnected>;
}

/// What came of asking a live vendor.
///
/// It holds what was sent and answered: credentials, and whatever the vendor knows. Its `Debug` shows neither.
pub struct Ran {
    pub(crate) outcome: Outcome,
    pub(crate) exchanges: Vec<Seen>,
    pub(crate) began: Timestamp,
    asked: Asked,
}

/// An adapter that is connected to a live vendor as some questions want it. It keeps what a login handed out.
pub struct Connected {
    provider: Provider,
    watching: Arc<Watching>,
    http: Http,
}

/// Connects an adapter as a question wants it, and sends nothing. `http` is observed on the way.
///
/// # Errors
///
/// When the provider cannot be configured as the question wants.
pub fn connect(question: &Question<'_>, live: &dyn Live, http: &Http) -> Result<Connected, NotConnected> {
    let watching = Arc::new(Watching::default());
    let observer: Arc<dyn Observer> = Arc::<Watching>::clone(&watching);
    let provider = live.connect(&question.keys, question.default_region, http.clone().observed(observer))?;
    Ok(Connected { provider, watching, http: http.clone() })
}

/// Asks a live vendor what a fixture asks, once. The adapter is one that was [connected](connect) for this question, or
/// for another [that wants the same](Question::is_connected_as).
///
/// A create makes a contact at the vendor. Whoever drops the future before it is done does not know whether it did, and
/// must not ask this adapter anything else.
pub async fn run(question: &Question<'_>, connected: &Connected) -> Ran {
    let began = connected.http.clock().now();
    let outcome = ask(question.asked, question.contact, &connected.provider).await;
    Ran { outcome, exchanges: connected.watching.taken(), began, asked: question.asked }
}

impl Ran {
    /// The id of the contact that the vendor has now: a new one, or one that it had before.
    pub fn id(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Created { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Whether the vendor says that it had the contact before.
    pub fn is_existing(&self) -> bool {
        matches!(self.outcome, Outcome::Created { existing: true, .. })
    }

    /// Whether a search was answered, and found nothing.
    pub fn has_found_nothing(&self) -> bool {
        matches!(self.outcome, Outcome::Found(None))
    }

    /// Why it did not work, if it did not.
    pub fn error(&self) -> Option<&ProviderError> {
        match &self.outcome {
            Outcome::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// Whether there may be a contact at the vendor whose id nobody knows. It must not be sent again.
    pub fn is_in_doubt(&self) -> bool {
        self.asked == Asked::Create && self.error().is_some_and(|error| error.effect() == Effect::Unknown)
    }

    /// Whether the create was answered as a success. In doubt, the contact is there then, and only its id is not known.
    pub fn is_answered(&self) -> bool {
        let answer = self.exchanges.last().and_then(|last| last.answer.as_ref());
        answer.is_some_and(unicontact_providers::http::Answer::is_success)
    }

    /// Whether the failure is about the account, the connection or the moment, so that the next question would fail in
    /// the same way.
    pub fn is_hopeless(&self) -> bool {
        self.error().is_some_and(|error| {
            !matches!(
                error.kind(),
                ErrorKind::Invalid
                    | ErrorKind::AlreadyExists
                    | ErrorKind::NotFound
                    | ErrorKind::Unmappable
                    | ErrorKind::Unsupported
                    | ErrorKind::UnexpectedResponse
            )
        })
    }
}

impl Ran {
    /// Why it says nothing about the vendor's answers, if it does not.
    pub fn reason_not_compared(&self) -> Option<String> {
        let error = self.error()?;
        if error.kind() == ErrorKind::AlreadyExists {
            Some("it is there already".to_owned())
        } else {
            self.is_hopeless().then(|| format!("it failed: {}", error.kind().as_str()))
        }
    }

    /// How many requests were sent.
    pub fn requests(&self) -> usize {
        self.exchanges.len()
    }
}

impl fmt::Debug for Connected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Connected(..)")
    }
}

impl fmt::Debug for Ran {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Ran")
            .field("asked", &self.asked)
            .field("exchanges", &self.exchanges.len())
            .finish_non_exhaustive()
    }
}

/// Keeps what it sees until it is asked for.
#[derive(Default)]
struct Watching(Mutex<Vec<Seen>>);

impl Watching {
    fn taken(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Observer for Watching {
    fn exchanged(&self, seen: Seen) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
    }
}

impl fmt::Debug for Watching {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Watching(..)")
    }
}
