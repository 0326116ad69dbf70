//! The journal of one simulated process: it adds latency and failures, and stops when the process is killed.
//!
//! Calls of the inner journal block and take no virtual time. Otherwise the thread of `SqliteJournal` would make two runs of a seed
//! differ.

use std::collections::VecDeque;
use std::fmt;
use std::future::pending;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;
use tokio::sync::oneshot;
use unicontact::journal::{
    Act, Claim, ClaimId, ClaimOutcome, Journal, JournalError, JournalErrorKind, Record, Resolution,
    Selection, SettleFuture, SettleOutcome, Settlement,
};
use unicontact::providers::DeliveryKey;

use crate::simulated::monitor::{Monitor, Permit};
use crate::simulated::random::Random;

type SettleAnswer = Result<SettleOutcome, JournalError>;

/// The journal of one process, which wraps the journal of all.
pub(crate) struct ProcessJournal(Arc<Shared>);

struct Shared {
    process: usize,
    monitor: Arc<Monitor>,
    /// Whether the process sends doubtful contacts again without a look.
    repeats_doubts: bool,
    /// Whether writes fail at random.
    has_failures: bool,
    state: Mutex<State>,
}

struct State {
    /// The inner journal. `None` after the process ended.
    journal: Option<Arc<dyn Journal>>,
    random: Random,
    /// The settlements that are not written yet, in order.
    pending: VecDeque<(Settlement, oneshot::Sender<SettleAnswer>)>,
}

impl ProcessJournal {
    pub(crate) fn new(
        process: usize,
        journal: Arc<dyn Journal>,
        monitor: &Arc<Monitor>,
        repeats_doubts: bool,
        has_failures: bool,
        random: Random,
    ) -> Self {
        let state = State { journal: Some(journal), random, pending: VecDeque::new() };
        let monitor = Arc::clone(monitor);
        Self(Arc::new(Shared { process, monitor, repeats_doubts, has_failures, state: Mutex::new(state) }))
    }

    /// Ends the process normally: pending settlements are written.
    pub(crate) fn close(&self) {
        self.0.write_pending();
        self.0.state().journal = None;
    }

    /// Kills the process: pending settlements are lost.
    pub(crate) fn kill(&self) {
        let mut state = self.0.state();
        state.journal = None;
        state.pending.clear();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the inner journal. Never completes after the process was killed.
    async fn inner(&self) -> Arc<dyn Journal> {
        self.delay().await;
        self.write_pending();
        let journal = self.state().journal.clone();
        match journal {
            Some(journal) => journal,
            None => pending().await,
        }
    }

    async fn delay(&self) {
        let wait = self.state().random.milliseconds(0, 12);
        tokio::time::sleep(wait).await;
    }

    fn failure(&self) -> Option<JournalError> {
        let fails = self.has_failures && self.state().random.below(400) == 0;
        fails.then(|| JournalError::new("simulated", JournalErrorKind::Full))
    }

    /// Writes the pending settlements.
    fn write_pending(&self) {
        loop {
            let (journal, next) = {
                let mut state = self.state();
                let Some(journal) = state.journal.clone() else { return };
                (journal, state.pending.pop_front())
            };
            let Some((settlement, answer)) = next else { return };
            let key = settlement.key.clone();
            let result = match self.failure() {
                Some(error) => Err(error),
                None => block_on(journal.settle(settlement)),
            };
            self.monitor.settled(self.process, &key, &result);
            // The receiver may have been dropped.
            let _ = answer.send(result);
        }
    }

    fn report_claim(&self, claim: &Claim, claimed: &ClaimOutcome, called_at: Duration, was_delivered: bool) {
        let length = Duration::try_from(claim.may_send_until.time.duration_since(claim.at.time)).unwrap();
        let is_granted = matches!(claimed, ClaimOutcome::New | ClaimOutcome::Extended);
        let ignores_doubts = self.repeats_doubts && *claimed == ClaimOutcome::Extended;
        let permit = is_granted.then_some(Permit {
            process: self.process,
            until: called_at + length,
            repeats: (claim.again.is_some() && was_delivered && *claimed == ClaimOutcome::New)
                || ignores_doubts,
            ignores_doubts,
        });
        self.monitor.claimed(self.process, &claim.key, claimed, permit);
    }
}

#[async_trait]
impl Journal for ProcessJournal {
    async fn look(&self, key: &DeliveryKey) -> Result<Option<Record>, JournalError> {
        block_on(self.0.inner().await.look(key))
    }

    async fn claim(&self, claim: Claim) -> Result<ClaimOutcome, JournalError> {
        let called_at = self.0.monitor.clock.true_time();
        let journal = self.0.inner().await;
        if let Some(error) = self.0.failure() {
            return Err(error);
        }
        let record = block_on(journal.look(&claim.key))?;
        let was_delivered = record.is_some_and(|record| record.outcome().is_delivered());
        let claimed = block_on(journal.claim(claim.clone()))?;
        drop(journal);
        self.0.report_claim(&claim, &claimed, called_at, was_delivered);
        self.0.delay().await;
        Ok(claimed)
    }

    fn settle(&self, settlement: Settlement) -> SettleFuture {
        let (answer, answered) = oneshot::channel();
        let (writes_at_once, wait) = {
            let mut state = self.0.state();
            state.pending.push_back((settlement, answer));
            (state.random.percent(50), state.random.milliseconds(0, 12))
        };
        if writes_at_once {
            self.0.write_pending();
        }
        // If this future is dropped, the next request or the end of the process writes the settlement.
        let shared = Arc::clone(&self.0);
        async move {
            tokio::time::sleep(wait).await;
            shared.write_pending();
            match answered.await {
                Ok(result) => result,
                Err(_) => pending().await,
            }
        }
        .boxed()
    }

    async fn resolve(
        &self,
        key: &DeliveryKey,
        resolution: Resolution,
        act: Act,
    ) -> Result<bool, JournalError> {
        block_on(self.0.inner().await.resolve(key, resolution, act))
    }

    async fn reopen(&self, key: &DeliveryKey, act: Act) -> Result<bool, JournalError> {
        block_on(self.0.inner().await.reopen(key, act))
    }

    async fn forget(&self, key: &DeliveryKey) -> Result<bool, JournalError> {
        block_on(self.0.inner().await.forget(key))
    }

    async fn list(&self, selection: &Selection) -> Result<Vec<Record>, JournalError> {
        block_on(self.0.inner().await.list(selection))
    }

    fn new_claim_id(&self) -> ClaimId {
        ClaimId::from_number(self.0.state().random.next())
    }
}

impl fmt::Debug for ProcessJournal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ProcessJournal").field("process", &self.0.process).finish_non_exhaustive()
    }
}

struct ThreadWaker(Thread);

impl Wake for ThreadWaker {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Blocks until another thread completes a future. No virtual time passes.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(ThreadWaker(std::thread::current())));
    // Unconstrained: Tokio's cooperative budget would keep the future pending until the task is polled again.
    let mut future = pin!(tokio::task::unconstrained(future));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}
