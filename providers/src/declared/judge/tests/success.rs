//! Where the id of a created contact stands, and what else a success says.

use serde_json::json;

use super::{Described, answer, create};
use crate::comparison::{Comparison, IdentifyingValues};
use crate::created::{Created, IgnoredField};
use crate::draft::{Draft, Method};
use crate::http::{Answer, End};
use crate::prepared::Prepared;

fn described(success: &str) -> Described {
    Described::new(&format!("\n[success]\n{success}\n"))
}

fn created(described: &Described, given: Answer) -> Created {
    described.interpret(&create(given)).unwrap()
}

#[test]
fn the_id_stands_at_the_first_place_that_holds_one() {
    for (success, given, expected) in [
        ("id = \"id\"", answer(201, &json!({"id": 7})), "created 7"),
        ("id = \"\\\"@id\\\"\"", answer(201, &json!({"@id": " p-7 "})), "created p-7"),
        (
            "id = [\"data.createPerson.id\", \"data.*.id\", \"id\"]",
            answer(201, &json!({"data": {"createPeople": {"id": "u-1"}}})),
            "created u-1",
        ),
        ("id = [\"a\", \"b\"]", answer(200, &json!({"a": {"id": 1}, "b": "2"})), "created 2"),
        ("id = [\"a\", \"b\"]", answer(200, &json!({"a": "", "b": 3})), "created 3"),
        ("id = \"[0]\"", answer(200, &json!([41])), "created 41"),
        (
            "id = \"results[ok=1].id\"",
            answer(200, &json!({"results": [{"id": 1, "ok": 0}, {"id": 2, "ok": 1}]})),
            "created 2",
        ),
        ("id = \"data.id\"", answer(200, &json!({"data": [{"id": 8}]})), "created 8"),
        (
            "id = \"data.id\"",
            answer(200, &json!({"data": [{"id": 8}, {"id": 9}]})),
            "unexpected_response unknown",
        ),
        ("id = \"data[0].id\"", answer(200, &json!({"data": {"id": 8}})), "created 8"),
        ("id = \"data[].id\"", answer(200, &json!({"data": {"id": 8}})), "created 8"),
        ("id = \"data[1].id\"", answer(200, &json!({"data": {"id": 8}})), "unexpected_response unknown"),
        ("id = \"\"", Answer::new(201).with_body("\"p-9\""), "created p-9"),
        ("id = \"\"", Answer::new(201).with_body(" 42\n"), "created 42"),
        (
            "id = \"id\"",
            Answer::new(201).with_body("{\"id\": 12345678901234567890123}"),
            "unexpected_response unknown",
        ),
        ("id = \"id\"", answer(201, &json!({"id": 1e5})), "unexpected_response unknown"),
        ("id = \"href\"", answer(201, &json!({"href": false})), "unexpected_response unknown"),
        ("id = \"id\"", Answer::new(201).with_body("42"), "unexpected_response unknown"),
        ("id = \"id\"", answer(200, &json!({"ID": 7})), "unexpected_response unknown"),
        ("id = \"id\"", answer(200, &json!({"id": 7})).with_end(End::Cut), "interrupted unknown"),
        ("id = \"id\"", Answer::new(200), "unexpected_response unknown"),
    ] {
        assert_eq!(described(success).of_create(given), expected, "{success}");
    }
}

#[test]
fn the_id_stands_in_a_header_or_a_text_by_a_pattern() {
    let location = "id = { header = \"Location\", text = \"/people/{id}\" }";
    let empty = |location: &str| Answer::new(201).with_header("location", location);
    for (given, expected) in [
        (empty("https://crm.example.com/v1/people/77"), "created 77"),
        (empty("/people/5f-a_1/"), "created 5f-a_1"),
        (empty("/people/"), "unexpected_response unknown"),
        (empty("/companies/77"), "unexpected_response unknown"),
        (Answer::new(201), "unexpected_response unknown"),
    ] {
        assert_eq!(described(location).of_create(given), expected);
    }
    let either = "id = [{ path = \"links[].href\", text = \"Contacts({id})\" }, { header = \"x-id\" }]";
    let links = answer(200, &json!({"links": [{"href": "Lists(3)"}, {"href": "Contacts(8)"}]}));
    assert_eq!(described(either).of_create(links), "created 8");
    assert_eq!(described(either).of_create(Answer::new(204).with_header("X-Id", " p-1 ")), "created p-1");
}

#[test]
fn all_conditions_together_say_that_the_contact_existed() {
    let described =
        described("id = \"contact.id\"\nexisting = [{ status = 200 }, { path = \"new\", is = false }]");
    for (status, new, expected) in [
        (200, json!(false), "existing 7"),
        (200, json!("false"), "existing 7"),
        (200, json!(true), "created 7"),
        (201, json!(false), "created 7"),
    ] {
        assert_eq!(described.of_create(answer(status, &json!({"new": new, "contact": {"id": 7}}))), expected);
    }
}

#[test]
fn the_message_of_a_contact_that_was_created_is_no_error() {
    let described = Described::new(
        "\n[success]\nid = \"id\"\n[[error]]\nwhen = { says = \"duplicate\" }\nkind = \"already_exists\"\n",
    );
    assert_eq!(
        described.of_create(answer(201, &json!({"id": 7, "title": "Finder of duplicates"}))),
        "created 7"
    );
    assert_eq!(
        described.of_create(answer(200, &json!({"success": false, "message": "A duplicate"}))),
        "already_exists refused"
    );
    let words = "\n[success]\nid = \"id\"\n[words]\nmessage = \"result\"\n[[error]]\nwhen = { says = \"duplicate\" }\nkind = \"already_exists\"\n";
    let described = Described::new(words);
    assert_eq!(described.of_create(answer(200, &json!({"result": "DUPLICATE"}))), "already_exists refused");
}

#[test]
fn the_contact_of_an_answer_is_compared_with_the_one_that_was_sent() {
    let sent = IdentifyingValues::from_json(&super::sent());
    let base = "format = 1\nvendor = \"acme\"\ntitle = \"Acme\"\n[account.key]\nsecret = true\n[address]\nbase = \"https://crm.example.com\"\n[[auth]]\nbearer = \"{key}\"\n";
    let data = "[create]\npath = \"/p\"\nenvelope = { data = { type = \"p\", attributes = \"{fields}\" } }\n[name]\nwhole = \"full_name\"\n[success]\nid = \"data.id\"\n";
    let own = "[create]\npath = \"/p\"\n[name]\ngiven = \"vorname\"\nfamily = \"nachname\"\n[[emails]]\nto = \"adresse.netz\"\n[success]\nid = \"id\"\n";
    for (tables, body, expected) in [
        (
            data,
            json!({"data": {"id": 7, "attributes": {"full_name": "Ada King"}}, "included": {"name": "Ann One"}}),
            Comparison::Agrees,
        ),
        (data, json!({"data": {"id": 7, "attributes": {"full_name": "Ann One"}}}), Comparison::Differs),
        (data, json!({"data": {"id": 7}, "name": "Ann One"}), Comparison::NothingComparable),
        (own, json!({"id": 7, "name": "Ann One"}), Comparison::Differs),
        (own, json!({"id": 7, "vorname": "Ada", "nachname": "King"}), Comparison::Agrees),
        (own, json!({"id": 7, "vorname": "Ann", "nachname": "One"}), Comparison::Differs),
        (own, json!({"id": 7, "adresse": {"netz": "ann@example.com"}}), Comparison::Differs),
        (own, json!({"id": 7}), Comparison::NothingComparable),
    ] {
        let described = Described::parse(&format!("{base}{tables}"), &json!({"key": "sekrit-key-1"}));
        let created = created(&described, answer(201, &body));
        assert_eq!(sent.compare_any_value(&created.returned), expected, "{body}");
    }
}

#[test]
fn an_id_alone_is_read_only_if_it_is_written_like_a_number_of_json() {
    let described = described("id = \"\"");
    let id = |body: &str| {
        let answer = Answer::new(201).with_body(body.as_bytes().to_vec());
        described.interpret(&create(answer)).ok().map(|created| created.id.as_str().to_owned())
    };
    assert_eq!(id(" 71\n").as_deref(), Some("71"));
    assert_eq!(id("0").as_deref(), Some("0"));
    for body in ["01", " 01", "+1", "-0", "1.0"] {
        assert_eq!(id(body), None, "{body}");
    }
}

#[test]
fn fields_that_a_success_did_not_take_are_named_with_its_words() {
    let described =
        described("id = \"id\"\nignored = { path = \"warnings[]\", says = [\"not exist\", \"ignored\"] }");
    let body = json!({"name": {"first": "Ada", "last": "King"}, "email": "ada@example.com", "phones": [{"number": "1"}], "email_2": "x"});
    let url = "https://crm.example.com/people".parse().unwrap();
    let sent = Prepared::new(Draft::new(Method::Post, url, body));
    let ignored = |warnings: serde_json::Value| -> Vec<IgnoredField> {
        let given = answer(201, &json!({"id": 7, "warnings": warnings}));
        let exchange = create(given);
        described.judge.interpret(&described.info, &sent, &exchange).unwrap().ignored
    };
    let names = |warnings: serde_json::Value| -> Vec<String> {
        ignored(warnings).into_iter().map(|field| field.name).collect()
    };
    assert_eq!(names(json!(["The field Email does not exist"])), ["email"]);
    assert_eq!(names(json!(["name.first was ignored", "ignored: phones"])), ["name.first", "phones"]);
    assert_eq!(names(json!(["email is fine", "nickname does not exist", "email_2 is ignored"])), ["email_2"]);
    assert_eq!(names(json!([])), [""; 0]);
    assert_eq!(names(json!(null)), [""; 0]);
    let words = ignored(json!(["email ada@example.com is ignored"]));
    assert_eq!(
        words,
        [IgnoredField { name: "email".to_owned(), words: "email [removed] is ignored".to_owned() }]
    );
    assert_eq!(described.interpret(&create(answer(201, &json!({"id": 7})))).unwrap().ignored, []);
}
