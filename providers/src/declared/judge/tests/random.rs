//! Properties of the verdicts on any answer.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;
use unicontact_model::id_text;

use super::{Described, Judge, NOW, prepared, sent};
use crate::arbitrary_answer::bytes;
use crate::error::{Effect, Operation};
use crate::exchange::Exchange;
use crate::http::{Answer, End};

/// Descriptions that read what the random answers hold.
const DESCRIPTIONS: &[&str] = &[
    "\n[success]\nid = \"id\"\n",
    "\n[success]\nid = [\"data.id\", \"contact.*.id\", \"Id\", { header = \"location\", text = \"/people/{id}\" }]\nexisting = { path = \"contact\", is = true }\nignored = { path = \"anything[]\" }\n",
    r#"
    [success]
    id = ["data[].contact_id", { path = "message", text = "{id}" }]
    existing = { says = "a-1" }
    [words]
    status = "status"
    code = ["code", "error_code"]
    message = ["message", "error.message"]
    fields = { object = "errors", message = "message" }
    request_id = { path = "anything" }
    [[error]]
    when = [{ status = [200, 422] }, { path = "error" }]
    kind = "already_exists"
    existing = ["error.id", { path = "records[].id", text = "{id}" }]
    source = "code"
    [[error]]
    when = { path = "errors", says = "a-1" }
    kind = "quota_exhausted"
    wait = [{ path = "code", unit = "epoch" }, { until = "midnight" }]
    [[error]]
    when = { each = "records[]", all = [{ path = "status", is = [7, 422] }, { path = "id", absent = true }] }
    kind = "invalid"
    "#,
    r#"
    [success]
    id = ""
    [words]
    message = "*"
    fields = { list = "errors[]", field = "", message = "" }
    [[error]]
    when = [{ status = "2xx" }, { path = "success", is = false }]
    kind = "invalid"
    source = "page"
    [[error]]
    when = { says = ["7", "a"] }
    kind = "unavailable"
    effect = "refused"
    wait = { path = "status" }
    "#,
];

fn answers() -> impl Strategy<Value = Answer> {
    let status =
        select(vec![200_u16, 201, 202, 204, 207, 302, 400, 401, 408, 409, 422, 429, 500, 503, 599, 999]);
    let end = select(vec![End::Whole, End::Whole, End::Whole, End::Cut, End::Capped]);
    let location = select(vec![None, Some("/people/77"), Some("/login"), Some("")]);
    (bytes(), status, end, location).prop_map(|(body, status, end, location)| {
        let answer = Answer::new(status).with_body(body).with_end(end);
        location.into_iter().fold(answer, |answer, location| answer.with_header("location", location))
    })
}

/// Returns whether a text or number anywhere in the answer is, or has, the id.
fn stands_in(id: &str, answer: &Answer) -> bool {
    fn holds(value: &Value, id: &str) -> bool {
        match value {
            Value::String(text) => text.contains(id),
            Value::Number(_) => id_text(value).as_deref() == Some(id),
            Value::Array(entries) => entries.iter().any(|entry| holds(entry, id)),
            Value::Object(members) => members.values().any(|member| holds(member, id)),
            Value::Null | Value::Bool(_) => false,
        }
    }
    let in_header = answer.header("location").is_some_and(|text| text.contains(id));
    in_header || answer.text().trim() == id || answer.json().is_some_and(|body| holds(&body, id))
}

static DESCRIBED: LazyLock<Vec<Described>> =
    LazyLock::new(|| DESCRIPTIONS.iter().map(|tables| Described::new(tables)).collect());
/// The same, without the short cut for ordinary successes.
static WITHOUT_SHORT_CUT: LazyLock<Vec<Described>> = LazyLock::new(|| {
    let whole = |tables: &&str| {
        let Described { judge, info } = Described::new(tables);
        Described { judge: Judge { members: None, ..judge }, info }
    };
    DESCRIPTIONS.iter().map(whole).collect()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_answer_has_a_verdict_that_takes_no_doubt_away(answer in answers()) {
        for described in &*DESCRIBED {
            let exchange = Exchange::new(Operation::Create, sent(), answer.clone(), NOW.parse().unwrap());
            match described.interpret(&exchange) {
                Ok(created) => prop_assert!(answer.is_success() && answer.end() != End::Cut && stands_in(created.id.as_str(), &answer)),
                Err(error) if answer.status() >= 500 => prop_assert_eq!(error.effect(), Effect::Unknown),
                Err(_) => {}
            }
        }
    }

    #[test]
    fn the_short_cut_of_an_ordinary_success_gives_the_same_verdict(answer in answers()) {
        for (some, whole) in DESCRIBED.iter().zip(&*WITHOUT_SHORT_CUT) {
            let exchange = Exchange::new(Operation::Create, sent(), answer.clone(), NOW.parse().unwrap());
            prop_assert_eq!(format!("{:?}", some.interpret(&exchange)), format!("{:?}", whole.interpret(&exchange)));
        }
    }

    #[test]
    fn any_answer_to_another_request_is_read_without_a_panic(answer in answers(), is_login in any::<bool>()) {
        let operation = if is_login { Operation::Authenticate } else { Operation::Find };
        for described in &*DESCRIBED {
            let exchange = Exchange::new(operation, sent(), answer.clone(), NOW.parse().unwrap());
            match described.judge.read(&described.info, &exchange) {
                Ok(_) => prop_assert!(answer.is_success()),
                Err(error) => prop_assert_ne!(error.effect(), Effect::Unknown),
            }
        }
    }
}

#[test]
fn an_ordinary_success_is_read_in_part() {
    let named = |tables: &str| Described::new(tables).judge.members;
    assert_eq!(
        named(DESCRIPTIONS[0]),
        Some(vec!["email".to_owned(), "full_name".to_owned(), "id".to_owned()])
    );
    assert!(named(DESCRIPTIONS[3]).is_none());
    assert!(
        Described::new(DESCRIPTIONS[0])
            .judge
            .plain_success(&prepared(), &super::create(super::answer(201, &serde_json::json!({"id": 7}))))
            .is_some()
    );
}
