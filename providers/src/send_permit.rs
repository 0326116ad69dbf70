//! The permit to send one create.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::error::{Effect, ErrorKind, Operation, ProviderError};
use crate::provider_info::ProviderInfo;

const GRANTED: u8 = 0;
const ENTERED: u8 = 1;
const HELD: u8 = 2;
const USED: u8 = 3;
const REVOKED: u8 = 4;

/// A permit to send one create. It is used at most once, and can be revoked until then.
///
/// From the call of [`ContactProvider::send`](crate::ContactProvider::send) on, the contact counts as possibly sent. An adapter that
/// connects first calls [`hold`](Self::hold) at once and [`begin`](Self::begin) immediately before the first byte leaves; in
/// between, nothing counts as sent. [`Connection::send_prepared`](crate::Connection::send_prepared) does both.
///
/// Clones share the permit. The pipeline keeps a clone, so that it sees whether a create that it aborts had begun.
#[derive(Debug, Clone, Default)]
pub struct SendPermit(Arc<AtomicU8>);

impl SendPermit {
    /// Counts the contact as possibly sent, until the adapter holds the permit.
    pub(crate) fn enter(&self, info: &ProviderInfo) -> Result<(), ProviderError> {
        self.advance(info, &[GRANTED], ENTERED)
    }

    /// Declares that nothing has left yet. Only an adapter that calls [`begin`](Self::begin) later may do so.
    pub fn hold(&self) {
        let _ = self.0.compare_exchange(ENTERED, HELD, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// Uses the permit. From now on the contact may have been sent.
    ///
    /// # Errors
    ///
    /// `interrupted` with the effect `not_sent` when the permit was revoked, `config` when it was used before. Nothing may be
    /// sent then.
    pub fn begin(&self, info: &ProviderInfo) -> Result<(), ProviderError> {
        self.advance(info, &[GRANTED, ENTERED, HELD], USED)
    }

    fn advance(&self, info: &ProviderInfo, from: &[u8], to: u8) -> Result<(), ProviderError> {
        let mut found = self.0.load(Ordering::SeqCst);
        while from.contains(&found) {
            match self.0.compare_exchange(found, to, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return Ok(()),
                Err(other) => found = other,
            }
        }
        let (kind, message) = if found == REVOKED {
            (ErrorKind::Interrupted, "it was stopped before it was sent")
        } else {
            (ErrorKind::Config, "the adapter tried to send a create twice, which is refused")
        };
        Err(ProviderError::new(info, Operation::Create, kind, Effect::NotSent).with_message(message))
    }

    /// Revokes the permit, unless the contact may have been sent. Returns whether nothing was sent, which is the promise that
    /// nothing will be.
    pub fn revoke(&self) -> bool {
        let mut found = self.0.load(Ordering::SeqCst);
        while matches!(found, GRANTED | HELD) {
            match self.0.compare_exchange(found, REVOKED, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return true,
                Err(other) => found = other,
            }
        }
        found == REVOKED
    }

    /// Returns whether the permit was revoked before it was used.
    pub fn is_revoked(&self) -> bool {
        self.0.load(Ordering::SeqCst) == REVOKED
    }

    /// Returns whether the contact may have been sent.
    pub fn is_used(&self) -> bool {
        matches!(self.0.load(Ordering::SeqCst), ENTERED | USED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info() -> ProviderInfo {
        ProviderInfo::new("acme", "smarttask")
    }

    #[test]
    fn a_permit_is_used_once() {
        let permit = SendPermit::default();
        assert!(!permit.is_used());
        permit.begin(&info()).unwrap();
        assert!(permit.is_used() && !permit.revoke());
        let error = permit.begin(&info()).unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Config, Effect::NotSent));
    }

    #[test]
    fn a_revoked_permit_lets_nothing_be_sent() {
        let permit = SendPermit::default();
        assert!(permit.clone().revoke() && permit.revoke());
        let error = permit.begin(&info()).unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Interrupted, Effect::NotSent));
        assert!(!permit.is_used());
    }

    #[test]
    fn an_adapter_that_does_not_hold_the_permit_counts_as_sending() {
        let permit = SendPermit::default();
        permit.enter(&info()).unwrap();
        assert!(permit.is_used() && !permit.revoke());
        permit.hold();
        assert!(!permit.is_used());
        permit.begin(&info()).unwrap();
        assert!(permit.is_used() && !permit.revoke());
    }

    #[test]
    fn a_held_permit_can_be_revoked() {
        let permit = SendPermit::default();
        permit.enter(&info()).unwrap();
        permit.hold();
        assert!(permit.revoke());
        permit.begin(&info()).unwrap_err();
    }
}
