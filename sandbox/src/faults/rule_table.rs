//! The flat table of keys of a rule, as fault files write it.
//!
//! A key that the kind of fault ignores is an error. The message names the key and its valid values.

use std::time::Duration;

use jiff::tz::TimeZone;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::kind::FaultKind;
use super::normalization::{LetterCase, Normalization, PhoneFormat};
use super::rule::{ErrorBody, Latency, On, RetryAfter, Rule, What, When};
use super::span::Span;
use super::value::{ContentType, Count, ErrorStatus, Probability, Vendors};

const WHEN: [&str; 8] = ["vendor", "on", "after", "every", "probability", "times", "burst", "lasting"];
const DEFAULT_RETRY_AFTER: Span = Span(Duration::from_secs(1));
const DEFAULT_QUOTA_ZONE: &str = "Asia/Jakarta";
const DEFAULT_ZONE: &str = "UTC";

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum HeaderForm {
    Seconds,
    Date,
}

macro_rules! written_rule {
    ($($key:ident: $kind:ty,)*) => {
        /// All keys of a rule.
        #[derive(Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct RuleTable {
            what: FaultKind,
            $(#[serde(default, skip_serializing_if = "Option::is_none")] $key: Option<$kind>,)*
        }

        impl RuleTable {
            fn empty(what: FaultKind) -> Self {
                Self { what, $($key: None,)* }
            }

            /// Returns the keys that are set, without `what`.
            fn set_keys(&self) -> Vec<&'static str> {
                let mut keys = Vec::new();
                $(if self.$key.is_some() { keys.push(stringify!($key)); })*
                keys
            }
        }
    };
}

written_rule! {
    vendor: Vendors,
    on: On,
    after: Count<usize>,
    every: Count<usize>,
    probability: Probability,
    times: Count<usize>,
    burst: Count<usize>,
    lasting: Span,
    delay: Span,
    gateway_timeout: Span,
    p50: Span,
    p99: Span,
    status: ErrorStatus,
    retry_after: Span,
    retry_after_as: HeaderForm,
    body: ErrorBody,
    after_commit: bool,
    over: Span,
    lag: Span,
    max_length: Count<usize>,
    case: LetterCase,
    phones: PhoneFormat,
    in_flight: Count<usize>,
    workers: Count<usize>,
    content_type: ContentType,
    uses: Count<u32>,
    creates: Count<u32>,
    calls: Count<u32>,
    time_zone: String,
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(RuleTable::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RuleTable::from(self.clone()).serialize(serializer)
    }
}

impl TryFrom<RuleTable> for Rule {
    type Error = String;

    fn try_from(written: RuleTable) -> Result<Self, String> {
        written.check_keys()?;
        written.check_vendors()?;
        let what = written.what()?;
        let when = written.when()?;
        let vendors = written.vendor.map(|vendors| vendors.0).unwrap_or_default();
        Ok(Self { vendors, on: written.on.unwrap_or_default(), when, what })
    }
}

impl RuleTable {
    fn check_keys(&self) -> Result<(), String> {
        let allowed = allowed_keys(self.what);
        match self.set_keys().into_iter().find(|key| !allowed.contains(key)) {
            None => Ok(()),
            Some(key) => {
                let what = self.what;
                Err(format!("`{key}` does nothing for `{what}`, which takes {}", quoted(&allowed)))
            }
        }
    }

    fn check_vendors(&self) -> Result<(), String> {
        let supported = self.what.vendors();
        let vendors = self.vendor.iter().flat_map(|vendors| &vendors.0);
        match vendors.into_iter().find(|vendor| !supported.contains(vendor)) {
            None => Ok(()),
            Some(vendor) => {
                let supported: Vec<_> = supported.iter().map(|vendor| vendor.name()).collect();
                let (what, vendor) = (self.what, vendor.name());
                Err(format!("`vendor`: {vendor} has no `{what}`; it is for {}", quoted(&supported)))
            }
        }
    }

    fn what(&self) -> Result<What, String> {
        let after_commit = self.after_commit.unwrap_or_default();
        Ok(match self.what {
            FaultKind::Latency => What::Latency(self.latency()?),
            FaultKind::Status => self.status_answer()?,
            FaultKind::RateLimit => {
                What::RateLimit { retry_after: self.header(self.retry_after.unwrap_or(DEFAULT_RETRY_AFTER)) }
            }
            FaultKind::ConcurrencyLimit => What::ConcurrencyLimit {
                in_flight: self.in_flight.ok_or("`concurrency_limit` needs `in_flight`, from 1")?.get(),
                retry_after: self.retry_after()?,
            },
            FaultKind::Workers => What::Workers {
                workers: self.workers.ok_or("`workers` needs `workers`, from 1")?.get(),
                delay: self.delay.ok_or("`workers` needs `delay`, such as \"200ms\"")?.0,
            },
            FaultKind::LateCommit => {
                let (delay, gateway_timeout) = self.late_commit()?;
                What::LateCommit { delay, gateway_timeout }
            }
            FaultKind::LateDedupe => {
                let (delay, gateway_timeout) = self.late_commit()?;
                What::LateDedupe { delay, gateway_timeout }
            }
            FaultKind::StaleList => {
                What::StaleList { lag: self.lag.ok_or("`stale_list` needs `lag`, such as \"30s\"")?.0 }
            }
            FaultKind::Normalizes => What::Normalizes(self.normalization()),
            FaultKind::ResetBeforeCommit => What::ResetBeforeCommit,
            FaultKind::ResetAfterCommit => What::ResetAfterCommit,
            FaultKind::HangBeforeCommit => What::HangBeforeCommit,
            FaultKind::HangAfterCommit => What::HangAfterCommit,
            FaultKind::CutBody => What::CutBody,
            FaultKind::SlowBody => {
                What::SlowBody { over: self.over.ok_or("`slow_body` needs `over`, such as \"2s\"")?.0 }
            }
            FaultKind::EdgeHtml => {
                What::EdgeHtml { status: self.status.as_ref().map_or(502, |status| status.0), after_commit }
            }
            FaultKind::WrongContentType => What::WrongContentType {
                content_type: self.content_type.as_ref().map_or("text/html", |label| &label.0).to_owned(),
            },
            FaultKind::ByteOrderMark => What::ByteOrderMark,
            FaultKind::Down => What::Down,
            FaultKind::TokenExpiry => {
                What::TokenExpiry { uses: self.uses.ok_or("`token_expiry` needs `uses`, from 1")?.get() }
            }
            FaultKind::Quota => What::Quota {
                creates: self.creates.ok_or("`quota` needs `creates`, from 1")?.get(),
                time_zone: self.time_zone(DEFAULT_QUOTA_ZONE)?,
            },
            FaultKind::BurstLimit => What::BurstLimit { calls: self.calls()? },
            FaultKind::DailyLimit => {
                What::DailyLimit { calls: self.calls()?, time_zone: self.time_zone(DEFAULT_ZONE)? }
            }
            FaultKind::DuplicateRule => What::DuplicateRule,
        })
    }

    fn status_answer(&self) -> Result<What, String> {
        Ok(What::Status {
            status: self.status.as_ref().ok_or("`status` needs `status`, from 400 to 599")?.0,
            retry_after: self.retry_after()?,
            body: self.body.unwrap_or_default(),
            after_commit: self.after_commit.unwrap_or_default(),
        })
    }

    fn normalization(&self) -> Normalization {
        Normalization { max_length: self.max_length.map(Count::get), case: self.case, phones: self.phones }
    }

    fn latency(&self) -> Result<Latency, String> {
        match (self.delay, self.p50, self.p99) {
            (Some(delay), None, None) => Ok(Latency::Fixed(delay.0)),
            (None, Some(p50), Some(p99)) if p50.0 < p99.0 => Ok(Latency::LongTail { p50: p50.0, p99: p99.0 }),
            (None, Some(_), Some(_)) => Err("`p50` must not be longer than `p99`".to_owned()),
            _ => Err("`latency` needs either `delay`, or `p50` and `p99`".to_owned()),
        }
    }

    /// Returns the delay of a commit, and a gateway's timeout.
    fn late_commit(&self) -> Result<(Duration, Option<Duration>), String> {
        let what = self.what;
        let delay = self.delay.ok_or_else(|| format!("`{what}` needs `delay`, such as \"15s\""))?.0;
        let gateway_timeout = self.gateway_timeout.map(|span| span.0);
        if gateway_timeout.is_some_and(|timeout| timeout >= delay) {
            return Err(
                "`gateway_timeout` must be shorter than `delay`; otherwise it does nothing".to_owned()
            );
        }
        Ok((delay, gateway_timeout))
    }

    fn retry_after(&self) -> Result<Option<RetryAfter>, String> {
        if self.retry_after.is_none() && self.retry_after_as.is_some() {
            return Err("`retry_after_as` needs `retry_after`".to_owned());
        }
        Ok(self.retry_after.map(|span| self.header(span)))
    }

    fn header(&self, span: Span) -> RetryAfter {
        match self.retry_after_as {
            Some(HeaderForm::Date) => RetryAfter::Date(span.0),
            _ => RetryAfter::Seconds(span.0),
        }
    }

    fn calls(&self) -> Result<u32, String> {
        let what = self.what;
        Ok(self.calls.ok_or_else(|| format!("`{what}` needs `calls`, from 1"))?.get())
    }

    fn time_zone(&self, default: &str) -> Result<String, String> {
        let name = self.time_zone.as_deref().unwrap_or(default);
        match TimeZone::get(name) {
            Ok(_) => Ok(name.to_owned()),
            Err(_) => Err(format!(
                "`time_zone`: `{}` is no time zone; write {default} or its like",
                name.escape_debug()
            )),
        }
    }

    fn when(&self) -> Result<When, String> {
        if self.burst.is_some() && self.lasting.is_some() {
            return Err(
                "`burst` and `lasting` exclude each other: a strike ends by count or by time".to_owned()
            );
        }
        let number = |given: Option<Count<usize>>| given.map(Count::get);
        Ok(When {
            after: number(self.after).unwrap_or(0),
            every: number(self.every).unwrap_or(1),
            probability: self.probability.as_ref().map_or(1.0, |probability| probability.0),
            times: number(self.times),
            burst: number(self.burst).unwrap_or(1),
            lasting: self.lasting.map(|span| span.0),
        })
    }
}

impl From<Rule> for RuleTable {
    fn from(rule: Rule) -> Self {
        let mut written = Self::empty(rule.what.kind());
        written.vendor = Some(rule.vendors).filter(|vendors| !vendors.is_empty()).map(Vendors);
        written.on = Some(rule.on).filter(|on| *on != On::default());
        written.write_when(&rule.when);
        written.write_what(rule.what);
        written
    }
}

impl RuleTable {
    fn write_when(&mut self, when: &When) {
        let counted = |number: usize| Some(number).filter(|number| *number > 1).and_then(Count::new);
        self.after = Count::new(when.after);
        self.every = counted(when.every);
        self.probability = Some(when.probability).filter(|probability| *probability < 1.0).map(Probability);
        self.times = when.times.and_then(Count::new);
        self.burst = counted(when.burst);
        self.lasting = when.lasting.map(Span);
    }

    fn write_what(&mut self, what: What) {
        match what {
            What::Latency(Latency::Fixed(delay)) => self.delay = Some(Span(delay)),
            What::Latency(Latency::LongTail { p50, p99 }) => {
                self.p50 = Some(Span(p50));
                self.p99 = Some(Span(p99));
            }
            What::Status { status, retry_after, body, after_commit } => {
                self.status = Some(ErrorStatus(status));
                self.body = Some(body).filter(|body| *body != ErrorBody::default());
                self.after_commit = Some(after_commit).filter(|after| *after);
                self.write_header(retry_after);
            }
            What::RateLimit { retry_after } => self.write_header(Some(retry_after)),
            What::ConcurrencyLimit { in_flight, retry_after } => {
                self.in_flight = Count::new(in_flight.max(1));
                self.write_header(retry_after);
            }
            What::Workers { workers, delay } => {
                self.workers = Count::new(workers.max(1));
                self.delay = Some(Span(delay));
            }
            What::LateCommit { delay, gateway_timeout } | What::LateDedupe { delay, gateway_timeout } => {
                self.delay = Some(Span(delay));
                self.gateway_timeout = gateway_timeout.map(Span);
            }
            What::StaleList { lag } => self.lag = Some(Span(lag)),
            What::Normalizes(Normalization { max_length, case, phones }) => {
                self.max_length = max_length.and_then(|length| Count::new(length.max(1)));
                self.case = case;
                self.phones = phones;
            }
            What::SlowBody { over } => self.over = Some(Span(over)),
            What::EdgeHtml { status, after_commit } => {
                self.status = Some(ErrorStatus(status));
                self.after_commit = Some(after_commit).filter(|after| *after);
            }
            What::WrongContentType { content_type } => self.content_type = Some(ContentType(content_type)),
            What::TokenExpiry { uses } => self.uses = Count::new(uses),
            What::Quota { creates, time_zone } => {
                self.creates = Count::new(creates);
                self.time_zone = Some(time_zone);
            }
            What::BurstLimit { calls } => self.calls = Count::new(calls),
            What::DailyLimit { calls, time_zone } => {
                self.calls = Count::new(calls);
                self.time_zone = Some(time_zone);
            }
            _ => {}
        }
    }

    fn write_header(&mut self, header: Option<RetryAfter>) {
        let (form, span) = match header {
            None => return,
            Some(RetryAfter::Seconds(span)) => (None, span),
            Some(RetryAfter::Date(span)) => (Some(HeaderForm::Date), span),
        };
        self.retry_after = Some(Span(span));
        self.retry_after_as = form;
    }
}

fn allowed_keys(what: FaultKind) -> Vec<&'static str> {
    let own: &[&str] = match what {
        FaultKind::LateCommit | FaultKind::LateDedupe => &["delay", "gateway_timeout"],
        FaultKind::StaleList => &["lag"],
        FaultKind::Normalizes => &["max_length", "case", "phones"],
        FaultKind::Latency => &["delay", "p50", "p99"],
        FaultKind::Status => &["status", "retry_after", "retry_after_as", "body", "after_commit"],
        FaultKind::RateLimit => &["retry_after", "retry_after_as"],
        FaultKind::ConcurrencyLimit => &["in_flight", "retry_after", "retry_after_as"],
        FaultKind::Workers => &["workers", "delay"],
        FaultKind::SlowBody => &["over"],
        FaultKind::EdgeHtml => &["status", "after_commit"],
        FaultKind::WrongContentType => &["content_type"],
        FaultKind::Down => return vec!["vendor", "after", "lasting"],
        FaultKind::TokenExpiry => return vec!["vendor", "uses"],
        FaultKind::Quota => return vec!["vendor", "creates", "time_zone"],
        FaultKind::BurstLimit => return vec!["vendor", "calls"],
        FaultKind::DailyLimit => return vec!["vendor", "calls", "time_zone"],
        FaultKind::DuplicateRule => return vec!["vendor"],
        _ => &[],
    };
    let when = WHEN.iter().filter(|key| **key != "on" || what.takes_on());
    own.iter().chain(when).copied().collect()
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
