//! A change at one place of an answer, before it is attributed to a fixture.

use crate::fixture::{ExpectedRequest, FixtureAnswer};
use crate::grade::Grade;

/// A request and its answer, as a fixture shows them.
pub(crate) type Exchange<'a> = (&'a ExpectedRequest, &'a FixtureAnswer);

/// A change at one place.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) grade: Grade,
    pub(crate) place: String,
    pub(crate) expected: String,
    pub(crate) seen: String,
    pub(crate) note: Option<String>,
}
