//! A rule: a fault, and the requests that it strikes. It does not know the vendors' formats.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::kind::FaultKind;
use super::normalization::Normalization;
use super::written::WrittenRule;
use crate::vendor::Vendor;

/// A fault, and the requests that it befalls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WrittenRule", into = "WrittenRule")]
pub struct Rule {
    /// The vendors that it befalls; none means all.
    pub vendors: Vec<Vendor>,
    /// The requests that count. [`What::Down`], [`What::TokenExpiry`] and [`What::Quota`] ignore it;
    /// [`What::LateCommit`], [`What::LateDedupe`] and [`What::Normalizes`] always count creates, [`What::StaleList`] reads of contacts.
    pub on: On,
    /// Which of the requests that count.
    pub when: When,
    /// What happens.
    pub what: What,
}

impl Rule {
    /// Befalls every create at every vendor.
    pub fn new(what: What) -> Self {
        Self { vendors: Vec::new(), on: On::default(), when: When::default(), what }
    }

    /// Befalls this vendor; may be said several times.
    #[must_use]
    pub fn at(mut self, vendor: Vendor) -> Self {
        self.vendors.push(vendor);
        self
    }

    /// Befalls requests of this kind.
    #[must_use]
    pub fn on(mut self, on: On) -> Self {
        self.on = on;
        self
    }

    /// Befalls only some of them.
    #[must_use]
    pub fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    pub(crate) fn befalls(&self, vendor: Vendor) -> bool {
        let is_named = self.vendors.is_empty() || self.vendors.contains(&vendor);
        is_named && self.what.kind().vendors().contains(&vendor)
    }
}

/// Which kind of request counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// Those that create a contact.
    #[default]
    Create,
    /// Those that ask for a token.
    Login,
    /// All others.
    Read,
    /// All of them.
    Any,
}

/// Which of the requests that count are struck. All conditions hold together; each vendor is counted on its own, and
/// a request that an earlier rule has settled is not counted.
#[derive(Debug, Clone, PartialEq)]
pub struct When {
    /// This many are spared first.
    pub after: usize,
    /// Of the rest, every n-th; 0 is as good as 1.
    pub every: usize,
    /// Of those, each with this probability, from 0 to 1. The draw is a function of seed, vendor, rule and the request's
    /// number among those that count, and of nothing else.
    pub probability: f64,
    /// After this many strikes it is over; a burst is one strike.
    pub times: Option<usize>,
    /// A strike goes on for this many requests in a row, itself included; 0 is as good as 1.
    pub burst: usize,
    /// A strike goes on for this long, by the sandbox's clock.
    pub lasting: Option<Duration>,
}

impl Default for When {
    fn default() -> Self {
        Self { after: 0, every: 1, probability: 1.0, times: None, burst: 1, lasting: None }
    }
}

/// What happens to a request that is struck. *Commit* is the moment at which the stand-in executes the request: a fault
/// before it leaves no contact, a fault after it leaves one.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum What {
    /// Executed at once, answered late. Latencies add up, and other faults may follow.
    Latency(Latency),
    /// An error instead of the answer.
    Status {
        /// From 400 to 599.
        status: u16,
        /// The `Retry-After` header, if any.
        retry_after: Option<RetryAfter>,
        /// What the error holds.
        body: ErrorBody,
        /// Whether the request is executed before.
        after_commit: bool,
    },
    /// A 429 instead of the answer; the request is not executed.
    RateLimit {
        /// The `Retry-After` header.
        retry_after: RetryAfter,
    },
    /// A 429 instead of the answer, for a request that comes while as many as are allowed are under way; it is not executed.
    /// Those that are within the limit pass on to the next rules.
    ConcurrencyLimit {
        /// How many requests may be under way at once; 0 is as good as 1.
        in_flight: usize,
        /// The `Retry-After` header, if any.
        retry_after: Option<RetryAfter>,
    },
    /// Executed at once, and answered when one of so many workers has had its time for it: with more requests at once than workers,
    /// the others wait in a queue. Adds up with latencies, and other faults may follow.
    Workers {
        /// How many requests are worked on at once; 0 is as good as 1.
        workers: usize,
        /// How long a worker takes for a request. A real wait, whatever the sandbox's clock says.
        delay: Duration,
    },
    /// A create is checked when it comes and committed later, whether or not the client still waits. Until then nothing shows
    /// the contact. A vendor that returns an equal contact looks for one when the create comes and again at the commit.
    /// The answer comes after the commit. Other faults may follow; one that leaves a request unexecuted prevents the commit.
    LateCommit {
        /// From the request to the commit, by the sandbox's clock.
        delay: Duration,
        /// After this real time a gateway answers 504 if the contact is not committed yet.
        gateway_timeout: Option<Duration>,
    },
    /// As [`What::LateCommit`], except that the vendor looks for an equal contact only when the create comes. Equal creates
    /// that come before the first of them is committed each make a contact. Only `SmartTask` looks for one.
    LateDedupe {
        /// From the request to the commit, by the sandbox's clock.
        delay: Duration,
        /// After this real time a gateway answers 504 if the contact is not committed yet.
        gateway_timeout: Option<Duration>,
    },
    /// A read shows only contacts that were committed at least this long ago. A vendor's own look for an equal contact is
    /// not affected. Only emnify shows contacts to reads. Other faults may follow.
    StaleList {
        /// From a commit until reads show it, by the sandbox's clock.
        lag: Duration,
    },
    /// A create is stored in another form than it was sent, and shown so in answers and lists. Other faults may follow.
    Normalizes(Normalization),
    /// Not executed; the connection ends with a TCP reset.
    ResetBeforeCommit,
    /// Executed; the connection ends with a TCP reset and no byte of the answer.
    ResetAfterCommit,
    /// Not executed, and nothing comes until the client goes away or the sandbox stops.
    HangBeforeCommit,
    /// Executed, and nothing comes until the client goes away or the sandbox stops.
    HangAfterCommit,
    /// Executed; the head announces the whole body, half of it comes, and the connection is closed in good order. An empty
    /// body is announced with one byte, which never comes.
    CutBody,
    /// Executed; the body comes in up to sixteen pieces.
    SlowBody {
        /// How long it takes from the head to the last piece.
        over: Duration,
    },
    /// A page in HTML, as an edge in front of the vendor answers.
    EdgeHtml {
        /// From 400 to 599.
        status: u16,
        /// Whether the request is executed before.
        after_commit: bool,
    },
    /// Executed; the right answer with the wrong label.
    WrongContentType {
        /// The label.
        content_type: String,
    },
    /// Executed; the right answer with a byte order mark before it.
    ByteOrderMark,
    /// The port is closed: connections are refused, those that are open are reset. Of [`When`] it takes `after` and
    /// `lasting`. Without `after` the vendor is down at once, with it after that many requests of any kind:
    /// the next one is reset, unexecuted. It is down once, for `lasting`, or without it until the faults change.
    Down,
    /// A token is good for so many requests, and refused then in the vendor's own way for one that expired. The tokens that
    /// never expire otherwise are no exception. Takes nothing of [`When`]. Cloverhound has no tokens.
    TokenExpiry {
        /// How many requests may present it.
        uses: u32,
    },
    /// `OneCloud`'s limit of creates. Takes nothing of [`When`].
    Quota {
        /// How many creates from one 18:00 to the next, those that are invalid included.
        creates: u32,
        /// The zone of 18:00, such as `Asia/Jakarta`.
        time_zone: String,
    },
}

/// How late an answer is. These are real waits, whatever the sandbox's clock says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Latency {
    /// Always the same.
    Fixed(Duration),
    /// Log-normal: half of all waits are shorter than `p50`, and one in a hundred is longer than `p99`. None is longer than ten
    /// times `p99`.
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
    /// As a number of seconds, rounded up.
    Seconds(Duration),
    /// As an HTTP date, this long from now by the sandbox's clock.
    Date(Duration),
}

/// What an error holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorBody {
    /// The vendor's form of an error, as far as its pages or its framework tell.
    #[default]
    Vendor,
    /// Nothing.
    Empty,
}

impl What {
    /// Its name.
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
        }
    }

    /// Whether it leaves the request unexecuted.
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
