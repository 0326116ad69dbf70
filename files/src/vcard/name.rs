//! Reads the parts of a name, and tells names from prefixes and suffixes alone.

use calcard::vcard::{VCardEntry, VCardValue};
use unicontact_model::UnifiedContact;
use unicontact_model::contact::Name;

use crate::contact_builder::present;

/// Returns whether version 0.1.0 read the parts of an N property differently.
pub(super) fn differs_from_v0_1(entry: &VCardEntry) -> bool {
    entry.values.iter().any(|value| match value {
        VCardValue::Text(text) => text.contains(['\n', '\r']),
        other => matches!(other, VCardValue::Component(_)),
    })
}

/// Returns the parts of an N property in its order: family, given, middle, prefix, suffix. Several names in one part are
/// joined with blanks, suffixes with commas.
pub(super) fn parts(entry: &VCardEntry) -> Vec<String> {
    const SUFFIX: usize = 4;
    let part = |(index, value): (usize, &VCardValue)| match value {
        VCardValue::Component(parts) => {
            let parts: Vec<&str> = parts.iter().filter_map(|part| present(part)).collect();
            one_line(&parts.join(if index == SUFFIX { ", " } else { " " }))
        }
        VCardValue::Text(text) => one_line(text),
        _ => String::new(),
    };
    entry.values.iter().enumerate().map(part).collect()
}

/// Returns a text with its line breaks as blanks.
pub(super) fn one_line(text: &str) -> String {
    if !text.contains(['\n', '\r']) {
        return text.to_owned();
    }
    text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Prefixes of names, in lower case and without a dot.
const PREFIXES: [&str; 27] = [
    "dhr", "dott", "dr", "fa", "firma", "frau", "herr", "herrn", "hr", "madame", "mevr", "miss", "mme",
    "monsieur", "mr", "mrs", "ms", "mx", "prof", "señor", "señora", "sig", "signora", "sr", "sra", "srta",
    "г-н",
];

/// Removes a name that is only a prefix or a suffix. Returns whether there was one.
pub(super) fn drop_lone_prefix(contact: &mut UnifiedContact) -> bool {
    let organization = contact.organization.as_ref().and_then(|it| it.name.as_deref());
    let is_alone = contact.name.as_ref().is_some_and(|name| is_only_affix(name, organization));
    if is_alone {
        contact.name = None;
    }
    is_alone
}

/// Returns whether a name is only a prefix or a suffix, with or without the name of the organization.
fn is_only_affix(name: &Name, organization: Option<&str>) -> bool {
    let Name { full, prefix, given, middle, family, suffix } = name;
    let has_parts = given.is_some() || middle.is_some() || family.is_some();
    let has_affix = prefix.is_some() || suffix.is_some();
    let is_affix_or_organization = |full: &str| {
        let without_prefix = prefix.as_deref().and_then(|prefix| full.strip_prefix(prefix)).unwrap_or(full);
        Some(full) == suffix.as_deref()
            || without_prefix.is_empty()
            || Some(without_prefix.trim()) == organization
    };
    if has_affix && !has_parts {
        return full.as_deref().is_none_or(is_affix_or_organization);
    }
    let mut words = [full, given, middle, family].into_iter().flatten();
    organization.is_some() && words.all(|text| is_prefix(text))
}

fn is_prefix(text: &str) -> bool {
    let word = text.trim_end_matches('.').to_lowercase();
    PREFIXES.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_alone_is_not_a_name() {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let name = |full, prefix, given| Name {
            full: text(full),
            prefix: text(prefix),
            given: text(given),
            ..Name::default()
        };
        let acme = Some("Acme");
        assert!(is_only_affix(&name("", "Mr.", ""), None));
        assert!(is_only_affix(&name("Mr.", "Mr.", ""), None));
        assert!(
            is_only_affix(&name("Fa. Acme", "Fa.", ""), acme)
                && is_only_affix(&name("Acme", "Fa.", ""), acme)
        );
        assert!(is_only_affix(&name("Fa.", "", ""), acme) && is_only_affix(&name("", "", "Herr"), acme));
        assert!(!is_only_affix(&name("Herr", "", ""), None) && !is_only_affix(&name("Acme", "", ""), acme));
        assert!(
            !is_only_affix(&name("", "Dr.", "Ada"), acme)
                && !is_only_affix(&name("Ada King", "Dr.", ""), acme)
        );
    }

    #[test]
    fn line_breaks_become_blanks() {
        assert_eq!(one_line("Ada\r\n  King\n"), "Ada King");
        assert_eq!(one_line("Ada  King"), "Ada  King");
    }
}
