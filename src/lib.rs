//! Creates one contact in many CRMs.

pub mod config;
mod settings;

pub use settings::{OnLoss, Settings};
pub use unicontact_providers as providers;
