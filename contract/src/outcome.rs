//! Executes one operation on an adapter, once, without a retry.

use unicontact_providers::comparison::IdentifyingValues;
use unicontact_providers::{
    ContactId, ContactProvider as _, Created, DeliveryKey, Draft, FindOutcome, FindRequest, Provider,
    ProviderError, SendPermit, UnifiedContact, attempt, contact_key, json_fingerprint,
};

use crate::fixture::Operation;

/// The result of an operation.
#[derive(Debug)]
pub(crate) enum Outcome {
    Created {
        id: String,
        existing: bool,
        /// The identifying values in the answer.
        returned: IdentifyingValues,
        /// The vendor's names of the fields that it did not take.
        ignored: Vec<String>,
    },
    Found(Option<String>),
    Unclear(Vec<String>),
    Checked,
    Failed(ProviderError),
}

pub(crate) async fn execute(operation: Operation, contact: &UnifiedContact, provider: &Provider) -> Outcome {
    try_execute(operation, contact, provider).await.unwrap_or_else(Outcome::Failed)
}

/// Returns the draft with an idempotency key, where the vendor takes one. The same contact has the same key everywhere, so that a
/// fixture holds it.
pub(crate) fn draft(contact: &UnifiedContact, provider: &Provider) -> Result<Draft, ProviderError> {
    let mut draft = provider.draft(contact)?;
    draft.set_idempotency_key(|_| idempotency_key(contact));
    Ok(draft)
}

/// Returns the idempotency key of every draft of a contact.
pub(crate) fn idempotency_key(contact: &UnifiedContact) -> String {
    json_fingerprint(&contact_key(contact))
}

impl From<Created> for Outcome {
    fn from(created: Created) -> Self {
        Self::Created {
            id: created.id.as_str().to_owned(),
            existing: created.existing,
            returned: created.returned,
            ignored: created.ignored.into_iter().map(|field| field.name).collect(),
        }
    }
}

async fn try_execute(
    operation: Operation,
    contact: &UnifiedContact,
    provider: &Provider,
) -> Result<Outcome, ProviderError> {
    let key = DeliveryKey::new(provider.info().name(), contact);
    Ok(match operation {
        Operation::Create => {
            let draft = draft(contact, provider)?;
            let created = attempt(provider, &draft, &SendPermit::default()).await?;
            Outcome::from(created)
        }
        Operation::Find => {
            let text = |id: ContactId| id.as_str().to_owned();
            match provider.find(&FindRequest::new(contact, &key)).await? {
                FindOutcome::Found(id) => Outcome::Found(Some(text(id))),
                FindOutcome::Nothing => Outcome::Found(None),
                FindOutcome::Unclear { candidates } => {
                    Outcome::Unclear(candidates.into_iter().map(text).collect())
                }
            }
        }
        Operation::Check => {
            provider.check().await?;
            Outcome::Checked
        }
    })
}
