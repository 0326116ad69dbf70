//! Tests of the requests that a rule applies to, and of their reproducibility.

use unicontact_sandbox::{Faults, Vendor};

use crate::client::{Bench, Outcome};

type Struck = Result<String, Box<dyn std::error::Error>>;

/// Creates this many contacts: `x` for each that was struck, `.` for each that was not.
async fn struck(bench: &Bench, count: usize) -> Struck {
    let mut struck = String::new();
    for number in 0..count {
        let answer = bench.create(&format!("Contact {number}")).await?;
        struck.push(if answer.status == 201 { '.' } else { 'x' });
    }
    Ok(struck)
}

async fn of(when: &str, count: usize) -> Struck {
    let bench =
        Bench::start_with(&format!("seed = 7\n[[fault]]\nwhat = 'status'\nstatus = 503\n{when}")).await?;
    struck(&bench, count).await
}

#[tokio::test]
async fn conditions_hold_together() -> Outcome {
    for (when, expected) in [
        ("", "xxxxxxxx"),
        ("after = 3", "...xxxxx"),
        ("times = 3", "xxx....."),
        ("every = 3", "..x..x.."),
        ("after = 1\nevery = 2", "..x.x.x."),
        ("after = 1\nevery = 2\ntimes = 2", "..x.x..."),
        ("after = 1\ntimes = 1\nburst = 3", ".xxx...."),
        ("every = 4\nburst = 2", "...xx..x"),
        ("probability = 0", "........"),
        ("probability = 1", "xxxxxxxx"),
        ("on = 'login'", "........"),
        ("on = 'any'", "xxxxxxxx"),
        ("vendor = 'emnify'", "........"),
        ("vendor = ['emnify', 'cloverhound']", "xxxxxxxx"),
    ] {
        assert_eq!(of(when, 8).await?, expected, "{when}");
    }
    Ok(())
}

#[tokio::test]
async fn the_first_rule_that_strikes_settles_it_and_the_next_ones_do_not_count_it() -> Outcome {
    let first = "[[fault]]\nwhat = 'status'\nstatus = 503\ntimes = 2\n";
    let second = "[[fault]]\nwhat = 'rate_limit'\nafter = 1\ntimes = 1\n";
    let bench = Bench::start_with(&[first, second].concat()).await?;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(bench.create("Ada King").await?.status);
    }
    assert_eq!(statuses, [503, 503, 201, 429, 201]);
    Ok(())
}

#[tokio::test]
async fn the_same_seed_strikes_the_same_requests_and_another_seed_others() -> Outcome {
    let half = "probability = 0.5";
    let once = of(half, 64).await?;
    assert_eq!(once, of(half, 64).await?);
    assert!(once.contains('x') && once.contains('.'));
    let other =
        Bench::start_with("seed = 8\n[[fault]]\nwhat = 'status'\nstatus = 503\nprobability = 0.5").await?;
    assert_ne!(once, struck(&other, 64).await?);
    Ok(())
}

#[tokio::test]
async fn vendors_are_counted_independently() -> Outcome {
    let alone = of("probability = 0.5\non = 'any'", 32).await?;
    let faults = "seed = 7\n[[fault]]\nwhat = 'status'\nstatus = 503\nprobability = 0.5\non = 'any'";
    let bench = Bench::start_with(faults).await?;
    let mut beside = String::new();
    for _ in 0..32 {
        bench.get(Vendor::Emnify, "/", "").await?;
        beside.push_str(&struck(&bench, 1).await?);
        bench.get(Vendor::OneCloud, "/", "").await?;
    }
    assert_eq!(alone, beside);
    Ok(())
}

#[tokio::test]
async fn a_reset_and_new_faults_count_anew() -> Outcome {
    let text = "[[fault]]\nwhat = 'status'\nstatus = 503\ntimes = 1";
    let bench = Bench::start_with(text).await?;
    assert_eq!(struck(&bench, 2).await?, "x.");
    bench.sandbox.reset().await;
    assert!(bench.sandbox.contacts(Vendor::Cloverhound).is_empty());
    assert!(bench.sandbox.requests(Vendor::Cloverhound).is_empty());
    assert_eq!(struck(&bench, 2).await?, "x.");
    assert_eq!(bench.sandbox.requests(Vendor::Cloverhound)[0].number, 1);
    bench.sandbox.set_faults(Faults::from_toml(text)?).await;
    assert_eq!(struck(&bench, 2).await?, "x.");
    Ok(())
}

#[tokio::test]
async fn the_tally_tells_loss_from_duplication() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'edge_html'\nafter_commit = true\ntimes = 1").await?;
    assert_eq!(bench.create("Ada King").await?.status, 502);
    let lost = bench.sandbox.tally(Vendor::Cloverhound);
    assert_eq!((lost.held, lost.untold, lost.lost_answers, lost.duplicates), (1, 1, 1, 0));
    assert_eq!(bench.create("Ada King").await?.status, 201);
    let twice = bench.sandbox.tally(Vendor::Cloverhound);
    assert_eq!((twice.held, twice.told, twice.untold, twice.lost_answers, twice.duplicates), (2, 1, 1, 1, 1));
    Ok(())
}

#[tokio::test]
async fn a_contact_that_is_found_again_is_neither_lost_nor_there_twice() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'reset_after_commit'\ntimes = 1").await?;
    let path = "/v1.0/contact/create/38?use_created=true";
    let body = serde_json::json!({"name": "Ada King"});
    let create = || bench.post(Vendor::SmartTask, path, "Bearer sandbox-access-token", &body);
    assert!(create().await.is_err());
    assert_eq!(create().await?.status, 200);
    let tally = bench.sandbox.tally(Vendor::SmartTask);
    assert_eq!((tally.held, tally.told, tally.lost_answers, tally.duplicates), (1, 1, 1, 0));
    let contacts = bench.sandbox.contacts(Vendor::SmartTask);
    assert_eq!((contacts[0].created_by, contacts[0].returned_by.as_slice()), (1, &[2][..]));
    Ok(())
}
