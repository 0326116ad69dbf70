//! Tests of the control endpoint, as another process uses it.

use reqwest::Method;
use serde_json::{Value, json};
use unicontact_sandbox::{Options, Sandbox, Vendor};

use crate::client::{Answer, Bench, Outcome};

async fn ask(
    bench: &Bench,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Answer, Box<dyn std::error::Error>> {
    let url = format!("{}{path}", bench.sandbox.control_url().unwrap_or_default());
    bench.send_to(url, method, headers, body.to_owned()).await
}

async fn told(
    bench: &Bench,
    method: Method,
    path: &str,
    body: &str,
) -> Result<Value, Box<dyn std::error::Error>> {
    let answer = ask(bench, method, path, &[], body).await?;
    assert_eq!(answer.status, 200, "{}", answer.text);
    Ok(answer.json())
}

#[tokio::test]
async fn there_is_none_unless_it_is_wanted() -> Outcome {
    let sandbox = Sandbox::start(Options::default()).await?;
    assert_eq!(sandbox.control_url(), None);
    Ok(())
}

#[tokio::test]
async fn it_lists_its_routes() -> Outcome {
    let bench = Bench::start().await?;
    let routes = told(&bench, Method::GET, "/", "").await?;
    assert_eq!(routes["GET /state"], "what was created and asked, per vendor");
    Ok(())
}

#[tokio::test]
async fn the_state_lists_contacts_with_their_requests_and_faults() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'reset_after_commit'\ntimes = 1").await?;
    assert!(bench.create("Ada King").await.is_err());
    let state = told(&bench, Method::GET, "/state", "").await?;
    assert_eq!(state["now"], "2026-01-02T03:04:05Z");
    let expected = json!({
        "base_url": bench.sandbox.base_url(Vendor::Cloverhound),
        "listening": true,
        "tally": {"held": 1, "told": 0, "untold": 1, "lost_answers": 1, "duplicates": 0, "uncommitted": 0},
        "contacts": [{
            "id": "1",
            "body": {"full_name": "Ada King"},
            "shown": {
                "id": 1,
                "organization_id": 7,
                "full_name": "Ada King",
                "email": null,
                "description": null,
                "contact_phones": [],
                "created_at": "2026-01-02T03:04:05.000Z",
                "updated_at": "2026-01-02T03:04:05.000Z",
            },
            "committed_at": "2026-01-02T03:04:05Z",
            "times_returned": 1,
            "created_by": 1,
            "returned_by": [],
        }],
        "uncommitted": [],
        "requests": [{
            "number": 1,
            "at": "2026-01-02T03:04:05Z",
            "method": "POST",
            "path": "/7/contacts",
            "status": 0,
            "faults": ["reset_after_commit"],
            "contact": "1",
            "committed": true,
            "answer": "nothing",
            "under_way": 1,
        }],
    });
    assert_eq!(state["vendors"]["cloverhound"], expected);
    assert_eq!(state["vendors"]["emnify"]["tally"]["held"], 0);
    Ok(())
}

#[tokio::test]
async fn faults_are_set_as_toml_or_json_and_removed() -> Outcome {
    let bench = Bench::start().await?;
    let expected = json!({"seed": 7, "fault": [{"what": "down", "vendor": ["cloverhound"]}]});
    let set =
        told(&bench, Method::PUT, "/faults", "seed = 7\n[[fault]]\nwhat = 'down'\nvendor = 'cloverhound'")
            .await?;
    assert_eq!(set, expected);
    assert!(bench.create("Ada King").await.is_err());
    assert_eq!(told(&bench, Method::GET, "/faults", "").await?, expected);
    assert_eq!(told(&bench, Method::GET, "/state", "").await?["vendors"]["cloverhound"]["listening"], false);

    assert_eq!(told(&bench, Method::DELETE, "/faults", "").await?, json!({"seed": 0, "fault": []}));
    assert_eq!(bench.create("Ada King").await?.status, 201);

    let as_json = [("content-type", "application/json; charset=utf-8")];
    let set = ask(&bench, Method::PUT, "/faults", &as_json, r#"{"fault": [{"what": "rate_limit"}]}"#).await?;
    assert_eq!(set.json(), json!({"seed": 0, "fault": [{"what": "rate_limit", "retry_after": "1s"}]}));
    assert_eq!(bench.create("Ada King").await?.status, 429);
    assert_eq!(bench.sandbox.faults().rules.len(), 1);
    Ok(())
}

#[tokio::test]
async fn invalid_faults_are_an_error_and_change_nothing() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'rate_limit'").await?;
    let refused =
        ask(&bench, Method::PUT, "/faults", &[], "\n[[fault]]\nwhat = 'cut_body'\nuses = 1").await?;
    assert_eq!((refused.status, &refused.json()["line"]), (400, &json!(2)));
    let message = refused.json()["error"].as_str().unwrap_or_default().to_owned();
    assert!(message.starts_with("`uses` does nothing for `cut_body`, which takes "), "{message}");
    let as_json = [("content-type", "application/json")];
    let refused = ask(&bench, Method::PUT, "/faults", &as_json, "{").await?;
    assert_eq!((refused.status, &refused.json()["line"]), (400, &Value::Null));
    assert_eq!(bench.create("Ada King").await?.status, 429);
    Ok(())
}

#[tokio::test]
async fn the_clock_is_set_moved_on_and_let_go() -> Outcome {
    let bench = Bench::start().await?;
    let now = told(&bench, Method::GET, "/clock", "").await?;
    assert_eq!(now, json!({"now": "2026-01-02T03:04:05Z", "running": true}));
    for (setting, now, running) in [
        (r#"{"now": "2026-11-20T18:00:00+07:00"}"#, "2026-11-20T11:00:00Z", false),
        (r#"{"advance": "15m"}"#, "2026-11-20T11:15:00Z", false),
        (r#"{"follow": true}"#, "2026-11-20T11:15:00Z", true),
        (r#"{"advance": "24h", "follow": false}"#, "2026-11-21T11:15:00Z", false),
    ] {
        let set = told(&bench, Method::PUT, "/clock", setting).await?;
        assert_eq!(set, json!({"now": now, "running": running}), "{setting}");
    }
    bench.advance(1);
    let restored = told(&bench, Method::DELETE, "/clock", "").await?;
    assert_eq!(restored, json!({"now": "2026-01-02T03:04:06Z", "running": true}));
    Ok(())
}

#[tokio::test]
async fn a_clock_that_follows_runs_on_from_where_it_stood() -> Outcome {
    let bench = Bench::start().await?;
    told(&bench, Method::PUT, "/clock", r#"{"now": "2026-11-20T11:00:00Z", "follow": true}"#).await?;
    bench.advance(60);
    assert_eq!(bench.sandbox.clock().now().to_string(), "2026-11-20T11:01:00Z");
    Ok(())
}

#[tokio::test]
async fn a_mistake_in_a_clock_is_told() -> Outcome {
    let bench = Bench::start().await?;
    for (setting, expected) in [
        ("{}", "at least one of now, advance and follow is needed"),
        (r#"{"now": "tomorrow"}"#, "failed to parse"),
        (r#"{"advance": "1 day"}"#, "`1 day` is no length of time"),
        (r#"{"then": 1}"#, "unknown field `then`, expected one of `now`, `advance`, `follow`"),
    ] {
        let refused = ask(&bench, Method::PUT, "/clock", &[], setting).await?;
        assert_eq!(refused.status, 400);
        let message = refused.json()["error"].as_str().unwrap_or_default().to_owned();
        assert!(message.contains(expected), "{setting}: {message}");
    }
    Ok(())
}

#[tokio::test]
async fn a_reset_forgets_everything_but_the_faults() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'rate_limit'\nafter = 1").await?;
    for _ in 0..2 {
        assert_eq!(bench.create("Ada King").await?.status, 201);
        assert_eq!(bench.create("Ada King").await?.status, 429);
        let state = told(&bench, Method::POST, "/reset", "").await?;
        assert_eq!(state["vendors"]["cloverhound"]["contacts"], json!([]));
        assert_eq!(state["vendors"]["cloverhound"]["requests"], json!([]));
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_route_and_a_wrong_method_are_errors() -> Outcome {
    let bench = Bench::start().await?;
    for (method, path, status) in [(Method::GET, "/contacts", 404), (Method::GET, "/reset", 405)] {
        let answer = ask(&bench, method, path, &[], "").await?;
        assert_eq!(answer.status, status);
        assert!(answer.json()["error"].as_str().is_some_and(|error| error.contains("GET / lists them")));
    }
    Ok(())
}
