//! The scenarios that `contract record` can record at a vendor, derived from the calls to an account like that of the fixtures.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use unicontact_providers::Provider;
use unicontact_providers::contact::Country;
use unicontact_providers::http::Http;

use crate::adapters::ConnectError;
use crate::fixture::ProviderDocument;
use crate::folder::Fixtures;
use crate::live_call::LiveCalls;
use crate::live_provider::LiveProvider;

/// An account with the credentials of the provider document. Nothing is sent to it.
#[derive(Clone)]
struct Account<'a> {
    vendor: &'a str,
    document: Option<&'a ProviderDocument>,
    is_described: bool,
}

impl LiveProvider for Account<'_> {
    fn provider(&self) -> &str {
        self.vendor
    }

    fn vendor(&self) -> &str {
        self.vendor
    }

    fn credentials(&self) -> BTreeSet<String> {
        self.document.into_iter().flat_map(|document| &document.credentials).cloned().collect()
    }

    fn is_described(&self) -> bool {
        self.is_described
    }

    fn with_wrong_credentials(&self) -> Option<Box<dyn LiveProvider + '_>> {
        Some(Box::new(self.clone()))
    }

    fn connect(&self, _: &Map<String, Value>, _: Option<Country>, _: Http) -> Result<Provider, ConnectError> {
        Err(ConnectError("nothing is sent to this account".to_owned()))
    }
}

/// Returns the scenarios of the vendor that have a call.
pub(super) fn recordable<'a>(fixtures: &'a Fixtures, vendor: &str, is_described: bool) -> BTreeSet<&'a str> {
    let account = Account { vendor, document: fixtures.provider(vendor), is_described };
    let calls = LiveCalls::for_recording(fixtures, &account).calls;
    calls.iter().flat_map(|call| &call.fixtures).map(|fixture| fixture.scenario.as_str()).collect()
}
