//! Answers that repeat the request, each in a form that errors of vendors take.

use serde_json::{Value, json};

use crate::hostile::{Answer, Received};

/// The number of characters of a long value that the answer quotes.
const QUOTED: usize = 40;

/// A function that builds an answer from a request.
pub(crate) type Form = fn(&Received) -> Answer;

/// Body and credential in one sentence.
pub(crate) fn in_the_message(request: &Received) -> Answer {
    let message = format!("cannot handle {} from {}", request.body, request.authorization);
    Answer::json(422, &json!({"message": message}))
}

/// The body alone.
pub(crate) fn body_in_the_message(request: &Received) -> Answer {
    Answer::json(422, &json!({"message": format!("cannot handle {}", request.body)}))
}

/// The credential alone.
pub(crate) fn credential_in_the_message(request: &Received) -> Answer {
    Answer::json(422, &json!({"message": format!("not allowed with {}", request.authorization)}))
}

/// Each value in an entry of its own, the credential first.
pub(crate) fn in_field_errors(request: &Received) -> Answer {
    let values = [request.authorization.clone()].into_iter().chain(values_of(&request.json()));
    field_errors(values)
}

/// Each value in an entry of its own.
pub(crate) fn in_field_errors_without_credential(request: &Received) -> Answer {
    field_errors(values_of(&request.json()).into_iter())
}

fn field_errors(values: impl Iterator<Item = String>) -> Answer {
    let errors: Vec<Value> =
        values.map(|value| json!({"field": value, "message": format!("'{value}' is invalid")})).collect();
    Answer::json(422, &json!({"message": "not valid", "errors": errors}))
}

/// Each value in capitals.
pub(crate) fn in_capitals(request: &Received) -> Answer {
    let errors: Vec<String> = values_of(&request.json()).iter().map(|value| value.to_uppercase()).collect();
    Answer::json(422, &json!({"errors": errors}))
}

/// Each long value by its beginning.
pub(crate) fn cut_short(request: &Received) -> Answer {
    let values = values_of(&request.json()).into_iter().filter(|value| value.chars().count() > QUOTED);
    let beginnings = values.map(|value| {
        let beginning: String = value.chars().take(QUOTED).collect();
        format!("'{beginning}...' is too long")
    });
    Answer::json(422, &json!({"errors": beginnings.collect::<Vec<String>>()}))
}

/// The envelope of `OneCloud`, with the credential as its code.
pub(crate) fn in_an_envelope(request: &Received) -> Answer {
    let records = json!({"errorCode": request.authorization, "userMessage": request.body,
        "devMessage": request.authorization});
    Answer::json(400, &json!({"_meta": {"status": "ERROR", "count": 1}, "records": records}))
}

pub(crate) fn as_plain_text(request: &Received) -> Answer {
    Answer::text(500, "text/plain", format!("{} {}", request.authorization, request.body))
}

pub(crate) fn as_a_page(request: &Received) -> Answer {
    Answer::html(502, &format!("{} {}", request.authorization, request.body))
}

pub(crate) fn under_a_success(request: &Received) -> Answer {
    Answer::json(200, &json!({"error": format!("{} {}", request.authorization, request.body)}))
}

/// In the header that names the request.
pub(crate) fn as_the_request_id(request: &Received) -> Answer {
    Answer::empty(500).header("x-request-id", request.authorization.clone())
}

/// A redirect whose address contains the credential.
pub(crate) fn in_a_redirect(request: &Received) -> Answer {
    let location = format!("https://example.com/?token={}", request.authorization.replace(' ', "+"));
    Answer::empty(302).header("location", location)
}

/// The forms that most tests use, with their names.
pub(crate) const FORMS: [(&str, Form); 8] = [
    ("in the message", in_the_message),
    ("the credential in the message", credential_in_the_message),
    ("in field errors", in_field_errors),
    ("in capitals", in_capitals),
    ("in an envelope", in_an_envelope),
    ("as plain text", as_plain_text),
    ("as a page", as_a_page),
    ("under a success", under_a_success),
];

fn values_of(body: &Value) -> Vec<String> {
    match body {
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Array(entries) => entries.iter().flat_map(values_of).collect(),
        Value::Object(map) => map.values().flat_map(values_of).collect(),
        _ => Vec::new(),
    }
}
