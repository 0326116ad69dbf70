//! Schedules the deliveries of an import: from the decision on a row, over the start at each provider, to the report.
//!
//! Every provider has a window of deliveries in flight and a backlog in the spill queue, so that a slow provider does not hold
//! back a fast one. A row is taken when some provider has room. While another provider is full and has no backlog yet, a row is
//! taken only when half of a window is free: so providers of similar speed are served from memory.

mod finish;
mod resume;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Fuse};
use futures_util::stream::{FuturesUnordered, Stream, StreamExt};
use jiff::Timestamp;
use tokio::sync::OwnedSemaphorePermit;
use unicontact_providers::contact_key;

use super::Import;
use super::deduplicator::RowDecision;
use super::deferred_queue::DeferredQueue;
use super::dispatch::{Dispatch, Finished};
use super::intake::{DecidedRow, InputRow, Intake};
use super::spill_queue::{SpillQueue, Spilled};
use super::unsent::{refused, repeated, stopped, unreadable};
use crate::circuit_breaker::CircuitBreaker;
use crate::fan_out::FanOut;
use crate::journal::JournalError;
use crate::pipeline::Pipeline;
use crate::report::{Delivery, Report, report_name};
use crate::shutdown::Shutdown;
use crate::source_row::SourceLocation;

/// One run of an import.
pub(super) struct Scheduler<S> {
    import: Import,
    intake: Intake<S>,
    in_flight: FuturesUnordered<BoxFuture<'static, Finished>>,
    spill: SpillQueue,
    deferred: DeferredQueue,
    /// Resends nothing that the journal knows as delivered or in doubt: what this import has resent itself is not resent again.
    fan_out_of_deferred: FanOut,
    /// The wait for the next deferred delivery, and the time when that is due.
    wake_timer: Option<(Timestamp, BoxFuture<'static, ()>)>,
    /// The contact that could not be spilled, with the providers that have no room for it. No row is taken meanwhile.
    blocked: Option<Dispatch>,
    /// The reports on contacts that were not sent.
    unsent: VecDeque<Report>,
    stop_signal: Fuse<BoxFuture<'static, ()>>,
    /// The waits for circuit breakers to close, each with the index of its provider.
    reopen_timers: FuturesUnordered<BoxFuture<'static, usize>>,
    /// Whether `reopen_timers` has an entry for the provider.
    is_reopening: Vec<bool>,
    acquiring_run_lock: Option<BoxFuture<'static, Option<OwnedSemaphorePermit>>>,
    run_lock: Option<OwnedSemaphorePermit>,
}

impl<S: Stream<Item = InputRow>> Scheduler<S> {
    pub(super) fn new(import: Import, rows: S) -> Self {
        let mut shutdown = import.shutdown.subscribe();
        let stop_signal = async move {
            shutdown.wait_for(|shutdown| shutdown != Shutdown::Running).await;
        };
        let run_lock = Arc::clone(&import.run_lock).acquire_owned().map(Result::ok);
        Self {
            intake: Intake::new(rows, import.deduplicator.clone()),
            in_flight: FuturesUnordered::new(),
            spill: SpillQueue::new(Arc::clone(&import.backlog), Arc::clone(&import.is_spill_broken)),
            deferred: DeferredQueue::new(Arc::clone(&import.deferred)),
            fan_out_of_deferred: import.fan_out.without_repeats(),
            wake_timer: None,
            blocked: None,
            unsent: VecDeque::new(),
            stop_signal: stop_signal.boxed().fuse(),
            reopen_timers: FuturesUnordered::new(),
            is_reopening: vec![false; import.breakers.len()],
            acquiring_run_lock: Some(run_lock.boxed()),
            run_lock: None,
            import,
        }
    }

    /// Returns the next report.
    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Report>> {
        if let Some(acquiring) = &mut self.acquiring_run_lock {
            self.run_lock = ready!(acquiring.poll_unpin(context));
            self.acquiring_run_lock = None;
        }
        let mut is_intake_pending = false;
        loop {
            if self.stop_signal.poll_unpin(context).is_ready()
                || self.breakers().iter().all(|breaker| breaker.is_open_for_good())
            {
                self.close_intake();
            }
            while self.unsent.is_empty()
                && (self.resume_deferred()
                    || self.start_waiting()
                    || self.take_row(context, &mut is_intake_pending))
            {}
            if let Some(report) = self.unsent.pop_front() {
                return Poll::Ready(Some(report));
            }
            if let Poll::Ready(Some(provider)) = self.reopen_timers.poll_next_unpin(context) {
                self.is_reopening[provider] = false;
            } else if let Poll::Ready(Some(finished)) = self.in_flight.poll_next_unpin(context) {
                if let Some(report) = self.finish(finished) {
                    return Poll::Ready(Some(report));
                }
            } else if !self.poll_wake_timer(context)
                && !self.add_reopen_timers()
                && !self.can_start(is_intake_pending)
            {
                if !self.is_done() {
                    return Poll::Pending;
                }
                drop(self.run_lock.take());
                return Poll::Ready(None);
            }
        }
    }

    fn breakers(&self) -> &[Arc<CircuitBreaker>] {
        &self.import.breakers
    }

    fn pipeline(&self, provider: usize) -> &Pipeline {
        &self.import.fan_out.pipelines()[provider]
    }

    fn has_room(&self, provider: usize) -> bool {
        self.breakers()[provider].admits(self.import.window)
    }

    /// Returns whether the next row may be taken.
    fn wants_row(&self) -> bool {
        if self.intake.is_exhausted() || self.blocked.is_some() {
            return false;
        }
        let window = self.import.window;
        let window = if self.is_any_full_without_backlog() { window.div_ceil(2) } else { window };
        self.breakers().iter().any(|breaker| !breaker.is_open_for_good() && breaker.admits(window))
    }

    fn is_any_full_without_backlog(&self) -> bool {
        let mut breakers = self.breakers().iter().enumerate();
        breakers
            .any(|(provider, breaker)| breaker.is_full(self.import.window) && !self.spill.has_any(provider))
    }

    /// Returns the first provider that has both room and a backlog.
    fn provider_with_backlog(&self) -> Option<usize> {
        (0..self.breakers().len()).find(|provider| self.spill.has_any(*provider) && self.has_room(*provider))
    }

    /// Returns whether a delivery that ended has made room for another one.
    fn can_start(&self, is_intake_pending: bool) -> bool {
        let has_room = |blocked: &Dispatch| blocked.providers.iter().any(|it| self.has_room(*it));
        self.blocked.as_ref().is_some_and(has_room)
            || self.provider_with_backlog().is_some()
            || self.provider_to_resume().is_some()
            || (!is_intake_pending && self.wants_row())
    }

    fn is_done(&self) -> bool {
        let has_backlog = (0..self.breakers().len()).any(|provider| self.spill.has_any(provider));
        self.intake.is_exhausted()
            && self.blocked.is_none()
            && self.in_flight.is_empty()
            && !has_backlog
            && self.deferred.is_empty()
    }

    /// Takes no more rows. The contacts of rows that were read and not decided on stay pending.
    fn close_intake(&mut self) {
        for InputRow { mut row, route } in self.intake.close() {
            let source = row.take_location();
            let (key, providers) = route.map(|route| (route.key, route.providers)).unzip();
            self.import.taken.fetch_add(1, Ordering::Relaxed);
            let name = report_name(&row.contact, key.unwrap_or_else(|| contact_key(&row.contact)));
            let is_routed =
                |provider: usize| providers.as_ref().is_none_or(|providers| providers.contains(&provider));
            let pipelines = self.import.fan_out.pipelines().iter().enumerate();
            let pipelines = pipelines.filter(|(provider, _)| is_routed(*provider));
            self.unsent
                .extend(pipelines.map(|(_, pipeline)| stopped(Some(name.clone()), source.clone(), pipeline)));
        }
    }

    /// Takes the next row if there is room. Returns whether there was; `is_intake_pending` is set where no row is ready.
    fn take_row(&mut self, context: &mut Context<'_>, is_intake_pending: &mut bool) -> bool {
        if *is_intake_pending || !self.wants_row() {
            return false;
        }
        let breakers = self.breakers().iter().filter(|breaker| !breaker.is_open_for_good());
        let room = breakers.map(|breaker| breaker.remaining(self.import.window)).max().unwrap_or_default();
        match self.intake.poll_next(room, context) {
            Poll::Ready(Some(row)) => self.execute(row),
            Poll::Ready(None) | Poll::Pending => *is_intake_pending = true,
        }
        true
    }

    /// Carries out the decision on a row.
    fn execute(&mut self, DecidedRow { source, decision, providers }: DecidedRow) {
        let is_refused = matches!(decision, RowDecision::Refused { .. });
        self.import.taken.fetch_add(u64::from(!is_refused), Ordering::Relaxed);
        let report = match decision {
            RowDecision::Send { row, key } => {
                let providers = providers.unwrap_or_else(|| (0..self.breakers().len()).collect());
                if !providers.is_empty() {
                    let contact = Arc::new(row.contact);
                    self.start_or_spill(Dispatch { contact, key, source, providers });
                    return;
                }
                Report::new(report_name(&row.contact, key), Vec::new()).with_source(source)
            }
            RowDecision::Repeated { contact, differs_in } => {
                repeated(contact, source, differs_in.as_ref(), &self.import.fan_out)
            }
            RowDecision::Refused { contact, refusal } => refused(contact, source, refusal),
            RowDecision::Unrecognized { contact, error } => self.unrecognized(contact, source, &error),
        };
        self.unsent.push_back(report);
    }

    /// Returns the report on a contact that the journal could not look up. The error opens the circuit breakers, as one of a
    /// claim does.
    fn unrecognized(&self, contact: String, source: SourceLocation, error: &JournalError) -> Report {
        let pipelines = self.import.fan_out.pipelines().iter();
        let deliveries: Vec<Delivery> =
            pipelines.map(|pipeline| pipeline.unusable_journal(error.clone())).collect();
        for (breaker, delivery) in self.breakers().iter().zip(&deliveries) {
            breaker.record_unsent(delivery);
        }
        Report::new(contact, deliveries).with_source(source)
    }

    /// Starts the blocked contact, or the next one of a backlog, where there is room. Returns whether there was one.
    fn start_waiting(&mut self) -> bool {
        if let Some(blocked) = self.blocked.take_if(|blocked| {
            let (breakers, window) = (&self.import.breakers, self.import.window);
            blocked.providers.iter().any(|provider| breakers[*provider].admits(window))
        }) {
            self.start_or_spill(blocked);
            return true;
        }
        let Some(provider) = self.provider_with_backlog() else {
            return false;
        };
        let Some(Spilled { key, contact, source }) = self.spill.take(provider) else {
            return false;
        };
        match contact {
            _ if self.import.shutdown.get() == Shutdown::Aborted => {
                let name = contact.and_then(|contact| contact.external_id).or(key);
                self.unsent.push_back(stopped(name, source, self.pipeline(provider)));
            }
            None => self.unsent.push_back(unreadable(key, source, self.pipeline(provider))),
            Some(contact) => {
                let key = key.unwrap_or_else(|| contact_key(&contact));
                let contact = Arc::new(contact);
                self.start(Dispatch { contact, key, source, providers: vec![provider] });
            }
        }
        true
    }

    /// Starts a contact at the providers that have room, and spills it for the others. What cannot be spilled is blocked.
    fn start_or_spill(&mut self, dispatch: Dispatch) {
        let is_free = |provider: &usize| self.has_room(*provider) && !self.spill.has_any(*provider);
        let (now, later): (Vec<_>, Vec<_>) = dispatch.providers.iter().copied().partition(is_free);
        if !later.is_empty() && !self.spill.put(&dispatch.contact, &dispatch.key, &dispatch.source, &later) {
            self.blocked = Some(Dispatch { providers: later, ..dispatch.clone() });
        }
        if !now.is_empty() {
            self.start(Dispatch { providers: now, ..dispatch });
        }
    }

    fn start(&mut self, dispatch: Dispatch) {
        let (breakers, shutdown) = (&self.import.breakers, self.import.shutdown.subscribe());
        self.in_flight.push(dispatch.start(&self.import.fan_out, breakers, shutdown, None));
    }

    /// Starts to wait for each circuit breaker that closes at a known time. Returns whether there is a new one.
    fn add_reopen_timers(&mut self) -> bool {
        let before = self.reopen_timers.len();
        for (provider, breaker) in self.import.breakers.iter().enumerate() {
            let Some(time) = breaker.half_open_at().filter(|_| !self.is_reopening[provider]) else {
                continue;
            };
            let breaker = Arc::clone(breaker);
            self.is_reopening[provider] = true;
            self.reopen_timers.push(Box::pin(async move {
                breaker.half_open_after(time).await;
                provider
            }));
        }
        self.reopen_timers.len() > before
    }
}
