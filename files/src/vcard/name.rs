//! The name in a card: its parts, and whether they name a person.

use calcard::vcard::{VCardEntry, VCardValue};
use unicontact_model::UnifiedContact;
use unicontact_model::contact::Name;

use crate::assembly::present;

/// Returns whether version 0.1.0 read the parts of an N property otherwise.
pub(super) fn is_read_otherwise(entry: &VCardEntry) -> bool {
    entry.values.iter().any(|value| match value {
        VCardValue::Text(text) => text.contains(['\n', '\r']),
        other => matches!(other, VCardValue::Component(_)),
    })
}

/// Returns the parts of an N property in its order: family, given, middle, prefix, suffix. Several names in one part
/// stand behind each other, and only suffixes are separated by commas.
pub(super) fn parts(entry: &VCardEntry) -> Vec<String> {
    const SUFFIX: usize = 4;
    let part = |(place, value): (usize, &VCardValue)| match value {
        VCardValue::Component(parts) => {
            let parts: Vec<&str> = parts.iter().filter_map(|part| present(part)).collect();
            one_line(&parts.join(if place == SUFFIX { ", " } else { " " }))
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

/// Words that stand before a name, in lower case and without a dot.
const PREFIXES: [&str; 27] = [
    "dhr", "dott", "dr", "fa", "firma", "frau", "herr", "herrn", "hr", "madame", "mevr", "miss", "mme",
    "monsieur", "mr", "mrs", "ms", "mx", "prof", "señor", "señora", "sig", "signora", "sr", "sra", "srta",
    "г-н",
];

/// Drops a prefix or a suffix that stands where a name should. Returns whether there was one.
pub(super) fn drop_lone_prefix(contact: &mut UnifiedContact) -> bool {
    let organization = contact.organization.as_ref().and_then(|it| it.name.as_deref());
    let is_alone = contact.name.as_ref().is_some_and(|name| names_nobody(name, organization));
    if is_alone {
        contact.name = None;
    }
    is_alone
}

/// Returns whether a name is a prefix or a suffix alone, or that and the name of the organization.
fn names_nobody(name: &Name, organization: Option<&str>) -> bool {
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

/// Returns whether a contact is an organization without a person: it has no name, or the name of the organization as a whole.
pub(super) fn is_organizations(contact: &UnifiedContact) -> bool {
    let Some(organization) = contact.organization.as_ref().and_then(|it| it.name.as_deref()) else {
        return false;
    };
    match &contact.name {
        None => true,
        Some(Name { full, given: None, middle: None, family: None, .. }) => {
            full.as_deref().is_none_or(|full| full == organization)
        }
        Some(_) => false,
    }
}

fn is_prefix(text: &str) -> bool {
    let word = text.trim_end_matches('.').to_lowercase();
    PREFIXES.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_alone_names_nobody() {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let name = |full, prefix, given| Name {
            full: text(full),
            prefix: text(prefix),
            given: text(given),
            ..Name::default()
        };
        let acme = Some("Acme");
        assert!(names_nobody(&name("", "Mr.", ""), None));
        assert!(names_nobody(&name("Mr.", "Mr.", ""), None));
        assert!(
            names_nobody(&name("Fa. Acme", "Fa.", ""), acme) && names_nobody(&name("Acme", "Fa.", ""), acme)
        );
        assert!(names_nobody(&name("Fa.", "", ""), acme) && names_nobody(&name("", "", "Herr"), acme));
        assert!(!names_nobody(&name("Herr", "", ""), None) && !names_nobody(&name("Acme", "", ""), acme));
        assert!(
            !names_nobody(&name("", "Dr.", "Ada"), acme) && !names_nobody(&name("Ada King", "Dr.", ""), acme)
        );
    }

    #[test]
    fn line_breaks_become_blanks() {
        assert_eq!(one_line("Ada\r\n  King\n"), "Ada King");
        assert_eq!(one_line("Ada  King"), "Ada  King");
    }
}
