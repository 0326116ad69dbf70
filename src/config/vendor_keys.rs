//! The keys of a vendor's providers, for programs that write a configuration.

use std::path::Path;

use serde_json::Value;
use unicontact_providers::Vendor;

use super::keys::Keys;
use super::secret_file;

/// The beginning of the reason for a key that is not set.
const MISSING: &str = "is missing: ";

/// The keys of a vendor's providers.
pub struct VendorKeys {
    vendor: Vendor,
    keys: Keys,
}

/// A key of a vendor's providers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VendorKey {
    /// Its name: `access_token`.
    pub name: String,
    /// What it means.
    pub description: String,
    /// What a value looks like: `a whole number`.
    pub expected: String,
    /// Whether its value must never be shown.
    pub is_secret: bool,
    /// Whether its value may be text. Otherwise it is a number or a truth value.
    pub is_text: bool,
}

/// A key that a provider lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingKey {
    /// The key.
    pub key: VendorKey,
    /// Why it is needed, and what may be set in its place: `is missing: set application_token, or an auth_token`.
    pub reason: String,
}

impl VendorKeys {
    /// Returns the keys of a vendor.
    pub fn new(vendor: &Vendor) -> Self {
        Self { vendor: vendor.clone(), keys: Keys::from_schema(&vendor.schema()) }
    }

    /// Returns all keys, by name.
    pub fn all(&self) -> Vec<VendorKey> {
        self.keys.names().filter_map(|name| self.key(name)).collect()
    }

    /// Returns whether every provider of the vendor must set the key.
    pub fn is_required(&self, name: &str) -> bool {
        self.keys.required().any(|required| required == name)
    }

    /// Returns the key of this name. `None` if the vendor has none.
    pub fn key(&self, name: &str) -> Option<VendorKey> {
        let property = self.keys.properties.get(name)?;
        Some(VendorKey {
            name: name.to_owned(),
            description: property["description"].as_str().unwrap_or_default().to_owned(),
            expected: self.keys.expectation(name),
            is_secret: self.keys.is_secret(name),
            is_text: self.keys.takes_text(name),
        })
    }

    /// Returns the keys that a provider with the keys `set` lacks. A secret may be set by its own key or by that of its file.
    ///
    /// ```
    /// use unicontact::config::VendorKeys;
    /// use unicontact::providers::Vendor;
    ///
    /// let keys = VendorKeys::new(&Vendor::by_name("emnify").ok_or("no such vendor")?);
    /// let missing = |set: &[&str]| keys.missing(set).into_iter().map(|it| it.key.name).collect::<Vec<_>>();
    /// assert_eq!(missing(&[]), ["organisation_id", "contact_type", "application_token"]);
    /// assert_eq!(missing(&["contact_type", "organisation_id", "auth_token_file"]), [""; 0]);
    /// # Ok::<(), &str>(())
    /// ```
    pub fn missing(&self, set: &[&str]) -> Vec<MissingKey> {
        let is_set = |key: &str| set.contains(&key) || set.contains(&secret_file::key_for(key).as_str());
        let required = self.keys.required().filter(|key| !is_set(key));
        let mut missing: Vec<MissingKey> =
            required.filter_map(|key| self.missing_key(key, "is missing: set it")).collect();
        let filled = self.keys.names().filter(|key| is_set(key) || self.keys.required().any(|it| it == *key));
        let values = filled.filter_map(|key| Some((key.to_owned(), self.keys.placeholder(key)?))).collect();
        let Ok(mut config) = self.vendor.read(values) else { return missing };
        config.resolve_paths(Path::new(""), "provider");
        let problems = config.problems();
        let problems = problems.iter().filter(|problem| !is_set(&problem.key));
        missing.extend(problems.filter_map(|problem| self.missing_key(&problem.key, &problem.message)));
        missing
    }

    /// Returns the keys that a provider with the keys `set` lacks, also those that are missing only once others are set.
    pub fn all_missing(&self, set: &[&str]) -> Vec<MissingKey> {
        let mut all: Vec<MissingKey> = Vec::new();
        loop {
            let names = all.iter().map(|missing| missing.key.name.as_str());
            let more = self.missing(&set.iter().copied().chain(names).collect::<Vec<_>>());
            if more.is_empty() {
                return all;
            }
            all.extend(more);
        }
    }

    /// Returns the choices between keys of which a provider needs only some: `set application_token, or an auth_token`.
    ///
    /// ```
    /// use unicontact::config::VendorKeys;
    /// use unicontact::providers::Vendor;
    ///
    /// let keys = VendorKeys::new(&Vendor::by_name("salesforce").ok_or("no such vendor")?);
    /// assert!(keys.choices()[0].contains(", or "));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn choices(&self) -> Vec<String> {
        let choice = |missing: MissingKey| {
            let choice = missing.reason.strip_prefix(MISSING)?;
            choice.contains(", or ").then(|| choice.to_owned())
        };
        self.missing(&[]).into_iter().filter_map(choice).collect()
    }

    fn missing_key(&self, name: &str, reason: &str) -> Option<MissingKey> {
        Some(MissingKey { key: self.key(name)?, reason: reason.to_owned() })
    }

    /// Returns the keys that a provider needs, with placeholders as values. `None` if the vendor accepts no placeholders.
    pub(super) fn placeholders(&self) -> Option<Vec<(String, String)>> {
        let text = |key: &String| match self.keys.placeholder(key)? {
            Value::String(text) => Some(text),
            other => Some(other.to_string()),
        };
        let names = self.all_missing(&[]).into_iter().map(|missing| missing.key.name);
        let placeholders: Vec<(String, String)> =
            names.filter_map(|name| text(&name).map(|text| (name, text))).collect();
        let values = placeholders.iter().map(|(key, text)| (key.clone(), Value::from(text.as_str())));
        let mut config = self.vendor.read(values.collect()).ok()?;
        config.resolve_paths(Path::new(""), "provider");
        config.problems().is_empty().then_some(placeholders)
    }
}
