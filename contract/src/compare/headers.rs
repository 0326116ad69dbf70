//! Compares the headers of an answer: those that adapters may read, and those in which a vendor announces a change.

use std::collections::BTreeSet;

use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};
use unicontact_providers::http::Answer;

use super::answer::AnswerComparison;
use super::change::Severity;
use crate::alteration::Alteration;
use crate::fixture::{ExpectedRequest, FixtureAnswer};
use crate::grade::Grade;
use crate::request_match;
use crate::text_pattern::{is_media_type, is_number, media_type};

/// The headers that announce the end of an interface: RFC 9745, RFC 8594 and RFC 7234.
const ANNOUNCEMENTS: [&str; 3] = ["deprecation", "sunset", "warning"];
/// The headers that name the version of an API. Another header with a version may name that of a vendor's software.
const API_VERSIONS: [&str; 3] = ["api-version", "x-api-version", "odata-version"];
const LONGEST_VERSION: usize = 20;

impl AnswerComparison<'_, '_> {
    /// Compares the headers that adapters may read, and reports announcements and versions.
    pub(super) fn headers(&mut self, seen: &Answer) {
        self.content_type(seen);
        self.missing(seen);
        for name in ANNOUNCEMENTS {
            self.announcement(name, seen);
        }
        for (name, value) in seen.text_headers() {
            if self.names_api_version(name) {
                self.version(name, value);
            }
        }
    }

    /// Compares the media types without their parameters. Fixtures with an [unusual answer](is_unusual) do not count.
    fn content_type(&mut self, seen: &Answer) {
        let types: BTreeSet<String> = self
            .own
            .iter()
            .chain(self.known)
            .filter(|it| !is_unusual(it.answer))
            .filter_map(|it| it.answer.header("content-type").map(media_type))
            .collect();
        let content_type = seen.header("content-type").map(media_type);
        if types.is_empty() || content_type.as_ref().is_some_and(|it| types.contains(it)) {
            return;
        }
        let types: Vec<String> = types.into_iter().collect();
        let shown = content_type.filter(|it| is_media_type(it));
        let alteration = Alteration::Header("content-type".to_owned(), shown.clone());
        let severity = self.by_experiment(vec![alteration], Grade::Cosmetic);
        let shown = shown.unwrap_or_else(|| "none, or no media type".to_owned());
        self.add("header content-type", types.join(" or "), shown, severity);
    }

    /// Adds each header that all usual answers of the call's fixtures have and this one lacks. One that changes no verdict is no
    /// change, apart from `location`.
    fn missing(&mut self, seen: &Answer) {
        let usual: Vec<&FixtureAnswer> =
            self.own.iter().map(|it| it.answer).filter(|answer| !is_unusual(answer)).collect();
        let Some(first) = usual.first() else { return };
        for name in first.headers.keys().map(|name| name.to_lowercase()) {
            let is_always_there = usual.iter().all(|answer| answer.header(&name).is_some());
            if name == "content-type" || !is_always_there || seen.header(&name).is_some() {
                continue;
            }
            let place = format!("header {name}");
            let is_location = name == "location";
            let alteration = Alteration::Header(name, None);
            if is_location {
                let severity = self.by_experiment(vec![alteration], Grade::Cosmetic);
                self.add(&place, "an address", "nothing", severity);
            } else {
                let severity = Severity::IfChanged { targets: self.targets(), alteration };
                self.add(&place, "a value", "nothing", severity);
            }
        }
    }

    fn announcement(&mut self, name: &str, seen: &Answer) {
        let Some(value) = seen.header(name) else { return };
        if !self.is_known_header(name) {
            let shown = shown_announcement(value);
            self.add_fixed(Grade::Additive, &format!("header {name}"), "nothing", shown);
        }
    }

    /// Reports a version that no fixture has: neither in this header nor, as the version that was asked for, in its request.
    fn version(&mut self, name: &str, value: &str) {
        let all = || self.own.iter().chain(self.known);
        let known: BTreeSet<&str> = all().filter_map(|it| it.answer.header(name)).collect();
        let is_known = known.contains(value) || all().any(|it| asks_for(it.request, name, value));
        if is_known {
            return;
        }
        let known: Vec<&str> = known.into_iter().filter(|it| is_version(it)).collect();
        let expected = if known.is_empty() { "no other version".to_owned() } else { known.join(" or ") };
        let shown = if is_version(value) { value } else { "another version" };
        self.add_fixed(Grade::Additive, &format!("header {name}"), expected, shown);
    }

    /// Returns whether a header names the version of the vendor's API: by its usual name, or because a fixture has it.
    fn names_api_version(&self, name: &str) -> bool {
        let is_sent =
            |request: &ExpectedRequest| request.headers.keys().any(|it| it.eq_ignore_ascii_case(name));
        let mut all = self.own.iter().chain(self.known);
        API_VERSIONS.contains(&name)
            || (is_version_header(name) && (self.is_known_header(name) || all.any(|it| is_sent(it.request))))
    }

    fn is_known_header(&self, name: &str) -> bool {
        self.own.iter().chain(self.known).any(|it| it.answer.header(name).is_some())
    }
}

/// Returns whether the fixture's answer is compressed, late, or JSON under another content type.
fn is_unusual(answer: &FixtureAnswer) -> bool {
    let is_json = |content_type: &str| content_type.to_lowercase().contains("json");
    let is_mislabelled =
        || answer.json().is_some() && answer.header("content-type").is_some_and(|it| !is_json(it));
    answer.encoding.is_some() || answer.delay_ms.is_some() || is_mislabelled()
}

/// Returns the value if it is a date, a boolean or a number, which a `Deprecation` has after `@`. Any other text may hold
/// anything, and is not shown.
fn shown_announcement(value: &str) -> String {
    let value = value.trim();
    let is_boolean = ["true", "false", "?1", "?0"].contains(&value);
    if is_boolean || is_number(value.strip_prefix('@').unwrap_or(value)) {
        return value.to_owned();
    }
    // Printed again, because a date may be followed by a comment.
    let time = DateTimeParser::new().parse_timestamp(value).ok();
    let date = time.and_then(|time| DateTimePrinter::new().timestamp_to_rfc9110_string(&time).ok());
    date.unwrap_or_else(|| "a text".to_owned())
}

fn is_version_header(name: &str) -> bool {
    name == "version" || name.ends_with("-version")
}

/// Returns whether the text is a number with dots or a date, such as `v2.1` and `2026-03`.
fn is_version(text: &str) -> bool {
    let digits = text.strip_prefix('v').unwrap_or(text);
    let is_allowed = |it: u8| it.is_ascii_digit() || it == b'.' || it == b'-';
    text.len() <= LONGEST_VERSION
        && digits.starts_with(|it: char| it.is_ascii_digit())
        && digits.bytes().all(is_allowed)
}

/// Returns whether the request names the version in the header of this name or in its path.
fn asks_for(request: &ExpectedRequest, name: &str, version: &str) -> bool {
    let number = |text: &str| text.strip_prefix('v').unwrap_or(text).to_owned();
    request.header(name) == Some(version)
        || request_match::segments(&request.path).iter().any(|segment| number(segment) == number(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_announcement_shows_a_date_a_boolean_or_a_number_and_no_text() {
        for shown in ["@1798761600", "1798761600", "true", "?1", "Thu, 31 Dec 2026 23:59:59 GMT"] {
            assert_eq!(shown_announcement(shown), shown);
        }
        let with_comment = "Thu, 31 Dec 2026 23:59:59 GMT (ask ada)";
        assert!(!shown_announcement(with_comment).contains("ada"));
        for hidden in ["299 - \"ask ada@engines.test\"", "@ada", "", "2026-12-31 for ada"] {
            assert_eq!(shown_announcement(hidden), "a text");
        }
    }

    #[test]
    fn a_version_is_digits_with_dots_or_a_date() {
        for version in ["2", "v2.1", "2026-03-31", "2026-03"] {
            assert!(is_version(version), "{version}");
        }
        for text in ["", "v", "latest", "2 for ada", "1.2.3-ada", "123456789012345678901"] {
            assert!(!is_version(text), "{text}");
        }
    }
}
