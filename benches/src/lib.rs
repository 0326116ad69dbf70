//! Measures the cost of unicontact beside a client that is written by hand for the same work. Compare figures only within one run
//! on one machine. [`whole`] measures whole processes, [`pure`] lists the parts without network and disk, and [`instructions`]
//! counts their instructions.
//!
//! All clients send the same invented people:
//!
//! ```
//! use unicontact_benches::people::Person;
//!
//! let person = Person::new(7);
//! assert_eq!(person.name, Person::new(7).name);
//! assert!(person.emails[0].ends_with("@example.com"));
//! ```

pub mod by_hand;
pub mod configuration;
pub mod durable_log;
pub mod hidden;
pub mod instructions;
pub mod journal;
pub mod library;
pub mod people;
pub mod pure;
pub mod vendor;
pub mod whole;

/// The error that ends a measurement.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
