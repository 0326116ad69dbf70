//! The failed attempts of one delivery. A later refusal does not undo an earlier doubt, unless it names the contact that is there.

use std::time::Duration;

use unicontact_providers::comparison::Comparison;
use unicontact_providers::{Doubt, Effect, ErrorKind, ProviderError};

/// The failed attempts of a delivery.
#[derive(Default)]
pub(crate) struct Failures {
    pub(crate) credential_renewed: bool,
    last: Option<ProviderError>,
    doubt: Option<ProviderError>,
    /// Whether an earlier run had sent the contact. Its time is unknown here.
    was_sent_before: bool,
    /// Whether an attempt of this delivery may have created the contact.
    pub(crate) is_in_doubt: bool,
}

impl Failures {
    /// Returns the failures of a delivery that an earlier run left in doubt.
    pub(crate) fn after(doubt: ProviderError) -> Self {
        Self { doubt: Some(doubt), was_sent_before: true, ..Self::default() }
    }

    /// Returns whether the vendor refused the renewed credential as well.
    pub(crate) fn have_spent_the_renewal(&self, error: &ProviderError) -> bool {
        error.kind() == ErrorKind::Unauthenticated && self.credential_renewed
    }

    pub(crate) fn add(&mut self, error: ProviderError) {
        self.credential_renewed |= error.kind() == ErrorKind::Unauthenticated;
        if error.effect() == Effect::Unknown {
            self.is_in_doubt = true;
            self.doubt = Some(error);
            return;
        }
        if names_the_contact(&error) {
            self.is_in_doubt = false;
            self.doubt = None;
        }
        self.last = Some(error);
    }

    /// Returns the doubt that a resend after `error` meets, `since_first` after the first attempt.
    pub(crate) fn doubt_with(&self, error: &ProviderError, since_first: Duration) -> Option<Doubt> {
        let is_in_doubt = self.is_in_doubt || error.effect() == Effect::Unknown;
        is_in_doubt.then(|| self.doubt_since(since_first))
    }

    /// Returns the doubt that an attempt meets which begins `since_first` after the first.
    pub(super) fn doubt(&self, since_first: Duration) -> Option<Doubt> {
        self.is_in_doubt.then(|| self.doubt_since(since_first))
    }

    fn doubt_since(&self, since_first: Duration) -> Doubt {
        Doubt { since_first: (!self.was_sent_before).then_some(since_first), is_quiet: false }
    }

    /// Adds an error unless there is one: the vendor's reason says more than the passed deadline.
    pub(crate) fn add_unless_any(&mut self, error: ProviderError) {
        if self.last.is_none() && self.doubt.is_none() {
            self.last = Some(error);
        }
    }

    /// Returns the error of the delivery: the doubt, if there is one.
    pub(crate) fn take_error(&mut self) -> Option<ProviderError> {
        self.doubt.take().or_else(|| self.last.take())
    }
}

/// Returns whether the vendor refused the contact because it has it, and says as what.
fn names_the_contact(error: &ProviderError) -> bool {
    error.kind() == ErrorKind::AlreadyExists
        && error.existing_id().is_some()
        && error.existing_comparison() != Comparison::Differs
}
