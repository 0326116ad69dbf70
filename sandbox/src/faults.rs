//! The faults of the stand-ins: a seed and a list of rules, read from TOML or JSON or built in code.
//!
//! The same seed and the same requests meet the same faults.
//!
//! ```toml
//! seed = 7
//!
//! [[fault]]                     # the rules are asked in this order; the first that strikes settles the request,
//! what = "latency"              # but latencies add up and let the next rules speak, as some others do
//! p50 = "20ms"
//! p99 = "400ms"
//! on = "any"                    # create (as without it), login, read or any
//!
//! [[fault]]
//! what = "reset_after_commit"
//! vendor = ["emnify", "onecloud"]   # all without it
//! after = 10                    # spare ten, then
//! every = 2                     # of every second one
//! probability = 0.3             # about a third,
//! times = 5                     # five in all
//! ```
//!
//! | `what` | its keys | what the client sees | contact |
//! |---|---|---|---|
//! | `latency` | `delay`, or `p50` and `p99` | the answer, late | made |
//! | `status` | `status` 400–599, `retry_after`, `retry_after_as` (`seconds`, `date`), `body` (`vendor`, `empty`), `after_commit` | an error | not made, unless `after_commit = true` |
//! | `rate_limit` | `retry_after` (`1s` without it), `retry_after_as` | 429 | not made |
//! | `concurrency_limit` | `in_flight`, `retry_after`, `retry_after_as` | 429 while so many others are under way | not made |
//! | `workers` | `workers`, `delay` | the answer, later the more others are under way | made |
//! | `late_commit` | no `on`; `delay`, `gateway_timeout` | the answer, after the commit; or a 504 before it | made after `delay` |
//! | `late_dedupe` | no `on`; `delay`, `gateway_timeout` | the same, at `SmartTask` | made after `delay`, beside an equal one that was made meanwhile |
//! | `stale_list` | no `on`; `lag` | a list without the latest contacts, at emnify | |
//! | `normalizes` | no `on`; `max_length`, `case` (`title`, `upper`, `lower`), `phones` (`digits`, `spaced`, `national`) | the contact in another form | made in another form |
//! | `reset_before_commit`, `reset_after_commit` | | a TCP reset | not made, made |
//! | `hang_before_commit`, `hang_after_commit` | | nothing, ever | not made, made |
//! | `cut_body` | | half a body and the end of the connection | made |
//! | `slow_body` | `over` | the body in pieces | made |
//! | `edge_html` | `status` (502 without it), `after_commit` | an HTML page | not made, unless `after_commit = true` |
//! | `wrong_content_type` | `content_type` (`text/html` without it) | the answer, wrongly labelled | made |
//! | `byte_order_mark` | | the answer behind a byte order mark | made |
//! | `down` | only `vendor`, `after`, `lasting` | connection refused | not made |
//! | `token_expiry` | only `vendor`, `uses` | the vendor's answer to an expired token | not made |
//! | `quota` | only `vendor`, `creates`, `time_zone` (`Asia/Jakarta` without it) | `OneCloud`'s "time limit reached" | not made |
//!
//! All but the last three also take `vendor`, `on` and when it strikes: `after`, `every`, `probability`, `times`, and either
//! `burst` (requests in a row) or `lasting` (by the sandbox's clock). See [`When`] for their meaning. Lengths of time are
//! texts such as `"200ms"`, `"2s"`, `"5m"`, `"24h"`.
//!
//! The rules `latency`, `workers`, `late_commit`, `late_dedupe`, `stale_list` and `normalizes` let the next rules speak. Put them before
//! a rule that settles the request: `late_commit` before `reset_after_commit` is a reset after a late commit. Latencies
//! and workers add up; of the other four, and of the two late ones together, the first that strikes counts.
//!
//! A late commit and a lag go by the sandbox's clock, since they are the vendor's state, as tokens and quotas are; so a test
//! moves the clock on instead of waiting. A `gateway_timeout` is a real wait, as `latency` is. A create that is
//! refused, or answered with a contact that exists already, is answered at once. A late create commits even if its
//! client is gone, its vendor is down or the faults have changed; only a reset of the sandbox forgets it.
//!
//! `normalizes` changes what is stored and shown. [`StoredContact::body`](crate::StoredContact::body) stays as it was sent, so that
//! a test can still count the contacts of each person, and [`Tally::duplicates`](crate::Tally::duplicates) still counts equal creates.
//!
//! A `concurrency_limit` and `workers` count the requests that are under way at the same time, so that whom they befall depends on
//! when the answers go out. Those that the limit lets pass, and those that wait for a worker, are asked about by the next rules.
//!
//! None of these faults is documented by a vendor, except the quota's words and the answers to an expired token. What else they look
//! like, the page of the edge and the 429 and the 5xx among them, is a choice of this sandbox or an inference from the
//! vendor's framework.

mod chance;
mod crowd;
mod deciding;
mod kind;
mod normalization;
mod rule;
mod span;
mod value;
mod written;

use std::fmt;

use serde::{Deserialize, Serialize};

pub(crate) use self::crowd::{Queued, Room};
pub(crate) use self::deciding::{Deciding, Decision, LateCommit};
pub use self::kind::FaultKind;
pub use self::normalization::{LetterCase, Normalization, PhoneFormat};
pub use self::rule::{ErrorBody, Latency, On, RetryAfter, Rule, What, When};
pub(crate) use self::span::Span;

/// What goes wrong, and how the dice fall. The default is that nothing does.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    /// Where all draws begin. In TOML at most 2^63 - 1.
    #[serde(default, deserialize_with = "value::seed")]
    pub seed: u64,
    /// The rules, in the order in which they are asked.
    #[serde(default, rename = "fault")]
    pub rules: Vec<Rule>,
}

/// Why a text holds no faults.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct FaultsError {
    /// The line, from 1, if the text is TOML and the place is known.
    pub line: Option<usize>,
    /// What is wrong, with the key and what may stand there.
    pub message: String,
}

impl Faults {
    /// Faults by this seed.
    pub fn new(seed: u64, rules: impl IntoIterator<Item = Rule>) -> Self {
        Self { seed, rules: rules.into_iter().collect() }
    }

    /// Reads TOML.
    ///
    /// # Errors
    ///
    /// The first mistake, with its line: no TOML, an unknown key, a value out of range, a key that does nothing for this kind of
    /// fault, a key that is missing. For the last two the line is the one where the rule begins.
    pub fn from_toml(text: &str) -> Result<Self, FaultsError> {
        toml::from_str(text).map_err(|error| {
            let place = error.span().map(|span| Place::of(text, span.start));
            FaultsError {
                line: place.as_ref().map(|place| place.line),
                message: named(in_one_line(error.message()), place.and_then(|place| place.key)),
            }
        })
    }

    /// Reads JSON of the same form: `{"seed": 7, "fault": [{"what": "cut_body"}]}`.
    ///
    /// # Errors
    ///
    /// The first mistake, without a line.
    pub fn from_json(text: &str) -> Result<Self, FaultsError> {
        serde_json::from_str(text)
            .map_err(|error| FaultsError { line: None, message: in_one_line(&error.to_string()) })
    }
}

impl fmt::Display for FaultsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "line {line}: {}", self.message),
            None => formatter.write_str(&self.message),
        }
    }
}

/// Where something stands in a TOML text.
struct Place<'a> {
    line: usize,
    /// The key at the beginning of the line, if there is one.
    key: Option<&'a str>,
}

impl<'a> Place<'a> {
    fn of(text: &'a str, offset: usize) -> Self {
        let (before, after) = text.split_at_checked(offset).unwrap_or((text, ""));
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = after.find('\n').map_or(text.len(), |length| offset + length);
        let key = text[start..end].split_once('=').map(|(key, _)| key.trim());
        let is_bare = |key: &&str| key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        Self { line: 1 + before.matches('\n').count(), key: key.filter(is_bare) }
    }
}

/// The message with the key, unless it names it already.
fn named(message: String, key: Option<&str>) -> String {
    match key.map(|key| format!("`{key}`")) {
        Some(key) if !message.contains(&key) => format!("{key}: {message}"),
        _ => message,
    }
}

fn in_one_line(message: &str) -> String {
    message.lines().collect::<Vec<_>>().join(", ")
}
