//! Matches the exchanges of a fixture to those of a live run, by method and path.
//!
//! Numbers in a path match each other, because they are ids of different accounts. A live run may lack exchanges of the
//! fixture, such as a login whose token is cached.

use unicontact_providers::http::Seen;

use crate::fixture::{ExpectedRequest, Fixture, FixtureAnswer};
use crate::text_pattern::is_number;

/// Returns for each exchange of a run the fixture's exchange that it corresponds to. The last exchanges are matched
/// first, and the order is kept.
pub(crate) fn counterparts<'a>(
    fixture: &'a Fixture,
    exchanges: &[Seen],
) -> Vec<Option<(&'a ExpectedRequest, &'a FixtureAnswer)>> {
    let mut expected: Vec<_> = fixture.exchanges().collect();
    let mut counterparts: Vec<Option<_>> = exchanges
        .iter()
        .rev()
        .map(|seen| {
            let index = expected.iter().rposition(|(request, _)| matches(request, seen))?;
            expected.split_off(index).into_iter().next()
        })
        .collect();
    counterparts.reverse();
    counterparts
}

/// Returns whether both have the same method and path. Numbers in the path may differ, and the base URL of the sent
/// request may add segments in front.
pub(crate) fn matches(request: &ExpectedRequest, seen: &Seen) -> bool {
    let expected = segments(&request.path);
    let seen_segments = segments(seen.url.path());
    let Some(offset) = seen_segments.len().checked_sub(expected.len()) else {
        return false;
    };
    let same =
        |(expected, seen): (&&str, &&str)| expected == seen || (is_number(expected) && is_number(seen));
    request.method == seen.method && expected.iter().zip(&seen_segments[offset..]).all(same)
}

/// Returns method and path, without the query, which may hold a contact's values.
pub(crate) fn describe(request: &ExpectedRequest) -> String {
    format!("{} /{}", request.method, segments(&request.path).join("/"))
}

/// Returns the segments of a path, without its query.
pub(crate) fn segments(path: &str) -> Vec<&str> {
    let path = path.split('?').next().unwrap_or_default();
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}
