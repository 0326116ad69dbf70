//! `unicontact vendors`, `vendors show`, `vendors export`, `vendors new` and `schema vendor`.

use serde_json::{Value, json};
use unicontact::providers::Description;

use crate::program::{Ended, Program};

async fn run(arguments: &[&str]) -> Ended {
    Program::new(arguments).run().await
}

fn names(json: &Value) -> Vec<&str> {
    json["vendors"].as_array().unwrap().iter().map(|vendor| vendor["vendor"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn vendors_lists_the_adapters_then_the_descriptions_by_name() {
    let listed = run(&["vendors", "--format", "json"]).await.expect_code(0).json();
    let mut bundled: Vec<&str> = Description::bundled_names().collect();
    bundled.sort_unstable();
    assert_eq!(
        names(&listed),
        [["smarttask", "emnify", "cloverhound", "onecloud"].as_slice(), &bundled].concat()
    );
    let hubspot = listed["vendors"].as_array().unwrap().iter().find(|it| it["vendor"] == "hubspot").unwrap();
    assert_eq!((&hubspot["source"], &hubspot["unique"]), (&json!("bundled"), &json!(["email"])));
    let page = run(&["vendors"]).await.expect_code(0);
    let row = page.stdout.lines().find(|line| line.contains("hubspot")).unwrap();
    let words = row.split("  ").map(str::trim).filter(|word| !word.is_empty()).collect::<Vec<_>>();
    assert_eq!(&words[..5], ["hubspot", "HubSpot", "bundled", "yes", "refused by email"]);
}

#[tokio::test]
async fn vendors_lists_those_of_the_configuration_although_it_has_no_provider() {
    let text = Description::bundled_text("hubspot").unwrap();
    let run = Program::new(&["vendors", "--format", "json"])
        .configured("[vendors]\nhubspot = \"own.toml\"\n")
        .file("own.toml", text);
    let listed = run.run().await.expect_code(0).json();
    let hubspot = listed["vendors"].as_array().unwrap().iter().find(|it| it["vendor"] == "hubspot").unwrap();
    assert_eq!((&hubspot["source"], &hubspot["description"]), (&json!("file"), &json!("own.toml")));
}

#[tokio::test]
async fn vendors_show_tells_keys_hosts_errors_searches_and_sources() {
    let page = run(&["vendors", "show", "salesforce"]).await.expect_code(0).stdout;
    for part in [
        "Salesforce (salesforce)",
        "instance_url",
        "Hosts that get the credential\n  *.my.salesforce.com\n",
        "LastName",
        "[].errorCode is REQUEST_LIMIT_EXCEEDED and the message says concurrent",
        "GET /services/data/{api_version}/query",
        "third party",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let shown = run(&["vendors", "show", "hubspot", "--format", "json"]).await.expect_code(0).json();
    assert_eq!(shown["keys"]["properties"]["access_token"]["writeOnly"], true);
    assert_eq!(shown["hosts"], json!(["api.hubapi.com"]));
    let conflict =
        shown["errors"].as_array().unwrap().iter().find(|row| row["kind"] == "already_exists").unwrap();
    assert_eq!((&conflict["when"], &conflict["source"]), (&json!("status 409"), &json!("recorded")));
    let adapter = run(&["vendors", "show", "emnify"]).await.expect_code(0).stdout;
    assert!(adapter.contains("application_token") && !adapter.contains("Sources"), "{adapter}");
}

#[tokio::test]
async fn vendors_export_prints_a_bundled_description_as_it_is() {
    let printed = run(&["vendors", "export", "pipedrive"]).await.expect_code(0).stdout;
    assert_eq!(printed.trim_end(), Description::bundled_text("pipedrive").unwrap().trim_end());
    let adapter = run(&["vendors", "export", "emnify"]).await.expect_code(2);
    assert!(adapter.stderr.contains("has a Rust adapter"), "{}", adapter.stderr);
    let unknown = run(&["vendors", "export", "hubspott"]).await.expect_code(2);
    assert!(unknown.stderr.contains("did you mean hubspot?"), "{}", unknown.stderr);
}

#[tokio::test]
async fn vendors_new_writes_a_description_that_loads_and_overwrites_none() {
    for like in [None, Some("hubspot")] {
        let options: Vec<&str> = like.iter().flat_map(|name| ["--like", name]).collect();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("acme2.toml");
        let arguments =
            [&["vendors", "new", "acme2", "--output", file.to_str().unwrap()], options.as_slice()].concat();
        run(&arguments).await.expect_code(0);
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(Description::parse(&text).unwrap().vendor(), "acme2");
        let again = run(&arguments).await.expect_code(2);
        assert!(again.stderr.contains("exists already"), "{}", again.stderr);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    }
    for name in ["Acme", "acme__crm", "emnify"] {
        run(&["vendors", "new", name]).await.expect_code(2);
    }
}

#[tokio::test]
async fn all_mistakes_of_a_file_are_told_with_their_lines() {
    let text = "format = 1\nvendor = \"acme\"\ntitle = \"Acme\"\n[address]\nbase = \"http://x\"\n[create]\nmetod = \"POST\"\npath = \"/c\"\n";
    let ended =
        Program::new(&["vendors", "show", "./acme.toml"]).file("acme.toml", text).run().await.expect_code(2);
    for part in [
        "acme.toml has 4 mistakes:",
        "line 1: auth: is missing",
        "line 5: address: an address begins with https://",
        "line 7: create.metod: unknown key, did you mean `method`?",
        "success: is missing",
    ] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
}

#[tokio::test]
async fn schema_vendor_prints_the_vocabulary() {
    let schema = run(&["schema", "vendor"]).await.expect_code(0).json();
    assert_eq!(schema["properties"]["format"]["const"], 1);
    assert!(schema["properties"]["find"].is_object());
}
