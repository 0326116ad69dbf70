//! Compares the contact that a vendor returned with the one that was sent.

use std::cell::OnceCell;
use std::time::Duration;

use unicontact_providers::comparison::{Comparison, IdentifyingValues};
use unicontact_providers::{
    ContactId, ContactProvider, Created, Dedupe, DeliveryKey, Effect, ErrorKind, FindRequest, Operation,
    ProviderError, UnifiedContact,
};

use super::Pipeline;
use super::delivery_context::DeliveryContext;
use super::delivery_end::DeliveryEnd;
use crate::report::Note;

const ANSWER_TO_ANOTHER_REQUEST: &str = "the vendor answered with a contact that has nothing in common with the one that was sent: \
     the answer belongs to another request";
const ANOTHER_PERSON: &str = "the vendor returned another person instead of creating this contact";
const REFUSED_FOR_ANOTHER: &str =
    "the vendor refused this contact because it has another person, whose contact is named here";
const COMPARE_WHERE_VALUES_ARE_UNIQUE: &str = "Compare the two contacts at the vendor. If both are to exist, give this one another value where the vendor allows \
     no two equal ones, such as the e-mail address.";
const COMPARE_AT_THE_VENDOR: &str = "Compare the two contacts at the vendor. If both are to exist, create this one there by hand, or without \
     the vendor's own search for similar contacts.";

impl Pipeline {
    /// Returns the result of an attempt after the contact in the answer, or the one that exists already, was compared with
    /// the one that was sent. A vendor that returned an id alone is asked for the contact, for at most `left`.
    pub(super) async fn compare_returned(
        &self,
        context: &DeliveryContext<'_>,
        result: Result<Created, ProviderError>,
        left: Duration,
    ) -> Result<Created, ProviderError> {
        let sent = FindRequest::new(context.contact, context.key);
        match result {
            Ok(created) if created.existing => Box::pin(self.compare_existing(&sent, created, left)).await,
            Ok(created) => self.compare_created(context.contact, created),
            Err(error) => match error.existing_id().filter(|_| is_conflict(&error)) {
                Some(id) => Err(Box::pin(self.compare_conflict(&sent, error, &id, left)).await),
                None => Err(error),
            },
        }
    }

    /// Compares a contact that nothing proves to be an existing one. A vendor that dedupes may have returned one all the
    /// same.
    fn compare_created(&self, contact: &UnifiedContact, created: Created) -> Result<Created, ProviderError> {
        if created.returned.is_empty() {
            return Ok(created);
        }
        let values = IdentifyingValues::from_contact(contact);
        let sent = OnceCell::new();
        let compare = |compare: fn(&IdentifyingValues, &IdentifyingValues) -> Comparison| {
            let of_contact = compare(&values, &created.returned);
            // Drafting it once more costs more than comparing.
            if of_contact == Comparison::Agrees {
                return of_contact;
            }
            compare(sent.get_or_init(|| self.sent_values(contact)), &created.returned)
        };
        let shares_nothing = compare(IdentifyingValues::compare_any_value) == Comparison::Differs;
        if shares_nothing {
            self.provider.discard_connections();
        }
        if self.may_return_existing() && compare(IdentifyingValues::compare_person) == Comparison::Differs {
            return Err(self.another_person(created.id));
        }
        if shares_nothing {
            let info = self.provider.info();
            let kind = ErrorKind::UnexpectedResponse;
            let error = ProviderError::new(info, Operation::Create, kind, Effect::Unknown);
            return Err(error.with_message(ANSWER_TO_ANOTHER_REQUEST));
        }
        Ok(created)
    }

    /// Compares a contact that was there before. Its values are removed where nothing could be compared.
    async fn compare_existing(
        &self,
        sent: &FindRequest<'_>,
        mut created: Created,
        left: Duration,
    ) -> Result<Created, ProviderError> {
        let (comparison, compared) = self.compare_person(sent, created.returned, &created.id, left).await;
        match comparison {
            Comparison::Differs => return Err(self.another_person(created.id)),
            Comparison::NothingComparable => created.returned = IdentifyingValues::default(),
            Comparison::Agrees => created.returned = compared,
        }
        Ok(created)
    }

    /// Compares the contact that the vendor refused this one for.
    async fn compare_conflict(
        &self,
        sent: &FindRequest<'_>,
        error: ProviderError,
        id: &ContactId,
        left: Duration,
    ) -> ProviderError {
        let existing = error.existing_contact().clone();
        let (comparison, _) = self.compare_person(sent, existing, id, left).await;
        let error = error.with_existing_compared(comparison);
        if comparison == Comparison::Differs {
            let searches = self.may_return_existing();
            let hint = if searches { COMPARE_AT_THE_VENDOR } else { COMPARE_WHERE_VALUES_ARE_UNIQUE };
            error.with_message(REFUSED_FOR_ANOTHER).with_hint(hint)
        } else {
            error
        }
    }

    /// Returns whether the vendor's contact is the person that was sent, and the values of the vendor's contact that were compared:
    /// the returned ones, or those that are read where the returned ones are not comparable.
    async fn compare_person(
        &self,
        sent: &FindRequest<'_>,
        returned: IdentifyingValues,
        id: &ContactId,
        left: Duration,
    ) -> (Comparison, IdentifyingValues) {
        let values = self.sent_values(sent.contact);
        match values.compare_person(&returned) {
            Comparison::NothingComparable => match self.read_existing(id, sent, left).await {
                Some(stored) => (values.compare_person(&stored), stored),
                None => (Comparison::NothingComparable, returned),
            },
            comparison => (comparison, returned),
        }
    }

    /// Reads the vendor's contact. A read that fails leaves the outcome as it was.
    async fn read_existing(
        &self,
        id: &ContactId,
        sent: &FindRequest<'_>,
        left: Duration,
    ) -> Option<IdentifyingValues> {
        if !self.capabilities.find {
            return None;
        }
        let reading = async {
            self.rate_limit.acquire().await;
            self.provider.read_existing(id, sent).await
        };
        match tokio::time::timeout(left, reading).await {
            Ok(Ok(values)) => Some(values),
            Ok(Err(error)) => {
                tracing::info!(kind = error.kind().as_str(), "The existing contact could not be read");
                None
            }
            Err(_) => {
                tracing::info!("The existing contact was not read before the deadline of the delivery");
                None
            }
        }
    }

    /// Returns the values of the contact, and of the form in which this vendor gets it.
    fn sent_values(&self, contact: &UnifiedContact) -> IdentifyingValues {
        let values = IdentifyingValues::from_contact(contact);
        match self.provider.draft(contact) {
            Ok(draft) => values.merge(IdentifyingValues::from_json(&draft.body)),
            Err(_) => values,
        }
    }

    /// Returns the end of a delivery to which the vendor returned a contact. A contact that it returned to another delivery of this
    /// process was there before.
    pub(super) fn done(&self, created: Created, key: &DeliveryKey) -> DeliveryEnd {
        if self.may_return_existing() && self.returned_ids.add(&created.id, key) {
            return DeliveryEnd::Done(created.with_existing(true), Some(Note::SharesRecord));
        }
        let is_uncompared = created.existing && created.returned.is_empty();
        DeliveryEnd::Done(created, is_uncompared.then_some(Note::NotCompared))
    }

    fn may_return_existing(&self) -> bool {
        matches!(self.capabilities.dedupe, Dedupe::ByVendor | Dedupe::Serialized)
    }

    fn another_person(&self, id: ContactId) -> ProviderError {
        let info = self.provider.info();
        ProviderError::new(info, Operation::Create, ErrorKind::AlreadyExists, Effect::Refused)
            .with_existing_id(Some(id))
            .with_existing_compared(Comparison::Differs)
            .with_message(ANOTHER_PERSON)
            .with_hint(COMPARE_AT_THE_VENDOR)
    }
}

/// Returns the note on a refusal that names an existing contact, where that was not compared.
pub(super) fn note_on_conflict(error: &ProviderError) -> Option<Note> {
    let is_uncompared = error.existing_comparison() == Comparison::NothingComparable;
    (is_conflict(error) && error.existing_id().is_some() && is_uncompared).then_some(Note::NotCompared)
}

fn is_conflict(error: &ProviderError) -> bool {
    error.kind() == ErrorKind::AlreadyExists && error.effect() != Effect::Unknown
}
