//! Reads the configuration: the providers, their settings, the journal and the queue.
//!
//! Four layers are merged, each stronger than the one before: defaults, the file `unicontact.toml`, environment variables
//! (`UNICONTACT_PROVIDERS__SMARTTASK__ACME__ACCESS_TOKEN`) and flags. Loading reports every mistake of every layer at once, with
//! its file and line or its variable, and no message repeats a value except the file of a vendor's description.

mod all_vendors;
mod by_name;
mod concurrency;
mod configuration;
mod configured_provider;
mod diagnostic;
mod document;
mod keys;
mod layers;
mod load;
mod orchestrator;
mod overrides;
mod presume_lost;
mod queue;
mod replicas;
mod schema;
mod secret_file;
mod secret_source;
mod server_url;
mod settings_keys;
mod sources;
mod table;
mod tables;
mod text_file;
mod time_span;
mod vendor_keys;
mod vendors;

pub use self::configuration::Configuration;
pub use self::configured_provider::ConfiguredProvider;
pub use self::diagnostic::{ConfigurationError, Diagnostic};
pub use self::overrides::{TOP_LEVEL_KEYS, is_unset};
pub use self::queue::{QueueConfig, QueueLogin, QueueStorage, QueueTls};
pub use self::secret_source::{SecretPlace, SecretSource};
pub use self::sources::{FILE_NAME, Sources};
pub use self::text_file::TextFileError;
pub use self::vendor_keys::{MissingKey, VendorKey, VendorKeys};
pub use self::vendors::{ReadableVendors, description_text};
