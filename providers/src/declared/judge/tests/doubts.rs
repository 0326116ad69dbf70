//! Which answers leave open whether the contact was created, and which rows may say that they do not.

use serde_json::json;

use super::{Described, answer};
use crate::http::{Answer, End};

fn described(row: &str) -> Described {
    Described::new(&format!("\n[success]\nid = [\"id\", \"key\"]\n[[error]]\n{row}\n"))
}

#[test]
fn an_error_inside_a_202_or_207_is_in_doubt_unless_a_documented_row_names_the_status() {
    let error = json!({"error": {"code": "DUP", "message": "exists"}});
    for status in [201, 202, 207] {
        let row = |condition: &str, source: &str| {
            described(&format!(
                "when = [{condition}{{ path = \"error.code\", is = \"DUP\" }}]\nkind = \"already_exists\"\nsource = \"{source}\"\n"
            ))
        };
        let named = format!("{{ status = {status} }}, ");
        for (condition, source, expected) in [
            (named.as_str(), "page", "already_exists refused"),
            (named.as_str(), "seen", "already_exists refused"),
            (named.as_str(), "code", "unexpected_response unknown"),
            (named.as_str(), "guess", "unexpected_response unknown"),
            ("", "page", "unexpected_response unknown"),
        ] {
            let told = row(condition, source).of_create(answer(status, &error));
            assert_eq!(told, expected, "{status} {condition} {source}");
        }
    }
}

#[test]
fn an_error_under_200_is_a_refusal_unless_an_id_or_a_location_stands_beside_it() {
    for row in
        ["when = { path = \"error\" }\nkind = \"invalid\"\n", "when = { status = 404 }\nkind = \"invalid\"\n"]
    {
        let described = described(row);
        let refused = json!({"error": {"message": "is too long"}});
        assert_eq!(described.of_create(answer(200, &refused)), "invalid refused");
        for given in [
            answer(200, &json!({"error": {"message": "no"}, "id": 5})),
            answer(200, &json!({"error": {"message": "no"}, "key": "p-5"})),
            answer(200, &refused).with_header("location", "/people/5"),
        ] {
            assert_eq!(described.of_create(given), "unexpected_response unknown", "{row}");
        }
        let of_server = json!({"error": {"status": 503, "message": "no"}});
        assert_eq!(described.of_create(answer(200, &of_server)), "unavailable unknown");
        assert_eq!(described.of_create(answer(200, &refused).with_end(End::Cut)), "interrupted unknown");
    }
}

#[test]
fn a_documented_row_says_which_of_id_and_error_counts_but_takes_no_doubt_of_a_kind_away() {
    let given = answer(200, &json!({"success": false, "id": 5}));
    let row = |kind: &str| {
        described(&format!("when = {{ status = \"2xx\", path = \"success\", is = false }}\n{kind}\n"))
    };
    assert_eq!(row("kind = \"invalid\"").of_create(given.clone()), "invalid refused");
    assert_eq!(row("kind = \"invalid\"\neffect = \"unknown\"").of_create(given.clone()), "invalid unknown");
    let unavailable = row("kind = \"unavailable\"\neffect = \"refused\"");
    assert_eq!(unavailable.of_create(given), "unexpected_response unknown");
    assert_eq!(unavailable.of_create(answer(200, &json!({"success": false}))), "unavailable refused");
}

#[test]
fn a_204_without_a_body_is_a_duplicate_only_where_a_documented_row_says_so() {
    for (row, expected) in [
        ("when = { status = 204 }\nkind = \"already_exists\"", "already_exists refused"),
        ("when = { status = 204 }\nkind = \"already_exists\"\nsource = \"seen\"", "already_exists refused"),
        (
            "when = { status = 204 }\nkind = \"already_exists\"\nsource = \"code\"",
            "unexpected_response unknown",
        ),
        (
            "when = [{ status = 204 }, { path = \"id\", absent = true }]\nkind = \"already_exists\"\nsource = \"guess\"",
            "unexpected_response unknown",
        ),
        ("when = { status = 404 }\nkind = \"invalid\"", "unexpected_response unknown"),
    ] {
        assert_eq!(described(row).of_create(Answer::new(204)), expected, "{row}");
    }
}

#[test]
fn a_500_that_documents_a_duplicate_stands_beside_one_that_says_nothing() {
    let duplicate = "when = [{ status = 500 }, { path = \"code\", is = \"23505\" }]\nkind = \"already_exists\"\nexisting = \"row\"\n";
    for source in ["page", "seen", "code"] {
        let described = described(&format!("{duplicate}source = \"{source}\""));
        assert_eq!(
            described.of_create(answer(500, &json!({"code": 23505, "row": 9}))),
            "already_exists refused existing=9"
        );
        for given in [
            answer(500, &json!({"code": 1})),
            answer(500, &json!({"message": "Internal Server Error"})),
            answer(503, &json!({"code": 23505})),
            Answer::new(500),
        ] {
            assert_eq!(described.of_create(given), "unavailable unknown", "{source}");
        }
    }
    let guessed = described(&format!("{duplicate}source = \"guess\"\neffect = \"unknown\""));
    assert_eq!(guessed.of_create(answer(500, &json!({"code": 23505}))), "already_exists unknown");
    let anywhere = described("when = { path = \"code\", is = \"X\" }\nkind = \"invalid\"\n");
    assert_eq!(anywhere.of_create(answer(502, &json!({"code": "X"}))), "unavailable unknown");
    assert_eq!(anywhere.of_create(answer(400, &json!({"code": "X"}))), "invalid refused");
    let documented = described(
        "when = { status = [503, 400], path = \"code\", is = \"FULL\" }\nkind = \"rate_limited\"\n",
    );
    assert_eq!(documented.of_create(answer(503, &json!({"code": "FULL"}))), "rate_limited refused");
}

#[test]
fn a_row_may_add_a_doubt() {
    let described =
        described("when = { status = 422 }\nkind = \"invalid\"\neffect = \"unknown\"\nsource = \"code\"\n");
    assert_eq!(described.of_create(answer(422, &json!({"message": "no"}))), "invalid unknown");
    let locked = Described::new(
        "\n[success]\nid = \"id\"\n[[error]]\nwhen = { status = 423 }\nkind = \"unavailable\"\n[[error]]\nwhen = { status = 477 }\nkind = \"unavailable\"\neffect = \"refused\"\n",
    );
    assert_eq!(locked.of_create(Answer::new(423)), "unavailable unknown");
    assert_eq!(locked.of_create(Answer::new(477)), "unavailable refused");
}

#[test]
fn a_request_in_progress_is_in_doubt_unless_a_documented_row_names_it() {
    let given =
        answer(409, &json!({"code": "BUSY", "message": "An identical request is still being processed"}));
    for (row, expected) in [
        ("when = { status = 409 }\nkind = \"already_exists\"", "interrupted unknown"),
        ("when = { status = 409 }\nkind = \"already_exists\"\nsource = \"code\"", "interrupted unknown"),
        ("when = { path = \"code\", is = \"BUSY\" }\nkind = \"rate_limited\"", "interrupted unknown"),
        (
            "when = { status = 409, path = \"code\", is = \"BUSY\" }\nkind = \"rate_limited\"",
            "rate_limited refused",
        ),
        ("when = { status = 404 }\nkind = \"not_found\"", "interrupted unknown"),
    ] {
        assert_eq!(described(row).of_create(given.clone()), expected, "{row}");
    }
    let described = Described::new("\n[success]\nid = \"id\"\n[words]\nmessage = \"why.words\"\n");
    let given = answer(409, &json!({"why": {"words": "Another request is pending"}}));
    assert_eq!(described.of_create(given), "interrupted unknown", "the words of the description count, too");
}

#[test]
fn a_lost_answer_is_in_doubt_whatever_a_row_guesses() {
    let row = |source: &str| {
        described(&format!("when = {{ status = [408, 499] }}\nkind = \"invalid\"\nsource = \"{source}\"\n"))
    };
    for status in [408, 499] {
        assert_eq!(row("guess").of_create(Answer::new(status)), "interrupted unknown");
        assert_eq!(row("page").of_create(Answer::new(status)), "invalid refused");
    }
    assert_eq!(row("page").of_create(Answer::new(460)), "interrupted unknown");
}

#[test]
fn an_error_beside_the_header_of_an_id_is_in_doubt() {
    let refusal = json!({"error": {"message": "no"}});
    let success = |id: &str| Described::new(&format!("\n[success]\nid = {id}\n"));
    let location = success("{ header = \"location\", text = \"/contacts/{id}\" }");
    let own = success("[\"id\", { header = \"x-contact\" }]");
    for (described, header, value) in
        [(&location, "location", "/contacts/4242"), (&own, "x-contact", "4242"), (&own, "location", "/x")]
    {
        let told = described.of_create(answer(200, &refusal).with_header(header, value));
        assert_eq!(told, "unexpected_response unknown", "{header}");
    }
    for described in [&location, &own] {
        assert_eq!(described.of_create(answer(200, &refusal)), "invalid refused");
    }
    let created = location.of_create(answer(200, &json!({})).with_header("location", "/contacts/4242"));
    assert_eq!(created, "created 4242");
}
