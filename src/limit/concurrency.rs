//! The places of a provider: how many of its deliveries are under way at once.
//!
//! Its rule: whoever has no place has no attempt under way. ConcurrencyLimiter go to those that come back first, since their deadline runs,
//! and then in the order of asking. A place that is dropped, whenever that is, goes to the next one.
//!
//! With [`Concurrency::Auto`] the number is that of the [`law`], which spreads the beginnings while it grows fast: whoever waits
//! for its turn then holds its place, and goes back to the end of the queue if the number has come down meanwhile. And a delivery that waits because it was refused for being
//! too many gives its place up meanwhile: the number came down in its stead. A fixed number knows nothing of
//! refusals, so that there the waiting, with its place, is what spares the vendor.

#[cfg(test)]
mod compared;
#[cfg(test)]
mod simulated;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use unicontact_providers::clock::SharedClock;
use unicontact_providers::{Created, Effect, ErrorKind, ProviderError};

use super::aimd::{Aimd, Beginning, How};
use crate::settings::Concurrency;

/// The places of one provider.
pub(crate) struct ConcurrencyLimiter(Arc<Shared>);

/// A place of a delivery, or none while it waits.
pub(crate) struct Permit {
    shared: Arc<Shared>,
    is_held: bool,
    is_at_work: bool,
}

/// An attempt that is under way.
pub(crate) struct Attempt {
    shared: Arc<Shared>,
    begun: Duration,
    beginning: Beginning,
}

struct Shared {
    clock: SharedClock,
    state: Mutex<State>,
}

struct State {
    number: Number,
    /// The places that somebody holds.
    held: usize,
    /// Those of them that do not wait, for the rate limit or for another attempt.
    at_work: usize,
    coming_back: VecDeque<oneshot::Sender<Permit>>,
    waiting: VecDeque<oneshot::Sender<Permit>>,
    /// When the next attempt may begin, if the beginnings are spread.
    next_beginning: Duration,
}

enum Number {
    Fixed(usize),
    Learned(Aimd),
}

impl ConcurrencyLimiter {
    pub(crate) fn new(concurrency: Concurrency, clock: &SharedClock) -> Self {
        let number = match concurrency {
            Concurrency::Fixed(number) => Number::Fixed(number.get()),
            Concurrency::Auto => Number::Learned(Aimd::up_to(Concurrency::MOST_OF_AUTO)),
        };
        let state = State {
            number,
            held: 0,
            at_work: 0,
            coming_back: VecDeque::new(),
            waiting: VecDeque::new(),
            next_beginning: Duration::ZERO,
        };
        Self(Arc::new(Shared { clock: Arc::clone(clock), state: Mutex::new(state) }))
    }

    /// A place, as soon as it is this one's turn.
    pub(crate) async fn take(&self) -> Permit {
        self.0.place(|state| &mut state.waiting).await
    }
}

impl Permit {
    /// The delivery waits for nothing but the vendor from now on.
    pub(crate) fn works(&mut self) {
        if !mem::replace(&mut self.is_at_work, true) {
            self.shared.state().at_work += 1;
        }
    }

    /// The delivery waits. Others get its place for so long, if they may.
    pub(crate) fn rests(&mut self, others_may: bool) {
        if mem::take(&mut self.is_at_work) {
            self.shared.state().at_work -= 1;
        }
        if others_may && mem::take(&mut self.is_held) {
            self.shared.give_back();
        }
    }

    /// An attempt begins.
    pub(crate) fn attempt_begins(&self) -> Attempt {
        let begun = self.shared.clock.uptime();
        let state = self.shared.state();
        let beginning = match &state.number {
            Number::Fixed(_) => Beginning::default(),
            Number::Learned(law) => law.begins(state.at_work),
        };
        drop(state);
        Attempt { shared: Arc::clone(&self.shared), begun, beginning }
    }

    /// Takes one again, before those that have not begun.
    pub(crate) async fn take_again(&mut self) {
        if !self.is_held {
            *self = self.shared.place(|state| &mut state.coming_back).await;
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.rests(true);
    }
}

impl Attempt {
    /// Learns from how it ended, and says whether others may use the place while the delivery waits.
    pub(crate) fn ended(self, result: &Result<Created, ProviderError>) -> bool {
        let latency = self.shared.clock.uptime().saturating_sub(self.begun);
        let how = match result {
            Err(error) if error.kind() == ErrorKind::RateLimited => How::Refused,
            Err(error) if error.effect() != Effect::Refused => How::Otherwise,
            _ => How::Answered(latency),
        };
        let mut state = self.shared.state();
        let at_work = state.at_work;
        let Number::Learned(law) = &mut state.number else {
            return false;
        };
        let helps_nobody = law.refuses_all(self.beginning);
        law.ended(self.beginning, how, at_work);
        drop(state);
        // The number may have grown.
        self.shared.hand_out();
        how == How::Refused && !helps_nobody
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn place(
        self: &Arc<Self>,
        queue: impl Fn(&mut State) -> &mut VecDeque<oneshot::Sender<Permit>>,
    ) -> Permit {
        loop {
            let (sender, receiver) = oneshot::channel();
            queue(&mut self.state()).push_back(sender);
            self.hand_out();
            // A sender is never dropped unsent while a place can be asked for.
            if let Ok(place) = receiver.await
                && self.is_still_free_at_its_turn().await
            {
                return place;
            }
        }
    }

    /// Waits until it is this place's turn to begin, if the beginnings are spread, and sees whether it is still one of those
    /// that there are.
    async fn is_still_free_at_its_turn(&self) -> bool {
        let Some(wait) = self.state().wait(&self.clock) else {
            return true;
        };
        self.clock.sleep(wait).await;
        let state = self.state();
        state.held <= state.limit()
    }

    fn give_back(self: &Arc<Self>) {
        self.state().held -= 1;
        self.hand_out();
    }

    /// Hands out what is free, outside of the lock: whoever is gone gives a place back at once.
    fn hand_out(self: &Arc<Self>) {
        loop {
            let Some(next) = self.state().next() else {
                return;
            };
            let place = Permit { shared: Arc::clone(self), is_held: true, is_at_work: false };
            if let Err(mut unwanted) = next.send(place) {
                unwanted.is_held = false;
                self.state().held -= 1;
            }
        }
    }
}

impl State {
    fn limit(&self) -> usize {
        match &self.number {
            Number::Fixed(number) => *number,
            Number::Learned(law) => law.limit(),
        }
    }

    /// How long the next beginning has to wait, if it has to.
    fn wait(&mut self, clock: &SharedClock) -> Option<Duration> {
        let Number::Learned(law) = &self.number else {
            return None;
        };
        let gap = law.gap()?;
        let now = clock.uptime();
        let at = self.next_beginning.max(now);
        self.next_beginning = at + gap;
        Some(at.saturating_sub(now)).filter(|wait| !wait.is_zero())
    }

    /// Who gets the next free place; it counts as held.
    fn next(&mut self) -> Option<oneshot::Sender<Permit>> {
        if self.held >= self.limit() {
            return None;
        }
        let next = self.coming_back.pop_front().or_else(|| self.waiting.pop_front())?;
        self.held += 1;
        Some(next)
    }
}

impl fmt::Debug for ConcurrencyLimiter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConcurrencyLimiter")
            .field("limit", &self.0.state().limit())
            .finish_non_exhaustive()
    }
}
