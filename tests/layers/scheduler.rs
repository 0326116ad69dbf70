//! Tests when an import takes the next contact, with two providers whose answers the test releases.

use std::sync::Arc;

use futures_util::stream::{self, StreamExt};
use tokio::sync::Semaphore;
use unicontact::bulk::Import;
use unicontact::{FanOut, Policy};

use crate::scripted::bench::{Bench, contact, soon};
use crate::scripted::{Scripted, after, creates};

fn answering(name: &str, gate: &Arc<Semaphore>) -> Scripted {
    let steps = std::iter::repeat_with(|| after(gate, creates("1"))).take(20);
    steps.fold(Scripted::new(name), Scripted::create)
}

async fn until_idle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn contacts_are_spilled_only_for_a_provider_that_is_half_a_window_slower() {
    let (quick, slow) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let bench = Bench::new().with(|settings| settings.requests_per_second = 1_000_000);
    let pipelines =
        vec![bench.pipeline(answering("acme", &quick)), bench.pipeline(answering("voice", &slow))];
    let import = Import::new(FanOut::new(pipelines, Policy::All)).with_window(4);
    let contacts = stream::iter((0..20).map(|number| contact(&number.to_string())));
    let running = tokio::spawn(import.run(contacts).collect::<Vec<_>>());
    for (at_quick, at_slow, taken, spilled) in
        [(0, 0, 4, 0), (1, 0, 4, 0), (0, 1, 5, 0), (2, 0, 5, 0), (1, 0, 8, 3), (0, 1, 8, 2)]
    {
        quick.add_permits(at_quick);
        slow.add_permits(at_slow);
        until_idle().await;
        assert_eq!(
            (import.taken(), import.backlog()),
            (taken, vec![0, spilled]),
            "{at_quick} and {at_slow} more"
        );
    }
    quick.add_permits(20);
    slow.add_permits(20);
    soon(running).await.unwrap();
    assert_eq!((import.taken(), import.backlog()), (20, vec![0, 0]));
}
