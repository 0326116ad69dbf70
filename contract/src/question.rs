//! What is asked of a live vendor: the fixtures that can be, each question once.
//!
//! Rule: a fixture that is not run is listed with the reason. Fixtures that ask the same are one question, so that no
//! contact is made twice; they say what else may be answered to it.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};
use unicontact_providers::UnifiedContact;
use unicontact_providers::contact::Country;

use crate::fixture::{Asked, Fixture, ProviderDocument};
use crate::folder::Fixtures;
use crate::live::Live;

/// Keys that end so name the account, which is the live provider's own.
const OF_THE_ACCOUNT: &str = "_id";

/// The same request, as one fixture or several have it.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// What the adapter is asked to do.
    pub asked: Asked,
    /// The name of the contact.
    pub contact_name: &'a str,
    /// The contact.
    pub contact: &'a UnifiedContact,
    /// The configuration keys that outweigh the live provider's own.
    pub keys: Map<String, Value>,
    /// The region of phone numbers without a country code.
    pub default_region: Option<Country>,
    /// The fixtures, the surest first; at least one.
    pub fixtures: Vec<&'a Fixture>,
}

/// The questions for a live vendor, and the fixtures that are none.
#[derive(Debug, Clone)]
pub struct Questions<'a> {
    /// In the order in which they are asked: checks, then creates, then searches.
    pub asked: Vec<Question<'a>>,
    /// Every other fixture of the vendor.
    pub not_run: Vec<NotRun>,
}

/// A fixture that is not run against a live vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotRun {
    /// The live provider.
    pub provider: String,
    /// The vendor.
    pub vendor: String,
    /// The scenario.
    pub scenario: String,
    /// Why.
    pub reason: String,
}

impl<'a> Questions<'a> {
    /// What the fixtures of the provider's vendor ask. Nothing is sent.
    pub fn of(fixtures: &'a Fixtures, live: &dyn Live) -> Self {
        let mut questions = Self { asked: Vec::new(), not_run: Vec::new() };
        let usual = fixtures.provider(live.vendor()).cloned().unwrap_or_default();
        let switches = switches(fixtures, live.vendor());
        for fixture in fixtures.of_vendor(live.vendor()) {
            match question(fixture, fixtures, &usual, &switches, live) {
                Ok(question) => questions.add(question),
                Err(reason) => questions.not_run.push(NotRun::new(live, fixture, reason)),
            }
        }
        for question in &mut questions.asked {
            question.fixtures.sort_by_key(|it| (it.provenance.kind, !it.is_named_after_what_is_asked()));
        }
        questions.asked.sort_by_key(|question| match question.asked {
            Asked::Check => 0,
            Asked::Create => 1,
            Asked::Find => 2,
        });
        questions
    }

    /// How many contacts they create.
    pub fn creates(&self) -> usize {
        self.asked.iter().filter(|question| question.asked == Asked::Create).count()
    }

    fn add(&mut self, question: Question<'a>) {
        match self.asked.iter_mut().find(|it| it.is_same_as(&question)) {
            Some(known) => known.fixtures.extend(question.fixtures),
            None => self.asked.push(question),
        }
    }
}

impl Question<'_> {
    /// Whether an adapter that is connected for another question can be asked this one.
    pub fn is_connected_as(&self, other: &Self) -> bool {
        self.keys == other.keys && self.default_region == other.default_region
    }

    fn is_same_as(&self, other: &Self) -> bool {
        self.asked == other.asked && self.contact_name == other.contact_name && self.is_connected_as(other)
    }
}

impl NotRun {
    /// A fixture that is not run against this provider, and why.
    pub fn new(live: &dyn Live, fixture: &Fixture, reason: impl Into<String>) -> Self {
        Self {
            provider: live.provider().to_owned(),
            vendor: fixture.vendor.clone(),
            scenario: fixture.scenario.clone(),
            reason: reason.into(),
        }
    }
}

fn question<'a>(
    fixture: &'a Fixture,
    fixtures: &'a Fixtures,
    usual: &ProviderDocument,
    switches: &BTreeSet<&str>,
    live: &dyn Live,
) -> Result<Question<'a>, String> {
    if !fixture.expect.is_success() {
        return Err("it expects a failure, and a live vendor cannot be asked for one".to_owned());
    }
    if let Some(wanted) = &fixture.provider.credentials
        && wanted.iter().cloned().collect::<BTreeSet<String>>() != live.credentials()
    {
        return Err(format!("it wants these credentials and no others: {}", wanted.join(", ")));
    }
    let region = fixture.provider.default_region.as_deref();
    let default_region =
        region.map(|region| region.parse().map_err(|_| format!("{region} is not a region"))).transpose()?;
    let contact = fixtures.contact(&fixture.contact).ok_or("its contact is missing")?;
    Ok(Question {
        asked: fixture.asked(),
        contact_name: &fixture.contact,
        contact,
        keys: keys(fixture, usual, switches)?,
        default_region,
        fixtures: vec![fixture],
    })
}

/// Everything but the account. A switch that is not named is off.
fn keys(
    fixture: &Fixture,
    usual: &ProviderDocument,
    switches: &BTreeSet<&str>,
) -> Result<Map<String, Value>, String> {
    let mut keys: Map<String, Value> =
        switches.iter().map(|switch| ((*switch).to_owned(), Value::Bool(false))).collect();
    keys.extend(usual.keys.clone());
    keys.extend(fixture.provider.keys.clone());
    if let Some((key, _)) = keys.iter().find(|(_, value)| value.is_null()) {
        return Err(format!("it wants a provider without {key}"));
    }
    keys.retain(|key, _| !key.ends_with(OF_THE_ACCOUNT));
    Ok(keys)
}

/// The keys that are `true` or `false` in some fixture of the vendor.
fn switches<'a>(fixtures: &'a Fixtures, vendor: &'a str) -> BTreeSet<&'a str> {
    let keys = fixtures.of_vendor(vendor).flat_map(|fixture| &fixture.provider.keys);
    keys.filter(|(_, value)| value.is_boolean()).map(|(key, _)| key.as_str()).collect()
}
