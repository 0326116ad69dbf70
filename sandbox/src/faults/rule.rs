//! A rule: a fault, and the requests that it applies to.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::kind::FaultKind;
use super::normalization::Normalization;
use crate::vendor::Vendor;

/// A fault, and the requests that it applies to.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The vendors that it applies to; empty for all.
    pub vendors: Vec<Vendor>,
    /// The requests that count. [`What::Down`] and the limits of the stand-in from [`What::TokenExpiry`] on ignore it;
    /// [`What::LateCommit`], [`What::LateDedupe`] and [`What::Normalizes`] always count creates, [`What::StaleList`] reads of contacts.
    pub on: On,
    /// Which of the requests that count.
    pub when: When,
    /// The fault.
    pub what: What,
}

impl Rule {
    /// Creates a rule for every create at every vendor.
    pub fn new(what: What) -> Self {
        Self { vendors: Vec::new(), on: On::default(), when: When::default(), what }
    }

    /// Adds a vendor to which the rule applies.
    #[must_use]
    pub fn at(mut self, vendor: Vendor) -> Self {
        self.vendors.push(vendor);
        self
    }

    /// Sets the kind of request that counts.
    #[must_use]
    pub fn on(mut self, on: On) -> Self {
        self.on = on;
        self
    }

    /// Sets which of these requests the rule applies to.
    #[must_use]
    pub fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    pub(crate) fn applies_to(&self, vendor: Vendor) -> bool {
        let is_named = self.vendors.is_empty() || self.vendors.contains(&vendor);
        is_named && self.what.kind().vendors().contains(&vendor)
    }
}

/// The kind of request that counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// Requests that create a contact.
    #[default]
    Create,
    /// Requests for a token.
    Login,
    /// All other requests.
    Read,
    /// All requests.
    Any,
}

/// Which of the counted requests the rule applies to. All conditions hold together. Each vendor is counted on its own, and
/// a request whose answer an earlier rule decides is not counted.
#[derive(Debug, Clone, PartialEq)]
pub struct When {
    /// The number of requests before the rule begins.
    pub after: usize,
    /// Every n-th of the rest; 0 counts as 1.
    pub every: usize,
    /// The probability for each of those, from 0 to 1. The draw depends only on the seed, the vendor, the rule and the
    /// request's number among those that count.
    pub probability: f64,
    /// The number of times that the rule applies; a burst is one time.
    pub times: Option<usize>,
    /// The number of requests in a row for each time; 0 counts as 1.
    pub burst: usize,
    /// The duration of each time, by the sandbox's clock.
    pub lasting: Option<Duration>,
}

impl Default for When {
    fn default() -> Self {
        Self { after: 0, every: 1, probability: 1.0, times: None, burst: 1, lasting: None }
    }
}

/// A fault. The *commit* is the time at which the stand-in executes the request: a fault before it leaves no contact, a fault
/// after it leaves one.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum What {
    /// The request is executed at once and answered late. Latencies add up, and other faults may follow.
    Latency(Latency),
    /// An error instead of the answer.
    Status {
        /// From 400 to 599.
        status: u16,
        /// The `Retry-After` header, if any.
        retry_after: Option<RetryAfter>,
        /// The body of the error.
        body: ErrorBody,
        /// Whether the request is executed.
        after_commit: bool,
    },
    /// A 429 instead of the answer; the request is not executed.
    RateLimit {
        /// The `Retry-After` header.
        retry_after: RetryAfter,
    },
    /// A 429 instead of the answer, for a request beyond the limit of requests in flight; it is not executed. Requests within
    /// the limit continue with the next rules.
    ConcurrencyLimit {
        /// The limit on requests in flight; 0 counts as 1.
        in_flight: usize,
        /// The `Retry-After` header, if any.
        retry_after: Option<RetryAfter>,
    },
    /// The request is executed at once, and answered after a worker has spent its time on it. With more requests than workers,
    /// the others wait in a queue. Adds up with latencies, and other faults may follow.
    Workers {
        /// The number of workers; 0 counts as 1.
        workers: usize,
        /// The time of a worker for a request. A real wait, independent of the sandbox's clock.
        delay: Duration,
    },
    /// A create is checked on arrival and committed later, whether or not the client still waits. Until then nothing shows
    /// the contact. A vendor that returns an equal contact searches for one on arrival and again at the commit. The answer is
    /// sent after the commit. Other faults may follow; one before the commit prevents it.
    LateCommit {
        /// From the request to the commit, by the sandbox's clock.
        delay: Duration,
        /// The real time after which a gateway answers 504 if the contact is not committed yet.
        gateway_timeout: Option<Duration>,
    },
    /// As [`What::LateCommit`], except that the vendor searches for an equal contact only on arrival. Equal creates that arrive
    /// before the first commit each create a contact. `SmartTask` and `HubSpot` search for one, and Salesforce with a
    /// [`What::DuplicateRule`].
    LateDedupe {
        /// From the request to the commit, by the sandbox's clock.
        delay: Duration,
        /// The real time after which a gateway answers 504 if the contact is not committed yet.
        gateway_timeout: Option<Duration>,
    },
    /// A read shows only contacts that were committed at least this long ago. The vendor's own search for an equal contact is
    /// not affected. At emnify these are all reads of contacts, at `HubSpot` and Pipedrive the search, which lags without
    /// this fault, too. The other vendors have none. Other faults may follow.
    StaleList {
        /// The time from a commit until reads show it, by the sandbox's clock.
        lag: Duration,
    },
    /// A create is stored and shown in another form than it was sent. Other faults may follow.
    Normalizes(Normalization),
    /// The request is not executed; the connection ends with a TCP reset.
    ResetBeforeCommit,
    /// The request is executed; the connection ends with a TCP reset and no byte of the answer.
    ResetAfterCommit,
    /// The request is not executed, and not answered until the client disconnects or the sandbox stops.
    HangBeforeCommit,
    /// The request is executed, and not answered until the client disconnects or the sandbox stops.
    HangAfterCommit,
    /// The request is executed; the head announces the whole body, half of it is sent, and the connection is closed. An empty
    /// body is announced with one byte, which is never sent.
    CutBody,
    /// The request is executed; the body is sent in up to sixteen pieces.
    SlowBody {
        /// The time from the head to the last piece.
        over: Duration,
    },
    /// An HTML page instead of the answer, as from an edge in front of the vendor.
    EdgeHtml {
        /// From 400 to 599.
        status: u16,
        /// Whether the request is executed.
        after_commit: bool,
    },
    /// The request is executed; the answer has a wrong content type.
    WrongContentType {
        /// The content type.
        content_type: String,
    },
    /// The request is executed; the answer begins with a byte order mark.
    ByteOrderMark,
    /// The port is closed: connections are refused, and open ones are reset. Of [`When`] it takes `after` and `lasting`. Without
    /// `after` the vendor is down at once, with it after that number of requests of any kind: the next one is reset and not
    /// executed. The vendor is down once, for `lasting`, or without it until the faults change.
    Down,
    /// A token is valid for a number of requests, and then gets the vendor's answer to an expired token. This includes tokens
    /// that never expire otherwise. Takes nothing of [`When`]. Cloverhound has no tokens, and those of Pipedrive never expire.
    TokenExpiry {
        /// The number of requests with the token.
        uses: u32,
    },
    /// `OneCloud`'s limit on creates. Takes nothing of [`When`].
    Quota {
        /// The number of creates from one 18:00 to the next, invalid ones included.
        creates: u32,
        /// The zone of 18:00, such as `Asia/Jakarta`.
        time_zone: String,
    },
    /// The limit on requests in a short window: ten seconds at `HubSpot`, two at Pipedrive. Takes nothing of [`When`].
    BurstLimit {
        /// The number of requests within the window.
        calls: u32,
    },
    /// The limit on requests in a day at `HubSpot`, Salesforce and Pipedrive. Takes nothing of [`When`].
    DailyLimit {
        /// The number of requests from midnight to midnight; at Pipedrive the number of tokens, of which a create costs 5 and
        /// a search 20.
        calls: u32,
        /// The zone of midnight, such as `UTC`.
        time_zone: String,
    },
    /// An account of Salesforce with a rule against contacts whose e-mail address another contact or lead has. Takes nothing
    /// of [`When`].
    DuplicateRule,
}

/// The delay of an answer, a real wait that is independent of the sandbox's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Latency {
    /// A fixed delay.
    Fixed(Duration),
    /// A log-normal delay: half of all delays are shorter than `p50`, and one in a hundred is longer than `p99`. The longest is
    /// ten times `p99`.
    LongTail {
        /// The median.
        p50: Duration,
        /// The 99th percentile.
        p99: Duration,
    },
}

/// A `Retry-After` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// A number of seconds, rounded up.
    Seconds(Duration),
    /// An HTTP date, this long from now by the sandbox's clock.
    Date(Duration),
}

/// The body of an error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorBody {
    /// The vendor's form of an error, from its pages or its framework.
    #[default]
    Vendor,
    /// No body.
    Empty,
}

impl What {
    /// Returns the kind of the fault.
    pub const fn kind(&self) -> FaultKind {
        match self {
            Self::Latency(_) => FaultKind::Latency,
            Self::Status { .. } => FaultKind::Status,
            Self::RateLimit { .. } => FaultKind::RateLimit,
            Self::ConcurrencyLimit { .. } => FaultKind::ConcurrencyLimit,
            Self::Workers { .. } => FaultKind::Workers,
            Self::LateCommit { .. } => FaultKind::LateCommit,
            Self::LateDedupe { .. } => FaultKind::LateDedupe,
            Self::StaleList { .. } => FaultKind::StaleList,
            Self::Normalizes(_) => FaultKind::Normalizes,
            Self::ResetBeforeCommit => FaultKind::ResetBeforeCommit,
            Self::ResetAfterCommit => FaultKind::ResetAfterCommit,
            Self::HangBeforeCommit => FaultKind::HangBeforeCommit,
            Self::HangAfterCommit => FaultKind::HangAfterCommit,
            Self::CutBody => FaultKind::CutBody,
            Self::SlowBody { .. } => FaultKind::SlowBody,
            Self::EdgeHtml { .. } => FaultKind::EdgeHtml,
            Self::WrongContentType { .. } => FaultKind::WrongContentType,
            Self::ByteOrderMark => FaultKind::ByteOrderMark,
            Self::Down => FaultKind::Down,
            Self::TokenExpiry { .. } => FaultKind::TokenExpiry,
            Self::Quota { .. } => FaultKind::Quota,
            Self::BurstLimit { .. } => FaultKind::BurstLimit,
            Self::DailyLimit { .. } => FaultKind::DailyLimit,
            Self::DuplicateRule => FaultKind::DuplicateRule,
        }
    }

    /// Returns whether the request is not executed.
    pub const fn is_before_commit(&self) -> bool {
        match self {
            Self::Status { after_commit, .. } | Self::EdgeHtml { after_commit, .. } => !*after_commit,
            Self::RateLimit { .. }
            | Self::ConcurrencyLimit { .. }
            | Self::ResetBeforeCommit
            | Self::HangBeforeCommit
            | Self::Down => true,
            _ => false,
        }
    }
}
