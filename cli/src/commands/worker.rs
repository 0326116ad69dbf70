//! `unicontact worker`: delivers contacts from the queue.
//!
//! The first signal drains the worker, the second one aborts it. In both cases the worker leaves the queue and prints its
//! summary.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use unicontact::Policy;
use unicontact::circuit_breaker::OpenReason;
use unicontact::config::Configuration;
use unicontact::providers::ContactProvider;
use unicontact::providers::clock::{Clock, SystemClock};
use unicontact::queue::{Queue, Worker, WorkerEvent};

use super::setup;
use crate::arguments::{self, Common};
use crate::exit::{Exit, Failure};
use crate::metrics::{Metrics, servers_failure};
use crate::output;
use crate::queue;
use crate::signals::Signals;
use crate::summary::WorkerSummary;

/// The time between two lines of progress.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(10);
/// The time between two checks for paused providers, and between two signs of life.
const CHECK_INTERVAL: Duration = Duration::from_millis(500);
const DRAINING: &str = "Stopping: no further requests begin, and unsent deliveries go back to the queue; waiting for requests in flight. Ctrl-C again stops at \
                        once.";

pub(super) async fn run(common: &Common, arguments: &arguments::Worker) -> Result<Exit, Failure> {
    let (configuration, config) = queue::configured(common, &arguments.on_queue)?;
    let fan_out = setup::fan_out(&configuration, Policy::All)?.with_identify_by(configuration.identify_by);
    let name = arguments.name.clone().unwrap_or_else(default_name);
    let queue = queue::open(&config, "worker", Some(name.clone())).await?;
    let destinations = queue::check_destinations(&queue, &configuration, arguments.adopt).await;
    let destinations = match destinations {
        Ok(()) => queue::record_limits(&queue, &configuration).await,
        failed => failed,
    };
    if let Err(failure) = destinations {
        queue::leave(&queue).await;
        return Err(failure);
    }
    let mut worker = Worker::new(queue.clone(), fan_out);
    if let Some(concurrency) = arguments.concurrency {
        worker = worker.with_concurrency(concurrency.get());
    }
    if arguments.until_empty {
        worker = worker.until_empty();
    }
    warn_of_idle_workers(&queue, &worker).await;
    let mut run = WorkerRun::new(worker, &name)?;
    let result = run.run(&queue, &configuration, arguments.metrics).await;
    queue::leave(&queue).await;
    result?;
    run.summarize(common, arguments)
}

/// Warns if more workers run than a provider takes deliveries at once. The number is for information, so that servers that do not
/// answer are no failure.
async fn warn_of_idle_workers(queue: &Queue, worker: &Worker) {
    let Ok(status) = queue.status(false).await else { return };
    let workers = status.workers.len();
    for pipeline in worker.fan_out().pipelines() {
        let (name, at_once) = (pipeline.provider().info().name(), pipeline.settings().concurrency.max());
        if workers > at_once {
            output::warning(&format!(
                "{workers} workers run, and {name} takes {at_once} deliveries at once: more workers than that add nothing"
            ));
        }
    }
}

/// Waits until another process has changed where the contacts of the queue go. Servers that do not answer are no failure, and must
/// not delay a signal.
async fn changed_destination(queue: &Queue, configuration: &Configuration) -> Failure {
    loop {
        tokio::time::sleep(PROGRESS_INTERVAL).await;
        if let Err(failure) = queue::are_destinations_unchanged(queue, configuration).await {
            return failure;
        }
    }
}

/// Returns the name of the machine with the id of the process.
fn default_name() -> String {
    let of_system = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let of_variable = || ["HOSTNAME", "COMPUTERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    let host = of_system.or_else(of_variable);
    let host = host.as_deref().map(str::trim).filter(|host| !host.is_empty()).unwrap_or("worker");
    format!("{host}-{}", std::process::id())
}

struct WorkerRun {
    worker: Worker,
    metrics: Metrics,
    signals: Signals,
    interrupts: u32,
    summary: WorkerSummary,
    /// The number of finished deliveries at the last line of progress.
    printed: u64,
    printed_at: Instant,
    pauses: Vec<OpenReason>,
    are_servers_silent: bool,
    /// Why the worker ends by itself.
    failure: Option<Failure>,
    /// The providers with a message that a newer version wrote.
    with_newer: BTreeSet<String>,
}

impl WorkerRun {
    /// Registers the signals: from now on none ends the process by itself.
    fn new(worker: Worker, name: &str) -> Result<Self, Failure> {
        let targets = worker.fan_out().pipelines();
        let providers: Vec<&str> = targets.iter().map(|target| target.provider().info().name()).collect();
        output::message(&format!(
            "{name} works for {}; press Ctrl-C or send SIGTERM to end it.",
            providers.join(", ")
        ));
        Ok(Self {
            summary: WorkerSummary::new(worker.fan_out()),
            metrics: Metrics::new(worker.fan_out()),
            worker,
            signals: Signals::register()?,
            interrupts: 0,
            printed: 0,
            printed_at: Instant::now(),
            pauses: Vec::new(),
            are_servers_silent: false,
            failure: None,
            with_newer: BTreeSet::new(),
        })
    }

    async fn run(
        &mut self,
        queue: &Queue,
        configuration: &Configuration,
        metrics: Option<SocketAddr>,
    ) -> Result<(), Failure> {
        let _served = match metrics {
            Some(address) => Some(self.metrics.serve(address, queue.clone(), self.worker.clone()).await?),
            None => None,
        };
        let opened = tokio::select! {
            opened = self.worker.run() => opened?,
            // No delivery has begun.
            () = self.signals.next() => {
                self.handle_signal();
                return Ok(());
            }
        };
        let mut events = pin!(opened);
        let mut progress = tokio::time::interval(PROGRESS_INTERVAL);
        let mut destinations = pin!(changed_destination(queue, configuration));
        let mut checks = tokio::time::interval(CHECK_INTERVAL);
        loop {
            tokio::select! {
                biased;
                () = self.signals.next() => self.handle_signal(),
                _ = checks.tick() => self.check(queue),
                _ = progress.tick() => self.print_progress(),
                failure = &mut destinations, if self.failure.is_none() => self.fail(failure),
                event = events.next() => match event {
                    Some(event) => self.add(event),
                    None => return self.failure.take().map_or(Ok(()), Err),
                },
            }
        }
    }

    /// Ends the worker by itself.
    fn fail(&mut self, failure: Failure) {
        self.worker.stop();
        self.failure = Some(failure);
    }

    fn handle_signal(&mut self) {
        self.interrupts += 1;
        if self.interrupts == 1 {
            self.worker.stop();
            output::message(DRAINING);
        } else {
            self.worker.abort();
        }
    }

    fn add(&mut self, event: WorkerEvent) {
        match &event {
            WorkerEvent::DeadLetter { provider, reason } => {
                output::message(&format!(
                    "{provider}: a message cannot be delivered and is with the dead letters: {reason}"
                ));
            }
            WorkerEvent::LeftToNewer { provider, reason } => self.print_newer(provider, reason),
            WorkerEvent::Adjusted { provider, in_flight, before } => output::message(&format!(
                "{provider}: the limit on deliveries in flight of all workers is now {in_flight}, as configured here; it was {before}"
            )),
            WorkerEvent::ClockDiffers { difference } => output::warning(&format!(
                "the clock of this machine is {} {} that of the servers; set it. The queue goes by the servers' clock.",
                output::duration_in_words(difference.unsigned_abs()),
                if difference.is_negative() { "behind" } else { "ahead of" }
            )),
            _ => {}
        }
        self.metrics.observe(&event);
        self.summary.add(event);
    }

    /// Prints once for each provider that a message stays in the queue for newer workers.
    fn print_newer(&mut self, provider: &str, reason: &str) {
        if self.with_newer.insert(provider.to_owned()) {
            output::message(&format!(
                "{provider}: a newer version wrote a message or its record; it stays in the queue for workers of that version: {reason}"
            ));
        }
    }

    fn check(&mut self, queue: &Queue) {
        self.metrics.liveness().record();
        self.print_pauses();
        self.print_silence(queue);
    }

    /// Prints when the servers stop answering on a connection that stays open, and when they answer again.
    fn print_silence(&mut self, queue: &Queue) {
        let failure = servers_failure(queue).filter(|_| self.interrupts == 0);
        match (&failure, self.are_servers_silent) {
            (Some(failure), false) => {
                output::message(&format!("{failure}; nothing new begins until they do"));
            }
            (None, true) => output::message("the servers of the queue answer again"),
            _ => {}
        }
        self.are_servers_silent = failure.is_some();
    }

    fn print_pauses(&mut self) {
        let pauses = self.worker.open_breakers();
        for line in output::pause_changes(&self.pauses, &pauses) {
            output::message(&line);
        }
        self.pauses = pauses;
    }

    #[expect(clippy::cast_precision_loss, reason = "a rate is an estimate")]
    fn print_progress(&mut self) {
        let finished = self.summary.finished();
        if finished > self.printed {
            let seconds = self.printed_at.elapsed().as_secs_f64().max(0.001);
            let rate = (finished - self.printed) as f64 / seconds;
            output::message(&self.summary.progress(rate));
        }
        (self.printed, self.printed_at) = (finished, Instant::now());
    }

    fn summarize(self, common: &Common, arguments: &arguments::Worker) -> Result<Exit, Failure> {
        let was_stopped = self.interrupts > 0 || !arguments.until_empty;
        let exit = if was_stopped { Exit::Done } else { Exit::from(self.summary.providers.verdict()) };
        let exit = if self.summary.needs_person() && !was_stopped { exit.or(Exit::Incomplete) } else { exit };
        output::data(self.summary.text(common.format)?.trim_end())?;
        if let Some(deferred) = self.summary.deferred_message(SystemClock.now()) {
            output::message(&deferred);
        }
        Ok(exit)
    }
}
