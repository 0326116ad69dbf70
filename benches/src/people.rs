//! The contacts that all clients send, made up from numbers. Every client sends the same fields of a [`Person`], in a body of about
//! 550 bytes.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use serde::Deserialize;
use unicontact::providers::UnifiedContact;
use unicontact::providers::contact::{Address, Email, Link, LinkKind, Name, Phone};

use crate::Failure;

const GIVEN: [&str; 8] = ["Mira", "Ole", "Anouk", "Bela", "Citra", "Dewi", "Emil", "Farida"];
const FAMILY: [&str; 8] =
    ["Beispiel", "Sample", "Exemplar", "Contoh", "Ejemplo", "Voorbeeld", "Esempio", "Exempel"];
const ID: &str = "External ID";
const HEADER: &str = "Full Name,Email 1,Email 2,Phone 1,Phone 2,Street,City,Postal Code,Country,\
                      Job Title,Website,LinkedIn,Photo";

/// Whether the rows of a CSV have ids. Without one, the key of a contact is a hash of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ids {
    /// Numbers in the order of the rows.
    InOrder,
    /// No column of ids.
    Absent,
}

/// A row of the CSV, as a program without the library reads it.
#[derive(Deserialize)]
struct Row {
    #[serde(rename = "External ID", default)]
    number: u64,
    #[serde(rename = "Full Name")]
    name: String,
    #[serde(rename = "Email 1")]
    work: String,
    #[serde(rename = "Email 2")]
    home: String,
    #[serde(rename = "Phone 1")]
    office: String,
    #[serde(rename = "Phone 2")]
    mobile: String,
    #[serde(rename = "Street")]
    street: String,
    #[serde(rename = "Job Title")]
    title: String,
    #[serde(rename = "Website")]
    website: String,
    #[serde(rename = "LinkedIn")]
    linkedin: String,
    #[serde(rename = "Photo")]
    photo: String,
}

/// An invented person.
pub struct Person {
    /// The number from which the other fields are made.
    pub number: u64,
    /// The full name.
    pub name: String,
    /// The addresses at work and at home.
    pub emails: [String; 2],
    /// The telephone numbers, in E.164.
    pub phones: [String; 2],
    /// The street of the address, which is in Berlin.
    pub street: String,
    /// The job title.
    pub title: Cow<'static, str>,
    /// The address of the website, with its scheme.
    pub website: String,
    /// The address of a profile.
    pub linkedin: String,
    /// The address of a picture.
    pub photo: String,
}

impl Person {
    /// Returns the person with a number. The same number gives the same person.
    pub fn new(number: u64) -> Self {
        let given = GIVEN[usize::try_from(number % 8).unwrap_or(0)];
        let family = FAMILY[usize::try_from(number / 8 % 8).unwrap_or(0)];
        Self {
            number,
            name: format!("Dr {given} Quill {family} the {number}th of Testing"),
            emails: [
                format!("{given}.{family}.{number}@example.com"),
                format!("private.address.of.{given}.{number}@mail.example.org"),
            ],
            // Both ranges are reserved for fictitious numbers.
            phones: [format!("+44207946{:04}", number % 1000), format!("+447700900{:03}", number % 1000)],
            street: format!("Musterstrasse {}", number % 300),
            title: "Head of Samples and of Measurements".into(),
            website: format!("https://people{}.example.com", number % 100),
            linkedin: format!("https://www.linkedin.com/in/example-{given}-{family}-{number}"),
            photo: format!("https://www.example.com/pictures/{given}-{family}-{number}.webp"),
        }
    }

    /// Returns the person as a contact.
    ///
    /// # Errors
    ///
    /// If the contact is invalid, which would be a bug in this file.
    pub fn unified(self) -> Result<UnifiedContact, Failure> {
        let email = |address: String| -> Result<Email, Failure> {
            Ok(Email { address: address.parse()?, kind: None, label: None, primary: false })
        };
        let phone = |number: String| -> Result<Phone, Failure> {
            let number = number.parse()?;
            Ok(Phone { number, kind: None, label: None, primary: false, extension: None })
        };
        let [work, home] = self.emails;
        let [office, mobile] = self.phones;
        Ok(UnifiedContact {
            external_id: Some(self.number.to_string()),
            name: Some(Name { full: Some(self.name), ..Name::default() }),
            emails: vec![email(work)?, email(home)?],
            phones: vec![phone(office)?, phone(mobile)?],
            addresses: vec![Address {
                street: Some(self.street),
                city: Some("Berlin".to_owned()),
                postal_code: Some("10115".to_owned()),
                country: Some("DE".parse()?),
                ..Address::default()
            }],
            title: Some(self.title.into_owned()),
            links: vec![
                Link { kind: LinkKind::Website, url: self.website.parse()? },
                Link { kind: LinkKind::Linkedin, url: self.linkedin.parse()? },
            ],
            photo_url: Some(self.photo.parse()?),
            ..UnifiedContact::default()
        })
    }

    fn row(&self, ids: Ids) -> String {
        let Self { number, name, emails, phones, street, title, website, linkedin, photo } = self;
        let [work, home] = emails;
        let [office, mobile] = phones;
        let id = match ids {
            Ids::InOrder => format!("{number},"),
            Ids::Absent => String::new(),
        };
        format!(
            "{id}{name},{work},{home},{office},{mobile},{street},Berlin,10115,DE,{title},{website},{linkedin},{photo}"
        )
    }
}

impl From<Row> for Person {
    fn from(row: Row) -> Self {
        Self {
            number: row.number,
            name: row.name,
            emails: [row.work, row.home],
            phones: [row.office, row.mobile],
            street: row.street,
            title: row.title.into(),
            website: row.website,
            linkedin: row.linkedin,
            photo: row.photo,
        }
    }
}

/// Returns the people of a CSV that [`write_csv`] wrote.
///
/// # Errors
///
/// If the file cannot be opened. Each person is an error if its row cannot be read.
pub fn read_csv(path: &Path) -> Result<impl Iterator<Item = Result<Person, csv::Error>>, csv::Error> {
    let rows = csv::Reader::from_path(path)?.into_deserialize::<Row>();
    Ok(rows.map(|row| row.map(Person::from)))
}

/// Writes a CSV of the first `people` people.
///
/// # Errors
///
/// If `out` cannot be written.
pub fn write_csv(out: &mut impl Write, people: u64, ids: Ids) -> io::Result<()> {
    match ids {
        Ids::InOrder => writeln!(out, "{ID},{HEADER}")?,
        Ids::Absent => writeln!(out, "{HEADER}")?,
    }
    (0..people).try_for_each(|number| writeln!(out, "{}", Person::new(number).row(ids)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_people_of_a_csv_are_those_that_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.csv");
        for ids in [Ids::InOrder, Ids::Absent] {
            write_csv(&mut std::fs::File::create(&path).unwrap(), 3, ids).unwrap();
            let rows: Vec<String> = read_csv(&path).unwrap().map(|person| person.unwrap().row(ids)).collect();
            assert_eq!(rows, [0, 1, 2].map(|number| Person::new(number).row(ids)));
        }
    }
}
