//! The vendors of the sandbox.

use serde::{Deserialize, Serialize};

/// A vendor with a stand-in.
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
    /// `HubSpot`.
    HubSpot,
    /// Salesforce.
    Salesforce,
    /// Pipedrive.
    Pipedrive,
}

impl Vendor {
    /// All vendors, in the order of their ports.
    pub const ALL: [Self; 7] = [
        Self::SmartTask,
        Self::Emnify,
        Self::Cloverhound,
        Self::OneCloud,
        Self::HubSpot,
        Self::Salesforce,
        Self::Pipedrive,
    ];

    /// The vendors with an adapter in Rust, in the order of [`Self::ALL`]. A sandbox serves these by default.
    pub const BUILT_IN: [Self; 4] = [Self::SmartTask, Self::Emnify, Self::Cloverhound, Self::OneCloud];

    /// Returns the vendor's name in configurations, such as `smarttask`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SmartTask => "smarttask",
            Self::Emnify => "emnify",
            Self::Cloverhound => "cloverhound",
            Self::OneCloud => "onecloud",
            Self::HubSpot => "hubspot",
            Self::Salesforce => "salesforce",
            Self::Pipedrive => "pipedrive",
        }
    }

    /// Returns the vendor of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|vendor| vendor.name() == name)
    }
}
