//! Lists that lag behind the commits.

use std::error::Error;

use serde_json::Value;
use unicontact_sandbox::{FaultKind, Vendor};

use crate::client::{Bench, Outcome};
use crate::creating::{Account, EMNIFY_CONTACTS, give_up_once_accepted};

const STALE: &str = "[[fault]]\nwhat = 'stale_list'\nlag = '30s'\n";
const VENDOR: Vendor = Vendor::Emnify;

async fn names(bench: &Bench, account: &Account) -> Result<Vec<Value>, Box<dyn Error>> {
    let listed = bench.get(VENDOR, EMNIFY_CONTACTS, &account.bearer).await?.json();
    Ok(listed.as_array().into_iter().flatten().map(|contact| contact["name"].clone()).collect())
}

#[tokio::test]
async fn lists_and_look_ups_show_only_contacts_older_than_the_lag() -> Outcome {
    let bench = Bench::start_with(STALE).await?;
    let account = Account::open(&bench, VENDOR).await?;
    assert_eq!(account.create(&bench, "Ada King").await?.status, 201);
    assert_eq!(bench.sandbox.contacts(VENDOR).len(), 1);
    bench.advance(20);
    assert_eq!(account.create(&bench, "Grace Hopper").await?.status, 201);
    let one = format!("{EMNIFY_CONTACTS}/1");
    bench.advance(9);
    assert!(names(&bench, &account).await?.is_empty());
    assert_eq!(bench.get(VENDOR, &one, &account.bearer).await?.status, 404);
    bench.advance(1);
    assert_eq!(names(&bench, &account).await?, ["Ada King"]);
    assert_eq!(bench.get(VENDOR, &one, &account.bearer).await?.status, 200);
    bench.advance(20);
    assert_eq!(names(&bench, &account).await?, ["Ada King", "Grace Hopper"]);
    Ok(())
}

#[tokio::test]
async fn the_lag_begins_at_a_late_commit() -> Outcome {
    let late = "[[fault]]\nwhat = 'late_commit'\ndelay = '15s'\n";
    let bench = Bench::start_with(&format!("{late}{STALE}")).await?;
    let account = Account::open(&bench, VENDOR).await?;
    give_up_once_accepted(&bench, &account, "Ada King").await;
    bench.advance(44);
    assert!(names(&bench, &account).await?.is_empty());
    bench.advance(1);
    assert_eq!(names(&bench, &account).await?, ["Ada King"]);
    Ok(())
}

#[tokio::test]
async fn only_the_reads_that_it_strikes_lag() -> Outcome {
    let bench = Bench::start_with(&format!("{STALE}after = 1\ntimes = 1")).await?;
    let account = Account::open(&bench, VENDOR).await?;
    account.create(&bench, "Ada King").await?;
    assert_eq!(names(&bench, &account).await?.len(), 1);
    assert_eq!(bench.get(VENDOR, "/api/v1/country", &account.bearer).await?.status, 200);
    assert_eq!(names(&bench, &account).await?.len(), 0);
    assert_eq!(names(&bench, &account).await?.len(), 1);
    let seen = bench.sandbox.requests(VENDOR);
    let struck: Vec<_> = seen.iter().map(|request| request.faults.contains(&FaultKind::StaleList)).collect();
    assert_eq!(struck, [false, false, false, false, true, false]);
    Ok(())
}
