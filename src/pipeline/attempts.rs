//! The attempts of one delivery.

use std::future::pending;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::pin;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use sha2::{Digest, Sha256};
use unicontact_providers::{
    ContactId, ContactProvider, Created, DeliveryKey, Draft, Effect, ErrorKind, Operation, ProviderError,
    SendPermit, attempt, hex, may_resend,
};

use super::Pipeline;
use super::attempt_resources::AttemptResources;
use super::delivery_context::DeliveryContext;
use super::delivery_end::DeliveryEnd;
use super::failures::Failures;
use super::stop::{unless_revoked, unless_stopped};
use crate::journal::JournalEntry;
use crate::progress::InFlight;

const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The bytes of the hash that make an idempotency key.
const IDEMPOTENCY_KEY_BYTES: usize = 16;

impl Pipeline {
    /// Attempts until one settles the delivery, or until sending again is unsafe, useless or too late.
    pub(super) async fn create(
        &self,
        context: &DeliveryContext<'_>,
        resources: &mut AttemptResources<'_>,
        begun: Duration,
        failures: &mut Failures,
    ) -> DeliveryEnd {
        let draft = match self.draft_to_send(context, resources) {
            Ok(draft) => draft,
            // What an earlier attempt may have done stays in doubt.
            Err(error) => {
                failures.add(error);
                return failures.take_error().map_or(DeliveryEnd::Stopped, DeliveryEnd::Refused);
            }
        };
        let mut waits = self.waits(context.key);
        let mut sent_since = None;
        for number in 1_u32.. {
            // Stopping may have been asked for while the claim was written.
            if resources.stop.get() {
                break;
            }
            if let Err(end) = self.permit_attempt(context, begun).await {
                return failures.take_error().map_or(end, DeliveryEnd::Refused);
            }
            // The waits for a permit and a slot count as well.
            let since_first = sent_since.map_or(Duration::ZERO, |first| self.elapsed(first));
            if failures.doubt(since_first).is_some_and(|doubt| !self.capabilities.dedupe.covers(&doubt)) {
                break;
            }
            let Some((in_flight, left)) = self.start_attempt(context, begun, failures) else {
                break;
            };
            let first_sent = *sent_since.get_or_insert_with(|| self.clock.uptime());
            let measured = resources.permit.start_attempt();
            let result = {
                // Pinned here: passed by value, it would be in every delivery's future three times.
                let attempting = pin!(self.attempt(context, &draft, in_flight.permit(), left));
                unless_revoked(resources.stop, in_flight.permit(), attempting).await
            };
            let Some(result) = result else {
                break;
            };
            let is_spared = measured.finish(&result);
            in_flight.finish(&result);
            context.attempt_ended(&result);
            let error = match result {
                Ok(created) => return self.done(created, context.key),
                Err(error) => error,
            };
            log_failure(&error, number);
            if error.kind() == ErrorKind::RateLimited {
                self.rate_limit.throttled();
            }
            let wait = wait_before_resend(&error, &mut waits);
            let doubt = failures.doubt_with(&error, self.elapsed(first_sent).saturating_add(wait));
            let resend = may_resend(&error, &self.capabilities, doubt)
                && !failures.have_spent_the_renewal(&error)
                && !context.is_put_back(&error);
            failures.add(error);
            let allowed = self.settings.max_attempts.max(1) + u32::from(failures.credential_renewed);
            let in_time = self.elapsed(begun).saturating_add(wait) < self.settings.deadline;
            if !resend || number >= allowed || !in_time {
                break;
            }
            resources.permit.suspend(is_spared);
            if !self.wait_for_next_attempt(resources, wait).await {
                break;
            }
        }
        failures.take_error().map_or(DeliveryEnd::Stopped, DeliveryEnd::Refused)
    }

    /// Starts an attempt, and returns the time that is left for it. `None` if the delivery has ended or none is left.
    fn start_attempt(
        &self,
        context: &DeliveryContext<'_>,
        begun: Duration,
        failures: &mut Failures,
    ) -> Option<(InFlight, Duration)> {
        let in_flight = context.progress.start_attempt()?;
        let left = self.settings.deadline.saturating_sub(self.elapsed(begun));
        if left.is_zero() {
            in_flight.cancel();
            failures.add_unless_any(self.out_of_time(true));
            return None;
        }
        context.attempt_begins(in_flight.permit());
        Some((in_flight, left))
    }

    /// Asks the journal for another attempt.
    ///
    /// # Errors
    ///
    /// The end of a delivery that may not send.
    async fn permit_attempt(
        &self,
        context: &DeliveryContext<'_>,
        begun: Duration,
    ) -> Result<(), DeliveryEnd> {
        let longest = self.settings.deadline.saturating_sub(self.elapsed(begun));
        if let Some(entry) = context.entry {
            entry.permit_attempt(longest).await.map_err(DeliveryEnd::Unpermitted)?;
        }
        if context.is_held() { Ok(()) } else { Err(DeliveryEnd::Lapsed) }
    }

    /// Waits for the time, the permit and the slot of the next attempt. Returns whether it may be made.
    async fn wait_for_next_attempt(&self, resources: &mut AttemptResources<'_>, wait: Duration) -> bool {
        let next = async {
            self.clock.sleep(wait).await;
            resources.permit.reacquire().await;
            self.rate_limit.acquire().await;
            resources.permit.activate();
        };
        unless_stopped(resources.stop, next).await.is_some()
    }

    /// Returns the draft that was accepted, or else a new one, with the delivery's idempotency key where the vendor takes one.
    /// A contact that was refused stays refused.
    fn draft_to_send(
        &self,
        context: &DeliveryContext<'_>,
        resources: &mut AttemptResources<'_>,
    ) -> Result<Draft, ProviderError> {
        let mut draft = resources.accepted.take().unwrap_or_else(|| self.plan_offline(context.contact))?;
        draft.set_idempotency_key(|draft| {
            idempotency_key(context.key, draft, context.entry.and_then(JournalEntry::earlier_id).as_ref())
        });
        Ok(draft)
    }

    /// One attempt, cut off when no time is left. An adapter keeps its own timeout; this one holds an adapter that does not.
    async fn attempt(
        &self,
        context: &DeliveryContext<'_>,
        draft: &Draft,
        permit: &SendPermit,
        left: Duration,
    ) -> Result<Created, ProviderError> {
        let begun = self.clock.uptime();
        let result = tokio::time::timeout(left, attempt(&self.provider, draft, permit)).await;
        if permit.is_revoked() {
            // The one who revoked the permit accounts for the delivery and drops this future.
            pending::<()>().await;
        }
        let result = result.unwrap_or_else(|_| Err(self.out_of_time(permit.revoke())));
        self.compare_returned(context, result, left.saturating_sub(self.elapsed(begun))).await
    }

    /// Returns the error of a delivery whose deadline passed.
    pub(super) fn out_of_time(&self, before_the_create: bool) -> ProviderError {
        let (operation, effect) = if before_the_create {
            (Operation::Authenticate, Effect::NotSent)
        } else {
            (Operation::Create, Effect::Unknown)
        };
        let info = self.provider.info();
        ProviderError::new(info, operation, ErrorKind::Interrupted, effect)
            .with_message("the deadline of the delivery passed before the answer came")
    }

    /// Returns the waits between attempts, with a jitter by which deliveries that failed together do not come back together.
    pub(super) fn waits(&self, key: &DeliveryKey) -> ExponentialBackoff {
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
}

fn log_failure(error: &ProviderError, attempt: u32) {
    tracing::info!(
        attempt,
        kind = error.kind().as_str(),
        effect = error.effect().as_str(),
        status = error.status(),
        "The attempt failed"
    );
}

/// Returns the vendor's own wait, if it is longer than ours. A renewed credential needs none.
pub(super) fn wait_before_resend(error: &ProviderError, waits: &mut ExponentialBackoff) -> Duration {
    if error.kind() == ErrorKind::Unauthenticated {
        return Duration::ZERO;
    }
    let ours = waits.next().unwrap_or(LONGEST_WAIT);
    error.retry_after().map_or(ours, |vendors| vendors.max(ours))
}

/// Returns the key of a create: the same for every attempt of the delivery, in this run and in later ones, and another one for
/// other content and for a contact that is created once more on purpose (`repeated` is the earlier one).
fn idempotency_key(key: &DeliveryKey, draft: &Draft, repeated: Option<&ContactId>) -> String {
    let mut hash = Sha256::new();
    for part in
        [key.to_string().as_bytes(), &draft.body_bytes(), repeated.map_or("", ContactId::as_str).as_bytes()]
    {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hex::encode(&hash.finalize()[..IDEMPOTENCY_KEY_BYTES])
}
