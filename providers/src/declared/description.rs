//! Stand-in for the descriptions of vendors, until their reader is merged. It reads the account, the address and the path.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use serde_json::{Map, Value};
use thiserror::Error;
use toml_edit::{Document, Item, Table};
use unicontact_model::nearest_word;

use crate::capabilities::{Capabilities, MappingRow};
use crate::configuration::{ConfigError, ConfigProblem};
use crate::connection::{Connection, ConnectionOptions};
use crate::contact::UnifiedContact;
use crate::created::Created;
use crate::draft::{Draft, Method};
use crate::error::ProviderError;
use crate::exchange::Exchange;
use crate::http::{BaseUrl, Http};
use crate::mapping::Mapping;
use crate::prepared::Prepared;
use crate::provider::{ContactProvider, Provider};
use crate::provider_info::ProviderInfo;
use crate::secret::Secret;
use crate::vendor::VendorConfig;

const HUBSPOT: &str = r#"
format = 1
vendor = "hubspot"
title = "HubSpot"
docs = "https://developers.hubspot.com"
[account.access_token]
secret = true
about = "Access token of a private app."
[address]
base = "https://api.hubapi.com"
[create]
path = "/crm/v3/objects/contacts"
"#;
const TOP_LEVEL_KEYS: [&str; 20] = [
    "format", "vendor", "title", "docs", "source", "sources", "account", "address", "auth", "create", "name",
    "emails", "phones", "require", "success", "error", "words", "dedupe", "find", "custom",
];

static BUNDLED: LazyLock<Option<Arc<Description>>> =
    LazyLock::new(|| Description::parse(HUBSPOT).ok().map(Arc::new));

/// The description of a vendor.
#[derive(Debug)]
pub struct Description {
    vendor: String,
    title: String,
    docs: String,
    base: String,
    path: String,
    account: Vec<AccountKey>,
    overwrites: Vec<String>,
    capabilities: Capabilities,
}

#[derive(Debug)]
struct AccountKey {
    name: String,
    about: String,
    is_secret: bool,
    is_integer: bool,
    is_optional: bool,
}

/// All mistakes of a description.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", problems.iter().map(|it| format!("{}: {}: {}", it.line, it.key, it.message)).collect::<Vec<_>>().join("\n"))]
pub struct DescriptionError {
    /// At least one.
    pub problems: Vec<DescriptionProblem>,
}

/// One mistake of a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescriptionProblem {
    /// The line, from 1.
    pub line: usize,
    /// The key.
    pub key: String,
    /// What is wrong.
    pub message: String,
}

#[derive(Debug)]
struct StandInConfig {
    description: Arc<Description>,
    base_url: BaseUrl,
    accepts_overwrite: bool,
    secrets: BTreeMap<String, Secret>,
}

#[derive(Debug)]
struct StandIn {
    connection: Connection,
    description: Arc<Description>,
}

impl Description {
    /// Reads a description.
    ///
    /// # Errors
    ///
    /// All mistakes at once.
    pub fn parse(text: &str) -> Result<Self, DescriptionError> {
        let line = |start: usize| 1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count();
        let problem =
            |line, key: &str, message: String| DescriptionProblem { line, key: key.to_owned(), message };
        let document = Document::parse(text).map_err(|error| {
            let at = line(error.span().map_or(0, |span| span.start));
            DescriptionError { problems: vec![problem(at, "", format!("not TOML: {}", error.message()))] }
        })?;
        let table = document.as_table();
        let mut problems = Vec::new();
        for (key, item) in table {
            if !TOP_LEVEL_KEYS.contains(&key) {
                let at = table.key(key).and_then(toml_edit::Key::span).or_else(|| item.span());
                let near = nearest_word(key, TOP_LEVEL_KEYS).unwrap_or_default();
                let message = format!("unknown key, did you mean `{near}`?");
                problems.push(problem(line(at.map_or(0, |span| span.start)), key, message));
            }
        }
        let text_of = |table: &Table, key: &str| table.get(key).and_then(Item::as_str).map(str::to_owned);
        let mut required = |table: Option<&Table>, key: &str| {
            table.and_then(|table| text_of(table, key)).unwrap_or_else(|| {
                problems.push(problem(1, key, "is missing: set it".to_owned()));
                String::new()
            })
        };
        let under = |key| table.get(key).and_then(Item::as_table);
        let vendor = required(Some(table), "vendor");
        let title = required(Some(table), "title");
        let base = required(under("address"), "base");
        let path = required(under("create"), "path");
        let account = under("account").into_iter().flatten().filter_map(|(name, item)| {
            let item = item.as_table_like()?;
            let is = |key| item.get(key).and_then(Item::as_bool) == Some(true);
            let text = |key| item.get(key).and_then(Item::as_str).unwrap_or_default();
            Some(AccountKey {
                name: name.to_owned(),
                about: text("about").to_owned(),
                is_secret: is("secret"),
                is_integer: text("kind") == "integer",
                is_optional: is("optional"),
            })
        });
        let account = account.collect();
        let overwrites = under("create").and_then(|create| create.get("overwrites")?.as_array());
        let overwrites = overwrites.into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned));
        let overwrites = overwrites.collect();
        if !problems.is_empty() {
            return Err(DescriptionError { problems });
        }
        let fields = vec![MappingRow::new("name", "name")];
        Ok(Self {
            vendor,
            title,
            docs: text_of(table, "docs").unwrap_or_default(),
            base,
            path,
            account,
            overwrites,
            capabilities: Capabilities { fields: fields.into(), ..Capabilities::default() },
        })
    }

    /// Returns the bundled description of a vendor.
    pub fn bundled(name: &str) -> Option<Arc<Self>> {
        BUNDLED.clone().filter(|description| description.vendor == name)
    }

    /// Returns the vendors with bundled descriptions.
    pub fn bundled_names() -> impl Iterator<Item = &'static str> {
        ["hubspot"].into_iter()
    }

    /// Returns the text of a bundled description.
    pub fn bundled_text(name: &str) -> Option<&'static str> {
        (name == "hubspot").then_some(HUBSPOT)
    }

    /// Returns the vendor's name.
    pub fn vendor(&self) -> &str {
        &self.vendor
    }

    /// Returns the vendor's name in sentences.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns the address of the vendor's page.
    pub fn docs(&self) -> &str {
        &self.docs
    }

    /// Returns the capabilities of a provider without optional keys.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Returns by what the vendor's create overwrites a contact.
    pub fn overwrites(&self) -> &[String] {
        &self.overwrites
    }

    /// Returns the JSON Schema of the provider's own keys.
    #[cfg(feature = "schema")]
    pub fn schema(&self) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for key in &self.account {
            let kind = if key.is_integer { "integer" } else { "string" };
            let mut property = serde_json::json!({"description": key.about, "type": kind});
            if key.is_secret {
                property["writeOnly"] = Value::Bool(true);
            }
            if !key.is_optional {
                required.push(key.name.clone());
            }
            properties.insert(key.name.clone(), property);
        }
        let address =
            serde_json::json!({"description": "Another address.", "type": "string", "format": "uri"});
        properties.insert("base_url".to_owned(), address);
        if !self.overwrites.is_empty() {
            let accept = serde_json::json!({"description": "Whether creates may overwrite.", "type": "boolean", "examples": [true]});
            properties.insert("accept_overwrite".to_owned(), accept);
        }
        serde_json::json!({"description": self.title, "type": "object", "properties": properties, "required": required})
    }

    /// Reads the keys of a provider.
    ///
    /// # Errors
    ///
    /// The first key that is wrong.
    pub fn read(
        self: &Arc<Self>,
        mut keys: Map<String, Value>,
    ) -> Result<Box<dyn VendorConfig>, ConfigProblem> {
        let problem = |key: &str, message: &str| ConfigProblem::new(key.to_owned(), message);
        let base = match keys.remove("base_url") {
            None => self.base.clone(),
            Some(Value::String(text)) => text,
            Some(_) => return Err(problem("base_url", "expected text")),
        };
        let base_url = base.parse().map_err(|error| ConfigProblem::new("base_url", format!("{error}")))?;
        let accepts_overwrite = match keys.remove("accept_overwrite") {
            None => false,
            Some(value) => matches!(value, Value::Bool(true)) || value == "true",
        };
        let mut secrets = BTreeMap::new();
        for key in &self.account {
            let text = match keys.remove(&key.name) {
                None if key.is_optional => continue,
                None => return Err(problem(&key.name, "is missing: set it")),
                Some(Value::String(text)) if !key.is_integer || text.parse::<u64>().is_ok() => text,
                Some(Value::Number(number)) if key.is_integer => number.to_string(),
                Some(_) if key.is_integer => return Err(problem(&key.name, "expected a whole number")),
                Some(_) => return Err(problem(&key.name, "expected text")),
            };
            if key.is_secret {
                secrets.insert(key.name.clone(), Secret::from(text));
            }
        }
        if let Some(key) = keys.keys().next() {
            return Err(problem(key, "unknown key"));
        }
        Ok(Box::new(StandInConfig { description: Arc::clone(self), base_url, accepts_overwrite, secrets }))
    }
}

impl VendorConfig for StandInConfig {
    fn addresses(&self) -> Vec<&BaseUrl> {
        vec![&self.base_url]
    }

    fn secrets(&self) -> Vec<Option<&Secret>> {
        let secrets = self.description.account.iter().filter(|key| key.is_secret);
        secrets.map(|key| self.secrets.get(&key.name)).collect()
    }

    fn problems(&self) -> Vec<ConfigProblem> {
        let is_missing = !self.description.overwrites.is_empty() && !self.accepts_overwrite;
        let message = "creates overwrite an equal contact: set it to true to accept that";
        is_missing.then(|| ConfigProblem::new("accept_overwrite", message)).into_iter().collect()
    }

    fn connect(&self, options: ConnectionOptions, http: Http) -> Result<Provider, ConfigError> {
        let vendor = self.description.vendor.clone();
        let connection = Connection::new(options, vendor, self.base_url.clone(), http);
        Ok(Provider::custom(StandIn { connection, description: Arc::clone(&self.description) }))
    }
}

#[async_trait]
impl ContactProvider for StandIn {
    fn info(&self) -> &ProviderInfo {
        &self.connection.info
    }

    fn capabilities(&self) -> &Capabilities {
        &self.description.capabilities
    }

    fn connection(&self) -> Option<&Connection> {
        Some(&self.connection)
    }

    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let Description { vendor, title, path, capabilities, .. } = &*self.description;
        let mut mapping = Mapping::new(vendor.clone(), title.clone()).with_rows(&capabilities.fields);
        mapping.display_name(contact);
        mapping.drop_unmapped_fields(contact);
        let (body, fates) = mapping.finish();
        let segments: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
        let url = self.connection.base_url.join(&segments);
        Ok(Draft::new(Method::Post, url, body).with_fields(fates))
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        Ok(Prepared::new(draft.clone()))
    }

    fn interpret(&self, _sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        Err(exchange.no_readable_id(self.info()))
    }
}
