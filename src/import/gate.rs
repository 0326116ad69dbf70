//! Whether anything is sent to one provider during an import.
//!
//! Its rule: it closes for what lies outside the contacts and would meet the next one, too; never for what is in a contact,
//! and never for what an earlier run left behind.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Zoned;
use tokio::sync::watch;
use unicontact_providers::{ContactProvider, ErrorKind, ProviderError};

use crate::delivery::{Delivery, Outcome};
use crate::target::Target;

/// The gate of one provider.
pub(crate) struct Gate {
    provider: String,
    patience: u32,
    stop: watch::Sender<bool>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    failures_in_a_row: u32,
    pause: Option<Pause>,
}

/// Why nothing more is sent to a provider during an import.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Pause {
    /// The provider's name.
    pub provider: String,
    /// The kind of the error that brought it about.
    pub kind: ErrorKind,
    /// That error in words.
    pub reason: String,
    /// What to do about it.
    pub hint: &'static str,
    /// How many deliveries in a row had failed.
    pub failures: u32,
    /// When it will work again, where the vendor says so.
    pub until: Option<Zoned>,
}

impl Gate {
    pub(crate) fn of(target: &Target, patience: u32) -> Self {
        Self {
            provider: target.provider().info().name().to_owned(),
            patience,
            stop: watch::channel(false).0,
            state: Mutex::default(),
        }
    }

    /// By which the deliveries of this provider learn that nothing new is sent.
    pub(crate) fn stop(&self) -> &watch::Sender<bool> {
        &self.stop
    }

    /// Lets nothing more through.
    pub(super) fn close(&self) {
        self.stop.send_replace(true);
    }

    pub(super) fn is_paused(&self) -> bool {
        self.state().pause.is_some()
    }

    pub(super) fn pause(&self) -> Option<Pause> {
        self.state().pause.clone()
    }

    /// Judges a delivery that ended.
    pub(crate) fn saw(&self, delivery: &Delivery) {
        let mut state = self.state();
        let error = match (&delivery.error, delivery.outcome) {
            (Some(error), Outcome::Failed) => error,
            // Without an attempt it is an earlier run's doubt.
            (Some(error), Outcome::InDoubt) if delivery.attempts > 0 => error,
            (_, Outcome::Created | Outcome::Existing | Outcome::Rejected) if delivery.attempts > 0 => {
                state.failures_in_a_row = 0;
                return;
            }
            _ => return,
        };
        state.failures_in_a_row += 1;
        if meets_the_next_one_too(error.kind()) || state.failures_in_a_row >= self.patience {
            self.pause_after(state, error);
        }
    }

    /// Judges what a delivery ended with, before the next one has its turn.
    pub(crate) fn judge(&self, error: &ProviderError) {
        if meets_the_next_one_too(error.kind()) {
            self.pause_after(self.state(), error);
        }
    }

    fn pause_after(&self, mut state: MutexGuard<'_, State>, error: &ProviderError) {
        if state.pause.is_none() {
            state.pause = Some(self.pause_for(error, state.failures_in_a_row));
            drop(state);
            tracing::warn!(provider = self.provider, kind = error.kind().as_str(), "The provider is paused");
            self.close();
        }
    }

    fn pause_for(&self, error: &ProviderError, failures: u32) -> Pause {
        Pause {
            provider: self.provider.clone(),
            kind: error.kind(),
            reason: error.to_string(),
            hint: error.hint(),
            failures: failures.max(1),
            until: error.retry_at().cloned(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn meets_the_next_one_too(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Config | ErrorKind::Unauthenticated | ErrorKind::QuotaExhausted)
}
