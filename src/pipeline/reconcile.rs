//! Resolves doubts: contacts that may be at the vendor already.
//!
//! A look that finds the contact settles the doubt at any time. A look that finds nothing permits another create only after the
//! quiet time ([`crate::quiet_time`]), in this delivery and in every later one; so does a vendor's dedupe. Until then the
//! delivery stays in doubt, with the time from which a look is useful.
//!
//! A look and a resend use the contact as it was first sent.

use std::time::Duration;

use unicontact_providers::{
    ContactId, ContactProvider, Created, Effect, ErrorKind, FindOutcome, Operation, ProviderError,
    Searchable, Stamp, UnifiedContact,
};

use super::Pipeline;
use super::attempt_resources::AttemptResources;
use super::delivery_context::DeliveryContext;
use super::delivery_end::DeliveryEnd;
use super::failures::Failures;
use super::find::FindWanted;
use super::stop::unless_stopped;
use crate::doubt::{DoubtPolicy, NextStep, PastAttempts};
use crate::journal::{JournalEntry, Record, past_attempts};
use crate::report::Note;

const EARLIER: &str = "an earlier run may have created it";

impl Pipeline {
    /// Looks once for what this delivery may have created, where the vendor can be asked.
    pub(super) async fn reconcile(
        &self,
        context: &DeliveryContext<'_>,
        error: ProviderError,
        begun: Duration,
    ) -> DeliveryEnd {
        let nameless = error.kind() == ErrorKind::AlreadyExists && error.existing_id().is_none();
        let is_unknown = error.effect() == Effect::Unknown;
        if !(is_unknown || nameless) {
            return DeliveryEnd::Refused(error);
        }
        let attempts = context.entry.map(JournalEntry::own_attempts);
        // The contact that exists already may be that of an earlier delivery.
        let except = context.entry.filter(|_| !nameless).and_then(JournalEntry::earlier_id);
        let outcome = if self.capabilities.find {
            self.look_once(context, except, self.settings.settle_delay, begun).await
        } else {
            None
        };
        match outcome {
            Some(Ok(FindOutcome::Found(id))) if nameless => {
                DeliveryEnd::Done(Created::new(id).with_existing(true), Some(Note::IdLookedUp))
            }
            Some(Ok(FindOutcome::Found(id))) => {
                DeliveryEnd::Done(Created::new(id), Some(Note::FoundAfterLostAnswer))
            }
            looked => {
                if let (Some(entry), Some(attempts)) = (context.entry, attempts.filter(|_| is_unknown)) {
                    let step =
                        self.step_after_look(context.contact, looked.as_ref(), &attempts, &entry.now());
                    entry.set_look_again_at(DoubtPolicy::time_of_later_run(step, &entry.now()));
                }
                let error = with_failed_look(error, looked.as_ref());
                DeliveryEnd::Refused(with_candidates(error, looked.and_then(Result::ok)))
            }
        }
    }

    /// Returns the step after a look that did not find the contact.
    fn step_after_look(
        &self,
        contact: &UnifiedContact,
        looked: Option<&Result<FindOutcome, ProviderError>>,
        attempts: &PastAttempts,
        now: &Stamp,
    ) -> NextStep {
        let outcome = looked.and_then(|it| it.as_ref().ok());
        let needs_person = match self.provider.searchable(contact) {
            Searchable::No => true,
            Searchable::Partly => self.policy.is_quiet(&attempts.may_send_until, now),
            Searchable::Fully => false,
        };
        if needs_person && outcome.is_some() {
            return self.policy.without_search(attempts, now);
        }
        self.policy.after_look(outcome, attempts, now)
    }

    /// Settles what an earlier run may have created, and delivers what it did not.
    pub(super) async fn reconcile_earlier(
        &self,
        context: &DeliveryContext<'_>,
        entry: &JournalEntry,
        record: &Record,
        resources: &mut AttemptResources<'_>,
        begun: Duration,
    ) -> DeliveryEnd {
        if entry.repeats_doubts() {
            return self.send_in_doubt(context, resources, begun).await;
        }
        let (now, contact) = (entry.now(), record.contact());
        let attempts = past_attempts(record, &self.policy, &now);
        if self.needs_person(contact.as_ref(), &attempts, &now) {
            return self.doubt_for_a_person(entry);
        }
        let step = self.policy.next_step(&attempts, &now);
        if let NextStep::Wait(_) | NextStep::AskPerson = step {
            entry.set_look_again_at(step.time());
            return DeliveryEnd::Refused(self.earlier_doubt());
        }
        let Some(contact) = contact else {
            return self.doubt_for_a_person(entry);
        };
        let earlier = DeliveryContext { contact: &contact, ..*context };
        if step == NextStep::Look {
            self.look_for_earlier(context, &earlier, entry, record, resources, begun).await
        } else {
            self.resend_earlier(&earlier, entry, resources, begun).await
        }
    }

    /// Returns whether no search of the vendor applies to the contact of a doubt, and no dedupe covers it either.
    fn needs_person(&self, contact: Option<&UnifiedContact>, attempts: &PastAttempts, now: &Stamp) -> bool {
        let can_look = |contact| self.provider.searchable(contact) != Searchable::No;
        !contact.is_some_and(can_look) && self.policy.without_search(attempts, now) == NextStep::AskPerson
    }

    /// Looks for `earlier`, the contact as an earlier run sent it, and sends `context` if that was not created.
    async fn look_for_earlier(
        &self,
        context: &DeliveryContext<'_>,
        earlier: &DeliveryContext<'_>,
        entry: &JournalEntry,
        record: &Record,
        resources: &mut AttemptResources<'_>,
        begun: Duration,
    ) -> DeliveryEnd {
        // What the vendor lists may be as old as the request for it.
        let asked = entry.now();
        let attempts = past_attempts(record, &self.policy, &asked);
        let wait = self.settings.settle_delay.saturating_sub(asked.elapsed(&attempts.may_send_until));
        let looking = self.look_once(earlier, record.id.clone(), wait, begun);
        let looked = unless_stopped(resources.stop, looking).await.flatten();
        if let Some(Ok(FindOutcome::Found(id))) = looked {
            return DeliveryEnd::Done(Created::new(id), Some(Note::FoundAfterEarlierRun));
        }
        let step = self.step_after_look(earlier.contact, looked.as_ref(), &attempts, &asked);
        entry.set_look_again_at(DoubtPolicy::time_of_later_run(step, &entry.now()));
        match step {
            NextStep::Send => self.send_what_was_not_created(context, entry, resources).await,
            NextStep::Resend => self.resend_earlier(earlier, entry, resources, begun).await,
            NextStep::Look | NextStep::Wait(_) | NextStep::AskPerson => {
                let doubt = with_failed_look(self.earlier_doubt(), looked.as_ref());
                DeliveryEnd::Refused(with_candidates(doubt, looked.and_then(Result::ok)))
            }
        }
    }

    /// Sends what an earlier run sent to a vendor whose dedupe covers that.
    async fn resend_earlier(
        &self,
        earlier: &DeliveryContext<'_>,
        entry: &JournalEntry,
        resources: &mut AttemptResources<'_>,
        begun: Duration,
    ) -> DeliveryEnd {
        match self.accept(earlier.contact, earlier.progress) {
            Ok(draft) => {
                resources.accepted = Some(Ok(draft));
                self.send_in_doubt(earlier, resources, begun).await
            }
            Err(_) => self.doubt_for_a_person(entry),
        }
    }

    /// Returns the end of a doubt that nothing can be done about without a person.
    fn doubt_for_a_person(&self, entry: &JournalEntry) -> DeliveryEnd {
        entry.set_look_again_at(None);
        DeliveryEnd::Refused(self.earlier_doubt())
    }

    /// Sends it once more. A refusal leaves the doubt.
    async fn send_in_doubt(
        &self,
        context: &DeliveryContext<'_>,
        resources: &mut AttemptResources<'_>,
        begun: Duration,
    ) -> DeliveryEnd {
        let mut failures = Failures::after(self.earlier_doubt());
        match self.create(context, resources, begun, &mut failures).await {
            DeliveryEnd::Done(created, None) => DeliveryEnd::Done(created, Some(Note::ResentAfterEarlierRun)),
            DeliveryEnd::Refused(error) if failures.is_in_doubt => {
                self.reconcile(context, error, begun).await
            }
            DeliveryEnd::Refused(error) if error.effect() != Effect::Unknown => DeliveryEnd::Refused(error),
            DeliveryEnd::Refused(error) => {
                // There is nothing to look for that was not looked for before.
                if let Some(entry) = context.entry {
                    let step = self.policy.next_step(&entry.own_attempts(), &entry.now());
                    entry.set_look_again_at(DoubtPolicy::time_of_later_run(step, &entry.now()));
                }
                DeliveryEnd::Refused(error)
            }
            end => end,
        }
    }

    async fn send_what_was_not_created(
        &self,
        context: &DeliveryContext<'_>,
        entry: &JournalEntry,
        resources: &mut AttemptResources<'_>,
    ) -> DeliveryEnd {
        match entry.reclaim_not_created().await {
            Ok(None) => {
                context.progress.clear_doubt();
                self.create_and_reconcile(context, resources).await
            }
            Ok(Some(_)) => DeliveryEnd::Refused(self.earlier_doubt()),
            Err(reason) => DeliveryEnd::NotSent(reason),
        }
    }

    /// Looks for a contact after `wait`. `None` when the deadline leaves no time for it.
    async fn look_once(
        &self,
        context: &DeliveryContext<'_>,
        except: Option<ContactId>,
        wait: Duration,
        begun: Duration,
    ) -> Option<Result<FindOutcome, ProviderError>> {
        let gathering = self.settings.settle_delay / 2;
        self.look_with_others(context, except, wait, gathering, begun).await
    }

    /// Looks for a contact after `wait`, together with others that are asked for within `gathering`. `None` when the deadline
    /// leaves no time for it.
    pub(super) async fn look_with_others(
        &self,
        context: &DeliveryContext<'_>,
        except: Option<ContactId>,
        wait: Duration,
        gathering: Duration,
        begun: Duration,
    ) -> Option<Result<FindOutcome, ProviderError>> {
        if self.elapsed(begun).saturating_add(wait) >= self.settings.deadline {
            return None;
        }
        if !wait.is_zero() {
            self.clock.sleep(wait).await;
        }
        let left = self.settings.deadline.saturating_sub(self.elapsed(begun));
        let wanted =
            FindWanted { contact: context.contact, key: context.key, except: except.as_ref(), gathering };
        let lists = self.capabilities.lists;
        let looking = self.finds.look(&self.provider, &self.rate_limit, &*self.clock, lists, &wanted);
        let looked = tokio::time::timeout(left, looking).await;
        let looked = looked.map(|looked| looked.map(|outcome| self.weigh(outcome, context.contact)));
        if let Some(entry) = context.entry {
            entry.looked(looked.as_ref().ok());
        }
        match looked {
            Ok(Ok(outcome)) => Some(Ok(outcome)),
            Ok(Err(error)) => {
                tracing::info!(kind = error.kind().as_str(), "The look failed");
                Some(Err(error))
            }
            Err(_) => {
                tracing::info!("The look did not end before the deadline of the delivery");
                None
            }
        }
    }

    /// Returns what a look proves. One that finds nothing proves no absence where the contact is searched for by a number or a name
    /// alone, which the vendor may store in another form.
    fn weigh(&self, outcome: FindOutcome, contact: &UnifiedContact) -> FindOutcome {
        let is_nothing = outcome == FindOutcome::Nothing;
        if is_nothing && self.provider.searchable(contact) != Searchable::Fully {
            return FindOutcome::Unclear { candidates: Vec::new() };
        }
        outcome
    }

    /// Returns the error of a doubt that stays.
    pub(super) fn earlier_doubt(&self) -> ProviderError {
        let info = self.provider.info();
        ProviderError::new(info, Operation::Create, ErrorKind::Interrupted, Effect::Unknown)
            .with_message(format!("{EARLIER}; it is not sent again"))
    }
}

/// Returns the error of a doubt, with why the search for its contact failed and what to do about that.
fn with_failed_look(
    error: ProviderError,
    looked: Option<&Result<FindOutcome, ProviderError>>,
) -> ProviderError {
    let Some(Err(failure)) = looked else { return error };
    let before = error.message().map(|message| format!("{message}; ")).unwrap_or_default();
    let message = format!(
        "{before}the search for it failed: {}. {}",
        failure.cause_in_words(),
        failure.provider_hint()
    );
    error.with_message(message)
}

fn with_candidates(error: ProviderError, outcome: Option<FindOutcome>) -> ProviderError {
    match outcome {
        Some(FindOutcome::Unclear { candidates }) => error.with_candidates(candidates),
        _ => error,
    }
}
