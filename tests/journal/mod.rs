//! The journals: all keep the contract suite; a file is also cut, damaged, filled up and shared.

mod accident;
mod bench;
mod broken;
mod contract;
mod forgetting;
mod identify;
mod migration;
mod model;
#[cfg(feature = "queue")]
mod nats;
#[cfg(feature = "queue")]
#[cfg(feature = "queue")]
mod on_servers;
#[cfg(feature = "queue")]
mod people_on_servers;
mod refusal;
mod resolutions;
mod secrecy;
mod sharing;
mod unchecked;
mod unclean_end;
