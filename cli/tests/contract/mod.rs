//! Tests of `unicontact contract` with valid and invalid folders of fixtures.

mod accepted;
mod blessed;
mod built_in;
mod changed;
mod client;
mod compared;
mod evidence;
mod first;
mod folder;
mod held;
mod interrupted;
mod junit;
mod openapi;
mod provoked;
mod recorded;
mod refused;
mod replayed;
mod served;
mod vendor;
