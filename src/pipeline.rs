//! The pipeline of one provider: claim, rate limit, concurrency limit, attempts, and the resolution of doubts.
//!
//! The layers wrap each other in this order. [`may_resend`](unicontact_providers::may_resend) alone decides whether a create is
//! sent again.

mod acceptance;
mod attempt_resources;
mod attempts;
mod delivery;
mod delivery_context;
mod delivery_end;
mod failures;
mod find;
mod listing;
mod look_first;
mod reconcile;
mod returned;
mod returned_ids;
mod stop;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tokio::sync::Semaphore;
use unicontact_providers::clock::SharedClock;
use unicontact_providers::{Capabilities, ContactProvider, Draft, Provider, ProviderError};

use self::attempt_resources::AttemptResources;
pub(crate) use self::delivery_context::DeliveryContext;
use self::delivery_end::DeliveryEnd;
pub(crate) use self::failures::Failures;
use self::find::SharedFinds;
use self::returned_ids::ReturnedIds;
pub(crate) use self::stop::StopSignal;
use self::stop::unless_stopped;
use crate::doubt::DoubtPolicy;
use crate::journal::NotSent;
#[cfg(feature = "queue")]
use crate::limit::SlotSource;
use crate::limit::{ConcurrencyLimiter, RateLimiter};
use crate::report::Delivery;
use crate::settings::{Concurrency, Settings};

/// One delivery is claimed ahead for every so many that may be at the vendor: while a claim is written to disk, the vendor
/// would otherwise have less to do than it may.
const PER_CLAIM_AHEAD: usize = 4;

/// A provider with its settings, and what its deliveries share: limits, looks and the policy for doubts.
#[derive(Debug)]
pub struct Pipeline {
    provider: Provider,
    settings: Settings,
    capabilities: Capabilities,
    policy: Arc<DoubtPolicy>,
    finds: SharedFinds,
    returned_ids: ReturnedIds,
    rate_limit: RateLimiter,
    /// Bounds the deliveries that are claimed or about to be.
    claims: Semaphore,
    limiter: ConcurrencyLimiter,
    clock: SharedClock,
    jitter_seed: u64,
    /// The file that describes the vendor, if the configuration names one.
    description_file: Option<PathBuf>,
    /// Whether a field without a fate was logged.
    has_warned_of_fates: AtomicBool,
}

impl Pipeline {
    /// Returns the pipeline of a provider. `jitter_seed` makes its waits repeatable.
    pub fn new(provider: Provider, settings: Settings, clock: SharedClock, jitter_seed: u64) -> Self {
        let capabilities = provider.capabilities().clone();
        Self {
            policy: Arc::new(DoubtPolicy::new(&settings, &capabilities)),
            capabilities,
            finds: SharedFinds::default(),
            returned_ids: ReturnedIds::default(),
            rate_limit: RateLimiter::new(settings.requests_per_second, &clock),
            claims: Semaphore::new(most_claimed(settings.concurrency)),
            limiter: ConcurrencyLimiter::new(settings.concurrency, &clock),
            provider,
            settings,
            clock,
            jitter_seed,
            description_file: None,
            has_warned_of_fates: AtomicBool::new(false),
        }
    }

    /// Sets the file that describes the vendor.
    #[must_use]
    pub(crate) fn with_description_file(mut self, file: Option<PathBuf>) -> Self {
        self.description_file = file;
        self
    }

    /// Returns the file that describes the vendor, if the configuration names one.
    pub fn description_file(&self) -> Option<&Path> {
        self.description_file.as_deref()
    }

    /// Returns the provider.
    pub fn provider(&self) -> &Provider {
        &self.provider
    }

    /// Returns the settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Delivers one contact and records every step in its progress.
    #[tracing::instrument(name = "delivery", skip_all, fields(provider = self.provider.info().name(), vendor = self.provider.info().vendor()))]
    pub(crate) async fn deliver(&self, context: &DeliveryContext<'_>, stop: &mut StopSignal) -> Delivery {
        let started = self.clock.uptime();
        let end = match self.not_sent(context).await {
            Some(reason) => DeliveryEnd::NotSent(reason),
            None => match self.accept(context.contact, context.progress) {
                // Refusing the contact as it is now says nothing of what was sent.
                Err(error) if !context.is_in_doubt() => DeliveryEnd::Refused(error),
                accepted => self.send(context, accepted, stop).await,
            },
        };
        let is_journal_unusable =
            matches!(end, DeliveryEnd::NotSent(NotSent::JournalFailed(_)) | DeliveryEnd::Unpermitted(_));
        let end = match end {
            DeliveryEnd::Stopped | DeliveryEnd::Lapsed | DeliveryEnd::Unpermitted(_)
                if context.is_in_doubt() =>
            {
                self.unresolved_doubt(context)
            }
            end => end,
        };
        let settles = !matches!(end, DeliveryEnd::NotSent(_));
        let mut delivery = self.delivery(end, context, self.elapsed(started));
        if let Some(breaker) = context.breaker.filter(|_| is_journal_unusable) {
            breaker.record_unsent(&delivery);
        }
        if let Some(entry) = context.entry.filter(|_| settles) {
            delivery.unrecorded = entry.settle(&delivery).await.err().map(Into::into);
        }
        delivery
    }

    /// Returns why the journal says not to send it.
    async fn not_sent(&self, context: &DeliveryContext<'_>) -> Option<NotSent> {
        let reason = context.entry?.not_sent(context.is_queue_backed()).await;
        if context.is_in_doubt() {
            context.progress.set_in_doubt();
        }
        reason
    }

    /// Returns the end of a delivery whose earlier doubt nothing was done about. Only what was claimed is settled.
    fn unresolved_doubt(&self, context: &DeliveryContext<'_>) -> DeliveryEnd {
        match context.entry.filter(|entry| !entry.was_claimed()) {
            Some(entry) => DeliveryEnd::NotSent(NotSent::Unclaimed { look_again_at: entry.look_again_at() }),
            None => DeliveryEnd::Refused(self.earlier_doubt()),
        }
    }

    /// Waits for the limits, claims the delivery and sends it. The waits do not count against the delivery's deadline.
    async fn send(
        &self,
        context: &DeliveryContext<'_>,
        accepted: Result<Draft, ProviderError>,
        stop: &mut StopSignal,
    ) -> DeliveryEnd {
        let Some(claim_permit) = unless_stopped(stop, self.claims.acquire()).await else {
            return DeliveryEnd::Stopped;
        };
        let Some(slot) = unless_stopped(stop, self.rate_limit.reserve()).await else {
            return DeliveryEnd::Stopped;
        };
        let earlier = match context.entry {
            Some(entry) => match entry.claim().await {
                Ok(earlier) => earlier,
                Err(reason) => return DeliveryEnd::NotSent(reason),
            },
            None => None,
        };
        if earlier.is_some() {
            // Noted before the next wait, in which the delivery may be cut off.
            context.progress.set_in_doubt();
        }
        let Some(mut permit) = unless_stopped(stop, self.limiter.acquire()).await else {
            return DeliveryEnd::Stopped;
        };
        // With adaptive concurrency, only deliveries that wait for a permit count as claimed ahead.
        let _claim_permit =
            Some(claim_permit).filter(|_| matches!(self.settings.concurrency, Concurrency::Fixed(_)));
        permit.activate();
        let mut resources = AttemptResources { stop, permit, accepted: Some(accepted), slot: Some(slot) };
        let end = if let (Some(record), Some(entry)) = (earlier, context.entry) {
            let begun = self.clock.uptime();
            // Boxed: this rare path would otherwise enlarge every delivery's future.
            Box::pin(self.reconcile_earlier(context, entry, &record, &mut resources, begun)).await
        } else {
            context.progress.clear_doubt();
            self.create_and_reconcile(context, &mut resources).await
        };
        // Judged before the permit is released, so that a waiting delivery sees the open breaker.
        context.judge(end)
    }

    async fn create_and_reconcile(
        &self,
        context: &DeliveryContext<'_>,
        resources: &mut AttemptResources<'_>,
    ) -> DeliveryEnd {
        if let Some(Err(refusal)) = resources.accepted.take_if(|accepted| accepted.is_err()) {
            return DeliveryEnd::Refused(refusal);
        }
        // Servers may give a slot that is later; that wait does not count against the deadline either.
        if let Some(slot) = resources.slot.take()
            && unless_stopped(resources.stop, self.rate_limit.wait_for(slot)).await.is_none()
        {
            return DeliveryEnd::Stopped;
        }
        let begun = self.clock.uptime();
        if self.settings.look_first
            && let Some(end) = Box::pin(self.look_before_create(context, resources, begun)).await
        {
            return end;
        }
        match self.create(context, resources, begun, &mut Failures::default()).await {
            DeliveryEnd::Refused(error) => Box::pin(self.reconcile(context, error, begun)).await,
            end => end,
        }
    }

    /// Takes the rate limit's slots from servers that share them out between machines.
    #[cfg(feature = "queue")]
    pub(crate) fn share_slots(&self, source: Arc<dyn SlotSource>) {
        self.rate_limit.share_slots(source);
    }

    /// Returns the policy for deliveries in doubt.
    pub(crate) fn doubt_policy(&self) -> Arc<DoubtPolicy> {
        Arc::clone(&self.policy)
    }

    pub(crate) fn clock(&self) -> SharedClock {
        Arc::clone(&self.clock)
    }

    /// Returns the time since `since`, an uptime of the clock.
    pub(crate) fn elapsed(&self, since: Duration) -> Duration {
        self.clock.uptime().saturating_sub(since)
    }

    pub(crate) fn uptime(&self) -> Duration {
        self.clock.uptime()
    }
}

/// Returns the most deliveries that are claimed at once, including those at the vendor where their number is fixed.
fn most_claimed(concurrency: Concurrency) -> usize {
    let ahead = concurrency.max().div_ceil(PER_CLAIM_AHEAD);
    match concurrency {
        Concurrency::Fixed(number) => number.get() + ahead,
        Concurrency::Auto => ahead,
    }
}
