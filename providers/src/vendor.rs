//! A vendor as one value: its names, its capabilities, and how its configuration keys become an adapter.

use std::any::Any;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::capabilities::Capabilities;
use crate::configuration::{ConfigError, ConfigProblem, read};
use crate::connection::ConnectionOptions;
use crate::declared::Description;
use crate::http::{BaseUrl, Http};
use crate::provider::Provider;
use crate::secret::Secret;
use crate::token::RefreshTokenStore;

/// A vendor, whether or not a provider is configured for it: a Rust adapter, or a vendor with a description. A clone is cheap.
///
/// ```
/// use unicontact_providers::VENDORS;
///
/// for vendor in VENDORS {
///     println!("{} ({}): find {}", vendor.title(), vendor.name(), vendor.capabilities().find);
/// }
/// ```
#[derive(Clone)]
pub struct Vendor {
    source: VendorSource,
    definition: Definition,
}

/// Where a vendor is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VendorSource {
    /// A Rust adapter of this build.
    Adapter,
    /// A description that is a part of this build.
    Bundled,
    /// A description in this file.
    File(PathBuf),
}

/// What a vendor is made of.
#[derive(Clone)]
enum Definition {
    Adapter(Adapter),
    Description(Arc<Description>),
}

/// A vendor with a Rust adapter.
#[derive(Clone)]
struct Adapter {
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

    /// Returns the keys that name the account at the vendor in which contacts are created, such as `organization_id`, with their values.
    /// None of them is a secret. A vendor whose credential alone names the account has none.
    fn account_keys(&self) -> Vec<(&str, String)> {
        Vec::new()
    }

    /// Returns every credential with its key, set or not, in the same order each time.
    fn secrets(&self) -> Vec<(&str, Option<&Secret>)>;

    /// Returns the keys whose values follow from a credential, with their values, such as the host in an API key. None of them is
    /// a secret. With these keys set as well, another credential leaves the addresses as they are.
    fn derived_keys(&self) -> Vec<(&str, String)> {
        Vec::new()
    }

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
    /// Returns a vendor with a Rust adapter, whose configuration keys are the fields of `T`.
    pub(crate) const fn new<T: VendorConfig + DeserializeOwned + Described>(
        name: &'static str,
        title: &'static str,
        capabilities: Capabilities,
    ) -> Self {
        let adapter = Adapter {
            name,
            title,
            dedupe_key: None,
            capabilities,
            read: read_boxed::<T>,
            #[cfg(feature = "schema")]
            schema: schema_of::<T>,
        };
        Self { source: VendorSource::Adapter, definition: Definition::Adapter(adapter) }
    }

    /// Sets the key that makes the vendor return a similar contact instead of creating another.
    pub(crate) const fn with_dedupe_key(mut self, key: &'static str) -> Self {
        if let Definition::Adapter(adapter) = &mut self.definition {
            adapter.dedupe_key = Some(key);
        }
        self
    }

    /// Returns the vendor of a description that is a part of this build.
    pub fn bundled(description: Arc<Description>) -> Self {
        Self { source: VendorSource::Bundled, definition: Definition::Description(description) }
    }

    /// Returns the vendor of a description in a file.
    pub fn from_file(description: Arc<Description>, file: impl Into<PathBuf>) -> Self {
        Self { source: VendorSource::File(file.into()), definition: Definition::Description(description) }
    }

    /// Returns its name in configuration and output: `smarttask`.
    pub fn name(&self) -> &str {
        match &self.definition {
            Definition::Adapter(adapter) => adapter.name,
            Definition::Description(description) => description.vendor(),
        }
    }

    /// Returns its name in sentences: `SmartTask`.
    pub fn title(&self) -> &str {
        match &self.definition {
            Definition::Adapter(adapter) => adapter.title,
            Definition::Description(description) => description.title(),
        }
    }

    /// Returns where it is from.
    pub fn source(&self) -> &VendorSource {
        &self.source
    }

    /// Returns its description. A Rust adapter has none.
    pub fn description(&self) -> Option<&Arc<Description>> {
        match &self.definition {
            Definition::Adapter(_) => None,
            Definition::Description(description) => Some(description),
        }
    }

    /// Returns the key that turns on the vendor's dedupe, if it has one.
    pub fn dedupe_key(&self) -> Option<&str> {
        match &self.definition {
            Definition::Adapter(adapter) => adapter.dedupe_key,
            Definition::Description(_) => None,
        }
    }

    /// Returns the capabilities of a provider without optional keys.
    pub fn capabilities(&self) -> &Capabilities {
        match &self.definition {
            Definition::Adapter(adapter) => &adapter.capabilities,
            Definition::Description(description) => description.capabilities(),
        }
    }

    /// Returns the JSON Schema (draft 2020-12, without references) of its configuration keys. Credentials are `writeOnly`.
    #[cfg(feature = "schema")]
    pub fn schema(&self) -> Value {
        match &self.definition {
            Definition::Adapter(adapter) => (adapter.schema)(),
            Definition::Description(description) => description.schema(),
        }
    }

    /// Reads configuration keys. A number or a boolean may be written as text, as environment variables write it.
    ///
    /// # Errors
    ///
    /// The first key that is unknown, missing or of another type. The message repeats no value.
    pub fn read(&self, keys: Map<String, Value>) -> Result<Box<dyn VendorConfig>, ConfigProblem> {
        match &self.definition {
            Definition::Adapter(adapter) => (adapter.read)(keys),
            Definition::Description(description) => description.read(keys),
        }
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

impl VendorSource {
    /// Returns the word for it in output: `adapter`, `bundled` or `file`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Adapter => "adapter",
            Self::Bundled => "bundled",
            Self::File(_) => "file",
        }
    }

    /// Returns the file of the description, if it is in one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Adapter | Self::Bundled => None,
            Self::File(file) => Some(file),
        }
    }
}

impl fmt::Debug for Vendor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Vendor")
            .field("name", &self.name())
            .field("title", &self.title())
            .field("source", &self.source)
            .field("dedupe_key", &self.dedupe_key())
            .field("capabilities", self.capabilities())
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
