//! What would prove a claim, derived from its result and from the answer of its best fixture.

use std::collections::BTreeSet;

use serde::Serialize;
use unicontact_providers::ErrorKind;

use super::result::ClaimedResult;
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
    /// An exchange that nobody should cause. A user who has one sends it as text.
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

    /// Returns the proof of a claim. `of_claim` are its fixtures, the best first; `recordable` are the scenarios of the vendor
    /// that can be recorded.
    pub(super) fn new(
        of_claim: &[&Fixture],
        result: &ClaimedResult,
        fixtures: &Fixtures,
        recordable: &BTreeSet<&str>,
    ) -> Self {
        if of_claim.iter().any(|fixture| fixture.provenance.evidence() < ProvenanceKind::ThirdParty) {
            return Self::Proven;
        }
        let Some(condition) = condition(of_claim, result) else { return Self::Rule };
        match of_claim.iter().find(|fixture| recordable.contains(&*fixture.scenario)) {
            Some(fixture) => {
                let is_after_create = condition == Condition::CreatedBefore;
                let create = is_after_create.then(|| create_of(fixture, fixtures)).flatten();
                let record = create.into_iter().chain([*fixture]).map(|it| it.scenario.clone()).collect();
                Self::Record { record, condition }
            }
            None if condition.is_caused_by_the_account() => Self::Provoke { condition },
            None => Self::Observe { condition },
        }
    }
}

impl Condition {
    /// Returns whether the owner of an account can cause it without harm.
    fn is_caused_by_the_account(self) -> bool {
        let others =
            [Self::TooManyRequests, Self::ExhaustedQuota, Self::Firewall, Self::Outage, Self::LostRequest];
        !others.contains(&self)
    }
}

/// Returns the condition of a claim. `None` if no exchange can prove it: nothing is sent, the vendor does not answer, or only the
/// library knows the kind of the error.
fn condition(of_claim: &[&Fixture], result: &ClaimedResult) -> Option<Condition> {
    let is_answered = |fixture: &&Fixture| fixture.fault().is_none() && fixture.exchanges().next().is_some();
    of_claim.iter().find(|fixture| is_answered(fixture))?;
    Some(match result {
        ClaimedResult::Failed(error) => return of_kind(error.kind),
        ClaimedResult::Created | ClaimedResult::NotFound => Condition::NewContact,
        ClaimedResult::Existing => Condition::SecondCreate,
        ClaimedResult::Found => Condition::CreatedBefore,
        ClaimedResult::Unclear => Condition::SimilarContact,
        ClaimedResult::Checked => Condition::ValidCredentials,
    })
}

fn of_kind(kind: ErrorKind) -> Option<Condition> {
    Some(match kind {
        ErrorKind::Unauthenticated => Condition::WrongCredentials,
        ErrorKind::PermissionDenied => Condition::MissingPermission,
        ErrorKind::NotFound => Condition::NoSuchAccount,
        ErrorKind::Invalid => Condition::RefusedValue,
        ErrorKind::AlreadyExists => Condition::SecondCreate,
        ErrorKind::Config => Condition::RefusedConfiguration,
        ErrorKind::RateLimited => Condition::TooManyRequests,
        ErrorKind::QuotaExhausted => Condition::ExhaustedQuota,
        ErrorKind::Blocked => Condition::Firewall,
        ErrorKind::Unavailable => Condition::Outage,
        ErrorKind::Interrupted => Condition::LostRequest,
        _ => return None,
    })
}

/// Returns the best fixture that creates the contact of a search, with the same configuration.
fn create_of<'a>(search: &Fixture, fixtures: &'a Fixtures) -> Option<&'a Fixture> {
    let creates = fixtures.of_vendor(&search.vendor).filter(|fixture| {
        fixture.operation() == Operation::Create
            && fixture.expect.created.is_some()
            && fixture.contact == search.contact
            && fixture.provider == search.provider
    });
    creates.min_by_key(|fixture| (!fixture.is_named_after_operation(), fixture.provenance.evidence()))
}
