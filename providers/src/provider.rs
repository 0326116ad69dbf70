//! The trait that every adapter implements, the enum that holds them, and what they promise.
//!
//! Its rule: trait and enum stay in this file, and `async_trait` stays above `enum_dispatch`
//! (the other order does not compile, and an enum in another crate silently gets no implementation).

use std::fmt;

use async_trait::async_trait;
use enum_dispatch::enum_dispatch;

use crate::capabilities::Capabilities;
#[cfg(feature = "cloverhound")]
use crate::cloverhound::Cloverhound;
use crate::comparison::IdentifyingValues;
use crate::contact::UnifiedContact;
use crate::created::Created;
use crate::draft::Draft;
#[cfg(feature = "emnify")]
use crate::emnify::Emnify;
use crate::error::{Effect, ErrorKind, Operation, ProviderError};
use crate::listing::Listing;
#[cfg(feature = "onecloud")]
use crate::onecloud::OneCloud;
use crate::provider_info::ProviderInfo;
#[cfg(feature = "smarttask")]
use crate::smarttask::SmartTask;
use unicontact_model::ContactId;
use unicontact_model::DeliveryKey;
use unicontact_model::{FindOutcome, FindRequest};

const NO_LIST: &str = "the vendor documents no list of its contacts";

/// One configured connection to a vendor.
///
/// # Rules
///
/// An implementation keeps these; the contract suite, `testkit`, a cargo feature, holds the four built-in ones to them, and
/// yours if you let it:
///
/// 1. [`create`](Self::create) never waits, retries or spawns. Fetching a token or resolving a look-up first is
///    part of it; sending the create twice is not.
/// 2. `Ok` comes only with an id that the vendor returned. A 2xx is a claim, judged by its body.
/// 3. [`ProviderError::effect`] is truthful. In doubt it is `unknown`.
/// 4. A field that the vendor cannot hold has a fate in the draft, never silence.
/// 5. Errors and `Debug` hold no credential, no URL query and no contact data.
/// 6. [`check`](Self::check) changes nothing.
/// 7. The same contact drafts to the same bytes every time.
/// 8. Any bytes as an answer give an `Err` or an `Ok`, never a panic.
/// 9. What [`capabilities`](Self::capabilities) claims works; what it does not claim is `unsupported`.
/// 10. [`find`](Self::find) answers [`Nothing`](FindOutcome::Nothing) only after everything was read that the vendor holds,
///     and [`find_many`](Self::find_many) answers as `find` does.
/// 11. [`Created::returned`] holds the contact that the vendor returned, so that another person's is noticed.
///
/// An adapter of your own goes into [`Provider::Custom`]; `examples/custom_provider` shows one.
#[async_trait]
#[enum_dispatch]
pub trait ContactProvider: fmt::Debug + Send + Sync {
    /// Vendor and configured name. Never credentials.
    fn info(&self) -> &ProviderInfo;

    /// What this provider promises. Every claim is tested.
    fn capabilities(&self) -> Capabilities;

    /// What would be sent, and the fate of every field. Touches no network.
    ///
    /// # Errors
    ///
    /// `unmappable` when the contact lacks what the vendor requires.
    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError>;

    /// The draft with its look-ups resolved. Reads from the vendor, changes nothing there.
    ///
    /// # Errors
    ///
    /// Whatever reading fails with; the effect is never `unknown`.
    async fn resolve(&self, draft: Draft) -> Result<Draft, ProviderError>;

    /// Creates one contact with at most one request that can change data.
    ///
    /// # Errors
    ///
    /// The error's effect says what the attempt may have done.
    async fn create(&self, contact: &UnifiedContact, key: &DeliveryKey) -> Result<Created, ProviderError>;

    /// The same with the draft that this provider made of the contact just before: it need not be made again.
    ///
    /// # Errors
    ///
    /// As those of [`create`](Self::create).
    async fn create_drafted(
        &self,
        draft: Draft,
        contact: &UnifiedContact,
        key: &DeliveryKey,
    ) -> Result<Created, ProviderError> {
        drop(draft);
        self.create(contact, key).await
    }

    /// Looks for what an earlier create may have left behind. It reads all that could be it:
    /// [`Nothing`](FindOutcome::Nothing) permits another create.
    ///
    /// # Errors
    ///
    /// `unsupported` when the vendor documents no way to look; otherwise the error of the read.
    async fn find(&self, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError>;

    /// Looks for several contacts, with one request where the vendor lists
    /// ([`Capabilities::lists`]). Returns one answer for each request, in their order.
    async fn find_many(&self, requests: &[FindRequest<'_>]) -> Vec<Result<FindOutcome, ProviderError>> {
        let mut outcomes = Vec::with_capacity(requests.len());
        for request in requests {
            outcomes.push(self.find(request).await);
        }
        outcomes
    }

    /// Reads the contact that the vendor holds as `id`, to compare it with one that was sent. Returns no values where the
    /// vendor does not hold it or documents no way to read it; so does the default.
    ///
    /// # Errors
    ///
    /// The error of the read.
    async fn read_contact(&self, id: &ContactId) -> Result<IdentifyingValues, ProviderError> {
        let _ = id;
        Ok(IdentifyingValues::default())
    }

    /// Reads all contacts that the vendor holds. Changes nothing there.
    ///
    /// A listing that is not known to be whole says so ([`Listing::is_complete`]). The default is for a vendor that documents no
    /// list of its contacts.
    ///
    /// # Errors
    ///
    /// `unsupported` when the vendor documents no list; otherwise the error of the read.
    async fn list_contacts(&self) -> Result<Listing, ProviderError> {
        let (info, kind) = (self.info(), ErrorKind::Unsupported);
        Err(ProviderError::new(info, Operation::List, kind, Effect::NotSent).with_message(NO_LIST))
    }

    /// Makes every later request use a new connection, because an answer belonged to another request. The default does
    /// nothing: for an adapter that keeps no connections.
    fn discard_connections(&self) {}

    /// Proves that the credentials work, without changing data.
    ///
    /// # Errors
    ///
    /// `unsupported` when the vendor documents no request that proves it without changing data.
    async fn check(&self) -> Result<(), ProviderError>;
}

/// The adapters of this crate, and any other behind [`Provider::Custom`].
#[enum_dispatch(ContactProvider)]
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there are a handful, and they live as long as the process")]
pub enum Provider {
    /// `SmartTask`.
    #[cfg(feature = "smarttask")]
    SmartTask(SmartTask),
    /// emnify organisation contacts.
    #[cfg(feature = "emnify")]
    Emnify(Emnify),
    /// Cloverhound.
    #[cfg(feature = "cloverhound")]
    Cloverhound(Cloverhound),
    /// `OneCloud`.
    #[cfg(feature = "onecloud")]
    OneCloud(OneCloud),
    /// An adapter of your own.
    Custom(Box<dyn ContactProvider>),
}

#[async_trait]
impl<P: ContactProvider + ?Sized> ContactProvider for Box<P> {
    fn info(&self) -> &ProviderInfo {
        (**self).info()
    }

    fn capabilities(&self) -> Capabilities {
        (**self).capabilities()
    }

    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        (**self).draft(contact)
    }

    async fn resolve(&self, draft: Draft) -> Result<Draft, ProviderError> {
        (**self).resolve(draft).await
    }

    async fn create(&self, contact: &UnifiedContact, key: &DeliveryKey) -> Result<Created, ProviderError> {
        (**self).create(contact, key).await
    }

    async fn create_drafted(
        &self,
        draft: Draft,
        contact: &UnifiedContact,
        key: &DeliveryKey,
    ) -> Result<Created, ProviderError> {
        (**self).create_drafted(draft, contact, key).await
    }

    async fn find(&self, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        (**self).find(request).await
    }

    async fn find_many(&self, requests: &[FindRequest<'_>]) -> Vec<Result<FindOutcome, ProviderError>> {
        (**self).find_many(requests).await
    }

    async fn read_contact(&self, id: &ContactId) -> Result<IdentifyingValues, ProviderError> {
        (**self).read_contact(id).await
    }

    async fn list_contacts(&self) -> Result<Listing, ProviderError> {
        (**self).list_contacts().await
    }

    fn discard_connections(&self) {
        (**self).discard_connections();
    }

    async fn check(&self) -> Result<(), ProviderError> {
        (**self).check().await
    }
}
