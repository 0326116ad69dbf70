//! The searches for a contact whose answer was lost, row by row.

mod candidate;
mod page;
mod told_apart;

use serde_json::{Map, Value, json};
use unicontact_model::{ContactId, FindOutcome, id_text};

use self::candidate::{ComparedMember, Relation};
use self::page::Page;
use super::account_values::AccountValues;
use super::draft::Mapped;
use super::reader::Reader;
use super::request::{FilledRequest, SearchKey};
use super::rules::Rules;
use super::search::{Find, Key};
use crate::comparison::IdentifyingValues;
use crate::error::{ErrorKind, Operation, ProviderError};
use crate::exchange::Exchange;
use crate::provider::Searchable;

/// The highest number of candidates in an outcome.
const CANDIDATE_LIMIT: usize = 10;

/// The searches of one provider.
pub(super) struct Searches {
    rows: Vec<Row>,
    account: AccountValues,
}

/// One search.
struct Row {
    find: Find,
    is_quoted: bool,
    agree: Vec<ComparedMember>,
}

/// The answer to one search.
enum Answered {
    Page(Box<Exchange>, Value),
    /// The vendor says that it has no such contact.
    Nobody,
    /// The request cannot be made of the keys of the account.
    NotAsked,
}

/// What one search, or several, found.
#[derive(Default)]
struct Findings {
    found: Vec<ContactId>,
    candidates: Vec<ContactId>,
    /// Whether the contact may exist although no answer showed it.
    is_open: bool,
}

impl Searches {
    pub(super) fn new(rules: &Rules, account: &AccountValues) -> Self {
        let row = |find: &Find| Row {
            is_quoted: find.stands_in_quotes(),
            agree: ComparedMember::of(find, rules, account),
            find: find.clone(),
        };
        Self { rows: rules.finds.iter().map(row).collect(), account: account.clone() }
    }

    /// Searches for a contact by the keys that were sent. Sends each search whose key was sent, until one finds the contact.
    pub(super) async fn search(
        &self,
        reader: Reader<'_>,
        mapped: &Mapped,
        except: Option<&ContactId>,
    ) -> Result<FindOutcome, ProviderError> {
        // Without a row that applies, nothing was read.
        let is_open = self.reach(mapped) == Searchable::No;
        let mut all = Findings { is_open, ..Findings::default() };
        for row in &self.rows {
            let Some(key) = sent_key(row.find.by, mapped) else {
                continue;
            };
            let mut findings = self.ask(row, reader, key, mapped, except).await?;
            if let Some(newest) = findings.found.drain(..).max_by_key(age_order) {
                return Ok(FindOutcome::Found(newest));
            }
            all.add(findings);
        }
        Ok(all.outcome())
    }

    /// Reads what identifies the contact that the vendor holds as `id`, if a search for the sent keys shows it.
    pub(super) async fn read(
        &self,
        reader: Reader<'_>,
        mapped: &Mapped,
        id: &ContactId,
    ) -> Result<IdentifyingValues, ProviderError> {
        for row in &self.rows {
            let Some(key) = sent_key(row.find.by, mapped) else {
                continue;
            };
            if let Some(values) = self.read_by(row, reader, key, mapped, id).await? {
                return Ok(values);
            }
        }
        Ok(IdentifyingValues::default())
    }

    async fn read_by(
        &self,
        row: &Row,
        reader: Reader<'_>,
        key: &str,
        mapped: &Mapped,
        id: &ContactId,
    ) -> Result<Option<IdentifyingValues>, ProviderError> {
        let Answered::Page(exchange, body) = self.answer(row, reader, key, mapped).await? else {
            return Ok(None);
        };
        let Some(page) = Page::read(&row.find, &body, &exchange.answer) else {
            return Ok(None);
        };
        let is_it = |it: &&&Value| row.id_of(it).as_ref() == Some(id);
        let candidate = page.candidates.iter().find(is_it);
        Ok(candidate.map(|candidate| candidate::identifying_values(&row.find, &row.agree, candidate)))
    }

    /// Returns how much the searches whose keys were sent can tell.
    pub(super) fn reach(&self, mapped: &Mapped) -> Searchable {
        let sent = || self.rows.iter().filter(|row| sent_key(row.find.by, mapped).is_some());
        if sent().any(|row| row.find.by.is_exact()) {
            Searchable::Fully
        } else if sent().next().is_some() {
            Searchable::Partly
        } else {
            Searchable::No
        }
    }

    async fn ask(
        &self,
        row: &Row,
        reader: Reader<'_>,
        key: &str,
        mapped: &Mapped,
        except: Option<&ContactId>,
    ) -> Result<Findings, ProviderError> {
        let (exchange, body) = match self.answer(row, reader, key, mapped).await? {
            Answered::Page(exchange, body) => (exchange, body),
            Answered::Nobody => return Ok(Findings::default()),
            Answered::NotAsked => return Ok(Findings { is_open: true, ..Findings::default() }),
        };
        let Some(page) = Page::read(&row.find, &body, &exchange.answer) else {
            let message = format!("the answer to the search has no `{}`", row.find.results.as_str());
            return Err(reader.unexpected(&exchange, message));
        };
        Ok(row.compare(&page, key, &mapped.fields, except))
    }

    async fn answer(
        &self,
        row: &Row,
        reader: Reader<'_>,
        key: &str,
        mapped: &Mapped,
    ) -> Result<Answered, ProviderError> {
        let Find { by, request, escape, .. } = &row.find;
        let search_key = SearchKey { name: by.name(), value: key, escape: *escape, is_quoted: row.is_quoted };
        let base = &reader.connection.base_url;
        let Some(filled) = FilledRequest::new(base, request, &self.account, Some(search_key)) else {
            return Ok(Answered::NotAsked);
        };
        let sent = json!({"key": key, "contact": mapped.fields});
        let (exchange, verdict) = reader.read(Operation::Find, &filled, &sent).await?;
        if let Err(error) = &verdict
            && error.kind() == ErrorKind::NotFound
            && row.is_none(exchange.answer.status())
            && !exchange.answer.is_html()
        {
            return Ok(Answered::Nobody);
        }
        let body = reader.whole(&exchange, verdict)?;
        Ok(Answered::Page(Box::new(exchange), body))
    }
}

/// Returns the sent value of a key.
fn sent_key(by: Key, mapped: &Mapped) -> Option<&str> {
    let keys = &mapped.keys;
    let key = match by {
        Key::Email => &keys.email,
        Key::Phone => &keys.phone,
        Key::ExternalId => &keys.external_id,
        Key::Name => &keys.name,
    };
    key.as_deref().filter(|key| !key.trim().is_empty())
}

impl Row {
    /// Returns whether this status means that no such contact exists: the path holds the key.
    fn is_none(&self, status: u16) -> bool {
        status == 404 && self.find.request.path.holes().any(|hole| hole == self.find.by.name())
    }

    fn id_of(&self, candidate: &Value) -> Option<ContactId> {
        ContactId::new(id_text(self.find.id.first(candidate)?)?)
    }

    fn compare(
        &self,
        page: &Page<'_>,
        key: &str,
        sent: &Map<String, Value>,
        except: Option<&ContactId>,
    ) -> Findings {
        let mut findings = Findings { is_open: !page.is_whole, ..Findings::default() };
        for candidate in &page.candidates {
            let id = self.id_of(candidate);
            if id.is_some() && id.as_ref() == except {
                continue;
            }
            match (candidate::relation(&self.find, &self.agree, key, sent, candidate), id) {
                (Relation::Other, _) => {}
                (Relation::Same, Some(id)) => findings.found.push(id),
                (Relation::Near, Some(id)) => findings.candidates.push(id),
                // A match without an id cannot be reported.
                (Relation::Same | Relation::Near, None) => findings.is_open = true,
            }
        }
        findings
    }
}

impl Findings {
    fn add(&mut self, other: Self) {
        self.is_open |= other.is_open;
        for id in other.candidates {
            if !self.candidates.contains(&id) {
                self.candidates.push(id);
            }
        }
    }

    fn outcome(mut self) -> FindOutcome {
        if self.candidates.is_empty() && !self.is_open {
            return FindOutcome::Nothing;
        }
        self.candidates.truncate(CANDIDATE_LIMIT);
        FindOutcome::Unclear { candidates: self.candidates }
    }
}

/// Returns a sort key that orders numeric ids by age, oldest first.
fn age_order(id: &ContactId) -> (u64, ContactId) {
    (id.as_str().parse().unwrap_or(0), id.clone())
}
