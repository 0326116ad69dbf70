//! What would prove a claim, derived from its result and from the answer of its best fixture.

use serde::Serialize;
use unicontact_providers::ErrorKind;

use super::claim::{ClaimedError, ClaimedResult};
use crate::fixture::{Fixture, Operation, ProvenanceKind};
use crate::folder::Fixtures;

/// What would prove a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "proof", rename_all = "snake_case")]
pub enum Proof {
    /// Nothing more: the claim is recorded or documented.
    Proven,
    /// No exchange: the claim is a rule of this library, about a lost connection, an answer that the vendor does not document, or
    /// a contact that is not sent.
    Rule,
    /// A recording of these scenarios, in this order.
    Record {
        /// The scenarios.
        record: Vec<String>,
        /// When the vendor answers so.
        condition: Condition,
    },
    /// An exchange that the owner of an account can cause. It is sent as text.
    Provoke {
        /// When the vendor answers so.
        condition: Condition,
    },
    /// An exchange that nobody should cause. It is sent as text by whoever has one.
    Observe {
        /// When the vendor answers so.
        condition: Condition,
    },
}

/// The condition under which a vendor gives the answer of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// The account does not have the contact.
    NewContact,
    /// The account has the contact already.
    SecondCreate,
    /// The contact was created before.
    CreatedBefore,
    /// A similar contact was created before.
    SimilarContact,
    /// The credentials are valid.
    ValidCredentials,
    /// The credentials are wrong or expired.
    WrongCredentials,
    /// The credentials lack the permission.
    MissingPermission,
    /// The account or the address does not exist.
    NoSuchAccount,
    /// The vendor refuses a value of the contact.
    RefusedValue,
    /// The vendor refuses the configuration.
    RefusedConfiguration,
    /// The vendor permits fewer requests.
    TooManyRequests,
    /// The quota of the account is exhausted.
    ExhaustedQuota,
    /// A firewall of the vendor refuses the request.
    Firewall,
    /// The vendor has an outage.
    Outage,
    /// A proxy of the vendor reports that it lost the request, or has not finished an earlier one.
    LostRequest,
}

impl Proof {
    /// Returns the condition of the exchange that would prove the claim. `None` if there is none.
    pub fn condition(&self) -> Option<Condition> {
        match self {
            Self::Proven | Self::Rule => None,
            Self::Record { condition, .. } | Self::Provoke { condition } | Self::Observe { condition } => {
                Some(*condition)
            }
        }
    }

    /// Returns the proof of a claim whose best fixture is `fixture`.
    pub(super) fn new(fixture: &Fixture, result: &ClaimedResult, fixtures: &Fixtures) -> Self {
        if fixture.provenance.kind < ProvenanceKind::ThirdParty {
            return Self::Proven;
        }
        let sends = fixture.exchanges().next().is_some();
        let condition = match result {
            _ if !sends => return Self::Rule,
            ClaimedResult::Failed(error) => return of_error(error, fixture),
            ClaimedResult::Existing => Condition::SecondCreate,
            ClaimedResult::Found => Condition::CreatedBefore,
            ClaimedResult::Created | ClaimedResult::NotFound => Condition::NewContact,
            ClaimedResult::Unclear => Condition::SimilarContact,
            ClaimedResult::Checked => Condition::ValidCredentials,
        };
        let create = (condition == Condition::CreatedBefore).then(|| create_of(fixture, fixtures)).flatten();
        let record = create.into_iter().chain([fixture]).map(|it| it.scenario.clone()).collect();
        Self::Record { record, condition }
    }
}

/// Returns what would prove an error. Without an answer, and for a kind that only the library knows, it is a rule.
fn of_error(error: &ClaimedError, fixture: &Fixture) -> Proof {
    if fixture.fault().is_some() || error.status.is_none() {
        return Proof::Rule;
    }
    match error.kind {
        ErrorKind::Unauthenticated => Proof::Provoke { condition: Condition::WrongCredentials },
        ErrorKind::PermissionDenied => Proof::Provoke { condition: Condition::MissingPermission },
        ErrorKind::NotFound => Proof::Provoke { condition: Condition::NoSuchAccount },
        ErrorKind::Invalid => Proof::Provoke { condition: Condition::RefusedValue },
        ErrorKind::AlreadyExists => Proof::Provoke { condition: Condition::SecondCreate },
        ErrorKind::Config => Proof::Provoke { condition: Condition::RefusedConfiguration },
        ErrorKind::RateLimited => Proof::Observe { condition: Condition::TooManyRequests },
        ErrorKind::QuotaExhausted => Proof::Observe { condition: Condition::ExhaustedQuota },
        ErrorKind::Blocked => Proof::Observe { condition: Condition::Firewall },
        ErrorKind::Unavailable => Proof::Observe { condition: Condition::Outage },
        ErrorKind::Interrupted => Proof::Observe { condition: Condition::LostRequest },
        _ => Proof::Rule,
    }
}

/// Returns the best fixture that creates the contact of a search, with the same configuration.
fn create_of<'a>(search: &Fixture, fixtures: &'a Fixtures) -> Option<&'a Fixture> {
    let creates = fixtures.of_vendor(&search.vendor).filter(|fixture| {
        fixture.operation() == Operation::Create
            && fixture.expect.created.is_some()
            && fixture.contact == search.contact
            && fixture.provider == search.provider
    });
    creates.min_by_key(|fixture| (!fixture.is_named_after_operation(), fixture.provenance.kind))
}
