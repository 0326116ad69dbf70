//! No word of a description sends a secret outside of `[[auth]]`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::vendor::TOP;
use super::words_page::{examples, table_of, word_name};
use crate::declared::Description;
use crate::declared::document::{Node, NodeValue};
use crate::declared::words::{self, Takes, Word, WordTable};

/// The hole of a secret that no example has.
const HOLE: &str = "{hidden_key}";
const ACCOUNT: &str = "\n[account.hidden_key]\nsecret = true\noptional = true\n";

/// Returns the text with each of its quoted texts replaced by the hole, one at a time.
fn with_hole(text: &str) -> Vec<String> {
    let mut changed = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, it)) = rest.next() {
        match it {
            '#' => while rest.next_if(|(_, it)| *it != '\n').is_some() {},
            '"' | '\'' => {
                while let Some((_, inner)) = rest.next_if(|(_, inner)| *inner != it) {
                    if inner == '\\' && it == '"' {
                        rest.next();
                    }
                }
                let end = rest.next().map_or(text.len(), |(end, _)| end);
                changed.push([&text[..=start], HOLE, &text[end..], ACCOUNT].concat());
            }
            _ => {}
        }
    }
    changed
}

/// Returns the word whose value, or name of a member, is the hole.
fn word_of(table: &'static WordTable, node: &Node) -> Option<String> {
    node.members()?.iter().find_map(|(name, value)| {
        let word = table.words.iter().find(|word| word.name == name)?;
        in_word(table, word, value)
    })
}

fn in_word(table: &'static WordTable, word: &'static Word, value: &Node) -> Option<String> {
    match (&word.takes, &value.value) {
        (_, NodeValue::List(entries)) => entries.iter().find_map(|entry| in_word(table, word, entry)),
        (Takes::TableOfTables(inner), NodeValue::Table(members)) => {
            members.iter().find_map(|(_, node)| word_of(inner, node))
        }
        (takes, NodeValue::Table(_)) if table_of(word, takes).is_some() => {
            word_of(table_of(word, takes)?, value)
        }
        (_, NodeValue::Table(members)) => members.iter().find_map(|(name, member)| {
            if name == HOLE {
                Some(format!("a name in {}", word_name(table, word)))
            } else {
                in_word(table, word, member)
            }
        }),
        (_, NodeValue::Text(text)) => (text == HOLE).then(|| word_name(table, word)),
        _ => None,
    }
}

/// The words of a credential, which are the only ones that send a secret.
fn is_of_a_credential(word: &str) -> bool {
    word.ends_with(" of a credential") || word.ends_with(" of a token")
}

#[test]
fn every_word_refuses_a_secret_or_takes_no_hole() {
    let (mut refused, mut loaded) = (BTreeSet::new(), BTreeSet::new());
    for (place, example) in examples() {
        for text in with_hole(&example) {
            let root = Node::parse(&text).unwrap_or_else(|error| panic!("{place}: {error}\n{text}"));
            let Some(word) = word_of(&words::DESCRIPTION, &root).filter(|word| !is_of_a_credential(word))
            else {
                continue;
            };
            match Description::parse(&text) {
                Ok(_) => {
                    loaded.insert(word);
                }
                Err(error) if error.to_string().contains("`{hidden_key}` is a secret") => {
                    refused.insert(word);
                }
                Err(_) => {}
            }
        }
    }
    let lines = |words: &BTreeSet<String>| {
        words.iter().fold(String::new(), |mut text, word| {
            writeln!(text, "{word}").unwrap();
            text
        })
    };
    // A word of this list has holes and would show a secret.
    assert_eq!(lines(&refused), REFUSED);
    // A word of this list is sent or compared as it stands. Before another is added: does its text have holes?
    assert_eq!(lines(&loaded), LITERAL);
}

const REFUSED: &str = "\
`base` of the address
`body` of a search
`body` of the check
`constants` of the description
`envelope` of the create
`family` of the name
`given` of the name
`headers` of a search
`headers` of the check
`headers` of the create
`is` of a condition
`item` of a field
`item` of a place for e-mail addresses
`item` of a place for postal addresses
`item` of a place for telephone numbers
`item` of the custom fields
`middle` of the name
`organization` of the name
`parts` of a place for postal addresses
`path` of a search
`path` of the check
`path` of the create
`prefix` of the name
`query` of a search
`query` of the check
`query` of the create
`suffix` of the name
`to` of a field
`to` of a place for e-mail addresses
`to` of a place for postal addresses
`to` of a place for telephone numbers
`to` of an idempotency key
`to` of the custom fields
`whole` of the name
`zone` of a wait
a name in `constants` of the description
";
const LITERAL: &str = "\
`about` of a key of the account
`after_last` of a derivation
`agree` of a search
`all` of the requirements
`any` of the requirements
`at` of a source
`choices` of a key of the account
`code` of the words of an error
`count` of a search
`date` of a source
`default` of a key of the account
`docs` of the description
`drops` of the description
`each` of a condition
`existing` of an error
`expect` of the check
`field` of the fields of an error
`hosts` of a field
`id` of a search
`id` of the success
`join` of a field
`join` of a place for postal addresses
`key` of entries
`list` of the fields of an error
`message` of the fields of an error
`message` of the words of an error
`more` of a search
`object` of the fields of an error
`path` of a condition
`path` of a place in an answer
`path` of a wait
`path` of an expiry
`path` of what was ignored
`refuse` of the section
`results` of a search
`same` of a search
`says` of a condition
`says` of what was ignored
`status` of the words of an error
`title` of the description
`value` of entries
`values_as` of a field
`values_as` of a place for e-mail addresses
`values_as` of a place for postal addresses
`values_as` of a place for telephone numbers
";

const ROWS: &str = r#"
[account.api_key]
secret = true
[account.k]
kind = "segment"
secret = true
[[auth]]
bearer = "{api_key}"
"#;

#[test]
fn a_secret_is_refused_with_the_line_that_names_it() {
    let field = |lines: &str| format!("[[field]]\nfrom = \"tags\"\nto = \"tags\"\n{lines}\n");
    for (tables, expected) in [
        (field("as = \"objects\"\nitem = { a = \"{value}\", b = \"{api_key}\" }"), "field: `{api_key}`"),
        (field("[[field]]\nfrom = \"title\"\nto = \"x.{api_key}\""), "field: `{api_key}`"),
        ("[custom]\nto = \"c.{api_key}\"".to_owned(), "custom: `{api_key}`"),
        (
            "[custom]\nto = \"c\"\nas = \"objects\"\nitem = { k = \"{key}\", v = \"{value}\", s = \"{api_key}\" }".to_owned(),
            "custom: `{api_key}`",
        ),
        ("[dedupe]\nkey = { to = \"x.{api_key}\" }".to_owned(), "dedupe: `{api_key}`"),
        ("[constants]\n\"x.{api_key}\" = 1".to_owned(), "constants: `{api_key}`"),
        ("[constants]\na = { b = [\"{api_key}\"] }".to_owned(), "constants: `{api_key}`"),
        ("[check]\npath = \"/me\"\nquery = { k = \"{api_key}\" }".to_owned(), "check: `{api_key}`"),
        (
            "[[find]]\nby = \"email\"\npath = \"/{k}/{email}\"\nresults = \"\"\nid = \"id\"\nsame = \"email\"\nagree = { name = \"name\" }".to_owned(),
            "find: `{k}`",
        ),
        (
            "[[error]]\nwhen = { path = \"a\", is = \"{api_key}\" }\nkind = \"invalid\"".to_owned(),
            "error: `{api_key}`",
        ),
        (
            "[[error]]\nwhen = { each = \"a[]\", all = { header = \"b\", is = \"{api_key}\" } }\nkind = \"invalid\"".to_owned(),
            "error: `{api_key}`",
        ),
        (
            "[limits]\nwait = { until = \"midnight\", zone = \"{api_key}\" }".to_owned(),
            "limits: `{api_key}`",
        ),
    ] {
        let text = format!("{TOP}{ROWS}{tables}\n");
        let error = Description::parse(&text).err().map(|error| error.to_string()).unwrap_or_default();
        let is_named = |line: &&str| line.contains("{api_key}") || line.contains("{k}");
        let line = text.lines().count() - text.lines().rev().position(|line| is_named(&line)).unwrap();
        assert_eq!(error.lines().count(), 1, "{tables}\n{error}");
        assert!(error.starts_with(&format!("line {line}: {expected} is a secret, which only [[auth]] may")), "{tables}\n{error}");
    }
}

#[test]
fn a_token_of_an_object_is_no_secret_of_the_same_name() {
    let tables = "[account.key]\nsecret = true\n[[auth]]\nbearer = \"{key}\"\n[custom]\nto = \"c\"\nas = \"objects\"\n\
                  item = { k = \"{key}\", v = \"{value}\" }\n";
    Description::parse(&format!("{TOP}{tables}")).unwrap();
}
