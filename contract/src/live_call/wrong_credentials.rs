//! Derives the call that sends wrong credentials to a live vendor.
//!
//! Invariant: a provider has at most one such call, because vendors lock an account after a few of them.

use unicontact_providers::{Effect, ErrorKind};

use super::LiveCall;
use super::call_builder::CallBuilder;
use crate::fixture::{Fixture, Operation};
use crate::provoked::ProvokedRefusal;

/// Returns the call with wrong credentials whose refusal fixtures expect.
pub(super) fn known_refusal<'a>(builder: &CallBuilder<'a, '_>) -> Option<LiveCall<'a>> {
    if !builder.has_secrets {
        return None;
    }
    let operation = safest_operation(builder);
    let is_of_operation = |fixture: &&Fixture| {
        fixture.operation() == operation || (fixture.is_login() && fixture.request.is_some())
    };
    let with_kind = |kind: ErrorKind| {
        let fixtures = builder.of_vendor().filter(is_of_operation);
        fixtures.filter(move |fixture| is_refusal(fixture, kind))
    };
    let mut calls: Vec<LiveCall<'a>> =
        with_kind(ErrorKind::Unauthenticated).filter_map(|fixture| builder.call(fixture).ok()).collect();
    if calls.is_empty() && operation == Operation::Check {
        // Some vendors answer wrong credentials like missing rights.
        calls = with_kind(ErrorKind::PermissionDenied).filter_map(|it| builder.call(it).ok()).collect();
    }
    calls.sort_by_key(|call| call.fixtures.first().map(|fixture| fixture.rank()));
    let mut call = calls.first()?.clone();
    // The contact is sent only by a create.
    calls.retain(|it| operation != Operation::Create || it.contact_name == call.contact_name);
    call.fixtures = calls.into_iter().flat_map(|call| call.fixtures).collect();
    Some(LiveCall { operation, provoked: Some(ProvokedRefusal::WrongCredentials), ..call })
}

/// Returns the call with wrong credentials of a vendor whose fixtures lack the refusal. It is a check if a fixture or the
/// vendor's description has one, and else a search.
pub(super) fn first_refusal<'a>(builder: &CallBuilder<'a, '_>) -> Option<LiveCall<'a>> {
    if !builder.has_secrets {
        return None;
    }
    let operation = match safest_operation(builder) {
        Operation::Check => Operation::Check,
        _ if builder.live.has_check() => Operation::Check,
        Operation::Find => Operation::Find,
        Operation::Create => return None,
    };
    // A check sends no contact.
    let is_usable = |it: &&Fixture| operation == Operation::Check || it.operation() == operation;
    let mut successes = builder.of_vendor().filter(|it| it.expect.is_success()).filter(is_usable);
    let call = successes.find_map(|fixture| builder.call(fixture).ok())?;
    let provoked = Some(ProvokedRefusal::WrongCredentials);
    Some(LiveCall { operation, fixtures: Vec::new(), provoked, ..call })
}

/// Returns the operation that proves credentials with the least risk: a create only for a vendor with neither check nor search.
fn safest_operation(builder: &CallBuilder<'_, '_>) -> Operation {
    let has = |operation: &Operation| builder.of_vendor().any(|fixture| fixture.operation() == *operation);
    [Operation::Check, Operation::Find].into_iter().find(has).unwrap_or(Operation::Create)
}

fn is_refusal(fixture: &Fixture, kind: ErrorKind) -> bool {
    fixture.expect.kind == Some(kind) && fixture.expect.effect == Some(Effect::Refused)
}
