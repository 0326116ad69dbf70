//! The trait that every adapter implements, and the enum that holds the adapters.
//!
//! Trait and enum stay in this file, and `async_trait` stays above `enum_dispatch`: the other order does not compile, and an
//! enum in another crate gets no implementation, without an error.

use std::fmt;

use async_trait::async_trait;
use enum_dispatch::enum_dispatch;

use crate::capabilities::Capabilities;
#[cfg(feature = "cloverhound")]
use crate::cloverhound::Cloverhound;
use crate::comparison::IdentifyingValues;
use crate::connection::Connection;
use crate::contact::UnifiedContact;
use crate::created::Created;
use crate::declared::Declared;
use crate::draft::Draft;
#[cfg(feature = "emnify")]
use crate::emnify::Emnify;
use crate::error::{Effect, ErrorKind, Operation, ProviderError};
use crate::exchange::Exchange;
use crate::listing::Listing;
#[cfg(feature = "onecloud")]
use crate::onecloud::OneCloud;
use crate::prepared::Prepared;
use crate::provider_info::ProviderInfo;
use crate::send_permit::SendPermit;
#[cfg(feature = "smarttask")]
use crate::smarttask::SmartTask;
use crate::token::Renewal;
use unicontact_model::ContactId;
use unicontact_model::{FindOutcome, FindRequest};

const NO_CONNECTION: &str = "the adapter has no HTTP connection and does not send by itself";
const NO_SEARCH: &str = "the vendor documents no way to look for a contact";
const NO_LIST: &str = "the vendor documents no list of its contacts";
const NO_CHECK: &str = "the vendor documents no request that proves the credentials without changing data";

/// One configured connection to a vendor. An adapter maps contacts, prepares requests and interprets answers; [`attempt`](crate::attempt)
/// sends the create, in one place for all adapters.
///
/// # Rules
///
/// An implementation keeps these rules. The contract suite (`testkit`, a cargo feature) tests them for the built-in adapters and
/// for yours:
///
/// 1. A create sends at most one request that can change data, in [`send`](Self::send), and nothing waits, retries or spawns.
///    [`prepare`](Self::prepare) only reads.
/// 2. [`interpret`](Self::interpret) returns `Ok` only with an id that the vendor returned, or that the request chose where the
///    vendor lets its clients name contacts. A 2xx is a claim, judged by its body.
/// 3. [`ProviderError::effect`] is truthful. In doubt it is `unknown`.
/// 4. A field that the vendor cannot hold has a fate in the draft.
/// 5. Errors, `Debug` and all that it prints hold no credential, no URL query and no contact data.
/// 6. [`check`](Self::check) changes nothing.
/// 7. The same contact drafts to the same bytes every time.
/// 8. Any bytes as an answer give an `Err` or an `Ok`, never a panic.
/// 9. Each of its [`capabilities`](Self::capabilities) works; each that it does not claim is `unsupported`.
/// 10. [`find`](Self::find) returns [`Nothing`](FindOutcome::Nothing) only after everything was read that the vendor holds, and
///     [`find_many`](Self::find_many) returns what `find` does.
/// 11. [`Created::returned`] holds the contact that the vendor returned, so that the answer to another request is noticed.
///
/// An adapter of your own goes into [`Provider::Custom`]; `examples/custom_provider` shows one.
#[async_trait]
#[enum_dispatch]
pub trait ContactProvider: fmt::Debug + Send + Sync {
    /// Returns the vendor and the configured name. Never credentials.
    fn info(&self) -> &ProviderInfo;

    /// Returns the capabilities of this provider. The suite tests every claim.
    fn capabilities(&self) -> &Capabilities;

    /// Returns the HTTP connection through which [`send`](Self::send) sends. The default is for a vendor that does not speak
    /// HTTP.
    fn connection(&self) -> Option<&Connection> {
        None
    }

    /// Maps the contact to a request and gives every field a fate. Pure: it touches no network, and the same contact gives the
    /// same request.
    ///
    /// # Errors
    ///
    /// `unmappable` when the contact lacks what the vendor requires.
    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError>;

    /// Completes the draft with look-ups and credentials. It is called before every attempt, since tokens and signatures age,
    /// and only reads.
    ///
    /// # Errors
    ///
    /// The error of a read; its effect is never `unknown`.
    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError>;

    /// Sends what was prepared, once, and returns the exchange.
    ///
    /// The default sends it through [`connection`](Self::connection). An adapter whose vendor does not speak HTTP overrides it:
    /// it sends once and puts the vendor's answer into an [`Exchange`]. From the call on, the contact counts as possibly sent; an
    /// adapter that connects first holds the permit ([`SendPermit::hold`]), uses it immediately before the first byte leaves
    /// ([`SendPermit::begin`]), and sends nothing if that fails.
    ///
    /// # Errors
    ///
    /// When no answer came. The effect is `not_sent` only if the permit was not used or nothing can have arrived.
    async fn send(&self, prepared: &Prepared, permit: &SendPermit) -> Result<Exchange, ProviderError> {
        match self.connection() {
            Some(connection) => connection.send_prepared(prepared, permit).await,
            None => Err(unsupported(self.info(), Operation::Create, NO_CONNECTION)),
        }
    }

    /// Judges the vendor's answer to what was sent. Pure: any bytes give a verdict.
    ///
    /// # Errors
    ///
    /// The verdict, when the answer is not a contact with an id.
    fn interpret(&self, sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError>;

    /// Discards a credential that the vendor refused with `error`, and returns whether another one can be fetched. The default
    /// is for credentials that are only configured.
    async fn invalidate_credentials(&self, sent: &Prepared, error: &ProviderError) -> Renewal {
        let _ = (sent, error);
        Renewal::Unavailable
    }

    /// Searches for a contact that an earlier create may have created. It reads every record that could be the contact, because
    /// [`Nothing`](FindOutcome::Nothing) permits another create of a contact that is [`searchable`](Self::searchable) fully. The
    /// default is for a vendor without a documented search.
    ///
    /// # Errors
    ///
    /// `unsupported` when the vendor documents no search; otherwise the error of the read.
    async fn find(&self, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        let _ = request;
        Err(unsupported(self.info(), Operation::Find, NO_SEARCH))
    }

    /// Returns how much [`find`](Self::find) can tell about this contact. By default everything, if the vendor can be searched.
    fn searchable(&self, contact: &UnifiedContact) -> Searchable {
        let _ = contact;
        if self.capabilities().find { Searchable::Fully } else { Searchable::No }
    }

    /// Searches for several contacts, with one request where the vendor lists ([`Capabilities::lists`]). Returns one outcome for
    /// each request, in their order.
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

    /// Reads the contact that the vendor named as `id` when it was sent the contact of `sent`. For vendors that are searched for what
    /// was sent, and document no way to read a contact by its id. The default is [`read_contact`](Self::read_contact).
    ///
    /// # Errors
    ///
    /// The error of the read.
    async fn read_existing(
        &self,
        id: &ContactId,
        sent: &FindRequest<'_>,
    ) -> Result<IdentifyingValues, ProviderError> {
        let _ = sent;
        self.read_contact(id).await
    }

    /// Reads all contacts that the vendor holds. Changes nothing there.
    ///
    /// A listing that may be incomplete is marked so ([`Listing::is_complete`]). The default is for a vendor that documents no
    /// list of its contacts.
    ///
    /// # Errors
    ///
    /// `unsupported` when the vendor documents no list; otherwise the error of the read.
    async fn list_contacts(&self) -> Result<Listing, ProviderError> {
        Err(unsupported(self.info(), Operation::List, NO_LIST))
    }

    /// Makes every later request use a new connection, because an answer belonged to another request.
    fn discard_connections(&self) {
        if let Some(connection) = self.connection() {
            connection.discard_connections();
        }
    }

    /// Proves that the credentials work, without changing data. The default is for a vendor that documents no request for it.
    ///
    /// # Errors
    ///
    /// `unsupported` when the vendor documents no request that proves it without changing data.
    async fn check(&self) -> Result<(), ProviderError> {
        Err(unsupported(self.info(), Operation::Check, NO_CHECK))
    }
}

/// Returns the error of an operation that the vendor documents no way to do.
fn unsupported(info: &ProviderInfo, operation: Operation, message: &str) -> ProviderError {
    ProviderError::new(info, operation, ErrorKind::Unsupported, Effect::NotSent).with_message(message)
}

/// How much a search of the vendor can tell about a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Searchable {
    /// No search applies to the contact: it has no value by which the vendor is searched.
    No,
    /// A search may find the contact, but not prove that it is not there: the vendor may store the value in another form.
    Partly,
    /// A search finds the contact, or proves that it is not there.
    Fully,
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
    /// A vendor that a file describes.
    Declared(Declared),
    /// An adapter of your own.
    Custom(Box<dyn ContactProvider>),
}

impl Provider {
    /// Returns an adapter of your own as a provider.
    pub fn custom(adapter: impl ContactProvider + 'static) -> Self {
        Self::Custom(Box::new(adapter))
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<P: ContactProvider + ?Sized> ContactProvider for Box<P> {
    fn info(&self) -> &ProviderInfo {
        (**self).info()
    }

    fn capabilities(&self) -> &Capabilities {
        (**self).capabilities()
    }

    fn connection(&self) -> Option<&Connection> {
        (**self).connection()
    }

    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        (**self).draft(contact)
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        (**self).prepare(draft).await
    }

    async fn send(&self, prepared: &Prepared, permit: &SendPermit) -> Result<Exchange, ProviderError> {
        (**self).send(prepared, permit).await
    }

    fn interpret(&self, sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        (**self).interpret(sent, exchange)
    }

    async fn invalidate_credentials(&self, sent: &Prepared, error: &ProviderError) -> Renewal {
        (**self).invalidate_credentials(sent, error).await
    }

    async fn find(&self, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        (**self).find(request).await
    }

    fn searchable(&self, contact: &UnifiedContact) -> Searchable {
        (**self).searchable(contact)
    }

    async fn find_many(&self, requests: &[FindRequest<'_>]) -> Vec<Result<FindOutcome, ProviderError>> {
        (**self).find_many(requests).await
    }

    async fn read_contact(&self, id: &ContactId) -> Result<IdentifyingValues, ProviderError> {
        (**self).read_contact(id).await
    }

    async fn read_existing(
        &self,
        id: &ContactId,
        sent: &FindRequest<'_>,
    ) -> Result<IdentifyingValues, ProviderError> {
        (**self).read_existing(id, sent).await
    }

    async fn list_contacts(&self) -> Result<Listing, ProviderError> {
        (**self).list_contacts().await
    }

    async fn check(&self) -> Result<(), ProviderError> {
        (**self).check().await
    }

    fn discard_connections(&self) {
        (**self).discard_connections();
    }
}
