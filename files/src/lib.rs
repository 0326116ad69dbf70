//! Reads contacts from files: CSV, workbooks, NDJSON, JSON, vCard and `JSContact`.
//!
//! [`open`] detects the format of a file and returns a [`ContactReader`], an iterator over its contacts. A [`Row`] holds a
//! [`UnifiedContact`](unicontact_model::UnifiedContact) with its line and [`Note`]s; a [`Reject`] holds the reason why a row is
//! no contact. The reader holds one row at a time. Each lost value has a note, a [`DroppedCell`] or a reject.
//!
//! ```
//! use unicontact_files::{ReadOptions, open};
//!
//! let file = "Name;E-Mail;Mobil\nAda King;ada@example.com;+44 7700 900123\n;not an address;\n";
//! let (mut contacts, mut rejects) = (Vec::new(), Vec::new());
//! for row in open(file.as_bytes(), "people.csv", &ReadOptions::default())? {
//!     match row {
//!         Ok(row) => contacts.push(row.contact),
//!         Err(reject) => rejects.push(reject.to_string()),
//!     }
//! }
//! assert_eq!(contacts[0].display_name().as_deref(), Some("Ada King"));
//! assert!(rejects[0].starts_with("line 3, column 2 (E-Mail): not an e-mail address"));
//! # Ok::<(), unicontact_files::ReadError>(())
//! ```
//!
//! [`ContactReader::columns`] returns the field that each column of a table is read into. [`suggest_map`] writes a [`ColumnMap`]
//! for columns that are not recognized, and [`RejectsWriter`] writes rejects into a file.
//!
//! The crate is synchronous and opens no files: pass it any [`Read`](std::io::Read), on a thread of its own.

mod cell_text;
mod check_characters;
mod column_map;
mod contact_builder;
mod csv;
mod decode;
mod delimited;
mod detect;
mod detected_source;
mod error;
mod field_path;
mod file_encoding;
mod formula_guard;
mod head;
mod ids;
mod jscontact;
mod json;
mod json_error;
mod json_values;
mod layouts;
mod lines;
mod options;
mod placeholders;
mod plan;
mod preview;
mod reader;
mod reject_keys;
mod rejects;
mod row;
mod rows;
mod sheet;
mod suggest;
mod toml_string;
mod vcard;
mod vcard_marker;
mod version;
mod workbook;

pub use cell_text::is_formula;
pub use column_map::{ColumnMap, MapError};
pub use contact_builder::ids::row_from_contact;
pub use csv::structure::{SkipReason, SkippedRows};
pub use decode::guess::EncodingCandidate;
pub use decode::{TextEncoding, UnknownEncoding};
pub use error::ReadError;
pub use options::{Format, OnBadCell, ReadOptions, UnknownFormat};
pub use plan::unused_reason::UnusedReason;
pub use plan::{Column, ColumnPlan, ColumnTarget, TableSource};
pub use preview::{BadCells, Preview};
pub use reader::{ContactReader, open, suggest_map};
pub use rejects::RejectsWriter;
pub use row::{DroppedCell, Note, Reject, Row, Suggestion};
pub use toml_string::toml_string;
