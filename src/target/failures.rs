//! What went wrong in the attempts of one delivery.
//!
//! Its rule: a later refusal does not undo an earlier doubt.

use unicontact_providers::{Effect, ErrorKind, ProviderError};

/// The failed attempts of a delivery.
#[derive(Default)]
pub(super) struct Failures {
    pub(super) credential_renewed: bool,
    last: Option<ProviderError>,
    doubt: Option<ProviderError>,
}

impl Failures {
    /// Those of a delivery that an earlier run left in doubt.
    pub(super) fn after(doubt: ProviderError) -> Self {
        Self { doubt: Some(doubt), ..Self::default() }
    }

    /// Whether the credential was renewed for this delivery already, and refused again.
    pub(super) fn have_spent_the_renewal(&self, error: &ProviderError) -> bool {
        error.kind() == ErrorKind::Unauthenticated && self.credential_renewed
    }

    pub(super) fn add(&mut self, error: ProviderError) {
        self.credential_renewed |= error.kind() == ErrorKind::Unauthenticated;
        if error.effect() == Effect::Unknown {
            self.doubt = Some(error);
        } else {
            self.last = Some(error);
        }
    }

    /// The vendor's own reason is worth more than that time ran out.
    pub(super) fn add_unless_any(&mut self, error: ProviderError) {
        if self.last.is_none() && self.doubt.is_none() {
            self.last = Some(error);
        }
    }

    /// A later refusal does not undo what an earlier attempt may have done.
    pub(super) fn into_error(self) -> Option<ProviderError> {
        self.doubt.or(self.last)
    }
}
