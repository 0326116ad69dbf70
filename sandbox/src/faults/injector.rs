//! Decides which faults apply to each request of one vendor.
//!
//! Requests are decided one by one in the order of their arrival, so that the same seed and the same requests give the same
//! faults.

use std::time::Duration;

use jiff::Timestamp;

use super::document::Faults;
use super::draw::Draw;
use super::in_flight::{InFlight, InFlightPermit, QueuedRequest};
use super::kind::FaultKind;
use super::limits::{CreateLimit, DailyLimit, Limits};
use super::normalization::Normalization;
use super::rule::{On, Rule, What, When};
use crate::purpose::Purpose;
use crate::vendor::Vendor;

/// The rules of a vendor with their counts.
pub(crate) struct FaultInjector {
    vendor: Vendor,
    faults: Faults,
    counts: Vec<Count>,
    /// The requests in flight of each rule.
    in_flight: Vec<InFlight>,
    requests: usize,
    /// The vendor's outage, once it has begun.
    outage: Option<Outage>,
}

#[derive(Default)]
struct Count {
    seen: usize,
    strikes: usize,
    left_in_burst: usize,
    struck_until: Option<Timestamp>,
}

#[derive(Clone, Copy)]
struct Outage {
    until: Option<Timestamp>,
}

/// The faults of one request.
#[derive(Default)]
pub(crate) struct Decision {
    /// The delay of the answer.
    pub(crate) delay: Option<Duration>,
    /// The workers that the request waits for.
    pub(crate) queued: Vec<QueuedRequest>,
    /// The permits that the request holds until it is answered.
    pub(crate) permits: Vec<InFlightPermit>,
    /// The late commit of a create.
    pub(crate) late: Option<LateCommit>,
    /// The age from which reads show a commit.
    pub(crate) lag: Option<Duration>,
    /// The form in which a create is stored.
    pub(crate) normalization: Option<Normalization>,
    /// The fault that decides the answer.
    pub(crate) fault: Option<What>,
}

/// A commit some time after the request.
#[derive(Clone, Copy)]
pub(crate) struct LateCommit {
    /// By the sandbox's clock.
    pub(crate) delay: Duration,
    /// In real time.
    pub(crate) gateway_timeout: Option<Duration>,
    /// Whether the vendor searches for an equal contact at the commit, too.
    pub(crate) checks_at_commit: bool,
}

impl LateCommit {
    fn kind(self) -> FaultKind {
        if self.checks_at_commit { FaultKind::LateCommit } else { FaultKind::LateDedupe }
    }
}

impl Decision {
    /// Returns the kinds of the faults that continue with the next rules.
    pub(crate) fn continuing_kinds(&self) -> Vec<FaultKind> {
        let latency = self.delay.map(|_| FaultKind::Latency);
        let workers = self.queued.first().map(|_| FaultKind::Workers);
        let late = self.late.map(LateCommit::kind);
        let stale = self.lag.map(|_| FaultKind::StaleList);
        let normalizes = self.normalization.map(|_| FaultKind::Normalizes);
        [latency, workers, late, stale, normalizes].into_iter().flatten().collect()
    }
}

impl FaultInjector {
    pub(crate) fn new(vendor: Vendor, faults: Faults, now: Timestamp) -> Self {
        let counts = faults.rules.iter().map(|_| Count::default()).collect();
        let in_flight = faults.rules.iter().map(|rule| InFlight::new(&rule.what)).collect();
        let mut injector = Self { vendor, faults, counts, in_flight, requests: 0, outage: None };
        injector.start_outage_if_due(now);
        injector
    }

    pub(crate) fn vendor(&self) -> Vendor {
        self.vendor
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Returns the limits that the stand-in enforces itself.
    pub(crate) fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        for rule in self.faults.rules.iter().filter(|rule| rule.applies_to(self.vendor)) {
            match &rule.what {
                What::TokenExpiry { uses } => {
                    limits.token_uses = Some(limits.token_uses.map_or(*uses, |least| least.min(*uses)));
                }
                What::Quota { creates, time_zone } if limits.creates.is_none() => {
                    limits.creates = Some(CreateLimit { creates: *creates, time_zone: time_zone.clone() });
                }
                What::BurstLimit { calls } => {
                    limits.burst = Some(limits.burst.map_or(*calls, |least| least.min(*calls)));
                }
                What::DailyLimit { calls, time_zone } if limits.daily.is_none() => {
                    limits.daily = Some(DailyLimit { calls: *calls, time_zone: time_zone.clone() });
                }
                What::DuplicateRule => limits.has_duplicate_rule = true,
                _ => {}
            }
        }
        limits
    }

    pub(crate) fn is_down(&self, now: Timestamp) -> bool {
        self.outage.is_some_and(|outage| outage.until.is_none_or(|until| now < until))
    }

    pub(crate) fn decide(&mut self, purpose: Purpose, now: Timestamp) -> Decision {
        self.start_outage_if_due(now);
        if self.is_down(now) {
            return Decision { fault: Some(What::Down), ..Decision::default() };
        }
        self.requests += 1;
        let mut decision = Decision::default();
        let (vendor, seed) = (self.vendor, self.faults.seed);
        let counted = self.counts.iter_mut().zip(&self.in_flight);
        for (index, (rule, (count, in_flight))) in self.faults.rules.iter().zip(counted).enumerate() {
            if !rule.applies_to(vendor) || !counts(rule, purpose) {
                continue;
            }
            if !count.strikes(&rule.when, now, |ordinal| Draw::new(seed, vendor, index, ordinal)) {
                continue;
            }
            match rule.what {
                What::Latency(latency) => {
                    let wait = Draw::new(seed, vendor, index, count.seen).wait(latency);
                    decision.delay = Some(decision.delay.unwrap_or_default().saturating_add(wait));
                }
                What::Workers { delay, .. } => decision.queued.push(in_flight.queue(delay)),
                What::LateCommit { delay, gateway_timeout } => {
                    let late = LateCommit { delay, gateway_timeout, checks_at_commit: true };
                    decision.late.get_or_insert(late);
                }
                What::LateDedupe { delay, gateway_timeout } => {
                    let late = LateCommit { delay, gateway_timeout, checks_at_commit: false };
                    decision.late.get_or_insert(late);
                }
                What::StaleList { lag } => {
                    decision.lag.get_or_insert(lag);
                }
                What::Normalizes(normalization) => {
                    decision.normalization.get_or_insert(normalization);
                }
                What::ConcurrencyLimit { .. } if let Some(permit) = in_flight.try_acquire() => {
                    decision.permits.push(permit);
                }
                _ => {
                    decision.fault = Some(rule.what.clone());
                    break;
                }
            }
        }
        decision
    }

    fn start_outage_if_due(&mut self, now: Timestamp) {
        let is_outage = |rule: &&Rule| rule.what == What::Down && rule.applies_to(self.vendor);
        let rule = self.faults.rules.iter().find(is_outage);
        if let Some(when) = rule.map(|rule| &rule.when)
            && self.outage.is_none()
            && self.requests >= when.after
        {
            self.outage = Some(Outage { until: when.lasting.map(|lasting| later(now, lasting)) });
        }
    }
}

impl Count {
    /// Counts a request, and returns whether the rule applies to it.
    fn strikes(&mut self, when: &When, now: Timestamp, draw: impl Fn(usize) -> Draw) -> bool {
        self.seen += 1;
        if self.left_in_burst > 0 {
            self.left_in_burst -= 1;
            return true;
        }
        if self.struck_until.is_some_and(|end| now < end) {
            return true;
        }
        let ordinal = self.seen.saturating_sub(when.after);
        let is_over = when.times.is_some_and(|times| self.strikes >= times);
        if is_over || ordinal == 0 || !ordinal.is_multiple_of(when.every.max(1)) {
            return false;
        }
        if !draw(self.seen).succeeds(when.probability) {
            return false;
        }
        self.strikes += 1;
        self.left_in_burst = when.burst.saturating_sub(1);
        self.struck_until = when.lasting.map(|lasting| later(now, lasting));
        true
    }
}

/// Returns whether a rule counts requests of this purpose. A limit of the stand-in and an outage apply to no single request.
fn counts(rule: &Rule, purpose: Purpose) -> bool {
    match rule.what {
        What::Down
        | What::TokenExpiry { .. }
        | What::Quota { .. }
        | What::BurstLimit { .. }
        | What::DailyLimit { .. }
        | What::DuplicateRule => false,
        What::LateCommit { .. } | What::LateDedupe { .. } | What::Normalizes(_) => purpose == Purpose::Create,
        What::StaleList { .. } => purpose == Purpose::ReadContacts,
        _ => match rule.on {
            On::Any => true,
            On::Create => purpose == Purpose::Create,
            On::Login => purpose == Purpose::Login,
            On::Read => matches!(purpose, Purpose::Read | Purpose::ReadContacts),
        },
    }
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
