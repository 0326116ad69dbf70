//! Tests of concurrent requests. The order of arrival comes from the records of the sandbox, not from timing.

use std::time::{Duration, Instant};

use unicontact_sandbox::{FaultKind, Vendor};

use crate::client::{Bench, Outcome};

async fn until_seen(bench: &Bench, requests: usize) {
    while bench.sandbox.requests(Vendor::Cloverhound).len() < requests {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn one_more_at_once_than_the_limit_is_refused_and_leaves_nothing() -> Outcome {
    let limit = "[[fault]]\nwhat = 'concurrency_limit'\nin_flight = 2\nretry_after = '3s'\n";
    let bench = Bench::start_with(&format!("{limit}[[fault]]\nwhat = 'latency'\ndelay = '1h'")).await?;
    let third = async {
        until_seen(&bench, 2).await;
        let answer = bench.create("Alan Turing").await;
        bench.sandbox.stop();
        answer
    };
    let (one, two, third) = tokio::join!(bench.create("Ada King"), bench.create("Grace Hopper"), third);
    let third = third?;
    assert_eq!((one?.status, two?.status, third.status), (201, 201, 429));
    assert_eq!(third.header("retry-after"), "3");
    let seen = bench.sandbox.requests(Vendor::Cloverhound);
    assert_eq!((seen[2].faults.as_slice(), seen[2].committed), (&[FaultKind::ConcurrencyLimit][..], false));
    assert_eq!(bench.sandbox.contacts(Vendor::Cloverhound).len(), 2);
    Ok(())
}

#[tokio::test]
async fn who_is_answered_makes_room() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'concurrency_limit'\nin_flight = 1").await?;
    for _ in 0..5 {
        assert_eq!(bench.create("Ada King").await?.status, 201);
    }
    Ok(())
}

#[tokio::test]
async fn a_disconnected_client_releases_its_permit() -> Outcome {
    let limit = "[[fault]]\nwhat = 'concurrency_limit'\nin_flight = 1\n";
    let bench =
        Bench::start_with(&format!("{limit}[[fault]]\nwhat = 'hang_before_commit'\ntimes = 1")).await?;
    tokio::select! {
        _ = bench.create("Ada King") => {}
        () = until_seen(&bench, 1) => {}
    }
    while bench.create("Ada King").await?.status == 429 {
        tokio::task::yield_now().await;
    }
    assert_eq!(bench.sandbox.contacts(Vendor::Cloverhound).len(), 1);
    Ok(())
}

#[tokio::test]
async fn more_at_once_than_workers_wait_in_a_queue() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'workers'\nworkers = 2\ndelay = '30ms'").await?;
    let begun = Instant::now();
    let create = || bench.create("Ada King");
    let answers = tokio::try_join!(create(), create(), create(), create(), create(), create())?;
    assert_eq!((answers.0.status, answers.5.status), (201, 201));
    assert!(begun.elapsed() >= Duration::from_millis(90), "{:?}", begun.elapsed());
    let seen = bench.sandbox.requests(Vendor::Cloverhound);
    assert!(seen.iter().all(|request| request.faults == [FaultKind::Workers]), "{seen:?}");
    Ok(())
}

#[tokio::test]
async fn each_request_tells_how_many_were_under_way_when_it_came() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'hang_before_commit'\nafter = 1\ntimes = 1").await?;
    assert_eq!(bench.create("Ada King").await?.status, 201);
    tokio::select! {
        _ = bench.create("Ada King") => {}
        done = async {
            until_seen(&bench, 2).await;
            bench.create("Grace Hopper").await
        } => assert_eq!(done?.status, 201),
    }
    let under_way = || -> Vec<usize> {
        bench.sandbox.requests(Vendor::Cloverhound).iter().map(|request| request.under_way).collect()
    };
    assert_eq!(under_way(), [1, 1, 2]);
    while under_way().last() != Some(&1) {
        assert_eq!(bench.create("Alan Turing").await?.status, 201);
    }
    Ok(())
}
