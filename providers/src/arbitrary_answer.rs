//! Bodies of answers for property tests. They resemble vendors' answers and are often malformed: repeated names, truncated or repeated
//! documents, excessive depth, and numbers and characters that JSON allows and Rust does not.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde_json::json;

use crate::created::Created;
use crate::error::{Operation, ProviderError};
use crate::exchange::Exchange;
use crate::http::{Answer, End};

/// The names of members that the adapters read, and one that none reads.
pub(crate) const NAMES: &[&str] = &[
    "id",
    "Id",
    "record_id",
    "contact_id",
    "created_at",
    "modified_at",
    "error",
    "errors",
    "error_code",
    "status",
    "success",
    "_meta",
    "records",
    "code",
    "message",
    "contact",
    "data",
    "anything",
];

/// Generates any body.
pub(crate) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => text().prop_map(String::into_bytes),
        2 => (text(), any::<prop::sample::Index>()).prop_map(|(text, end)| {
            let mut bytes = text.into_bytes();
            bytes.truncate(end.index(bytes.len() + 1));
            bytes
        }),
        1 => text().prop_map(|text| [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat()),
        1 => text().prop_map(|text| {
            [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
        }),
        1 => (text(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(text, place, byte)| {
            let mut bytes = text.into_bytes();
            let place = place.index(bytes.len());
            bytes[place] = byte;
            bytes
        }),
        1 => proptest::collection::vec(any::<u8>(), 0..40),
    ]
}

fn text() -> impl Strategy<Value = String> {
    let behind = select(vec!["", " ", "\n{\"error\": \"no\"}", "}", "x"]);
    prop_oneof![8 => object(value().boxed()), 1 => value()]
        .prop_flat_map(move |first| behind.clone().prop_map(move |behind| format!(" {first}{behind}")))
}

fn object(value: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let name =
        prop_oneof![9 => select(NAMES.to_vec()).prop_map(str::to_owned), 1 => Just("\\u0069d".to_owned())];
    proptest::collection::vec((name, value), 0..6).prop_map(|members| {
        let members: Vec<String> =
            members.into_iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
        format!("{{{}}}", members.join(", "))
    })
}

fn value() -> impl Strategy<Value = String> {
    let plain = select(vec![
        "null",
        "true",
        "false",
        "0",
        "7",
        "-3",
        "200",
        "422",
        "18446744073709551616",
        "1.5",
        "1e999",
        "01",
        "\"\"",
        "\" \"",
        "\"a-1\"",
        "\"error\"",
        "\"2024-11-21T13:43:02.472\"",
        "\"2026-11-20T10:00:00Z\"",
        "\"\\ud800\"",
        "\"\\u00fc\\n\"",
        "\"\u{fc}\"",
        "\"\t\"",
        "[]",
        "{}",
    ]);
    let deep = select(vec![100_usize, 126, 127, 128, 129])
        .prop_map(|depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
    prop_oneof![20 => plain.prop_map(str::to_owned), 1 => deep].prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            object(inner.clone().boxed()),
            proptest::collection::vec(inner, 0..3).prop_map(|entries| format!("[{}]", entries.join(","))),
        ]
    })
}

type Verdict = Result<Created, ProviderError>;

/// Asserts that both verdicts on an exchange are the same, messages included.
pub(crate) fn assert_same_verdicts(judge: impl Fn(&Exchange) -> (Verdict, Verdict)) {
    let status = select(vec![200_u16, 201, 204, 401, 422, 500]);
    let end = select(vec![End::Whole, End::Whole, End::Whole, End::Cut, End::Capped]);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(2000));
    let tested = runner.run(&(bytes(), status, end), |(body, status, end)| {
        let answer = Answer::new(status).with_body(body).with_end(end);
        let sent = json!({"name": "Ada King"});
        let exchange = Exchange::new(Operation::Create, sent, answer, jiff::Timestamp::UNIX_EPOCH);
        let (some, whole) = judge(&exchange);
        prop_assert_eq!(format!("{some:?}"), format!("{whole:?}"));
        Ok(())
    });
    tested.unwrap();
}
