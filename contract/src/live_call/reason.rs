//! Decides which refused contacts are sent to a live vendor. States the reason for every other error.

use unicontact_providers::{Effect, ErrorKind};

use super::call_builder::CallBuilder;
use crate::fixture::{ExpectedRequest, Fixture, Operation, ProvenanceKind};

/// Returns why the error of a fixture is not provoked, or `None` if the vendor refuses its contact.
///
/// The fixtures of the call with wrong credentials have a call already, and are not asked about.
pub(super) fn reason_not_provoked<'a>(builder: &CallBuilder<'a, '_>, fixture: &'a Fixture) -> Option<String> {
    let reason = match fixture.expect.kind? {
        ErrorKind::Invalid => return reason_not_sent(builder, fixture).map(str::to_owned),
        ErrorKind::Unauthenticated => return Some(reason_not_logged_in(builder, fixture)),
        ErrorKind::RateLimited => "a rate limit cannot be provoked safely",
        ErrorKind::QuotaExhausted => "a used-up quota cannot be provoked safely",
        ErrorKind::Blocked => "the block of a firewall cannot be provoked safely",
        ErrorKind::Unavailable => "an outage cannot be provoked",
        ErrorKind::Unreachable | ErrorKind::Interrupted => "a lost connection cannot be provoked",
        ErrorKind::AlreadyExists => "the contact would be sent twice, and might be created twice",
        ErrorKind::PermissionDenied => "the account would need other rights",
        ErrorKind::NotFound => "it needs an account that does not exist",
        ErrorKind::UnexpectedResponse => "an answer that the vendor does not document cannot be provoked",
        ErrorKind::Config | ErrorKind::Unmappable | ErrorKind::Unsupported => {
            "the adapter refuses it, and not the vendor"
        }
        _ => "such an error cannot be provoked",
    };
    Some(reason.to_owned())
}

fn reason_not_logged_in<'a>(builder: &CallBuilder<'a, '_>, fixture: &'a Fixture) -> String {
    if let Err(reason) = builder.call(fixture) {
        reason
    } else if !builder.has_secrets {
        "the provider has no credentials that can be made up".to_owned()
    } else {
        "wrong credentials are sent only once, by the call that risks least".to_owned()
    }
}

/// Returns why a contact that the vendor refuses is not sent.
///
/// Many fixtures combine a usual contact with the answer to an unusual one. A live vendor would create such a contact.
fn reason_not_sent<'a>(builder: &CallBuilder<'a, '_>, fixture: &'a Fixture) -> Option<&'static str> {
    let is_create = fixture.operation() == Operation::Create;
    let mut others = builder.of_vendor().filter(|it| it.operation() == fixture.operation());
    if fixture.expect.effect != Some(Effect::Refused) {
        Some("the vendor may create the contact")
    } else if others.any(|other| sends_the_same(fixture, other) && may_be_accepted(other)) {
        Some("by another fixture, the vendor may accept the same request")
    } else if is_create && fixture.provenance.evidence() == ProvenanceKind::Inferred {
        Some("the refusal is only inferred, so the vendor may create the contact")
    } else {
        None
    }
}

/// Returns whether a fixture may send the same request: it has the same contact, or the same path and body. A first fixture has
/// no request.
fn sends_the_same(fixture: &Fixture, other: &Fixture) -> bool {
    let is_same_request = |one: &ExpectedRequest, other: &ExpectedRequest| {
        (&one.path, &one.body, &one.form) == (&other.path, &other.body, &other.form)
    };
    let requests = fixture.request.as_ref().zip(other.request.as_ref());
    fixture.contact == other.contact || requests.is_some_and(|(one, other)| is_same_request(one, other))
}

/// Returns whether the vendor has, or may have, what the fixture sends.
fn may_be_accepted(fixture: &Fixture) -> bool {
    let expect = &fixture.expect;
    expect.is_success()
        || expect.kind == Some(ErrorKind::AlreadyExists)
        || expect.effect == Some(Effect::Unknown)
}
