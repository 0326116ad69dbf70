//! The history of a delivery in `deliveries show`.

use rusqlite::Connection;
use serde_json::json;

use crate::hostile::{Answer, Listing, NO_KEYS, Reply, Script, StandIn, Vendor};
use crate::journal::Office;

const RETRYING: [&str; 2] = ["--set", "defaults.max_attempts=3"];

/// Returns filters for the values that differ from run to run.
fn filters() -> Vec<(&'static str, &'static str)> {
    vec![
        (r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\dZ?)?", "[time]"),
        (r"\([0-9a-z]{8}\)", "([run])"),
        (r"\b\d+(\.\d)? (ms|s|min)\b", "[duration]"),
        (r"after \d\d:\d\d", "after [time]"),
        (r" {2,}", "  "),
    ]
}

async fn printed(office: &Office, key: &str) -> String {
    office.deliveries(&["show", key]).await.expect_code(0).stdout
}

fn unavailable() -> Reply {
    let body = json!({"message": "down for maintenance"});
    Reply::Answer(Answer::json(503, &body).header("x-request-id", "req-7"))
}

#[tokio::test]
async fn attempts_before_a_success_are_shown_with_their_run() {
    let stand_in =
        StandIn::start(Vendor::Emnify, Script::new(vec![Reply::Answer(Answer::empty(429)), Reply::Good]))
            .await;
    let office = Office::new().with(Vendor::Emnify, &stand_in, NO_KEYS);
    office.create(&RETRYING).await.expect_code(0);
    let output = printed(&office, "emnify/42").await;
    insta::with_settings!({filters => filters()}, {
        insta::assert_snapshot!(output, @r"
        emnify/42 is created

         outcome  vendor  id or error  changed
         created  emnify  9001  [time]

         time  event  details  by
         [time]  attempt  rate_limited, HTTP 429 (nothing was created), [duration]  create ([run])
         [time]  attempt  created, [duration]  create ([run])
         [time]  created  as 9001, 2 attempts  create ([run])
        ");
    });
    let shown = office.show("emnify/42").await;
    let (story, run) = (shown["story"].as_array().unwrap(), &shown["run"]);
    assert_eq!(story.len(), 2);
    assert_eq!((&story[0]["event"], &story[0]["result"]), (&json!("attempt"), &json!("failed")));
    let error = &story[0]["error"];
    assert_eq!((&error["kind"], &error["status"]), (&json!("rate_limited"), &json!(429)));
    assert_eq!((&error["effect"], &story[1]["result"]), (&json!("refused"), &json!("created")));
    assert!(story.iter().all(|entry| entry["duration_ms"].is_u64() && entry["run"] == *run), "{shown}");
    assert_eq!((&run["command"], &run["version"]), (&json!("create"), &json!(env!("CARGO_PKG_VERSION"))));
    let time = |text: &serde_json::Value| text.as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert!(time(&run["started_at"]) <= time(&story[0]["at"]), "{shown}");
}

#[tokio::test]
async fn a_success_at_the_first_attempt_is_one_line_and_stores_no_story() {
    let stand_in = StandIn::start(Vendor::Emnify, Script::always(Reply::Good)).await;
    let office = Office::new().with(Vendor::Emnify, &stand_in, NO_KEYS);
    office.create(&[]).await.expect_code(0);
    let shown = office.show("emnify/42").await;
    assert_eq!((&shown["story"], &shown["run"]["command"]), (&json!([]), &json!("create")));
    let rows = Connection::open(office.journal()).unwrap();
    let count = |table: &str| -> i64 {
        rows.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("story"), count("runs")), (0, 1));
    let output = printed(&office, "emnify/42").await;
    insta::with_settings!({filters => filters()}, {
        insta::assert_snapshot!(output, @r"
        emnify/42 is created

         outcome  vendor  id or error  changed
         created  emnify  9001  [time]

         time  event  details  by
         [time]  created  as 9001, 1 attempt  create ([run])
        ");
    });
}

#[tokio::test]
async fn a_doubt_is_shown_with_the_vendors_message_its_request_id_and_the_searches() {
    let script = Script::new(vec![unavailable(), Reply::Good]).listing(Listing::Nothing);
    let stand_in = StandIn::start(Vendor::Emnify, script).await;
    let office = Office::new().with(Vendor::Emnify, &stand_in, NO_KEYS);
    office.create(&[]).await.expect_code(3);
    office.advance_one_hour();
    office.deliveries(&["retry"]).await.expect_code(0);
    let output = printed(&office, "emnify/42").await;
    insta::with_settings!({filters => filters()}, {
        insta::assert_snapshot!(output, @r"
        emnify/42 is created

         outcome  vendor  id or error  changed
         created  emnify  9001  [time]

         time  event  details  by
         [time]  attempt  unavailable, HTTP 503: down for maintenance (it may have been created), request req-7, [duration]  create ([run])
         [time]  look  nothing found  create ([run])
         [time]  look  nothing found  retry ([run])
         [time]  attempt  created, [duration]  retry ([run])
         [time]  created  as 9001, 1 attempt  retry ([run])
        ");
    });
    assert_eq!(stand_in.creates(), 2);
}

#[tokio::test]
async fn a_story_shows_that_an_earlier_run_was_killed() {
    let stand_in = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Hang)).await;
    let office = Office::new().with(Vendor::Cloverhound, &stand_in, NO_KEYS);
    let running = office.start_create().await;
    stand_in.wait_for_create().await;
    running.kill().await;
    let killed = office.show("cloverhound/42").await;
    assert_eq!((&killed["story"], &killed["run"]["command"]), (&json!([]), &json!("create")));
    office.create(&[]).await.expect_code(3);
    let output = printed(&office, "cloverhound/42").await;
    let output = output.split("\n\n").nth(3).unwrap();
    insta::with_settings!({filters => filters()}, {
        insta::assert_snapshot!(output, @r"
         time  event  details  by
         [time]  interrupted  the run was ended before it recorded how this ended  create ([run])
        ");
    });
}

#[tokio::test]
async fn a_doubt_is_shown_at_80_columns() {
    let stand_in = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Close)).await;
    let office = Office::new().with(Vendor::Cloverhound, &stand_in, NO_KEYS);
    office.create(&[]).await.expect_code(3);
    let show = office.program(&["deliveries", "show", "cloverhound/42"]).columns(80);
    let output = show.run().await.expect_code(0).stdout;
    insta::with_settings!({filters => filters()}, {
        insta::assert_snapshot!(output, @r#"
        Ada King: cloverhound/42 is in_doubt

         outcome  vendor  id or error  changed
         in_doubt  Cloverhound  interrupted  [time]

        the connection broke before the answer came
          Look for Ada King at Cloverhound now and some minutes later, then record:
          If the vendor has it: unicontact deliveries resolve cloverhound/42 --created ID
          If not: unicontact deliveries resolve cloverhound/42 --not-created

         time  event  details  by
         [time]  attempt  interrupted: the connection  create ([run])
          broke before the answer came
          (it may have been created),
          [duration]
         [time]  in_doubt  1 attempt  create ([run])

        {
          "external_id": "42",
          "kind": "person",
          "name": {
          "full": "Ada King"
          }
        }
        "#);
    });
}

#[tokio::test]
async fn a_story_holds_no_contact_data() {
    let echo = Reply::Echo(|request| {
        let body = request.body.clone();
        Answer::json(422, &json!({"message": format!("cannot take {body}"), "errors": [body]}))
    });
    let stand_in = StandIn::start(Vendor::OneCloud, Script::always(echo)).await;
    let office = Office::new().with(Vendor::OneCloud, &stand_in, NO_KEYS);
    office.create(&["--email", "ada.king@example.com", "--phone", "+442079460123"]).await.expect_code(1);
    let rows = Connection::open(office.journal()).unwrap();
    let event: String = rows.query_row("SELECT event FROM story", [], |row| row.get(0)).unwrap();
    assert!(event.contains("\"kind\":\"invalid\""), "{event}");
    for secret in ["Ada", "King", "ada.king", "example.com", "2079460123"] {
        assert!(!event.contains(secret), "{secret}: {event}");
    }
}

#[tokio::test]
async fn a_story_breaks_no_id_on_narrow_pages() {
    let smarttask = StandIn::start(Vendor::SmartTask, Script::always(Reply::Good)).await;
    let office = Office::new().with(Vendor::SmartTask, &smarttask, NO_KEYS);
    office.create(&[]).await.expect_code(0);
    let show = ["deliveries", "show", "smarttask/42"];
    let shown = office.program(&show).columns(80).run().await.expect_code(0).stdout;
    let id = office.show("smarttask/42").await["id"].as_str().unwrap().to_owned();
    assert!(shown.lines().filter(|line| line.contains(" created  ")).count() > 1, "{shown}");
    let times = |text: &str| text.matches(&id).count();
    let whole = office.program(&show).run().await.expect_code(0).stdout;
    assert!(times(&shown) == times(&whole) && times(&whole) > 1, "{shown}");
}
