//! Deliveries to stand-ins of vendors that a file describes. The stand-ins were written without their descriptions.
//!
//! `UNICONTACT_SEEDS=1000` runs that many seeds of each storm, and `UNICONTACT_SEED=123` runs one.

mod cases;
mod office;
mod own_vendors;
mod people;
mod storms;
