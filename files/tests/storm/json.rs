//! Writes people as lines of JSON.

use serde_json::{Value, json};

use crate::storm::encoding::Charset;
use crate::storm::people::{Alphabet, Person, Values};
use crate::storm::transformation::{Choices, Transformation, Wrapping};

/// The notation of lines of JSON.
pub(crate) struct Lines {
    charset: Charset,
    endings: &'static [&'static str],
    ends_with_line: bool,
    contact: fn(&Person) -> Value,
    /// Changes the text of each object.
    line: fn(&str) -> String,
    between: &'static [&'static str],
    values: Values,
    /// The texts before all objects, between them, and after them.
    array: Option<[&'static str; 3]>,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            charset: Charset::Utf8 { marks: 0 },
            endings: &["\n"],
            ends_with_line: true,
            contact: |person| {
                json!({
                    "name": {"given": person.given, "family": person.family},
                    "emails": person.emails.iter().map(|email| json!({"address": email})).collect::<Vec<_>>(),
                    "phones": person.phones.iter().map(|phone| json!({"number": phone})).collect::<Vec<_>>(),
                })
            },
            line: str::to_owned,
            between: &[],
            values: Values { emails: 1, phones: 1 },
            array: None,
        }
    }
}

const fn json(name: &'static str, group: &'static str, apply: fn(&mut Lines)) -> Transformation<Lines> {
    Transformation { name, group, apply }
}

impl Wrapping for Lines {
    const FILE_NAME: &'static str = "people.ndjson";
    const TRANSFORMATIONS: &'static [Transformation<Self>] = &[
        json("JSON: CR LF", "endings", |it| it.endings = &["\r\n"]),
        json("JSON: mixed line endings", "endings", |it| it.endings = &["\r\n", "\n", "\n\n"]),
        json("JSON: no line ending at the end", "last line", |it| it.ends_with_line = false),
        json("JSON: a byte order mark", "charset", |it| it.charset = Charset::Utf8 { marks: 1 }),
        json("JSON: two byte order marks", "charset", |it| it.charset = Charset::Utf8 { marks: 2 }),
        json("JSON: UTF-16 LE", "charset", |it| it.charset = Charset::Utf16Le),
        json("JSON: UTF-16 BE", "charset", |it| it.charset = Charset::Utf16Be),
        json("JSON: escaped characters", "line", |it| it.line = escaped),
        json("JSON: white space inside", "line", |it| {
            it.line = |line| format!("  {} \t", line.replace("\":", "\" :\t"));
        }),
        json("JSON: blank lines", "between", |it| it.between = &["", "   ", "\t"]),
        json("JSON: broken lines between", "between", |it| {
            it.between = &["{\"name\": ", "not JSON", "[]", "null"];
        }),
        json("JSON: plain texts", "contact", |it| {
            it.contact = |person| json!({"name": person.full_name(), "emails": person.emails, "phones": person.phones});
        }),
        json("JSON: nothing as null", "contact", |it| {
            it.contact = |person| {
                json!({
                    "external_id": null, "organization": null, "addresses": [],
                    "name": {"given": person.given, "family": person.family, "middle": null},
                    "emails": person.emails, "phones": person.phones,
                })
            };
        }),
        json("JSON: several addresses and numbers", "values", |it| {
            it.values = Values { emails: 3, phones: 2 }
        }),
        json("JSON: an array", "array", |it| it.array = Some(["[", ",", "]"])),
        json("JSON: an array over several lines", "array", |it| it.array = Some(["[\n", "\n,\n", "\n]\n"])),
    ];

    fn write(&self, people: &[Person], choices: &mut Choices) -> Vec<u8> {
        let objects: Vec<String> =
            people.iter().map(|person| (self.line)(&(self.contact)(person).to_string())).collect();
        if let Some([before, between, after]) = self.array {
            return self.charset.encode(&format!("{before}{}{after}", objects.join(between)));
        }
        let mut text = String::new();
        for (number, object) in objects.iter().enumerate() {
            if number > 0 && !self.between.is_empty() {
                text.push_str(choices.one_of(self.between));
                text.push_str(choices.one_of(self.endings));
            }
            text.push_str(object);
            if number + 1 < objects.len() || self.ends_with_line {
                text.push_str(choices.one_of(self.endings));
            }
        }
        self.charset.encode(&text)
    }

    fn alphabet(&self) -> Alphabet {
        self.charset.alphabet()
    }

    fn values(&self) -> Values {
        self.values
    }
}

fn escaped(line: &str) -> String {
    let escape = |unit: u16| match char::from_u32(u32::from(unit)).filter(char::is_ascii) {
        Some(character) => character.to_string(),
        None => format!("\\u{unit:04x}"),
    };
    line.encode_utf16().map(escape).collect()
}
