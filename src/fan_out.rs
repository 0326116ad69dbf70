//! Delivers one contact to all providers concurrently. The report has a delivery for every provider, however it or the others end.

mod running;

use std::sync::Arc;

use jiff::Timestamp;
use unicontact_providers::clock::SharedClock;
use unicontact_providers::{
    ContactProvider, DeliveryKey, Effect, ErrorKind, Operation, ProviderError, UnifiedContact, contact_key,
};

pub use self::running::Running;
use self::running::RunningDelivery;
use crate::circuit_breaker::{CircuitBreaker, OnOpen};
use crate::identity::{Identification, IdentifyBy};
use crate::journal::{Content, Journal, JournalEntry, JournalError, ResendOptions};
use crate::outcome::Outcome;
use crate::pipeline::Pipeline;
use crate::recognizer::Recognizer;
use crate::refusal::RefusalReason;
use crate::report::{Delivery, Policy, Report, report_name};
use crate::source_row::SourceRow;
use crate::watch;

/// The providers that a contact is delivered to, with what they share: a journal and a policy.
///
/// ```
/// use std::sync::Arc;
/// use unicontact::providers::clock::SystemClock;
/// use unicontact::{FanOut, Policy};
///
/// # async fn example(pipelines: Vec<unicontact::Pipeline>, contact: unicontact::providers::UnifiedContact) {
/// let fan_out = FanOut::new(pipelines, Policy::All);
/// let report = fan_out.deliver(contact).await;
/// for delivery in &report.deliveries {
///     println!("{}: {}", delivery.provider, delivery.outcome.as_str());
/// }
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct FanOut {
    pipelines: Vec<Arc<Pipeline>>,
    policy: Policy,
    journal: Option<Arc<dyn Journal>>,
    repeat: ResendOptions,
    method: IdentifyBy,
}

impl FanOut {
    /// Creates a fan-out without a journal: contacts that were delivered earlier are sent again. Deliveries keep the order of
    /// `pipelines` in every report.
    pub fn new(pipelines: Vec<Pipeline>, policy: Policy) -> Self {
        let pipelines = pipelines.into_iter().map(Arc::new).collect();
        Self {
            pipelines,
            policy,
            journal: None,
            repeat: ResendOptions::default(),
            method: IdentifyBy::default(),
        }
    }

    /// Records deliveries in a journal. Contacts that were delivered earlier are `skipped`, and deliveries that an earlier run left
    /// in doubt are reconciled.
    #[must_use]
    pub fn with_journal(mut self, journal: Arc<dyn Journal>) -> Self {
        self.journal = Some(journal);
        self
    }

    /// Sets the method by which contacts that were delivered earlier are recognized.
    #[must_use]
    pub fn with_identify_by(mut self, method: IdentifyBy) -> Self {
        self.method = method;
        self
    }

    /// Sends contacts again that the journal knows as delivered: the vendors get second contacts. Deliveries in doubt are
    /// reconciled as usual.
    #[must_use]
    pub fn resend_delivered(self) -> Self {
        self.resend_delivered_before(Timestamp::MAX)
    }

    /// Sends contacts again that were delivered before `time`. A run of [`Self::resend_delivered`] that was interrupted is resumed
    /// with the time of its start, so that no third contact is made.
    #[must_use]
    pub fn resend_delivered_before(mut self, time: Timestamp) -> Self {
        self.repeat.delivered_before = Some(time);
        self
    }

    /// Sends contacts again whose deliveries are in doubt, without a search at the vendor. The vendors may get second contacts.
    #[must_use]
    pub fn resend_doubts(mut self) -> Self {
        self.repeat.doubts = true;
        self
    }

    /// Returns the fan-out without resends: nothing that the journal knows as delivered or in doubt is sent.
    pub(crate) fn without_repeats(&self) -> Self {
        Self { repeat: ResendOptions::default(), ..self.clone() }
    }

    #[cfg(feature = "queue")]
    pub(crate) fn has_resends(&self) -> bool {
        self.repeat != ResendOptions::default()
    }

    /// Returns the fan-out with the providers of these names only.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        let is_named = |pipeline: &&Arc<Pipeline>| names.contains(&pipeline.provider().info().name());
        Self { pipelines: self.pipelines.iter().filter(is_named).cloned().collect(), ..self.clone() }
    }

    /// Returns the pipelines of the providers, in the order of the reports.
    pub fn pipelines(&self) -> &[Arc<Pipeline>] {
        &self.pipelines
    }

    /// Returns the policy: when a report counts as done.
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// Delivers a contact, and returns when every delivery has ended. Needs a Tokio runtime.
    pub async fn deliver(&self, contact: UnifiedContact) -> Report {
        self.start(contact).await.finish().await
    }

    /// Looks the contact up in the journal, and starts its deliveries. Needs a Tokio runtime. Takes a contact, or a row that has the
    /// contact as version 0.1.0 read it.
    pub async fn start(&self, row: impl Into<SourceRow>) -> Running {
        let SourceRow { contact, earlier, .. } = row.into();
        let identification = match self.recognizer() {
            Some(recognizer) => recognizer.recognize_unless(&contact, earlier.as_deref(), |_| false).1.await,
            None => Ok(Identification::new_person(contact_key(&contact))),
        };
        match identification {
            Ok(Identification::Person { contradicts: true, .. }) if contact.external_id.is_some() => {
                self.refused(&contact, &RefusalReason::Contradicts)
            }
            Ok(Identification::Person { contact: key, .. }) => self.start_recognized(contact, key),
            Ok(Identification::OtherPerson) => self.refused(&contact, &RefusalReason::OtherPersonDelivered),
            Ok(Identification::Unidentifiable) => self.refused(&contact, &RefusalReason::NoId),
            Err(error) => self.unrecognized(&contact, &error),
        }
    }

    fn start_recognized(&self, contact: UnifiedContact, key: String) -> Running {
        let is_stopped = self.policy == Policy::FirstFailure
            && self.pipelines.iter().any(|pipeline| pipeline.refuses(&contact));
        let stop = watch::Sender::new(is_stopped);
        let starts = self.pipelines.iter().map(|pipeline| (pipeline, None, stop.clone()));
        self.start_at(&Arc::new(contact), key, self.policy, starts)
    }

    /// Returns rejected deliveries of a contact that cannot be told apart from another person.
    fn refused(&self, contact: &UnifiedContact, reason: &RefusalReason) -> Running {
        self.ended(contact, |pipeline| {
            let info = pipeline.provider().info();
            let error = ProviderError::new(info, Operation::Draft, ErrorKind::Invalid, Effect::NotSent);
            let error = error.with_message(reason.to_string()).with_hint(reason.hint().to_owned());
            Delivery { error: Some(error), ..pipeline.new_delivery(Outcome::Rejected) }
        })
    }

    /// Returns failed deliveries of a contact that the journal could not look up.
    fn unrecognized(&self, contact: &UnifiedContact, error: &JournalError) -> Running {
        self.ended(contact, |pipeline| pipeline.unusable_journal(error.clone()))
    }

    /// Returns the report of a contact that was not sent because the journal cannot be used.
    pub(crate) async fn report_unusable_journal(
        &self,
        contact: &UnifiedContact,
        error: &JournalError,
    ) -> Report {
        self.unrecognized(contact, error).finish().await
    }

    pub(crate) fn journal(&self) -> Option<&Arc<dyn Journal>> {
        self.journal.as_ref()
    }

    fn ended(&self, contact: &UnifiedContact, delivery: impl Fn(&Pipeline) -> Delivery) -> Running {
        let ended = |pipeline: &Arc<Pipeline>| RunningDelivery::from_ended(pipeline, delivery(pipeline));
        let deliveries = self.pipelines.iter().map(ended).collect();
        Running { contact: contact_key(contact), policy: self.policy, deliveries }
    }

    /// Returns the recognizer of contacts, if there is a journal.
    pub(crate) fn recognizer(&self) -> Option<Recognizer> {
        let names = self.pipelines.iter().map(|pipeline| pipeline.provider().info().name().to_owned());
        let journal = Arc::clone(self.journal.as_ref()?);
        Some(Recognizer::with_journal(journal, names.collect(), self.method))
    }

    /// Returns whether the journal knows a contact as delivered to one of the providers. Writes nothing.
    pub(crate) async fn is_delivered(&self, contact: &UnifiedContact) -> Result<bool, JournalError> {
        let Some((journal, recognizer)) = self.journal.as_ref().zip(self.recognizer()) else {
            return Ok(false);
        };
        let identification = recognizer.without_registering().recognize(contact).1.await?;
        let Identification::Person { contact: key, .. } = identification else { return Ok(false) };
        for pipeline in &self.pipelines {
            let key = DeliveryKey::from_contact_key(pipeline.provider().info().name(), key.clone());
            let record = journal.look(&key).await?;
            if record.is_some_and(|record| record.may_be_at_vendor()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(crate) fn method(&self) -> IdentifyBy {
        self.method
    }

    /// Returns a new circuit breaker for each provider, with the clock that `clock_of` returns.
    pub(crate) fn breakers(
        &self,
        failure_threshold: u32,
        on_open: OnOpen,
        clock_of: impl Fn(&Pipeline) -> SharedClock,
    ) -> Arc<[Arc<CircuitBreaker>]> {
        let breaker = |pipeline: &Arc<Pipeline>| {
            let provider = pipeline.provider();
            let (name, can_find) = (provider.info().name(), provider.capabilities().find);
            Arc::new(CircuitBreaker::new(name, can_find, failure_threshold, on_open, clock_of(pipeline)))
        };
        self.pipelines.iter().map(breaker).collect()
    }

    /// Starts the deliveries of one contact of an import to the providers with these indices. Each goes through the circuit
    /// breaker of its provider, which all contacts share.
    pub(crate) fn start_with_breakers(
        &self,
        contact: &Arc<UnifiedContact>,
        contact_key: String,
        providers: &[usize],
        breakers: &[Arc<CircuitBreaker>],
    ) -> Running {
        let start = |provider: &usize| {
            let breaker = &breakers[*provider];
            (&self.pipelines[*provider], Some(Arc::clone(breaker)), breaker.stop_signal().clone())
        };
        self.start_at(contact, contact_key, Policy::All, providers.iter().map(start))
    }

    fn start_at<'a>(
        &self,
        contact: &Arc<UnifiedContact>,
        contact_key: String,
        policy: Policy,
        starts: impl Iterator<Item = (&'a Arc<Pipeline>, Option<Arc<CircuitBreaker>>, watch::Sender<bool>)>,
    ) -> Running {
        let content =
            self.journal.as_ref().map(|journal| Content::from_contact(contact, journal.identity_key()));
        let start = |(pipeline, breaker, stop): (&Arc<Pipeline>, _, _)| {
            let key = DeliveryKey::from_contact_key(pipeline.provider().info().name(), contact_key.clone());
            let entry = self.entry(pipeline, &key, content.as_ref());
            RunningDelivery::start(pipeline, contact, key, entry, breaker, stop)
        };
        let deliveries = starts.map(start).collect();
        Running { contact: report_name(contact, contact_key), policy, deliveries }
    }

    fn entry(
        &self,
        pipeline: &Pipeline,
        key: &DeliveryKey,
        content: Option<&Content>,
    ) -> Option<Arc<JournalEntry>> {
        let (journal, content) = (self.journal.as_ref()?, content?);
        let vendor = pipeline.provider().info().vendor();
        let (policy, clock) = (pipeline.doubt_policy(), pipeline.clock());
        Some(Arc::new(JournalEntry::new(journal, key.clone(), vendor, content, self.repeat, policy, clock)))
    }
}
