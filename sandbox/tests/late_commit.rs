//! Creates that are committed some time after they came.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use unicontact_sandbox::{Answer, FaultKind, Faults, Options, Sandbox, Vendor};

use crate::client::{Bench, CLOVERHOUND, Outcome};
use crate::creating::{Account, EMNIFY_CONTACTS, accepted, give_up_once_accepted, held_and_uncommitted};
use crate::losing::{is_caused_by, lost};

const LATE: &str = "[[fault]]\nwhat = 'late_commit'\ndelay = '15s'\n";
const BEHIND_A_GATEWAY: &str = "[[fault]]\nwhat = 'late_commit'\ndelay = '12s'\ngateway_timeout = '2ms'\n";

#[tokio::test]
async fn the_answer_follows_the_commit_and_the_commit_follows_the_clock() -> Outcome {
    for vendor in Vendor::ALL {
        let bench = Bench::start_with(LATE).await?;
        let account = Account::open(&bench, vendor).await?;
        let commit = async {
            accepted(&bench, vendor, 1).await;
            assert_eq!(held_and_uncommitted(&bench, vendor), (0, 1));
            let seen = bench.sandbox.requests(vendor);
            let create = seen.last().expect("it was received");
            assert_eq!((create.status, create.committed, create.contact.as_deref()), (0, false, None));
            assert_eq!(create.faults, [FaultKind::LateCommit]);
            let uncommitted = bench.sandbox.uncommitted(vendor);
            assert_eq!(uncommitted[0].request, create.number);
            assert_eq!(uncommitted[0].commits_at.to_string(), "2026-01-02T03:04:20Z");
            bench.advance(14);
            assert_eq!(held_and_uncommitted(&bench, vendor), (0, 1));
            bench.advance(1);
            assert_eq!(held_and_uncommitted(&bench, vendor), (1, 0));
        };
        let (answer, ()) = tokio::join!(account.create(&bench, "Ada King"), commit);
        let answer = answer?;
        assert!(matches!(answer.status, 200 | 201), "{vendor:?} {}", answer.status);
        let contact = &bench.sandbox.contacts(vendor)[0];
        assert_eq!(contact.committed_at.to_string(), "2026-01-02T03:04:20Z");
        let seen = bench.sandbox.requests(vendor);
        let create = seen.last().expect("it was received");
        assert_eq!((create.status, create.committed, create.answer), (answer.status, true, Answer::Whole));
        assert_eq!(create.contact.as_deref(), Some(contact.id.as_str()));
    }
    Ok(())
}

#[tokio::test]
async fn a_client_that_gives_up_leaves_a_contact_that_appears_later() -> Outcome {
    for vendor in Vendor::ALL {
        let bench = Bench::start_with(LATE).await?;
        let account = Account::open(&bench, vendor).await?;
        give_up_once_accepted(&bench, &account, "Ada King").await;
        assert_eq!(held_and_uncommitted(&bench, vendor), (0, 1));
        assert_eq!(bench.sandbox.tally(vendor).lost_answers, 0);
        bench.advance(15);
        assert_eq!(held_and_uncommitted(&bench, vendor), (1, 0));
        let tally = bench.sandbox.tally(vendor);
        assert_eq!((tally.untold, tally.lost_answers), (1, 1), "{vendor:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_gateway_answers_before_the_commit() -> Outcome {
    for vendor in Vendor::ALL {
        let bench = Bench::start_with(BEHIND_A_GATEWAY).await?;
        let account = Account::open(&bench, vendor).await?;
        assert_eq!(account.create(&bench, "Ada King").await?.status, 504);
        assert_eq!(held_and_uncommitted(&bench, vendor), (0, 1));
        bench.advance(12);
        assert_eq!(held_and_uncommitted(&bench, vendor), (1, 0));
        let seen = bench.sandbox.requests(vendor);
        let create = seen.last().expect("it was received");
        assert_eq!((create.status, create.committed, create.answer), (504, true, Answer::Replaced));
    }
    Ok(())
}

#[tokio::test]
async fn a_commit_within_the_gateways_time_is_answered_by_the_vendor() -> Outcome {
    let rule = "[[fault]]\nwhat = 'late_commit'\ndelay = '12s'\ngateway_timeout = '11s'\n";
    let bench = Bench::start_with(rule).await?;
    let commit = async {
        accepted(&bench, Vendor::Cloverhound, 1).await;
        bench.advance(12);
    };
    let (answer, ()) = tokio::join!(bench.create("Ada King"), commit);
    assert_eq!(answer?.status, 201);
    Ok(())
}

#[tokio::test]
async fn a_running_clock_triggers_the_commit() -> Outcome {
    let bench = Bench::start().await?;
    let faults = Faults::from_toml("[[fault]]\nwhat = 'late_commit'\ndelay = '20ms'")?;
    let sandbox = Sandbox::start(Options { faults, ..Options::default() }).await?;
    let url = format!("{}/7/contacts", sandbox.base_url(Vendor::Cloverhound));
    let headers = [("authorization", CLOVERHOUND), ("content-type", "application/json")];
    let begun = Instant::now();
    let answer = bench.send_to(url, Method::POST, &headers, r#"{"full_name": "Ada King"}"#).await?;
    assert_eq!(answer.status, 201);
    assert!(begun.elapsed() >= Duration::from_millis(20), "{:?}", begun.elapsed());
    Ok(())
}

#[tokio::test]
async fn lists_and_look_ups_show_it_only_once_it_is_committed() -> Outcome {
    let bench = Bench::start_with(LATE).await?;
    let account = Account::open(&bench, Vendor::Emnify).await?;
    give_up_once_accepted(&bench, &account, "Ada King").await;
    let list = || bench.get(Vendor::Emnify, EMNIFY_CONTACTS, &account.bearer);
    let one = format!("{EMNIFY_CONTACTS}/1");
    assert_eq!(list().await?.json(), json!([]));
    assert_eq!(bench.get(Vendor::Emnify, &one, &account.bearer).await?.status, 404);
    bench.advance(15);
    assert_eq!(list().await?.json()[0]["name"], "Ada King");
    assert_eq!(bench.get(Vendor::Emnify, &one, &account.bearer).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn commits_come_in_the_order_in_which_they_are_due() -> Outcome {
    let slow = "[[fault]]\nwhat = 'late_commit'\ndelay = '60s'\ntimes = 1\n";
    let bench = Bench::start_with(&format!("{slow}{LATE}")).await?;
    let account = Account::open(&bench, Vendor::Cloverhound).await?;
    for name in ["Ada King", "Grace Hopper"] {
        give_up_once_accepted(&bench, &account, name).await;
    }
    bench.advance(60);
    let contacts = bench.sandbox.contacts(Vendor::Cloverhound);
    let names: Vec<_> = contacts.iter().map(|contact| &contact.body["full_name"]).collect();
    assert_eq!(names, ["Grace Hopper", "Ada King"]);
    assert_eq!(contacts[0].committed_at.to_string(), "2026-01-02T03:04:20Z");
    assert_eq!((contacts[0].created_by, contacts[1].created_by), (2, 1));
    Ok(())
}

#[tokio::test]
async fn an_invalid_create_is_refused_at_once() -> Outcome {
    let bench = Bench::start_with(LATE).await?;
    for vendor in Vendor::ALL {
        let account = Account::open(&bench, vendor).await?;
        let answer = account.post(&bench, &json!({})).await?;
        assert!((400..500).contains(&answer.status), "{vendor:?} {}", answer.status);
        assert_eq!(held_and_uncommitted(&bench, vendor), (0, 0));
    }
    Ok(())
}

#[tokio::test]
async fn another_fault_may_follow_the_commit_or_prevent_it() -> Outcome {
    for (what, committed) in [("reset_after_commit", true), ("reset_before_commit", false)] {
        let bench = Bench::start_with(&format!("{LATE}[[fault]]\nwhat = '{what}'")).await?;
        let commit = async {
            if committed {
                accepted(&bench, Vendor::Cloverhound, 1).await;
            }
            bench.advance(15);
        };
        let (answer, ()) = tokio::join!(bench.create("Ada King"), commit);
        assert!(is_caused_by(&lost(answer), ErrorKind::ConnectionReset), "{what}");
        assert_eq!(held_and_uncommitted(&bench, Vendor::Cloverhound), (usize::from(committed), 0), "{what}");
    }
    Ok(())
}

#[tokio::test]
async fn the_conditions_of_a_rule_hold_as_for_other_faults() -> Outcome {
    for (conditions, late) in [
        ("after = 2\ntimes = 1", vec![3]),
        ("every = 3", vec![3, 6]),
        ("after = 1\nburst = 2\ntimes = 1", vec![2, 3]),
        ("probability = 0.0", vec![]),
    ] {
        let bench = Bench::start_with(&format!("{BEHIND_A_GATEWAY}{conditions}")).await?;
        for number in 1..=6 {
            let expected = if late.contains(&number) { 504 } else { 201 };
            assert_eq!(bench.create("Ada King").await?.status, expected, "{conditions}: {number}");
        }
        let uncommitted = bench.sandbox.uncommitted(Vendor::Cloverhound);
        let numbers: Vec<_> = uncommitted.iter().map(|contact| contact.request).collect();
        assert_eq!(numbers, late, "{conditions}");
    }
    Ok(())
}

#[tokio::test]
async fn the_same_seed_delays_the_same_creates() -> Outcome {
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let bench = Bench::start_with(&format!("seed = {seed}\n{BEHIND_A_GATEWAY}probability = 0.5")).await?;
        for _ in 0..24 {
            bench.create("Ada King").await?;
        }
        let uncommitted = bench.sandbox.uncommitted(Vendor::Cloverhound);
        runs.push(uncommitted.iter().map(|contact| contact.request).collect::<Vec<_>>());
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    assert!((4..=20).contains(&runs[0].len()), "{:?}", runs[0]);
    Ok(())
}

#[tokio::test]
async fn new_faults_do_not_cancel_an_accepted_create() -> Outcome {
    let bench = Bench::start_with(LATE).await?;
    let account = Account::open(&bench, Vendor::Cloverhound).await?;
    give_up_once_accepted(&bench, &account, "Ada King").await;
    bench.sandbox.set_faults(Faults::from_toml("[[fault]]\nwhat = 'down'")?).await;
    bench.advance(15);
    assert_eq!(held_and_uncommitted(&bench, Vendor::Cloverhound), (1, 0));
    Ok(())
}

#[tokio::test]
async fn a_reset_of_the_sandbox_forgets_it_and_ends_the_connection() -> Outcome {
    let bench = Bench::start_with(LATE).await?;
    let forget = async {
        accepted(&bench, Vendor::Cloverhound, 1).await;
        bench.sandbox.reset().await;
        bench.advance(15);
    };
    let (answer, ()) = tokio::join!(bench.create("Ada King"), forget);
    assert!(is_caused_by(&lost(answer), ErrorKind::ConnectionReset));
    assert_eq!(held_and_uncommitted(&bench, Vendor::Cloverhound), (0, 0));
    Ok(())
}

#[tokio::test]
async fn the_sandbox_stops_before_a_commit() -> Outcome {
    let bench = Bench::start_with(LATE).await?;
    let stop = async {
        accepted(&bench, Vendor::Cloverhound, 1).await;
        bench.sandbox.stop();
        bench.sandbox.stopped().await;
    };
    let (answer, ()) = tokio::join!(bench.create("Ada King"), stop);
    assert!(answer.is_err());
    Ok(())
}

#[tokio::test]
async fn a_create_that_waits_for_its_commit_is_under_way() -> Outcome {
    let bench = Bench::start_with(&format!("{LATE}times = 1")).await?;
    let second = async {
        accepted(&bench, Vendor::Cloverhound, 1).await;
        let answer = bench.create("Grace Hopper").await;
        bench.advance(15);
        answer
    };
    let (first, second) = tokio::join!(bench.create("Ada King"), second);
    assert_eq!((first?.status, second?.status), (201, 201));
    let seen = bench.sandbox.requests(Vendor::Cloverhound);
    assert_eq!((seen[0].under_way, seen[1].under_way), (1, 2));
    Ok(())
}

#[tokio::test]
async fn the_control_endpoint_lists_uncommitted_contacts() -> Outcome {
    let bench = Bench::start_with(LATE).await?;
    let account = Account::open(&bench, Vendor::Cloverhound).await?;
    give_up_once_accepted(&bench, &account, "Ada King").await;
    let control = bench.sandbox.control_url().unwrap_or_default().to_owned();
    let state = bench.send_to(format!("{control}/state"), Method::GET, &[], "").await?.json();
    let cloverhound = &state["vendors"]["cloverhound"];
    assert_eq!(
        cloverhound["uncommitted"],
        json!([{"body": {"full_name": "Ada King"}, "request": 1, "commits_at": "2026-01-02T03:04:20Z"}])
    );
    assert_eq!((&cloverhound["tally"]["uncommitted"], &cloverhound["tally"]["held"]), (&json!(1), &json!(0)));
    let advance = bench.send_to(format!("{control}/clock"), Method::PUT, &[], r#"{"advance": "15s"}"#);
    assert_eq!(advance.await?.status, 200);
    assert_eq!(held_and_uncommitted(&bench, Vendor::Cloverhound), (1, 0));
    Ok(())
}

#[tokio::test]
async fn debug_output_of_uncommitted_contacts_shows_no_contact_data() -> Outcome {
    let bench = Bench::start_with(LATE).await?;
    let account = Account::open(&bench, Vendor::Cloverhound).await?;
    give_up_once_accepted(&bench, &account, "Ada King").await;
    let printed = format!("{:?}", bench.sandbox.uncommitted(Vendor::Cloverhound));
    assert!(printed.contains("request: 1") && !printed.contains("Ada"), "{printed}");
    Ok(())
}
