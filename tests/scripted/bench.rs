//! Runs deliveries through the layers around one scripted provider, on a simulated clock, and records calls and sleeps.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use unicontact::providers::clock::{Clock, ManualClock, SharedClock};
use unicontact::providers::{ContactId, UnifiedContact};
use unicontact::{Delivery, FanOut, Outcome, Pipeline, Policy, Settings};

use super::{Calls, Scripted};

pub(crate) struct Bench {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) settings: Settings,
    pub(crate) jitter_seed: u64,
}

/// A finished delivery, with its calls and waits.
pub(crate) struct DeliveryEnd {
    pub(crate) delivery: Delivery,
    pub(crate) calls: Arc<Calls>,
    /// Every wait, including those of the rate limit.
    pub(crate) waits: Vec<Duration>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self {
            clock: Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH)),
            settings: Settings::default(),
            jitter_seed: 7,
        }
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }

    pub(crate) fn pipeline(&self, adapter: Scripted) -> Pipeline {
        let clock: SharedClock = Arc::<ManualClock>::clone(&self.clock);
        let settings = self.settings.clone();
        Pipeline::new(adapter.into_provider(), settings, clock, self.jitter_seed)
    }

    pub(crate) fn fan_out(&self, adapter: Scripted) -> FanOut {
        FanOut::new(vec![self.pipeline(adapter)], Policy::All)
    }

    /// Delivers one contact to this one provider.
    pub(crate) async fn deliver(&self, adapter: Scripted) -> DeliveryEnd {
        let calls = adapter.calls();
        let mut report = self.fan_out(adapter).deliver(contact("42")).await;
        DeliveryEnd { delivery: report.deliveries.pop().unwrap(), calls, waits: self.clock.sleeps() }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        Duration::try_from(self.clock.now().duration_since(Timestamp::UNIX_EPOCH)).unwrap()
    }
}

impl DeliveryEnd {
    #[track_caller]
    pub(crate) fn assert(&self, outcome: Outcome, creates: usize) {
        let error = self.delivery.error.as_ref();
        assert_eq!(self.delivery.outcome, outcome, "{error:?}");
        assert_eq!(self.calls.creates(), creates, "calls of create");
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.delivery.id.as_ref().map(ContactId::as_str)
    }
}

pub(crate) fn contact(external_id: &str) -> UnifiedContact {
    let json = serde_json::json!({"external_id": external_id, "name": "Ada King"});
    UnifiedContact::from_json(json).unwrap()
}

/// Fails the test if the future does not complete in time.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    let patience = Duration::from_secs(20);
    tokio::time::timeout(patience, future).await.expect("it did not come")
}
