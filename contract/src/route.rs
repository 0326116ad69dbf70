//! Which exchange of a fixture is which exchange of a run.
//!
//! Rule: method and path tell, and a number in a path is somebody's id. What a live vendor need not be asked, such as a
//! login whose token is known already, has no counterpart.

use unicontact_providers::http::Seen;

use crate::fixture::{ExpectedRequest, Fixture, GivenAnswer};
use crate::form::is_number;

/// For each exchange of a run, the fixture's that it corresponds to. They are told from the end, in order.
pub(crate) fn counterparts<'a>(
    fixture: &'a Fixture,
    exchanges: &[Seen],
) -> Vec<Option<(&'a ExpectedRequest, &'a GivenAnswer)>> {
    let mut expected: Vec<_> = fixture.exchanges().collect();
    let mut counterparts: Vec<Option<_>> = exchanges
        .iter()
        .rev()
        .map(|seen| {
            let index = expected.iter().rposition(|(request, _)| is_for(request, seen))?;
            expected.split_off(index).into_iter().next()
        })
        .collect();
    counterparts.reverse();
    counterparts
}

/// Whether it is the same method and path, whatever numbers are in it and whatever the base URL has in front.
pub(crate) fn is_for(request: &ExpectedRequest, seen: &Seen) -> bool {
    let expected = segments(&request.path);
    let seen_segments = segments(seen.url.path());
    let Some(offset) = seen_segments.len().checked_sub(expected.len()) else {
        return false;
    };
    let same =
        |(expected, seen): (&&str, &&str)| expected == seen || (is_number(expected) && is_number(seen));
    request.method == seen.method && expected.iter().zip(&seen_segments[offset..]).all(same)
}

/// Method and path, without a query, which may hold a contact's values.
pub(crate) fn in_words(request: &ExpectedRequest) -> String {
    format!("{} /{}", request.method, segments(&request.path).join("/"))
}

/// The parts of a path, without its query.
pub(crate) fn segments(path: &str) -> Vec<&str> {
    let path = path.split('?').next().unwrap_or_default();
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}
