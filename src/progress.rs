//! The progress of a running delivery, shared between its task and the caller.
//!
//! It outlives the task, so that a delivery whose task is cut off or panics is still reported truthfully: a created contact as
//! created, and one that may have been sent as in doubt. Once it is closed, no attempt begins.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use unicontact_providers::{Created, Effect, FieldFate, ProviderError, SendPermit};

/// The progress of one delivery.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    is_closed: bool,
    attempts: u32,
    /// The permit of the attempt in flight.
    in_flight: Option<SendPermit>,
    is_in_doubt: bool,
    created: Option<Created>,
    fields: Vec<FieldFate>,
}

/// An attempt in flight.
pub(crate) struct InFlight {
    progress: Arc<Progress>,
    permit: SendPermit,
}

impl Progress {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_fields(&self, fields: Vec<FieldFate>) {
        self.state().fields = fields;
    }

    /// Starts an attempt, or returns `None` if the progress is closed.
    pub(crate) fn start_attempt(self: &Arc<Self>) -> Option<InFlight> {
        let mut state = self.state();
        if state.is_closed {
            return None;
        }
        state.attempts += 1;
        let permit = SendPermit::default();
        state.in_flight = Some(permit.clone());
        Some(InFlight { progress: Arc::clone(self), permit })
    }

    /// Prevents further attempts, so that what the other methods return is final.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        if let Some(permit) = &state.in_flight {
            permit.revoke();
        }
    }

    /// Records that an earlier run may have created the contact.
    pub(crate) fn set_in_doubt(&self) {
        self.state().is_in_doubt = true;
    }

    /// Records that the earlier run did not create the contact.
    pub(crate) fn clear_doubt(&self) {
        self.state().is_in_doubt = false;
    }

    /// Returns the number of attempts. One that was cut off before its create does not count.
    pub(crate) fn attempts(&self) -> u32 {
        let state = self.state();
        let is_unused = state.in_flight.as_ref().is_some_and(|permit| !permit.is_used());
        state.attempts - u32::from(is_unused)
    }

    /// Returns what the last attempt created.
    pub(crate) fn created(&self) -> Option<Created> {
        self.state().created.clone()
    }

    /// Returns whether an attempt may have created a contact without a result.
    pub(crate) fn is_in_doubt(&self) -> bool {
        let state = self.state();
        let is_sending = state.in_flight.as_ref().is_some_and(SendPermit::is_used);
        is_sending || state.is_in_doubt
    }

    /// Returns the fates of the fields, with those that the vendor says it did not take.
    pub(crate) fn take_fields(&self) -> Vec<FieldFate> {
        let mut state = self.state();
        let mut fields = std::mem::take(&mut state.fields);
        if let Some(created) = &state.created {
            created.drop_ignored(&mut fields);
        }
        fields
    }
}

impl InFlight {
    /// Returns the permit to send the create.
    pub(crate) fn permit(&self) -> &SendPermit {
        &self.permit
    }

    /// Cancels the attempt, which then does not count.
    pub(crate) fn cancel(self) {
        self.permit.revoke();
        let mut state = self.progress.state();
        state.in_flight = None;
        state.attempts -= 1;
    }

    /// Finishes the attempt. One that failed before the create, for instance at the login, does not count.
    pub(crate) fn finish(self, result: &Result<Created, ProviderError>) {
        let mut state = self.progress.state();
        state.in_flight = None;
        match result {
            Ok(created) => state.created = Some(created.clone()),
            Err(error) => {
                state.is_in_doubt |= error.effect() == Effect::Unknown;
                // A clone of the permit that the adapter kept is void from now on.
                if self.permit.revoke() {
                    state.attempts -= 1;
                }
            }
        }
    }
}
