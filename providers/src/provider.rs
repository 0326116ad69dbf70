//! The trait that every adapter implements, the enum that holds them, and what they promise.
//!
//! Its rule: trait and enum stay in this file, and `async_trait` stays above `enum_dispatch`
//! (the other order does not compile, and an enum in another crate silently gets no implementation).

use std::borrow::Cow;
use std::fmt;

use async_trait::async_trait;
use enum_dispatch::enum_dispatch;
use serde::Serialize;

#[cfg(feature = "cloverhound")]
use crate::cloverhound::Cloverhound;
use crate::contact::UnifiedContact;
use crate::delivery_key::DeliveryKey;
use crate::draft::{Draft, MappingRow};
#[cfg(feature = "emnify")]
use crate::emnify::Emnify;
use crate::error::ProviderError;
#[cfg(feature = "onecloud")]
use crate::onecloud::OneCloud;
#[cfg(feature = "smarttask")]
use crate::smarttask::SmartTask;

/// One configured connection to a vendor.
///
/// # Rules
///
/// An implementation keeps these; the contract suite holds it to each:
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
///
/// An adapter of your own goes into [`Provider::Custom`]; `examples/custom_provider.rs` shows one.
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

    /// Finds what an earlier create may have left behind.
    ///
    /// # Errors
    ///
    /// `unsupported` when the vendor documents no way to look; otherwise whatever reading fails with.
    async fn find(
        &self,
        contact: &UnifiedContact,
        key: &DeliveryKey,
    ) -> Result<Option<ContactId>, ProviderError>;

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

    async fn find(
        &self,
        contact: &UnifiedContact,
        key: &DeliveryKey,
    ) -> Result<Option<ContactId>, ProviderError> {
        (**self).find(contact, key).await
    }

    async fn check(&self) -> Result<(), ProviderError> {
        (**self).check().await
    }
}

/// Which provider it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderInfo {
    name: String,
    vendor: Cow<'static, str>,
}

impl ProviderInfo {
    /// The provider called `name`, a connection to `vendor`.
    pub fn new(name: impl Into<String>, vendor: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), vendor: vendor.into() }
    }

    /// The name that the configuration gives it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The vendor, in lower case: `smarttask`.
    pub fn vendor(&self) -> &str {
        &self.vendor
    }
}

/// What a provider promises.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Capabilities {
    /// Whether sending the same create twice makes two contacts.
    pub dedupe: Dedupe,
    /// Whether [`ContactProvider::find`] works.
    pub find: bool,
    /// Whether [`ContactProvider::check`] works.
    pub check: bool,
    /// The fields that it can hold, and their limits.
    pub fields: &'static [MappingRow],
}

/// Whether the vendor itself keeps a create from making a second contact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dedupe {
    /// Every create makes a contact.
    #[default]
    Never,
    /// The vendor documents that it returns a similar contact instead of making another.
    ByVendor,
}

impl Dedupe {
    /// Whether a create may be repeated although the first may have worked.
    pub fn is_safe(self) -> bool {
        self == Self::ByVendor
    }
}

/// The vendor's id of a contact. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ContactId(String);

impl ContactId {
    /// The id, unless it is blank.
    pub fn new(id: impl Into<String>) -> Option<Self> {
        let id = id.into();
        (!id.trim().is_empty()).then_some(Self(id))
    }

    /// The id as the vendor wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContactId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A contact that is in the vendor's data now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The vendor's id of it.
    pub id: ContactId,
    /// Whether the answer proves that it was there before. `false` also when nothing proves either.
    pub existing: bool,
}
