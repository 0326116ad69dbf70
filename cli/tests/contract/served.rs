//! Tests of `unicontact contract serve` with a client that is right, and with one mistake at a time.

use serde_json::{Value, json};

use crate::contract::client::Request;
use crate::contract::folder::Folder;
use crate::program::{Program, Running};

/// Starts the command, which ends as soon as every scenario was played. Its fixtures are those that it carries in itself.
async fn serve(arguments: &[&str]) -> Running {
    serve_and_linger("0", arguments).await
}

async fn serve_and_linger(seconds: &str, arguments: &[&str]) -> Running {
    let command = ["contract", "serve", "--vendor", "cloverhound", "--format", "json"];
    let until_done = ["--until-done", "--linger", seconds];
    Program::new(&[&command[..], &until_done, arguments].concat()).start().await
}

/// Returns the scenarios that are served.
async fn listening(running: &mut Running) -> Vec<Value> {
    let mut listed: Value = serde_json::from_str(&running.line().await).unwrap();
    serde_json::from_value(listed["listening"].take()).unwrap()
}

async fn url(running: &mut Running) -> String {
    listening(running).await[0]["url"].as_str().unwrap().to_owned()
}

fn minimal() -> Request {
    Request::create(&json!({"full_name": "Nell Nobody"}))
}

fn typical() -> Request {
    Request::create(&json!({
        "full_name": "Mira Beispiel",
        "email": "mira.beispiel@example.com",
        "contact_phones_attributes": [{"number": "+442079460123"}],
    }))
}

/// Returns the report at the end.
fn report(stdout: &str) -> Value {
    serde_json::from_str(stdout.lines().last().unwrap()).unwrap()
}

#[tokio::test]
async fn a_client_that_sends_what_the_fixture_expects_gets_its_answer() {
    let mut running = serve(&["--scenario", "create_minimal"]).await;
    let listed = listening(&mut running).await;
    let [scenario] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!(scenario["document"], json!({"name": "Nell Nobody"}));
    assert_eq!(scenario["input"]["contact"]["name"], json!({"full": "Nell Nobody"}));
    assert_eq!(scenario["input"]["operation"], "create");
    assert_eq!(
        scenario["keys"],
        json!({"organization_id": 7, "api_key_id": "fake-api-key-id", "api_key_secret": "fake-api-key-secret"})
    );
    assert_eq!((&scenario["expect"], &scenario["requests"]), (&json!({"created": "901"}), &json!(1)));
    let reply = minimal().send(scenario["url"].as_str().unwrap()).await.unwrap();
    assert_eq!((reply.status, &reply.json()["id"]), (201, &json!(901)));
    let ended = running.end().await.expect_code(0);
    insta::assert_snapshot!(ended.stderr, @r"
    The fixtures are those of this version of unicontact.
    Ctrl-C ends it.
    create_minimal: POST /7/contacts
    ");
    assert_eq!(
        report(&ended.stdout),
        json!({
            "replayed": 1,
            "failed": 0,
            "fixtures": [{
                "vendor": "cloverhound",
                "scenario": "create_minimal",
                "provenance": "documented",
                "differences": [],
            }],
            "not_played": [],
            "without_scenario": [],
        })
    );
}

#[tokio::test]
async fn every_difference_is_shown_as_it_happens_and_at_the_end() {
    let command =
        ["contract", "serve", "--vendor", "cloverhound", "--scenario", "create_minimal,create_full"];
    let mut running = Program::new(&command).start().await;
    running.wait_for_message("Ctrl-C ends it.").await;
    let mut screen = String::new();
    while !screen.contains("organization_id") {
        screen.push_str(&running.line().await);
    }
    let url = screen.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
    let request = Request::create(&json!({"full_name": "Nell", "notes": "x"}))
        .with_header("Authorization", "Basic cmVhbDpzZWNyZXQ=")
        .with_header("Accept-Language", "*")
        .with_header("X-Trace", "1");
    assert_eq!(request.send(&url).await.unwrap().status, 201);
    running.wait_for_message("+ \"x\"").await;
    running.interrupt();
    let ended = running.end().await.expect_code(1);
    let screen = ended.stdout.replace(url.rsplit_once(':').unwrap().1, "PORT");
    let (first, end) = screen.split_once("PORT\n").unwrap();
    insta::assert_snapshot!(first, @r"
     scenario        operation  contact  requests  address
     create_minimal  create     minimal  1         http://127.0.0.1:
    ");
    let (_, end) = end.split_once("\n\n").unwrap();
    insta::assert_snapshot!(end, @r#"
     key              value
     api_key_id       fake-api-key-id
     api_key_secret   fake-api-key-secret
     organization_id  7

    cloverhound/create_minimal (documented)
      request 1 header authorization
        - Basic [secret]
        + another value
      request 1 header x-trace
        - nothing
        + 1
      request 1 body.full_name
        - "Nell Nobody"
        + "Nell"
      request 1 body.notes
        - nothing
        + "x"

     scenario        requests  expected  differences
     create_minimal  1         1         4

    1 scenario played, 1 with differences; 1 not played
    "#);
    insta::assert_snapshot!(ended.stderr, @r#"
    The fixtures are those of this version of unicontact.
    Ctrl-C ends it.
    create_minimal: POST /7/contacts
      request 1 header authorization
        - Basic [secret]
        + another value
      request 1 header x-trace
        - nothing
        + 1
      request 1 body.full_name
        - "Nell Nobody"
        + "Nell"
      request 1 body.notes
        - nothing
        + "x"
    "#);
}

#[tokio::test]
async fn a_create_that_is_sent_again_after_its_answer_was_lost_is_a_difference() {
    let mut running = serve_and_linger("30", &["--scenario", "reset"]).await;
    let url = url(&mut running).await;
    assert!(typical().send(&url).await.is_err());
    let again = typical().send(&url).await.unwrap();
    assert_eq!(again.status, 418);
    assert_eq!(
        again.json(),
        json!({"error": "unexpected request", "scenario": "reset", "request": "POST /7/contacts", "expected": null})
    );
    running.wait_for_message("sent again").await;
    running.interrupt();
    let report = report(&running.end().await.expect_code(1).stdout);
    assert_eq!(
        report["fixtures"][0]["differences"],
        json!([{
            "place": "request 2",
            "expected": "none: the fixture has no further request",
            "actual": "POST /7/contacts, sent again",
        }])
    );
}

#[tokio::test]
async fn an_unexpected_request_gets_418_and_the_expected_one() {
    let mut running = serve(&["--scenario", "create_minimal"]).await;
    let url = url(&mut running).await;
    let mut other = minimal();
    other.line = "PUT /7/contacts?key=real";
    let reply = other.send(&url).await.unwrap();
    assert_eq!(reply.status, 418);
    assert_eq!(
        reply.json(),
        json!({
            "error": "unexpected request",
            "scenario": "create_minimal",
            "request": "PUT /7/contacts",
            "expected": "POST /7/contacts",
        })
    );
    assert_eq!(minimal().send(&url).await.unwrap().status, 201);
    let ended = running.end().await.expect_code(1);
    assert_eq!(
        report(&ended.stdout)["fixtures"][0]["differences"],
        json!([
            {"place": "request 1 method", "expected": "POST", "actual": "PUT"},
            {"place": "request 1 path", "expected": "/7/contacts", "actual": "/7/contacts?key=[another value]"},
        ])
    );
    assert!(!ended.stderr.contains("real"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_request_names_its_scenario_in_a_header() {
    let scenarios = ["--by", "header", "--scenario", "create_minimal,server_error"];
    let mut running = serve(&scenarios).await;
    let url = url(&mut running).await;
    let of = |request: Request, name: &str| request.with_header("X-Unicontact-Scenario", name);
    assert_eq!(of(typical(), "server_error").send(&url).await.unwrap().status, 500);
    let nameless = minimal().send(&url).await.unwrap();
    assert_eq!(
        (nameless.status, &nameless.json()["expected"]),
        (418, &json!(["create_minimal", "server_error"]))
    );
    assert_eq!(of(minimal(), "create_minimal").send(&url).await.unwrap().status, 201);
    let ended = running.end().await.expect_code(1);
    let report = report(&ended.stdout);
    assert_eq!((&report["failed"], &report["without_scenario"]), (&json!(0), &json!(["POST /7/contacts"])));
}

#[tokio::test]
async fn scenarios_are_played_one_after_the_other() {
    let mut running = serve(&["--by", "sequence", "--scenario", "server_error,create_minimal"]).await;
    let url = url(&mut running).await;
    assert_eq!(typical().send(&url).await.unwrap().status, 500);
    assert_eq!(minimal().send(&url).await.unwrap().status, 201);
    running.end().await.expect_code(0);
}

#[tokio::test]
async fn a_run_without_any_request_is_no_success() {
    let mut running = serve(&["--scenario", "create_minimal"]).await;
    running.wait_for_message("Ctrl-C ends it.").await;
    running.interrupt();
    let ended = running.end().await.expect_code(1);
    assert_eq!(report(&ended.stdout)["not_played"], json!(["create_minimal"]));
    assert!(ended.stderr.ends_with("Stopped before every scenario was played.\n"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_client_that_never_sends_ends_with_the_timeout() {
    let options = ["--timeout", "1", "--scenario", "create_minimal,server_error"];
    let mut running = serve(&options).await;
    let url = listening(&mut running).await[0]["url"].as_str().unwrap().to_owned();
    minimal().send(&url).await.unwrap();
    let ended = running.end().await.expect_code(1);
    assert_eq!(report(&ended.stdout)["not_played"], json!(["server_error"]));
    let told = "The time of --timeout is over. Not played: server_error\n";
    assert!(ended.stderr.ends_with(told), "{}", ended.stderr);
}

#[tokio::test]
async fn a_missing_request_is_a_difference() {
    let command = ["contract", "serve", "--vendor", "emnify", "--format", "json"];
    let mut running =
        Program::new(&[&command[..], &["--scenario", "create_after_login"]].concat()).start().await;
    let url = url(&mut running).await;
    let mut login = Request::create(&json!({"application_token": "fake-application-token"}));
    login.headers.retain(|(name, _)| *name != "Authorization");
    login.line = "POST /api/v1/authenticate";
    assert_eq!(login.send(&url).await.unwrap().status, 200);
    running.wait_for_message("/authenticate").await;
    running.interrupt();
    let report = report(&running.end().await.expect_code(1).stdout);
    let count = json!({"place": "number of requests", "expected": "2", "actual": "1"});
    assert_eq!(report["fixtures"][0]["differences"], json!([count]));
}

#[tokio::test]
async fn a_closed_port_is_served_only_on_a_port_of_its_own() {
    let closed = ["contract", "serve", "--vendor", "cloverhound", "--scenario", "refused"];
    let ended = Program::new(&[&closed[..], &["--by", "header"]].concat()).run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @r"
    The fixtures are those of this version of unicontact.
    error: cloverhound/refused needs a closed port, which only a port for each scenario provides; serve it with --by port
    ");
    let mut running = serve(&["--scenario", "refused,create_minimal"]).await;
    let listed = listening(&mut running).await;
    assert!(typical().send(listed[0]["url"].as_str().unwrap()).await.is_err());
    minimal().send(listed[1]["url"].as_str().unwrap()).await.unwrap();
    running.end().await.expect_code(0);
}

#[tokio::test]
async fn a_misspelt_scenario_and_a_taken_port_are_reported_with_a_hint() {
    let command = ["contract", "serve", "--quiet", "--vendor", "cloverhound"];
    let misspelt = Program::new(&[&command[..], &["--scenario", "create_minimall"]].concat());
    let misspelt = misspelt.run().await.expect_usage_error();
    insta::assert_snapshot!(misspelt.stderr, @"error: cloverhound has no scenario create_minimall; did you mean create_minimal?");
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ended = Program::new(&[&command[..], &["--by", "sequence", "--port", &port]].concat());
    let ended = ended.run().await.expect_usage_error();
    let start = format!("error: port {port} cannot be listened on: ");
    assert!(
        ended.stderr.starts_with(&start) && ended.stderr.ends_with("; try --port 0\n"),
        "{}",
        ended.stderr
    );
}

#[tokio::test]
async fn the_fixtures_of_a_vendor_without_an_adapter_are_served() {
    let folder = Folder::with("cloverhound", "create_minimal");
    for (from, to) in [
        ("providers/cloverhound.json", "providers/own.json"),
        ("cloverhound/create_minimal.json", "own/create_minimal.json"),
    ] {
        folder.write(to, &folder.text(from));
    }
    let whom = ["contract", "serve", "--vendor", "own", "--fixtures", folder.path()];
    let mut running =
        Program::new(&[&whom[..], &["--until-done", "--linger", "0", "--format", "json"]].concat())
            .start()
            .await;
    let url = url(&mut running).await;
    assert_eq!(minimal().send(&url).await.unwrap().status, 201);
    running.end().await.expect_code(0);
}

#[tokio::test]
async fn a_name_with_a_star_serves_every_scenario_that_begins_so_and_each_once() {
    let mut running = serve(&["--scenario", "create_minimal,create_other_scripts_*,create_m*"]).await;
    let names: Vec<Value> = listening(&mut running).await.iter().map(|it| it["scenario"].clone()).collect();
    let scripts = ["arabic", "indonesian", "japanese"].map(|it| format!("create_other_scripts_{it}"));
    assert_eq!(json!(names), json!(["create_minimal", scripts[0], scripts[1], scripts[2]]));
    running.interrupt();
    running.end().await.expect_code(1);
}
