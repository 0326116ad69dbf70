//! Tests of `unicontact contract` with valid and invalid folders of fixtures.

mod changed;
mod compared;
mod folder;
mod interrupted;
mod recorded;
mod refused;
mod replayed;
mod vendor;
