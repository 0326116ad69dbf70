//! Generates the contacts that all clients send, from their numbers. A request body has about 550 bytes.

use std::io::{self, Write};

use unicontact::providers::UnifiedContact;
use unicontact::providers::contact::{Address, Email, Link, LinkKind, Name, Phone};

use crate::Failure;

const GIVEN: [&str; 8] = ["Mira", "Ole", "Anouk", "Bela", "Citra", "Dewi", "Emil", "Farida"];
const FAMILY: [&str; 8] =
    ["Beispiel", "Sample", "Exemplar", "Contoh", "Ejemplo", "Voorbeeld", "Esempio", "Exempel"];
const HEADER: &str = "External ID,Full Name,Email 1,Email 2,Phone 1,Phone 2,Street,City,Postal Code,Country,\
                      Job Title,Website,LinkedIn,Photo";

/// One of many people, none of whom exists.
pub struct Person {
    /// What all of it is made from.
    pub number: u64,
    /// In one text.
    pub name: String,
    /// At work and at home.
    pub emails: [String; 2],
    /// In E.164.
    pub phones: [String; 2],
    /// Of the one address, in Berlin.
    pub street: String,
    /// The job title.
    pub title: &'static str,
    /// With its scheme.
    pub website: String,
    /// The address of a profile.
    pub linkedin: String,
    /// The address of a picture.
    pub photo: String,
}

impl Person {
    /// The same number is the same person.
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
            // Both ranges are reserved for fiction.
            phones: [format!("+44207946{:04}", number % 1000), format!("+447700900{:03}", number % 1000)],
            street: format!("Musterstrasse {}", number % 300),
            title: "Head of Samples and of Measurements",
            website: format!("https://people{}.example.com", number % 100),
            linkedin: format!("https://www.linkedin.com/in/example-{given}-{family}-{number}"),
            photo: format!("https://www.example.com/pictures/{given}-{family}-{number}.webp"),
        }
    }

    /// The same person for unicontact.
    ///
    /// # Errors
    ///
    /// When the model does not take it, which would be a mistake of this file.
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
            title: Some(self.title.to_owned()),
            links: vec![
                Link { kind: LinkKind::Website, url: self.website.parse()? },
                Link { kind: LinkKind::Linkedin, url: self.linkedin.parse()? },
            ],
            photo_url: Some(self.photo.parse()?),
            ..UnifiedContact::default()
        })
    }

    fn row(&self) -> String {
        let Self { number, name, emails, phones, street, title, website, linkedin, photo } = self;
        let [work, home] = emails;
        let [office, mobile] = phones;
        format!(
            "{number},{name},{work},{home},{office},{mobile},{street},Berlin,10115,DE,{title},{website},{linkedin},{photo}"
        )
    }
}

/// So many people as a CSV.
///
/// # Errors
///
/// When it cannot be written.
pub fn write_csv(out: &mut impl Write, people: u64) -> io::Result<()> {
    writeln!(out, "{HEADER}")?;
    (0..people).try_for_each(|number| writeln!(out, "{}", Person::new(number).row()))
}
