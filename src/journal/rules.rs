//! The changes of a record by a claim, a settlement, a resolution or an erasure: pure functions, the same for every journal.
//!
//! A journal reads a record, calls the function, and writes the record in the answer in the same transaction. A new record has
//! the [`number`](crate::journal::Record::number) 0; the journal gives it the next one. This journal keeps its records in a
//! map:
//!
//! ```
//! use std::collections::HashMap;
//! use std::sync::{Arc, Mutex, PoisonError};
//!
//! use async_trait::async_trait;
//! use futures_util::FutureExt;
//! use unicontact::journal::{
//!     Act, Claim, ClaimOutcome, Journal, JournalError, Record, Resolution, Selection, SettleFuture, Settlement, rules,
//! };
//! use unicontact::providers::DeliveryKey;
//!
//! #[derive(Debug, Default)]
//! struct MapJournal {
//!     records: Mutex<HashMap<DeliveryKey, Record>>,
//! }
//!
//! impl MapJournal {
//!     /// Decides about a record, and writes what it becomes.
//!     fn change<T>(&self, key: DeliveryKey, decide: impl FnOnce(Option<Record>) -> (T, Option<Record>)) -> T {
//!         let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
//!         let next_number = records.len() as u64 + 1;
//!         let (answer, record) = decide(records.get(&key).cloned());
//!         if let Some(record) = record {
//!             let number = if record.number == 0 { next_number } else { record.number };
//!             records.insert(key, Record { number, ..record });
//!         }
//!         answer
//!     }
//! }
//!
//! #[async_trait]
//! impl Journal for MapJournal {
//!     async fn look(&self, key: &DeliveryKey) -> Result<Option<Record>, JournalError> {
//!         Ok(self.change(key.clone(), |record| (record, None)))
//!     }
//!
//!     async fn claim(&self, claim: Claim) -> Result<ClaimOutcome, JournalError> {
//!         Ok(self.change(claim.key.clone(), |record| rules::claim(record, claim)))
//!     }
//!
//!     fn settle(&self, settlement: Settlement) -> SettleFuture {
//!         let outcome = self.change(settlement.key.clone(), |record| {
//!             let settled = rules::settle(record.as_ref(), settlement);
//!             (settled.outcome, settled.record)
//!         });
//!         async move { Ok(outcome) }.boxed()
//!     }
//!
//!     async fn resolve(&self, key: &DeliveryKey, resolution: Resolution, act: Act) -> Result<bool, JournalError> {
//!         Ok(self.change(key.clone(), |record| {
//!             let record = rules::resolve(record, resolution, act);
//!             (record.is_some(), record)
//!         }))
//!     }
//!
//!     async fn forget(&self, key: &DeliveryKey) -> Result<bool, JournalError> {
//!         Ok(self.change(key.clone(), |record| {
//!             let record = rules::forget(record);
//!             (record.is_some(), record)
//!         }))
//!     }
//!
//!     async fn list(&self, selection: &Selection) -> Result<Vec<Record>, JournalError> {
//!         let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
//!         let mut selected: Vec<Record> =
//!             records.values().filter(|record| selection.includes(record)).cloned().collect();
//!         selected.sort_by_key(|record| record.number);
//!         selected.truncate(selection.limit.map_or(usize::MAX, |limit| limit as usize));
//!         Ok(selected)
//!     }
//! }
//!
//! let fan_out = unicontact::FanOut::new(Vec::new(), unicontact::Policy::All)
//!     .with_journal(Arc::new(MapJournal::default()));
//! ```

mod claim;
mod earlier;
mod person;
mod settle;

pub use self::claim::{claim, interrupt};
pub(crate) use self::person::FORGOTTEN;
pub use self::person::{end_of_resolved_contents, forget, keeps_resolved_content, reopen, resolve};
#[cfg(feature = "queue")]
pub(crate) use self::settle::purge;
pub use self::settle::{Settled, settle};
