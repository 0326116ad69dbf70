//! What is unfinished, read from the journal page by page.
//!
//! Its rule: every delivery is met once, however it ends meanwhile: a record keeps its number, and no number is read twice.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use futures_util::stream::{self, Stream};
use unicontact::bulk::RoutedContact;
use unicontact::journal::{Journal, JournalError, Record, Selection};
use unicontact::providers::DeliveryKey;

use super::super::{named, next_page};
use crate::exit::Failure;

/// The unfinished deliveries of one contact with the same content.
pub(super) struct Unfinished {
    pub(super) first: Record,
    pub(super) providers: Vec<String>,
}

/// What is to be told beside the contacts.
pub(super) enum Said {
    /// Something could not be retried, and why.
    Problem(String),
    /// Everything was given out.
    End,
}

/// All that is unfinished, of which one page is held.
pub(super) struct Pages {
    journal: Arc<dyn Journal>,
    selection: Selection,
    /// Whether all pages were read.
    is_read: bool,
    /// The names of the providers that are configured.
    configured: Vec<String>,
    after: u64,
    page: VecDeque<Unfinished>,
}

impl Pages {
    pub(super) fn new(journal: Arc<dyn Journal>, selection: Selection, configured: Vec<String>) -> Self {
        Self { journal, selection, is_read: false, configured, after: 0, page: VecDeque::new() }
    }

    /// Only those of `keys`, which the journal must have, every one.
    pub(super) async fn narrow(&mut self, keys: &[DeliveryKey]) -> Result<(), Failure> {
        let mut records = named(&*self.journal, keys).await?;
        records.retain(|record| self.selection.includes(record));
        self.is_read = true;
        self.page = unfinished(records);
        Ok(())
    }

    pub(super) async fn next(&mut self) -> Result<Option<Unfinished>, JournalError> {
        loop {
            if let Some(next) = self.page.pop_front() {
                return Ok(Some(next));
            }
            if self.is_read {
                return Ok(None);
            }
            let page = next_page(&*self.journal, &self.selection, self.after).await?;
            match page.last() {
                Some(last) => self.after = last.number,
                None => self.is_read = true,
            }
            self.page = unfinished(page);
        }
    }

    /// The contacts, from `first` on, and what is said meanwhile.
    pub(super) fn contacts(self, first: Unfinished) -> (impl Stream<Item = RoutedContact>, Receiver<Said>) {
        let (say, said) = channel();
        let contacts = stream::unfold((self, Some(first), say), async |(mut pages, mut next, say)| {
            loop {
                let unfinished = match next.take() {
                    Some(unfinished) => Ok(Some(unfinished)),
                    None => pages.next().await,
                };
                match unfinished {
                    Ok(Some(unfinished)) => {
                        if let Some(addressed) = pages.addressed(unfinished, &say) {
                            return Some((addressed, (pages, None, say)));
                        }
                    }
                    Ok(None) => {
                        tell(&say, Said::End);
                        return None;
                    }
                    Err(error) => {
                        tell(&say, Said::Problem(format!("error: {error}")));
                        return None;
                    }
                }
            }
        });
        (contacts, said)
    }

    fn addressed(&self, unfinished: Unfinished, say: &Sender<Said>) -> Option<RoutedContact> {
        let Unfinished { first, providers } = unfinished;
        if providers.iter().any(|provider| !self.configured.contains(provider)) {
            let contact = first.key.contact();
            tell(say, Said::Problem(format!("{contact}: some of its providers are not configured any more")));
        }
        let contact = first.contact();
        if contact.is_none() {
            let key = &first.key;
            tell(say, Said::Problem(format!("{key}: the journal has no contact that could be sent")));
        }
        let key = first.key.contact().to_owned();
        Some(RoutedContact::new(contact?, key, providers))
    }
}

fn tell(say: &Sender<Said>, said: Said) {
    // Who does not listen any more has ended.
    let _ = say.send(said);
}

fn unfinished(records: Vec<Record>) -> VecDeque<Unfinished> {
    by_contact(records.into_iter().filter(|record| !record.outcome().is_delivered()))
}

/// By contact and content: a contact may have been changed between the providers.
fn by_contact(records: impl Iterator<Item = Record>) -> VecDeque<Unfinished> {
    let mut found: VecDeque<Unfinished> = VecDeque::new();
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    for record in records {
        let contact = (record.key.contact().to_owned(), record.fingerprint.to_string());
        let provider = record.key.provider().to_owned();
        if let Some(of_contact) = places.get(&contact).and_then(|place| found.get_mut(*place)) {
            of_contact.providers.push(provider);
        } else {
            places.insert(contact, found.len());
            found.push_back(Unfinished { first: record, providers: vec![provider] });
        }
    }
    found
}
