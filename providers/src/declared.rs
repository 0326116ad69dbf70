//! Stand-in for the descriptions of vendors, until their reader is merged.

mod description;

pub use self::description::{Description, DescriptionError, DescriptionProblem};
