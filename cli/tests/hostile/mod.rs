//! Scripted stand-ins for vendors.
//!
//! A stand-in answers logins and look-ups normally, counts every create, and then replies as its script says. The
//! replies follow the vendors' documentation.

mod answer;
mod received;
mod refusal;
mod script;
mod stand_in;
mod vendor;

pub(crate) use unicontact_providers::testkit::ClosedPort;

pub(crate) use self::answer::Answer;
pub(crate) use self::received::Received;
pub(crate) use self::refusal::refusal;
pub(crate) use self::script::{Listing, Reply, Script};
pub(crate) use self::stand_in::StandIn;
pub(crate) use self::vendor::{NO_KEYS, RENEWING, SECRETS, USE_CREATED, Vendor};
