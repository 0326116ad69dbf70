//! The JSON of reports can be read back into the same types.

use serde_json::{Value, json};
use unicontact::bulk::{Counts, RefusalReason, Summary};
use unicontact::providers::{Effect, ErrorKind, Operation};
use unicontact::{Note, Outcome, Report, Verdict};

fn assert_round_trip(json: &Value) -> Report {
    let report: Report = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&report).unwrap(), *json);
    report
}

#[test]
fn a_report_is_read_back_as_it_was_printed() {
    let report = assert_round_trip(&json!({
        "contact": "42",
        "line": 7,
        "dropped": [{"column": 3, "field": "Phone", "reason": "not a telephone number"}],
        "deliveries": [
            {
                "provider": "acme", "vendor": "smarttask", "outcome": "created", "id": "d46a", "attempts": 1, "elapsed_ms": 12,
                "fields": [
                    {"field": "name", "fate": "sent", "to": "name", "detail": "in one field"},
                    {"field": "organization.department", "fate": "dropped", "detail": "SmartTask has no department"}
                ],
                "unrecorded": "unicontact.db: the disk is full, the journal cannot be written"
            },
            {
                "provider": "iot", "vendor": "emnify", "outcome": "skipped", "id": "7", "attempts": 0, "elapsed_ms": 0,
                "fields": [], "differs_in": ["name", "phones"],
                "note": "it was delivered earlier and has changed since; contacts are created, not updated"
            },
            {
                "provider": "voice", "vendor": "cloverhound", "outcome": "pending", "attempts": 0, "elapsed_ms": 0,
                "fields": [], "note": "a text of a later version"
            },
            {
                "provider": "jakarta", "vendor": "onecloud", "outcome": "in_doubt", "attempts": 2, "elapsed_ms": 20015, "fields": [],
                "error": {
                    "kind": "interrupted", "effect": "unknown", "operation": "create", "status": 504, "code": "504",
                    "message": "time limit reached", "request_id": "r-1", "retry_after": 30,
                    "retry_at": "2026-11-21T18:00:00+07:00", "candidates": ["1001", "1002"],
                    "hint": "Look at the vendor before sending again, also some minutes later: the contact may have been created, \
                             or may be yet."
                },
                "look_again_at": "2026-11-21T11:00:00Z"
            },
            {
                "provider": "jakarta", "vendor": "onecloud", "outcome": "rejected", "attempts": 1, "elapsed_ms": 31, "fields": [],
                "error": {
                    "kind": "invalid", "effect": "refused", "operation": "create", "status": 422,
                    "fields": [{"field": "phones[0]", "message": "not a number"}], "hint": "Correct the number in the list."
                },
                "note": "the vendor says that it has the contact already; the two were not compared, since the answer holds only an id"
            }
        ]
    }));
    let [_, skipped, pending, doubt, rejected] = report.deliveries.as_slice() else { panic!("{report:?}") };
    assert_eq!((skipped.note.as_ref(), skipped.outcome), (Some(&Note::Changed), Outcome::Skipped));
    assert_eq!(pending.note, Some(Note::Other("a text of a later version".into())));
    let error = doubt.error.as_ref().unwrap();
    assert_eq!((error.provider(), error.vendor()), ("jakarta", "onecloud"));
    assert_eq!(
        (error.kind(), error.effect(), error.operation()),
        (ErrorKind::Interrupted, Effect::Unknown, Operation::Create)
    );
    assert_eq!(rejected.note, Some(Note::NotCompared));
    let error = rejected.error.as_ref().unwrap();
    assert_eq!((error.field_errors().len(), error.hint().as_ref()), (1, "Correct the number in the list."));
    assert_eq!(report.verdict(unicontact::Policy::All), Verdict::InDoubt);
}

#[test]
fn a_refusal_is_read_back_with_its_reason_as_text() {
    let report = assert_round_trip(&json!({
        "contact": "42", "line": 4, "deliveries": [],
        "refusal": {
            "line": 4, "clashes_with_line": 2,
            "reason": "it is recognized as the person of an earlier row, and has other phones",
            "hint": "If these are two people, import both rows with --same-identity send."
        }
    }));
    let refusal = report.refusal.as_ref().unwrap();
    assert_eq!((refusal.row.line, refusal.reason.clashes_with()), (4, Some(2)));
    assert!(matches!(refusal.reason, RefusalReason::Other { .. }));
    assert_eq!(report.verdict(unicontact::Policy::All), Verdict::Incomplete);
}

#[test]
fn a_summary_is_read_back_in_the_order_of_its_providers() {
    let mut summary = Summary::with_providers(["voice", "acme"]);
    summary.providers[1].1 = Counts { created: 598, in_doubt: 2, ..Counts::default() };
    let json = serde_json::to_string(&summary).unwrap();
    assert_eq!(serde_json::from_str::<Summary>(&json).unwrap(), summary);
}
