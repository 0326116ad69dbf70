//! Maps the words of files for work, home and mobile to channel kinds.
//!
//! A label that means more than its kind is kept as it was written.

use unicontact_model::contact::ChannelKind;

use super::value::Attributes;

/// Words that mean a kind and nothing else, in lower case and sorted.
const KINDS: &[(&str, ChannelKind)] = &[
    ("arbeit", ChannelKind::Work),
    ("business", ChannelKind::Work),
    ("büro", ChannelKind::Work),
    ("cell", ChannelKind::Mobile),
    ("cell phone", ChannelKind::Mobile),
    ("dienstlich", ChannelKind::Work),
    ("fax", ChannelKind::Fax),
    ("geschäftlich", ChannelKind::Work),
    ("handy", ChannelKind::Mobile),
    ("haupt", ChannelKind::Main),
    ("home", ChannelKind::Home),
    ("iphone", ChannelKind::Mobile),
    ("main", ChannelKind::Main),
    ("mobil", ChannelKind::Mobile),
    ("mobile", ChannelKind::Mobile),
    ("mobile phone", ChannelKind::Mobile),
    ("office", ChannelKind::Work),
    ("other", ChannelKind::Other),
    ("personal", ChannelKind::Home),
    ("privat", ChannelKind::Home),
    ("private", ChannelKind::Home),
    ("sonstige", ChannelKind::Other),
    ("telefax", ChannelKind::Fax),
    ("work", ChannelKind::Work),
];

/// Words inside a label that decide its kind, the strongest first.
const PARTS: &[(&str, ChannelKind)] = &[
    ("fax", ChannelKind::Fax),
    ("mobil", ChannelKind::Mobile),
    ("cell", ChannelKind::Mobile),
    ("handy", ChannelKind::Mobile),
    ("work", ChannelKind::Work),
    ("business", ChannelKind::Work),
    ("home", ChannelKind::Home),
    ("main", ChannelKind::Main),
];

/// Returns the attributes in a label. Google marks the primary value with a star before the label.
pub(crate) fn attributes_from_label(label: &str) -> Attributes {
    let label = label.trim();
    let (label, primary) = match label.strip_prefix('*') {
        Some(rest) => (rest.trim(), true),
        None => (label, false),
    };
    if label.is_empty() {
        return Attributes { primary, ..Attributes::default() };
    }
    let lower = label.to_lowercase();
    if let Some(kind) = kind_of_word(&lower) {
        let says_more = lower == "iphone";
        return Attributes { kind: Some(kind), label: says_more.then(|| label.to_owned()), primary };
    }
    let part = PARTS.iter().find(|(part, _)| lower.contains(part)).map(|(_, kind)| *kind);
    Attributes { kind: Some(part.unwrap_or(ChannelKind::Other)), label: Some(label.to_owned()), primary }
}

/// Returns the kind of a word in lower case.
pub(crate) fn kind_of_word(lower: &str) -> Option<ChannelKind> {
    let index = KINDS.binary_search_by(|(word, _)| (*word).cmp(lower)).ok()?;
    Some(KINDS[index].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_kinds_is_sorted() {
        assert!(KINDS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn a_label_that_means_more_than_its_kind_is_kept() {
        let fax = attributes_from_label("Work Fax");
        assert_eq!((fax.kind, fax.label.as_deref()), (Some(ChannelKind::Fax), Some("Work Fax")));
        let school = attributes_from_label("School");
        assert_eq!((school.kind, school.label.as_deref()), (Some(ChannelKind::Other), Some("School")));
        let work = attributes_from_label("* Work");
        assert_eq!((work.kind, work.label, work.primary), (Some(ChannelKind::Work), None, true));
    }
}
