//! Parks the deliveries in doubt of an import that waits, and begins them again when they are due.

use std::sync::Arc;
use std::task::Context;

use futures_util::FutureExt;
use futures_util::stream::Stream;
use jiff::Timestamp;
use unicontact_providers::UnifiedContact;
use unicontact_providers::clock::sleep_until;

use super::{Held, Scheduler, SourceLocation, Wanted};
use crate::bulk::parked::Unparked;
use crate::bulk::past_doubt::PastDoubt;
use crate::bulk::unsent;
use crate::pipeline::Pipeline;
use crate::report::Delivery;

impl<S: Stream<Item = Wanted>> Scheduler<S> {
    /// Parks a delivery in doubt that can be looked for or sent again later, if the import waits. What the journal does not
    /// know is not parked: it would take the delivery for one that is under way.
    pub(super) fn parks(
        &mut self,
        delivery: &Delivery,
        lane: usize,
        key: &str,
        content: (&UnifiedContact, &SourceLocation),
    ) -> bool {
        if !self.import.waits || self.gates()[lane].is_open_for_good() || delivery.unrecorded.is_some() {
            return false;
        }
        let Some(doubt) = PastDoubt::from_delivery(delivery, self.target(lane)) else {
            return false;
        };
        let now = self.now(lane);
        self.parked.put(lane, key, content, &doubt, now)
    }

    /// The first lane with a parked delivery that is due and has room, or for which nothing is sent any more.
    pub(super) fn lane_to_unpark(&self) -> Option<usize> {
        let is_due = |lane: usize| {
            let due = self.parked.first_due(lane);
            due.is_some_and(|due| due <= self.now(lane)) && self.admits_parked(lane)
        };
        (0..self.gates().len()).find(|lane| {
            self.parked.has_any(*lane) && (self.gates()[*lane].is_open_for_good() || is_due(*lane))
        })
    }

    /// Begins a parked delivery that is due, or reports one that will not be delivered in this run.
    pub(super) fn unparks(&mut self) -> bool {
        let Some(lane) = self.lane_to_unpark() else {
            return false;
        };
        let Some(unparked) = self.parked.take(lane) else {
            return false;
        };
        match unparked {
            Unparked { key: Some(key), contact: Some(contact), doubt: Some(doubt), source }
                if !self.gates()[lane].is_open_for_good() =>
            {
                let held = Held { contact: Arc::new(contact), key, source, lanes: vec![lane] };
                self.start(held, Some(doubt));
            }
            unparked => self.unsent.push_back(unsent::parked(unparked, self.target(lane))),
        }
        true
    }

    /// Returns whether the next parked delivery is due now. Until then it is waited for.
    pub(super) fn wakes(&mut self, context: &mut Context<'_>) -> bool {
        let waits = |lane: &usize| self.admits_parked(*lane);
        let dues = (0..self.gates().len())
            .filter(waits)
            .filter_map(|lane| Some((self.parked.first_due(lane)?, lane)));
        let Some((due, lane)) = dues.min() else {
            self.waking = None;
            return false;
        };
        if self.waking.as_ref().is_none_or(|(time, _)| *time != due) {
            let clock = self.target(lane).clock();
            self.waking = Some((due, async move { sleep_until(&*clock, due).await }.boxed()));
        }
        let is_awake = self.waking.as_mut().is_some_and(|(_, waking)| waking.poll_unpin(context).is_ready());
        if is_awake {
            self.waking = None;
        }
        is_awake
    }

    fn admits_parked(&self, lane: usize) -> bool {
        self.gates()[lane].admits_parked(self.import.window)
    }

    pub(super) fn target(&self, lane: usize) -> &Pipeline {
        &self.import.fan_out.targets()[lane]
    }

    fn now(&self, lane: usize) -> Timestamp {
        self.target(lane).clock().now()
    }
}
