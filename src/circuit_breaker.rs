//! Whether anything is sent to one provider during an import, and how much at once.
//!
//! Its rule: it closes for what lies outside the contacts and would meet the next one, too; never for what is in a contact,
//! and never for what an earlier run left behind. Where it waits, it opens again for a single delivery, and for more when
//! that one succeeded.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use unicontact_providers::clock::{SharedClock, sleep_until};
use unicontact_providers::{ContactProvider, ErrorKind, ProviderError};

use crate::outcome::Outcome;
use crate::pipeline::Pipeline;
use crate::report::Delivery;
use crate::watch;

/// How long is waited at first where nobody says how long.
const FIRST_WAIT: Duration = Duration::from_mins(1);
/// The same after too many requests at a provider whose deliveries are put back.
const FIRST_WAIT_OF_A_QUEUE: Duration = Duration::from_secs(1);
/// And at most.
const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// So much later than at the time of day that the vendor says is asked again: asking a moment early may cost the next window.
const MARGIN: Duration = Duration::from_mins(1);

/// The gate of one provider.
pub(crate) struct CircuitBreaker {
    provider: String,
    patience: u32,
    manner: OnOpen,
    /// Whether the provider can be asked for a contact.
    finds: bool,
    clock: SharedClock,
    stop: watch::Sender<bool>,
    under_way: AtomicUsize,
    /// Whether there is neither a pause nor a trial, and it is not shut: with hundreds of providers, every delivery that ends
    /// has all gates asked.
    is_wide_open: AtomicBool,
    state: Mutex<State>,
}

/// What becomes of the deliveries of a provider that is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnOpen {
    /// They stay pending.
    Ends,
    /// They wait until the provider may work again, if that comes by itself.
    Waits,
    /// They are put back into the queue that they came from, and the provider is tried again, whatever the reason: somebody
    /// may have seen to it.
    #[cfg(feature = "queue")]
    PutsBack,
}

#[derive(Default)]
struct State {
    failures_in_a_row: u32,
    pause: Option<OpenReason>,
    is_shut: bool,
    /// Until something succeeds again, one delivery at a time.
    is_on_trial: bool,
    /// Whether the pause was found here, and nobody was told of it yet.
    is_untold: bool,
    /// How many pauses in a row found the provider as it was.
    waits_in_a_row: u32,
    /// How many refusals in a row suggested a limit of the account's plan by their words alone.
    suggested_plan_limits_in_a_row: u32,
}

/// Why nothing more is sent to a provider during an import.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OpenReason {
    /// The provider's name.
    pub provider: String,
    /// The kind of the error that brought it about.
    pub kind: ErrorKind,
    /// That error in words.
    pub reason: String,
    /// What to do about it.
    pub hint: Cow<'static, str>,
    /// How many deliveries in a row had failed.
    pub failures: u32,
    /// When it will work again, where the vendor says so.
    pub until: Option<Zoned>,
    /// When the import goes on with it by itself. Only an import that waits does, and only for what may pass by itself.
    pub resumes: Option<Zoned>,
    /// Whether `until` is a time of day that the vendor named, and not counted by the clock of this machine.
    #[cfg(feature = "queue")]
    pub(crate) is_time_of_day: bool,
}

impl CircuitBreaker {
    pub(crate) fn of(target: &Pipeline, patience: u32, manner: OnOpen) -> Self {
        Self {
            provider: target.provider().info().name().to_owned(),
            patience,
            manner,
            finds: target.provider().capabilities().find,
            clock: target.clock(),
            stop: watch::Sender::new(false),
            under_way: AtomicUsize::new(0),
            is_wide_open: AtomicBool::new(true),
            state: Mutex::default(),
        }
    }

    #[cfg(feature = "queue")]
    pub(crate) fn provider(&self) -> &str {
        &self.provider
    }

    /// Whether one delivery at a time is let through until one succeeds.
    #[cfg(feature = "queue")]
    pub(crate) fn is_on_trial(&self) -> bool {
        !self.is_wide_open() && self.state().is_on_trial
    }

    /// By which the deliveries of this provider learn that nothing new is sent.
    pub(crate) fn stop(&self) -> &watch::Sender<bool> {
        &self.stop
    }

    /// Lets nothing more through, for good.
    pub(crate) fn shut(&self) {
        let mut state = self.state();
        state.is_shut = true;
        self.note(&state);
        drop(state);
        self.stop.send_replace(true);
    }

    /// Whether a delivery may begin now, when so many may be under way. Where nothing is sent any more it may: it ends at
    /// once.
    pub(crate) fn has_room(&self, window: usize) -> bool {
        let under_way = self.under_way.load(Ordering::Relaxed);
        if self.is_wide_open() {
            return under_way < window;
        }
        let state = self.state();
        let is_waited_for = state.pause.as_ref().is_some_and(|pause| pause.resumes.is_some());
        match state.is_shut {
            false if is_waited_for => false,
            false if state.is_on_trial => under_way == 0,
            _ => under_way < window,
        }
    }

    /// Returns how many more contacts fit into the window.
    pub(super) fn room(&self, window: usize) -> usize {
        window.saturating_sub(self.under_way.load(Ordering::Relaxed))
    }

    /// Returns whether a parked delivery that is due may begin now. Where it begins with a look, a trial does not keep it back:
    /// those that are due share the look.
    pub(super) fn has_room_for_parked(&self, window: usize) -> bool {
        if !self.finds {
            return self.has_room(window);
        }
        !self.is_paused() && self.under_way.load(Ordering::Relaxed) < window
    }

    /// Whether so many are under way that it has no room, and for no other reason.
    pub(super) fn is_full(&self, window: usize) -> bool {
        self.is_wide_open() && self.under_way.load(Ordering::Relaxed) >= window
    }

    fn is_wide_open(&self) -> bool {
        self.is_wide_open.load(Ordering::SeqCst)
    }

    /// To be called after each change of what it says.
    fn note(&self, state: &State) {
        let is_wide_open = !state.is_shut && !state.is_on_trial && state.pause.is_none();
        self.is_wide_open.store(is_wide_open, Ordering::SeqCst);
    }

    /// Whether it opens again by itself.
    pub(super) fn waits(&self) -> bool {
        self.manner != OnOpen::Ends
    }

    /// Whether a delivery that failed so is put back at once.
    pub(crate) fn puts_back(&self, kind: ErrorKind) -> bool {
        self.is_of_a_queue() && matches!(kind, ErrorKind::RateLimited | ErrorKind::QuotaExhausted)
    }

    /// Whether its deliveries come from a queue.
    pub(crate) fn is_of_a_queue(&self) -> bool {
        !matches!(self.manner, OnOpen::Ends | OnOpen::Waits)
    }

    /// Whether it is paused.
    pub(crate) fn is_paused(&self) -> bool {
        !self.is_wide_open() && self.state().pause.is_some()
    }

    /// Whether nothing will be sent any more.
    pub(super) fn is_closed(&self) -> bool {
        if self.is_wide_open() {
            return false;
        }
        let state = self.state();
        state.is_shut || state.pause.as_ref().is_some_and(|pause| pause.resumes.is_none())
    }

    pub(crate) fn pause(&self) -> Option<OpenReason> {
        self.state().pause.clone()
    }

    /// When it opens again, unless it is open, or never does.
    pub(crate) fn resumes(&self) -> Option<Timestamp> {
        if self.is_wide_open() {
            return None;
        }
        let state = self.state();
        let pause = state.pause.as_ref().filter(|_| !state.is_shut)?;
        pause.resumes.as_ref().map(Zoned::timestamp)
    }

    /// Returns at that time, and opens it.
    pub(crate) async fn reopened_at(&self, time: Timestamp) {
        sleep_until(&*self.clock, time).await;
        // A pause that was lifted, or made longer, meanwhile is another one.
        let mut state = self.state();
        let resumes = state.pause.as_ref().and_then(|pause| pause.resumes.as_ref());
        if resumes.is_some_and(|resumes| resumes.timestamp() <= time) {
            self.reopen(&mut state);
        }
    }

    /// A delivery begins.
    pub(crate) fn enters(&self) {
        self.under_way.fetch_add(1, Ordering::Relaxed);
    }

    /// A delivery came to its end, whichever.
    pub(crate) fn leaves(&self) {
        let fewer = |under_way: usize| under_way.checked_sub(1);
        // None is left where none had entered.
        let _ = self.under_way.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer);
    }

    /// Returns whether a refusal confirms a limit of the account's plan: its words suggest the limit, and so did those of an
    /// earlier refusal, with no contact created or rejected for another reason since.
    pub(crate) fn confirms_plan_limit(&self, error: &ProviderError) -> bool {
        let mut state = self.state();
        if error.suggests_plan_limit() {
            state.suggested_plan_limits_in_a_row = state.suggested_plan_limits_in_a_row.saturating_add(1);
            return state.suggested_plan_limits_in_a_row > 1;
        }
        if Outcome::from_error(error) == Outcome::Rejected {
            state.suggested_plan_limits_in_a_row = 0;
        }
        false
    }

    /// Judges how a delivery ended, before the next one has its turn.
    pub(crate) fn judge(&self, outcome: Outcome, attempts: u32, error: Option<&ProviderError>) {
        let mut state = self.state();
        let error = match (error, outcome) {
            (Some(error), Outcome::Failed) => error,
            // Without an attempt it is an earlier run's doubt.
            (Some(error), Outcome::InDoubt) if attempts > 0 => error,
            (_, Outcome::Created | Outcome::Existing | Outcome::Rejected) if attempts > 0 => {
                state.failures_in_a_row = 0;
                if outcome != Outcome::Rejected {
                    state.suggested_plan_limits_in_a_row = 0;
                }
                if state.pause.is_none() {
                    (state.is_on_trial, state.waits_in_a_row) = (false, 0);
                    self.note(&state);
                }
                return;
            }
            _ => return,
        };
        state.failures_in_a_row += 1;
        let is_out_of_patience = state.failures_in_a_row >= self.patience;
        let fails_the_trial = state.is_on_trial && passes_by_itself(error.kind());
        let is_put_back = self.puts_back(error.kind());
        if meets_the_next_one_too(error.kind()) || is_put_back || is_out_of_patience || fails_the_trial {
            self.pause_after(state, error);
        }
    }

    /// Judges a delivery that the journal kept from being sent. Those of a queue are put back; their providers have no part in it.
    pub(crate) fn judge_journal(&self, delivery: &Delivery) {
        if !self.is_of_a_queue() {
            self.judge(delivery.outcome, delivery.attempts, delivery.error.as_ref());
        }
    }

    fn pause_after(&self, mut state: MutexGuard<'_, State>, error: &ProviderError) {
        if state.pause.is_none() {
            let pause = self.pause_for(error, &state);
            state.pause = Some(pause);
            state.is_untold = true;
            state.waits_in_a_row += 1;
            self.note(&state);
            self.stop.send_replace(true);
            drop(state);
            tracing::warn!(provider = self.provider, kind = error.kind().as_str(), "The provider is paused");
        }
    }

    /// Pauses it as another process found it, unless it is paused for as long already.
    #[cfg(feature = "queue")]
    pub(crate) fn pause_as(&self, pause: OpenReason) {
        let mut state = self.state();
        let is_longer = state.pause.as_ref().is_none_or(|known| known.resumes < pause.resumes);
        if is_longer && !state.is_shut {
            // The others met the same.
            state.waits_in_a_row += u32::from(state.pause.is_none());
            state.pause = Some(pause);
            self.note(&state);
            self.stop.send_replace(true);
        }
    }

    /// A pause that was found here and that nobody was told of. It is handed out once.
    #[cfg(feature = "queue")]
    pub(crate) fn take_untold(&self) -> Option<OpenReason> {
        let mut state = self.state();
        let is_untold = std::mem::take(&mut state.is_untold);
        state.pause.clone().filter(|_| is_untold)
    }

    /// Ends a pause before its time: the next delivery is a trial. Another process found that the provider works, so that the
    /// next pause is a short one.
    #[cfg(feature = "queue")]
    pub(crate) fn lift(&self) {
        let mut state = self.state();
        state.waits_in_a_row = 0;
        if state.pause.is_some() {
            self.reopen(&mut state);
        }
    }

    fn reopen(&self, state: &mut State) {
        if !state.is_shut {
            state.pause = None;
            state.is_on_trial = true;
            self.note(state);
            self.stop.send_replace(false);
        }
    }

    fn pause_for(&self, error: &ProviderError, state: &State) -> OpenReason {
        let until = error.retry_at().cloned().or_else(|| self.after(error.retry_after()?));
        let passes = self.is_of_a_queue() || (self.waits() && passes_by_itself(error.kind()));
        let margin = if error.retry_at().is_some() { MARGIN } else { Duration::ZERO };
        let stated = until.as_ref().map(|time| time.saturating_add(margin));
        let resumes = if passes { self.next_try(error.kind(), stated, state) } else { None };
        OpenReason {
            provider: self.provider.clone(),
            kind: error.kind(),
            reason: error.to_string(),
            hint: error.provider_hint(),
            failures: state.failures_in_a_row.max(1),
            until,
            resumes,
            #[cfg(feature = "queue")]
            is_time_of_day: error.retry_at().is_some(),
        }
    }

    /// When the vendor says and, where it says nothing or was wrong, after a while that doubles.
    fn next_try(&self, kind: ErrorKind, stated: Option<Zoned>, state: &State) -> Option<Zoned> {
        let is_brief = self.is_of_a_queue() && kind == ErrorKind::RateLimited;
        let first = if is_brief { FIRST_WAIT_OF_A_QUEUE } else { FIRST_WAIT };
        let doubled = first.saturating_mul(1 << state.waits_in_a_row.min(10)).min(LONGEST_WAIT);
        let ours = self.after(doubled)?;
        Some(stated.filter(|stated| state.waits_in_a_row == 0 || *stated > ours).unwrap_or(ours))
    }

    fn after(&self, wait: Duration) -> Option<Zoned> {
        self.clock.now().saturating_add(wait).ok().map(|time| time.to_zoned(TimeZone::UTC))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn meets_the_next_one_too(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Config | ErrorKind::Unauthenticated | ErrorKind::QuotaExhausted)
}

/// Whether nobody has to do anything about it.
pub(crate) fn passes_by_itself(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::RateLimited
            | ErrorKind::QuotaExhausted
            | ErrorKind::Unavailable
            | ErrorKind::Unreachable
            | ErrorKind::Interrupted
    )
}
