//! The words that judge answers and search for contacts.

use super::Takes::{
    Any, Boolean, Choice, Choices, Count, Json, Number, Table, Tables, Text, TextOrTable, TextOrTexts,
    TextTable, TextsOrTables,
};
use super::{KEYS, NO_UPSERT, SOURCE_WORD, Word, WordTable, word};

const KINDS: &[&str] = &[
    "invalid",
    "already_exists",
    "unauthenticated",
    "permission_denied",
    "not_found",
    "rate_limited",
    "quota_exhausted",
    "unavailable",
    "interrupted",
    "blocked",
    "unexpected_response",
    "config",
];
const READ_METHOD: Word =
    word("method", Choice(&["GET", "POST"]), "The HTTP method. A POST must say `reads = true`.");
const READS: Word = word("reads", Boolean, "That the request changes nothing.");
const PATH: Word = word("path", Text, "What follows the base.");
const QUERY: Word = word("query", TextTable, "Query members.");
const HEADERS: Word = word("headers", TextTable, "Headers.");
const BODY: Word = word("body", Json, "The JSON body.");

pub(in crate::declared) static SUCCESS: WordTable = WordTable {
    name: "the success",
    words: &[
        word(
            "id",
            TextsOrTables(&PLACE),
            "Where the id stands: paths of which the first that holds something counts, or a header.",
        ),
        word("existing", Tables(&CONDITION), "When the vendor returned a contact that it had before."),
        word("ignored", Table(&IGNORED), "How a success names fields that it did not take."),
        SOURCE_WORD,
    ],
    refused: &[("part", "`part` is not in the format: say `text` with `{id}`, as `\"/contacts/{id}\"`")],
};

pub(in crate::declared) static PLACE: WordTable = WordTable {
    name: "a place in an answer",
    words: &[
        word("path", Text, "A path in the body."),
        word("header", Text, "A header."),
        word("text", Text, "A text with `{id}` where the id stands."),
    ],
    refused: &[("part", "`part` is not in the format: say `text` with `{id}`, as `\"/contacts/{id}\"`")],
};

pub(in crate::declared) static IGNORED: WordTable = WordTable {
    name: "what was ignored",
    words: &[
        word("path", Text, "The texts of the answer that name the fields."),
        word("says", TextOrTexts, "What such a text says. Without it, every text there counts."),
    ],
    refused: &[],
};

pub(in crate::declared) static CONDITION: WordTable = WordTable {
    name: "a condition",
    words: &[
        word("status", Any, "The HTTP status: a number, a text such as `4xx`, or a list of both."),
        word("path", Text, "A path in the body. Alone: it holds something other than false and 0."),
        word("header", Text, "A header. Alone: it is there."),
        word(
            "is",
            Any,
            "What path or header is: a value or a list of values. `\"{key}\"` is the account's key.",
        ),
        word("says", TextOrTexts, "What path, header or, alone, the message says, in any letter case."),
        word("absent", Boolean, "That the path holds nothing."),
        word("each", Text, "The elements of which one must meet `all`."),
        word(
            "all",
            Tables(&CONDITION),
            "The conditions that one element must meet. Their paths begin at the element.",
        ),
    ],
    refused: &[("empty", "`empty` is not in the format: a path alone says that it holds something")],
};

pub(in crate::declared) static WORDS: WordTable = WordTable {
    name: "the words of an error",
    words: &[
        word("code", TextOrTexts, "Paths of the vendor's code."),
        word("message", TextOrTexts, "Paths of the message."),
        word("request_id", TextOrTable(&PLACE), "Where the id of the request stands."),
        word("fields", Table(&FIELDS_OF_ERROR), "Where the messages about single fields stand."),
        word(
            "status",
            TextOrTexts,
            "Paths of a status in the body, which counts for more than the HTTP status.",
        ),
        SOURCE_WORD,
    ],
    refused: &[],
};

pub(in crate::declared) static FIELDS_OF_ERROR: WordTable = WordTable {
    name: "the fields of an error",
    words: &[
        word("list", Text, "A list with an entry for each field."),
        word("object", Text, "An object with a member for each field."),
        word("field", Text, "Where an entry names its field. Empty: the entry itself."),
        word("message", Text, "Where an entry has its message. Empty: the entry itself."),
    ],
    refused: &[],
};

pub(in crate::declared) static ERROR: WordTable = WordTable {
    name: "an error",
    words: &[
        word("when", Tables(&CONDITION), "The conditions that must all hold."),
        word("kind", Choice(KINDS), "The kind of the error."),
        word(
            "effect",
            Choice(&["refused", "unknown"]),
            "What the request did, where that differs from the kind's own.",
        ),
        word("existing", TextsOrTables(&PLACE), "Where the id of the contact that is there stands."),
        word("wait", Tables(&WAIT), "How long to wait."),
        SOURCE_WORD,
    ],
    refused: &[],
};

pub(in crate::declared) static WAIT: WordTable = WordTable {
    name: "a wait",
    words: &[
        word("header", Text, "The header that tells it."),
        word("path", Text, "The path that tells it."),
        word(
            "unit",
            Choice(&["seconds", "ms", "epoch", "time", "iso", "structured reset"]),
            "What it is in: `iso` is `time`. A time such as 2026-11-30T12:00:00Z is read in any unit.",
        ),
        word("seconds", Number, "A fixed wait."),
        word(
            "until",
            Choice(&["midnight UTC", "midnight", "the hour in the message"]),
            "The time until which to wait.",
        ),
        word("zone", Text, "The time zone of that time, by its IANA name."),
    ],
    refused: &[],
};

pub(in crate::declared) static LIMITS: WordTable = WordTable {
    name: "the limits",
    words: &[
        word("requests_per_second", Number, "The provider's rate, where it sets none."),
        word("concurrency", Count, "The provider's requests at once, where it sets none."),
        word("wait", Tables(&WAIT), "How long to wait after a 429 that no row names."),
        SOURCE_WORD,
    ],
    refused: &[],
};

pub(in crate::declared) static DEDUPE: WordTable = WordTable {
    name: "the dedupe",
    words: &[
        word("unique", Choices(KEYS), "What the vendor refuses twice."),
        word(
            "by",
            Choices(KEYS),
            "By what the vendor returns the first contact instead of creating another.",
        ),
        word("header", Text, "The header of an idempotency key."),
        word("key", Table(&DEDUPE_KEY), "An idempotency key that the client makes."),
        word("window", Text, "How long the vendor remembers what it saw, such as `24h`."),
        word("serialized", Boolean, "That equal requests in flight wait for each other."),
        SOURCE_WORD,
    ],
    refused: &[NO_UPSERT],
};

pub(in crate::declared) static DEDUPE_KEY: WordTable = WordTable {
    name: "an idempotency key",
    words: &[
        word("to", Text, "The field of the body that holds it."),
        word("header", Text, "The header that holds it."),
        word(
            "path",
            Boolean,
            "That it is the hole `{key}` in the path of the create. The same without any place.",
        ),
        word("as", Choice(&["uuid", "text"]), "Its form. Without it, a text."),
        SOURCE_WORD,
    ],
    refused: &[],
};

pub(in crate::declared) static FIND: WordTable = WordTable {
    name: "a search",
    words: &[
        word("by", Choice(KEYS), "What is searched for, which is the hole of that name."),
        READ_METHOD,
        READS,
        PATH,
        QUERY,
        HEADERS,
        BODY,
        word(
            "escape",
            Choice(&["backslash", "double"]),
            "How a quotation mark is escaped where the key stands in a query language.",
        ),
        word("results", Text, "The candidates in the answer. Empty: the whole answer."),
        word("id", Text, "The id of a candidate."),
        word("same", TextOrTexts, "What must equal the key."),
        word(
            "agree",
            TextTable,
            "Fields that must be equal as well: the sent field, and the candidate's path.",
        ),
        word("lag", Text, "How long after a create the search may miss it, such as `10s`."),
        word(
            "full",
            Count,
            "How many candidates a full page has. A full page without the contact proves nothing.",
        ),
        word("count", Text, "Where the number of all candidates stands."),
        word("more", Text, "A path that shows that there are further pages."),
        SOURCE_WORD,
    ],
    refused: &[],
};

pub(in crate::declared) static CHECK: WordTable = WordTable {
    name: "the check",
    words: &[
        READ_METHOD,
        READS,
        PATH,
        QUERY,
        HEADERS,
        BODY,
        word("expect", Text, "A path that a success holds."),
        SOURCE_WORD,
    ],
    refused: &[],
};
