//! The front door: one value that creates contacts in every configured CRM.

mod builder;
mod error;
#[cfg(feature = "config")]
mod from_config;
#[cfg(all(feature = "config", feature = "sqlite"))]
mod journal_file;
#[cfg(feature = "sqlite")]
mod reports;
mod startup;

use std::sync::Arc;

#[cfg(feature = "sqlite")]
use futures_util::{FutureExt, Stream, StreamExt};
use unicontact_providers::UnifiedContact;

pub use self::builder::ClientBuilder;
pub use self::error::ClientError;
#[cfg(feature = "sqlite")]
pub use self::reports::Reports;
use self::startup::Startup;
#[cfg(feature = "sqlite")]
use crate::bulk::Import;
use crate::fan_out::FanOut;
use crate::plan::Plan;
use crate::report::Report;
#[cfg(feature = "sqlite")]
use crate::source_row::SourceRow;

/// Creates contacts in every provider that it was built with, and never twice by accident if it keeps a journal.
///
/// Clones share their connections, limits and journal. It needs a Tokio runtime with time and network.
///
/// ```no_run
/// use unicontact::{Client, Verdict};
/// use unicontact::providers::UnifiedContact;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::from_config("unicontact.toml")?;
/// let contact: UnifiedContact = serde_json::from_str(r#"{"external_id": "42", "name": "Ada King"}"#)?;
///
/// for planned in &client.plan(&contact).drafts {
///     println!("{}: {}", planned.provider, if planned.draft.is_ok() { "would be sent" } else { "would be refused" });
/// }
/// let report = client.create(contact).await;
/// match report.verdict(client.fan_out().policy()) {
///     Verdict::Done => println!("every provider has the contact"),
///     Verdict::Incomplete => println!("the report says which provider does not have it, and why"),
///     Verdict::InDoubt => println!("a provider may have it: look there, or create it again after `look_again_at`"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Client {
    fan_out: FanOut,
    startup: Arc<Startup>,
}

impl Client {
    fn new(fan_out: FanOut, startup: Startup) -> Self {
        Self { fan_out, startup: Arc::new(startup) }
    }

    /// Returns a builder without providers.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Delivers one contact to every provider and returns when all deliveries have ended.
    ///
    /// What a vendor answers is never an error of this call: each provider has its entry in the report, with its outcome.
    /// Dropping the future cuts the deliveries off; the journal then holds those that had begun as in doubt.
    ///
    /// Nothing is sent where the journal recognizes people by another method than the client: the deliveries are `failed`.
    pub async fn create(&self, contact: UnifiedContact) -> Report {
        match self.startup.run(&self.fan_out).await {
            Ok(()) => self.fan_out.deliver(contact).await,
            Err(error) => self.fan_out.report_unusable_journal(&contact, &error).await,
        }
    }

    /// Returns what [`create`](Self::create) would send, and the fate of every field. Nothing is sent, and no journal is asked.
    pub fn plan(&self, contact: &UnifiedContact) -> Plan {
        self.fan_out.plan_offline(contact)
    }

    /// Delivers a stream of contacts and returns the stream of their reports. However many contacts there are, only a window of
    /// them is in memory: the next ones are taken as reports are.
    ///
    /// ```no_run
    /// # use unicontact::Client;
    /// # use unicontact::providers::UnifiedContact;
    /// # async fn example(client: Client, contacts: Vec<UnifiedContact>) {
    /// let mut reports = client.import(futures_util::stream::iter(contacts));
    /// while let Some(report) = reports.next().await {
    ///     println!("{}: {:?}", report.contact, report.deliveries);
    /// }
    /// for open in reports.import().open_breakers() {
    ///     println!("{} is paused: {}. {}", open.provider, open.message, open.hint);
    /// }
    /// # }
    /// ```
    #[cfg(feature = "sqlite")]
    pub fn import<S, R>(&self, contacts: S) -> Reports
    where
        S: Stream<Item = R> + Send + 'static,
        R: Into<SourceRow> + Send + 'static,
    {
        let import = Import::new(self.fan_out.clone());
        let (startup, fan_out, running) = (Arc::clone(&self.startup), self.fan_out.clone(), import.clone());
        let reports = async move {
            match startup.run(&fan_out).await {
                Ok(()) => running.run(contacts).left_stream(),
                Err(error) => {
                    let unusable = move |row: R| {
                        let (fan_out, error, row) = (fan_out.clone(), error.clone(), row.into());
                        async move { fan_out.report_unusable_journal(&row.contact, &error).await }
                    };
                    contacts.then(unusable).right_stream()
                }
            }
        };
        let reports = reports.flatten_stream();
        Reports::new(import, reports)
    }

    /// Returns the providers, with everything that can be done beyond this type: single deliveries that can be stopped,
    /// deliberate repeats, [`Import`](crate::bulk::Import) with its options.
    pub fn fan_out(&self) -> &FanOut {
        &self.fan_out
    }
}
