//! Vendors that a file describes.
//!
//! A [`Description`] is read once, with all of its mistakes, and compiled; its providers share it. It can say everything that the
//! create call of an ordinary CRM needs, and nothing that makes a promise unprovable: no code, no template over the contact, and
//! one changing request.

mod account;
#[cfg(feature = "schema")]
mod account_schema;
mod account_values;
mod answers;
mod auth;
mod bundled;
mod capabilities;
mod condition;
mod config;
mod create;
mod create_request;
mod credential;
mod description;
mod document;
mod draft;
mod dropped_fields;
mod evidence;
mod fields;
mod find;
mod json_template;
mod judge;
mod laws;
mod made_up;
mod member_names;
mod names;
mod overview;
mod pattern;
mod place;
mod postal;
mod problem;
mod provider;
mod read_path;
mod reader;
mod request;
mod rules;
mod search;
mod slots;
#[cfg(feature = "testkit")]
mod stand_in;
mod table;
mod template;
#[cfg(test)]
#[cfg(feature = "testkit")]
mod tests;
mod time_span;
#[cfg(feature = "schema")]
mod vocabulary_schema;
mod wait;
mod words;
mod write_path;

pub use self::description::Description;
pub use self::evidence::{Fact, Source, SourceKind};
pub use self::overview::{ErrorOverview, SearchOverview};
pub use self::problem::{DescriptionError, DescriptionProblem};
pub use self::provider::Declared;
#[cfg(feature = "testkit")]
pub(crate) use self::stand_in::StandIn;
#[cfg(feature = "schema")]
pub use self::vocabulary_schema::description_schema;
