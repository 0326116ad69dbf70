//! Tests of `unicontact contract check-openapi`.

use serde_json::json;

use crate::contract::folder::Folder;
use crate::program::{Ended, Program};

/// A description of one create, which agrees with the fixture but for what follows.
const DESCRIPTION: &str = r"openapi: 3.1.0
paths:
  /{organization_id}/contacts:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                full_name: {type: string, maxLength: 20}
                email: {type: string}
                description: {type: string}
      responses:
        201:
          content:
            application/json:
              schema:
                type: object
                required: [id]
                properties:
                  id: {type: string}
                  full_name: {type: string}
                  email: {type: string}
                  contact_phones: {type: array}
        402: {description: the plan is too small}
";

async fn checked(description: &str, more: &[&str]) -> Ended {
    let folder = Folder::with("cloverhound", "create_full");
    let arguments =
        ["contract", "check-openapi", "openapi.yaml", "--vendor", "cloverhound", "--fixtures", folder.path()];
    Program::new(&[&arguments, more].concat()).file("openapi.yaml", description).run().await
}

#[tokio::test]
async fn the_findings_of_a_request_are_shown_the_worst_first() {
    let ended = checked(DESCRIPTION, &[]).await.expect_code(1);
    insta::assert_snapshot!(ended.stdout, @"
    POST /{organization_id}/contacts
      breaking body.full_name
        adapter: a longer text; description: at most 20 characters (create_full)
      additive body.contact_phones_attributes
        adapter: a list; description: no such member, but others are permitted (create_full)
      additive answer 402
        adapter: no fixture shows it; description: listed
      cosmetic answer 201 body.id
        adapter: reads a number, and the other form as well; description: a text (create_full)

    1 breaking, 2 additive, 1 cosmetic; 1 request
    ");
    let agreeing = DESCRIPTION.replace("maxLength: 20", "maxLength: 200");
    assert!(checked(&agreeing, &[]).await.expect_code(0).stdout.contains("0 breaking"));
}

#[tokio::test]
async fn json_has_every_finding_and_their_numbers() {
    let report = checked(DESCRIPTION, &["--format", "json"]).await.expect_code(1).json();
    assert_eq!(
        report["findings"][0],
        json!({
            "grade": "breaking",
            "request": "POST /{organization_id}/contacts",
            "place": "body.full_name",
            "adapter": "a longer text",
            "description": "at most 20 characters",
            "scenarios": ["create_full"],
        })
    );
    assert_eq!(report["vendor"], "cloverhound");
    assert_eq!(
        ["requests", "breaking", "additive", "cosmetic"].map(|key| report[key].as_u64().unwrap()),
        [1, 1, 2, 1]
    );
}

#[tokio::test]
async fn an_unusable_file_or_vendor_is_an_error_that_names_it() {
    let error = async |description: &str, more: &[&str]| {
        let stderr = checked(description, more).await.expect_code(2).stderr;
        stderr.lines().next().unwrap_or_default().to_owned()
    };
    insta::assert_snapshot!(error("openapi: 3.0.0\npaths: {a: [}\n", &[]).await, @"error: openapi.yaml:2:13: while parsing a node, did not find expected node content");
    insta::assert_snapshot!(error("{\"swagger\": \"2.0\"}", &[]).await, @"error: openapi.yaml: this is a Swagger 2.0 description; convert it to OpenAPI 3 first, such as with npx swagger2openapi FILE -o openapi.yaml");
    insta::assert_snapshot!(error("openapi: 5.0.0", &[]).await, @"error: openapi.yaml: the description has version 5.0.0; only OpenAPI 3.0 and 3.1 can be compared; name a description of one of them");
    let report = checked("a: 1\na: 2\n", &["--format", "json"]).await.expect_code(2);
    let report: serde_json::Value = serde_json::from_str(&report.stderr).unwrap();
    assert_eq!(report["error"]["mistakes"][0]["line"], 2, "{report}");
    let folder = Folder::with("cloverhound", "create_full");
    let arguments =
        ["contract", "check-openapi", "nowhere.yaml", "--vendor", "smarttask", "--fixtures", folder.path()];
    insta::assert_snapshot!(Program::new(&arguments).run().await.expect_code(2).stderr, @"error: nowhere.yaml cannot be read: No such file or directory (os error 2); check its path");
    let unknown =
        Program::new(&arguments).file("nowhere.yaml", DESCRIPTION).run().await.expect_code(2).stderr;
    assert!(unknown.contains("has no vendor smarttask"), "{unknown}");
}

#[tokio::test]
async fn a_reference_that_leads_nowhere_and_a_path_without_an_object_are_named() {
    let dangling = DESCRIPTION.replace(
        "                  id: {type: string}\n",
        "                  id: {$ref: '#/components/schemas/Id'}\n",
    );
    let ended = checked(&dangling, &[]).await.expect_code(1);
    let finding = "  breaking reference #/components/schemas/Id\n    adapter: a request; description: the reference leads nowhere\n";
    assert!(ended.stdout.contains(finding), "{}", ended.stdout);
    for (paths, place) in [
        ("{/contacts: 5}", "paths./contacts is no object"),
        ("{/contacts: {post: []}}", "paths./contacts.post is no object"),
        ("{/contacts: {$ref: '#/a'}}", "paths./contacts has the reference #/a, which leads nowhere"),
    ] {
        let ended = checked(&format!("openapi: 3.0.3\npaths: {paths}\n"), &[]).await.expect_code(2);
        assert!(ended.stderr.contains(place), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn a_path_matches_without_servers_and_a_value_of_the_contact_in_a_path_is_hidden() {
    let bare = DESCRIPTION.replace("/{organization_id}/contacts", "/contacts");
    let ended = checked(&bare, &[]).await.expect_code(1);
    assert!(ended.stdout.starts_with("POST /contacts\n"), "{}", ended.stdout);
    let folder = Folder::with("cloverhound", "create_full");
    folder.change("cloverhound/create_full.json", |fixture| {
        let document = folder.document("contacts/full.json");
        let address = document["emails"][0].as_str().or(document["emails"][0]["address"].as_str()).unwrap();
        fixture["request"]["path"] = format!("/7/contacts/{}", address.replace('@', "%40")).into();
    });
    let arguments =
        ["contract", "check-openapi", "openapi.yaml", "--vendor", "cloverhound", "--fixtures", folder.path()];
    let ended = Program::new(&arguments).file("openapi.yaml", DESCRIPTION).run().await.expect_code(1);
    assert!(ended.stdout.starts_with("POST /7/contacts/{…}\n"), "{}", ended.stdout);
}
