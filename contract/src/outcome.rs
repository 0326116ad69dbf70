//! Asking an adapter, and what comes out.
//!
//! Rule: it is asked once. What failed stays as it is: nothing in here tries again.

use unicontact_providers::{
    ContactId, ContactProvider as _, DeliveryKey, FindOutcome, FindRequest, Provider, ProviderError,
    SendPermit, UnifiedContact, attempt,
};

use crate::fixture::Asked;

/// What came out of asking an adapter.
#[derive(Debug)]
pub(crate) enum Outcome {
    Created { id: String, existing: bool },
    Found(Option<String>),
    Unclear(Vec<String>),
    Checked,
    Failed(ProviderError),
}

pub(crate) async fn ask(asked: Asked, contact: &UnifiedContact, provider: &Provider) -> Outcome {
    ask_provider(asked, contact, provider).await.unwrap_or_else(Outcome::Failed)
}

async fn ask_provider(
    asked: Asked,
    contact: &UnifiedContact,
    provider: &Provider,
) -> Result<Outcome, ProviderError> {
    let key = DeliveryKey::new(provider.info().name(), contact);
    Ok(match asked {
        Asked::Create => {
            let draft = provider.draft(contact)?;
            let created = attempt(provider, &draft, &SendPermit::default()).await?;
            Outcome::Created { id: created.id.as_str().to_owned(), existing: created.existing }
        }
        Asked::Find => {
            let text = |id: ContactId| id.as_str().to_owned();
            match provider.find(&FindRequest::new(contact, &key)).await? {
                FindOutcome::Found(id) => Outcome::Found(Some(text(id))),
                FindOutcome::Nothing => Outcome::Found(None),
                FindOutcome::Unclear { candidates } => {
                    Outcome::Unclear(candidates.into_iter().map(text).collect())
                }
            }
        }
        Asked::Check => {
            provider.check().await?;
            Outcome::Checked
        }
    })
}
