//! Stand-ins for four CRM vendors, on loopback: stateful, and as strict as the vendors' own pages.
//!
//! Rule: everything here is written from the vendors' pages and from nothing else, least of all from the adapters that it
//! tests, so that one misreading cannot hide in both. Where the pages are silent a stand-in still has to answer something:
//! each vendor's module lists what is documented, what is an inference, and what is a choice of this sandbox.
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
//! They can also misbehave, by a seed and so in the same way each time: late, broken, refused and lost answers, late commits, stale
//! lists, contacts stored in another form, vendors that are down, tokens and quotas that end ([`faults`]). Their records
//! tell a lost answer from a lost contact ([`Tally`], [`SeenRequest`]), and a contact's body as sent from what is stored
//! ([`StoredContact`]). A sandbox in another process is reached through its [`control`] endpoint.
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
//! assert_eq!(tally.untold, tally.held - tally.told, "what the program cannot know that it is there");
//! # Ok(())
//! # }
//! ```

pub mod accounts;
mod cloverhound;
mod configuration;
pub mod control;
mod draft;
mod emnify;
mod exchange;
pub mod faults;
mod ledger;
mod limits;
mod onecloud;
mod options;
mod purpose;
mod record;
mod sandbox;
mod served;
mod serving;
mod settable_clock;
mod smarttask;
mod stand_ins;
mod tally;
mod token;
mod vendor;

pub use configuration::configuration_for;
pub use faults::{
    ErrorBody, FaultKind, Faults, FaultsError, Latency, LetterCase, Normalization, On, PhoneFormat,
    RetryAfter, Rule, What, When,
};
pub use options::{Clock, Options};
pub use record::{Answer, SeenRequest, StoredContact, UncommittedContact};
pub use sandbox::Sandbox;
pub use settable_clock::SettableClock;
pub use tally::Tally;
pub use vendor::Vendor;
