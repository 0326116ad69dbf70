//! One attempt to create a contact: prepare, send once, interpret. This is the only implementation of that order.

use crate::created::Created;
use crate::draft::Draft;
use crate::error::{ErrorKind, ProviderError};
use crate::provider::ContactProvider;
use crate::send_permit::SendPermit;
use crate::token::Renewal;

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
    permit.enter(provider.info())?;
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
