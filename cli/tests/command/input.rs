//! Contacts that cannot be read.
//!
//! Its rule: exit code 2, the place and what would be right, never the value, and nothing is sent.

use crate::program::{Ended, Program};
use crate::silence::Silence;

/// Creates from a file with this content, at vendors that must not be asked.
async fn refused(content: &[u8]) -> Ended {
    let silence = Silence::new();
    let created = Program::new(&["create", "contact.json"]).configured(&silence.configuration());
    let ended = created.file("contact.json", content).run().await.expect_usage_error();
    silence.is_kept();
    ended
}

#[tokio::test]
async fn broken_json_is_told_by_its_place() {
    let ended = refused(b"{\"name\": \"Ada King\",\n \"notes\": nothing}").await;
    insta::assert_snapshot!(ended.stderr, @r#"
    error: contact.json: not JSON: expected ident at line 2 column 12
    "#);
}

#[tokio::test]
async fn two_contacts_in_one_file_are_one_too_many() {
    let ended = refused(b"{\"name\": \"Ada King\"}\n{\"name\": \"Ada King\"}").await;
    insta::assert_snapshot!(ended.stderr, @r#"
    error: contact.json: trailing characters at line 2 column 1: one contact is expected, not several
    "#);
}

#[tokio::test]
async fn an_unknown_key_is_told_with_the_nearest() {
    let ended = refused(br#"{"name": "Ada King", "emial": ["x"], "organization": {"nmae": "x"}}"#).await;
    insta::assert_snapshot!(ended.stderr, @r#"
    error: contact.json: organization.nmae: unknown key, did you mean `name`?
    contact.json: emial: unknown key, did you mean `emails`?
    "#);
}

#[tokio::test]
async fn every_mistake_is_told_at_once() {
    let contact =
        br#"{"name": 1, "emails": ["x"], "birthday": "soon", "addresses": [{"country": "Atlantis"}]}"#;
    let ended = refused(contact).await;
    insta::assert_snapshot!(ended.stderr, @r#"
    error: contact.json: name: expected a text or an object, found a number
    contact.json: emails[0].address: not an e-mail address (expected something like name@example.com)
    contact.json: addresses[0].country: not a country (expected an ISO 3166-1 code such as GB)
    contact.json: birthday: not a date (expected YYYY-MM-DD)
    "#);
}

#[tokio::test]
async fn an_empty_input_is_none() {
    for content in ["", " \n\t", "\u{FEFF}"] {
        let ended = refused(content.as_bytes()).await;
        assert_eq!(ended.stderr, "error: contact.json: it is empty; a contact as JSON is expected\n");
    }
    let silence = Silence::new();
    let created = Program::new(&["create", "-"]).configured(&silence.configuration()).input("");
    let ended = created.run().await.expect_usage_error();
    assert_eq!(ended.stderr, "error: standard input: it is empty; a contact as JSON is expected\n");
    silence.is_kept();
}

#[tokio::test]
async fn a_contact_needs_something_to_be_called_by() {
    for contact in ["{}", r#"{"notes": "x"}"#, r#"{"name": "  ", "emails": []}"#] {
        let ended = refused(contact.as_bytes()).await;
        let expected = "error: contact.json: a contact needs a name, an organization, an e-mail or a phone\n";
        assert_eq!(ended.stderr, expected, "{contact}");
    }
}

#[tokio::test]
async fn what_is_not_utf_8_is_refused() {
    let ended = refused(b"{\"name\": \"Jos\xe9\"}").await;
    assert_eq!(ended.stderr, "error: contact.json: not UTF-8 text: save it as UTF-8\n");
}

#[tokio::test]
async fn a_missing_file_is_told_by_its_name() {
    let silence = Silence::new();
    let created = Program::new(&["create", "no-such.json"]).configured(&silence.configuration());
    let ended = created.run().await.expect_usage_error();
    assert_eq!(ended.stderr, "error: no-such.json: there is no such file\n");
    silence.is_kept();
}

#[tokio::test]
async fn a_comma_too_many_is_told_in_the_parsers_words() {
    let ended = refused(b"{\"name\": \"Ada King\",\n}").await;
    assert_eq!(ended.stderr, "error: contact.json: not JSON: trailing comma at line 2 column 1\n");
}

#[tokio::test]
async fn what_has_no_end_is_not_read_to_its_end() {
    let endless = Program::new(&["create", "/dev/zero"]).configured(&Silence::new().configuration());
    let ended = endless.run().await.expect_usage_error();
    assert_eq!(ended.stderr, "error: /dev/zero: it is larger than 16 MiB; one contact is expected\n");
}

#[tokio::test]
async fn a_directory_is_told_as_one() {
    let directory = Program::new(&["create", "/"]).configured(&Silence::new().configuration());
    let ended = directory.run().await.expect_usage_error();
    assert_eq!(ended.stderr, "error: /: it is a directory; a file with a contact is expected\n");
}

#[tokio::test]
async fn no_contact_at_all_is_told_with_the_ways_to_give_one() {
    let ended = Program::new(&["create"]).configured(&Silence::new().configuration()).run().await;
    insta::assert_snapshot!(ended.expect_usage_error().stderr, @r#"
    error: no contact: name a FILE, - for standard input, or give --name, --email, --phone
    "#);
}

#[tokio::test]
async fn a_file_and_flags_are_one_too_many() {
    let silence = Silence::new();
    let created = Program::new(&["create", "contact.json", "--name", "Ada King"]);
    let ended = created.configured(&silence.configuration()).file("contact.json", "{}").run().await;
    assert!(ended.expect_usage_error().stderr.contains("cannot be used with"));
    silence.is_kept();
}

#[tokio::test]
async fn a_key_that_stands_twice_is_not_lost_in_silence() {
    let contact = r#"{"name": "Ada King", "notes": "first", "notes": "second"}"#;
    let planned = Program::new(&["plan", "-"]).configured(&Silence::new().configuration()).input(contact);
    let ended = planned.run().await.expect_usage_error();
    assert!(ended.stderr.contains("notes"), "{}", ended.stderr);
}
