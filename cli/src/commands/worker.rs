//! `unicontact worker`: delivers what waits in the queue.
//!
//! Its rule: the first signal begins nothing new and waits for what is under way, the second stops at once; either way the others
//! learn that this worker is gone, and the sum is told.

use std::net::SocketAddr;
use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use unicontact::Policy;
use unicontact::circuit_breaker::OpenReason;
use unicontact::providers::ContactProvider;
use unicontact::queue::{Queue, Worker, WorkerEvent};

use crate::arguments::{self, Common};
use crate::exit::{Exit, Failure};
use crate::metrics::Metrics;
use crate::output::{self, WorkDone};
use crate::queue;
use crate::signals::Signals;

/// How often is told how far it is.
const TICK: Duration = Duration::from_secs(10);
/// How often is looked whether a provider is paused.
const LOOK: Duration = Duration::from_millis(500);
const DRAINING: &str = "Stopping: nothing new begins, what was not sent goes back, what is under way comes to its end. Ctrl-C again stops at \
                        once.";

pub(super) async fn run(common: &Common, wanted: &arguments::Worker) -> Result<Exit, Failure> {
    let (configuration, config) = queue::configured(common, &wanted.on_queue)?;
    let fan_out = super::fan_out(&configuration, Policy::All)?.with_identify_by(configuration.identify_by);
    let name = wanted.name.clone().unwrap_or_else(usual_name);
    let queue = queue::opened(&config, "worker", Some(name.clone())).await?;
    let mut worker = Worker::new(queue.clone(), fan_out);
    if let Some(concurrency) = wanted.concurrency {
        worker = worker.with_concurrency(concurrency.get());
    }
    if wanted.until_empty {
        worker = worker.until_empty();
    }
    let mut working = Working::new(worker, &name)?;
    let ended = working.work(&queue, wanted.metrics).await;
    queue::leave(&queue).await;
    ended?;
    working.tell(common, wanted)
}

/// The machine's name and the process's number.
fn usual_name() -> String {
    let of_system = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let of_variable = || ["HOSTNAME", "COMPUTERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    let host = of_system.or_else(of_variable);
    let host = host.as_deref().map(str::trim).filter(|host| !host.is_empty()).unwrap_or("worker");
    format!("{host}-{}", std::process::id())
}

struct Working {
    worker: Worker,
    metrics: Metrics,
    signals: Signals,
    interrupts: u32,
    done: WorkDone,
    /// How many deliveries had left the queue when that was last told.
    told: u64,
    told_at: Instant,
    paused: Vec<OpenReason>,
}

impl Working {
    /// From now on no signal ends the process by itself.
    fn new(worker: Worker, name: &str) -> Result<Self, Failure> {
        let targets = worker.fan_out().pipelines();
        let providers: Vec<&str> = targets.iter().map(|target| target.provider().info().name()).collect();
        output::message(&format!("{name} works for {}; Ctrl-C or SIGTERM ends it.", providers.join(", ")));
        Ok(Self {
            done: WorkDone::of(worker.fan_out()),
            metrics: Metrics::new(worker.fan_out()),
            worker,
            signals: Signals::register()?,
            interrupts: 0,
            told: 0,
            told_at: Instant::now(),
            paused: Vec::new(),
        })
    }

    async fn work(&mut self, queue: &Queue, metrics: Option<SocketAddr>) -> Result<(), Failure> {
        let _served = match metrics {
            Some(address) => Some(self.metrics.serve(address, queue.clone(), self.worker.clone()).await?),
            None => None,
        };
        let mut all = pin!(self.worker.run().await?);
        let (mut ticks, mut looks) = (tokio::time::interval(TICK), tokio::time::interval(LOOK));
        loop {
            tokio::select! {
                biased;
                () = self.signals.next() => self.interrupted(),
                _ = looks.tick() => self.tell_pauses(),
                _ = ticks.tick() => self.tell_advance(),
                worked = all.next() => match worked {
                    Some(worked) => self.add(worked),
                    None => return Ok(()),
                },
            }
        }
    }

    fn interrupted(&mut self) {
        self.interrupts += 1;
        if self.interrupts == 1 {
            self.worker.stop();
            output::message(DRAINING);
        } else {
            self.worker.abort();
        }
    }

    fn add(&mut self, worked: WorkerEvent) {
        match &worked {
            WorkerEvent::DeadLetter { provider, reason } => {
                output::message(&format!("{provider}: a message is with the dead letters: {reason}"));
            }
            WorkerEvent::Adjusted { provider, in_flight, before } => output::message(&format!(
                "{provider}: all workers together have at most {in_flight} in flight from now on, as this configuration says; it was {before}"
            )),
            _ => {}
        }
        self.metrics.observe(&worked);
        self.done.add(worked);
    }

    fn tell_pauses(&mut self) {
        let pauses = self.worker.open_breakers();
        for line in output::changed_pauses(&self.paused, &pauses) {
            output::message(&line);
        }
        self.paused = pauses;
    }

    #[expect(clippy::cast_precision_loss, reason = "a pace is an estimate")]
    fn tell_advance(&mut self) {
        let ended = self.done.ended();
        if ended > self.told {
            let pace = (ended - self.told) as f64 / self.told_at.elapsed().as_secs_f64().max(0.001);
            output::message(&output::working(&self.done, pace));
        }
        (self.told, self.told_at) = (ended, Instant::now());
    }

    fn tell(self, common: &Common, wanted: &arguments::Worker) -> Result<Exit, Failure> {
        let was_told_to_end = self.interrupts > 0 || !wanted.until_empty;
        let exit = if was_told_to_end { Exit::Done } else { Exit::from(self.done.providers.verdict()) };
        let exit =
            if self.done.dead_letters > 0 && !was_told_to_end { exit.or(Exit::Incomplete) } else { exit };
        output::data(output::worked(&self.done, common.format)?.trim_end())?;
        if let Some(parked) = self.done.parked() {
            output::message(&parked);
        }
        Ok(exit)
    }
}
