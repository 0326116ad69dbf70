//! The mapping of descriptions: compared with the adapters that are written by hand, and with laws that hold for every one.

mod body;
mod contacts;
mod fields;
mod forms;
mod laws;
mod names;
#[cfg(feature = "testkit")]
mod suite;
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
use crate::{ContactProvider, Declared};

/// A description, bound to an account.
struct Described {
    description: Description,
    mapper: Mapper,
}

impl Described {
    fn new(text: &str, account: &Value) -> Self {
        let description = Description::parse(text).unwrap_or_else(|error| panic!("{error}"));
        Self::from_description(description, account)
    }

    fn from_description(description: Description, account: &Value) -> Self {
        let mut keys = account.as_object().cloned().unwrap_or_default();
        let account = AccountValues::read(&description.rules.account, &mut keys).unwrap();
        let mapper = Mapper::new(description.vendor(), description.title(), &description.rules, &account);
        Self { description, mapper }
    }

    fn map(&self, contact: &UnifiedContact, region: Option<Country>) -> Result<Mapped, String> {
        self.mapper.map(contact, region)
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
    described: &dyn ContactProvider,
    adapter: &dyn ContactProvider,
    contact: &UnifiedContact,
) -> Result<(), TestCaseError> {
    let (described, drafted) = match (described.draft(contact), adapter.draft(contact)) {
        (Ok(described), Ok(drafted)) => (described, drafted),
        (Err(one), Err(other)) => {
            prop_assert_eq!((one.kind(), one.effect()), (other.kind(), other.effect()));
            return Ok(());
        }
        (Ok(_), Err(error)) => return Err(TestCaseError::fail(format!("only the adapter refuses: {error}"))),
        (Err(error), Ok(_)) => {
            return Err(TestCaseError::fail(format!("only the description refuses: {error}")));
        }
    };
    prop_assert_eq!(&described.body, &drafted.body);
    prop_assert_eq!(described.body_bytes(), drafted.body_bytes());
    prop_assert_eq!((described.method, &described.url), (drafted.method, &drafted.url));
    prop_assert_eq!(&described.headers, &drafted.headers);
    prop_assert_eq!(&described.secret_query, &drafted.secret_query);
    let (described, drafted) = (fates(&described.fields), fates(&drafted.fields));
    let keys = |fates: &BTreeMap<String, &FieldFate>| fates.keys().cloned().collect::<Vec<_>>();
    prop_assert_eq!(keys(&described), keys(&drafted));
    for (field, fate) in &described {
        let other = drafted[field];
        prop_assert_eq!((field, fate.fate, &fate.to), (field, other.fate, &other.to));
        prop_assert_eq!(fate.not_e164, other.not_e164);
        if !field.starts_with("vendor.") {
            prop_assert_eq!((field, &fate.detail), (field, &other.detail));
        }
    }
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

/// Returns a description as a provider.
fn described(text: &str, account: &Value, options: ConnectionOptions) -> Declared {
    let description = Description::parse(text).unwrap_or_else(|error| panic!("{error}"));
    let keys = account.as_object().cloned().unwrap_or_default();
    Declared::connect(Arc::new(description), keys, options, http()).unwrap()
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

/// Compares a description with an adapter over random contacts, without and with a region.
fn compare_all<A: ContactProvider>(
    pair: impl Fn(ConnectionOptions) -> (Declared, A),
    contacts: impl Strategy<Value = UnifiedContact>,
) {
    let options = |default_region| ConnectionOptions { default_region, ..ConnectionOptions::new("acme") };
    let pairs = [None, Some("DE".parse().unwrap())].map(|region| pair(options(region)));
    let result = TestRunner::new(cases(1_000)).run(&contacts, |contact| {
        pairs.iter().try_for_each(|(described, adapter)| compare(described, adapter, &contact))
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn cloverhound_s_description_drafts_what_the_adapter_drafts() {
    let account = json!({"organization_id": 7, "api_key_id": "k", "api_key_secret": "s"});
    let pair = |options: ConnectionOptions| {
        let config = CloverhoundConfig::new(7, "k", "s");
        let adapter = Cloverhound::new(options.clone(), config, http());
        (described(CLOVERHOUND, &account, options), adapter)
    };
    let keys = &["id", "_destroy", "description", "full_name", "email", "contact_phones_attributes", "x"];
    compare_all(pair, contact("cloverhound", keys));
}

#[test]
fn onecloud_s_description_drafts_what_the_adapter_drafts() {
    let text = [ONECLOUD, ONECLOUD_DROPS].concat();
    let pair = |options: ConnectionOptions| {
        let adapter = OneCloud::new(options.clone(), OneCloudConfig::with_token("t"), http()).unwrap();
        (described(&text, &json!({"token": "t"}), options), adapter)
    };
    let keys = &["Name", "Email", "Phone", "Mobile", "TwitterId", "LineId"];
    compare_all(pair, contact("onecloud", keys));
}
