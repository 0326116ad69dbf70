//! Stateful stand-ins for seven CRM vendors on loopback, as strict as the vendors' documentation.
//!
//! The stand-ins are written from the vendors' pages alone, and never from the adapters that they test, so that a misreading
//! cannot hide in both. Each vendor's module lists what is documented, what is inferred, and what the sandbox chose.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use unicontact_sandbox::{Options, Sandbox, Vendor};
//!
//! let sandbox = Sandbox::start(Options::default()).await?;
//! println!("{}", sandbox.configuration());
//! assert!(sandbox.contacts(Vendor::Emnify).is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! [`faults`] make them misbehave, reproducibly by a seed: late, broken, refused and lost answers, late commits, stale lists,
//! normalized contacts, outages, expiring tokens and quotas. Their records distinguish a lost answer from a lost contact
//! ([`Tally`], [`RequestRecord`]), and the sent body from the stored contact ([`StoredContact`]). The [`control`] endpoint
//! controls a sandbox in another process.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use unicontact_sandbox::{Faults, Options, Rule, Sandbox, Vendor, What, When};
//!
//! let once = When { times: Some(1), ..When::default() };
//! let reset = Rule::new(What::ResetAfterCommit).at(Vendor::OneCloud).when(once);
//! let options = Options { faults: Faults::new(7, [reset]), ..Options::default() };
//! let sandbox = Sandbox::start(options).await?;
//!
//! // Here the program under test creates a contact at `sandbox.base_url(Vendor::OneCloud)`.
//!
//! let tally = sandbox.tally(Vendor::OneCloud);
//! assert_eq!(tally.duplicates, 0, "nothing was sent twice");
//! assert_eq!(tally.untold, tally.held - tally.told, "contacts whose answer was lost");
//! # Ok(())
//! # }
//! ```

pub mod accounts;
mod cloverhound;
mod configuration;
mod contact_store;
pub mod control;
mod draft;
mod emnify;
mod error_page;
pub mod faults;
mod hubspot;
mod onecloud;
mod options;
mod pipedrive;
mod purpose;
mod received_request;
mod record;
mod reply;
mod request_limits;
mod salesforce;
mod sandbox;
mod server;
mod serving;
mod settable_clock;
mod smarttask;
mod stand_in;
mod stand_in_specs;
mod stand_ins;
mod stop;
mod tally;
mod token;
mod token_uses;
mod vendor;

pub use configuration::configuration_for;
pub use faults::{
    ErrorBody, FaultKind, Faults, FaultsError, Latency, LetterCase, Normalization, On, PhoneFormat,
    RetryAfter, Rule, What, When,
};
pub use options::{Clock, Options};
pub use record::{Answer, RequestRecord, StoredContact, UncommittedContact};
pub use sandbox::Sandbox;
pub use settable_clock::SettableClock;
pub use tally::Tally;
pub use vendor::Vendor;
