//! A process of the simulated machine: an import, a single create or a retry, which is stopped, abandoned or killed.

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

use crate::adapter::{SharedVendor, lock};
use crate::journal::ProcessJournal;
use crate::monitor::Monitor;

/// What a process is started for.
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
    pub(crate) gap: Duration,
}

/// How a process is asked to end.
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

/// What the task of a process needs.
struct Running {
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
    pub(crate) fn start(
        number: usize,
        work: Work,
        fan_out: FanOut,
        journal: Arc<ProcessJournal>,
        vendors: &Arc<[SharedVendor]>,
        monitor: &Arc<Monitor>,
    ) -> Self {
        let (signals, received) = mpsc::unbounded_channel();
        let running = Running {
            number,
            fan_out,
            journal: Arc::clone(&journal),
            vendors: Arc::clone(vendors),
            monitor: Arc::clone(monitor),
            signals: received,
            was_signalled: false,
        };
        let task = tokio::spawn(running.run(work));
        Self { number, journal, task, signals }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        // It may have ended.
        let _ = self.signals.send(signal);
    }

    /// Ends it at once. Nothing of it runs any more.
    pub(crate) async fn kill(self) {
        self.journal.cut();
        self.task.abort();
        // Dropping its future cuts the deliveries off.
        let _ = self.task.await;
    }
}

impl Running {
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
            if !options.gap.is_zero() {
                tokio::time::sleep(options.gap).await;
            }
            contact
        });
        let told = self.gather(&import, import.run(source)).await;
        let is_whole = !self.was_signalled && import.pauses().is_empty();
        let taken = usize::try_from(import.taken()).unwrap();
        let expected = if is_whole { keys.len() } else { taken.min(keys.len()) };
        for (vendor, key) in
            self.vendors.iter().flat_map(|vendor| keys[..expected].iter().map(move |key| (vendor, key)))
        {
            let key = DeliveryKey::of(&lock(vendor).name, key.clone());
            let times = told.get(&key).copied().unwrap_or_default();
            if times != 1 {
                self.monitor.violation(format!("p{} reports {key} {times} times", self.number));
            }
        }
    }

    /// Takes all reports, and hands signals on. Returns how often each delivery was reported.
    async fn gather(
        &mut self,
        import: &Import,
        reports: impl stream::Stream<Item = Report>,
    ) -> BTreeMap<DeliveryKey, usize> {
        let mut told = BTreeMap::new();
        let mut reports = pin!(reports);
        loop {
            tokio::select! {
                biased;
                report = reports.next() => {
                    let Some(report) = report else { return told };
                    for key in self.report(&report) {
                        *told.entry(key).or_default() += 1;
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
        let told = self.report(&running.abandon());
        if told.len() != self.vendors.len() {
            self.monitor.violation(format!("p{} reports {} deliveries", self.number, told.len()));
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
        self.gather(&import, import.run_routed(stream::iter(addressed))).await;
    }

    /// Returns the keys of what is reported.
    fn report(&self, report: &Report) -> Vec<DeliveryKey> {
        let mut keys = Vec::new();
        for delivery in &report.deliveries {
            let key = DeliveryKey::of(&delivery.provider, report.contact.clone());
            let vendor = self.vendors.iter().find(|vendor| lock(vendor).name == delivery.provider);
            self.monitor.reported(
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
