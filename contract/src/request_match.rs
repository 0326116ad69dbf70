//! Matches the exchanges of a fixture to those of a live run, by method and path.
//!
//! Numbers in a path match each other, because they are ids of different accounts, and a value of the fixtures' account matches
//! any value of a live account. A live run may lack exchanges of the fixture, such as a login whose token is cached.

use std::collections::BTreeSet;

use serde_json::Value;
use unicontact_providers::UnifiedContact;
use unicontact_providers::http::Seen;

use crate::experiment::FixtureExchange;
use crate::fixture::{ExpectedRequest, Fixture};
use crate::folder::Fixtures;
use crate::json_texts::texts;
use crate::personal_data::decoded;
use crate::text_pattern::is_number;

/// The length in bytes of the shortest text of a contact that counts as its value.
const SHORTEST_VALUE: usize = 4;

/// The beginning of every made-up value of an account.
pub(crate) const MADE_UP: &str = "fake-";

/// The texts by which the fixtures of a vendor name their account in a path, such as a database.
pub(crate) struct AccountSegments<'a>(BTreeSet<&'a str>);

impl<'a> AccountSegments<'a> {
    /// Returns the texts of the vendor's provider document and of the keys of its fixtures.
    pub(crate) fn new(fixtures: &'a Fixtures, vendor: &'a str) -> Self {
        let defaults = fixtures.provider(vendor).map(|document| &document.keys);
        let own = fixtures.of_vendor(vendor).map(|fixture| &fixture.provider.keys);
        Self(
            defaults
                .into_iter()
                .chain(own)
                .flat_map(|keys| keys.values().filter_map(Value::as_str))
                .collect(),
        )
    }

    /// Returns whether a segment of a fixture's path names the same as one of a live run.
    pub(crate) fn is_same(&self, expected: &str, seen: &str) -> bool {
        expected == seen || self.is_account(expected, seen)
    }

    /// Returns whether a segment of a fixture's path, and the one that a live run has there, name accounts.
    pub(crate) fn is_account(&self, expected: &str, seen: &str) -> bool {
        let are_numbers = is_number(expected) && is_number(seen);
        are_numbers || expected.starts_with(MADE_UP) || self.0.contains(expected)
    }
}

/// Returns for each exchange of a run the fixture's exchange that it corresponds to. The last exchanges are matched
/// first, and the order is kept.
pub(crate) fn counterparts<'a>(
    fixture: &'a Fixture,
    exchanges: &[Seen],
    accounts: &AccountSegments<'_>,
) -> Vec<Option<FixtureExchange<'a>>> {
    let mut expected: Vec<_> = FixtureExchange::all(fixture).collect();
    let mut counterparts: Vec<Option<_>> = exchanges
        .iter()
        .rev()
        .map(|seen| {
            let index = expected.iter().rposition(|it| matches(it.request, seen, accounts))?;
            expected.split_off(index).into_iter().next()
        })
        .collect();
    counterparts.reverse();
    counterparts
}

/// Returns whether both have the same method and path. The account in the path may differ, and the base URL of the sent
/// request may add segments in front.
pub(crate) fn matches(request: &ExpectedRequest, seen: &Seen, accounts: &AccountSegments<'_>) -> bool {
    let expected = segments(&request.path);
    let seen_segments = segments(seen.url.path());
    let Some(offset) = seen_segments.len().checked_sub(expected.len()) else {
        return false;
    };
    let same = |(expected, seen): (&&str, &&str)| accounts.is_same(expected, seen);
    request.method == seen.method && expected.iter().zip(&seen_segments[offset..]).all(same)
}

/// Returns method and path, without the query, which may hold a contact's values.
pub(crate) fn describe(request: &ExpectedRequest) -> String {
    format!("{} /{}", request.method, segments(&request.path).join("/"))
}

/// Returns method and path with `{…}` in place of each segment that holds a value of the contact, such as its address.
pub(crate) fn describe_without_values(request: &ExpectedRequest, contact: &UnifiedContact) -> String {
    let document = serde_json::to_value(contact).unwrap_or_default();
    let values: Vec<String> = texts(&document).into_iter().map(str::to_lowercase).collect();
    let is_value = |segment: &str| {
        let decoded = decoded(segment).to_lowercase();
        values.iter().filter(|value| value.len() >= SHORTEST_VALUE).any(|value| {
            // A word, such as the kind of a number, may be a part of a word of the path.
            let is_word = value.chars().all(char::is_alphabetic);
            if is_word { decoded == *value } else { decoded.contains(value.as_str()) }
        })
    };
    let shown = segments(&request.path).into_iter().map(|it| if is_value(it) { "{…}" } else { it });
    format!("{} /{}", request.method, shown.collect::<Vec<_>>().join("/"))
}

/// Returns the segments of a path, without its query.
pub(crate) fn segments(path: &str) -> Vec<&str> {
    let path = path.split('?').next().unwrap_or_default();
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}
