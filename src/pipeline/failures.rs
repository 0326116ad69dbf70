//! What went wrong in the attempts of one delivery. A later refusal does not undo an earlier doubt.

use std::time::Duration;

use unicontact_providers::{Doubt, Effect, ErrorKind, ProviderError};

/// The failed attempts of a delivery.
#[derive(Default)]
pub(crate) struct Failures {
    pub(crate) credential_renewed: bool,
    last: Option<ProviderError>,
    doubt: Option<ProviderError>,
    /// Whether an earlier run had sent it. The first attempt of this one was permitted nevertheless.
    was_sent_before: bool,
    /// Whether an attempt of this delivery may have created it.
    pub(crate) is_in_doubt: bool,
}

impl Failures {
    /// Those of a delivery that an earlier run left in doubt.
    pub(crate) fn after(doubt: ProviderError) -> Self {
        Self { doubt: Some(doubt), was_sent_before: true, ..Self::default() }
    }

    /// Whether the credential was renewed for this delivery already, and refused again.
    pub(crate) fn have_spent_the_renewal(&self, error: &ProviderError) -> bool {
        error.kind() == ErrorKind::Unauthenticated && self.credential_renewed
    }

    pub(crate) fn add(&mut self, error: ProviderError) {
        self.credential_renewed |= error.kind() == ErrorKind::Unauthenticated;
        if error.effect() == Effect::Unknown {
            self.is_in_doubt = true;
            self.doubt = Some(error);
        } else {
            self.last = Some(error);
        }
    }

    /// Returns the doubt that a resend after `error` has to reckon with, `since_first` after the first attempt.
    pub(crate) fn doubt_with(&self, error: &ProviderError, since_first: Duration) -> Option<Doubt> {
        let is_in_doubt = self.is_in_doubt || error.effect() == Effect::Unknown;
        is_in_doubt.then(|| self.doubt_since(since_first))
    }

    /// Returns the doubt that an attempt has to reckon with which begins `since_first` after the first.
    pub(super) fn doubt(&self, since_first: Duration) -> Option<Doubt> {
        self.is_in_doubt.then(|| self.doubt_since(since_first))
    }

    fn doubt_since(&self, since_first: Duration) -> Doubt {
        Doubt { since_first: (!self.was_sent_before).then_some(since_first), is_quiet: false }
    }

    /// The vendor's own reason is worth more than that time ran out.
    pub(crate) fn add_unless_any(&mut self, error: ProviderError) {
        if self.last.is_none() && self.doubt.is_none() {
            self.last = Some(error);
        }
    }

    /// Returns the error of the delivery. A later refusal does not undo what an earlier attempt may have done.
    pub(crate) fn take_error(&mut self) -> Option<ProviderError> {
        self.doubt.take().or_else(|| self.last.take())
    }
}
