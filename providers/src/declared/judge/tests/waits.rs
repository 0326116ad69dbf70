//! How long to wait, in every form in which vendors tell it.

use serde_json::json;

use super::{Described, answer};
use crate::http::Answer;

fn limited(wait: &str) -> Described {
    Described::new(&format!(
        "\n[success]\nid = \"id\"\n[[error]]\nwhen = {{ status = 429 }}\nkind = \"rate_limited\"\nwait = {wait}\n"
    ))
}

#[test]
fn a_header_or_a_path_tells_a_wait_in_any_unit() {
    for (unit, text, expected) in [
        ("seconds", "12", " after=12"),
        ("seconds", " 1.5 ", " after=1.5"),
        ("seconds", "2026-11-20T10:00:30Z", " after=30"),
        ("seconds", "Fri, 20 Nov 2026 10:00:45 GMT", " after=45"),
        ("seconds", "1795168860", " after=60"),
        ("ms", "1500", " after=1.5"),
        ("ms", "1795168860000", " after=60"),
        ("ms", "2026-11-20T11:00:30+01:00", " after=30"),
        ("epoch", "1795168860", " after=60"),
        ("epoch", "1795168860000", " after=60"),
        ("epoch", "1795168000", " after=0"),
        ("time", "2026-11-20T10:01:00.5Z", " after=60.5"),
        ("time", "2026-11-20 10:01:00", " after=60"),
        ("structured reset", "\"default\";r=0;t=12", " after=12"),
        ("structured reset", "limit=100, remaining=0, reset=7", " after=7"),
        ("structured reset", "\"default\";r=0", ""),
        ("seconds", "soon", ""),
        ("seconds", "-5", ""),
        ("seconds", "1e300", ""),
        ("epoch", "1e300", ""),
        ("ms", "NaN", ""),
    ] {
        let expected = format!("rate_limited refused{expected}");
        let header = limited(&format!("{{ header = \"X-Wait\", unit = \"{unit}\" }}"));
        assert_eq!(header.of_create(Answer::new(429).with_header("x-wait", text)), expected, "{unit} {text}");
        let path = limited(&format!("{{ path = \"error.wait[]\", unit = \"{unit}\" }}"));
        assert_eq!(
            path.of_create(answer(429, &json!({"error": {"wait": [null, text]}}))),
            expected,
            "{unit} {text}"
        );
    }
    let number = answer(429, &json!({"error": {"wait": 250}}));
    assert_eq!(
        limited("{ path = \"error.wait\", unit = \"ms\" }").of_create(number),
        "rate_limited refused after=0.25"
    );
}

#[test]
fn the_first_wait_that_the_answer_tells_counts_and_retry_after_always_does() {
    let described = limited("[{ header = \"x-first\" }, { path = \"wait\" }, { seconds = 90 }]");
    let told = |given: Answer| described.of_create(given);
    assert_eq!(
        told(Answer::new(429).with_header("x-first", "1").with_body("{\"wait\": 2}")),
        "rate_limited refused after=1"
    );
    assert_eq!(told(Answer::new(429).with_body("{\"wait\": 2}")), "rate_limited refused after=2");
    assert_eq!(told(Answer::new(429)), "rate_limited refused after=90");
    assert_eq!(
        told(Answer::new(429).with_header("x-first", "1").with_header("retry-after", "30")),
        "rate_limited refused after=30"
    );
    let in_ms = limited("{ header = \"Retry-After\", unit = \"ms\" }");
    assert_eq!(
        in_ms.of_create(Answer::new(429).with_header("retry-after", "3000")),
        "rate_limited refused after=3"
    );
    let burst = limited("{ header = \"x-ratelimit-reset\", unit = \"ms\" }");
    assert_eq!(
        burst.of_create(Answer::new(429).with_header("x-ratelimit-reset", "3000")),
        "rate_limited refused after=3"
    );
}

#[test]
fn the_wait_of_the_limits_serves_every_429_whose_row_has_none() {
    let described = Described::new(
        r#"
        [success]
        id = "id"
        [limits]
        wait = [{ header = "x-wait", unit = "ms" }]
        [[error]]
        when = { status = 429, path = "policy", is = "DAILY" }
        kind = "quota_exhausted"
        [[error]]
        when = { status = 429, path = "policy", is = "BURST" }
        kind = "rate_limited"
        "#,
    );
    let policy = |name: &str| answer(429, &json!({"policy": name})).with_header("x-wait", "4000");
    assert_eq!(described.of_create(policy("BURST")), "rate_limited refused after=4");
    assert_eq!(described.of_create(policy("")), "rate_limited refused after=4");
    assert_eq!(
        described.of_create(policy("DAILY").with_header("x-ratelimit-reset", "9")),
        "quota_exhausted refused"
    );
    assert_eq!(
        described.of_create(policy("DAILY").with_header("retry-after", "3600")),
        "quota_exhausted refused after=3600"
    );
    assert_eq!(described.of_create(Answer::new(503).with_header("x-wait", "4000")), "unavailable unknown");
}

#[test]
fn a_quota_ends_at_midnight_or_at_the_hour_of_the_message() {
    let quota = |wait: &str| {
        Described::new(&format!(
            "\n[account.zone]\ndefault = \"Asia/Jakarta\"\n[success]\nid = \"id\"\n[[error]]\nwhen = {{ status = 401, says = \"limit\" }}\nkind = \"quota_exhausted\"\nwait = {{ {wait} }}\n"
        ))
    };
    let given = |message: &str| answer(401, &json!({"message": message}));
    for (wait, message, expected) in [
        ("until = \"midnight UTC\"", "limit", " at=2026-11-21T00:00:00+00:00"),
        ("until = \"midnight\", zone = \"America/New_York\"", "limit", " at=2026-11-21T00:00:00-05:00"),
        ("until = \"midnight\", zone = \"{zone}\"", "limit", " at=2026-11-21T00:00:00+07:00"),
        (
            "until = \"the hour in the message\", zone = \"{zone}\"",
            "limit until tomorrow at 18:00",
            " at=2026-11-21T18:00:00+07:00",
        ),
        ("until = \"the hour in the message\"", "limit until 18:00", " at=2026-11-20T18:00:00+00:00"),
        ("until = \"the hour in the message\"", "limit for today", ""),
    ] {
        let described = quota(wait);
        assert_eq!(
            described.of_create(given(message)),
            format!("quota_exhausted refused{expected}"),
            "{wait}"
        );
    }
}
