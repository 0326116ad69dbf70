//! What stands in an exported Pact, and what must not.
//!
//! Its rule: what is said of one interaction holds for those of every vendor.
