//! The vocabulary: the tables of a description and their words. The reader, the messages and the JSON Schema all use it.

mod answers;
mod mapping;
mod request;

use unicontact_model::nearest_word;

pub(super) use self::answers::{
    CHECK, CONDITION, DEDUPE, DEDUPE_KEY, ERROR, FIELDS_OF_ERROR, FIND, IGNORED, LIMITS, PLACE, SUCCESS,
    WAIT, WORDS,
};
pub(super) use self::mapping::{ADDRESS_SLOT, CUSTOM, EMAIL_SLOT, FIELD, NAME, PHONE_SLOT, REQUIRE, SECTION};
pub(super) use self::request::{
    ACCOUNT_KEY, ADDRESS, AUTH, CREATE, DERIVE, DESCRIPTION, ENTRIES, EXPIRES, SOURCE, TOKEN,
};

/// A table of the vocabulary.
#[derive(Debug)]
pub(super) struct WordTable {
    /// How messages and the documentation call it.
    pub(super) name: &'static str,
    pub(super) words: &'static [Word],
    /// Words that other versions of the format had, or that are left out on purpose, with what to write instead.
    pub(super) refused: &'static [(&'static str, &'static str)],
}

/// A word of a table.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) name: &'static str,
    pub(super) takes: Takes,
    /// What it means, in one sentence.
    pub(super) about: &'static str,
}

/// What a word takes.
#[derive(Debug)]
pub(super) enum Takes {
    Text,
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// One of these texts, or a list of them.
    Choices(&'static [&'static str]),
    TextOrTexts,
    Texts,
    Count,
    Number,
    Boolean,
    /// A whole number, or a table of whole numbers.
    CountOrCounts,
    /// A table whose members have names of their own, and a text, a whole number or a boolean as value.
    TextTable,
    /// A table whose members have names of their own and any value.
    FreeTable,
    /// A JSON value with holes.
    Json,
    Table(&'static WordTable),
    /// A table whose members are such tables.
    TableOfTables(&'static WordTable),
    /// A table, or a list of them.
    Tables(&'static WordTable),
    /// A text, a table, or a list of both.
    TextsOrTables(&'static WordTable),
    /// A text or such a table.
    TextOrTable(&'static WordTable),
    /// Several of the above, as the documentation says.
    Any,
}

impl WordTable {
    pub(super) fn has(&self, name: &str) -> bool {
        self.words.iter().any(|word| word.name == name)
    }

    /// Returns the message about a word that the table does not have.
    pub(super) fn unknown(&self, name: &str) -> String {
        if let Some((_, instead)) = self.refused.iter().find(|(word, _)| *word == name) {
            return (*instead).to_owned();
        }
        let words = self.words.iter().map(|word| word.name);
        match nearest_word(name, words.clone()) {
            Some(near) => format!("unknown key, did you mean `{near}`?"),
            None => format!("unknown key (there are {})", words.collect::<Vec<_>>().join(", ")),
        }
    }
}

/// The word by which every table says where it is from.
const SOURCE_WORD: Word =
    word("source", Takes::Text, "The name of the source of this table's facts, of those in [sources].");

const fn word(name: &'static str, takes: Takes, about: &'static str) -> Word {
    Word { name, takes, about }
}

/// What became of words of earlier versions of the format.
const LIMITS_IS_LIMIT: (&str, &str) =
    ("limits", "`limits` is `limit` now: a whole number, or a table of them for the parts");
const NAMES_IS_VALUES_AS: (&str, &str) = ("names", "`names` is `values_as` now");
const KINDS_AS_IS_VALUES_AS: (&str, &str) = ("kinds_as", "`kinds_as` is `values_as` now");
const NO_CASE: (&str, &str) =
    ("case", "`case` is not in the format: vendors are sent what the contact holds");
const NO_LOOKUP: (&str, &str) =
    ("lookup", "`lookup` is not in the format yet: give the id in the contact's vendor section");
const NO_UPSERT: (&str, &str) = (
    "upsert",
    "`upsert` is refused: it changes a contact that exists already, and a create must not; if the vendor has no other create, \
     say `overwrites` in [create]",
);
/// The values that identify a contact.
const KEYS: &[&str] = &["email", "phone", "external_id", "name"];
