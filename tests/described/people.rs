//! People that are easily mistaken for each other: families with one address, namesakes, and names that a vendor changes.

use serde_json::{Value, json};
use unicontact::providers::UnifiedContact;
use unicontact_sandbox::StoredContact;

use crate::simulated::random::Random;

/// A custom field of 40 hexadecimal digits, as one vendor names them.
const HASH: &str = "0123456789abcdef0123456789abcdef01234567";
const GIVEN: [&str; 8] =
    ["Ada", "Zoë", "Łukasz", "Jo", "Anna  Maria", "MAXIMILIAN", "Bartholomäus-Ferdinand-Augustinus", "Siân"];
const FAMILY: [&str; 7] =
    ["King", "Müller", "O'Neil", "Straße", "de la Cruz", "Featherstonehaugh-Cholmondeley", "Öz"];

/// A person to deliver.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// The number that tells the person apart at the vendor, in a field that no search compares.
    pub(super) mark: usize,
    pub(super) name: String,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
}

impl Person {
    pub(super) fn new(mark: usize, name: &str, email: Option<&str>) -> Self {
        Self { mark, name: name.to_owned(), email: email.map(str::to_owned), phone: None }
    }

    pub(super) fn with_phone(self, number: &str) -> Self {
        Self { phone: Some(number.to_owned()), ..self }
    }

    pub(super) fn contact(&self) -> UnifiedContact {
        let mark = self.mark.to_string();
        let mut document = json!({
            "external_id": mark,
            "name": self.name,
            "vendor": {
                "hubspot": {"sandbox_mark": mark},
                "salesforce": {"Sandbox_Mark__c": mark},
                "pipedrive": {"custom_fields": {HASH: mark}},
            },
        });
        for (list, value) in [("emails", &self.email), ("phones", &self.phone)] {
            if let Some(value) = value {
                document[list] = json!([value]);
            }
        }
        UnifiedContact::from_json(document).unwrap()
    }
}

/// Returns the number of the person whom the vendor stores here.
pub(super) fn mark_in(contact: &StoredContact) -> usize {
    let places = ["/properties/sandbox_mark", "/Sandbox_Mark__c", &format!("/custom_fields/{HASH}")];
    let mark = places.iter().find_map(|place| contact.body.pointer(place)).and_then(Value::as_str);
    mark.expect("every contact is marked").parse().unwrap()
}

/// Returns people of whom some share a name or an address.
pub(super) fn people(random: &mut Random, count: usize) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for mark in 0..count {
        let name = format!("{} {}", random.pick(&GIVEN), random.pick(&FAMILY));
        let own = format!("person.{mark}@example.com");
        let phone = format!("+44207946{:04}", 100 + mark);
        let other = people.get(random.below(mark.max(1))).cloned();
        let person = match (random.below(10), other) {
            // A family with one address.
            (0 | 1, Some(other)) => Person::new(mark, &name, other.email.as_deref()).with_phone(&phone),
            // A namesake.
            (2 | 3, Some(other)) => Person::new(mark, &other.name, Some(&own)).with_phone(&phone),
            // A parent and a child with one name and one address.
            (4, Some(other)) => Person::new(mark, &other.name, other.email.as_deref()).with_phone(&phone),
            (5, _) => Person::new(mark, &name, None).with_phone(&phone),
            (6, _) => Person::new(mark, &name, None),
            (7, _) => Person::new(mark, &name, Some(&own.to_uppercase())),
            _ => Person::new(mark, &name, Some(&own)).with_phone(&phone),
        };
        people.push(person);
    }
    people
}
