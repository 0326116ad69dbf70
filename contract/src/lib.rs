//! The contract kit records exchanges with a vendor as fixtures, replays them against any adapter, and compares them
//! with a live vendor.
//!
//! - [`Fixtures::load`] reads a folder of fixtures and rejects unknown keys.
//! - [`replay`] serves a fixture's answers on loopback, runs the adapter, and returns every difference.
//! - [`hold`] does the same with an adapter in any language: it runs its command for the fixture.
//! - [`bless`] writes a fixture's expectations from what the adapter does.
//! - [`FixtureServer`] serves fixtures as a vendor, and judges the requests of any client.
//! - [`LiveCalls`] lists the calls that the fixtures make to a live vendor, and those that provoke a refusal. [`connect`]
//!   connects an adapter, [`run_call`] runs a call, [`Comparison`] grades what changed, and [`record`] turns the run into a
//!   fixture without secrets and personal data.
//! - [`VendorEvidence`] counts a vendor's fixtures by provenance, and says which exchange would prove what is inferred.
//! - [`check_openapi`] compares what an adapter sends and reads with the vendor's own OpenAPI description.
//! - [`pact::export`] turns a vendor's fixtures into a Pact.
//! - [`junit()`] writes results as JUnit XML.
//!
//! Each fixture names its provenance, from recorded traffic to a guess. Adapters of your own take part through
//! [`Adapters`]:
//!
//! ```no_run
//! use std::path::Path;
//!
//! use unicontact_contract::{BuiltIn, Fixtures, replay};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let fixtures = Fixtures::load(Path::new("fixtures"))?;
//! for fixture in fixtures.all() {
//!     let report = replay(fixture, &fixtures, &BuiltIn).await?;
//!     assert!(report.passed(), "{report}");
//! }
//! # Ok(())
//! # }
//! ```

mod accepted;
mod adapters;
mod alteration;
mod archive;
mod bless;
mod compare;
mod credentials;
mod difference;
mod evidence;
mod experiment;
pub mod fixture;
mod folder;
mod forbidden_texts;
mod grade;
mod hold;
mod json_texts;
mod junit;
mod live_call;
mod live_provider;
mod live_run;
mod member_names;
mod openapi;
mod outcome;
pub mod pact;
pub mod personal_data;
mod provoked;
mod record;
pub mod replaced_file;
mod replay;
mod replay_error;
mod request_match;
mod sample_contacts;
mod scenario;
mod serve;
mod shape;
mod suite;
mod text_pattern;
mod untested;
mod verdict;

pub use accepted::{ACCEPTED_FILE, AcceptedFindings};
pub use adapters::{Adapters, BuiltIn, ConnectError, Described};
pub use archive::FixtureArchive;
pub use bless::{BlessedFile, Blessing, bless, write_blessed};
pub use compare::{Acceptance, Comparison, Finding};
pub use credentials::FakeCredentials;
pub use difference::Difference;
pub use evidence::{
    Claim, ClaimedError, ClaimedRequest, ClaimedResult, Condition, Proof, UnprovenFact, VendorEvidence,
};
pub use fixture::Fixture;
pub use folder::{FixtureDiagnostic, Fixtures, FixturesError};
pub use grade::Grade;
pub use hold::{HoldCommand, HoldError, hold, hold_schema};
pub use junit::{JunitCase, JunitProblem, JunitResult, JunitSuite, junit};
pub use live_call::{LiveCall, LiveCalls, SkippedFixture};
pub use live_provider::LiveProvider;
pub use live_run::{LiveConnection, LiveRun, connect, run_call};
pub use openapi::{OpenApi, OpenApiError, OpenApiFinding, OpenApiReport, check_openapi};
pub use provoked::{ProvokedRefusal, made_up_credentials};
pub use record::{
    Origin, RecordError, WriteError, WrittenFiles, conflicting_files, record, record_all, repeated_files,
    write_fixtures,
};
pub use replay::{ReplayReport, replay, replay_at};
pub use replay_error::ReplayError;
pub use sample_contacts::sample_contacts;
pub use serve::{
    FixtureServer, PlayedScenario, SCENARIO_HEADER, Selection, ServeError, ServeOptions, ServedRequest,
    ServedScenario,
};
pub use shape::{Shape, ShapeChange};
pub use suite::{SuiteError, run_suite};
pub use unicontact_providers::testkit::{Finding as SuiteFinding, Report as SuiteReport};
pub use untested::{UntestedError, UntestedLine, untested_lines};
