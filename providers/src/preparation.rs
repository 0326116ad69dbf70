//! What an adapter does before its create: logging in, looking up an id.
//!
//! Its rule: whoever cuts a delivery off must be able to tell whether the create itself had begun, and it must not
//! begin afterwards. Every request but a create is marked by the connection that sends it; an adapter that waits for
//! something else of the kind wraps it in [`preparing`]. What is not marked counts as the create.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

tokio::task_local! {
    static PREPARING: Preparing;
}

const CREATING: u8 = 0;
const UNDER_WAY: u8 = 1;
const CLOSED: u8 = 2;

/// Whether the watched work is still before its create.
#[derive(Debug, Clone, Default)]
pub struct Preparing(Arc<AtomicU8>);

impl Preparing {
    /// Whether it is preparing now, or was when it was closed or cut off.
    pub fn is_under_way(&self) -> bool {
        self.0.load(Ordering::SeqCst) != CREATING
    }

    /// Keeps the create from beginning, if it has not begun. `true` is the promise that it never will.
    pub fn close(&self) -> bool {
        let closed = self.0.compare_exchange(UNDER_WAY, CLOSED, Ordering::SeqCst, Ordering::SeqCst);
        closed.is_ok() || closed == Err(CLOSED)
    }

    /// Begins preparing. What it was before is to be handed to [`Self::end`].
    fn begin(&self) -> Option<u8> {
        let before = self.0.load(Ordering::SeqCst);
        self.0.compare_exchange(before, UNDER_WAY, Ordering::SeqCst, Ordering::SeqCst).ok()
    }

    fn end(&self, before: u8) -> bool {
        self.0.compare_exchange(UNDER_WAY, before, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

/// Runs `work` so that `preparing` tells whether it is still before its create.
pub async fn watched<F: Future>(preparing: &Preparing, work: F) -> F::Output {
    PREPARING.scope(preparing.clone(), work).await
}

/// Runs `work`, which cannot change data at the vendor. Dropped in the middle, it leaves the mark that it was so.
///
/// It does not return if the mark was closed meanwhile: whoever closed it drops the whole.
pub async fn preparing<F: Future>(work: F) -> F::Output {
    // Nobody watches a create that is called by itself.
    let Ok(watched) = PREPARING.try_with(Clone::clone) else {
        return work.await;
    };
    let Some(before) = watched.begin().filter(|before| *before != CLOSED) else {
        return pending().await;
    };
    let output = work.await;
    if watched.end(before) { output } else { pending().await }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_nested_preparation_does_not_end_the_outer_one() {
        let mark = Preparing::default();
        let work = preparing(async {
            preparing(async {}).await;
            assert!(mark.is_under_way());
        });
        watched(&mark, work).await;
        assert!(!mark.is_under_way());
    }

    #[tokio::test]
    async fn what_was_closed_while_preparing_never_comes_to_its_create() {
        let mark = Preparing::default();
        let (go, wait) = oneshot::channel::<()>();
        let work = watched(&mark, async {
            preparing(async { wait.await.unwrap() }).await;
            panic!("the create began");
        });
        tokio::pin!(work);
        let closing = async {
            assert!(mark.close());
            go.send(()).unwrap();
            tokio::task::yield_now().await;
        };
        tokio::select! {
            biased;
            () = &mut work => {}
            () = closing => {}
        }
        assert!(mark.is_under_way());
    }

    #[tokio::test]
    async fn a_create_that_began_cannot_be_closed() {
        let mark = Preparing::default();
        watched(&mark, preparing(async {})).await;
        assert!(!mark.close());
    }
}
