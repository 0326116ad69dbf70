//! Tests of each fault over a real socket: what the client sees, and what is stored.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use unicontact_sandbox::{Answer, FaultKind, Vendor};

use crate::client::{Bench, CLOVERHOUND, Outcome};
use crate::losing::{is_caused_by, lost};

/// Waits until a request has come.
async fn received(bench: &Bench) {
    while bench.sandbox.requests(Vendor::Cloverhound).is_empty() {
        tokio::task::yield_now().await;
    }
}

/// Sends a create and goes away without its answer.
async fn give_up_once_received(bench: &Bench) {
    tokio::select! {
        answer = bench.create("Ada King") => assert!(answer.is_err(), "it is answered"),
        () = received(bench) => {}
    }
}

#[track_caller]
fn assert_seen(bench: &Bench, fault: FaultKind, committed: bool, answer: Answer) {
    let seen = bench.sandbox.requests(Vendor::Cloverhound);
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!(
        (seen[0].faults.as_slice(), seen[0].committed, seen[0].answer),
        (&[fault][..], committed, answer)
    );
    assert_eq!(bench.sandbox.contacts(Vendor::Cloverhound).len(), usize::from(committed));
}

#[tokio::test]
async fn without_faults_every_answer_is_whole() -> Outcome {
    let bench = Bench::start().await?;
    assert_eq!(bench.create("Ada King").await?.status, 201);
    let seen = bench.sandbox.requests(Vendor::Cloverhound);
    assert_eq!((seen[0].number, seen[0].committed, seen[0].answer), (1, true, Answer::Whole));
    assert_eq!((seen[0].contact.as_deref(), seen[0].faults.len()), (Some("1"), 0));
    Ok(())
}

#[tokio::test]
async fn a_reset_after_commit_leaves_one_contact_and_no_answer() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'reset_after_commit'").await?;
    let error = lost(bench.create("Ada King").await);
    assert!(is_caused_by(&error, ErrorKind::ConnectionReset), "{error:?}");
    assert_seen(&bench, FaultKind::ResetAfterCommit, true, Answer::Nothing);
    let tally = bench.sandbox.tally(Vendor::Cloverhound);
    assert_eq!((tally.held, tally.told, tally.untold, tally.lost_answers), (1, 0, 1, 1));
    Ok(())
}

#[tokio::test]
async fn a_reset_before_commit_leaves_nothing() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'reset_before_commit'").await?;
    let error = lost(bench.create("Ada King").await);
    assert!(is_caused_by(&error, ErrorKind::ConnectionReset), "{error:?}");
    assert_seen(&bench, FaultKind::ResetBeforeCommit, false, Answer::Nothing);
    assert_eq!(bench.sandbox.tally(Vendor::Cloverhound).lost_answers, 0);
    Ok(())
}

#[tokio::test]
async fn a_hang_ends_when_the_client_gives_up_and_tells_whether_it_was_executed() -> Outcome {
    for (what, kind, committed) in [
        ("hang_before_commit", FaultKind::HangBeforeCommit, false),
        ("hang_after_commit", FaultKind::HangAfterCommit, true),
    ] {
        let bench = Bench::start_with(&format!("[[fault]]\nwhat = '{what}'")).await?;
        give_up_once_received(&bench).await;
        assert_seen(&bench, kind, committed, Answer::Nothing);
        bench.sandbox.stop();
        bench.sandbox.stopped().await;
    }
    Ok(())
}

#[tokio::test]
async fn a_sandbox_stops_while_a_client_waits() -> Outcome {
    let late = "[[fault]]\nwhat = 'latency'\ndelay = '1h'\n";
    let hang = "[[fault]]\nwhat = 'hang_after_commit'\n";
    let slow = "[[fault]]\nwhat = 'slow_body'\nover = '1h'\n";
    for (faults, is_answered) in [(late, true), (hang, false), (&[late, hang].concat(), false), (slow, false)]
    {
        let bench = Bench::start_with(faults).await?;
        let stopping = async {
            received(&bench).await;
            bench.sandbox.stop();
            bench.sandbox.stopped().await;
        };
        let (answer, ()) = tokio::join!(bench.create("Ada King"), stopping);
        assert_eq!(answer.is_ok(), is_answered, "{faults}");
    }
    Ok(())
}

#[tokio::test]
async fn a_cut_body_is_shorter_than_its_announced_length() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'cut_body'").await?;
    let error = lost(bench.create("Ada King").await);
    assert!(error.is_body() || error.is_decode(), "the head came: {error:?}");
    assert_seen(&bench, FaultKind::CutBody, true, Answer::Cut);
    assert_eq!(bench.sandbox.requests(Vendor::Cloverhound)[0].status, 201);
    assert_eq!(bench.sandbox.tally(Vendor::Cloverhound).untold, 1);
    Ok(())
}

#[tokio::test]
async fn an_empty_body_is_cut_too() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'cut_body'\non = 'any'").await?;
    let error = lost(bench.get(Vendor::SmartTask, "/nowhere", "").await);
    assert!(error.is_body() || error.is_decode(), "the head came: {error:?}");
    Ok(())
}

#[tokio::test]
async fn a_slow_body_comes_whole() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'slow_body'\nover = '40ms'").await?;
    let begun = Instant::now();
    let answer = bench.create("Ada King").await?;
    assert!(begun.elapsed() >= Duration::from_millis(32));
    assert_eq!(answer.json()["full_name"], "Ada King");
    assert_seen(&bench, FaultKind::SlowBody, true, Answer::Whole);
    Ok(())
}

#[tokio::test]
async fn a_slow_empty_body_takes_its_time_too() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'slow_body'\nover = '40ms'\non = 'any'").await?;
    let begun = Instant::now();
    assert_eq!(bench.get(Vendor::SmartTask, "/nowhere", "").await?.status, 404);
    assert!(begun.elapsed() >= Duration::from_millis(40));
    assert_eq!(bench.sandbox.requests(Vendor::SmartTask)[0].answer, Answer::Whole);
    Ok(())
}

#[tokio::test]
async fn latencies_add_up_and_let_the_answer_through() -> Outcome {
    let latency = "[[fault]]\nwhat = 'latency'\ndelay = '20ms'\n";
    let tail = "[[fault]]\nwhat = 'latency'\np50 = '1ms'\np99 = '2ms'\n";
    let bench = Bench::start_with(&[latency, latency, tail].concat()).await?;
    let begun = Instant::now();
    assert_eq!(bench.create("Ada King").await?.status, 201);
    assert!(begun.elapsed() >= Duration::from_millis(40));
    assert_seen(&bench, FaultKind::Latency, true, Answer::Whole);
    Ok(())
}

#[tokio::test]
async fn a_client_that_does_not_wait_for_a_late_answer_has_lost_it() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'latency'\ndelay = '1h'").await?;
    give_up_once_received(&bench).await;
    assert_seen(&bench, FaultKind::Latency, true, Answer::Nothing);
    assert_eq!(bench.sandbox.tally(Vendor::Cloverhound).untold, 1);
    Ok(())
}

#[tokio::test]
async fn an_error_has_the_vendors_form_or_no_body_before_or_after_the_commit() -> Outcome {
    let rule = "[[fault]]\nwhat = 'status'\nstatus = 503\nretry_after = '1500ms'\ntimes = 1\n";
    let empty = "[[fault]]\nwhat = 'status'\nstatus = 500\nbody = 'empty'\nafter_commit = true\n";
    let bench = Bench::start_with(&[rule, empty].concat()).await?;
    let refused = bench.create("Ada King").await?;
    assert_eq!((refused.status, refused.header("retry-after")), (503, "2"));
    assert_eq!(refused.json(), json!({"status": 503, "error": "Service Unavailable"}));
    assert_seen(&bench, FaultKind::Status, false, Answer::Replaced);
    let failed = bench.create("Ada King").await?;
    assert_eq!((failed.status, failed.text.as_str()), (500, ""));
    assert_eq!(bench.sandbox.tally(Vendor::Cloverhound).untold, 1);
    Ok(())
}

#[tokio::test]
async fn every_vendor_has_its_own_form_of_an_error() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'status'\nstatus = 503\non = 'any'").await?;
    for (vendor, path, expected) in [
        (Vendor::SmartTask, "/title", "Service Unavailable"),
        (Vendor::Emnify, "/message", "Service Unavailable"),
        (Vendor::Cloverhound, "/error", "Service Unavailable"),
        (Vendor::OneCloud, "/records/userMessage", "Service Unavailable"),
    ] {
        let answer = bench.get(vendor, "/", "").await?;
        assert_eq!(answer.json().pointer(path), Some(&json!(expected)), "{vendor:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_burst_of_429_tells_when_to_come_back() -> Outcome {
    let bench =
        Bench::start_with("[[fault]]\nwhat = 'rate_limit'\nretry_after = '2s'\nburst = 3\ntimes = 1").await?;
    for _ in 0..3 {
        let answer = bench.create("Ada King").await?;
        assert_eq!((answer.status, answer.header("retry-after")), (429, "2"));
    }
    assert_eq!(bench.create("Ada King").await?.status, 201);
    Ok(())
}

#[tokio::test]
async fn a_burst_may_last_for_a_while_by_the_sandboxs_clock_and_tell_a_date() -> Outcome {
    let rule = "[[fault]]\nwhat = 'rate_limit'\nretry_after = '30s'\nretry_after_as = 'date'\nlasting = '30s'\ntimes = 1";
    let bench = Bench::start_with(rule).await?;
    for _ in 0..2 {
        let answer = bench.create("Ada King").await?;
        assert_eq!((answer.status, answer.header("retry-after")), (429, "Fri, 02 Jan 2026 03:04:35 GMT"));
    }
    bench.advance(30);
    assert_eq!(bench.create("Ada King").await?.status, 201);
    Ok(())
}

#[tokio::test]
async fn an_edge_answers_in_html() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'edge_html'").await?;
    let answer = bench.create("Ada King").await?;
    assert_eq!((answer.status, answer.header("content-type")), (502, "text/html; charset=utf-8"));
    assert!(answer.text.contains("<h1>502 Bad Gateway</h1>"));
    assert_seen(&bench, FaultKind::EdgeHtml, false, Answer::Replaced);
    Ok(())
}

#[tokio::test]
async fn a_wrong_content_type_changes_the_label_and_nothing_else() -> Outcome {
    let bench =
        Bench::start_with("[[fault]]\nwhat = 'wrong_content_type'\ncontent_type = 'text/plain'").await?;
    let answer = bench.create("Ada King").await?;
    assert_eq!((answer.status, answer.header("content-type")), (201, "text/plain"));
    assert_eq!(answer.json()["full_name"], "Ada King");
    assert_seen(&bench, FaultKind::WrongContentType, true, Answer::Whole);
    Ok(())
}

#[tokio::test]
async fn a_byte_order_mark_stands_before_the_body() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'byte_order_mark'").await?;
    let answer = bench.send(
        Vendor::Cloverhound,
        Method::POST,
        "/7/contacts",
        &[("authorization", CLOVERHOUND), ("content-type", "application/json")],
        r#"{"full_name": "Ada King"}"#,
    );
    let answer = answer.await?;
    assert!(answer.text.starts_with("\u{FEFF}{"), "{}", answer.text);
    assert_seen(&bench, FaultKind::ByteOrderMark, true, Answer::Whole);
    Ok(())
}
