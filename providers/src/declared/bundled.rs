//! The descriptions that ship with the product.

use std::sync::{Arc, OnceLock};

use super::description::Description;

/// A description that ships with the product.
struct Bundled {
    name: &'static str,
    text: &'static str,
    parsed: OnceLock<Option<Arc<Description>>>,
}

macro_rules! bundled {
    ($($name:literal),* $(,)?) => {
        static BUNDLED: [Bundled; [$($name),*].len()] = [$(Bundled {
            name: $name,
            text: include_str!(concat!("../../vendors/", $name, ".toml")),
            parsed: OnceLock::new(),
        }),*];
    };
}

bundled![
    "hubspot",
    "salesforce",
    "pipedrive",
    "mailchimp",
    "activecampaign",
    "intercom",
    "klaviyo",
    "zendesk",
    "chatwoot",
    "highlevel",
    "keap",
    "odoo",
];

impl Description {
    /// Returns the names of the descriptions that ship with the product, in the order of the documentation.
    pub fn bundled_names() -> impl Iterator<Item = &'static str> {
        BUNDLED.iter().map(|bundled| bundled.name)
    }

    /// Returns the description of a vendor that ships with the product. It is read once.
    ///
    /// ```
    /// use unicontact_providers::Description;
    ///
    /// let hubspot = Description::bundled("hubspot").ok_or("this build has no HubSpot")?;
    /// assert_eq!(hubspot.title(), "HubSpot");
    /// assert!(hubspot.capabilities().find);
    /// # Ok::<(), &str>(())
    /// ```
    pub fn bundled(name: &str) -> Option<Arc<Self>> {
        let bundled = BUNDLED.iter().find(|bundled| bundled.name == name)?;
        // A test reads every one of them, so none is absent because of a mistake.
        bundled.parsed.get_or_init(|| Self::parse(bundled.text).ok().map(Arc::new)).clone()
    }

    /// Returns the text of a description that ships with the product, to be changed as a whole.
    pub fn bundled_text(name: &str) -> Option<&'static str> {
        BUNDLED.iter().find(|bundled| bundled.name == name).map(|bundled| bundled.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bundled_description_is_without_mistakes_and_has_its_file_s_name() {
        for bundled in &BUNDLED {
            let description =
                Description::parse(bundled.text).unwrap_or_else(|error| panic!("{}:\n{error}", bundled.name));
            assert_eq!(description.vendor(), bundled.name);
            assert!(description.capabilities().find, "{}: a lost answer can be looked up", bundled.name);
        }
    }
}
