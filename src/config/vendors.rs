//! The table `[vendors]`: the vendors that files describe.
//!
//! Messages about a description name its file, which is the one value of a configuration that they show.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use figment::value::{Dict, Value};
use unicontact_providers::{Description, VENDORS, Vendor, Vendors, is_vendor_name, nearest_word};

use super::configuration::Configuration;
use super::diagnostic::{ConfigurationError, Diagnostic, SourceLocation, dotted};
use super::document::Document;
use super::keys::Keys;
use super::layers::Layers;
use super::secret_file;
use super::settings_keys::SettingsKeys;
use super::sources::Sources;
use super::table::Table;
use super::tables;
use super::text_file::{self, TextFileError};
use crate::settings::{Concurrency, Settings};

/// The names of vendors that variables can spell, as a pattern of the JSON Schema.
pub(super) const NAME_PATTERN: &str = "^[a-z0-9]+(_[a-z0-9]+)*$";
/// A limit on the size of a description, in bytes.
const LIMIT: u64 = 256 * 1024;

/// The vendors of a configuration, and the mistakes in its descriptions.
#[derive(Default)]
pub(super) struct LoadedVendors {
    pub(super) registry: Vendors,
    /// The names in the table that have no vendor because of a mistake.
    rejected: BTreeSet<String>,
    pub(super) mistakes: Vec<Diagnostic>,
}

/// The vendors of a configuration, as far as their descriptions have no mistakes.
#[derive(Debug)]
#[non_exhaustive]
pub struct ReadableVendors {
    /// The vendors. A rejected name that is also a bundled one still has its bundled vendor: see [`all`](Self::all).
    pub vendors: Vendors,
    /// The names that have no vendor because of a mistake.
    pub rejected: BTreeSet<String>,
    /// All mistakes of `[vendors]` and of the files that it names.
    pub error: Option<ConfigurationError>,
}

impl ReadableVendors {
    /// Returns the vendors without those of rejected names.
    pub fn all(&self) -> impl Iterator<Item = Vendor> {
        self.vendors.all().filter(|vendor| !self.rejected.contains(vendor.name()))
    }
}

/// Why there is no vendor of a name.
pub(super) enum UnknownVendor {
    /// Its description has mistakes, which are reported.
    Rejected,
    /// Nothing names it. The message says what to do.
    Unknown(String),
}

/// Why a description is not used.
enum Rejection {
    /// A mistake in the table.
    Entry(String),
    /// The mistakes in the description's file.
    File(Vec<Diagnostic>),
}

/// Reads the descriptions that the table names.
pub(super) fn load(layers: &Layers, table: Option<Value>) -> LoadedVendors {
    let path = [tables::VENDORS.to_owned()];
    let mut loaded = LoadedVendors::default();
    let values = match table {
        None => Dict::new(),
        Some(Value::Dict(_, values)) => values,
        Some(other) => {
            let location = layers.location(&path, &other);
            loaded
                .mistakes
                .push(location.diagnostic(&path, "expected a table with lines such as NAME = \"FILE\""));
            Dict::new()
        }
    };
    let mut table = Table::new(layers, &path, values.clone());
    for (name, value) in values {
        match read(layers, &name, &value) {
            Ok((description, file)) => loaded.registry = loaded.registry.with_file(description, file),
            Err(rejection) => {
                match rejection {
                    Rejection::Entry(message) => table.report(&name, message),
                    Rejection::File(mut mistakes) => loaded.mistakes.append(&mut mistakes),
                }
                if !is_adapter(&name) {
                    loaded.rejected.insert(name);
                }
            }
        }
    }
    loaded.mistakes.append(&mut table.mistakes);
    loaded
}

impl Configuration {
    /// Reads the vendors that the layers name, and nothing else of them.
    ///
    /// # Errors
    ///
    /// All mistakes of `[vendors]` and of the files that it names.
    pub fn load_vendors(sources: &Sources) -> Result<Vendors, ConfigurationError> {
        let readable = Self::load_readable_vendors(sources)?;
        readable.error.map_or(Ok(readable.vendors), Err)
    }

    /// Reads the vendors that the layers name, as far as they have no mistakes.
    ///
    /// # Errors
    ///
    /// The configuration's file cannot be read or is not TOML.
    pub fn load_readable_vendors(sources: &Sources) -> Result<ReadableVendors, ConfigurationError> {
        let (layers, mut mistakes) = Layers::load(sources)?;
        mistakes.retain(|mistake| mistake.path.starts_with(tables::VENDORS));
        let mut loaded = load(&layers, layers.values().remove(tables::VENDORS));
        mistakes.append(&mut loaded.mistakes);
        let error = ConfigurationError::unless_empty(mistakes).err();
        Ok(ReadableVendors { vendors: loaded.registry, rejected: loaded.rejected, error })
    }
}

impl LoadedVendors {
    /// Returns the vendor of this name.
    pub(super) fn find(&self, name: &str) -> Result<Vendor, UnknownVendor> {
        if self.rejected.contains(name) {
            return Err(UnknownVendor::Rejected);
        }
        self.registry.by_name(name).ok_or_else(|| UnknownVendor::Unknown(self.unknown(name)))
    }

    fn unknown(&self, name: &str) -> String {
        let known = self.registry.names();
        let advice = match nearest_word(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}.", known.join(", ")),
        };
        let key = dotted(&[tables::VENDORS.to_owned(), name.to_owned()]);
        format!("unknown vendor, {advice} Or describe it in a file: {key} = \"FILE\"")
    }
}

/// Returns the text of a description's file.
///
/// # Errors
///
/// Why the file cannot be used: it is missing, too large, no text, or no regular file.
pub fn description_text(file: &Path) -> Result<String, TextFileError> {
    text_file::read_regular(file, LIMIT)
}

/// Returns the description of the vendor `name`, and its file.
fn read(layers: &Layers, name: &str, value: &Value) -> Result<(Arc<Description>, PathBuf), Rejection> {
    check_name(name).map_err(Rejection::Entry)?;
    let text = value.as_str().filter(|path| !path.trim().is_empty());
    let text = text.ok_or_else(|| Rejection::Entry("expected the path of a file".to_owned()))?;
    let file = layers.resolve(text);
    let about_file = |message: String| Rejection::Entry(format!("{}: {message}", file.display()));
    let text = description_text(&file).map_err(|error| about_file(error.to_string()))?;
    let description = Description::parse(&text).map_err(|error| {
        let location = |line| SourceLocation::from_file(Some(file.clone()), Some(line));
        let mistakes = error.problems.into_iter().map(|problem| Diagnostic {
            path: problem.key,
            ..location(problem.line).diagnostic(&[], problem.message)
        });
        Rejection::File(mistakes.collect())
    })?;
    if description.vendor() != name {
        let other = description.vendor().escape_debug();
        let message = format!("it describes the vendor `{other}`, not `{name}`: give both the same name");
        return Err(about_file(message));
    }
    let vendor = Vendor::from_file(Arc::new(description), &file);
    let taken = taken_keys(&vendor, &file, &text);
    match vendor.description() {
        Some(description) if taken.is_empty() => Ok((Arc::clone(description), file)),
        _ => Err(Rejection::File(taken)),
    }
}

/// Lowers the rate and the concurrency to those of the vendor's description, where the provider sets none of its own.
pub(super) fn limit_as_described(settings: &mut Settings, table: &Table<'_>, vendor: &Vendor) {
    let Some(description) = vendor.description() else {
        return;
    };
    let is_own = |key: &str| table.values.contains_key(key);
    if let Some(rate) = description.requests_per_second().filter(|_| !is_own("requests_per_second")) {
        settings.requests_per_second = settings.requests_per_second.min(rate);
    }
    let most = description.concurrency().and_then(NonZeroUsize::new);
    if let Some(most) = most.filter(|_| !is_own("concurrency")) {
        settings.concurrency = match settings.concurrency {
            Concurrency::Fixed(number) => Concurrency::Fixed(number.min(most)),
            Concurrency::Auto => Concurrency::Fixed(most),
        };
    }
}

fn check_name(name: &str) -> Result<(), String> {
    if !is_vendor_name(name) {
        return Err(
            "a vendor's name has only the characters a-z and 0-9, and single underscores between them: rename the vendor"
                .to_owned(),
        );
    }
    if is_adapter(name) {
        return Err(
            "this vendor is built in, and no file replaces it: choose another name, here and in the file"
                .to_owned(),
        );
    }
    Ok(())
}

/// Returns whether a Rust adapter has this name.
fn is_adapter(name: &str) -> bool {
    VENDORS.iter().any(|vendor| vendor.name() == name)
}

/// Returns the mistakes of account keys that every provider's table has already.
fn taken_keys(vendor: &Vendor, file: &Path, text: &str) -> Vec<Diagnostic> {
    let settings = Keys::new::<SettingsKeys>();
    let keys = Keys::from_schema(&vendor.schema());
    let files: BTreeSet<String> = keys.secrets().map(secret_file::key_for).collect();
    let document = Document::parse(file, text).ok();
    let mistake = |key: &str, message: &str| {
        let path = ["account", key].map(str::to_owned);
        let line = document.as_ref().and_then(|document| document.line(&path));
        SourceLocation::from_file(Some(file.to_owned()), line).diagnostic(&path, message)
    };
    let message = |key: &str| {
        if settings.contains(key) {
            Some("every provider has a key of this name: choose another")
        } else if files.contains(key) {
            Some("this is the key for the file of a secret: choose another")
        } else {
            None
        }
    };
    keys.names().filter_map(|key| Some(mistake(key, message(key)?))).collect()
}
