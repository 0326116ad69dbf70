//! From the merged layers to a [`Configuration`].
//!
//! Its rule: nothing stops at the first mistake.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use figment::value::{Dict, Value};
use serde::Deserialize;
use unicontact_providers::nearest_word;

use super::diagnostic::{ConfigurationError, Diagnostic, Place};
use super::keys::Keys;
use super::layers::Layers;
use super::overrides::Overrides;
use super::queue::{self, QueueConfig, QueueKeys};
use super::table::Table;
use super::time_span::TimeSpan;
use super::vendor::{VENDORS, Vendor};
use super::{Configuration, ConfiguredProvider, Sources, secret_file};

use crate::doubt::MAX_QUIET_TIME;
use crate::identity::IdentifyBy;
use crate::settings::{PresumeLostAfter, Settings};

const TABLES: [&str; 3] = ["defaults", "providers", "queue"];
const DEFAULT_JOURNAL: &str = "unicontact.db";

/// The keys that stand above all tables.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Top {
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

/// What a provider has that does not override it.
struct Defaults {
    settings: Settings,
    is_sound: bool,
}

struct Loading<'a> {
    layers: &'a Layers,
    mistakes: Vec<Diagnostic>,
    /// The vendor of every name so far.
    names: BTreeMap<String, &'static str>,
    providers: Vec<ConfiguredProvider>,
}

/// A provider's table, not yet read.
struct Found {
    vendor: &'static Vendor,
    path: Vec<String>,
    value: Value,
}

/// Reads all layers.
pub(super) fn load(sources: &Sources) -> Result<Configuration, ConfigurationError> {
    let (layers, mistakes) = Layers::gather(sources)?;
    let mut loading = Loading { layers: &layers, mistakes, names: BTreeMap::new(), providers: Vec::new() };
    let mut values = layers.values();
    let [defaults, providers, queue] = TABLES.map(|name| values.remove(name));
    let top = loading.top(values);
    let defaults = loading.defaults(defaults);
    loading.all_providers(providers, &defaults);
    let queue = queue.and_then(|queue| loading.queue(queue));
    loading.finish(top, queue)
}

/// What stands above all tables, settled.
struct TopValues {
    journal: Option<PathBuf>,
    retention: Option<Duration>,
    identify_by: IdentifyBy,
}

impl Loading<'_> {
    /// Reads the keys that stand above all tables.
    fn top(&mut self, values: Dict) -> TopValues {
        let keys = Keys::of::<Top>();
        let mut table = Table::new(self.layers, &[], values);
        table.refuse_unknown(keys.names(), TABLES.into_iter());
        let top: Option<Top> = table.read(&keys);
        self.mistakes.append(&mut table.mistakes);
        let identify_by = top.as_ref().and_then(|top| top.identify_by).unwrap_or_default();
        let (journal, retention) = top.map(|top| (top.journal, top.retention)).unwrap_or_default();
        let journal = match journal.as_deref().unwrap_or(DEFAULT_JOURNAL) {
            "off" => None,
            path => Some(self.layers.resolve(path)),
        };
        TopValues { journal, retention: retention.map(|retention| retention.0), identify_by }
    }

    fn defaults(&mut self, value: Option<Value>) -> Defaults {
        let path = [TABLES[0].to_owned()];
        let values = self.table(&path, value, "expected a table");
        let usual = Defaults { settings: Settings::default(), is_sound: true };
        let keys = Keys::of::<Overrides>();
        let mut table = Table::new(self.layers, &path, values);
        table.refuse_unknown(keys.names(), std::iter::empty());
        let settings = settle(&mut table, &keys, &usual);
        let is_sound = table.mistakes.is_empty();
        self.mistakes.append(&mut table.mistakes);
        Defaults { settings, is_sound }
    }

    fn all_providers(&mut self, value: Option<Value>, defaults: &Defaults) {
        let path = [TABLES[1].to_owned()];
        let expected = "expected tables such as [providers.smarttask.acme]";
        let mut found = Vec::new();
        for (name, value) in self.table(&path, value, expected) {
            let path = [path.as_slice(), &[name]].concat();
            match VENDORS.iter().find(|vendor| vendor.name == path[1]) {
                Some(vendor) => found.append(&mut self.providers_of(vendor, &path, value)),
                None => self.note(&path, &value, unknown_vendor(&path[1])),
            }
        }
        found.sort_by_key(|found| self.layers.line(&found.path).unwrap_or(usize::MAX));
        for found in found {
            self.provider(found, defaults);
        }
    }

    fn providers_of(&mut self, vendor: &'static Vendor, path: &[String], value: Value) -> Vec<Found> {
        let expected = format!(
            "expected a table for each provider, with a name of your choice: [providers.{}.<name>]",
            vendor.name
        );
        let mut found = Vec::new();
        for (name, value) in self.table(path, Some(value), &expected) {
            let path = [path, &[name]].concat();
            match value {
                Value::Dict(..) => found.push(Found { vendor, path, value }),
                other => self.note(&path, &other, expected.clone()),
            }
        }
        found
    }

    fn provider(&mut self, found: Found, defaults: &Defaults) {
        let Found { vendor, path, value } = found;
        if let Some(message) = self.refused_name(vendor, &path[2]) {
            self.note(&path, &value, message);
        }
        let override_keys = Keys::of::<Overrides>();
        let keys = (vendor.keys)();
        let (overrides, own) = value
            .into_dict()
            .unwrap_or_default()
            .into_iter()
            .partition(|(key, _)| override_keys.contain(key));

        let mut table = Table::new(self.layers, &path, own);
        let files: Vec<String> = keys.secrets().map(secret_file::key_for).collect();
        let known = keys.names().chain(files.iter().map(String::as_str));
        table.refuse_unknown(known, override_keys.names());
        secret_file::resolve(&mut table, &keys);
        let placeholders = secret_file::placeholders(&table, &keys);
        let credentials = credentials(&table, &keys);
        let config = (vendor.read)(&mut table, &keys);

        let mut overrides = Table::new(self.layers, &path, overrides);
        let settings = settle(&mut overrides, &override_keys, defaults);
        refuse_look_first(&mut overrides, vendor, &settings);
        if defaults.is_sound && overrides.mistakes.is_empty() {
            compare_with_timeout(&mut overrides, &settings);
        }
        self.mistakes.append(&mut table.mistakes);
        self.mistakes.append(&mut overrides.mistakes);
        self.providers.extend(config.map(|config| ConfiguredProvider {
            name: table.name().to_owned(),
            vendor: vendor.name,
            settings,
            config,
            credentials,
            placeholders,
        }));
    }

    fn queue(&mut self, value: Value) -> Option<QueueConfig> {
        let path = [TABLES[2].to_owned()];
        let values = self.table(&path, Some(value), "expected a table");
        let keys = Keys::of::<QueueKeys>();
        let mut table = Table::new(self.layers, &path, values);
        table.refuse_unknown(queue::known(&keys).iter().map(String::as_str), std::iter::empty());
        let config = queue::read(&mut table, &keys);
        if let Some(config) = config.as_ref().filter(|_| table.mistakes.is_empty()) {
            self.compare(&mut table, config);
        }
        self.mistakes.append(&mut table.mistakes);
        config
    }

    /// No attempt may take longer than half a lease, or others would take its worker for gone meanwhile. It is a login, a
    /// look-up and the create at most.
    fn compare(&self, table: &mut Table<'_>, queue: &QueueConfig) {
        let slow = self.providers.iter().find(|it| it.settings.timeout.saturating_mul(6) > queue.lease);
        if let Some(slow) = slow {
            let name = &slow.name;
            table.note(
                "lease",
                format!("must be at least six times the timeout of provider {name}: make it longer, or that shorter"),
            );
        }
    }

    fn refused_name(&mut self, vendor: &Vendor, name: &str) -> Option<String> {
        let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || !name.chars().all(is_allowed) {
            return Some("a provider's name has only a-z, 0-9 and _".to_owned());
        }
        let other = self.names.insert(name.to_owned(), vendor.name)?;
        Some(format!("names are unique across vendors, and [providers.{other}.{name}] has it already"))
    }

    /// The table that `value` should be; empty when there is none.
    fn table(&mut self, path: &[String], value: Option<Value>, expected: &str) -> Dict {
        match value {
            None => Dict::new(),
            Some(Value::Dict(_, values)) => values,
            Some(other) => {
                self.note(path, &other, expected);
                Dict::new()
            }
        }
    }

    fn note(&mut self, path: &[String], value: &Value, message: impl Into<String>) {
        let place = self.layers.place_of(path, value);
        self.mistakes.push(place.mistake(path, message));
    }

    fn finish(
        mut self,
        top: TopValues,
        queue: Option<QueueConfig>,
    ) -> Result<Configuration, ConfigurationError> {
        let about_providers = |mistake: &Diagnostic| mistake.path.starts_with(TABLES[1]);
        if self.providers.is_empty() && !self.mistakes.iter().any(about_providers) {
            self.mistakes.push(no_provider(self.layers));
            return Err(ConfigurationError::of(self.mistakes));
        }
        let missing_file = self.layers.missing_file();
        ConfigurationError::unless_empty(self.mistakes)
            .map_err(|error| ConfigurationError { missing_file, ..error })?;
        Ok(Configuration {
            file: self.layers.file().map(ToOwned::to_owned),
            journal: top.journal,
            retention: top.retention,
            identify_by: top.identify_by,
            providers: self.providers,
            queue,
        })
    }
}

/// The secrets that are set.
fn credentials(table: &Table<'_>, keys: &Keys) -> Vec<String> {
    keys.secrets().filter(|key| table.values.contains_key(*key)).map(str::to_owned).collect()
}

/// How a provider is treated. Times are compared only where both are as the user meant them, and a deadline
/// that is set alone bounds the timeout that is not.
fn settle(table: &mut Table<'_>, keys: &Keys, defaults: &Defaults) -> Settings {
    let overrides: Overrides = table.read(keys).unwrap_or_default();
    let mut settings = overrides.over(&defaults.settings);
    let comparable = defaults.is_sound && table.mistakes.is_empty();
    if comparable && settings.timeout > settings.deadline {
        if table.values.contains_key("timeout") {
            table.note("timeout", "longer than the deadline, which is for a delivery with all its attempts");
        } else if table.values.contains_key("deadline") {
            settings.timeout = settings.deadline;
        }
    }
    settings
}

/// A vendor without a search cannot be asked before a create.
fn refuse_look_first(table: &mut Table<'_>, vendor: &Vendor, settings: &Settings) {
    let known = unicontact_providers::VENDORS.iter().find(|it| it.name == vendor.name);
    if let Some(known) = known.filter(|known| settings.look_first && !known.find) {
        let title = known.title;
        table.note(
            "look_first",
            format!("{title} documents no way to search for a contact: set it to false here"),
        );
    }
}

/// A request may create the contact until its timeout, so that it cannot count as lost before.
fn compare_with_timeout(table: &mut Table<'_>, settings: &Settings) {
    let Some(PresumeLostAfter::After(time)) = settings.presume_lost_after else { return };
    if time > MAX_QUIET_TIME {
        table.note("presume_lost_after", "longer than 3650d: make it shorter, or say never");
    }
    if time < settings.timeout {
        let is_timeouts =
            table.values.contains_key("timeout") && !table.values.contains_key("presume_lost_after");
        let key = if is_timeouts { "timeout" } else { "presume_lost_after" };
        table.note(
            key,
            "presume_lost_after is shorter than the timeout of one attempt: make it longer, or the timeout shorter",
        );
    }
}

fn unknown_vendor(name: &str) -> String {
    let known: Vec<&str> = VENDORS.iter().map(|vendor| vendor.name).collect();
    match nearest_word(name, known.iter().copied()) {
        Some(near) => format!("unknown vendor, did you mean `{near}`?"),
        None => format!("unknown vendor (there are {})", known.join(", ")),
    }
}

fn no_provider(layers: &Layers) -> Diagnostic {
    let place = Place { file: layers.file().map(ToOwned::to_owned), ..Place::default() };
    let advice =
        "a table such as [providers.smarttask.acme], or set UNICONTACT_PROVIDERS__<VENDOR>__<NAME>__<KEY>";
    let message = match layers.file() {
        Some(_) => format!("none is configured: add {advice}"),
        None => format!(
            "none is configured, and there is no {}: write one with {advice}",
            layers.expected_file().display()
        ),
    };
    place.mistake(&[TABLES[1].to_owned()], message)
}
