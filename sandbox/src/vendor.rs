//! Names the four vendors.
//!
//! Rule: the order of [`Vendor::ALL`] is the order of the ports.

use serde::{Deserialize, Serialize};

/// A vendor that the sandbox stands in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vendor {
    /// `SmartTask`.
    SmartTask,
    /// emnify.
    Emnify,
    /// Cloverhound Cloud.
    Cloverhound,
    /// `OneCloud`, also known as `OneBox`.
    OneCloud,
}

impl Vendor {
    /// All vendors, in the order of their ports.
    pub const ALL: [Self; 4] = [Self::SmartTask, Self::Emnify, Self::Cloverhound, Self::OneCloud];

    /// The vendor's name as configurations spell it, such as `smarttask`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SmartTask => "smarttask",
            Self::Emnify => "emnify",
            Self::Cloverhound => "cloverhound",
            Self::OneCloud => "onecloud",
        }
    }
}
