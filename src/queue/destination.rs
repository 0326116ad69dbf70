//! Where the contacts of a provider go. All processes of a queue must agree: otherwise one worker would create contacts in another
//! account than the next.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use async_nats::jetstream::kv::{CreateErrorKind, Operation, UpdateErrorKind};
use serde::{Deserialize, Serialize};

use super::Queue;
use super::audit::{Audit, AuditAct};
use super::error::{QueueError, QueueErrorKind};
#[cfg(feature = "config")]
use crate::config::ConfiguredProvider;

/// The first part of the keys in the bucket; the provider's name follows.
const PREFIX: &str = "destination.";
/// The number of conflicts after which a write fails.
const MAX_CONFLICTS: u32 = 8;

/// The destination of a provider's contacts, and the limit on its requests. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Destination {
    /// The vendor's name.
    pub vendor: String,
    /// The address of the vendor's API.
    pub base_url: String,
    /// The keys of the configuration that name the account at the vendor, such as `organization_id`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub account: BTreeMap<String, String>,
    /// The largest number of attempts that begin in a second.
    pub requests_per_second: u32,
}

/// A limit that other workers of the queue have set otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OtherLimit {
    /// The provider's name.
    pub provider: String,
    /// The number of requests in a second that the workers before have.
    pub theirs: u32,
    /// The number of this configuration, which counts from now on for those that start.
    pub ours: u32,
}

impl Destination {
    /// Returns the destination of a configured provider. `None` if its address cannot be made of its keys.
    #[cfg(feature = "config")]
    pub fn from_configured(provider: &ConfiguredProvider) -> Option<Self> {
        let base_url = provider.config.addresses().first()?.to_string();
        let account = provider.config.account_keys().into_iter();
        Some(Self {
            vendor: provider.vendor.to_string(),
            base_url,
            account: account.map(|(key, value)| (key.to_owned(), value)).collect(),
            requests_per_second: provider.settings.requests_per_second,
        })
    }

    fn is_same_place(&self, other: &Self) -> bool {
        (&self.vendor, &self.base_url, &self.account) == (&other.vendor, &other.base_url, &other.account)
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at {}", self.vendor, self.base_url)?;
        for (key, value) in &self.account {
            write!(formatter, ", {key} {value}")?;
        }
        Ok(())
    }
}

impl Queue {
    /// Compares where the contacts of a provider go with what is recorded, and records it if nothing is.
    ///
    /// # Errors
    ///
    /// Another destination is recorded ([`QueueErrorKind::Unfit`]; the message has both), or the servers cannot be reached.
    pub async fn check_destination(
        &self,
        provider: &str,
        destination: &Destination,
    ) -> Result<(), QueueError> {
        match self.recorded_destination(provider).await? {
            Some((recorded, _)) => self.compare(provider, &recorded, destination),
            None if self.record_destination(provider, destination).await? => Ok(()),
            // Another process was first.
            None => match self.recorded_destination(provider).await? {
                Some((recorded, _)) => self.compare(provider, &recorded, destination),
                None => Ok(()),
            },
        }
    }

    /// Records the limit on a worker's requests to a provider. Returns the limit of the workers before, if it was another one.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn record_limit(
        &self,
        provider: &str,
        destination: &Destination,
    ) -> Result<Option<OtherLimit>, QueueError> {
        let Some((recorded, revision)) = self.recorded_destination(provider).await? else { return Ok(None) };
        let (theirs, ours) = (recorded.requests_per_second, destination.requests_per_second);
        if theirs == ours {
            return Ok(None);
        }
        self.write_destination(provider, &Destination { requests_per_second: ours, ..recorded }, revision)
            .await?;
        Ok(Some(OtherLimit { provider: provider.to_owned(), theirs, ours }))
    }

    /// Records where the contacts of a provider go from now on, for all processes that start. Running ones keep the earlier
    /// destination: stop them first. Returns the earlier one, if it was another.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn adopt_destination(
        &self,
        provider: &str,
        destination: &Destination,
        by: Option<String>,
    ) -> Result<Option<Destination>, QueueError> {
        for _ in 0..MAX_CONFLICTS {
            let Some((recorded, revision)) = self.recorded_destination(provider).await? else {
                return Ok(None);
            };
            if recorded.is_same_place(destination) {
                return Ok(None);
            }
            if self.write_destination(provider, destination, revision).await? {
                let reason = format!("from {recorded} to {destination}");
                let audit = Audit::new(AuditAct::Adopted, provider, by).with_reason(Some(reason));
                self.record_act(audit).await?;
                return Ok(Some(recorded));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(QueueError::new(self.name(), QueueErrorKind::Unfit, "others change its destinations; try again"))
    }

    fn compare(
        &self,
        provider: &str,
        recorded: &Destination,
        destination: &Destination,
    ) -> Result<(), QueueError> {
        if recorded.is_same_place(destination) {
            return Ok(());
        }
        let detail = format!(
            "{provider} goes to another place than this configuration says: the processes of the queue send to {recorded}, and \
             this one would send to {destination}; correct the configuration, or stop all of them, and start one with --adopt"
        );
        Err(QueueError::new(self.name(), QueueErrorKind::Unfit, &detail))
    }

    /// Returns the recorded destination and its revision. Any replica answers, so that a change of a moment ago may be missing; a
    /// running worker compares again.
    async fn recorded_destination(&self, provider: &str) -> Result<Option<(Destination, u64)>, QueueError> {
        let entry = self.0.shared.entry(format!("{PREFIX}{provider}")).await;
        let entry = entry.map_err(|error| QueueError::unreachable(self.name(), &error))?;
        let Some(entry) = entry.filter(|entry| entry.operation == Operation::Put) else { return Ok(None) };
        if let Ok(recorded) = serde_json::from_slice(&entry.value) {
            return Ok(Some((recorded, entry.revision)));
        }
        let detail = format!(
            "the recorded destination of {provider} cannot be read; a newer version may have written it: update this process"
        );
        Err(QueueError::new(self.name(), QueueErrorKind::Unfit, &detail))
    }

    /// Records the first destination. Returns `false` if another process was first.
    async fn record_destination(
        &self,
        provider: &str,
        destination: &Destination,
    ) -> Result<bool, QueueError> {
        match self.0.shared.create(format!("{PREFIX}{provider}"), to_json(destination).into()).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == CreateErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(QueueError::unreachable(self.name(), &error)),
        }
    }

    /// Writes a destination over a revision. Returns `false` if another process changed it.
    async fn write_destination(
        &self,
        provider: &str,
        destination: &Destination,
        revision: u64,
    ) -> Result<bool, QueueError> {
        let key = format!("{PREFIX}{provider}");
        match self.0.shared.update(&key, to_json(destination).into(), revision).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => Ok(false),
            Err(error) => Err(QueueError::unreachable(self.name(), &error)),
        }
    }
}

/// A struct of texts and a number always serializes.
fn to_json(destination: &Destination) -> Vec<u8> {
    serde_json::to_vec(destination).unwrap_or_default()
}
