//! What a newcomer sees who adds a vendor of his own: `init`, `vendors new` and `export`, lists beside a mistake, and the screens of
//! duplicates and of searches that fail.

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use unicontact::providers::Description;

use crate::hostile::{Answer, Received};
use crate::program::{Ended, Program};

const ACMECRM: &str = include_str!("../../../fixtures/config/acmecrm.toml");
const MISTAKE: &str = "format = 1\nvendor = \"acmecrm\"\ntitle = \"Acme\"\n[create]\nmetod = \"POST\"\n";
/// A search by e-mail address, and that the vendor refuses an equal contact.
const SEARCH: &str = "[dedupe]\nunique = [\"email\"]\n[[find]]\nby = \"email\"\npath = \"/contacts\"\n\
    query = { email = \"{email}\" }\nresults = \"contacts[]\"\nid = \"id\"\nsame = \"email\"\n\
    agree = { first_name = \"first_name\", last_name = \"last_name\" }\nfull = 50\n";
const ADA: [&str; 5] = ["create", "--name", "Ada King", "--email", "ada@example.com"];

/// Starts a vendor that answers creates and other requests so, and returns its address.
async fn vendor(create: Option<Answer>, other: Answer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let Some(request) = Received::read(&mut stream).await else { continue };
            let answer = if request.method == "POST" { create.as_ref() } else { Some(&other) };
            if let Some(answer) = answer {
                stream.write_all(&answer.bytes()).await.unwrap();
            }
        }
    });
    url
}

/// Returns a run with a provider of the vendor, whose contacts can be searched.
fn at(url: &str, arguments: &[&str]) -> Program {
    let configuration = format!(
        "journal = \"u.db\"\n[defaults]\nsettle_delay = \"10ms\"\nmax_attempts = 1\n[vendors]\nacmecrm = \"acmecrm.toml\"\n\
         [providers.acmecrm.main]\napi_key = \"xksecret\"\nworkspace = 7\nbase_url = \"{url}\"\n"
    );
    Program::new(arguments)
        .configured(&configuration)
        .file("acmecrm.toml", format!("{ACMECRM}{SEARCH}"))
        .file("people.csv", "name,email\nAda King,ada@example.com\n")
}

#[tokio::test]
async fn a_search_that_fails_is_told_with_what_to_do() {
    for (other, cause) in [
        (Answer::empty(404), "the search for it failed: not_found, HTTP 404. Check"),
        (Answer::html(200, "Sign in"), "the search for it failed: unexpected_response, HTTP 200"),
        (
            Answer::empty(302).header("location", "https://sso.vendor.test/start?token=t0k"),
            "HTTP 302: the vendor redirects to sso.vendor.test/start. Check",
        ),
    ] {
        let url = vendor(None, other).await;
        let created = at(&url, &ADA).run().await.expect_code(3);
        assert!(created.stdout.contains(cause) && created.stdout.contains("[[find]]"), "{created:?}");
        assert!(!created.stdout.contains("t0k"), "{created:?}");
        let imported = at(&url, &["import", "people.csv"]).run().await.expect_code(3);
        assert!(imported.stdout.contains(cause), "{imported:?}");
    }
}

#[tokio::test]
async fn a_duplicate_of_another_person_is_named_by_its_id() {
    let duplicate = Answer::json(422, &json!({"errors": [{"code": "duplicate", "contact_id": "c-4711"}]}));
    let other = Answer::json(
        200,
        &json!({"contacts": [{"id": "c-4711", "email": "ada@example.com", "first_name": "Bob",
            "last_name": "Stone"}]}),
    );
    let url = vendor(Some(duplicate), other).await;
    let created = at(&url, &ADA).run().await.expect_code(1);
    let row = created.stdout.lines().find(|line| line.contains("rejected") && line.contains("main")).unwrap();
    assert!(row.contains("acmecrm (acmecrm.toml)  c-4711"), "{created:?}");
    assert!(
        created.stdout.contains("another value where the vendor allows no two equal ones"),
        "{created:?}"
    );
    let imported = at(&url, &["import", "people.csv"]).run().await.expect_code(1);
    assert!(imported.stdout.contains("Ada King (existing c-4711)"), "{imported:?}");
}

async fn init(arguments: &[&str], own: &str) -> (String, Ended) {
    let running = Program::new(&[&["init"], arguments].concat())
        .file("token.txt", "TOPSECRET")
        .file("acmecrm.toml", ACMECRM)
        .file("own.toml", own)
        .start()
        .await;
    running.end_with_file("crm.toml").await
}

#[tokio::test]
async fn init_writes_a_provider_of_a_vendor_that_a_file_describes() {
    let keys = ["--config", "crm.toml", "--set", "api_key_file=token.txt", "--set", "workspace=7"];
    let option = [&["acmecrm", "--set", "vendors.acmecrm=acmecrm.toml"], &keys[..]].concat();
    let (text, ended) = init(&option, "").await;
    ended.expect_code(0);
    assert!(text.contains("[vendors]\nacmecrm = \"acmecrm.toml\"\n"), "{text}");
    assert!(
        text.contains("[providers.acmecrm.acmecrm]\napi_key_file = \"token.txt\"\nworkspace = 7\n"),
        "{text}"
    );
    let secret = ["--set", "api_key=TOPSECRET"];
    let (text, ended) = init(&[&option[..], &secret].concat(), "").await;
    assert!(ended.expect_usage_error().stderr.contains("other users of this machine"));
    assert_eq!(text, "");
    let (_, unknown) = init(&[&["acmecrn"], &keys[..]].concat(), "").await;
    let unknown = unknown.expect_usage_error();
    assert!(unknown.stderr.contains("no vendor is named `acmecrn`"), "{unknown:?}");
    let (_, typo) = init(&[&["hubspott"], &keys[..]].concat(), "").await;
    assert!(typo.expect_usage_error().stderr.contains("did you mean hubspot?"));
}

#[tokio::test]
async fn init_knows_the_vendors_of_the_usual_file_and_of_the_environment() {
    let arguments = [
        "init",
        "acmecrm",
        "--config",
        "crm.toml",
        "--set",
        "api_key_file=token.txt",
        "--set",
        "workspace=7",
    ];
    let program = || Program::new(&arguments).file("token.txt", "t").file("acmecrm.toml", ACMECRM);
    let usual = program().configured("[vendors]\nacmecrm = \"acmecrm.toml\"\n").start().await;
    let (text, ended) = usual.end_with_file("crm.toml").await;
    ended.expect_code(0);
    assert!(text.contains("[vendors]\nacmecrm = \""), "{text}");
    let variable = program().variable("UNICONTACT_VENDORS__ACMECRM", "acmecrm.toml");
    variable.run().await.expect_code(0);
}

#[tokio::test]
async fn init_lists_all_keys_at_once_and_names_no_line_of_a_file_that_is_not_written() {
    let salesforce = Program::new(&["init", "salesforce"]).run().await.expect_usage_error();
    for part in ["--set instance_url=", "--set client_secret_file=", "access_token"] {
        assert!(salesforce.stderr.contains(part), "{part}: {salesforce:?}");
    }
    let missing = Program::new(&["init", "hubspot", "--set", "access_token_file=none.txt"]).run().await;
    let missing = missing.expect_usage_error();
    assert!(missing.stderr.contains("nothing was written"), "{missing:?}");
    assert!(!missing.stderr.contains("unicontact.toml:"), "{missing:?}");
    let shown = Program::new(&["vendors", "show", "salesforce"]).run().await.expect_code(0);
    assert!(shown.stdout.contains("A choice: set "), "{shown:?}");
    let row = shown.stdout.lines().find(|line| line.trim_start().starts_with("access_token ")).unwrap();
    assert!(row.contains("  choice  "), "{shown:?}");
}

#[tokio::test]
async fn a_mistake_in_one_description_hides_no_other_vendor() {
    let with_mistake = |arguments: &[&str]| {
        Program::new(arguments)
            .configured("[vendors]\nacmecrm = \"acmecrm.toml\"\n")
            .file("acmecrm.toml", MISTAKE)
    };
    let listed = with_mistake(&["vendors"]).run().await.expect_code(2);
    assert!(listed.stdout.contains("HubSpot") && !listed.stdout.contains("acmecrm"), "{listed:?}");
    assert!(listed.stderr.contains("acmecrm.toml:5: create.metod: unknown key"), "{listed:?}");
    let json = with_mistake(&["vendors", "--format", "json"]).run().await.expect_code(2);
    assert!(json.json()["vendors"].as_array().unwrap().len() > 10, "{json:?}");
    let error: Value = serde_json::from_str(json.stderr.lines().last().unwrap()).unwrap();
    let mistakes = error["error"]["mistakes"].as_array().unwrap();
    let mistake = mistakes.iter().find(|mistake| mistake["key"] == "create.metod").unwrap();
    assert_eq!((&mistake["file"], &mistake["line"]), (&json!("acmecrm.toml"), &json!(5)), "{mistake}");
    assert!(mistake["message"].as_str().unwrap().starts_with("unknown key"), "{mistake}");
    let other = with_mistake(&["vendors", "show", "hubspot"]).run().await.expect_code(0);
    assert!(other.stdout.contains("HubSpot (hubspot)") && other.stderr.contains("warning: "), "{other:?}");
    let own = with_mistake(&["vendors", "show", "acmecrm"]).run().await.expect_code(2);
    assert!(own.stderr.contains("create.metod"), "{own:?}");
}

async fn new(arguments: &[&str]) -> (String, Ended) {
    let running = Program::new(&[&["vendors", "new"], arguments].concat())
        .configured("[vendors]\nacmecrm = \"acmecrm.toml\"\n")
        .file("acmecrm.toml", ACMECRM)
        .start()
        .await;
    let name = format!("{}.toml", arguments[0]);
    running.end_with_file(&name).await
}

#[tokio::test]
async fn vendors_new_names_the_vendor_and_begins_with_any_description() {
    for like in [&[] as &[&str], &["--like", "hubspot"], &["--like", "acmecrm"], &["--like", "acmecrm.toml"]]
    {
        let (text, ended) = new(&[&["our_crm"], like].concat()).await;
        ended.expect_code(0);
        let description = Description::parse(&text).unwrap();
        assert_eq!((description.vendor(), description.title()), ("our_crm", "Our Crm"), "{like:?}");
    }
    let (_, adapter) = new(&["our_crm", "--like", "smarttask"]).await;
    let adapter = adapter.expect_usage_error();
    assert!(adapter.stderr.contains("smarttask has a Rust adapter and no description"), "{adapter:?}");
    let (_, bundled) = new(&["hubspot"]).await;
    let bundled = bundled.expect_code(0);
    assert!(bundled.stderr.contains("this file replaces it"), "{bundled:?}");
}

#[tokio::test]
async fn vendors_export_says_where_a_description_is() {
    let export = Program::new(&["vendors", "export", "acmecrm"])
        .configured("[vendors]\nacmecrm = \"acmecrm.toml\"\n")
        .file("acmecrm.toml", ACMECRM);
    let ended = export.run().await.expect_usage_error();
    assert!(ended.stderr.contains("acmecrm.toml describes it"), "{ended:?}");
}

#[tokio::test]
async fn a_vendor_without_a_stand_in_is_tried_by_its_description() {
    let ended = Program::new(&["sandbox", "--vendor", "mailchimp"]).run().await.expect_usage_error();
    assert!(ended.stderr.contains("unicontact vendors test mailchimp"), "{ended:?}");
}

#[tokio::test]
async fn no_word_of_the_vendors_is_broken_at_80_columns() {
    let listed = Program::new(&["vendors"]).columns(80).run().await.expect_code(0);
    assert!(listed.stdout.contains("ActiveCampaign"), "{listed:?}");
    let shown = Program::new(&["vendors", "show", "smarttask"]).columns(80).run().await.expect_code(0);
    assert!(!shown.stdout.contains("\\n"), "{shown:?}");
}

#[tokio::test]
async fn a_plan_for_no_provider_says_so_without_a_gap() {
    let planned =
        at("http://127.0.0.1:9", &["plan", "--email", "ada@example.com"]).run().await.expect_code(1);
    assert!(
        planned.stdout.contains(" would be sent to no provider. Nothing was sent.\n\nmain "),
        "{planned:?}"
    );
}

#[tokio::test]
async fn a_refusal_shows_the_vendor_s_code_and_what_to_do_about_the_description() {
    for (answer, told) in [
        (Answer::json(401, &json!({"code": "bad_token"})), "unauthenticated, HTTP 401, code bad_token"),
        (Answer::empty(404), "the path of [create] in the vendor's description"),
        (Answer::empty(405), "Check the method and the path of [create]"),
        (Answer::empty(415), "Check content_type and headers of [create]"),
    ] {
        let url = vendor(Some(answer), Answer::empty(500)).await;
        let people = "name,email\nBad King,bad@example.com\n";
        let imported = at(&url, &["import", "people.csv"]).file("people.csv", people).run().await;
        assert!(format!("{}{}", imported.stdout, imported.stderr).contains(told), "{told}: {imported:?}");
    }
}

#[tokio::test]
async fn a_delivery_that_needs_a_person_is_told_no_time_to_retry() {
    let url = vendor(None, Answer::json(200, &json!({"contacts": []}))).await;
    let folder = tempfile::tempdir().unwrap();
    let journal = format!("journal={}", folder.path().join("u.db").display());
    let run = |arguments: &[&str]| at(&url, &[arguments, &["--set", &journal]].concat());
    let created = run(&["create", "--name", "Ada King"]).run().await.expect_code(3);
    assert!(created.stdout.contains("Look for Ada King at Acme CRM now"), "{created:?}");
    let retried = run(&["deliveries", "retry"]).run().await.expect_code(3);
    assert!(!format!("{}{}", retried.stdout, retried.stderr).contains("to look again"), "{retried:?}");
}

#[tokio::test]
async fn create_list_and_retry_tell_the_same_time_of_the_next_look() {
    let url = vendor(None, Answer::empty(503)).await;
    let folder = tempfile::tempdir().unwrap();
    let journal = format!("journal={}", folder.path().join("u.db").display());
    let run = |arguments: &[&str]| at(&url, &[arguments, &["--set", &journal, "--format", "json"]].concat());
    // A journal stores milliseconds.
    let second = |time: &Value| time.as_str().unwrap()[..19].to_owned();
    let created = run(&ADA).run().await.expect_code(3).json();
    let listed = run(&["deliveries", "list"]).run().await.expect_code(0).json_lines();
    let retried = run(&["deliveries", "retry"]).run().await.expect_code(3).json_lines();
    let told = second(&created["deliveries"][0]["look_again_at"]);
    assert_eq!(second(&listed[0]["look_again_at"]), told);
    assert_eq!(second(&retried[0]["deliveries"][0]["look_again_at"]), told);
}
