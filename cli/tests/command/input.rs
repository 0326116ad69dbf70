//! Contacts that cannot be read: exit code 2, the place and advice, no value, and nothing is sent.

use crate::program::{Ended, Program};
use crate::silence::Silence;

/// Runs `create` with a file of this content, at vendors that must receive no request.
async fn refused(content: &[u8]) -> Ended {
    let silence = Silence::new();
    let created = Program::new(&["create", "contact.json"]).configured(&silence.configuration());
    let ended = created.file("contact.json", content).run().await.expect_usage_error();
    silence.is_kept();
    ended
}

#[tokio::test]
async fn broken_json_is_reported_with_line_and_column() {
    let ended = refused(b"{\"name\": \"Ada King\",\n \"notes\": nothing}").await;
    insta::assert_snapshot!(ended.stderr, @r#"
    error: contact.json: not JSON: expected ident at line 2 column 12
    "#);
}

#[tokio::test]
async fn two_contacts_in_one_file_are_refused() {
    let ended = refused(b"{\"name\": \"Ada King\"}\n{\"name\": \"Ada King\"}").await;
    insta::assert_snapshot!(ended.stderr, @r#"
    error: contact.json: trailing characters at line 2 column 1: one contact is expected, not several
    "#);
}

#[tokio::test]
async fn an_unknown_key_is_reported_with_the_nearest_one() {
    let ended = refused(br#"{"name": "Ada King", "emial": ["x"], "organization": {"nmae": "x"}}"#).await;
    insta::assert_snapshot!(ended.stderr, @r#"
    error: contact.json: organization.nmae: unknown key, did you mean `name`?
    contact.json: emial: unknown key, did you mean `emails`?
    "#);
}

#[tokio::test]
async fn all_mistakes_are_reported_together() {
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
async fn an_empty_input_is_refused() {
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
async fn a_contact_without_a_name_address_or_number_is_refused() {
    for contact in ["{}", r#"{"notes": "x"}"#, r#"{"name": "  ", "emails": []}"#] {
        let ended = refused(contact.as_bytes()).await;
        let expected = "error: contact.json: a contact needs a name, an organization, an e-mail or a phone\n";
        assert_eq!(ended.stderr, expected, "{contact}");
    }
}

#[tokio::test]
async fn input_that_is_not_utf_8_is_refused() {
    let ended = refused(b"{\"name\": \"Jos\xe9\"}").await;
    assert_eq!(ended.stderr, "error: contact.json: not UTF-8 text: save it as UTF-8\n");
}

#[tokio::test]
async fn a_missing_file_is_reported_with_its_name() {
    let silence = Silence::new();
    let created = Program::new(&["create", "no-such.json"]).configured(&silence.configuration());
    let ended = created.run().await.expect_usage_error();
    assert_eq!(ended.stderr, "error: no-such.json: there is no such file\n");
    silence.is_kept();
}

#[tokio::test]
async fn a_trailing_comma_is_reported_with_the_parsers_message() {
    let ended = refused(b"{\"name\": \"Ada King\",\n}").await;
    assert_eq!(ended.stderr, "error: contact.json: not JSON: trailing comma at line 2 column 1\n");
}

#[tokio::test]
async fn an_endless_input_is_refused_at_the_size_limit() {
    let endless = Program::new(&["create", "/dev/zero"]).configured(&Silence::new().configuration());
    let ended = endless.run().await.expect_usage_error();
    assert_eq!(ended.stderr, "error: /dev/zero: it is larger than 16 MiB; one contact is expected\n");
}

#[tokio::test]
async fn a_directory_is_refused_as_such() {
    let directory = Program::new(&["create", "/"]).configured(&Silence::new().configuration());
    let ended = directory.run().await.expect_usage_error();
    assert_eq!(ended.stderr, "error: /: it is a directory; a file with a contact is expected\n");
}

#[tokio::test]
async fn a_missing_contact_is_reported_with_the_ways_to_pass_one() {
    let ended = Program::new(&["create"]).configured(&Silence::new().configuration()).run().await;
    insta::assert_snapshot!(ended.expect_usage_error().stderr, @r#"
    error: no contact: name a FILE, - for standard input, or give --name, --email, --phone
    "#);
}

#[tokio::test]
async fn a_file_together_with_flags_is_refused() {
    let silence = Silence::new();
    let created = Program::new(&["create", "contact.json", "--name", "Ada King"]);
    let ended = created.configured(&silence.configuration()).file("contact.json", "{}").run().await;
    assert!(ended.expect_usage_error().stderr.contains("cannot be used with"));
    silence.is_kept();
}

#[tokio::test]
async fn a_repeated_key_is_refused() {
    let contact = r#"{"name": "Ada King", "notes": "first", "notes": "second"}"#;
    let planned = Program::new(&["plan", "-"]).configured(&Silence::new().configuration()).input(contact);
    let ended = planned.run().await.expect_usage_error();
    assert!(ended.stderr.contains("notes"), "{}", ended.stderr);
}
