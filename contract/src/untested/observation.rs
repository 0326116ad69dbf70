//! The observations of a description without an answer of its vendor: its keys, its claims, and the request of each contact.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use unicontact_providers::clock::SystemClock;
use unicontact_providers::http::Http;
use unicontact_providers::{
    Authorization, Capabilities, ConfigProblem, ConnectionOptions, ContactProvider as _, Description,
    DescriptionNode, Draft, Provider, UnifiedContact, Vendor,
};

use super::document::{find, words};
use crate::adapters::TokenInMemory;
use crate::folder::Fixtures;
use crate::outcome;
use crate::replay_error::ReplayError;
use crate::sample_contacts::sample_contacts;

/// The region of the phone numbers that have none.
const REGION: &str = "GB";

/// The contacts and configurations with which a description is tried.
pub(super) struct Samples {
    contacts: Vec<UnifiedContact>,
    accounts: Vec<Account>,
    http: Http,
}

/// One configuration, and how many of the contacts are sent with it.
struct Account {
    keys: Map<String, Value>,
    region: Option<&'static str>,
    sends_all: bool,
}

/// One observation. A change of the description that changes none of them is not noticed without an answer.
#[derive(Clone, PartialEq)]
pub(super) enum Observation {
    Claims(Box<Claims>),
    /// The addresses of a provider, or why it cannot be connected.
    Addresses(Result<Vec<String>, String>),
    /// The request of a contact, or why it is not sent.
    Draft(Box<Result<Draft, String>>),
    Credentials(Vec<Authorization>),
}

/// What a description says of itself.
#[derive(Clone, PartialEq)]
pub(super) struct Claims {
    capabilities: Capabilities,
    schema: Value,
    hosts: Vec<String>,
    unique: Vec<&'static str>,
    /// The secrets that are not marked as such, of which the test of a description warns.
    unmarked_secrets: Vec<String>,
    requests_per_second: Option<u32>,
    concurrency: Option<usize>,
}

impl Samples {
    /// Returns the sample contacts and those of the fixtures, for each credential and each choice of the description.
    pub(super) fn new(
        description: &Description,
        document: &DescriptionNode,
        fixtures: Option<&Fixtures>,
    ) -> Result<Self, ReplayError> {
        let of_fixtures = fixtures.into_iter().flat_map(Fixtures::contacts).map(|(_, contact)| contact);
        let with_section = contact_with_section(description.vendor(), document);
        let contacts: Vec<UnifiedContact> =
            sample_contacts().into_iter().chain(with_section).chain(of_fixtures.cloned()).collect();
        let given = fixtures
            .and_then(|fixtures| fixtures.provider(description.vendor()))
            .map(|document| document.keys.clone())
            .unwrap_or_default();
        let accounts = accounts(description, &given, &contacts);
        Ok(Self { contacts, accounts, http: Http::new(Arc::new(SystemClock))? })
    }
}

/// Returns a contact whose section for the vendor has each key that the description refuses.
fn contact_with_section(vendor: &str, document: &DescriptionNode) -> Option<UnifiedContact> {
    let refused = words(find(document, "section")?, "refuse")?;
    let section: Map<String, Value> =
        refused.iter().map(|key| (key.trim_matches('"').to_owned(), json!("sample"))).collect();
    let contact = json!({"name": {"full": "Nell Nobody"}, "vendor": {vendor: section}});
    UnifiedContact::from_json(contact).ok()
}

/// Returns a configuration with every key, and one for each credential and each choice.
fn accounts(
    description: &Description,
    given: &Map<String, Value>,
    contacts: &[UnifiedContact],
) -> Vec<Account> {
    let usual = description.made_up_keys(given);
    let mut accounts = vec![Account { keys: usual.clone(), region: Some(REGION), sends_all: true }];
    accounts.push(Account { keys: whole(description, &usual, contacts), region: None, sends_all: true });
    for credential in description.credentials() {
        let mut keys = usual.clone();
        keys.retain(|key, _| !description.secret_keys().any(|secret| secret == key));
        keys.extend(credential.iter().filter_map(|key| Some((key.clone(), description.made_up_key(key)?))));
        accounts.push(Account { keys: description.made_up_keys(&keys), region: None, sends_all: false });
    }
    for (key, choice) in choices(description) {
        let mut keys = usual.clone();
        keys.insert(key, choice);
        accounts.push(Account { keys, region: None, sends_all: false });
    }
    accounts
}

/// Returns every key with a value. A table has an entry for each custom field of the contacts but the first.
fn whole(
    description: &Description,
    usual: &Map<String, Value>,
    contacts: &[UnifiedContact],
) -> Map<String, Value> {
    let names = contacts.iter().flat_map(|contact| contact.custom.keys()).skip(1);
    let table: Map<String, Value> =
        names.map(|name| (name.clone(), json!(format!("field-{name}")))).collect();
    let mut keys = usual.clone();
    for name in properties(description).keys() {
        let made_up = description.made_up_key(name).filter(|_| !keys.contains_key(name));
        if let Some(value) = made_up {
            keys.insert(name.clone(), if value.is_object() { table.clone().into() } else { value });
        }
    }
    keys
}

fn choices(description: &Description) -> Vec<(String, Value)> {
    let mut choices = Vec::new();
    for (key, schema) in properties(description) {
        let values = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
        choices.extend(values.map(|value| (key.clone(), value.clone())));
    }
    choices
}

fn properties(description: &Description) -> Map<String, Value> {
    let schema = description.schema();
    schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Returns the observations of a description, the cheapest first.
pub(super) fn observe<'a>(
    description: &'a Arc<Description>,
    samples: &'a Samples,
) -> impl Iterator<Item = Observation> + 'a {
    let claims = std::iter::once_with(|| Observation::Claims(Box::new(Claims::of(description))));
    claims.chain(samples.accounts.iter().flat_map(|account| of_account(description, account, samples)))
}

impl Claims {
    fn of(description: &Description) -> Self {
        Self {
            capabilities: description.capabilities().clone(),
            schema: description.schema(),
            hosts: description.hosts(),
            unique: description.unique().collect(),
            unmarked_secrets: description.unmarked_secret_keys().map(str::to_owned).collect(),
            requests_per_second: description.requests_per_second(),
            concurrency: description.concurrency(),
        }
    }
}

fn of_account<'a>(
    description: &Arc<Description>,
    account: &'a Account,
    samples: &'a Samples,
) -> Box<dyn Iterator<Item = Observation> + 'a> {
    let addresses = addresses(description, account);
    let has_token = addresses.as_ref().is_ok_and(|addresses| addresses.len() > 1);
    let mut options = ConnectionOptions::new("tried");
    options.default_region = account.region.and_then(|region| region.parse().ok());
    let first = std::iter::once(Observation::Addresses(addresses));
    let Some(provider) = connect(description, account, options, samples) else {
        return Box::new(first);
    };
    let credentials = (!has_token).then(|| credentials(&provider, samples)).flatten();
    let count = if account.sends_all { samples.contacts.len() } else { 1 };
    let drafts = samples.contacts.iter().take(count).map(move |contact| {
        let draft = provider.draft(contact).map(|mut draft| {
            draft.set_idempotency_key(|_| outcome::idempotency_key(contact));
            draft
        });
        Observation::Draft(Box::new(draft.map_err(|error| error.to_string())))
    });
    Box::new(first.chain(credentials.map(Observation::Credentials)).chain(drafts))
}

/// Returns a provider that stores no refresh token. `None` if it cannot be connected.
fn connect(
    description: &Arc<Description>,
    account: &Account,
    options: ConnectionOptions,
    samples: &Samples,
) -> Option<Arc<Provider>> {
    let config = Vendor::bundled(Arc::clone(description)).read(account.keys.clone()).ok()?;
    let store = Arc::new(TokenInMemory::default());
    config.connect_with_store(options, samples.http.clone(), store).ok().map(Arc::new)
}

fn addresses(description: &Arc<Description>, account: &Account) -> Result<Vec<String>, String> {
    let vendor = Vendor::bundled(Arc::clone(description));
    let text_of = |problem: &ConfigProblem| format!("{}: {}", problem.key, problem.message);
    let config = vendor.read(account.keys.clone()).map_err(|problem| text_of(&problem))?;
    let problems = config.problems();
    match problems.first() {
        // The store of a refresh token is a file of the user's.
        Some(problem) if problem.key != "refresh_token_store" => Err(text_of(problem)),
        _ => Ok(config.addresses().iter().map(ToString::to_string).collect()),
    }
}

/// Returns the credentials of a request. Nothing is sent for them: they are those of the account.
fn credentials(provider: &Provider, samples: &Samples) -> Option<Vec<Authorization>> {
    let draft = samples.contacts.iter().find_map(|contact| provider.draft(contact).ok())?;
    let mut prepared = provider.prepare(&draft);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match prepared.as_mut().poll(&mut context) {
        std::task::Poll::Ready(Ok(prepared)) => Some(prepared.authorizations().to_vec()),
        _ => None,
    }
}
