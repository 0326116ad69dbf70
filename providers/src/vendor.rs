//! A vendor as one value: its names, its capabilities, and how its configuration keys become an adapter.

use std::any::Any;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::capabilities::Capabilities;
use crate::configuration::{ConfigError, ConfigProblem, read};
use crate::connection::ConnectionOptions;
use crate::http::{BaseUrl, Http};
use crate::provider::Provider;
use crate::secret::Secret;
use crate::token::RefreshTokenStore;

/// A vendor, whether or not a provider is configured for it.
///
/// ```
/// use unicontact_providers::VENDORS;
///
/// for vendor in VENDORS {
///     println!("{} ({}): find {}", vendor.title(), vendor.name(), vendor.capabilities().find);
/// }
/// ```
pub struct Vendor {
    name: &'static str,
    title: &'static str,
    dedupe_key: Option<&'static str>,
    capabilities: Capabilities,
    read: Read,
    #[cfg(feature = "schema")]
    schema: fn() -> Value,
}

type Read = fn(Map<String, Value>) -> Result<Box<dyn VendorConfig>, ConfigProblem>;

/// The configuration keys of one provider, read and typed by its vendor.
///
/// `Debug` shows no credential. A caller that knows the vendor gets the typed keys back by casting to [`Any`].
pub trait VendorConfig: Any + fmt::Debug + Send + Sync {
    /// Returns every address that the provider may send to, the API's first.
    fn addresses(&self) -> Vec<&BaseUrl>;

    /// Returns every credential, set or not, in the same order each time.
    fn secrets(&self) -> Vec<Option<&Secret>>;

    /// Returns the file in which the provider keeps the newest credential, if it keeps one.
    fn store(&self) -> Option<&Path> {
        None
    }

    /// Makes relative paths start from `directory`, and names the files that the user did not after `provider`.
    fn resolve_paths(&mut self, directory: &Path, provider: &str) {
        let _ = (directory, provider);
    }

    /// Returns what is wrong with the keys beyond their types.
    fn problems(&self) -> Vec<ConfigProblem> {
        Vec::new()
    }

    /// Returns the adapter, which sends through `http`.
    ///
    /// # Errors
    ///
    /// All that [`problems`](Self::problems) returns.
    fn connect(&self, options: ConnectionOptions, http: Http) -> Result<Provider, ConfigError>;

    /// Returns the adapter, which keeps refresh tokens in `store` instead of a file. The default is for vendors that issue
    /// none.
    ///
    /// # Errors
    ///
    /// As those of [`connect`](Self::connect).
    fn connect_with_store(
        &self,
        options: ConnectionOptions,
        http: Http,
        store: Arc<dyn RefreshTokenStore>,
    ) -> Result<Provider, ConfigError> {
        drop(store);
        self.connect(options, http)
    }
}

impl Vendor {
    /// Returns a vendor whose configuration keys are the fields of `T`.
    pub(crate) const fn new<T: VendorConfig + DeserializeOwned + Described>(
        name: &'static str,
        title: &'static str,
        capabilities: Capabilities,
    ) -> Self {
        Self {
            name,
            title,
            dedupe_key: None,
            capabilities,
            read: read_boxed::<T>,
            #[cfg(feature = "schema")]
            schema: schema_of::<T>,
        }
    }

    /// Sets the key that makes the vendor return a similar contact instead of creating another.
    pub(crate) const fn with_dedupe_key(mut self, key: &'static str) -> Self {
        self.dedupe_key = Some(key);
        self
    }

    /// Returns its name in configuration and output: `smarttask`.
    pub fn name(&self) -> &str {
        self.name
    }

    /// Returns its name in sentences: `SmartTask`.
    pub fn title(&self) -> &str {
        self.title
    }

    /// Returns the key that turns on the vendor's dedupe, if it has one.
    pub fn dedupe_key(&self) -> Option<&str> {
        self.dedupe_key
    }

    /// Returns the capabilities of a provider without optional keys.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Returns the JSON Schema (draft 2020-12, without references) of its configuration keys. Credentials are `writeOnly`.
    #[cfg(feature = "schema")]
    pub fn schema(&self) -> Value {
        (self.schema)()
    }

    /// Reads configuration keys. A number or a boolean may be written as text, as environment variables write it.
    ///
    /// # Errors
    ///
    /// The first key that is unknown, missing or of another type. The message repeats no value.
    pub fn read(&self, keys: Map<String, Value>) -> Result<Box<dyn VendorConfig>, ConfigProblem> {
        (self.read)(keys)
    }

    /// Returns the adapter that these configuration keys describe, which sends through `http`.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::time::Duration;
    ///
    /// use serde_json::json;
    /// use unicontact_providers::clock::SystemClock;
    /// use unicontact_providers::http::Http;
    /// use unicontact_providers::{ConnectionOptions, ContactProvider, Vendor};
    ///
    /// let keys = json!({"organization_id": 7, "api_key_id": "id", "api_key_secret": "key"});
    /// let options =
    ///     ConnectionOptions { name: "voice".to_owned(), timeout: Duration::from_secs(20), default_region: None };
    /// let vendor = Vendor::by_name("cloverhound").ok_or("this build has no Cloverhound")?;
    /// let keys = keys.as_object().cloned().unwrap_or_default();
    /// let provider = vendor.connect(keys, options, Http::new(Arc::new(SystemClock))?)?;
    /// assert_eq!(provider.info().name(), "voice");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The keys that are wrong.
    pub fn connect(
        &self,
        keys: Map<String, Value>,
        options: ConnectionOptions,
        http: Http,
    ) -> Result<Provider, ConfigError> {
        self.read(keys)?.connect(options, http)
    }
}

impl fmt::Debug for Vendor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Vendor")
            .field("name", &self.name)
            .field("title", &self.title)
            .field("dedupe_key", &self.dedupe_key)
            .field("capabilities", &self.capabilities)
            .finish_non_exhaustive()
    }
}

/// A struct with a JSON Schema, in builds that have schemas.
#[cfg(feature = "schema")]
pub(crate) trait Described: schemars::JsonSchema {}
#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> Described for T {}
/// A struct with a JSON Schema, in builds that have schemas.
#[cfg(not(feature = "schema"))]
pub(crate) trait Described {}
#[cfg(not(feature = "schema"))]
impl<T> Described for T {}

fn read_boxed<T: VendorConfig + DeserializeOwned>(
    keys: Map<String, Value>,
) -> Result<Box<dyn VendorConfig>, ConfigProblem> {
    Ok(Box::new(read::<T>(keys)?))
}

#[cfg(feature = "schema")]
fn schema_of<T: schemars::JsonSchema>() -> Value {
    let mut settings = schemars::generate::SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    settings.into_generator().into_root_schema_for::<T>().to_value()
}
