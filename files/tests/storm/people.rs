//! Invented people.

use crate::storm::transformation::Choices;

/// A person with the values that every file must give back.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) given: String,
    pub(crate) family: String,
    pub(crate) emails: Vec<String>,
    /// In E.164.
    pub(crate) phones: Vec<String>,
    /// A text of ASCII letters and digits that only this person has. It is part of the first e-mail address.
    pub(crate) token: String,
}

/// How many e-mail addresses and phones a person has.
#[derive(Clone, Copy)]
pub(crate) struct Values {
    pub(crate) emails: usize,
    pub(crate) phones: usize,
}

/// The letters of names.
#[derive(Clone, Copy)]
pub(crate) enum Alphabet {
    Ascii,
    Western,
    CentralEuropean,
    Cyrillic,
    Japanese,
    All,
}

const ASCII: (&[&str], &[&str]) = (
    &["Ada", "Grace", "Mary Ann", "Jean-Luc", "Bo", "Kim"],
    &["King", "O'Brien", "van den Berg", "Example-Smith", "Lee", "MacDonald"],
);
const WESTERN: (&[&str], &[&str]) = (
    &["Zoë", "José", "Françoise", "Jürgen", "Åsa", "Anaïs"],
    &["Müller", "Peña", "Lefèvre", "Weiß", "Sørensen", "D'Ângelo"],
);
const CENTRAL_EUROPEAN: (&[&str], &[&str]) = (
    &["Łukasz", "Jiří", "Žofia", "Małgorzata", "Štěpán", "Erzsébet"],
    &["Wiśniewski", "Dvořák", "Kovačević", "Kőszegi", "Źrebięta", "Hruška"],
);
const CYRILLIC: (&[&str], &[&str]) =
    (&["Анна", "Дмитрий", "Ольга", "Фёдор"], &["Иванова", "Кузнецов", "Щербакова", "Примерный"]);
const JAPANESE: (&[&str], &[&str]) =
    (&["太郎", "花子", "ケンジ", "さくら"], &["山田", "佐藤", "鈴木", "高橋"]);

impl Alphabet {
    fn names(self, choices: &mut Choices) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Ascii => ASCII,
            Self::Western => WESTERN,
            Self::CentralEuropean => CENTRAL_EUROPEAN,
            Self::Cyrillic => CYRILLIC,
            Self::Japanese => JAPANESE,
            Self::All => choices.one_of(&[ASCII, WESTERN, CENTRAL_EUROPEAN, CYRILLIC, JAPANESE]),
        }
    }
}

pub(crate) fn people(count: usize, alphabet: Alphabet, values: Values, seed: u64) -> Vec<Person> {
    let mut choices = Choices(seed ^ 0x5eed);
    let first_number = choices.below(900);
    let person = |number: usize| {
        let (given, family) = alphabet.names(&mut choices);
        let token = format!("user{number:02}x");
        let email = |place| {
            if place == 0 { format!("{token}@example.com") } else { format!("{token}.{place}@example.org") }
        };
        let phone = |place| {
            let digits = first_number + number;
            if place == 0 {
                format!("+442079460{digits:03}")
            } else {
                format!("+447700900{:03}", (digits + place) % 1000)
            }
        };
        Person {
            given: choices.one_of(given).to_owned(),
            family: choices.one_of(family).to_owned(),
            emails: (0..values.emails).map(email).collect(),
            phones: (0..values.phones).map(phone).collect(),
            token,
        }
    };
    (0..count).map(person).collect()
}

impl Person {
    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }
}
