//! The mapping of descriptions: compared with the adapters that are written by hand, and with laws that hold for every one.

mod contacts;
mod forms;
mod laws;
mod names;
mod told;

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use self::contacts::contact;
use super::super::account_values::AccountValues;
use super::super::description::Description;
use super::*;
use crate::clock::SystemClock;
use crate::cloverhound::{Cloverhound, CloverhoundConfig};
use crate::connection::ConnectionOptions;
use crate::http::Http;
use crate::onecloud::{OneCloud, OneCloudConfig};
use crate::provider::ContactProvider;

/// A description, bound to an account.
struct Described {
    description: Description,
    account: AccountValues,
    mapper: Mapper,
}

impl Described {
    fn new(text: &str, account: Value) -> Self {
        let description = Description::parse(text).unwrap_or_else(|error| panic!("{error}"));
        Self::from_description(description, account)
    }

    fn from_description(description: Description, account: Value) -> Self {
        let mut keys = account.as_object().cloned().unwrap_or_default();
        let account = AccountValues::read(&description.rules.account, &mut keys).unwrap();
        let mapper = Mapper::new(description.vendor(), description.title(), &description.rules, &account);
        Self { description, account, mapper }
    }

    fn map(&self, contact: &UnifiedContact, region: Option<Country>) -> Result<Mapped, String> {
        self.mapper.map(contact, region)
    }

    fn address(&self) -> String {
        let fill =
            |template: &super::super::template::Template| template.fill(|hole| self.account.text(hole));
        let (base, path) = (&self.description.rules.base, &self.description.rules.create.path);
        [fill(base).unwrap(), fill(path).unwrap()].concat()
    }
}

fn fates(fates: &[FieldFate]) -> BTreeMap<String, &FieldFate> {
    let by_field: BTreeMap<String, &FieldFate> =
        fates.iter().map(|fate| (fate.field.to_string(), fate)).collect();
    assert_eq!(by_field.len(), fates.len(), "each field has one fate");
    by_field
}

/// Compares what a description makes of a contact with what an adapter makes of it.
fn compare(
    described: &Described,
    adapter: &dyn ContactProvider,
    contact: &UnifiedContact,
    region: Option<Country>,
) -> Result<(), TestCaseError> {
    let draft = match (described.map(contact, region), adapter.draft(contact)) {
        (Err(_), Err(_)) => return Ok(()),
        (Ok(_), Err(error)) => return Err(TestCaseError::fail(format!("only the adapter refuses: {error}"))),
        (Err(error), Ok(_)) => {
            return Err(TestCaseError::fail(format!("only the description refuses: {error}")));
        }
        (Ok(mapped), Ok(draft)) => {
            prop_assert_eq!(&mapped.body, &*draft.body);
            let (mapped, drafted) = (fates(&mapped.fates), fates(&draft.fields));
            let keys = |fates: &BTreeMap<String, &FieldFate>| fates.keys().cloned().collect::<Vec<_>>();
            prop_assert_eq!(keys(&mapped), keys(&drafted));
            for (field, fate) in &mapped {
                let other = drafted[field];
                prop_assert_eq!((field, fate.fate, &fate.to), (field, other.fate, &other.to));
                prop_assert_eq!(fate.not_e164, other.not_e164);
                if !field.starts_with("vendor.") {
                    prop_assert_eq!((field, &fate.detail), (field, &other.detail));
                }
            }
            draft
        }
    };
    prop_assert_eq!(described.description.rules.create.method, draft.method);
    prop_assert_eq!(described.address(), draft.url.as_str());
    Ok(())
}

const CLOVERHOUND: &str = include_str!("../testdata/cloverhound.toml");
const ONECLOUD: &str = include_str!("../testdata/onecloud.toml");
/// The reasons that the adapter gives because the vendor documents no request.
const ONECLOUD_DROPS: &str = r#"
[drops]
kind = "OneCloud has no documented kind of contact"
notes = "OneCloud has no documented notes"
owner_id = "OneCloud has no documented owner"
addresses = "OneCloud has no documented postal addresses"
custom = "OneCloud has no documented custom fields"
links = "OneCloud has a place for Twitter and Facebook only"
"#;

fn http() -> Http {
    Http::new(Arc::new(SystemClock)).unwrap()
}

/// Returns the adapters without and with a region.
fn adapters<A>(adapter: impl Fn(ConnectionOptions) -> A) -> [(Option<Country>, A); 2] {
    [None, Some("DE".parse().unwrap())].map(|default_region| {
        (default_region, adapter(ConnectionOptions { default_region, ..ConnectionOptions::new("acme") }))
    })
}

/// Compares a description with the adapters over random contacts.
fn compare_all<A: ContactProvider>(
    described: &Described,
    adapters: &[(Option<Country>, A)],
    contacts: impl Strategy<Value = UnifiedContact>,
) {
    let mut runner = TestRunner::new(ProptestConfig::with_cases(1_000));
    let result = runner.run(&contacts, |contact| {
        adapters.iter().try_for_each(|(region, adapter)| compare(described, adapter, &contact, *region))
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn cloverhound_s_description_drafts_what_the_adapter_drafts() {
    let account = json!({"organization_id": 7, "api_key_id": "k", "api_key_secret": "s"});
    let described = Described::new(CLOVERHOUND, account);
    let config = || CloverhoundConfig::new(7, "k", "s");
    let adapters = adapters(|options| Cloverhound::new(options, config(), http()));
    let keys = &["id", "_destroy", "description", "full_name", "email", "contact_phones_attributes", "x"];
    compare_all(&described, &adapters, contact("cloverhound", keys));
}

#[test]
fn onecloud_s_description_drafts_what_the_adapter_drafts() {
    let described = Described::new(&[ONECLOUD, ONECLOUD_DROPS].concat(), json!({"token": "t"}));
    let config = || OneCloudConfig::with_token("t");
    let adapters = adapters(|options| OneCloud::new(options, config(), http()).unwrap());
    let keys = &["Name", "Email", "Phone", "Mobile", "TwitterId", "LineId"];
    compare_all(&described, &adapters, contact("onecloud", keys));
}
