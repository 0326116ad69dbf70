//! The rows of the unproven claims. Claims that the same exchange would prove share a row.

use std::cmp::Reverse;
use std::mem::discriminant;

use unicontact_contract::{Claim, ClaimedResult, Condition, Proof, VendorEvidence};

use super::scenarios::short_list;

/// The names of the columns.
pub(super) const COLUMNS: [&str; 6] =
    ["evidence", "claim", "answer", "exchange that would prove it", "send", "scenarios"];

/// Claims that the same exchange would prove.
pub(super) struct ClaimRow<'a> {
    first: &'a Claim,
    answers: Vec<String>,
    scenarios: Vec<&'a str>,
}

/// The number of claims of a vendor, by their state.
pub(super) struct ClaimCounts {
    pub(super) proven: usize,
    pub(super) rules: usize,
    pub(super) unproven: usize,
}

impl ClaimCounts {
    pub(super) fn new(evidence: &VendorEvidence) -> Self {
        let count = |proof: &Proof| evidence.claims.iter().filter(|claim| claim.proof == *proof).count();
        let unproven = evidence.unproven().count();
        Self { proven: count(&Proof::Proven), rules: count(&Proof::Rule), unproven }
    }
}

/// Returns the rows of a vendor: what is inferred before what third parties say, and what can be recorded first.
pub(super) fn rows(evidence: &VendorEvidence) -> Vec<ClaimRow<'_>> {
    let mut rows: Vec<ClaimRow<'_>> = Vec::new();
    for claim in evidence.unproven() {
        let (answer, scenarios) = (answer(claim), claim.scenarios.iter().map(String::as_str));
        match rows.iter_mut().find(|row| has_same_exchange(row.first, claim)) {
            Some(row) => {
                row.answers.extend(answer.filter(|it| !row.answers.contains(it)));
                row.scenarios.extend(scenarios);
            }
            None => rows.push(ClaimRow {
                first: claim,
                answers: answer.into_iter().collect(),
                scenarios: scenarios.collect(),
            }),
        }
    }
    let effort = |proof: &Proof| match proof {
        Proof::Record { .. } => 0,
        Proof::Provoke { .. } => 1,
        Proof::Observe { .. } | Proof::Proven | Proof::Rule => 2,
    };
    for row in &mut rows {
        row.answers.sort();
    }
    rows.sort_by_key(|row| (Reverse(row.first.evidence), effort(&row.first.proof), row.first.operation));
    rows
}

/// Returns the command that records the proof of a claim. `None` if it cannot be recorded.
pub(super) fn command(vendor: &str, claim: &Claim) -> Option<String> {
    let Proof::Record { record, .. } = &claim.proof else { return None };
    Some(format!(
        "unicontact contract record --to NAME --vendor {vendor} --scenario {} --live --yes --out recorded",
        record.join(",")
    ))
}

impl ClaimRow<'_> {
    /// Returns the cells of [`COLUMNS`].
    pub(super) fn cells(&self) -> Vec<String> {
        vec![
            self.first.evidence.as_str().to_owned(),
            self.claim(),
            self.answers.join(", "),
            self.exchange(),
            self.what_to_send().to_owned(),
            short_list(&self.scenarios),
        ]
    }

    fn claim(&self) -> String {
        let (operation, result) = (self.first.operation.as_str(), self.first.result.as_str());
        match &self.first.result {
            ClaimedResult::Failed(error) => match error.effect {
                Some(effect) => format!("{operation}: {result}, {}", effect.as_str()),
                None => format!("{operation}: {result}"),
            },
            _ => format!("{operation}: {result}"),
        }
    }

    fn exchange(&self) -> String {
        let request = self.first.request.as_ref().map(ToString::to_string).unwrap_or_default();
        let condition = self.first.proof.condition().map(in_words).unwrap_or_default();
        format!("{request} {condition}")
    }

    fn what_to_send(&self) -> &'static str {
        match self.first.proof {
            Proof::Record { .. } => "recording",
            Proof::Provoke { .. } => "exchange",
            Proof::Observe { .. } | Proof::Proven | Proof::Rule => "exchange, if seen",
        }
    }
}

/// Returns whether both claims have the same evidence, request, kind and effect.
fn has_same_exchange(one: &Claim, other: &Claim) -> bool {
    let effect = |claim: &Claim| match &claim.result {
        ClaimedResult::Failed(error) => error.effect,
        _ => None,
    };
    discriminant(&one.proof) == discriminant(&other.proof)
        && one.proof.condition() == other.proof.condition()
        && one.evidence == other.evidence
        && one.operation == other.operation
        && one.request == other.request
        && one.result.as_str() == other.result.as_str()
        && effect(one) == effect(other)
}

/// Returns the status and the code of an error.
fn answer(claim: &Claim) -> Option<String> {
    let ClaimedResult::Failed(error) = &claim.result else { return None };
    let status = error.status.map(|status| status.to_string());
    // Some vendors repeat the status as their code.
    let code = error.code.clone().filter(|code| Some(code) != status.as_ref());
    Some(status.into_iter().chain(code).collect::<Vec<_>>().join(" "))
}

fn in_words(condition: Condition) -> &'static str {
    match condition {
        Condition::NewContact => "with a contact that the account does not have",
        Condition::SecondCreate => "with a contact that the account has already",
        Condition::CreatedBefore => "for a contact that was created before",
        Condition::SimilarContact => "for a contact, after a similar one was created",
        Condition::ValidCredentials => "with valid credentials",
        Condition::WrongCredentials => "with wrong or expired credentials",
        Condition::MissingPermission => "with credentials that lack the permission",
        Condition::NoSuchAccount => "for an account or address that does not exist",
        Condition::RefusedValue => "with a value that the vendor refuses",
        Condition::RefusedConfiguration => "with a configuration that the vendor refuses",
        Condition::TooManyRequests => "after more requests than the vendor permits",
        Condition::ExhaustedQuota => "after the quota of the account is used up",
        Condition::Firewall => "refused by a firewall of the vendor",
        Condition::Outage => "during an outage of the vendor",
        Condition::LostRequest => "lost or not finished at a proxy of the vendor",
    }
}
