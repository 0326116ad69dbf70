//! Records of the stand-ins' contacts and requests. Their `Debug` output contains no contact data.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::faults::FaultKind;

/// A contact that a stand-in created.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StoredContact {
    /// The id of the contact at the vendor.
    pub id: String,
    /// The request's body, exactly as received. It identifies a contact even if the vendor stores it in another form.
    pub body: Value,
    /// The contact as the vendor stores it and shows it in answers and lists.
    pub shown: Value,
    /// When it was committed, by the sandbox's clock.
    pub committed_at: Timestamp,
    /// The number of creates that were answered with this contact: 1, and one for each that found it similar.
    pub times_returned: usize,
    /// The [number](RequestRecord::number) of the request that created it.
    pub created_by: usize,
    /// The numbers of the later requests that found it similar.
    pub returned_by: Vec<usize>,
}

impl fmt::Debug for StoredContact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StoredContact")
            .field("id", &self.id)
            .field("times_returned", &self.times_returned)
            .field("created_by", &self.created_by)
            .field("returned_by", &self.returned_by)
            .finish_non_exhaustive()
    }
}

/// A contact whose create was accepted and is not committed yet.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct UncommittedContact {
    /// The request's body, exactly as received.
    pub body: Value,
    /// The [number](RequestRecord::number) of the request.
    pub request: usize,
    /// When it is committed, by the sandbox's clock.
    pub commits_at: Timestamp,
}

impl fmt::Debug for UncommittedContact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UncommittedContact")
            .field("request", &self.request)
            .field("commits_at", &self.commits_at)
            .finish_non_exhaustive()
    }
}

/// A request that a stand-in received.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RequestRecord {
    /// Its number among the requests to this vendor, from 1, in the order in which they were received whole.
    pub number: usize,
    /// When it was received, by the sandbox's clock.
    pub at: Timestamp,
    /// The method, such as `POST`.
    pub method: String,
    /// The path with its query, as received.
    pub path: String,
    /// The status of the intended answer; 0 if there is none, or if the answer waits for a commit.
    pub status: u16,
    /// The faults of the request: those that continue with the next rules, then a limit that refused it, then the fault that
    /// decided its answer.
    pub faults: Vec<FaultKind>,
    /// The id of the contact that it created, or that it found similar. None before a late commit.
    pub contact: Option<String>,
    /// Whether it created that contact. False before a late commit.
    pub committed: bool,
    /// How much of the answer was sent.
    pub answer: Answer,
    /// The number of requests to this vendor in flight when this one arrived, itself included. A request is in flight until
    /// it is answered or its client has disconnected.
    pub under_way: usize,
}

/// How much of the answer to a request was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The stand-in's answer was sent whole. The client may not have read it.
    Whole,
    /// A fault's answer was sent in its place.
    Replaced,
    /// A part of the stand-in's answer was sent.
    Cut,
    /// Nothing was sent, or not yet.
    Nothing,
}

impl RequestRecord {
    /// Sets the contact that the request created or was answered with.
    pub(crate) fn set_contact(&mut self, contact: Option<&StoredContact>) {
        self.committed = contact.is_some_and(|contact| contact.created_by == self.number);
        self.contact = contact.map(|contact| contact.id.clone());
    }
}

impl Answer {
    /// Returns the name, such as `whole`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Replaced => "replaced",
            Self::Cut => "cut",
            Self::Nothing => "nothing",
        }
    }
}

impl fmt::Debug for RequestRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.split('?').next().unwrap_or_default();
        write!(formatter, "{} {path} -> {}", self.method, self.status)?;
        if self.answer != Answer::Whole {
            write!(formatter, " {}", self.answer.name())?;
        }
        self.faults.iter().try_for_each(|fault| write!(formatter, ", {fault}"))
    }
}
