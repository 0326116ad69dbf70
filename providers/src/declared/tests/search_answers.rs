//! Answers to a search that do not show every candidate.

use serde_json::json;

use super::searches::{BY_EMAIL, find_with};
use super::vendor::{ada, answer};
use crate::http::{Answer, BODY_LIMIT};

#[tokio::test]
async fn an_answer_that_does_not_show_what_is_there_is_no_nothing() {
    let empty = json!({"people": []}).to_string();
    let page =
        Answer::new(200).with_header("content-type", "text/html").with_body("<!doctype html><html></html>");
    let long = [vec![b' '; BODY_LIMIT], empty.clone().into_bytes()].concat();
    for (why, answer, expected) in [
        ("no results", answer(200, &json!({"persons": []})), "unexpected_response"),
        ("results that are none", answer(200, &json!({"people": {"id": 1}})), "unexpected_response"),
        ("an empty body", Answer::new(200), "unexpected_response"),
        ("no content", Answer::new(204), "unexpected_response"),
        ("a web page", page, "unexpected_response"),
        ("too long", Answer::new(200).with_body(long), "unexpected_response"),
        ("half of it", Answer::new(200).with_body(&empty.as_bytes()[..9]), "unexpected_response"),
        ("forbidden", answer(403, &json!({"message": "no"})), "permission_denied"),
        ("unauthenticated", answer(401, &json!({"message": "no"})), "unauthenticated"),
        ("down", Answer::new(503), "unavailable"),
        ("a part", Answer::new(206).with_body(empty.clone()), "unclear"),
        (
            "a next page",
            Answer::new(200).with_header("link", "</2>; rel=next").with_body(empty.clone()),
            "unclear",
        ),
        ("whole", Answer::new(200).with_body(empty), "nothing"),
    ] {
        assert_eq!(find_with(BY_EMAIL, &ada(), vec![answer]).await.0, expected, "{why}");
    }
}

#[tokio::test]
async fn nothing_on_a_page_that_is_not_the_whole_is_unclear() {
    let bo = json!({"id": 1, "email": "bo@acme.example", "name": "Bo Two"});
    let ada_king = json!({"id": 4, "email": "ada@acme.example", "name": "Ada King"});
    for (word, body, expected) in [
        ("full = 2", json!({"people": [bo]}), "nothing"),
        ("full = 2", json!({"people": [bo, bo]}), "unclear"),
        ("full = 2", json!({"people": [bo, ada_king]}), "found 4"),
        ("count = \"total\"", json!({"people": [bo], "total": 1}), "nothing"),
        ("count = \"total\"", json!({"people": [], "total": 0}), "nothing"),
        ("count = \"total\"", json!({"people": [bo], "total": "7"}), "unclear"),
        ("count = \"total\"", json!({"people": [bo]}), "unclear"),
        ("more = \"next\"", json!({"people": [bo]}), "nothing"),
        ("more = \"next\"", json!({"people": [bo], "next": false}), "nothing"),
        ("more = \"next\"", json!({"people": [bo], "next": null}), "nothing"),
        ("more = \"next\"", json!({"people": [bo], "next": "/v1/people?page=2"}), "unclear"),
        ("more = \"next\"", json!({"people": [ada_king], "next": true}), "found 4"),
    ] {
        let tables = format!("{BY_EMAIL}{word}\n");
        assert_eq!(find_with(&tables, &ada(), vec![answer(200, &body)]).await.0, expected, "{word}: {body}");
    }
}
