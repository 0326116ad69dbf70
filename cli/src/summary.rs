//! What the command counts over many contacts, and the messages and JSON made of the counts.
//!
//! Invariant: a summary contains kinds, fields, reasons, and the lines and names of the first rows, and no other values of a
//! contact. Its memory is bounded.

mod counts;
mod doubts;
mod dropped_cells;
mod dry_run;
mod dry_run_page;
mod duplicates;
#[cfg(feature = "jetstream")]
mod enqueue;
mod first_rows;
mod import;
mod losses;
mod phone_numbers;
mod reason_lines;
mod reasons;
mod resume;
mod rows_to_check;
#[cfg(feature = "jetstream")]
mod worker;

pub(crate) use self::dropped_cells::{DroppedCells, NotesState, dropped_field, suggestions};
pub(crate) use self::dry_run::{DryRunSummary, ProviderDryRun};
pub(crate) use self::dry_run_page::dry_run_page;
pub(crate) use self::duplicates::{delivered_earlier, duplicates, recognized};
#[cfg(feature = "jetstream")]
pub(crate) use self::enqueue::EnqueueSummary;
pub(crate) use self::first_rows::InputLine;
pub(crate) use self::import::{ImportSummary, paused_provider, retried};
pub(crate) use self::reasons::Reasons;
pub(crate) use self::resume::{ResumeHint, journal_time};
pub(crate) use self::rows_to_check::RowsToCheck;
#[cfg(feature = "jetstream")]
pub(crate) use self::worker::WorkerSummary;
