//! A process of the simulated machine: an import, a create or a retry. It may be stopped, abandoned or killed.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use unicontact::bulk::{Import, RoutedContact};
use unicontact::journal::{Journal, Selection};
use unicontact::providers::{DeliveryKey, UnifiedContact, contact_key};
use unicontact::{FanOut, Report};

use crate::simulated::adapter::{SharedVendor, lock};
use crate::simulated::journal::ProcessJournal;
use crate::simulated::monitor::Monitor;

/// The command of a process.
#[derive(Debug, Clone)]
pub(crate) enum Work {
    Import { contacts: Vec<UnifiedContact>, options: ImportOptions },
    Create { contact: Box<UnifiedContact> },
    Retry,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct ImportOptions {
    pub(crate) waits: bool,
    pub(crate) window: Option<usize>,
    /// The time between two contacts of the source.
    pub(crate) interval: Duration,
}

/// A request to a process to end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signal {
    Stop,
    Abandon,
}

pub(crate) struct Process {
    pub(crate) number: usize,
    pub(crate) journal: Arc<ProcessJournal>,
    pub(crate) task: JoinHandle<()>,
    signals: mpsc::UnboundedSender<Signal>,
}

/// The task of a process.
struct ProcessTask {
    number: usize,
    fan_out: FanOut,
    journal: Arc<ProcessJournal>,
    vendors: Arc<[SharedVendor]>,
    monitor: Arc<Monitor>,
    signals: mpsc::UnboundedReceiver<Signal>,
    was_signalled: bool,
}

impl Work {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Import { .. } => "import",
            Self::Create { .. } => "create",
            Self::Retry => "retry",
        }
    }
}

impl Process {
    pub(crate) fn spawn(
        number: usize,
        work: Work,
        fan_out: FanOut,
        journal: Arc<ProcessJournal>,
        vendors: &Arc<[SharedVendor]>,
        monitor: &Arc<Monitor>,
    ) -> Self {
        let (signals, received) = mpsc::unbounded_channel();
        let task = ProcessTask {
            number,
            fan_out,
            journal: Arc::clone(&journal),
            vendors: Arc::clone(vendors),
            monitor: Arc::clone(monitor),
            signals: received,
            was_signalled: false,
        };
        let task = tokio::spawn(task.run(work));
        Self { number, journal, task, signals }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        // The process may have ended.
        let _ = self.signals.send(signal);
    }

    /// Kills the process. No part of it runs after this.
    pub(crate) async fn kill(self) {
        self.journal.kill();
        self.task.abort();
        // Dropping the future cancels its deliveries.
        let _ = self.task.await;
    }
}

impl ProcessTask {
    async fn run(self, work: Work) {
        let (journal, monitor, number) = (Arc::clone(&self.journal), Arc::clone(&self.monitor), self.number);
        match work {
            Work::Import { contacts, options } => self.import(contacts, options).await,
            Work::Create { contact } => self.create(*contact).await,
            Work::Retry => self.retry().await,
        }
        journal.close();
        monitor.trace.note(|| format!("p{number} ends"));
    }

    async fn import(mut self, contacts: Vec<UnifiedContact>, options: ImportOptions) {
        let mut import = Import::new(self.fan_out.clone());
        if options.waits {
            import = import.with_waiting();
        }
        if let Some(window) = options.window {
            import = import.with_window(window);
        }
        let keys: Vec<String> = contacts.iter().map(contact_key).collect();
        let source = stream::iter(contacts).then(|contact| async move {
            if !options.interval.is_zero() {
                tokio::time::sleep(options.interval).await;
            }
            contact
        });
        let reported = self.collect(&import, import.run(source)).await;
        let is_complete = !self.was_signalled && import.open_breakers().is_empty();
        let read = usize::try_from(import.taken()).unwrap();
        let expected = if is_complete { keys.len() } else { read.min(keys.len()) };
        for (vendor, key) in
            self.vendors.iter().flat_map(|vendor| keys[..expected].iter().map(move |key| (vendor, key)))
        {
            let key = DeliveryKey::from_contact_key(&lock(vendor).name, key.clone());
            let times = reported.get(&key).copied().unwrap_or_default();
            if times != 1 {
                self.monitor.violation(format!("p{} reports {key} {times} times", self.number));
            }
        }
    }

    /// Reads all reports, and passes signals to the import. Returns how often each delivery was reported.
    async fn collect(
        &mut self,
        import: &Import,
        reports: impl stream::Stream<Item = Report>,
    ) -> BTreeMap<DeliveryKey, usize> {
        let mut reported = BTreeMap::new();
        let mut reports = pin!(reports);
        loop {
            tokio::select! {
                biased;
                report = reports.next() => {
                    let Some(report) = report else { return reported };
                    for key in self.check_report(&report) {
                        *reported.entry(key).or_default() += 1;
                    }
                }
                Some(signal) = self.signals.recv() => {
                    self.was_signalled = true;
                    match signal {
                        Signal::Stop => import.stop(),
                        Signal::Abandon => import.abandon(),
                    }
                }
            }
        }
    }

    async fn create(mut self, contact: UnifiedContact) {
        let mut running = self.fan_out.start(contact).await;
        loop {
            tokio::select! {
                biased;
                () = running.ended() => break,
                signal = self.signals.recv() => match signal {
                    Some(Signal::Stop) => running.stop(),
                    Some(Signal::Abandon) => break,
                    None => std::future::pending().await,
                },
            }
        }
        let reported = self.check_report(&running.abandon());
        if reported.len() != self.vendors.len() {
            self.monitor.violation(format!("p{} reports {} deliveries", self.number, reported.len()));
        }
    }

    async fn retry(mut self) {
        let Ok(records) = self.journal.list(&Selection::default()).await else { return };
        let unfinished = records.into_iter().filter(|record| !record.outcome().is_delivered());
        let addressed: Vec<RoutedContact> = unfinished
            .filter_map(|record| {
                let providers = vec![record.key.provider().to_owned()];
                let key = record.key.contact().to_owned();
                Some(RoutedContact::new(record.contact()?, key, providers))
            })
            .collect();
        let import = Import::new(self.fan_out.clone());
        self.collect(&import, import.run_routed(stream::iter(addressed))).await;
    }

    /// Checks the deliveries of a report, and returns their keys.
    fn check_report(&self, report: &Report) -> Vec<DeliveryKey> {
        let mut keys = Vec::new();
        for delivery in &report.deliveries {
            let key = DeliveryKey::from_contact_key(&delivery.provider, report.contact.clone());
            let vendor = self.vendors.iter().find(|vendor| lock(vendor).name == delivery.provider);
            self.monitor.check_report(
                self.number,
                &key,
                delivery,
                &mut lock(vendor.expect("a vendor of that name")),
            );
            keys.push(key);
        }
        keys
    }
}
