//! Plans a contact: the request that each provider would get. Planning changes nothing, and a plan holds no credential.

use std::fmt;
use std::path::PathBuf;

use futures_util::future::join_all;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use unicontact_providers::{ContactProvider, CowStr, Draft, ProviderError, UnifiedContact, contact_key};

use crate::fan_out::FanOut;
use crate::pipeline::Pipeline;
use crate::source_row::SourceLocation;

/// The requests that would be sent for one contact.
#[derive(Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// The contact's `external_id`, else the fingerprint of its content.
    pub contact: String,
    /// The row of a file that the contact was read from: `line`, `name`, `external_id` and `dropped` in JSON, each left out
    /// where there is none.
    #[serde(flatten)]
    pub source: SourceLocation,
    /// One draft for each provider, in the order of the configuration.
    pub drafts: Vec<PlannedDraft>,
}

/// The request that one provider would get.
#[derive(Debug)]
#[non_exhaustive]
pub struct PlannedDraft {
    /// The provider's name.
    pub provider: String,
    /// The provider's vendor.
    pub vendor: String,
    /// The file that describes the vendor, if the configuration names one.
    pub description: Option<PathBuf>,
    /// By what the vendor replaces an equal contact: `email`, `phone`, `external_id`, `name`. Empty where it never does.
    pub overwrites: Vec<CowStr>,
    /// The request, or the error because of which none would be sent.
    pub draft: Result<Draft, ProviderError>,
}

impl FanOut {
    /// Returns what would be sent for `contact`, as far as that is known without asking a vendor.
    pub fn plan_offline(&self, contact: &UnifiedContact) -> Plan {
        let drafts = self.pipelines().iter().map(|it| PlannedDraft::new(it, it.plan_offline(contact)));
        Plan::new(contact, drafts.collect())
    }

    /// Returns the plan for `contact`. With `online`, ids that only a vendor knows are read from the vendor.
    pub async fn plan(&self, contact: &UnifiedContact, online: bool) -> Plan {
        let drafts =
            self.pipelines().iter().map(async |it| PlannedDraft::new(it, it.plan(contact, online).await));
        Plan::new(contact, join_all(drafts).await)
    }
}

impl PlannedDraft {
    fn new(pipeline: &Pipeline, draft: Result<Draft, ProviderError>) -> Self {
        let info = pipeline.provider().info();
        Self {
            provider: info.name().to_owned(),
            vendor: info.vendor().to_owned(),
            description: pipeline.description_file().map(ToOwned::to_owned),
            overwrites: pipeline.provider().capabilities().overwrites.clone(),
            draft,
        }
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Plan").field("drafts", &self.drafts).finish_non_exhaustive()
    }
}

impl Plan {
    fn new(contact: &UnifiedContact, drafts: Vec<PlannedDraft>) -> Self {
        Self { contact: contact_key(contact), source: SourceLocation::default(), drafts }
    }

    /// Returns whether every provider would get a request.
    pub fn is_complete(&self) -> bool {
        self.drafts.iter().all(|planned| planned.draft.is_ok())
    }
}

impl Serialize for PlannedDraft {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("provider", &self.provider)?;
        map.serialize_entry("vendor", &self.vendor)?;
        if let Some(file) = &self.description {
            map.serialize_entry("description", &file.to_string_lossy())?;
        }
        if !self.overwrites.is_empty() {
            map.serialize_entry("overwrites", &self.overwrites)?;
        }
        match &self.draft {
            Ok(draft) => {
                map.serialize_entry("method", &draft.method)?;
                map.serialize_entry("url", &draft.redacted_url())?;
                map.serialize_entry("headers", &RedactedHeaders(draft))?;
                map.serialize_entry("body", &*draft.body)?;
                if !draft.lookups.is_empty() {
                    map.serialize_entry("lookups", &draft.lookups)?;
                }
                map.serialize_entry("fields", &draft.fields)?;
            }
            Err(error) => map.serialize_entry("error", error)?,
        }
        map.end()
    }
}

struct RedactedHeaders<'a>(&'a Draft);

impl Serialize for RedactedHeaders<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let headers = &self.0.headers;
        serializer.collect_map(headers.iter().map(|header| (&*header.name, header.value.redacted())))
    }
}
