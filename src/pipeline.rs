//! One provider under its layers.
//!
//! Its rule: trace, retry, rate limit, adapter, in this order from the outside. [`may_resend`] is the only judge of
//! sending again; this module only asks it, waits, and counts.

mod acceptance;
mod attempt_resources;
mod delivery_context;
mod failures;
mod into_delivery;
mod listing;
mod look_first;
mod looks;
mod reconcile;
mod returned;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::sync::Semaphore;
use unicontact_providers::clock::SharedClock;
use unicontact_providers::preparation::{Preparing, watched};
use unicontact_providers::{
    Capabilities, ContactProvider, Created, DeliveryKey, Draft, Effect, ErrorKind, Operation, Provider,
    ProviderError, may_resend,
};

use self::attempt_resources::AttemptResources;
pub(crate) use self::delivery_context::DeliveryContext;
#[cfg(all(test, feature = "jetstream"))]
pub(crate) use self::failures::Failures;
#[cfg(not(all(test, feature = "jetstream")))]
use self::failures::Failures;
pub(crate) use self::into_delivery::STOPPED;
use self::looks::SharedLooks;
use crate::delivery::Delivery;
use crate::doubt::DoubtPolicy;
use crate::journal::{Claiming, JournalError, Known};
use crate::limit::ConcurrencyLimiter;
use crate::limit::RateLimiter;
#[cfg(feature = "jetstream")]
use crate::limit::SlotSource;
use crate::settings::{Concurrency, Settings};
use crate::watch;

const FIRST_WAIT: Duration = Duration::from_millis(500);
/// For so many deliveries that may be with the vendor, one more is claimed: a claim's way to the disk would otherwise be time
/// in which the vendor has less to do than it may.
const AHEAD: usize = 4;
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A provider, how it is treated, and what its deliveries share.
#[derive(Debug)]
pub struct Pipeline {
    provider: Provider,
    settings: Settings,
    capabilities: Capabilities,
    policy: Arc<DoubtPolicy>,
    looks: SharedLooks,
    rate_limit: RateLimiter,
    /// Whose turn it is, or is next: they are claimed, or about to be.
    next: Semaphore,
    places: ConcurrencyLimiter,
    clock: SharedClock,
    jitter_seed: u64,
}

/// Told once that no new attempt is wanted.
pub(crate) type StopSignal = watch::Receiver<bool>;

/// How a delivery came to its end.
enum DeliveryEnd {
    Done(Created, Option<&'static str>),
    Refused(ProviderError),
    Stopped,
    /// Others may have taken its claim over.
    Lapsed,
    /// It was claimed, and the journal permitted no attempt.
    Unpermitted(JournalError),
    Known(Known),
}

impl Pipeline {
    /// A provider treated by `settings`. `jitter_seed` makes its waits repeatable.
    pub fn new(provider: Provider, settings: Settings, clock: SharedClock, jitter_seed: u64) -> Self {
        let capabilities = provider.capabilities();
        Self {
            policy: Arc::new(DoubtPolicy::new(&settings, &capabilities)),
            capabilities,
            looks: SharedLooks::default(),
            rate_limit: RateLimiter::new(settings.requests_per_second, &clock),
            next: Semaphore::new(may_be_claimed(settings.concurrency)),
            places: ConcurrencyLimiter::new(settings.concurrency, &clock),
            provider,
            settings,
            clock,
            jitter_seed,
        }
    }

    /// The provider itself.
    pub fn provider(&self) -> &Provider {
        &self.provider
    }

    /// How it is treated.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Delivers one contact and records every step in `progress`.
    #[tracing::instrument(name = "delivery", skip_all, fields(provider = self.provider.info().name(), vendor = self.provider.info().vendor()))]
    pub(crate) async fn deliver(&self, passage: &DeliveryContext<'_>, stop: &mut StopSignal) -> Delivery {
        let started = self.clock.uptime();
        let ending = match self.known(passage).await {
            Some(known) => DeliveryEnd::Known(known),
            None => match self.accept(passage.contact, passage.progress) {
                // Refusing the contact as it is now says nothing of what was sent.
                Err(error) if !passage.is_in_doubt() => DeliveryEnd::Refused(error),
                accepted => self.send(passage, accepted, stop).await,
            },
        };
        let is_unusable =
            matches!(ending, DeliveryEnd::Known(Known::Unusable(_)) | DeliveryEnd::Unpermitted(_));
        let ending = match ending {
            DeliveryEnd::Stopped | DeliveryEnd::Lapsed | DeliveryEnd::Unpermitted(_)
                if passage.is_in_doubt() =>
            {
                self.doubt_that_stays(passage)
            }
            ending => ending,
        };
        let settles = !matches!(ending, DeliveryEnd::Known(_));
        let mut delivery = self.told(ending, passage, self.elapsed(started));
        if let Some(gate) = passage.gate.filter(|_| is_unusable) {
            gate.record_unsent(&delivery);
        }
        if let Some(entry) = passage.entry.filter(|_| settles) {
            delivery.unrecorded = entry.settle(&delivery).await.err();
        }
        delivery
    }

    /// Why the journal says that it is not to be sent.
    async fn known(&self, passage: &DeliveryContext<'_>) -> Option<Known> {
        let known = passage.entry?.known(passage.is_queue_backed()).await;
        if passage.is_in_doubt() {
            passage.progress.set_in_doubt();
        }
        known
    }

    /// Returns the ending of a delivery whose earlier doubt nothing was done about. Only what was claimed is settled.
    fn doubt_that_stays(&self, passage: &DeliveryContext<'_>) -> DeliveryEnd {
        match passage.entry.filter(|entry| !entry.was_claimed()) {
            Some(entry) => DeliveryEnd::Known(Known::Unclaimed { look_again_at: entry.look_again_at() }),
            None => DeliveryEnd::Refused(self.earlier_doubt()),
        }
    }

    async fn send(
        &self,
        passage: &DeliveryContext<'_>,
        accepted: Result<Draft, ProviderError>,
        stop: &mut StopSignal,
    ) -> DeliveryEnd {
        // Waiting for others of the same provider is not held against the delivery's own deadline.
        let Some(is_next) = unless_stopped(stop, self.next.acquire()).await else {
            return DeliveryEnd::Stopped;
        };
        let Some(slot) = unless_stopped(stop, self.rate_limit.reserve()).await else {
            return DeliveryEnd::Stopped;
        };
        let claiming = match passage.entry {
            Some(entry) => entry.claim().await,
            None => Claiming::New,
        };
        match claiming {
            Claiming::Known(known) => return DeliveryEnd::Known(known),
            // Noted before the next wait, in which the delivery may be cut off.
            Claiming::Interrupted(_) => passage.progress.set_in_doubt(),
            Claiming::New => {}
        }
        let Some(mut place) = unless_stopped(stop, self.places.acquire()).await else {
            return DeliveryEnd::Stopped;
        };
        // With a number that is learned, only those that wait for a place are counted.
        let _is_next = Some(is_next).filter(|_| matches!(self.settings.concurrency, Concurrency::Fixed(_)));
        place.activate();
        let (draft, refusal) = match accepted {
            Ok(draft) => (Some(draft), None),
            Err(error) => (None, Some(error)),
        };
        let mut turn = AttemptResources { stop, place, draft, refusal, slot: Some(slot) };
        let ending = if let (Claiming::Interrupted(record), Some(entry)) = (claiming, passage.entry) {
            let begun = self.clock.uptime();
            // What is rare stands elsewhere, so that it makes no delivery's future larger.
            Box::pin(self.reconcile_earlier(passage, entry, &record, &mut turn, begun)).await
        } else {
            passage.progress.clear_doubt();
            self.create_and_reconcile(passage, &mut turn).await
        };
        // Whoever waits for this turn is to learn first that it is the last one.
        passage.judge(ending)
    }

    async fn create_and_reconcile(
        &self,
        passage: &DeliveryContext<'_>,
        turn: &mut AttemptResources<'_>,
    ) -> DeliveryEnd {
        if let Some(refusal) = turn.refusal.take() {
            return DeliveryEnd::Refused(refusal);
        }
        // Nor is waiting for servers that share the slots.
        if let Some(slot) = turn.slot.take()
            && unless_stopped(turn.stop, self.rate_limit.wait_for(slot)).await.is_none()
        {
            return DeliveryEnd::Stopped;
        }
        let begun = self.clock.uptime();
        if self.settings.look_first
            && let Some(ending) = Box::pin(self.look_before_create(passage, turn, begun)).await
        {
            return ending;
        }
        match self.create(passage, turn, begun, &mut Failures::default()).await {
            DeliveryEnd::Refused(error) => Box::pin(self.reconcile(passage, error, begun)).await,
            ending => ending,
        }
    }

    /// Attempts until one settles it, or sending again is not safe, not useful or not in time. The first sends the draft of the turn.
    async fn create(
        &self,
        passage: &DeliveryContext<'_>,
        turn: &mut AttemptResources<'_>,
        begun: Duration,
        failures: &mut Failures,
    ) -> DeliveryEnd {
        let mut waits = self.waits(passage.key);
        let mut sent_since = None;
        for attempt in 1_u32.. {
            // Writing the claim took its time.
            if turn.stop.get() {
                break;
            }
            let longest = self.settings.deadline.saturating_sub(self.elapsed(begun));
            if let Some(entry) = passage.entry
                && let Err(error) = entry.permit_attempt(longest).await
            {
                return failures.take_error().map_or(DeliveryEnd::Unpermitted(error), DeliveryEnd::Refused);
            }
            if !passage.is_held() {
                return failures.take_error().map_or(DeliveryEnd::Lapsed, DeliveryEnd::Refused);
            }
            // Waiting for a place and a slot took its time, too.
            let since_first = sent_since.map_or(Duration::ZERO, |first| self.elapsed(first));
            if failures.doubt(since_first).is_some_and(|doubt| !self.capabilities.dedupe.covers(&doubt)) {
                break;
            }
            let Some(in_flight) = passage.progress.start_attempt() else {
                break;
            };
            let left = self.settings.deadline.saturating_sub(self.elapsed(begun));
            if left.is_zero() {
                in_flight.cancel();
                failures.add_unless_any(self.out_of_time(true));
                break;
            }
            passage.attempt_begins(in_flight.preparing());
            let first_sent = *sent_since.get_or_insert_with(|| self.clock.uptime());
            let creating = self.attempt(passage, turn.draft.take(), in_flight.preparing(), left);
            let under_way = turn.place.start_attempt();
            let Some(result) = unless_withdrawn(turn.stop, in_flight.preparing(), creating).await else {
                break;
            };
            let is_spared = under_way.finish(&result);
            in_flight.finish(&result);
            passage.attempt_ended(&result);
            let error = match result {
                Ok(created) => {
                    let note = returned::note_on(&created);
                    return DeliveryEnd::Done(created, note);
                }
                Err(error) => error,
            };
            tracing::info!(
                attempt,
                kind = error.kind().as_str(),
                effect = error.effect().as_str(),
                status = error.status(),
                "The attempt failed"
            );
            let wait = Self::wait_before_resend(&error, &mut waits);
            let doubt = failures.doubt_with(&error, self.elapsed(first_sent).saturating_add(wait));
            let resend = may_resend(&error, &self.capabilities, doubt)
                && !failures.have_spent_the_renewal(&error)
                && !passage.is_put_back(&error);
            failures.add(error);
            let allowed = self.settings.max_attempts.max(1) + u32::from(failures.credential_renewed);
            let in_time = self.elapsed(begun).saturating_add(wait) < self.settings.deadline;
            if !resend || attempt >= allowed || !in_time {
                break;
            }
            turn.place.suspend(is_spared);
            let next = async {
                self.clock.sleep(wait).await;
                turn.place.reacquire().await;
                self.rate_limit.acquire().await;
                turn.place.activate();
            };
            if unless_stopped(turn.stop, next).await.is_none() {
                break;
            }
        }
        failures.take_error().map_or(DeliveryEnd::Stopped, DeliveryEnd::Refused)
    }

    /// One attempt, cut off when no time is left. An adapter keeps its own timeout; this holds one that does not.
    async fn attempt(
        &self,
        passage: &DeliveryContext<'_>,
        draft: Option<Draft>,
        preparing: &Preparing,
        left: Duration,
    ) -> Result<Created, ProviderError> {
        let create = async {
            match draft {
                Some(draft) => self.provider.create_drafted(draft, passage.contact, passage.key).await,
                None => self.provider.create(passage.contact, passage.key).await,
            }
        };
        let begun = self.clock.uptime();
        let result = tokio::time::timeout(left, watched(preparing, create)).await;
        let result = result.unwrap_or_else(|_| Err(self.out_of_time(preparing.is_under_way())));
        self.compare_returned(passage.contact, result, left.saturating_sub(self.elapsed(begun))).await
    }

    fn out_of_time(&self, before_the_create: bool) -> ProviderError {
        let (operation, effect) = if before_the_create {
            (Operation::Authenticate, Effect::NotSent)
        } else {
            (Operation::Create, Effect::Unknown)
        };
        let info = self.provider.info();
        ProviderError::new(info, operation, ErrorKind::Interrupted, effect)
            .with_message("the deadline of the delivery passed before the answer came")
    }

    /// The vendor's own wait, if it is longer than ours. A renewed credential needs none.
    fn wait_before_resend(error: &ProviderError, waits: &mut ExponentialBackoff) -> Duration {
        if error.kind() == ErrorKind::Unauthenticated {
            return Duration::ZERO;
        }
        let ours = waits.next().unwrap_or(LONGEST_WAIT);
        error.retry_after().map_or(ours, |vendors| vendors.max(ours))
    }

    /// Deliveries that failed together do not come back together.
    fn waits(&self, key: &DeliveryKey) -> ExponentialBackoff {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        ExponentialBuilder::default()
            .with_min_delay(FIRST_WAIT)
            .with_max_delay(LONGEST_WAIT)
            .without_max_times()
            .with_jitter()
            .with_jitter_seed(self.jitter_seed ^ hasher.finish())
            .build()
    }

    /// Takes the rate-limit slots from a shared source from now on.
    #[cfg(feature = "jetstream")]
    pub(crate) fn share_slots(&self, source: Arc<dyn SlotSource>) {
        self.rate_limit.share_slots(source);
    }

    /// Returns what the provider can do about a delivery in doubt.
    pub(crate) fn doubt_policy(&self) -> Arc<DoubtPolicy> {
        Arc::clone(&self.policy)
    }

    pub(crate) fn clock(&self) -> SharedClock {
        Arc::clone(&self.clock)
    }

    /// How long it is since `since`, an uptime of the clock.
    pub(crate) fn elapsed(&self, since: Duration) -> Duration {
        self.clock.uptime().saturating_sub(since)
    }

    pub(crate) fn uptime(&self) -> Duration {
        self.clock.uptime()
    }
}

/// How many are claimed at once, with those at the vendor where their number is fixed.
fn may_be_claimed(concurrency: Concurrency) -> usize {
    let ahead = concurrency.max().div_ceil(AHEAD);
    match concurrency {
        Concurrency::Fixed(number) => number.get() + ahead,
        Concurrency::Auto => ahead,
    }
}

/// The attempt's result, or nothing if stopping was asked for while its create had not begun.
async fn unless_withdrawn<T>(
    stop: &mut StopSignal,
    preparing: &Preparing,
    attempt: impl Future<Output = T>,
) -> Option<T> {
    tokio::pin!(attempt);
    tokio::select! {
        biased;
        result = &mut attempt => return Some(result),
        () = stop.wait_for(|stopped| stopped) => {}
    }
    if preparing.close() { None } else { Some(attempt.await) }
}

/// The future's value, or nothing if stopping was asked for first.
async fn unless_stopped<T>(stop: &mut StopSignal, future: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        () = stop.wait_for(|stopped| stopped) => None,
        value = future => Some(value),
    }
}
