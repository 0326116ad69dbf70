//! Tests of `unicontact contract` with valid and invalid folders of fixtures.

mod blessed;
mod built_in;
mod changed;
mod client;
mod compared;
mod folder;
mod held;
mod interrupted;
mod recorded;
mod refused;
mod replayed;
mod served;
mod vendor;
