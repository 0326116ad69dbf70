//! Limits how long a worker drains, so that it also ends while the servers do not answer.

use std::time::Duration;

use super::validate::MAX_REQUESTS;
use crate::fan_out::FanOut;
use crate::shutdown::Shutdown;
use crate::watch;

/// The time after the longest attempt in which a draining worker settles its deliveries and returns their messages.
const MARGIN: Duration = Duration::from_secs(5);

/// Returns the longest time that an attempt of any provider may take.
pub(super) fn longest_attempt(fan_out: &FanOut) -> Duration {
    let timeouts = fan_out.pipelines().iter().map(|pipeline| pipeline.settings().timeout);
    timeouts.max().unwrap_or_default().saturating_mul(MAX_REQUESTS)
}

/// Waits until the worker was stopped and the time for draining is over. Aborting the worker ends the wait for attempts.
pub(super) async fn deadline(mut shutdown: watch::Receiver<Shutdown>, longest_attempt: Duration) {
    shutdown.wait_for(|phase| phase != Shutdown::Running).await;
    tokio::select! {
        () = tokio::time::sleep(longest_attempt) => {}
        () = shutdown.wait_for(|phase| phase == Shutdown::Aborted) => {}
    }
    tokio::time::sleep(MARGIN).await;
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    const ATTEMPT: Duration = Duration::from_secs(30);

    async fn time_until_deadline(stop: impl FnOnce(&watch::Sender<Shutdown>)) -> Duration {
        let phase = watch::Sender::new(Shutdown::Running);
        let ended = tokio::spawn(deadline(phase.subscribe(), ATTEMPT));
        tokio::time::sleep(Duration::from_hours(1)).await;
        assert!(!ended.is_finished(), "the worker runs");
        let stopped_at = Instant::now();
        stop(&phase);
        ended.await.unwrap();
        stopped_at.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_draining_worker_ends_within_a_margin_of_the_longest_attempt_and_an_aborted_one_within_the_margin()
     {
        let drained = time_until_deadline(|phase| Shutdown::Draining.advance(phase)).await;
        assert!((ATTEMPT + MARGIN..ATTEMPT + MARGIN * 2).contains(&drained), "{drained:?}");
        let aborted = time_until_deadline(|phase| Shutdown::Aborted.advance(phase)).await;
        assert!((MARGIN..MARGIN * 2).contains(&aborted), "{aborted:?}");
    }
}
