//! Compares the fixtures, the examples and the vendors' documentation with each other, and fails when one is incomplete. A gap
//! needs a reason: in the vendor's file in `fixtures/providers`, in its capabilities, or here. For each check a test shows that
//! the check finds a mistake.

mod answers;
mod described;
mod files;
mod format;
mod mapping;
mod paths;
mod properties;
mod scenarios;
mod table;
