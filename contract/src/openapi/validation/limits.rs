//! The limits of texts, lists and objects: their numbers of parts, and the formats of texts.

use jiff::Timestamp;
use jiff::civil::Date;
use url::Url;

use crate::text_pattern::is_uuid;

/// What a limit counts. Each pair is that of the least and of the most.
#[derive(Clone, Copy)]
pub(super) struct Counted {
    pub(super) keys: [&'static str; 2],
    pub(super) words: [&'static str; 2],
    /// The unit of one, and of several.
    units: [&'static str; 2],
}

pub(super) const CHARACTERS: Counted = Counted {
    keys: ["minLength", "maxLength"],
    words: ["a shorter text", "a longer text"],
    units: ["character", "characters"],
};
pub(super) const ENTRIES: Counted = Counted {
    keys: ["minItems", "maxItems"],
    words: ["a shorter list", "a longer list"],
    units: ["entry", "entries"],
};
pub(super) const MEMBERS: Counted = Counted {
    keys: ["minProperties", "maxProperties"],
    words: ["an object with fewer members", "an object with more members"],
    units: ["member", "members"],
};

impl Counted {
    /// Returns a count with its unit.
    pub(super) fn in_words(self, count: u64) -> String {
        let [one, several] = self.units;
        format!("{count} {}", if count == 1 { one } else { several })
    }
}

/// Returns whether a text has a format. Every text has an unknown one.
pub(super) fn has_format(text: &str, format: &str) -> bool {
    match format {
        "date" => text.parse::<Date>().is_ok(),
        "date-time" => text.parse::<Timestamp>().is_ok(),
        "email" => text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()),
        "uri" | "url" => Url::parse(text).is_ok(),
        "uuid" => is_uuid(text),
        _ => true,
    }
}
