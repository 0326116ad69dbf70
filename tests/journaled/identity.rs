//! Recognizing random people: an edited person is not created again, and no person is skipped in silence for another.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use unicontact::bulk::{Import, SameIdentity};
use unicontact::journal::{Journal, MemoryJournal};
use unicontact::providers::clock::ManualClock;
use unicontact::providers::http::Answer;
use unicontact::providers::{
    Capabilities, ContactId, ContactProvider, Created, Draft, Exchange, Fate, FieldFate, FindOutcome,
    FindRequest, Method, Operation, Prepared, Provider, ProviderError, ProviderInfo, SendPermit,
    UnifiedContact,
};
use unicontact::{FanOut, Outcome, Pipeline, Policy, Report, Settings};
use url::Url;

/// A vendor that counts its creates of each person by a mark that only it reads.
#[derive(Debug, Clone)]
struct Counting {
    info: ProviderInfo,
    capabilities: Capabilities,
    created: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Counting {
    fn new() -> Self {
        Self {
            info: ProviderInfo::new("acme", "counting"),
            capabilities: Capabilities::default(),
            created: Arc::default(),
        }
    }

    fn created(&self) -> BTreeMap<String, usize> {
        self.created.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl ContactProvider for Counting {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let url = Url::parse("https://vendor.example/contacts").unwrap();
        let body = contact.custom["mark"].clone();
        let sent = |field| FieldFate::new(field, Fate::Sent);
        Ok(Draft::new(Method::Post, url, body).with_fields(contact.fields().into_iter().map(sent).collect()))
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        Ok(Prepared::new(draft.clone()))
    }

    async fn send(&self, prepared: &Prepared, permit: &SendPermit) -> Result<Exchange, ProviderError> {
        permit.begin(&self.info)?;
        let body = &prepared.draft().body;
        let mut created = self.created.lock().unwrap_or_else(PoisonError::into_inner);
        *created.entry(body.as_str().unwrap().to_owned()).or_default() += 1;
        let id = format!("v{}", created.values().sum::<usize>());
        let answer = Answer::new(201).with_body(id);
        Ok(Exchange::new(Operation::Create, Arc::clone(body), answer, Timestamp::UNIX_EPOCH))
    }

    fn interpret(&self, _sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        Ok(Created::new(ContactId::new(exchange.answer.text()).unwrap()))
    }

    async fn find(&self, _request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        Ok(FindOutcome::Nothing)
    }
}

/// Imports one input after the other, to one vendor with one journal.
struct Office {
    vendor: Counting,
    journal: Arc<dyn Journal>,
}

impl Office {
    fn new() -> Self {
        Self { vendor: Counting::new(), journal: Arc::new(MemoryJournal::default()) }
    }

    async fn import(&self, contacts: &[Value]) -> Vec<Report> {
        let provider = Provider::Custom(Box::new(self.vendor.clone()));
        let pipeline = Pipeline::new(
            provider,
            Settings::default(),
            Arc::new(ManualClock::new("2026-11-29T10:00:00Z".parse().unwrap())),
            7,
        );
        let fan_out = FanOut::new(vec![pipeline], Policy::All).with_journal(Arc::clone(&self.journal));
        let import = Import::new(fan_out).with_same_identity(SameIdentity::Reject);
        let contacts: Vec<UnifiedContact> =
            contacts.iter().map(|contact| UnifiedContact::from_json(contact.clone()).unwrap()).collect();
        import.run(stream::iter(contacts)).collect().await
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A person with a unique combination of name, addresses and numbers.
#[derive(Debug, Clone)]
struct Person {
    given: String,
    family: String,
    emails: Vec<String>,
    numbers: Vec<u64>,
}

impl Person {
    fn to_json(&self, number: usize) -> Value {
        let phones: Vec<String> = self.numbers.iter().map(|number| format!("+44 20 {number}")).collect();
        json!({
            "name": format!("{} {}", self.given, self.family),
            "emails": self.emails,
            "phones": phones,
            "custom": {"mark": format!("person {number}")},
        })
    }
}

const GIVEN: [&str; 6] = ["Ada", "Zoë", "José", "Grace", "Łukasz", "Amélie"];
const FAMILY: [&str; 5] = ["King", "Müller", "O'Brien", "Straße", "Ångström"];

/// Returns people who share no address and no number.
fn distinct_people() -> impl Strategy<Value = Vec<Person>> {
    let person = (0..GIVEN.len(), 0..FAMILY.len(), 0..3_usize, 0..3_usize);
    prop::collection::vec(person, 1..12).prop_map(|people| {
        let person =
            |(number, (given, family, emails, numbers)): (usize, (usize, usize, usize, usize))| Person {
                given: GIVEN[given].to_owned(),
                family: FAMILY[family].to_owned(),
                emails: (0..emails).map(|it| format!("p{number}.{it}@example.com")).collect(),
                numbers: (0..numbers.max(usize::from(emails == 0)))
                    .map(|it| 7_000_000 + 10 * number as u64 + it as u64)
                    .collect(),
            };
        people.into_iter().enumerate().map(person).collect()
    })
}

/// An edit of a file after which it holds the same people.
#[derive(Debug, Clone, Copy)]
enum Edit {
    Notes,
    MoreColumns,
    Capitals,
    FamilyFirst,
    NameInParts,
    Honorific,
    Decomposed,
    OtherOrder,
    EmailCase,
    NationalNumbers,
    AnotherAddress,
    Id,
}

const EDITS: [Edit; 12] = [
    Edit::Notes,
    Edit::MoreColumns,
    Edit::Capitals,
    Edit::FamilyFirst,
    Edit::NameInParts,
    Edit::Honorific,
    Edit::Decomposed,
    Edit::OtherOrder,
    Edit::EmailCase,
    Edit::NationalNumbers,
    Edit::AnotherAddress,
    Edit::Id,
];

fn decomposed(text: &str) -> String {
    [("ë", "e\u{308}"), ("é", "e\u{301}"), ("ü", "u\u{308}"), ("Å", "A\u{30a}"), ("ö", "o\u{308}")]
        .iter()
        .fold(text.to_owned(), |text, (composed, decomposed)| text.replace(composed, decomposed))
}

fn edited(contact: &mut Value, edit: Edit, number: usize) {
    let name = contact["name"].as_str().map(str::to_owned);
    let parts = name.as_deref().and_then(|name| name.split_once(' '));
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    match edit {
        Edit::Notes => contact["notes"] = json!("edited"),
        Edit::MoreColumns => {
            contact["title"] = json!("Countess");
            contact["addresses"] = json!([{"city": "Turin"}]);
        }
        Edit::Capitals => {
            if let Some(name) = &name {
                contact["name"] = json!(name.to_uppercase());
            }
        }
        // A name that has a comma is not changed again.
        Edit::FamilyFirst => {
            if let Some((given, family)) =
                parts.filter(|_| !name.as_ref().is_some_and(|name| name.contains(',')))
            {
                contact["name"] = json!(format!("{family}, {given}"));
            }
        }
        Edit::NameInParts => {
            if let Some((given, family)) = parts.filter(|(given, _)| !given.ends_with(',')) {
                contact["name"] = json!({"given": given, "family": family});
            }
        }
        Edit::Honorific => {
            if let Some(name) = name.as_ref().filter(|name| !name.contains(',')) {
                contact["name"] = json!(format!("Dr. {name}"));
            }
        }
        Edit::Decomposed => {
            if let Some(name) = &name {
                contact["name"] = json!(decomposed(name));
            }
        }
        Edit::OtherOrder => {
            contact["emails"].as_array_mut().unwrap().reverse();
            contact["phones"].as_array_mut().unwrap().reverse();
        }
        Edit::EmailCase => {
            let emails: Vec<String> = texts(&contact["emails"]).iter().map(|it| it.to_uppercase()).collect();
            contact["emails"] = json!(emails);
        }
        Edit::NationalNumbers => {
            let phones: Vec<String> =
                texts(&contact["phones"]).iter().map(|it| it.replace("+44 ", "0")).collect();
            contact["phones"] = json!(phones);
        }
        Edit::AnotherAddress => {
            contact["emails"].as_array_mut().unwrap().push(json!(format!("new{number}@example.com")));
        }
        Edit::Id => contact["external_id"] = json!(format!("id-{number}")),
    }
}

/// The indices of a given and a family name, of an address and a number that others share, and of an id.
type Shared = (usize, usize, Option<usize>, Option<u64>, Option<usize>);

/// Returns the highest number of creates of one person.
fn most(created: &BTreeMap<String, usize>) -> usize {
    created.values().copied().max().unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn an_edited_person_is_created_once(
        people in distinct_people(),
        edits in prop::collection::vec((0..EDITS.len(), any::<prop::sample::Index>()), 1..24),
        is_reversed in any::<bool>(),
    ) {
        let office = Office::new();
        let first: Vec<Value> = people.iter().enumerate().map(|(number, person)| person.to_json(number)).collect();
        run(office.import(&first));
        prop_assert_eq!(office.vendor.created().len(), people.len());
        let mut second = first;
        for (edit, index) in edits {
            let number = index.index(second.len());
            edited(&mut second[number], EDITS[edit], number);
        }
        if is_reversed {
            second.reverse();
        }
        let reports = run(office.import(&second));
        prop_assert_eq!(most(&office.vendor.created()), 1, "{:?}", second);
        prop_assert_eq!(office.vendor.created().len(), people.len());
        prop_assert!(reports.iter().all(|report| report.refusal.is_none()), "{:?}", second);
        // Imports the file from before the edits once more.
        let third: Vec<Value> = people.iter().enumerate().map(|(number, person)| person.to_json(number)).collect();
        run(office.import(&third));
        prop_assert_eq!(most(&office.vendor.created()), 1, "{:?}", second);
    }

    #[test]
    fn people_with_shared_values_are_created_or_reported(
        people in prop::collection::vec((0..2_usize, 0..2_usize, prop::option::of(0..3_usize), prop::option::of(0..3_u64),
            prop::option::weighted(0.2, 0..4_usize)), 1..14),
    ) {
        let office = Office::new();
        let contact = |(number, (given, family, email, phone, id)): (usize, &Shared)| {
            let person = Person {
                given: GIVEN[*given].to_owned(),
                family: FAMILY[*family].to_owned(),
                emails: email.iter().map(|it| format!("shared{it}@example.com")).collect(),
                numbers: phone.iter().map(|it| 7_000_000 + it).collect(),
            };
            let mut contact = person.to_json(number);
            // The notes make every contact a different person.
            contact["notes"] = json!(format!("person {number}"));
            if let Some(id) = id {
                contact["external_id"] = json!(format!("id-{id}"));
            }
            contact
        };
        let contacts: Vec<Value> = people.iter().enumerate().map(contact).collect();
        for _ in 0..2 {
            let reports = run(office.import(&contacts));
            prop_assert_eq!(reports.len(), contacts.len());
            let reported = reports.iter().filter(|report| {
                report.refusal.is_some() || report.deliveries.iter().any(|delivery| delivery.differs_in.is_some())
            });
            let created: usize = office.vendor.created().values().sum();
            let skipped_as_same = reports.iter().flat_map(|report| &report.deliveries).filter(|delivery| {
                delivery.outcome == Outcome::Skipped && delivery.differs_in.is_none()
            });
            // A person who is not reported and not skipped as the same person was created, in this run or an earlier one.
            prop_assert!(reported.count() + created >= contacts.len(), "{:?}", contacts);
            prop_assert!(skipped_as_same.count() <= created);
            prop_assert!(most(&office.vendor.created()) <= 1, "{:?}", contacts);
        }
    }
}
