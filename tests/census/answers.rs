//! Compares the table of answers in a vendor's documentation with the fixtures. Every row names fixtures with its result, which
//! together hold every status, code and word of the row.

use unicontact::providers::ErrorKind;

use super::table::{self, code_words};
use crate::support::fixture::{Fixture, FixtureAnswer, ProvenanceKind};

/// The kinds that an answer can have.
const KINDS: &[ErrorKind] = &[
    ErrorKind::Config,
    ErrorKind::Invalid,
    ErrorKind::AlreadyExists,
    ErrorKind::Unauthenticated,
    ErrorKind::PermissionDenied,
    ErrorKind::NotFound,
    ErrorKind::RateLimited,
    ErrorKind::QuotaExhausted,
    ErrorKind::Unavailable,
    ErrorKind::Interrupted,
    ErrorKind::Blocked,
    ErrorKind::UnexpectedResponse,
];

#[derive(Debug, Clone)]
struct Row {
    answer: String,
    kind: String,
    effect: String,
    evidence: String,
    proofs: Vec<String>,
}

fn rows_of_documentation(vendor: &str) -> Vec<Row> {
    let rows = table::rows::<5>(vendor, "Answers").into_iter();
    let rows = rows.map(|[answer, kind, effect, evidence, proofs]| {
        let is_rest = answer == "anything else";
        assert_eq!(
            is_rest,
            evidence.is_empty(),
            "{vendor}: {answer:?} needs evidence, and only \"anything else\" has none"
        );
        let effect = effect.trim_matches('`').to_owned();
        Row { answer, kind, effect, evidence, proofs: code_words(&proofs) }
    });
    rows.collect()
}

/// Returns the problems with the fixtures that a row names.
fn complaints(vendor: &str, row: &Row, fixtures: &[Fixture]) -> Vec<String> {
    let (proofs, mut complaints) = table::named(&row.proofs, fixtures);
    complaints.extend(differing_results(row, &proofs));
    complaints.extend(missing_evidence(row, &proofs));
    let numbers = numbers_in(&row.answer);
    let statuses: Vec<u16> = numbers.iter().copied().filter(|number| (100..600).contains(number)).collect();
    let status = |it: &Fixture| it.answer.as_ref().and_then(|answer| answer.status);
    for proof in &proofs {
        if !statuses.is_empty() && !status(proof).is_some_and(|status| statuses.contains(&status)) {
            complaints.push(format!("{} has another status", proof.name()));
        }
    }
    let missing = statuses.iter().filter(|code| !proofs.iter().any(|it| status(it) == Some(**code)));
    complaints.extend(missing.map(|status| format!("no fixture has the status {status}")));
    let codes = numbers.iter().filter(|number| **number >= 1000).map(u16::to_string);
    for code in codes {
        if !proofs.iter().any(|it| it.expect.code.as_ref() == Some(&code)) {
            complaints.push(format!("no fixture has the code {code}"));
        }
    }
    for word in words_in(&row.answer) {
        if !proofs.iter().any(|it| it.answer.as_ref().is_some_and(|answer| text_of(answer).contains(&word))) {
            complaints.push(format!("no answer holds {word}"));
        }
    }
    complaints.into_iter().map(|it| format!("{vendor}: {}: {it}", row.answer)).collect()
}

/// Returns the fixtures whose results differ from the row, and the kinds of the row without a fixture.
fn differing_results(row: &Row, proofs: &[&Fixture]) -> Vec<String> {
    let kinds = kinds_in(&row.kind);
    let creates = row.kind.starts_with("created");
    let mut complaints = Vec::new();
    if kinds.is_empty() && !creates && !["the common table", "by `errorCode`"].contains(&&*row.kind) {
        complaints.push(format!("{:?} is no kind", row.kind));
    }
    for proof in proofs {
        let expect = &proof.expect;
        let kind = expect.kind.map(ErrorKind::as_str);
        let matches_row = match (creates, kind) {
            (true, _) => expect.created.is_some() || expect.existing.is_some(),
            (false, Some(kind)) => kinds.is_empty() || kinds.contains(&kind),
            (false, None) => false,
        };
        if !matches_row {
            complaints.push(format!("{} has another result", proof.name()));
        }
        let has_effect = !row.effect.starts_with(char::is_alphabetic) || row.effect.starts_with("by ");
        if !has_effect
            && expect.effect.map(unicontact::providers::Effect::as_str) != Some(row.effect.as_str())
        {
            complaints.push(format!("{} has another effect", proof.name()));
        }
    }
    let missing = kinds
        .iter()
        .filter(|kind| !proofs.iter().any(|it| it.expect.kind.map(ErrorKind::as_str) == Some(**kind)));
    complaints.extend(missing.map(|kind| format!("no fixture is {kind}")));
    if row.kind.contains("existing") && !proofs.iter().any(|it| it.expect.existing.is_some()) {
        complaints.push("no fixture finds an existing contact".to_owned());
    }
    complaints
}

/// Returns the kinds of evidence that the row claims and no fixture has.
fn missing_evidence(row: &Row, proofs: &[&Fixture]) -> Vec<String> {
    let ways = [
        ("documented", ProvenanceKind::Documented),
        ("recorded", ProvenanceKind::Recorded),
        ("third-party", ProvenanceKind::ThirdParty),
        ("inferred", ProvenanceKind::Inferred),
    ];
    let claimed = ways.iter().filter(|(way, _)| row.evidence.contains(way));
    let is_known = |way: &str, kind: ProvenanceKind| {
        proofs.iter().any(|it| it.provenance.kind == kind || it.provenance.note.contains(way))
    };
    let unknown = claimed.filter(|(way, kind)| !is_known(way, *kind));
    unknown.map(|(way, _)| format!("no fixture is {way}")).collect()
}

fn kinds_in(cell: &str) -> Vec<&'static str> {
    let words = code_words(cell);
    let kinds = KINDS.iter().map(|kind| kind.as_str());
    kinds.filter(|kind| words.iter().any(|word| word == kind)).collect()
}

/// Returns the statuses and codes outside quotations. `1400 to 1403` gives four.
fn numbers_in(answer: &str) -> Vec<u16> {
    let unquoted: String = answer.split('"').step_by(2).collect();
    let mut numbers: Vec<u16> = Vec::new();
    let mut is_range = false;
    for word in unquoted.split([' ', ',', ';', '(', ')']).filter(|word| !word.is_empty()) {
        match (word.parse::<u16>(), numbers.last().copied()) {
            (Ok(end), Some(start)) if is_range => numbers.extend(start + 1..=end),
            (Ok(number), _) => numbers.push(number),
            (Err(_), _) => {}
        }
        is_range = word == "to";
    }
    numbers
}

/// Returns the quotations and the words of code, in lower case. A path gives its last part.
fn words_in(answer: &str) -> Vec<String> {
    let quoted = answer.split('"').skip(1).step_by(2).map(str::to_owned);
    let code = code_words(answer).into_iter().filter_map(|word| word.rsplit('.').next().map(str::to_owned));
    quoted.chain(code).map(|word| word.to_lowercase()).collect()
}

fn text_of(answer: &FixtureAnswer) -> String {
    let body = answer.body.as_ref().map(ToString::to_string);
    let parts = [Some(format!("{:?}", answer.headers)), body, answer.text.clone()];
    parts.into_iter().flatten().collect::<Vec<String>>().join("\n").to_lowercase()
}

#[test]
fn every_row_of_the_answers_names_matching_fixtures() {
    table::assert_proved(rows_of_documentation, complaints);
}

#[test]
fn a_row_of_the_answers_without_matching_fixtures_is_reported() {
    table::for_every_row(rows_of_documentation, |vendor, row, fixtures| {
        let other = if row.kind.contains("`blocked`") { "`config`" } else { "`blocked`" };
        let other_effect = if row.effect == "not_sent" { "unknown" } else { "not_sent" };
        let wrong = [
            Row { proofs: Vec::new(), ..row.clone() },
            Row { proofs: vec!["nothing".to_owned()], ..row.clone() },
            Row { proofs: vec!["check_good".to_owned(), "create_one_past".to_owned()], ..row.clone() },
            Row { kind: other.to_owned(), ..row.clone() },
            Row { kind: "`mistyped`".to_owned(), ..row.clone() },
            Row { effect: other_effect.to_owned(), ..row.clone() },
            Row { answer: format!("{} 599", row.answer), ..row.clone() },
            Row { answer: format!("{} code 9999", row.answer), ..row.clone() },
            Row { answer: format!("{} \"nobody says this\"", row.answer), ..row.clone() },
        ];
        let recorded = Row { evidence: "recorded".to_owned(), ..row.clone() };
        if vendor != "emnify" {
            assert!(!complaints(vendor, &recorded, fixtures).is_empty(), "{vendor}: {recorded:?}");
        }
        let checks_credentials =
            |it: &Row| row.kind.starts_with("created") && it.proofs.contains(&"check_good".to_owned());
        for wrong in wrong.into_iter().filter(|it| !checks_credentials(it)) {
            assert!(!complaints(vendor, &wrong, fixtures).is_empty(), "{vendor}: {row:?} as {wrong:?}");
        }
    });
}

#[test]
fn the_statuses_codes_and_words_of_an_answer_are_extracted() {
    assert_eq!(
        numbers_in("401, code 1101, 1102, or 1400 to 1403"),
        [401, 1101, 1102, 1400, 1401, 1402, 1403]
    );
    assert_eq!(numbers_in("401 \"tomorrow at 18:00, 500 of them\""), [401]);
    assert_eq!(words_in("`_meta.status` `ERROR` or \"No Such\""), ["no such", "status", "error"]);
    assert_eq!(kinds_in("`rate_limited`, five minutes, and `retry_at`"), ["rate_limited"]);
}
