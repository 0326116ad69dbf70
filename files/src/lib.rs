//! Reads contacts from files: CSV, workbooks, NDJSON, JSON, vCard, `JSContact`.
//!
//! A file is read row by row and never held. Each loss is a note, a dropped cell or a reject; nothing is guessed.
//!
//! [`open`] finds out what a file is and gives a [`Reading`], an iterator of contacts. A [`Row`] is a
//! [`UnifiedContact`](unicontact_model::UnifiedContact) with its line and its [`Note`]s; a [`Reject`] says why a
//! row is no contact, and goes into the file of rejects with [`RejectsWriter`]. Of a CSV, [`Reading::columns`] tells
//! what each column was taken for, and [`suggest_map`] writes a [`ColumnMap`] for what is not recognised.
//!
//! It is synchronous and reads what it is given: the caller opens the file and runs it on a thread of its own.

mod cell_text;
mod column_map;
mod contact_builder;
mod csv;
mod decode;
mod detect;
mod error;
mod field_path;
mod head;
mod ids;
mod jscontact;
mod json;
mod json_error;
mod json_values;
mod layouts;
mod lines;
mod opened;
mod options;
mod placeholders;
mod plan;
mod preview;
mod reading;
mod reject_keys;
mod rejects;
mod row;
mod sheet;
mod suggest;
mod vcard;
mod vcard_marker;
mod version;
mod workbook;

pub use column_map::{ColumnMap, MapError};
pub use contact_builder::ids::with_ids_read;
pub use csv::structure::SkippedRows;
pub use decode::guess::EncodingCandidate;
pub use decode::{TextEncoding, UnknownEncoding};
pub use error::ReadError;
pub use options::{Format, OnBadCell, ReadOptions, UnknownFormat};
pub use plan::{Column, ColumnPlan, TableForm, Taken, WithSamples};
pub use preview::{BadCells, Preview};
pub use reading::{Reading, open, suggest_map};
pub use rejects::RejectsWriter;
pub use row::{DroppedCell, Note, Reject, Row, Suggestion};
