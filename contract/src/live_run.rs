//! Runs a call against a live vendor, once, and keeps the request and the answer.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use unicontact_providers::http::{Answer, Http, Observer, Seen};
use unicontact_providers::{Effect, ErrorKind, Provider, ProviderError};

use crate::adapters::ConnectError;
use crate::fixture::Operation;
use crate::live_call::{LiveCall, refuses_credentials};
use crate::live_provider::LiveProvider;
use crate::outcome::{Outcome, execute};
use crate::provoked::ProvokedRefusal;
use crate::text_pattern::{is_media_type, media_type};

/// An adapter that is connected to a live vendor. It keeps the token of its login for later calls.
pub struct LiveConnection {
    provider: Provider,
    recorder: Arc<ExchangeRecorder>,
    http: Http,
}

/// Connects an adapter with the configuration of a call, and sends nothing. The exchanges of `http` are recorded.
///
/// # Errors
///
/// When the provider rejects the configuration of the call.
pub fn connect(
    call: &LiveCall<'_>,
    live: &dyn LiveProvider,
    http: &Http,
) -> Result<LiveConnection, ConnectError> {
    let recorder = Arc::new(ExchangeRecorder::default());
    let observer: Arc<dyn Observer> = Arc::<ExchangeRecorder>::clone(&recorder);
    let recorded_http = http.clone().observed(observer);
    let provider = if call.has_wrong_credentials() {
        let wrong = live.with_wrong_credentials();
        let wrong = wrong.ok_or_else(|| ConnectError("it has no secret that can be made up".to_owned()))?;
        wrong.connect(&call.keys, call.default_region, recorded_http)?
    } else {
        live.connect(&call.keys, call.default_region, recorded_http)?
    };
    Ok(LiveConnection { provider, recorder, http: http.clone() })
}

/// Runs a call once. The connection is one that was [opened](connect) for this call, or for another call
/// [with the same configuration](LiveCall::has_same_connection_as).
///
/// A create makes a contact at the vendor. If the future is dropped before it ends, the contact may exist; do not use
/// the connection again.
pub async fn run_call(call: &LiveCall<'_>, connection: &LiveConnection) -> LiveRun {
    let began = connection.http.clock().now();
    let outcome = execute(call.operation, call.contact, &connection.provider).await;
    let is_refused_as_expected = matches!(&outcome, Outcome::Failed(error) if call.provokes(error));
    LiveRun {
        outcome,
        exchanges: connection.recorder.take(),
        began,
        operation: call.operation,
        provoked: call.provoked,
        is_refused_as_expected,
    }
}

/// The result of a call to a live vendor.
///
/// It holds the requests and answers with their credentials and contact data. Its `Debug` output shows neither.
pub struct LiveRun {
    pub(crate) outcome: Outcome,
    pub(crate) exchanges: Vec<Seen>,
    pub(crate) began: Timestamp,
    operation: Operation,
    pub(crate) provoked: Option<ProvokedRefusal>,
    is_refused_as_expected: bool,
}

impl LiveRun {
    /// Returns the id of the contact that the vendor created, or that it had before.
    pub fn id(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Created { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Returns whether the vendor answered a create with a contact that it had before.
    pub fn is_existing(&self) -> bool {
        matches!(self.outcome, Outcome::Created { existing: true, .. })
    }

    /// Returns whether a search was answered and found nothing.
    pub fn has_found_nothing(&self) -> bool {
        matches!(self.outcome, Outcome::Found(None))
    }

    /// Returns the error of a failed call.
    pub fn error(&self) -> Option<&ProviderError> {
        match &self.outcome {
            Outcome::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// Returns whether the vendor refused what the call [provokes](LiveCall::provoked): a contact, with an error that the fixtures
    /// expect, or wrong credentials.
    pub fn is_refused_as_expected(&self) -> bool {
        self.is_refused_as_expected
    }

    /// Returns whether the vendor accepted what it is expected to refuse. A create that was accepted made a contact.
    pub fn is_accepted_instead(&self) -> bool {
        self.provoked.is_some() && self.error().is_none()
    }

    /// Returns whether the vendor may hold a contact whose id is unknown. Such a create must not be sent again.
    pub fn is_in_doubt(&self) -> bool {
        self.operation == Operation::Create
            && self.error().is_some_and(|error| error.effect() == Effect::Unknown)
    }

    /// Returns whether the last request was answered with a success. A create in doubt with such an answer did create
    /// the contact, and only its id is unknown.
    pub fn is_answered(&self) -> bool {
        let answer = self.exchanges.last().and_then(|last| last.answer.as_ref());
        answer.is_some_and(Answer::is_success)
    }

    /// Returns whether the call failed for a reason outside the contact (credentials, quota, outage), so that the next
    /// call would fail in the same way. A refusal of wrong credentials is no such failure.
    pub fn has_provider_failure(&self) -> bool {
        !self.is_comparable_refusal()
            && self.error().is_some_and(|error| {
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

    /// Returns why the answers cannot be compared with a fixture, if they cannot.
    pub fn reason_not_compared(&self) -> Option<String> {
        let error = self.error()?;
        if self.is_comparable_refusal() {
            None
        } else if error.kind() == ErrorKind::AlreadyExists {
            Some("the vendor has the contact already".to_owned())
        } else {
            self.has_provider_failure().then(|| format!("the call failed: {}", self.described(error)))
        }
    }

    /// Returns the kind of the error of a failed call, and the status and media type of the answer or why there is none. It
    /// names the host, and has neither a path nor a query nor a vendor's message.
    pub fn failure(&self) -> Option<String> {
        self.error().map(|error| self.described(error))
    }

    fn described(&self, error: &ProviderError) -> String {
        let kind = error.kind().as_str();
        let last = self.exchanges.last();
        if let Some(answer) = last.and_then(|it| it.answer.as_ref()) {
            let media_type = answer.header("content-type").map(media_type).filter(|it| is_media_type(it));
            let media_type = media_type.map_or_else(String::new, |it| format!(" with {it}"));
            return format!("{kind} (the vendor answered {}{media_type})", answer.status());
        }
        // These messages are those of the client, not of a vendor.
        let message = error.message().filter(|_| is_without_answer(error));
        let host = last.and_then(|it| it.url.host_str());
        match (message, host) {
            (Some(message), Some(host)) if !message.contains(host) => format!("{kind} ({host}: {message})"),
            (Some(message), _) => format!("{kind} ({message})"),
            (None, _) => kind.to_owned(),
        }
    }

    /// Returns whether the call provoked an error that is compared, also if the fixtures expect another one. A contact that the
    /// vendor has already is one that it accepted before.
    fn is_comparable_refusal(&self) -> bool {
        let Some(kind) = self.error().map(ProviderError::kind) else { return false };
        self.is_refused_as_expected
            || match self.provoked {
                None => false,
                Some(ProvokedRefusal::Contact) => kind == ErrorKind::AlreadyExists,
                Some(ProvokedRefusal::WrongCredentials) => {
                    refuses_credentials(kind) || kind == ErrorKind::AlreadyExists
                }
            }
    }

    /// Returns the number of requests that were sent.
    pub fn requests(&self) -> usize {
        self.exchanges.len()
    }
}

impl fmt::Debug for LiveConnection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LiveConnection(..)")
    }
}

impl fmt::Debug for LiveRun {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LiveRun")
            .field("operation", &self.operation)
            .field("exchanges", &self.exchanges.len())
            .finish_non_exhaustive()
    }
}

/// Returns whether no answer came, so that no message of a vendor is in the error.
fn is_without_answer(error: &ProviderError) -> bool {
    let is_of_connection = matches!(error.kind(), ErrorKind::Unreachable | ErrorKind::Interrupted);
    is_of_connection && error.status().is_none()
}

/// Records the exchanges of an HTTP client until they are taken.
#[derive(Default)]
struct ExchangeRecorder(Mutex<Vec<Seen>>);

impl ExchangeRecorder {
    fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Observer for ExchangeRecorder {
    fn exchanged(&self, seen: Seen) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
    }
}

impl fmt::Debug for ExchangeRecorder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ExchangeRecorder(..)")
    }
}
