//! Decides what befalls each request to one vendor.
//!
//! Rule: requests are decided one after the other, in the order in which they came, so that the same seed and the same requests
//! meet the same faults.

use std::time::Duration;

use jiff::Timestamp;

use super::Faults;
use super::chance::Chance;
use super::crowd::{Crowd, Queued, Room};
use super::rule::{On, Rule, What, When};
use crate::limits::{CreateLimit, Limits};
use crate::purpose::Purpose;
use crate::vendor::Vendor;

/// The rules, and how far each has counted.
pub(crate) struct Deciding {
    vendor: Vendor,
    faults: Faults,
    counts: Vec<Count>,
    /// The requests that each rule has under way.
    crowds: Vec<Crowd>,
    requests: usize,
    /// The vendor's one time of being down, once it has begun.
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

/// What befalls one request.
#[derive(Default)]
pub(crate) struct Decision {
    /// How late the answer is.
    pub(crate) delay: Option<Duration>,
    /// The workers that it waits for.
    pub(crate) queued: Vec<Queued>,
    /// Its room among the requests under way, until it is answered.
    pub(crate) rooms: Vec<Room>,
    /// The one fault that settles it.
    pub(crate) fault: Option<What>,
}

impl Deciding {
    pub(crate) fn new(vendor: Vendor, faults: Faults, now: Timestamp) -> Self {
        let counts = faults.rules.iter().map(|_| Count::default()).collect();
        let crowds = faults.rules.iter().map(|rule| Crowd::of(&rule.what)).collect();
        let mut deciding = Self { vendor, faults, counts, crowds, requests: 0, outage: None };
        deciding.go_down_in_time(now);
        deciding
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The limits that the stand-in keeps by itself.
    pub(crate) fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        for rule in self.faults.rules.iter().filter(|rule| rule.befalls(self.vendor)) {
            match &rule.what {
                What::TokenExpiry { uses } => {
                    limits.token_uses = Some(limits.token_uses.map_or(*uses, |least| least.min(*uses)));
                }
                What::Quota { creates, time_zone } if limits.creates.is_none() => {
                    limits.creates = Some(CreateLimit { creates: *creates, time_zone: time_zone.clone() });
                }
                _ => {}
            }
        }
        limits
    }

    pub(crate) fn is_down(&self, now: Timestamp) -> bool {
        self.outage.is_some_and(|outage| outage.until.is_none_or(|until| now < until))
    }

    pub(crate) fn decide(&mut self, purpose: Purpose, now: Timestamp) -> Decision {
        self.go_down_in_time(now);
        if self.is_down(now) {
            return Decision { fault: Some(What::Down), ..Decision::default() };
        }
        self.requests += 1;
        let mut decision = Decision::default();
        let (vendor, seed) = (self.vendor, self.faults.seed);
        let counted = self.counts.iter_mut().zip(&self.crowds);
        for (index, (rule, (count, crowd))) in self.faults.rules.iter().zip(counted).enumerate() {
            if !rule.befalls(vendor) || !is_struck_by_request(rule, purpose) {
                continue;
            }
            if !count.strikes(&rule.when, now, |ordinal| Chance::new(seed, vendor, index, ordinal)) {
                continue;
            }
            match rule.what {
                What::Latency(latency) => {
                    let wait = Chance::new(seed, vendor, index, count.seen).wait(latency);
                    decision.delay = Some(decision.delay.unwrap_or_default().saturating_add(wait));
                }
                What::Workers { delay, .. } => decision.queued.push(crowd.queue(delay)),
                What::ConcurrencyLimit { .. } if let Some(room) = crowd.enter() => decision.rooms.push(room),
                _ => {
                    decision.fault = Some(rule.what.clone());
                    break;
                }
            }
        }
        decision
    }

    fn go_down_in_time(&mut self, now: Timestamp) {
        let is_outage = |rule: &&Rule| rule.what == What::Down && rule.befalls(self.vendor);
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
    /// Counts a request and says whether it is struck.
    fn strikes(&mut self, when: &When, now: Timestamp, chance: impl Fn(usize) -> Chance) -> bool {
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
        if !chance(self.seen).comes_true(when.probability) {
            return false;
        }
        self.strikes += 1;
        self.left_in_burst = when.burst.saturating_sub(1);
        self.struck_until = when.lasting.map(|lasting| later(now, lasting));
        true
    }
}

/// Whether this kind of request counts. What the stand-in keeps by itself, and what befalls the port, strikes no request.
fn is_struck_by_request(rule: &Rule, purpose: Purpose) -> bool {
    let counts = match rule.on {
        On::Any => true,
        On::Create => purpose == Purpose::Create,
        On::Login => purpose == Purpose::Login,
        On::Read => purpose == Purpose::Read,
    };
    counts && !matches!(rule.what, What::Down | What::TokenExpiry { .. } | What::Quota { .. })
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
