//! One attempt to create a contact: prepare, send once, interpret. This is the only implementation of that order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::created::Created;
use crate::draft::Draft;
use crate::error::{Effect, ErrorKind, Operation, ProviderError};
use crate::provider::ContactProvider;
use crate::provider_info::ProviderInfo;

const GRANTED: u8 = 0;
const USED: u8 = 1;
const REVOKED: u8 = 2;

/// A permit to send one create. It is used at most once, immediately before the first byte is sent, and can be revoked until then.
///
/// Clones share the permit. The pipeline keeps a clone, so that it sees whether a create that it aborts had begun.
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
        let previous = self.0.compare_exchange(GRANTED, USED, Ordering::SeqCst, Ordering::SeqCst);
        let (kind, message) = match previous {
            Ok(_) => return Ok(()),
            Err(REVOKED) => (ErrorKind::Interrupted, "it was stopped before it was sent"),
            Err(_) => (ErrorKind::Config, "the adapter wants to send a create twice, which is refused"),
        };
        Err(ProviderError::new(info, Operation::Create, kind, Effect::NotSent).with_message(message))
    }

    /// Revokes the permit. Returns whether it was not used, which is the promise that nothing will be sent.
    pub fn revoke(&self) -> bool {
        let previous = self.0.compare_exchange(GRANTED, REVOKED, Ordering::SeqCst, Ordering::SeqCst);
        matches!(previous, Ok(_) | Err(REVOKED))
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

/// Whether a refused credential can be replaced by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// The next [`prepare`](ContactProvider::prepare) fetches one.
    Available,
    /// There is no other.
    Unavailable,
}

/// Attempts to create the contact of `draft`: completes the draft, sends it once, and judges the answer.
///
/// A credential that the vendor refused is discarded. If another can be fetched, the error is transient
/// ([`ProviderError::is_transient`]).
///
/// # Errors
///
/// The error's effect says what the attempt may have done at the vendor.
pub async fn attempt<P: ContactProvider + ?Sized>(
    provider: &P,
    draft: &Draft,
    permit: &SendPermit,
) -> Result<Created, ProviderError> {
    let prepared = provider.prepare(draft).await?;
    let result = match provider.send(&prepared, permit).await {
        Ok(exchange) => provider.interpret(&prepared, &exchange),
        Err(error) => Err(error),
    };
    match result {
        Err(error) if error.kind() == ErrorKind::Unauthenticated => {
            match provider.invalidate_credentials(&prepared, &error).await {
                Renewal::Available => Err(error.with_renewed_credential()),
                Renewal::Unavailable => Err(error),
            }
        }
        result => result,
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
    fn a_revoked_permit_cannot_be_used() {
        let permit = SendPermit::default();
        assert!(permit.clone().revoke() && permit.revoke());
        let error = permit.begin(&info()).unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Interrupted, Effect::NotSent));
        assert!(!permit.is_used());
    }
}
