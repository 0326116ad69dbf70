//! What the command counts over many contacts, and the messages and JSON made of the counts.
//!
//! Invariant: a summary holds kinds, fields, reasons and line numbers, and no values of a contact. Its memory is bounded.

mod counts;
mod dropped_cells;
mod dry_run;
mod duplicates;
#[cfg(feature = "jetstream")]
mod enqueue;
mod import;
mod input_lines;
mod phone_numbers;
mod reasons;
mod resume;
#[cfg(feature = "jetstream")]
mod worker;

pub(crate) use self::dropped_cells::{DroppedCells, NotesState, dropped_field, suggestions};
pub(crate) use self::dry_run::{DryRunSummary, ProviderDryRun};
pub(crate) use self::duplicates::{delivered_earlier, duplicates, recognized};
#[cfg(feature = "jetstream")]
pub(crate) use self::enqueue::EnqueueSummary;
pub(crate) use self::import::{ImportSummary, paused_provider, retried};
pub(crate) use self::input_lines::InputLine;
pub(crate) use self::reasons::Reasons;
pub(crate) use self::resume::{ResumeHint, journal_time};
#[cfg(feature = "jetstream")]
pub(crate) use self::worker::WorkerSummary;
