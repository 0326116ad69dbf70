//! What is known of a delivery while it runs.
//!
//! Its rule: it outlives the task that runs the delivery, so that a task which is cut off, or panics, still leaves an
//! honest account: what was created is told as created, and what may have been sent is in doubt, never silent. Once it
//! is closed, no attempt begins.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use unicontact_providers::{Created, Effect, FieldFate, Operation, ProviderError, SendPermit};

/// The account of one running delivery.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    closed: bool,
    attempts: u32,
    in_flight: Option<SendPermit>,
    in_doubt: bool,
    created: Option<Created>,
    fields: Vec<FieldFate>,
}

/// An attempt under way.
pub(crate) struct InFlight {
    progress: Arc<Progress>,
    permit: SendPermit,
}

impl Progress {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn drafted(&self, fields: Vec<FieldFate>) {
        self.state().fields = fields;
    }

    /// The begin of an attempt, unless the account is closed.
    pub(crate) fn attempt_begins(self: &Arc<Self>) -> Option<InFlight> {
        let mut state = self.state();
        if state.closed {
            return None;
        }
        state.attempts += 1;
        let permit = SendPermit::default();
        state.in_flight = Some(permit.clone());
        Some(InFlight { progress: Arc::clone(self), permit })
    }

    /// From now on no attempt begins. What is asked afterwards holds for good.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        if let Some(permit) = &state.in_flight {
            permit.revoke();
        }
    }

    /// An earlier run may have created it.
    pub(crate) fn doubted(&self) {
        self.state().in_doubt = true;
    }

    /// The earlier run did not create it.
    pub(crate) fn undoubted(&self) {
        self.state().in_doubt = false;
    }

    /// How many attempts began. One that was cut off before its create is none.
    pub(crate) fn attempts(&self) -> u32 {
        let state = self.state();
        let is_none = state.in_flight.as_ref().is_some_and(|permit| !permit.is_used());
        state.attempts - u32::from(is_none)
    }

    /// What the last attempt created.
    pub(crate) fn created(&self) -> Option<Created> {
        self.state().created.clone()
    }

    /// Whether something may have been created that nobody knows of.
    pub(crate) fn is_in_doubt(&self) -> bool {
        let state = self.state();
        let is_sending = state.in_flight.as_ref().is_some_and(SendPermit::is_used);
        is_sending || state.in_doubt
    }

    pub(crate) fn take_fields(&self) -> Vec<FieldFate> {
        std::mem::take(&mut self.state().fields)
    }
}

impl InFlight {
    /// Returns the permit to send the create.
    pub(crate) fn permit(&self) -> &SendPermit {
        &self.permit
    }

    /// The attempt did not take place.
    pub(crate) fn withdrawn(self) {
        let mut state = self.progress.state();
        state.in_flight = None;
        state.attempts -= 1;
    }

    /// The attempt came back. One that failed before the create, at the login say, was none.
    pub(crate) fn ended(self, result: &Result<Created, ProviderError>) {
        let mut state = self.progress.state();
        state.in_flight = None;
        match result {
            Ok(created) => state.created = Some(created.clone()),
            Err(error) => {
                state.in_doubt |= error.effect() == Effect::Unknown;
                if error.operation() != Operation::Create {
                    state.attempts -= 1;
                }
            }
        }
    }
}
