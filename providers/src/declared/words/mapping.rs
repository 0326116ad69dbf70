//! The words that place the fields of a contact.

use super::Takes::{
    Boolean, Choice, Choices, CountOrCounts, FreeTable, Json, Text, TextOrTexts, TextTable, Texts,
};
use super::{
    KINDS_AS_IS_VALUES_AS, LIMITS_IS_LIMIT, NAMES_IS_VALUES_AS, NO_CASE, NO_LOOKUP, SOURCE_WORD, Word,
    WordTable, word,
};

const KINDS: &[&str] = &["work", "home", "mobile", "fax", "main", "other", "none"];
const TO: Word = word("to", Text, "Where it goes: a path in the body. Holes of the account only.");
const KINDS_WORD: Word = word("kinds", Choices(KINDS), "Which kinds fit. Without it, all.");
const TAKE: Word = word(
    "take",
    Choice(&["one", "all"]),
    "Whether the place takes one entry or all that fit. Without it, one.",
);
const ITEM: Word = word("item", Json, "The object of one entry, with tokens such as `{address}`.");
const VALUES_AS: Word = word(
    "values_as",
    TextTable,
    "The vendor's values for kinds or values: `{ work = \"office\", \"*\" = \"other\" }`. Texts, whole numbers, `true` and `false`.",
);
const LIMIT: Word =
    word("limit", CountOrCounts, "The longest text that the vendor takes, for the place or for each part.");

pub(in crate::declared) static NAME: WordTable = WordTable {
    name: "the name",
    words: &[
        word("whole", Text, "The field for the whole name."),
        word("given", Text, "The field for the given name."),
        word("middle", Text, "The field for the middle name. Without it, it is joined to the given name."),
        word("family", Text, "The field for the family name."),
        word("prefix", Text, "The field for what stands before the name."),
        word("suffix", Text, "The field for what stands after the name."),
        word(
            "from_whole",
            Choice(&["split", "family", "given", "drop"]),
            "What becomes of a whole name where the vendor has only parts. `split` divides it before its last word.",
        ),
        word("organization", Text, "The field for the name of an organization without a person's name."),
        LIMIT,
        SOURCE_WORD,
    ],
    refused: &[LIMITS_IS_LIMIT, NO_CASE],
};

pub(in crate::declared) static EMAIL_SLOT: WordTable = WordTable {
    name: "a place for e-mail addresses",
    words: &[
        TO,
        KINDS_WORD,
        TAKE,
        word(
            "as",
            Choice(&["texts", "objects"]),
            "Its form: a list of texts, or a list of objects. Without it, one text.",
        ),
        ITEM,
        VALUES_AS,
        LIMIT,
        SOURCE_WORD,
    ],
    refused: &[LIMITS_IS_LIMIT, KINDS_AS_IS_VALUES_AS, NAMES_IS_VALUES_AS, NO_CASE],
};

pub(in crate::declared) static PHONE_SLOT: WordTable = WordTable {
    name: "a place for telephone numbers",
    words: &[
        TO,
        KINDS_WORD,
        TAKE,
        word(
            "as",
            Choice(&["texts", "objects"]),
            "Its form: a list of texts, or a list of objects. Without it, one text.",
        ),
        ITEM,
        VALUES_AS,
        word(
            "spare",
            Boolean,
            "Whether it takes a number that found no place of its kind, but never a fax number.",
        ),
        word(
            "format",
            Choice(&["e164", "digits"]),
            "`e164`: other numbers are dropped. `digits`: without the plus sign.",
        ),
        LIMIT,
        SOURCE_WORD,
    ],
    refused: &[LIMITS_IS_LIMIT, KINDS_AS_IS_VALUES_AS, NAMES_IS_VALUES_AS, NO_CASE],
};

pub(in crate::declared) static ADDRESS_SLOT: WordTable = WordTable {
    name: "a place for postal addresses",
    words: &[
        TO,
        KINDS_WORD,
        TAKE,
        word(
            "as",
            Choice(&["parts", "line", "object", "objects"]),
            "Its form: fields for the parts, one text, one object, or a list of objects.",
        ),
        word(
            "parts",
            TextTable,
            "The field of each part: street, street2, city, region, postal_code, country, kind.",
        ),
        ITEM,
        VALUES_AS,
        word("join", Text, "What stands between street and street2, and between the parts of a line."),
        word(
            "country",
            Choice(&["code", "code3", "name"]),
            "How the country is written. Without it, its code of two letters.",
        ),
        word(
            "needs",
            FreeTable,
            "What must be there: `\"*\"` for the whole address, a part's name for that part.",
        ),
        LIMIT,
        SOURCE_WORD,
    ],
    refused: &[LIMITS_IS_LIMIT, KINDS_AS_IS_VALUES_AS, NAMES_IS_VALUES_AS, NO_CASE, NO_LOOKUP],
};

pub(in crate::declared) static FIELD: WordTable = WordTable {
    name: "a field",
    words: &[
        word(
            "from",
            Text,
            "The contact's field: title, organization.name, organization.department, birthday, photo_url, notes, tags, owner_id, \
             external_id, kind, links, links.<kind> or custom.<key>.",
        ),
        TO,
        word(
            "as",
            Choice(&["text", "integer", "joined", "texts", "object", "objects", "account", "map"]),
            "Its form, where it is not a text.",
        ),
        word("join", Text, "What stands between joined tags. Without it, a comma and a space."),
        ITEM,
        VALUES_AS,
        word("hosts", Texts, "The hosts of which an account's name is taken."),
        word("date", Text, "How a date is written, as in strftime: `%d/%m/%Y`. Without it, `%Y-%m-%d`."),
        LIMIT,
        word("cut", Boolean, "`false`: a text that is too long is dropped, not cut."),
        SOURCE_WORD,
    ],
    refused: &[LIMITS_IS_LIMIT, KINDS_AS_IS_VALUES_AS, NAMES_IS_VALUES_AS, NO_CASE, NO_LOOKUP],
};

pub(in crate::declared) static CUSTOM: WordTable = WordTable {
    name: "the custom fields",
    words: &[
        word(
            "to",
            Text,
            "The object or list that holds them. Without it, they stand beside the other fields.",
        ),
        word("as", Choice(&["objects"]), "`objects`: a list of `item`."),
        word("item", Json, "The object of one field, with `{key}` and `{value}`."),
        word(
            "keys",
            Choice(&["as_is", "upper", "configured"]),
            "The vendor's keys: those of the contact (`as_is`), the same in capitals (`upper`), or those of the provider's table `custom_fields` alone (`configured`). With `as_is` and `upper`, the table may rename some.",
        ),
        word("values", Choice(&["text"]), "`text`: every value travels as a text."),
        word(
            "ignores_unknown",
            Boolean,
            "Whether the vendor drops keys that it does not know, and answers a success.",
        ),
        SOURCE_WORD,
    ],
    refused: &[NO_LOOKUP],
};

pub(in crate::declared) static SECTION: WordTable = WordTable {
    name: "the section",
    words: &[
        word("refuse", TextOrTexts, "Keys of the contact's section for this vendor that are dropped."),
        SOURCE_WORD,
    ],
    refused: &[],
};

pub(in crate::declared) static REQUIRE: WordTable = WordTable {
    name: "the requirements",
    words: &[
        word("all", TextOrTexts, "Fields of the vendor that must all hold something."),
        word("any", TextOrTexts, "Fields of the vendor of which one must hold something."),
        SOURCE_WORD,
    ],
    refused: &[],
};
