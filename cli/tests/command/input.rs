//! Contacts that cannot be read: the command ends with exit code 2, names the place and the expected form but not the
//! value, and sends nothing.

use crate::command::idle_server::IdleServer;
use crate::program::{Ended, Program};

/// Runs `create` on a file with this content, and fails if the command sends anything.
async fn expect_refusal(content: &[u8]) -> Ended {
    let idle_server = IdleServer::new();
    let created = Program::new(&["create", "contact.json"]).configured(&idle_server.configuration());
    let ended = created.file("contact.json", content).run().await.expect_usage_error();
    idle_server.expect_no_connection();
    ended
}

#[tokio::test]
async fn broken_json_is_reported_with_its_position() {
    let ended = expect_refusal(b"{\"name\": \"Ada King\",\n \"notes\": nothing}").await;
    insta::assert_snapshot!(ended.stderr, @r#"
    error: contact.json: not JSON: expected ident at line 2 column 12
    "#);
}

#[tokio::test]
async fn two_contacts_in_one_file_are_an_error() {
    let ended = expect_refusal(b"{\"name\": \"Ada King\"}\n{\"name\": \"Ada King\"}").await;
    insta::assert_snapshot!(ended.stderr, @r#"
    error: contact.json: trailing characters at line 2 column 1: pass one contact, or use unicontact import for several
    "#);
}

#[tokio::test]
async fn an_unknown_key_is_an_error_that_suggests_the_nearest() {
    let ended =
        expect_refusal(br#"{"name": "Ada King", "emial": ["x"], "organization": {"nmae": "x"}}"#).await;
    insta::assert_snapshot!(ended.stderr, @r#"
    error: contact.json: organization.nmae: unknown key, did you mean `name`?
    contact.json: emial: unknown key, did you mean `emails`?
    "#);
}

#[tokio::test]
async fn all_mistakes_are_reported_together() {
    let contact =
        br#"{"name": 1, "emails": ["x"], "birthday": "soon", "addresses": [{"country": "Atlantis"}]}"#;
    let ended = expect_refusal(contact).await;
    insta::assert_snapshot!(ended.stderr, @r#"
    error: contact.json: name: expected a text or an object, found a number
    contact.json: emails[0].address: not an e-mail address (expected something like name@example.com)
    contact.json: addresses[0].country: not a country (expected an ISO 3166-1 code such as GB)
    contact.json: birthday: not a date (expected YYYY-MM-DD)
    "#);
}

#[tokio::test]
async fn an_empty_input_is_an_error() {
    for content in ["", " \n\t", "\u{FEFF}"] {
        let ended = expect_refusal(content.as_bytes()).await;
        assert_eq!(ended.stderr, "error: contact.json: the input is empty; pass one contact as JSON\n");
    }
    let idle_server = IdleServer::new();
    let created = Program::new(&["create", "-"]).configured(&idle_server.configuration()).input("");
    let ended = created.run().await.expect_usage_error();
    assert_eq!(ended.stderr, "error: standard input: the input is empty; pass one contact as JSON\n");
    idle_server.expect_no_connection();
}

#[tokio::test]
async fn a_contact_without_name_organization_email_and_phone_is_an_error() {
    for contact in ["{}", r#"{"notes": "x"}"#, r#"{"name": "  ", "emails": []}"#] {
        let ended = expect_refusal(contact.as_bytes()).await;
        let expected = "error: contact.json: a contact needs a name, an organization, an e-mail or a phone\n";
        assert_eq!(ended.stderr, expected, "{contact}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_utf_8_is_an_error() {
    let ended = expect_refusal(b"{\"name\": \"Jos\xe9\"}").await;
    assert_eq!(ended.stderr, "error: contact.json: not UTF-8 text: save it as UTF-8\n");
}

#[tokio::test]
async fn a_missing_file_is_reported_by_its_name() {
    let idle_server = IdleServer::new();
    let created = Program::new(&["create", "no-such.json"]).configured(&idle_server.configuration());
    let ended = created.run().await.expect_usage_error();
    assert_eq!(ended.stderr, "error: no-such.json: the file does not exist: check its path\n");
    idle_server.expect_no_connection();
}

#[tokio::test]
async fn a_trailing_comma_is_reported_with_the_parsers_message() {
    let ended = expect_refusal(b"{\"name\": \"Ada King\",\n}").await;
    assert_eq!(ended.stderr, "error: contact.json: not JSON: trailing comma at line 2 column 1\n");
}

#[tokio::test]
async fn an_endless_input_is_read_up_to_the_size_limit() {
    let endless = Program::new(&["create", "/dev/zero"]).configured(&IdleServer::new().configuration());
    let ended = endless.run().await.expect_usage_error();
    assert_eq!(
        ended.stderr,
        "error: /dev/zero: the input is larger than 16 MiB; pass one contact as JSON, or use unicontact import\n"
    );
}

#[tokio::test]
async fn a_directory_is_reported_as_such() {
    let directory = Program::new(&["create", "/"]).configured(&IdleServer::new().configuration());
    let ended = directory.run().await.expect_usage_error();
    assert_eq!(ended.stderr, "error: /: this is a directory; name a file\n");
}

#[tokio::test]
async fn a_missing_contact_is_an_error_that_lists_the_ways_to_give_one() {
    let ended = Program::new(&["create"]).configured(&IdleServer::new().configuration()).run().await;
    insta::assert_snapshot!(ended.expect_usage_error().stderr, @r#"
    error: no contact: name a FILE, pass - for standard input, or add --name, --email or --phone
    "#);
}

#[tokio::test]
async fn a_file_together_with_flags_is_an_error() {
    let idle_server = IdleServer::new();
    let created = Program::new(&["create", "contact.json", "--name", "Ada King"]);
    let ended = created.configured(&idle_server.configuration()).file("contact.json", "{}").run().await;
    assert!(ended.expect_usage_error().stderr.contains("cannot be used with"));
    idle_server.expect_no_connection();
}

#[tokio::test]
async fn a_repeated_key_is_an_error() {
    let contact = r#"{"name": "Ada King", "notes": "first", "notes": "second"}"#;
    let planned = Program::new(&["plan", "-"]).configured(&IdleServer::new().configuration()).input(contact);
    let ended = planned.run().await.expect_usage_error();
    assert!(ended.stderr.contains("notes"), "{}", ended.stderr);
}
