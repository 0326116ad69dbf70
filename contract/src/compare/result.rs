//! Compares the result of a call with the one that its fixtures expect.

use std::collections::BTreeSet;

use unicontact_providers::{Effect, ErrorKind, ProviderError};

use super::change::{Change, Severity};
use crate::fixture::Expectation;
use crate::grade::Grade;
use crate::live_call::LiveCall;
use crate::outcome::Outcome;

/// Returns the changes of the result.
pub(super) fn changes<'a>(call: &LiveCall<'_>, outcome: &Outcome) -> Vec<Change<'a>> {
    if call.provoked.is_some() {
        return changed_error(call, outcome);
    }
    let expect = call.fixtures.first().map(|fixture| &fixture.expect);
    match outcome {
        Outcome::Failed(error) => vec![failure(success_of(expect), error)],
        _ => Vec::new(),
    }
}

/// Whether a contact is new, and whether a search finds it, depends on what the vendor stores, and is not compared.
fn failure<'a>(expected: &str, error: &ProviderError) -> Change<'a> {
    let answer = answer_of(error);
    let note = format!("{answer}, effect {}", error.effect().as_str());
    result(expected, format!("an error: {}", error.kind().as_str()), Some(note))
}

/// Returns the changes of an expected error: of its kind and effect, or else of its code.
fn changed_error<'a>(call: &LiveCall<'_>, outcome: &Outcome) -> Vec<Change<'a>> {
    let expectations = || call.fixtures.iter().map(|fixture| &fixture.expect);
    let errors: BTreeSet<String> =
        expectations().filter_map(|it| Some(described(it.kind?, it.effect))).collect();
    let errors: Vec<String> = errors.into_iter().collect();
    let Outcome::Failed(error) = outcome else {
        return vec![result(&errors.join(" or "), success(outcome).to_owned(), None)];
    };
    let is_same = |it: &&Expectation| {
        it.kind == Some(error.kind()) && it.effect.is_none_or(|effect| effect == error.effect())
    };
    if !expectations().any(|it| is_same(&it)) {
        let seen = described(error.kind(), Some(error.effect()));
        return vec![result(&errors.join(" or "), seen, Some(answer_of(error)))];
    }
    let codes: BTreeSet<Option<&str>> = expectations().filter(is_same).map(|it| it.code.as_deref()).collect();
    if codes.contains(&error.code()) {
        return Vec::new();
    }
    vec![changed_code(&codes, error.code())]
}

/// Returns the change of an error's code. A code where there was none is additive.
fn changed_code<'a>(known: &BTreeSet<Option<&str>>, seen: Option<&str>) -> Change<'a> {
    let is_new = known.iter().all(Option::is_none);
    let grade = if is_new { Grade::Additive } else { Grade::Breaking };
    let known: Vec<&str> = known.iter().map(|code| code.unwrap_or(NO_CODE)).collect();
    let seen = match seen {
        None => NO_CODE,
        Some(_) if is_new => "a code",
        Some(_) => "another code",
    };
    Change {
        place: "error code".to_owned(),
        expected: known.join(" or "),
        seen: seen.to_owned(),
        note: None,
        severity: Severity::Fixed(grade),
    }
}

fn result<'a>(expected: &str, seen: String, note: Option<String>) -> Change<'a> {
    let severity = Severity::Fixed(Grade::Breaking);
    Change { place: "result".to_owned(), expected: expected.to_owned(), seen, note, severity }
}

fn described(kind: ErrorKind, effect: Option<Effect>) -> String {
    let effect = effect.map_or_else(String::new, |effect| format!(", effect {}", effect.as_str()));
    format!("an error: {}{effect}", kind.as_str())
}

fn answer_of(error: &ProviderError) -> String {
    match error.status() {
        Some(status) => format!("the vendor answered {status}"),
        None => "no answer".to_owned(),
    }
}

fn success_of(expect: Option<&Expectation>) -> &'static str {
    match expect {
        Some(Expectation { checked: Some(_), .. }) => CHECKED,
        Some(Expectation { found: Some(_), .. } | Expectation { unclear: Some(_), .. }) => SEARCHED,
        _ => CREATED,
    }
}

fn success(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Checked => CHECKED,
        Outcome::Found(_) | Outcome::Unclear(_) => SEARCHED,
        Outcome::Created { .. } | Outcome::Failed(_) => CREATED,
    }
}

const NO_CODE: &str = "none";
const CHECKED: &str = "credentials that work";
const SEARCHED: &str = "a search that is answered";
const CREATED: &str = "a contact with its id";
