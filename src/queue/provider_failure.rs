//! Failures that concern a provider and not a contact. Their deliveries stay in the queue.

use unicontact_providers::ErrorKind;

/// Returns whether a failure concerns the provider and not the contact, so that the next delivery would meet it, too.
pub(super) fn is_provider_failure(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Config | ErrorKind::Unauthenticated | ErrorKind::RateLimited | ErrorKind::QuotaExhausted
    )
}

/// Returns whether a worker returns a delivery to the queue whose recorded error is of this kind.
pub(super) fn is_requeued(kind: &str) -> bool {
    ErrorKind::ALL.into_iter().any(|it| it.as_str() == kind && is_provider_failure(it))
}
