//! One contact to every provider at once.
//!
//! Every provider gets an entry in the report, whatever happens to its delivery or to the others.

mod running;

use std::sync::Arc;

use jiff::Timestamp;

use unicontact_providers::{
    ContactProvider, DeliveryKey, Effect, ErrorKind, Operation, ProviderError, UnifiedContact, contact_key,
};

pub use self::running::Running;
use self::running::RunningDelivery;
use crate::circuit_breaker::CircuitBreaker;
use crate::identity::{Identification, IdentifyBy};
use crate::journal::{Content, Journal, JournalEntry, JournalError, ResendOptions};
use crate::outcome::Outcome;
use crate::pipeline::Pipeline;
use crate::recognizer::Recognizer;
use crate::refusal::RefusalReason;
use crate::report::{Delivery, Policy, Report, report_name};
use crate::watch;

/// The providers that a contact goes to.
///
/// ```
/// use std::sync::Arc;
/// use unicontact::providers::clock::SystemClock;
/// use unicontact::{FanOut, Policy};
///
/// # async fn example(targets: Vec<unicontact::Pipeline>, contact: unicontact::providers::UnifiedContact) {
/// let fan_out = FanOut::new(targets, Policy::All);
/// let report = fan_out.deliver(contact).await;
/// for delivery in &report.deliveries {
///     println!("{}: {}", delivery.provider, delivery.outcome.as_str());
/// }
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct FanOut {
    targets: Vec<Arc<Pipeline>>,
    policy: Policy,
    journal: Option<Arc<dyn Journal>>,
    repeat: ResendOptions,
    method: IdentifyBy,
}

impl FanOut {
    /// A fan-out to `targets`, which keep their order in every report. It keeps no journal: what was delivered
    /// earlier is sent again.
    pub fn new(targets: Vec<Pipeline>, policy: Policy) -> Self {
        let targets = targets.into_iter().map(Arc::new).collect();
        Self {
            targets,
            policy,
            journal: None,
            repeat: ResendOptions::default(),
            method: IdentifyBy::default(),
        }
    }

    /// With a journal: what was delivered earlier is `skipped`, and what an earlier run left in doubt is reconciled.
    #[must_use]
    pub fn with_journal(mut self, journal: Arc<dyn Journal>) -> Self {
        self.journal = Some(journal);
        self
    }

    /// Recognizes contacts that were delivered earlier by `method`.
    #[must_use]
    pub fn identified_by(mut self, method: IdentifyBy) -> Self {
        self.method = method;
        self
    }

    /// Sends once more what the journal knows as delivered. It makes second contacts. What is in doubt waits as ever.
    #[must_use]
    pub fn again(self) -> Self {
        self.again_before(Timestamp::MAX)
    }

    /// The same, except for what the journal recorded as delivered at this time or later. A run of [`Self::again`] that was
    /// interrupted goes on with the time when it began, and makes no third contact.
    #[must_use]
    pub fn again_before(mut self, time: Timestamp) -> Self {
        self.repeat.delivered_before = Some(time);
        self
    }

    /// Sends once more what the journal knows as in doubt, without looking for it. It may make second contacts.
    #[must_use]
    pub fn again_doubts(mut self) -> Self {
        self.repeat.doubts = true;
        self
    }

    /// Returns the same fan-out, which sends nothing that the journal knows as delivered or in doubt.
    pub(crate) fn without_repeats(&self) -> Self {
        Self { repeat: ResendOptions::default(), ..self.clone() }
    }

    #[cfg(feature = "queue")]
    pub(crate) fn is_again(&self) -> bool {
        self.repeat != ResendOptions::default()
    }

    /// Only the providers of these names, with what they share.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        let is_named = |target: &&Arc<Pipeline>| names.contains(&target.provider().info().name());
        Self { targets: self.targets.iter().filter(is_named).cloned().collect(), ..self.clone() }
    }

    /// The providers.
    pub fn targets(&self) -> &[Arc<Pipeline>] {
        &self.targets
    }

    /// When a report counts as done.
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// Delivers to all, and returns when every delivery ended.
    pub async fn deliver(&self, contact: UnifiedContact) -> Report {
        self.start(contact).await.finish().await
    }

    /// Starts delivering to all, once the journal has said who the contact is. Needs a Tokio runtime.
    pub async fn start(&self, contact: UnifiedContact) -> Running {
        let identification = match self.recognizer() {
            Some(recognizer) => recognizer.recognize(&contact).1.await,
            None => Ok(Identification::of_key(contact_key(&contact))),
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
        let is_lost =
            self.policy == Policy::FirstFailure && self.targets.iter().any(|target| target.refuses(&contact));
        let stop = watch::Sender::new(is_lost);
        let targets = self.targets.iter().map(|target| (target, None, stop.clone()));
        self.begin(&Arc::new(contact), key, self.policy, targets)
    }

    /// Returns the ended deliveries of a contact that cannot be told apart from another person.
    fn refused(&self, contact: &UnifiedContact, reason: &RefusalReason) -> Running {
        self.ended(contact, |target| {
            let info = target.provider().info();
            let error = ProviderError::new(info, Operation::Draft, ErrorKind::Invalid, Effect::NotSent);
            let error = error.with_message(reason.to_string()).with_hint(reason.fixed_hint());
            Delivery { error: Some(error), ..Delivery::new(info, Outcome::Rejected) }
        })
    }

    /// Returns the ended deliveries of a contact about which the journal gave no answer.
    fn unrecognized(&self, contact: &UnifiedContact, error: &JournalError) -> Running {
        self.ended(contact, |target| target.unusable_journal(error.clone()))
    }

    fn ended(&self, contact: &UnifiedContact, delivery: impl Fn(&Pipeline) -> Delivery) -> Running {
        let ended = |target: &Arc<Pipeline>| RunningDelivery::ended(target, delivery(target));
        let deliveries = self.targets.iter().map(ended).collect();
        Running { contact: contact_key(contact), policy: self.policy, deliveries }
    }

    /// Returns what recognizes contacts, if there is a journal.
    pub(crate) fn recognizer(&self) -> Option<Recognizer> {
        let names = self.targets.iter().map(|target| target.provider().info().name().to_owned());
        let journal = Arc::clone(self.journal.as_ref()?);
        Some(Recognizer::with_journal(journal, names.collect(), self.method))
    }

    /// Returns whether the journal knows a contact as delivered to any of the providers. Writes nothing.
    pub(crate) async fn is_delivered(&self, contact: &UnifiedContact) -> Result<bool, JournalError> {
        let Some((journal, recognizer)) = self.journal.as_ref().zip(self.recognizer()) else {
            return Ok(false);
        };
        let identification = recognizer.without_registering().recognize(contact).1.await?;
        let Identification::Person { contact: key, .. } = identification else { return Ok(false) };
        for target in &self.targets {
            let key = DeliveryKey::from_contact_key(target.provider().info().name(), key.clone());
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

    /// The same for one contact of many, to the providers in these places: each has a gate that all contacts share.
    pub(crate) fn start_through(
        &self,
        contact: &Arc<UnifiedContact>,
        contact_key: String,
        places: &[usize],
        gates: &[Arc<CircuitBreaker>],
    ) -> Running {
        let through = |place: &usize| {
            let gate = &gates[*place];
            (&self.targets[*place], Some(Arc::clone(gate)), gate.stop_signal().clone())
        };
        self.begin(contact, contact_key, Policy::All, places.iter().map(through))
    }
}

impl FanOut {
    fn begin<'a>(
        &self,
        contact: &Arc<UnifiedContact>,
        contact_key: String,
        policy: Policy,
        targets: impl Iterator<Item = (&'a Arc<Pipeline>, Option<Arc<CircuitBreaker>>, watch::Sender<bool>)>,
    ) -> Running {
        let content =
            self.journal.as_ref().map(|journal| Content::from_contact(contact, journal.identity_key()));
        let start = |(target, gate, stop): (&Arc<Pipeline>, _, _)| {
            let key = DeliveryKey::from_contact_key(target.provider().info().name(), contact_key.clone());
            let entry = self.entry(target, &key, content.as_ref());
            RunningDelivery::start(target, contact, key, entry, gate, stop)
        };
        let deliveries = targets.map(start).collect();
        Running { contact: report_name(contact, contact_key), policy, deliveries }
    }

    fn entry(
        &self,
        target: &Pipeline,
        key: &DeliveryKey,
        content: Option<&Content>,
    ) -> Option<Arc<JournalEntry>> {
        let (journal, content) = (self.journal.as_ref()?, content?);
        let vendor = target.provider().info().vendor();
        let (policy, clock) = (target.doubt_policy(), target.clock());
        Some(Arc::new(JournalEntry::new(journal, key.clone(), vendor, content, self.repeat, policy, clock)))
    }
}
