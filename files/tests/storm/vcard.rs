//! Writes people as vCards.

use std::fmt::Write;

use crate::storm::encoding::Charset;
use crate::storm::people::{Alphabet, Person, Values};
use crate::storm::transformation::{Choices, Transformation, Wrapping};

/// The notation of a file of vCards.
pub(crate) struct Cards {
    charset: Charset,
    version: &'static str,
    ending: &'static str,
    /// Texts between two cards. Each time one of them is chosen.
    seams: &'static [&'static str],
    begin: &'static str,
    end: &'static str,
    /// Whether the last card has no END.
    lacks_last_end: bool,
    /// Whether some other card has no END.
    lacks_an_end: bool,
    /// The width of folded lines in characters, and the prefix of continuation lines.
    folding: Option<(usize, &'static str)>,
    quoted_printable: bool,
    has_formatted_name: bool,
    has_structured_name: bool,
    email: &'static str,
    phone: &'static str,
    phone_prefix: &'static str,
    /// Further lines of each card.
    more: &'static [&'static str],
    values: Values,
    names_last: bool,
}

impl Default for Cards {
    fn default() -> Self {
        Self {
            charset: Charset::Utf8 { marks: 0 },
            version: "3.0",
            ending: "\r\n",
            seams: &["\r\n"],
            begin: "BEGIN:VCARD",
            end: "END:VCARD",
            lacks_last_end: false,
            lacks_an_end: false,
            folding: None,
            quoted_printable: false,
            has_formatted_name: true,
            has_structured_name: true,
            email: "EMAIL",
            phone: "TEL",
            phone_prefix: "",
            more: &[],
            values: Values { emails: 1, phones: 1 },
            names_last: false,
        }
    }
}

const fn card(name: &'static str, group: &'static str, apply: fn(&mut Cards)) -> Transformation<Cards> {
    Transformation { name, group, apply }
}

impl Wrapping for Cards {
    const FILE_NAME: &'static str = "people.vcf";
    const TRANSFORMATIONS: &'static [Transformation<Self>] = &[
        card("vCard: version 2.1", "version", |it| it.version = "2.1"),
        card("vCard: version 4.0", "version", |it| it.version = "4.0"),
        card("vCard: 2.1 in quoted-printable", "version", |it| {
            it.version = "2.1";
            it.quoted_printable = true;
        }),
        card("vCard: LF", "ending", |it| it.ending = "\n"),
        card("vCard: CR", "ending", |it| it.ending = "\r"),
        card("vCard: blank lines between cards", "seams", |it| {
            it.seams = &["\r\n\r\n", "\n\n\n", "\r\n \r\n"];
        }),
        card("vCard: cards on one line", "seams", |it| it.seams = &[""]),
        card("vCard: a blank between cards", "seams", |it| it.seams = &[" ", "\t", "  "]),
        card("vCard: NUL between cards", "seams", |it| it.seams = &["\0", "\r\n\0\r\n", "\0\0"]),
        card("vCard: form feed between cards", "seams", |it| {
            it.seams = &["\u{c}", "\r\n\u{c}\r\n", "\r\n\u{c}"];
        }),
        card("vCard: separators between cards", "seams", |it| {
            it.seams = &["\r\n----\r\n", ",", ";", "\r\n,\r\n"];
        }),
        card("vCard: text between cards", "seams", |it| {
            it.seams = &["\r\n# next\r\n", "\r\nPage 2 of 3\r\n"];
        }),
        card("vCard: byte order marks between cards", "seams", |it| it.seams = &["\r\n\u{feff}", "\u{feff}"]),
        card("vCard: an escape character between cards", "seams", |it| {
            it.seams = &["\u{1a}\r\n", "\r\n\u{1b}\r\n"];
        }),
        card("vCard: begin and end in lower case", "begin", |it| {
            it.begin = "begin:vcard";
            it.end = "end:vcard";
        }),
        card("vCard: begin and end in mixed case", "begin", |it| {
            it.begin = "Begin:vCard";
            it.end = "End:vCard";
        }),
        card("vCard: blanks around begin and end", "begin", |it| {
            it.begin = "  BEGIN:VCARD ";
            it.end = " END:VCARD\t";
        }),
        card("vCard: blanks inside begin and end", "begin", |it| {
            it.begin = "BEGIN: VCARD";
            it.end = "END : VCARD";
        }),
        card("vCard: no last end", "last end", |it| it.lacks_last_end = true),
        card("vCard: an end is missing", "an end", |it| it.lacks_an_end = true),
        card("vCard: folded", "folding", |it| it.folding = Some((20, " "))),
        card("vCard: folded inside words", "folding", |it| it.folding = Some((9, " "))),
        card("vCard: folded with tabs", "folding", |it| it.folding = Some((15, "\t"))),
        card("vCard: a byte order mark", "charset", |it| it.charset = Charset::Utf8 { marks: 1 }),
        card("vCard: two byte order marks", "charset", |it| it.charset = Charset::Utf8 { marks: 2 }),
        card("vCard: UTF-16 LE", "charset", |it| it.charset = Charset::Utf16Le),
        card("vCard: UTF-16 BE", "charset", |it| it.charset = Charset::Utf16Be),
        card("vCard: windows-1252", "charset", |it| it.charset = Charset::Windows1252),
        card("vCard: windows-1250", "charset", |it| it.charset = Charset::Windows1250),
        card("vCard: Shift_JIS", "charset", |it| it.charset = Charset::ShiftJis),
        card("vCard: groups", "e-mail", |it| {
            it.email = "item1.EMAIL;type=INTERNET;type=pref";
            it.phone = "item2.TEL";
        }),
        card("vCard: types of 2.1", "e-mail", |it| {
            it.email = "EMAIL;INTERNET;HOME";
            it.phone = "TEL;CELL;VOICE";
        }),
        card("vCard: properties in lower case", "e-mail", |it| {
            it.email = "email;type=home";
            it.phone = "tel;type=cell";
        }),
        card("vCard: types in quotes and unknown parameters", "e-mail", |it| {
            it.email = "EMAIL;TYPE=\"home\";X-EXAMPLE=\"a:b;c\"";
            it.phone = "TEL;TYPE=\"cell,voice\";X-EXAMPLE=1";
        }),
        card("vCard: numbers as addresses", "number", |it| {
            it.phone = "TEL;VALUE=uri";
            it.phone_prefix = "tel:";
        }),
        card("vCard: only the formatted name", "name", |it| it.has_structured_name = false),
        card("vCard: only the structured name", "name", |it| it.has_formatted_name = false),
        card("vCard: a picture", "more", |it| {
            it.more =
                &["PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQg", " AAABBBBCCCC=="];
        }),
        card("vCard: unknown properties and labels", "more", |it| {
            it.more = &[
                "X-PHONETIC-LAST-NAME:Ng",
                "item9.URL:https://example.com",
                "item9.X-ABLabel:_$!<HomePage>!$_",
                "REV:20260131T000000Z",
            ];
        }),
        card("vCard: a card inside", "more", |it| {
            it.more = &[
                "AGENT:",
                "BEGIN:VCARD",
                "VERSION:2.1",
                "FN:Somebody Else",
                "TEL:+44 20 7946 0999",
                "END:VCARD",
            ];
        }),
        card("vCard: lines without a colon", "more", |it| it.more = &["no property", "", "X"]),
        card("vCard: several addresses and numbers", "values", |it| {
            it.values = Values { emails: 3, phones: 2 }
        }),
        card("vCard: names after the other properties", "order", |it| it.names_last = true),
    ];

    fn write(&self, people: &[Person], choices: &mut Choices) -> Vec<u8> {
        let lacking = self.lacks_an_end.then(|| choices.below(people.len()));
        let last = people.len() - 1;
        let mut text = String::new();
        for (number, person) in people.iter().enumerate() {
            text.push_str(&self.card(person));
            let lacks_end = lacking == Some(number) || (self.lacks_last_end && number == last);
            if !lacks_end {
                text.push_str(self.end);
            }
            if number < last {
                // A card without END has a line ending before the next one.
                text.push_str(if lacks_end { self.ending } else { choices.one_of(self.seams) });
            } else if !lacks_end {
                text.push_str(self.ending);
            }
        }
        self.charset.encode(&text)
    }

    fn has_unknown_encoding(&self) -> bool {
        self.charset.is_unknown()
    }

    fn alphabet(&self) -> Alphabet {
        self.charset.alphabet()
    }

    fn values(&self) -> Values {
        self.values
    }
}

impl Cards {
    /// Returns a card without its END.
    fn card(&self, person: &Person) -> String {
        let mut properties: Vec<String> = Vec::new();
        if self.has_structured_name {
            properties.push(self.property("N", &[&person.family, &person.given, "", "", ""]));
        }
        if self.has_formatted_name {
            properties.push(self.property("FN", &[&person.full_name()]));
        }
        properties.extend(person.emails.iter().map(|email| format!("{}:{email}", self.email)));
        properties
            .extend(person.phones.iter().map(|phone| format!("{}:{}{phone}", self.phone, self.phone_prefix)));
        if self.names_last {
            properties
                .rotate_left(usize::from(self.has_structured_name) + usize::from(self.has_formatted_name));
        }
        let mut lines = vec![self.begin.to_owned(), format!("VERSION:{}", self.version)];
        lines.extend(properties.iter().map(|property| self.folded(property)));
        lines.extend(self.more.iter().map(|line| (*line).to_owned()));
        lines.iter().fold(String::new(), |text, line| text + line + self.ending)
    }

    fn property(&self, name: &str, values: &[&str]) -> String {
        if !self.quoted_printable {
            return format!("{name}:{}", values.join(";"));
        }
        let values: Vec<String> = values.iter().map(|value| quoted_printable(value)).collect();
        format!("{name};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{}", values.join(";"))
    }

    /// Returns a folded line. A line in quoted-printable has its own breaks and is not folded.
    fn folded(&self, line: &str) -> String {
        let Some((width, mark)) = self.folding.filter(|_| !line.contains("QUOTED-PRINTABLE")) else {
            return line.to_owned();
        };
        let characters: Vec<char> = line.chars().collect();
        let pieces: Vec<String> = characters.chunks(width).map(|piece| piece.iter().collect()).collect();
        pieces.join(&format!("{}{mark}", self.ending))
    }
}

fn quoted_printable(text: &str) -> String {
    text.bytes().fold(String::new(), |mut quoted, byte| {
        if byte.is_ascii_alphanumeric() || byte == b' ' {
            quoted.push(char::from(byte));
        } else {
            write!(quoted, "={byte:02X}").unwrap();
        }
        quoted
    })
}
