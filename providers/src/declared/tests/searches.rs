//! What each search sends, and which candidate of an answer is the contact.

use serde_json::{Value, json};
use unicontact_model::{ContactId, DeliveryKey, FindOutcome, FindRequest, UnifiedContact};

use super::vendor::{KEY, ada, answer, clock, connect_to, serve};
use crate::declared::provider::Declared;
use crate::error::ProviderError;
use crate::http::Answer;
use crate::provider::ContactProvider as _;
use crate::testkit::{Server, shown};

pub(super) const BY_EMAIL: &str = r#"
[[find]]
by = "email"
path = "/people"
query = { mail = "{email}", limit = "5" }
headers = { X-Version = "3" }
results = "people[]"
id = "id"
same = ["email", "others[]"]
agree = { name = "name" }
"#;

pub(super) async fn find_in(
    provider: &Declared,
    contact: &UnifiedContact,
    except: Option<&ContactId>,
) -> Result<FindOutcome, ProviderError> {
    let key = DeliveryKey::new("acme", contact);
    provider.find(&FindRequest::new(contact, &key).with_except(except)).await
}

/// Returns what a search comes to that gets these answers in turn, and the targets of its requests.
pub(super) async fn find_with(
    tables: &str,
    contact: &UnifiedContact,
    answers: Vec<Answer>,
) -> (String, Vec<String>) {
    let server = serve(answers).await;
    let outcome = find_in(&connect(&server, tables), contact, None).await;
    (in_words(outcome), server.received().iter().map(|request| request.target().to_owned()).collect())
}

pub(super) fn connect(server: &Server, tables: &str) -> Declared {
    connect_to(server, &format!("{KEY}{tables}"), json!({"api_key": "made-up-key"}), &clock())
}

pub(super) fn in_words(outcome: Result<FindOutcome, ProviderError>) -> String {
    match outcome {
        Ok(FindOutcome::Found(id)) => format!("found {}", id.as_str()),
        Ok(FindOutcome::Nothing) => "nothing".to_owned(),
        Ok(FindOutcome::Unclear { candidates }) => {
            let ids: Vec<&str> = candidates.iter().map(ContactId::as_str).collect();
            format!("unclear {}", ids.join(" ")).trim_end().to_owned()
        }
        Err(error) => error.kind().as_str().to_owned(),
    }
}

/// Returns what a search for Ada by e-mail comes to with these people.
async fn among(people: Value) -> String {
    find_with(BY_EMAIL, &ada(), vec![answer(200, &json!({"people": people}))]).await.0
}

pub(super) fn contact(document: Value) -> UnifiedContact {
    UnifiedContact::from_json(document).unwrap()
}

#[tokio::test]
async fn a_candidate_is_the_contact_if_its_key_and_all_that_was_sent_agree() {
    let ada = json!({"id": 4, "email": "ADA@acme.example", "name": "KING, Ada"});
    for (people, expected) in [
        (json!([ada]), "found 4"),
        (json!([{"id": 1, "email": "bo@acme.example", "name": "Bo"}, ada]), "found 4"),
        (
            json!([{"id": "x-1", "others": ["bo@acme.example", "ada@acme.example"], "name": "Ada King"}]),
            "found x-1",
        ),
        (json!([ada, {"id": 12, "email": "ada@acme.example", "name": "Ada King"}]), "found 12"),
        (json!([]), "nothing"),
        (json!(null), "nothing"),
        (json!([{"id": 1, "email": "bo@acme.example", "name": "Bo Two"}]), "nothing"),
    ] {
        assert_eq!(among(people.clone()).await, expected, "{people}");
    }
}

#[tokio::test]
async fn a_near_match_is_unclear_and_never_nothing() {
    for (why, person) in [
        ("another name", json!({"id": 4, "email": "ada@acme.example", "name": "Bo Two"})),
        ("a name in another form", json!({"id": 4, "email": "ada@acme.example", "name": "Dr A. King"})),
        ("no name", json!({"id": 4, "email": "ada@acme.example"})),
        ("a name that is false", json!({"id": 4, "email": "ada@acme.example", "name": false})),
        ("an empty name", json!({"id": 4, "email": "ada@acme.example", "name": " "})),
        ("no address", json!({"id": 4, "name": "Ada King"})),
        ("an address that is null", json!({"id": 4, "email": null, "others": [], "name": "Bo"})),
        ("a cut address", json!({"id": 4, "email": "ada@acme.ex", "name": "Bo"})),
        (
            "another address and the same name",
            json!({"id": 4, "email": "king@acme.example", "name": "Ada King"}),
        ),
        ("an address that is no text", json!({"id": 4, "email": {"of": 1}, "name": "Ada King"})),
    ] {
        assert_eq!(among(json!([person])).await, "unclear 4", "{why}");
    }
    let without_id = json!([{"email": "ada@acme.example", "name": "Ada King"}]);
    assert_eq!(among(without_id).await, "unclear");
}

#[tokio::test]
async fn a_constant_that_was_sent_may_have_to_agree() {
    let search = BY_EMAIL.replace("name = \"name\"", "name = \"name\", status = \"status\"");
    let tables = format!("[constants]\nstatus = \"subscribed\"\n{search}");
    for (status, expected) in [("subscribed", "found 4"), ("archived", "unclear 4")] {
        let people = json!([{"id": 4, "email": "ada@acme.example", "name": "Ada King", "status": status}]);
        let answers = vec![answer(200, &json!({"people": people}))];
        assert_eq!(find_with(&tables, &ada(), answers).await.0, expected, "{status}");
    }
}

#[tokio::test]
async fn the_key_and_constants_tell_nobody_apart() {
    let second = "[[emails]]\nto = \"email2\"\nkinds = [\"home\"]\n[constants]\nsource = \"import\"\n";
    let other = json!({
        "id": 4, "name": "Otto Other", "email": "ada@acme.example", "email2": "", "source": "import", "ref": "a-7",
    });
    for (agree, expected) in [
        ("email = \"email\"", "unclear 4"),
        ("'\"email\"' = \"email\"", "unclear 4"),
        ("email2 = \"email\"", "unclear 4"),
        ("source = \"source\"", "unclear 4"),
        ("email = \"email\", source = \"source\"", "unclear 4"),
        ("email = \"email\", name = \"name\"", "unclear 4"),
        ("source = \"source\", ref = \"ref\"", "found 4"),
    ] {
        let tables = format!("{second}{}", BY_EMAIL.replace("name = \"name\"", agree));
        let answers = vec![answer(200, &json!({"people": [other]}))];
        assert_eq!(find_with(&tables, &ada(), answers).await.0, expected, "{agree}");
    }
}

#[tokio::test]
async fn a_key_alone_finds_nobody() {
    // Nothing that could agree was sent.
    let tables = BY_EMAIL.replace("agree = { name = \"name\" }", "agree = { ref = \"ref\" }");
    let nameless = contact(json!({"name": "Ada King", "emails": ["ada@acme.example"]}));
    for (person, expected) in [
        (json!({"id": 4, "email": "ada@acme.example"}), "unclear 4"),
        (json!({"id": 4, "email": "ada@acme.example", "ref": "a-7"}), "unclear 4"),
        (json!({"id": 4, "email": "bo@acme.example"}), "nothing"),
    ] {
        let people = vec![answer(200, &json!({"people": [person]}))];
        assert_eq!(find_with(&tables, &nameless, people).await.0, expected, "{person}");
    }
    // The vendor holds a value that was not sent.
    let tables =
        BY_EMAIL.replace("agree = { name = \"name\" }", "agree = { name = \"name\", ref = \"ref\" }");
    let person = json!({"id": 4, "email": "ada@acme.example", "name": "Ada King", "ref": "b-8"});
    let people = || vec![answer(200, &json!({"people": [person]}))];
    assert_eq!(find_with(&tables, &nameless, people()).await.0, "unclear 4");
    for nothing in [json!(null), json!(false), json!(""), json!([])] {
        let person = json!({"id": 4, "email": "ada@acme.example", "name": "Ada King", "ref": nothing});
        let people = vec![answer(200, &json!({"people": [person]}))];
        assert_eq!(find_with(&tables, &nameless, people).await.0, "found 4", "{nothing}");
    }
    assert_eq!(find_with(&tables, &ada(), people()).await.0, "unclear 4");
}

#[tokio::test]
async fn an_altered_number_needs_another_value_that_is_the_same() {
    let tables = r#"
    [[find]]
    by = "phone"
    path = "/people"
    query = { q = "{phone}" }
    results = "people[]"
    id = "id"
    same = "phone"
    agree = { name = "name" }
    "#;
    for (phone, name, expected) in [
        ("+442079460123", "Ada King", "found 4"),
        ("+44 (20) 7946-0123", "King, Ada", "found 4"),
        ("020 7946 0123", "Ada King", "found 4"),
        ("020 7946 0123", "King, Ada", "unclear 4"),
        ("+442079460124", "Ada King", "unclear 4"),
        // The vendor may store the number in a form that its search does not find: `searchable` says so.
        ("+442079460124", "Bo Two", "nothing"),
    ] {
        let person = json!({"id": 4, "phone": phone, "name": name});
        let (outcome, targets) =
            find_with(tables, &ada(), vec![answer(200, &json!({"people": [person]}))]).await;
        assert_eq!(outcome, expected, "{phone} of {name}");
        assert!(targets[0].starts_with("/v1/people?q=%2B44"), "{targets:?}");
    }
}

#[tokio::test]
async fn an_id_of_ones_own_is_the_same_only_as_it_was_sent() {
    let tables = r#"
    [[find]]
    by = "external_id"
    path = "/people/by-ref/{external_id}"
    results = "person"
    id = "id"
    same = "ref"
    agree = { name = "name" }
    "#;
    for (reference, expected) in [
        (json!("0042"), "found 4"),
        (json!("42"), "unclear 4"),
        (json!(42), "unclear 4"),
        (json!("0043"), "nothing"),
    ] {
        let person =
            json!({"id": 4, "ref": reference, "name": if expected == "nothing" { "Bo" } else { "Ada King" }});
        let contact = contact(json!({"external_id": "0042", "name": "Ada King"}));
        let (outcome, targets) =
            find_with(tables, &contact, vec![answer(200, &json!({"person": person}))]).await;
        assert_eq!((outcome.as_str(), targets[0].as_str()), (expected, "/v1/people/by-ref/0042"), "{person}");
    }
    // A path that would lead elsewhere is not asked for.
    let contact = contact(json!({"external_id": "..", "name": "Ada King"}));
    let asked = find_with(tables, &contact, vec![answer(200, &json!({"person": null}))]).await;
    assert_eq!(asked, ("unclear".to_owned(), Vec::new()));
}

#[tokio::test]
async fn every_row_whose_key_was_sent_is_asked_until_one_finds() {
    let tables = format!(
        "{BY_EMAIL}{}",
        r#"
        [[find]]
        by = "phone"
        path = "/by-phone/{phone}"
        results = ""
        id = "id"
        same = "phone"
        agree = { name = "name" }
        "#
    );
    let person = json!({"id": 4, "email": "ada@acme.example", "phone": "+442079460123", "name": "Ada King"});
    let other = json!({"id": 5, "email": "ada@acme.example", "name": "Bo Two"});
    let none = || answer(200, &json!({"people": []}));
    let people = |person: &Value| answer(200, &json!({"people": [person]}));
    let not_found = || answer(404, &json!({"message": "no such person"}));
    let (mail, phone) = ("/v1/people?mail=ada@acme.example&limit=5", "/v1/by-phone/%2B442079460123");
    for (answers, outcome, targets) in [
        (vec![people(&person)], "found 4", vec![mail]),
        (vec![none(), answer(200, &person)], "found 4", vec![mail, phone]),
        (vec![none(), not_found()], "nothing", vec![mail, phone]),
        (vec![people(&other), not_found()], "unclear 5", vec![mail, phone]),
        (vec![people(&other), answer(200, &person)], "found 4", vec![mail, phone]),
        (vec![none(), Answer::new(500)], "unavailable", vec![mail, phone]),
        (vec![not_found()], "not_found", vec![mail]),
        (
            vec![none(), Answer::new(404).with_header("content-type", "text/html").with_body("<html>")],
            "not_found",
            vec![mail, phone],
        ),
    ] {
        let found = find_with(&tables, &ada(), answers).await;
        assert_eq!(found, (outcome.to_owned(), targets.into_iter().map(str::to_owned).collect()));
    }
    // A row is passed over whose key was not sent.
    let no_phone = contact(json!({"name": "Ada King", "emails": ["ada@acme.example"]}));
    assert_eq!(
        find_with(&tables, &no_phone, vec![none()]).await,
        ("nothing".to_owned(), vec![mail.to_owned()])
    );
    let no_key = contact(json!({"name": "Ada King"}));
    assert_eq!(find_with(&tables, &no_key, vec![none()]).await, ("unclear".to_owned(), Vec::new()));
}

#[tokio::test]
async fn a_contact_that_is_excepted_is_no_candidate() {
    let person = |id: u32| json!({"id": id, "email": "ada@acme.example", "name": "Ada King"});
    let except = ContactId::new("12");
    for (people, expected) in [(json!([person(12)]), "nothing"), (json!([person(12), person(4)]), "found 4")]
    {
        let server = serve(vec![answer(200, &json!({"people": people}))]).await;
        let provider = connect(&server, BY_EMAIL);
        assert_eq!(in_words(find_in(&provider, &ada(), except.as_ref()).await), expected);
    }
}

#[tokio::test]
async fn a_search_sends_its_headers_credentials_and_body() {
    let tables = r#"
    [account.region]
    optional = true
    [[find]]
    by = "name"
    method = "POST"
    reads = true
    path = "/search"
    query = { region = "{region}" }
    headers = { X-Version = "3", X-Region = "{region}" }
    body = { q = "name:\"{name}\"", exact = "{name}", region = "{region}", limit = 2, all = true }
    escape = "backslash"
    results = ""
    id = "id"
    same = "name"
    agree = { name = "name" }
    "#;
    let quoted = contact(json!({"name": "Ada \"The\\One\" King"}));
    let server = serve(vec![answer(200, &json!([]))]).await;
    assert_eq!(in_words(find_in(&connect(&server, tables), &quoted, None).await), "nothing");
    let request = server.received().remove(0);
    assert_eq!((request.method(), request.target()), ("POST", "/v1/search"));
    let headers = ["x-api-key", "x-version", "x-region", "content-type"].map(|name| request.header(name));
    assert_eq!(headers, [Some("made-up-key"), Some("3"), None, Some("application/json")]);
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(
        body,
        json!({"q": r#"name:"Ada \"The\\One\" King""#, "exact": "Ada \"The\\One\" King", "limit": 2, "all": true})
    );
}

#[tokio::test]
async fn a_graphql_search_is_sent_with_any_spacing_of_its_fields() {
    let person = json!({"id": 4, "email": "ada@acme.example", "name": "Ada King"});
    for query in [
        r#"query { people(email: "{email}") { id email name } }"#,
        r#"query{people(email:"{email}"){id}}"#,
        r#"query($first: Int){people(first:$first, email:"{email}"){id} me {name}}"#,
    ] {
        let tables = format!(
            "[[find]]\nby = \"email\"\nmethod = \"POST\"\nreads = true\npath = \"/graphql\"\nescape = \"backslash\"\n\
             body = {{ query = '{query}' }}\nresults = \"data.people\"\nid = \"id\"\nsame = \"email\"\n\
             agree = {{ name = \"name\" }}\n"
        );
        let server = serve(vec![answer(200, &json!({"data": {"people": [person]}}))]).await;
        let outcome = find_in(&connect(&server, &tables), &ada(), None).await;
        assert_eq!(in_words(outcome), "found 4", "{query}");
        let sent = query.replace("{email}", "ada@acme.example");
        assert_eq!(server.received()[0].text(), json!({"query": sent}).to_string());
    }
}

#[tokio::test]
async fn no_error_of_a_search_shows_the_contact_or_a_credential() {
    for status in [400, 401, 403, 422, 500] {
        let echo = json!({"message": "Ada King, ada@acme.example, +442079460123 or a-7 with made-up-key?"});
        let server = serve(vec![answer(status, &echo)]).await;
        let error = find_in(&connect(&server, BY_EMAIL), &ada(), None).await.unwrap_err();
        let shown = shown(&error);
        for text in ["King", "ada@", "7946", "made-up"] {
            assert!(!shown.contains(text), "{shown}");
        }
    }
}
