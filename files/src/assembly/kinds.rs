//! The words that files use for work, home and mobile.
//!
//! A word that says more than the kind is kept as the label, as it was written.

use unicontact_model::contact::ChannelKind;

use super::Marks;

/// Words that say the kind and nothing else, in lower case.
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

/// Words that are inside a label and decide the kind, the strongest first.
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

/// What a label says. A star before it is how Google marks the main one.
pub(crate) fn marks_of(label: &str) -> Marks {
    let label = label.trim();
    let (label, primary) = match label.strip_prefix('*') {
        Some(rest) => (rest.trim(), true),
        None => (label, false),
    };
    if label.is_empty() {
        return Marks { primary, ..Marks::default() };
    }
    let lower = label.to_lowercase();
    if let Some(kind) = exact(&lower) {
        let says_more = lower == "iphone";
        return Marks { kind: Some(kind), label: says_more.then(|| label.to_owned()), primary };
    }
    let part = PARTS.iter().find(|(part, _)| lower.contains(part)).map(|(_, kind)| *kind);
    Marks { kind: Some(part.unwrap_or(ChannelKind::Other)), label: Some(label.to_owned()), primary }
}

/// The kind that a single word stands for.
pub(crate) fn exact(lower: &str) -> Option<ChannelKind> {
    let place = KINDS.binary_search_by(|(word, _)| (*word).cmp(lower)).ok()?;
    Some(KINDS[place].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_kinds_is_sorted() {
        assert!(KINDS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn a_word_that_says_more_than_the_kind_is_kept_as_the_label() {
        let fax = marks_of("Work Fax");
        assert_eq!((fax.kind, fax.label.as_deref()), (Some(ChannelKind::Fax), Some("Work Fax")));
        let school = marks_of("School");
        assert_eq!((school.kind, school.label.as_deref()), (Some(ChannelKind::Other), Some("School")));
        let work = marks_of("* Work");
        assert_eq!((work.kind, work.label, work.primary), (Some(ChannelKind::Work), None, true));
    }
}
