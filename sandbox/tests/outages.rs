//! Tests of vendors that are down: the system itself refuses the connection.

use std::io::ErrorKind;

use unicontact_sandbox::{Faults, Vendor};

use crate::client::{Bench, Outcome};
use crate::losing::{is_caused_by, lost};

#[tokio::test]
async fn a_vendor_that_is_down_refuses_connections_and_is_back_when_the_faults_are_gone() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'down'\nvendor = 'cloverhound'").await?;
    let error = lost(bench.create("Ada King").await);
    assert!(error.is_connect() && is_caused_by(&error, ErrorKind::ConnectionRefused), "{error:?}");
    assert!(bench.sandbox.requests(Vendor::Cloverhound).is_empty());
    assert_eq!(bench.get(Vendor::Emnify, "/", "").await?.status, 404);
    bench.sandbox.set_faults(Faults::default()).await;
    assert_eq!(bench.create("Ada King").await?.status, 201);
    Ok(())
}

#[tokio::test]
async fn a_vendor_is_down_after_some_requests_for_a_while() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'down'\nafter = 2\nlasting = '1m'").await?;
    assert_eq!(bench.create("Ada King").await?.status, 201);
    assert_eq!(bench.create("Grace Hopper").await?.status, 201);
    let error = lost(bench.create("Alan Turing").await);
    assert!(is_caused_by(&error, ErrorKind::ConnectionReset), "{error:?}");
    bench.sandbox.settled().await;
    assert!(lost(bench.create("Alan Turing").await).is_connect());
    bench.advance(60);
    bench.sandbox.settled().await;
    assert_eq!(bench.create("Alan Turing").await?.status, 201);
    assert_eq!(bench.sandbox.contacts(Vendor::Cloverhound).len(), 3);
    Ok(())
}

#[tokio::test]
async fn a_clock_that_is_set_back_brings_the_outage_back() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'down'\nlasting = '1m'").await?;
    for (seconds, is_up) in [(60, true), (-1, false), (1, true)] {
        bench.advance(seconds);
        bench.sandbox.settled().await;
        assert_eq!(bench.create("Ada King").await.is_ok(), is_up, "{seconds}");
    }
    Ok(())
}

#[tokio::test]
async fn a_stopped_sandbox_still_takes_faults() -> Outcome {
    let bench = Bench::start().await?;
    bench.sandbox.stop();
    bench.sandbox.stopped().await;
    bench.sandbox.set_faults(Faults::from_toml("[[fault]]\nwhat = 'down'")?).await;
    bench.sandbox.reset().await;
    Ok(())
}
