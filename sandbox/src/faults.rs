//! The faults of the stand-ins: a seed and a list of rules, read from TOML or JSON or built in code.
//!
//! The same seed and the same requests give the same faults.
//!
//! ```toml
//! seed = 7
//!
//! [[fault]]                     # rules are applied in this order; the first that applies decides the answer,
//! what = "latency"              # but latencies add up and continue with the next rules, as some others do
//! p50 = "20ms"
//! p99 = "400ms"
//! on = "any"                    # create (as without it), login, read or any
//!
//! [[fault]]
//! what = "reset_after_commit"
//! vendor = ["emnify", "onecloud"]   # all vendors by default
//! after = 10                    # after ten requests,
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
//! | `late_dedupe` | no `on`; `delay`, `gateway_timeout` | the same, at `SmartTask`, `HubSpot` and Salesforce | made after `delay`, beside an equal one that was made meanwhile |
//! | `stale_list` | no `on`; `lag` | a list without the latest contacts, at emnify; a search without them, at `HubSpot` and Pipedrive | |
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
//! | `burst_limit` | only `vendor`, `calls` | the refusal of too many requests in ten seconds at `HubSpot`, in two at Pipedrive | not made |
//! | `daily_limit` | only `vendor`, `calls`, `time_zone` (`UTC` without it) | the refusal of too many requests in a day at `HubSpot`, Salesforce and Pipedrive | not made |
//! | `duplicate_rule` | only `vendor` | Salesforce's refusal of an e-mail address that a contact or a lead has | not made |
//!
//! All but the last six also take `vendor`, `on` and the trigger: `after`, `every`, `probability`, `times`, and either
//! `burst` (requests in a row) or `lasting` (by the sandbox's clock). [`When`] describes them. Durations are texts such as
//! `"200ms"`, `"2s"`, `"5m"`, `"24h"`.
//!
//! The rules `latency`, `workers`, `late_commit`, `late_dedupe`, `stale_list` and `normalizes` continue with the next rules. Put
//! them before a rule that decides the answer: `late_commit` before `reset_after_commit` is a reset after a late commit.
//! Latencies and workers add up. Of the other four, and of the two late ones together, the first that applies counts.
//!
//! A late commit and a lag use the sandbox's clock, as tokens and quotas do, so that a test advances the clock instead of
//! waiting. A `gateway_timeout` is a real wait, as `latency` is. A create that is refused, or answered with an existing contact,
//! is answered at once. A late create commits even if its client has disconnected, its vendor is down or the faults have
//! changed; only a reset of the sandbox deletes it.
//!
//! `normalizes` changes the stored and shown contact. [`StoredContact::body`](crate::StoredContact::body) stays as it was sent,
//! so that a test can count the contacts of each person, and [`Tally::duplicates`](crate::Tally::duplicates) still counts equal
//! creates.
//!
//! `concurrency_limit` and `workers` count the requests in flight, so that the timing of the answers decides which requests
//! they apply to. The next rules apply to the requests within the limit, and to those that wait for a worker.
//!
//! The vendors document none of these faults, except the answers to an expired token and those of the last four, as far as each
//! vendor's module says. The rest, such as
//! the page of the edge, the 429 and the 5xx, is a choice of this sandbox or an inference from the vendor's framework.

mod document;
mod draw;
mod in_flight;
mod injector;
mod kind;
mod limits;
mod normalization;
mod rule;
mod rule_table;
mod span;
mod value;

pub use self::document::{Faults, FaultsError};
pub(crate) use self::in_flight::{InFlightPermit, QueuedRequest};
pub(crate) use self::injector::{Decision, FaultInjector, LateCommit};
pub use self::kind::FaultKind;
pub(crate) use self::limits::Limits;
pub use self::normalization::{LetterCase, Normalization, PhoneFormat};
pub use self::rule::{ErrorBody, Latency, On, RetryAfter, Rule, What, When};
pub(crate) use self::span::Span;
