//! The permit to send one create.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::error::{Effect, ErrorKind, Operation, ProviderError};
use crate::provider_info::ProviderInfo;

const GRANTED: u8 = 0;
const USED: u8 = 1;
const REVOKED: u8 = 2;

/// A permit to send one create. It is used at most once, when the first byte is about to leave, and can be revoked until then.
///
/// Clones share the permit: the pipeline keeps one to learn whether the create had begun when it cuts an attempt off.
#[derive(Debug, Clone, Default)]
pub struct SendPermit(Arc<AtomicU8>);

impl SendPermit {
    /// Uses the permit. From now on the contact may have been sent.
    ///
    /// # Errors
    ///
    /// `interrupted` with the effect `not_sent` when the permit was revoked, `config` when it was used before. Nothing may be
    /// sent then.
    pub fn begin(&self, info: &ProviderInfo) -> Result<(), ProviderError> {
        let begun = self.0.compare_exchange(GRANTED, USED, Ordering::SeqCst, Ordering::SeqCst);
        let (kind, message) = match begun {
            Ok(_) => return Ok(()),
            Err(REVOKED) => (ErrorKind::Interrupted, "it was stopped before it was sent"),
            Err(_) => (ErrorKind::Config, "the adapter wants to send a create twice, which is refused"),
        };
        Err(ProviderError::new(info, Operation::Create, kind, Effect::NotSent).with_message(message))
    }

    /// Revokes the permit. Returns whether it was not used, which is the promise that nothing will be sent.
    pub fn revoke(&self) -> bool {
        let revoked = self.0.compare_exchange(GRANTED, REVOKED, Ordering::SeqCst, Ordering::SeqCst);
        matches!(revoked, Ok(_) | Err(REVOKED))
    }

    /// Returns whether the permit was revoked before it was used.
    pub fn is_revoked(&self) -> bool {
        self.0.load(Ordering::SeqCst) == REVOKED
    }

    /// Returns whether the create has begun.
    pub fn is_used(&self) -> bool {
        self.0.load(Ordering::SeqCst) == USED
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
}
