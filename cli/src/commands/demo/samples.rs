//! The sample contacts of the demo, each with the sentence about what it shows.

use serde_json::{Value, json};
use unicontact::providers::UnifiedContact;

use crate::exit::Failure;
use crate::failure_code::FailureCode;

/// A contact and what it shows.
pub(super) struct Sample {
    pub(super) title: &'static str,
    pub(super) contact: UnifiedContact,
}

impl Sample {
    fn new(title: &'static str, json: Value) -> Result<Self, Failure> {
        let contact = UnifiedContact::from_json(json)
            .map_err(|error| Failure::new(FailureCode::Usage, error.to_string()))?;
        Ok(Self { title, contact })
    }
}

/// Returns the contacts that are delivered in order.
pub(super) fn samples() -> Result<Vec<Sample>, Failure> {
    let samples = [
        ("A person with everything: each field has a fate at each vendor", person_with_everything()),
        (
            "An organization",
            json!({
                "external_id": "demo-2",
                "kind": "organization",
                "organization": "Analytical Engines",
                "emails": ["office@example.com"],
                "phones": ["+442079460100"],
                "links": [{"kind": "website", "url": "https://example.com"}],
            }),
        ),
        (
            "A name in another script",
            json!({"external_id": "demo-3", "name": "山田 花子", "phones": ["+81 3-5550-1234"]}),
        ),
        (
            "A contact without a name: four of the six cannot hold it",
            json!({"external_id": "demo-4", "emails": ["nobody@example.com"]}),
        ),
        (
            "A contact that one vendor refuses",
            json!({
                "external_id": "demo-5",
                "name": "Charles Example",
                "vendor": {"cloverhound": {"contact_phones_attributes": [{"number": "not a number"}]}},
            }),
        ),
    ];
    samples.into_iter().map(|(title, json)| Sample::new(title, json)).collect()
}

/// Returns the contact of which answers get lost.
pub(super) fn lost() -> Result<Sample, Failure> {
    let json = json!({"external_id": "demo-6", "name": "Grace Example", "emails": ["grace@example.com"]});
    Sample::new("A lost answer: two vendors create the contact, and the connection breaks", json)
}

fn person_with_everything() -> Value {
    json!({
        "external_id": "demo-1",
        "name": {"full": "Dr Ada King", "prefix": "Dr", "given": "Ada", "family": "King"},
        "emails": [
            {"address": "ada@example.com", "kind": "work", "label": "Office", "primary": true},
            {"address": "ada@example.org", "kind": "home"},
        ],
        "phones": [
            {"number": "+44 20 7946 0123", "kind": "work", "extension": "12"},
            {"number": "+44 7700 900123", "kind": "mobile"},
        ],
        "addresses": [{
            "kind": "work", "street": "1 Park Lane", "street2": "Flat 2", "city": "London",
            "postal_code": "W1K 1QA", "country": "GB",
        }],
        "organization": {"name": "Analytical Engines", "department": "Research"},
        "title": "Countess",
        "links": [
            {"kind": "linkedin", "url": "https://www.linkedin.com/in/example"},
            {"kind": "website", "url": "https://example.com"},
        ],
        "birthday": "1985-12-10",
        "notes": "Wrote the first program.",
        "tags": ["vip"],
        "vendor": {"emnify": {"purchase_order_number": "PO-7"}, "hubspot": {"lifecyclestage": "lead"}},
    })
}
