//! The words of the account, the address, the credentials and the request.

use super::Takes::{
    Any, Boolean, Choice, Choices, FreeTable, Json, Table, TableOfTables, Tables, Text, TextOrTexts,
    TextTable, Texts,
};
use super::{KEYS, NO_LOOKUP, NO_UPSERT, SOURCE_WORD, WordTable, answers, mapping, word};

/// The whole description.
pub(in crate::declared) static DESCRIPTION: WordTable = WordTable {
    name: "the description",
    words: &[
        word("format", Any, "The version of the format: 1."),
        word("vendor", Text, "The vendor's name in configuration and output: lower case, digits and `_`."),
        word("title", Text, "The vendor's name in sentences."),
        word("docs", Text, "The address of the vendor's page about creating a contact."),
        word("source", Text, "The source of every table that names no other."),
        word(
            "ignores_unknown",
            Boolean,
            "Whether the vendor answers a success although it drops fields that it does not know.",
        ),
        word("sources", TableOfTables(&SOURCE), "Where the facts are from: a table for each source."),
        word("account", TableOfTables(&ACCOUNT_KEY), "The keys of a provider's table: one table for each."),
        word("address", Table(&ADDRESS), "Where the vendor's API is."),
        word(
            "auth",
            Tables(&AUTH),
            "How a request shows its credential. Of several, the first whose keys are all set.",
        ),
        word("create", Table(&CREATE), "The request that creates a contact."),
        word("constants", FreeTable, "Fields that are always sent. The key is a path in the body."),
        word("name", Table(&mapping::NAME), "The vendor's fields for the parts of a name."),
        word("emails", Tables(&mapping::EMAIL_SLOT), "Places for e-mail addresses, tried in their order."),
        word("phones", Tables(&mapping::PHONE_SLOT), "Places for telephone numbers, tried in their order."),
        word(
            "addresses",
            Tables(&mapping::ADDRESS_SLOT),
            "Places for postal addresses, tried in their order.",
        ),
        word("field", Tables(&mapping::FIELD), "A place for one other field of the contact."),
        word("custom", Table(&mapping::CUSTOM), "Where the contact's custom fields go."),
        word(
            "section",
            Table(&mapping::SECTION),
            "What the contact's own section for this vendor may not hold.",
        ),
        word(
            "drops",
            TextTable,
            "Why a field is dropped, where \"the vendor has no such field\" is not enough.",
        ),
        word("require", Table(&mapping::REQUIRE), "The vendor's fields without which nothing is sent."),
        word("success", Table(&answers::SUCCESS), "Where the id of a created contact stands."),
        word("words", Table(&answers::WORDS), "Where an error has its code, message and fields."),
        word("error", Tables(&answers::ERROR), "What an answer means. The first row that holds decides."),
        word("limits", Table(&answers::LIMITS), "How many requests the vendor takes."),
        word("dedupe", Table(&answers::DEDUPE), "How the vendor itself avoids a second contact."),
        word("find", Tables(&answers::FIND), "A search for a contact whose answer was lost."),
        word("check", Table(&answers::CHECK), "A request that proves the credentials and changes nothing."),
    ],
    refused: &[NO_LOOKUP, NO_UPSERT],
};

pub(in crate::declared) static SOURCE: WordTable = WordTable {
    name: "a source",
    words: &[
        word(
            "kind",
            Choice(&["documented", "recorded", "third_party", "inferred", "memory"]),
            "How far it can be trusted.",
        ),
        word("at", Text, "Where it is: an address, a file of a repository at a commit."),
        word("date", Text, "When it was written or read."),
    ],
    refused: &[],
};

pub(in crate::declared) static ACCOUNT_KEY: WordTable = WordTable {
    name: "a key of the account",
    words: &[
        word(
            "kind",
            Choice(&["text", "integer", "integers", "choice", "table", "host_label", "origin", "segment"]),
            "What the key takes. Without it, a text.",
        ),
        word("secret", Boolean, "Whether it is a credential, which is never shown."),
        word("optional", Boolean, "Whether a provider may leave it out."),
        word("default", Any, "Its value where a provider leaves it out."),
        word("about", Text, "What it is and where the user finds it."),
        word(
            "choices",
            Any,
            "The values of a choice: a list of texts, or a table of tables whose values belong together.",
        ),
        word(
            "hosts",
            Texts,
            "Patterns that the host of an origin must match, such as `*.my.salesforce.com`.",
        ),
        word("derive", Table(&DERIVE), "How its value follows from another key."),
        SOURCE_WORD,
    ],
    refused: &[],
};

pub(in crate::declared) static DERIVE: WordTable = WordTable {
    name: "a derivation",
    words: &[
        word("from", Text, "The key that it follows from."),
        word("after_last", Text, "It is what stands there after the last of these characters."),
    ],
    refused: &[],
};

pub(in crate::declared) static ADDRESS: WordTable = WordTable {
    name: "the address",
    words: &[
        word(
            "base",
            Text,
            "An https address, with holes of the kinds host_label, origin, choice and segment.",
        ),
        SOURCE_WORD,
    ],
    refused: &[],
};

pub(in crate::declared) static AUTH: WordTable = WordTable {
    name: "a credential",
    words: &[
        word("about", Text, "What it is, for people."),
        word("bearer", Text, "The credential after `Authorization: Bearer`."),
        word("basic", Texts, "User and password of HTTP Basic."),
        word("headers", TextTable, "Headers that hold a credential."),
        word(
            "query",
            TextTable,
            "Query members that hold a credential. They are added after everything that is shown or logged.",
        ),
        word("token", Table(&TOKEN), "How an access token is fetched, which is `{token}` in this table."),
        SOURCE_WORD,
    ],
    refused: &[],
};

pub(in crate::declared) static TOKEN: WordTable = WordTable {
    name: "a token",
    words: &[
        word(
            "grant",
            Choice(&["client_credentials", "refresh_token", "login"]),
            "How it is granted. The first two use the account's client_id and client_secret, the second also refresh_token.",
        ),
        word("url", Text, "The address that grants it, whole or from the base on."),
        word(
            "sends",
            Choice(&["body", "basic"]),
            "Whether client_id and client_secret travel in the form or as HTTP Basic.",
        ),
        word(
            "body",
            Json,
            "The JSON body of a login. At `client_credentials` it replaces the form and names the client itself.",
        ),
        word(
            "form",
            Any,
            "The form of a login, or more members of the form of another grant. `true`: the body travels as a form.",
        ),
        word("path", Text, "Where the token stands in the answer. Without it, `access_token`."),
        word(
            "expires",
            Any,
            "When it ends: a time such as `2h`, a path of seconds, a path and a unit, or `jwt`.",
        ),
        word(
            "rotates",
            Boolean,
            "Whether each answer brings a new refresh token that replaces the one before.",
        ),
        word("scopes", TextOrTexts, "The scopes that are asked for, with holes of the account."),
        SOURCE_WORD,
    ],
    refused: &[],
};

pub(in crate::declared) static EXPIRES: WordTable = WordTable {
    name: "an expiry",
    words: &[
        word("path", Text, "Where the lifetime stands in the answer."),
        word("unit", Choice(&["seconds", "ms"]), "Its unit. Without it, seconds."),
    ],
    refused: &[],
};

pub(in crate::declared) static CREATE: WordTable = WordTable {
    name: "the create",
    words: &[
        word("method", Choice(&["POST", "PUT"]), "The HTTP method. Without it, POST."),
        word("path", Text, "What follows the base. Holes of the account only."),
        word("query", TextTable, "Query members."),
        word("headers", TextTable, "Headers."),
        word("content_type", Text, "The content type of the JSON. Without it, application/json."),
        word("envelope", Json, "What stands around the fields, with `\"{fields}\"` once."),
        word("entries", Table(&ENTRIES), "Sends the fields as a list of pairs."),
        word("values", Choice(&["text"]), "`text`: every value travels as a text."),
        word("overwrites", Choices(KEYS), "By what the vendor's only create replaces an equal contact."),
        word(
            "ignores_unknown",
            Boolean,
            "Whether the vendor answers a success although it drops fields that it does not know.",
        ),
        SOURCE_WORD,
    ],
    refused: &[NO_UPSERT],
};

pub(in crate::declared) static ENTRIES: WordTable = WordTable {
    name: "entries",
    words: &[
        word("key", Text, "The member that holds the field's name."),
        word("value", Text, "The member that holds its value."),
    ],
    refused: &[],
};
