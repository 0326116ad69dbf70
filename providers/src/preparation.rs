//! What an adapter does before its create: logging in, looking up an id.
//!
//! Its rule: whoever cuts a delivery off must be able to tell whether the create itself had begun. An adapter wraps in
//! [`preparing`] what cannot change data; everything else counts as the create.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

tokio::task_local! {
    static PREPARING: Preparing;
}

/// Whether the watched work is still before its create.
#[derive(Debug, Clone, Default)]
pub struct Preparing(Arc<AtomicBool>);

impl Preparing {
    /// Whether it is preparing now, or was when it was cut off.
    pub fn is_under_way(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    fn set(&self, preparing: bool) {
        self.0.store(preparing, Ordering::SeqCst);
    }
}

/// Runs `work` so that `preparing` tells whether it is still before its create.
pub async fn watched<F: Future>(preparing: &Preparing, work: F) -> F::Output {
    preparing.set(false);
    PREPARING.scope(preparing.clone(), work).await
}

/// Runs `work`, which cannot change data at the vendor. Dropped in the middle, it leaves the mark that it was so.
pub async fn preparing<F: Future>(work: F) -> F::Output {
    let mark = |preparing: bool| {
        // Nobody watches a create that is called by itself.
        let _ = PREPARING.try_with(|watched| watched.set(preparing));
    };
    mark(true);
    let output = work.await;
    mark(false);
    output
}
