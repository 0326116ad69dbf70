//! The contract kit: exchanges with a vendor as fixtures, and what can be done with them.
//!
//! Rule: a fixture is evidence, and says how good it is. Everything here reads fixtures and asks adapters; nothing in
//! here knows a vendor, apart from [`BuiltIn`].
//!
//! - [`Fixtures::read`] reads a folder, strictly.
//! - [`replay`] serves a fixture's answers on loopback, asks the adapter, and tells every difference.
//! - [`connect`] connects an adapter to a vendor that is there, [`run`] asks what a fixture asks, [`compare`] grades what
//!   moved, and [`record`] turns the run into a fixture in which nothing secret or personal is left that it knows how to
//!   tell. [`Questions`] says what would be asked before anything is, [`obstacles`] what could not be written.
//! - [`pact::export`] turns a vendor's fixtures into a Pact.
//!
//! Adapters of your own take part through [`Adapters`]:
//!
//! ```no_run
//! use std::path::Path;
//!
//! use unicontact_contract::{BuiltIn, Fixtures, replay};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let fixtures = Fixtures::read(Path::new("fixtures"))?;
//! for fixture in fixtures.all() {
//!     let replayed = replay(fixture, &fixtures, &BuiltIn).await?;
//!     assert!(replayed.is_as_expected(), "{replayed}");
//! }
//! # Ok(())
//! # }
//! ```

mod adapters;
mod compare;
mod credentials;
mod difference;
pub mod fixture;
mod folder;
mod form;
mod grade;
mod live;
mod outcome;
pub mod pact;
pub mod personal;
mod question;
mod record;
mod replay;
mod route;
mod scenario;
mod shape;

pub use adapters::{Adapters, BuiltIn, NotConnected};
pub use compare::{Finding, compare};
pub use credentials::FakeCredentials;
pub use difference::Difference;
pub use fixture::Fixture;
pub use folder::{FixtureMistake, Fixtures, FixturesError};
pub use grade::Grade;
pub use live::{Connected, Live, Ran, connect, run};
pub use question::{NotRun, Question, Questions};
pub use record::{NotRecorded, Origin, RecordError, Recorded, obstacles, record, write_fixtures};
pub use replay::{ReplayError, Replayed, replay, replay_at};
pub use shape::{Moved, Shape};
