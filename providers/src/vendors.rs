//! The vendors that this build speaks to.
//!
//! Its rule: what is listed here is what the adapters themselves promise.

use std::borrow::Cow;

use crate::capabilities::MappingRow;

/// A vendor, whether or not a provider is configured for it.
#[derive(Debug, Clone)]
pub struct Vendor {
    /// Its name in configuration and output.
    pub name: &'static str,
    /// Its name in sentences.
    pub title: &'static str,
    /// What can keep a create from making a second contact; empty when nothing can.
    pub dedupe: &'static str,
    /// Whether a contact whose create lost its answer can be looked for.
    pub find: bool,
    /// Whether credentials can be proved without changing data.
    pub check: bool,
    /// The fields that it can hold.
    pub fields: Cow<'static, [MappingRow]>,
}

/// The vendors of this build, in the order of the documentation.
pub static VENDORS: &[Vendor] = &[
    #[cfg(feature = "smarttask")]
    Vendor {
        name: crate::smarttask::VENDOR,
        title: "SmartTask",
        dedupe: "use_created",
        find: crate::smarttask::CAPABILITIES.find,
        check: crate::smarttask::CAPABILITIES.check,
        fields: crate::smarttask::CAPABILITIES.fields,
    },
    #[cfg(feature = "emnify")]
    Vendor {
        name: crate::emnify::VENDOR,
        title: "emnify",
        dedupe: "",
        find: crate::emnify::CAPABILITIES.find,
        check: crate::emnify::CAPABILITIES.check,
        fields: crate::emnify::CAPABILITIES.fields,
    },
    #[cfg(feature = "cloverhound")]
    Vendor {
        name: crate::cloverhound::VENDOR,
        title: "Cloverhound",
        dedupe: "",
        find: crate::cloverhound::CAPABILITIES.find,
        check: crate::cloverhound::CAPABILITIES.check,
        fields: crate::cloverhound::CAPABILITIES.fields,
    },
    #[cfg(feature = "onecloud")]
    Vendor {
        name: crate::onecloud::VENDOR,
        title: "OneCloud",
        dedupe: "",
        find: crate::onecloud::CAPABILITIES.find,
        check: crate::onecloud::CAPABILITIES.check,
        fields: crate::onecloud::CAPABILITIES.fields,
    },
];
