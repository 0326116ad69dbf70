//! Creates that are in flight together at a vendor that returns an equal contact.

use unicontact_sandbox::{FaultKind, Vendor};

use crate::client::{Bench, Outcome};
use crate::creating::{Account, accepted, give_up_once_accepted, held_and_uncommitted};

const VENDOR: Vendor = Vendor::SmartTask;

fn rule(what: &str) -> String {
    format!("[[fault]]\nwhat = '{what}'\ndelay = '12s'\n")
}

#[tokio::test]
async fn equal_creates_in_flight_each_make_a_contact() -> Outcome {
    let bench = Bench::start_with(&format!("{}gateway_timeout = '2ms'", rule("late_dedupe"))).await?;
    let account = Account::open(&bench, VENDOR).await?;
    for _ in 0..4 {
        assert_eq!(account.create(&bench, "Ada King").await?.status, 504);
    }
    assert_eq!(held_and_uncommitted(&bench, VENDOR), (0, 4));
    bench.advance(12);
    assert_eq!(held_and_uncommitted(&bench, VENDOR), (4, 0));
    assert_eq!(bench.sandbox.tally(VENDOR).duplicates, 3);
    assert_eq!(bench.sandbox.requests(VENDOR)[0].faults, [FaultKind::LateDedupe]);
    Ok(())
}

#[tokio::test]
async fn an_equal_contact_that_is_committed_is_returned_at_once() -> Outcome {
    for what in ["late_dedupe", "late_commit"] {
        let bench = Bench::start_with(&rule(what)).await?;
        let account = Account::open(&bench, VENDOR).await?;
        give_up_once_accepted(&bench, &account, "Ada King").await;
        bench.advance(12);
        let answer = account.create(&bench, "Ada King").await?;
        let contacts = bench.sandbox.contacts(VENDOR);
        assert_eq!((contacts.len(), contacts[0].times_returned), (1, 2), "{what}");
        assert_eq!(answer.json()["record_id"], contacts[0].id);
    }
    Ok(())
}

#[tokio::test]
async fn a_late_commit_looks_again_and_returns_the_first_to_both() -> Outcome {
    let bench = Bench::start_with(&rule("late_commit")).await?;
    let account = Account::open(&bench, VENDOR).await?;
    let commit = async {
        accepted(&bench, VENDOR, 2).await;
        bench.advance(12);
    };
    let create = || account.create(&bench, "Ada King");
    let (first, second, ()) = tokio::join!(create(), create(), commit);
    assert_eq!(first?.json(), second?.json());
    assert_eq!(held_and_uncommitted(&bench, VENDOR), (1, 0));
    let seen = bench.sandbox.requests(VENDOR);
    assert_eq!((seen[0].committed, seen[1].committed), (true, false));
    assert_eq!(seen[0].contact, seen[1].contact);
    Ok(())
}

#[tokio::test]
async fn a_create_that_commits_at_once_meanwhile_is_not_seen_either() -> Outcome {
    let bench = Bench::start_with(&format!("{}times = 1", rule("late_dedupe"))).await?;
    let account = Account::open(&bench, VENDOR).await?;
    give_up_once_accepted(&bench, &account, "Ada King").await;
    assert_eq!(account.create(&bench, "Ada King").await?.status, 200);
    assert_eq!(held_and_uncommitted(&bench, VENDOR), (1, 1));
    bench.advance(12);
    assert_eq!(held_and_uncommitted(&bench, VENDOR), (2, 0));
    Ok(())
}

#[tokio::test]
async fn vendors_that_look_for_no_equal_contact_are_spared() -> Outcome {
    let bench = Bench::start_with(&rule("late_dedupe")).await?;
    for vendor in [Vendor::Emnify, Vendor::Cloverhound, Vendor::OneCloud, Vendor::Pipedrive] {
        let account = Account::open(&bench, vendor).await?;
        account.create(&bench, "Ada King").await?;
        assert_eq!(held_and_uncommitted(&bench, vendor), (1, 0));
    }
    Ok(())
}
