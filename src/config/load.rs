//! Turns the merged layers into a [`Configuration`], and collects every mistake on the way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use figment::value::{Dict, Value};
use serde::Deserialize;
use unicontact_providers::{Vendor, VendorConfig, Vendors};

use super::configuration::Configuration;
use super::configured_provider::ConfiguredProvider;
use super::diagnostic::{ConfigurationError, Diagnostic, SourceLocation};
use super::keys::Keys;
use super::layers::Layers;
use super::queue::{self, QueueConfig, QueueKeys};
use super::secret_file;
use super::secret_source::{self, SecretSource};
use super::settings_keys::SettingsKeys;
use super::sources::Sources;
use super::table::Table;
use super::tables::{DEFAULTS, PROVIDERS, QUEUE, TABLES};
use super::time_span::TimeSpan;
use super::vendors::{self, LoadedVendors, UnknownVendor};
use crate::doubt::MAX_QUIET_TIME;
use crate::identity::IdentifyBy;
use crate::settings::{PresumeLostAfter, Settings, is_provider_name};

const DEFAULT_JOURNAL: &str = "unicontact.db";

/// The keys above all tables.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TopLevelKeys {
    /// The file in which deliveries are recorded, beside this one unless absolute, or `off`. Without it:
    /// unicontact.db.
    #[serde(default)]
    journal: Option<String>,
    /// How long finished deliveries are kept in that file, such as 90d. Without it they are kept for ever. What is deleted is
    /// created again if it is imported again; what is unfinished or in doubt is never deleted.
    #[serde(default)]
    retention: Option<TimeSpan>,
    /// By what a contact is recognized that was delivered before: its id, else its name with an e-mail address or a number
    /// (`identity`, the default); its id, else its whole content (`content`); its e-mail addresses (`email`); its numbers
    /// (`phone`); or its id alone (`id`).
    #[serde(default)]
    identify_by: Option<IdentifyBy>,
}

/// The settings of `[defaults]`.
struct Defaults {
    settings: Settings,
    /// Whether the table has no mistake, so that its values may be compared with others.
    is_valid: bool,
}

/// The mistakes and the providers so far.
struct Loader<'a> {
    layers: &'a Layers,
    mistakes: Vec<Diagnostic>,
    vendors: LoadedVendors,
    /// Whether a provider was not read because the description of its vendor has mistakes.
    has_unread_providers: bool,
    /// The vendor of each provider's name so far.
    names: BTreeMap<String, String>,
    providers: Vec<ConfiguredProvider>,
    secret_sources: Vec<SecretSource>,
}

/// A provider's table before it is read.
struct ProviderTable {
    vendor: Vendor,
    path: Vec<String>,
    value: Value,
}

impl Configuration {
    /// Reads and merges all layers.
    ///
    /// ```
    /// use unicontact::config::{Configuration, Sources};
    ///
    /// let variable = |key: &str, value: &str| {
    ///     (format!("UNICONTACT_PROVIDERS__CLOVERHOUND__VOICE__{key}"), value.to_owned())
    /// };
    /// let configuration = Configuration::load(&Sources {
    ///     environment: vec![
    ///         variable("ORGANIZATION_ID", "7"),
    ///         variable("API_KEY_ID", "00123"),
    ///         variable("API_KEY_SECRET", "true"),
    ///     ],
    ///     ..Sources::default()
    /// })?;
    /// assert_eq!(configuration.providers[0].name, "voice");
    /// # Ok::<(), unicontact::config::ConfigurationError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// All mistakes of all layers at once.
    pub fn load(sources: &Sources) -> Result<Self, ConfigurationError> {
        let (layers, mut mistakes) = Layers::load(sources)?;
        let mut values = layers.values();
        let [defaults, providers, queue, vendors] = TABLES.map(|name| values.remove(name));
        let mut vendors = vendors::load(&layers, vendors);
        mistakes.append(&mut vendors.mistakes);
        let mut loader = Loader {
            layers: &layers,
            mistakes,
            vendors,
            has_unread_providers: false,
            names: BTreeMap::new(),
            providers: Vec::new(),
            secret_sources: Vec::new(),
        };
        let top_level = loader.top_level(values);
        let defaults = loader.defaults(defaults);
        loader.providers(providers, &defaults);
        let queue = queue.and_then(|queue| loader.queue(queue));
        loader.finish(top_level, queue)
    }
}

/// The values above all tables, with their defaults.
struct TopLevel {
    journal: Option<PathBuf>,
    retention: Option<Duration>,
    identify_by: IdentifyBy,
}

impl Loader<'_> {
    /// Reads the keys above all tables.
    fn top_level(&mut self, values: Dict) -> TopLevel {
        let keys = Keys::new::<TopLevelKeys>();
        let mut table = Table::new(self.layers, &[], values);
        table.reject_unknown(keys.names(), TABLES.into_iter());
        let top: Option<TopLevelKeys> = table.read(&keys);
        self.mistakes.append(&mut table.mistakes);
        let identify_by = top.as_ref().and_then(|top| top.identify_by).unwrap_or_default();
        let (journal, retention) = top.map(|top| (top.journal, top.retention)).unwrap_or_default();
        let journal = match journal.as_deref().unwrap_or(DEFAULT_JOURNAL) {
            "off" => None,
            path => Some(self.layers.resolve(path)),
        };
        TopLevel { journal, retention: retention.map(|retention| retention.0), identify_by }
    }

    fn defaults(&mut self, value: Option<Value>) -> Defaults {
        let path = [DEFAULTS.to_owned()];
        let values = self.table(&path, value, "expected a table");
        let built_in = Defaults { settings: Settings::default(), is_valid: true };
        let keys = Keys::new::<SettingsKeys>();
        let mut table = Table::new(self.layers, &path, values);
        table.reject_unknown(keys.names(), std::iter::empty());
        let settings = read_settings(&mut table, &keys, &built_in);
        let is_valid = table.mistakes.is_empty();
        self.mistakes.append(&mut table.mistakes);
        Defaults { settings, is_valid }
    }

    fn providers(&mut self, value: Option<Value>, defaults: &Defaults) {
        let path = [PROVIDERS.to_owned()];
        let expected = format!("expected tables such as {}", example_table(&self.vendors.registry));
        let mut tables = Vec::new();
        for (name, value) in self.table(&path, value, &expected) {
            let path = [path.as_slice(), &[name]].concat();
            match self.vendors.find(&path[1]) {
                Ok(vendor) => tables.append(&mut self.tables_of(&vendor, &path, value)),
                Err(UnknownVendor::Rejected) => self.has_unread_providers = true,
                Err(UnknownVendor::Unknown(message)) => self.report(&path, &value, message),
            }
        }
        tables.sort_by_key(|table| self.layers.line(&table.path).unwrap_or(usize::MAX));
        for table in tables {
            self.provider(table, defaults);
        }
    }

    /// Returns the tables of a vendor's providers.
    fn tables_of(&mut self, vendor: &Vendor, path: &[String], value: Value) -> Vec<ProviderTable> {
        let expected = format!(
            "expected a table for each provider, with a name of your choice: [providers.{}.<name>]",
            vendor.name()
        );
        let mut tables = Vec::new();
        for (name, value) in self.table(path, Some(value), &expected) {
            let path = [path, &[name]].concat();
            match value {
                Value::Dict(..) => tables.push(ProviderTable { vendor: vendor.clone(), path, value }),
                other => self.report(&path, &other, expected.clone()),
            }
        }
        tables
    }

    fn provider(&mut self, table: ProviderTable, defaults: &Defaults) {
        let ProviderTable { vendor, path, value } = table;
        if let Some(message) = self.check_name(&vendor, &path[2]) {
            self.report(&path, &value, message);
        }
        let settings_keys = Keys::new::<SettingsKeys>();
        let keys = Keys::from_schema(&vendor.schema());
        let (settings, own) = value
            .into_dict()
            .unwrap_or_default()
            .into_iter()
            .partition(|(key, _)| settings_keys.contains(key));

        let mut table = Table::new(self.layers, &path, own);
        let files: Vec<String> = keys.secrets().map(secret_file::key_for).collect();
        let known = keys.names().chain(files.iter().map(String::as_str));
        table.reject_unknown(known, settings_keys.names());
        let sources = secret_source::secret_sources(&table, keys.secrets());
        secret_file::resolve(&mut table, &keys);
        let placeholders = secret_file::placeholders(&table, &keys);
        let credentials = secret_source::credentials(&table, &keys);
        let config = read_vendor(&mut table, &keys, &vendor);

        let mut settings_table = Table::new(self.layers, &path, settings);
        let mut settings = read_settings(&mut settings_table, &settings_keys, defaults);
        vendors::limit_as_described(&mut settings, &settings_table, &vendor);
        reject_look_first(&mut settings_table, &vendor, &settings);
        if defaults.is_valid && settings_table.mistakes.is_empty() {
            compare_with_timeout(&mut settings_table, &settings);
        }
        self.mistakes.append(&mut table.mistakes);
        self.mistakes.append(&mut settings_table.mistakes);
        self.secret_sources.extend(secret_source::exposed_by_provider(sources, config.as_deref()));
        self.providers.extend(config.map(|config| ConfiguredProvider {
            name: table.name().to_owned(),
            vendor: vendor.name().to_owned().into(),
            description_file: vendor.source().file().map(Path::to_owned),
            settings,
            config,
            credentials,
            placeholders,
            is_for_plans: false,
        }));
    }

    fn queue(&mut self, value: Value) -> Option<QueueConfig> {
        let path = [QUEUE.to_owned()];
        let values = self.table(&path, Some(value), "expected a table");
        let keys = Keys::new::<QueueKeys>();
        let mut table = Table::new(self.layers, &path, values);
        table.reject_unknown(queue::known(&keys).iter().map(String::as_str), std::iter::empty());
        let sources = secret_source::secret_sources(&table, keys.secrets().chain(queue::SECRET_FILES));
        let config = queue::read(&mut table, &keys);
        self.secret_sources.extend(secret_source::exposed_by_queue(sources, config.as_ref()));
        if let Some(config) = config.as_ref().filter(|_| table.mistakes.is_empty()) {
            self.compare_lease(&mut table, config);
        }
        self.mistakes.append(&mut table.mistakes);
        config
    }

    /// Reports a lease that is too short for an attempt. An attempt is a login, a look-up and the create at most, and must end
    /// within half a lease, before another worker takes over.
    fn compare_lease(&self, table: &mut Table<'_>, queue: &QueueConfig) {
        let slow = self.providers.iter().find(|it| it.settings.timeout.saturating_mul(6) > queue.lease);
        if let Some(slow) = slow {
            let name = &slow.name;
            table.report(
                "lease",
                format!("is shorter than six times the timeout of provider {name}: lengthen it or shorten that timeout"),
            );
        }
    }

    fn check_name(&mut self, vendor: &Vendor, name: &str) -> Option<String> {
        if !is_provider_name(name) {
            return Some("the name has other characters than a-z, 0-9 and _: rename the provider".to_owned());
        }
        let other = self.names.insert(name.to_owned(), vendor.name().to_owned())?;
        Some(format!(
            "the name is taken by [providers.{other}.{name}]: choose another, since names are unique across vendors"
        ))
    }

    /// Returns the table that `value` is. It is empty without a value, or when the value is no table, which is reported.
    fn table(&mut self, path: &[String], value: Option<Value>, expected: &str) -> Dict {
        match value {
            None => Dict::new(),
            Some(Value::Dict(_, values)) => values,
            Some(other) => {
                self.report(path, &other, expected);
                Dict::new()
            }
        }
    }

    fn report(&mut self, path: &[String], value: &Value, message: impl Into<String>) {
        let location = self.layers.location(path, value);
        self.mistakes.push(location.diagnostic(path, message));
    }

    fn finish(
        self,
        top_level: TopLevel,
        queue: Option<QueueConfig>,
    ) -> Result<Configuration, ConfigurationError> {
        let about_providers = |mistake: &Diagnostic| mistake.path.starts_with(PROVIDERS);
        let has_wrong_providers = self.has_unread_providers || self.mistakes.iter().any(about_providers);
        if self.providers.is_empty() && !has_wrong_providers {
            return Err(ConfigurationError::no_provider(
                self.mistakes,
                no_provider(self.layers, &self.vendors.registry),
            ));
        }
        let missing_file = self.layers.missing_file();
        ConfigurationError::unless_empty(self.mistakes)
            .map_err(|error| ConfigurationError { missing_file, ..error })?;
        Ok(Configuration {
            file: self.layers.file().map(ToOwned::to_owned),
            journal: top_level.journal,
            retention: top_level.retention,
            identify_by: top_level.identify_by,
            providers: self.providers,
            vendors: self.vendors.registry,
            queue,
            ignored_variables: self.layers.ignored_variables().to_vec(),
            secret_sources: self.secret_sources,
        })
    }
}

/// Reads the vendor's own keys, completes their paths and reports their problems.
fn read_vendor(table: &mut Table<'_>, keys: &Keys, vendor: &Vendor) -> Option<Arc<dyn VendorConfig>> {
    let mut config = table.read_vendor(keys, vendor)?;
    config.resolve_paths(table.layers.directory(), table.name());
    for problem in config.problems() {
        table.report(&problem.key, problem.message);
    }
    Some(Arc::from(config))
}

/// Reads the settings. Times are compared only where neither has a mistake, and a deadline that is set alone shortens the
/// timeout that is not set.
fn read_settings(table: &mut Table<'_>, keys: &Keys, defaults: &Defaults) -> Settings {
    let own: SettingsKeys = table.read(keys).unwrap_or_default();
    let mut settings = own.or(&defaults.settings);
    let comparable = defaults.is_valid && table.mistakes.is_empty();
    if comparable && settings.timeout > settings.deadline {
        if table.values.contains_key("timeout") {
            table.report("timeout", "is longer than the deadline, which bounds all attempts of a delivery: shorten it or lengthen the deadline");
        } else if table.values.contains_key("deadline") {
            settings.timeout = settings.deadline;
        }
    }
    settings
}

/// Reports `look_first` for a vendor without a search.
fn reject_look_first(table: &mut Table<'_>, vendor: &Vendor, settings: &Settings) {
    if settings.look_first && !vendor.capabilities().find {
        let title = vendor.title();
        table.report(
            "look_first",
            format!("{title} documents no way to search for a contact: set it to false here"),
        );
    }
}

/// Reports a `presume_lost_after` that is shorter than the timeout: until then the request may create the contact.
fn compare_with_timeout(table: &mut Table<'_>, settings: &Settings) {
    let Some(PresumeLostAfter::After(time)) = settings.presume_lost_after else { return };
    if time > MAX_QUIET_TIME {
        table.report("presume_lost_after", "is longer than 3650d: shorten it, or set never");
    }
    if time < settings.timeout {
        let is_timeouts =
            table.values.contains_key("timeout") && !table.values.contains_key("presume_lost_after");
        let key = if is_timeouts { "timeout" } else { "presume_lost_after" };
        table.report(
            key,
            "presume_lost_after is shorter than the timeout of one attempt: lengthen it or shorten the timeout",
        );
    }
}

fn no_provider(layers: &Layers, vendors: &Vendors) -> Diagnostic {
    let location = SourceLocation::from_file(layers.file().map(ToOwned::to_owned), None);
    let example = example_table(vendors);
    let advice = format!("a table such as {example}, or set UNICONTACT_PROVIDERS__<VENDOR>__<NAME>__<KEY>");
    let message = match layers.file() {
        Some(_) => format!("none is configured: add {advice}"),
        None => format!(
            "none is configured, and there is no {}: write one with {advice}",
            layers.expected_file().display()
        ),
    };
    location.diagnostic(&[PROVIDERS.to_owned()], message)
}

/// Returns the header of a provider's table, of a vendor that a file describes or of the first one of this build.
fn example_table(vendors: &Vendors) -> String {
    let vendor = vendors.in_files().next().map(Vendor::name).or_else(|| Vendor::names().next());
    format!("[providers.{}.acme]", vendor.unwrap_or("<vendor>"))
}
