//! Deliveries that are stopped or abandoned during the login: they are pending, count no attempt, and their create does not
//! begin afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Semaphore, oneshot};
use unicontact::Outcome;

use super::outcomes;
use crate::scripted::bench::{Bench, contact, soon};
use crate::scripted::{Scripted, creates};

/// A login that waits at the gate, and a create that sets a flag.
struct Login {
    adapter: Scripted,
    begun: oneshot::Receiver<()>,
    gate: Arc<Semaphore>,
    create_began: Arc<AtomicBool>,
}

fn login() -> Login {
    let (begins, begun) = oneshot::channel();
    let gate = Arc::new(Semaphore::new(0));
    let create_began = Arc::new(AtomicBool::new(false));
    let login = {
        let gate = Arc::clone(&gate);
        Box::pin(async move {
            begins.send(()).unwrap();
            gate.acquire().await.unwrap().forget();
            Ok(())
        })
    };
    let create = {
        let create_began = Arc::clone(&create_began);
        Box::pin(async move {
            create_began.store(true, Ordering::SeqCst);
            creates("17").await
        })
    };
    Login { adapter: Scripted::new("acme").login(login).create(create), begun, gate, create_began }
}

#[tokio::test]
async fn stopping_during_the_login_leaves_the_contact_unsent() {
    let login = login();
    let running = Bench::new().fan_out(login.adapter).start(contact("42")).await;
    soon(login.begun).await.unwrap();
    running.stop();
    let report = soon(running.finish()).await;
    assert_eq!(outcomes(&report), [Outcome::Pending]);
    assert_eq!(report.deliveries[0].attempts, 0);
    assert!(!login.create_began.load(Ordering::SeqCst));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_create_follows_a_login_that_completes_after_an_abandon() {
    let mut login = login();
    let gone = login.adapter.gone();
    let running = Bench::new().fan_out(login.adapter).start(contact("42")).await;
    soon(login.begun).await.unwrap();
    let report = running.abandon();
    login.gate.add_permits(1);
    soon(gone).await.unwrap_err();
    assert_eq!(outcomes(&report), [Outcome::Pending]);
    assert!(!login.create_began.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_create_follows_a_completed_login() {
    let login = login();
    let running = Bench::new().fan_out(login.adapter).start(contact("42")).await;
    login.gate.add_permits(1);
    let report = soon(running.finish()).await;
    assert_eq!(outcomes(&report), [Outcome::Created]);
    assert_eq!(report.deliveries[0].attempts, 1);
}
