//! Recognizes placeholders, which programs and people write in place of a missing value: `NULL`, `#N/A`, `-`.
//!
//! Each kind of field has its own set: the family name Null is no placeholder, and the id `null` is.

mod templates;

/// Words for a missing value, without case, brackets, blanks and punctuation.
const WORDS: [&str; 33] = [
    "null",
    "none",
    "nil",
    "nan",
    "nat",
    "na",
    "nana",
    "notavailable",
    "notapplicable",
    "notset",
    "notfound",
    "noid",
    "novalue",
    "nodata",
    "undefined",
    "unknown",
    "unspecified",
    "unassigned",
    "missing",
    "blank",
    "empty",
    "void",
    "tbd",
    "tba",
    "false",
    "dbnull",
    "objectobject",
    "inf",
    "infinity",
    "keine",
    "unbekannt",
    "leer",
    "aucun",
];

/// The words after the `#` of `#N/A` in spreadsheets of other languages.
const NOT_AVAILABLE: [&str; 6] = ["nv", "nd", "nb", "it", "нд", "yok"];

/// The note on a placeholder.
pub(crate) const TAKEN_AS_EMPTY: &str = "a placeholder such as NULL or N/A; it is read as empty";

/// Words for a missing e-mail address, phone number or link, in the form of [`WORDS`].
const NO_CHANNEL: [&str; 42] = [
    "no",
    "noemail",
    "noemailaddress",
    "nomail",
    "nophone",
    "nonumber",
    "kein",
    "keine",
    "keineemail",
    "keinemail",
    "keineangabe",
    "ohne",
    "sansemail",
    "inconnu",
    "sinemail",
    "brak",
    "ka",
    "kea",
    "entfällt",
    "nichtvorhanden",
    "sans",
    "aucune",
    "néant",
    "sintelefono",
    "sinteléfono",
    "notiene",
    "ninguno",
    "nessuno",
    "nenhum",
    "nãotem",
    "geen",
    "nvt",
    "onbekend",
    "ingen",
    "nincs",
    "nemá",
    "yok",
    "нет",
    "немає",
    "无",
    "無",
    "なし",
];

/// Words that are placeholders in every field when they stand in brackets: `(null)`, `[NULL]`, `<NA>`.
const IN_BRACKETS: [&str; 17] = [
    "null",
    "none",
    "nil",
    "nan",
    "na",
    "undefined",
    "unknown",
    "blank",
    "empty",
    "notset",
    "novalue",
    "nodata",
    "notavailable",
    "leer",
    "keine",
    "unbekannt",
    "vide",
];

/// Returns whether a text, which is not empty, is a placeholder for an e-mail address, a phone number or a link.
pub(crate) fn is_channel_placeholder(text: &str) -> bool {
    if text.bytes().any(|byte| byte.is_ascii_digit()) {
        return is_id_placeholder(text);
    }
    text.len() <= MAX_BYTES
        && !text.contains('@')
        && (is_id_placeholder(text)
            || is_in_brackets(text)
            || templates::is_unfilled(text)
            || NO_CHANNEL.contains(&bare(text).as_str()))
}

/// No placeholder has more bytes.
const MAX_BYTES: usize = 48;

/// Returns whether a text may be a placeholder. This cheap check rules out most texts.
pub(crate) fn may_be_placeholder(text: &str) -> bool {
    text.len() <= MAX_BYTES && may_begin_placeholder(text)
}

/// Returns whether a text begins like a placeholder, or with a blank.
pub(crate) fn may_begin_placeholder(text: &str) -> bool {
    // From 0x80 on: the first bytes of dashes, dots and question marks of other scripts in UTF-8.
    let may_begin = |first: &u8| match first {
        b't' | b'T' => text.len() <= 6 && matches!(text.as_bytes().get(1), Some(b'b' | b'B' | b'.')),
        0x80.. => matches!(first, 0xe2 | 0xe3 | 0xef),
        _ => !first.is_ascii_alphanumeric() || b"nNuUkK".contains(first),
    };
    text.as_bytes().first().is_some_and(may_begin)
}

/// Returns whether a text is a placeholder in every field, including free text.
pub(crate) fn is_placeholder(text: &str) -> bool {
    may_be_placeholder(text)
        && (is_name_placeholder(text)
            || text.eq_ignore_ascii_case("null")
            || text.eq_ignore_ascii_case("undefined")
            || matches!(text, "nan" | "NAN" | "None" | "NaT" | "-nan" | "-NaN"))
}

/// Returns whether a text is a placeholder for a company, a title, a city or the like.
pub(crate) fn is_text_placeholder(text: &str) -> bool {
    const TEXTS: [&str; 11] = [
        "notavailable",
        "notapplicable",
        "notset",
        "notspecified",
        "notprovided",
        "novalue",
        "nodata",
        "unspecified",
        "unassigned",
        "unbekannt",
        "keineangabe",
    ];
    if !may_be_placeholder(text) {
        return false;
    }
    is_placeholder(text)
        || matches!(
            text,
            "k.a."
                | "k. a."
                | "K.A."
                | "K. A."
                | "NA"
                | "na"
                | "N.A."
                | "n.a."
                | "none"
                | "NONE"
                | "nil"
                | "NIL"
                | "Nil"
        )
        || text.eq_ignore_ascii_case("unknown")
        || text.eq_ignore_ascii_case("keine")
        || TEXTS.contains(&bare(text).as_str())
}

/// Returns whether a part of a name is a placeholder in any name: `(null)`, `#N/A`, `\N`, `N/A`, `-`.
pub(crate) fn is_name_placeholder(text: &str) -> bool {
    may_be_placeholder(text)
        && (!text.contains(char::is_alphanumeric) && text.chars().all(is_filler)
            || text.eq_ignore_ascii_case("n/a")
            || matches!(text, "\\N" | "NaN" | "[object Object]")
            || matches!(text, "TBD" | "tbd" | "TBA" | "tba" | "T.B.D." | "t.b.d." | "k.A." | "k. A." | "k.A")
            || is_in_brackets(text)
            || templates::is_unfilled(text)
            || is_spreadsheet_error_in_capitals(text))
}

/// Returns whether a part of a name is a placeholder word that may also be a name: Null, Na, None, Nan.
pub(crate) fn is_ambiguous_name(text: &str) -> bool {
    const NAMES: [&str; 14] = [
        "keineangabe",
        "null",
        "none",
        "nil",
        "nan",
        "na",
        "undefined",
        "unknown",
        "noname",
        "notavailable",
        "notset",
        "unbekannt",
        "keine",
        "unnamed",
    ];
    may_be_placeholder(text) && NAMES.contains(&bare(text).as_str())
}

/// Returns whether a placeholder word is spelled as programs write it, in one case or as the `None` of Python.
pub(crate) fn has_program_spelling(text: &str) -> bool {
    text == "None"
        || !text.contains(|it: char| it.is_lowercase())
        || !text.contains(|it: char| it.is_uppercase())
}

/// Returns whether a character fills a cell without a value: `-`, `?`, `...`.
fn is_filler(character: char) -> bool {
    matches!(
        character,
        '-' | '‐'..='―' | '−' | '－' | 'ー' | '_' | '.' | '…' | '?' | '？' | '/' | '\\' | '*' | '#' | ' '
    )
}

/// Returns whether a text is a placeholder word in brackets: `(null)`, `[NULL]`, `<NA>`, `{none}`.
fn is_in_brackets(text: &str) -> bool {
    const PAIRS: [(char, char); 5] = [('(', ')'), ('[', ']'), ('<', '>'), ('{', '}'), ('"', '"')];
    let inner = PAIRS.iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    inner.is_some_and(|inner| IN_BRACKETS.contains(&bare(inner).as_str()))
}

/// Errors of spreadsheets in many languages, without case and punctuation: `#REF!`, `#DIV/0!`, `#BEZUG!`, `#ССЫЛКА!`.
const SPREADSHEET_ERRORS: [&str; 52] = [
    "na",
    "nv",
    "nd",
    "nb",
    "нд",
    "yok",
    "ref",
    "value",
    "div0",
    "name",
    "null",
    "num",
    "spill",
    "calc",
    "busy",
    "field",
    "connect",
    "blocked",
    "unknown",
    "error",
    "bezug",
    "wert",
    "zahl",
    "überlauf",
    "valeur",
    "nom",
    "nombre",
    "nul",
    "valor",
    "rif",
    "valore",
    "nome",
    "verw",
    "waarde",
    "naam",
    "getal",
    "adr",
    "arg",
    "nazwa",
    "liczba",
    "dziel0",
    "ссылка",
    "знач",
    "имя",
    "число",
    "дел0",
    "пусто",
    "referens",
    "värdefel",
    "namn",
    "division0",
    "saknas",
];

/// Returns whether a text is a spreadsheet error in capitals: `#N/A`, `#REF!`, `#####`.
fn is_spreadsheet_error_in_capitals(text: &str) -> bool {
    let Some(error) = text.strip_prefix('#') else { return false };
    let is_known = || SPREADSHEET_ERRORS.contains(&bare(error).as_str());
    error.chars().all(|it| it == '#')
        || !error.contains(|it: char| it.is_lowercase() || it.is_whitespace()) && is_known()
}

/// Returns whether a text, which is not empty, is a placeholder for an id.
///
/// A real id that looks like a placeholder is read as no id, which is safe: its row is then identified by its other fields. A
/// placeholder that is read as an id would merge all rows that have it into one person.
pub(crate) fn is_id_placeholder(text: &str) -> bool {
    let Some(first) = text.chars().find(|character| character.is_alphanumeric()) else { return true };
    // Most ids are numbers or begin with a letter and have digits: they are neither zero nor a word.
    if first == '0' {
        return is_zero(text);
    }
    if text.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
        return is_no_number(text);
    }
    is_zero(text) || is_spreadsheet_error(text) || is_word(text) || templates::is_unfilled(text)
}

/// Returns whether a text is zero: `0`, `000`, `0.0`, or a UUID of zeros.
fn is_zero(text: &str) -> bool {
    const SCHEME: &str = "urn:uuid:";
    let scheme = text.get(..SCHEME.len()).filter(|head| head.eq_ignore_ascii_case(SCHEME));
    let text = &text[scheme.map_or(0, str::len)..];
    text.chars().all(|character| !character.is_alphanumeric() || character == '0')
}

/// Returns whether a text is not a number, as programs in C write it: `1.#QNAN`, `-1.#IND`.
fn is_no_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    text.strip_prefix("1.#").is_some_and(|rest| rest.chars().all(|character| character.is_ascii_alphabetic()))
}

/// Returns whether a text is a spreadsheet error: `#REF!`, `#NAME?`, `#DIV/0!`, `#NV`.
fn is_spreadsheet_error(text: &str) -> bool {
    let Some(error) = text.strip_prefix('#') else { return false };
    error.ends_with(['!', '?']) || NOT_AVAILABLE.contains(&bare(error).as_str())
}

fn is_word(text: &str) -> bool {
    // MySQL and PostgreSQL write `\N`.
    text.eq_ignore_ascii_case("\\N") || WORDS.contains(&bare(text).as_str())
}

/// Returns the letters and digits of a text in lower case.
fn bare(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
