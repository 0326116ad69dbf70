//! Looks for contacts at one provider. Where the vendor lists its contacts, looks share one request: a look waits a moment for
//! others, and the looks that are requested meanwhile share the next one.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use unicontact_providers::clock::Clock;
use unicontact_providers::{
    ContactId, ContactProvider, DeliveryKey, FindOutcome, FindRequest, Provider, ProviderError,
    UnifiedContact,
};

use crate::limit::RateLimiter;

type Answer = Result<FindOutcome, ProviderError>;

/// The looks of one provider.
#[derive(Debug, Default)]
pub(super) struct SharedFinds {
    waiting: Mutex<Vec<Waiting>>,
    /// Held by the delivery that looks for all.
    looking: tokio::sync::Mutex<()>,
}

/// A contact to look for.
#[derive(Debug)]
pub(super) struct FindWanted<'a> {
    pub(super) contact: &'a UnifiedContact,
    pub(super) key: &'a DeliveryKey,
    pub(super) except: Option<&'a ContactId>,
    /// How long the look waits for others that it can share a request with.
    pub(super) gathering: Duration,
}

struct Waiting {
    contact: UnifiedContact,
    key: DeliveryKey,
    except: Option<ContactId>,
    answer: oneshot::Sender<Answer>,
}

impl SharedFinds {
    /// Looks for a contact, alone or with others.
    pub(super) async fn look(
        &self,
        provider: &Provider,
        rate_limit: &RateLimiter,
        clock: &dyn Clock,
        lists: bool,
        wanted: &FindWanted<'_>,
    ) -> Answer {
        let FindWanted { contact, key, except, gathering } = *wanted;
        if !lists {
            rate_limit.acquire().await;
            return provider.find(&FindRequest::new(contact, key).with_except(except)).await;
        }
        loop {
            let mut answered = self.wait_with_others(wanted);
            let _looking = self.looking.lock().await;
            match answered.try_recv() {
                Ok(answer) => return answer,
                // The delivery that looked for this one was cut off.
                Err(oneshot::error::TryRecvError::Closed) => {}
                Err(oneshot::error::TryRecvError::Empty) => {
                    clock.sleep(gathering).await;
                    rate_limit.acquire().await;
                    let all = std::mem::take(&mut *self.waiting());
                    look_for_all(provider, all).await;
                    if let Ok(answer) = answered.try_recv() {
                        return answer;
                    }
                }
            }
        }
    }

    fn wait_with_others(&self, wanted: &FindWanted<'_>) -> oneshot::Receiver<Answer> {
        let (answer, answered) = oneshot::channel();
        let (contact, key) = (wanted.contact.clone(), wanted.key.clone());
        self.waiting().push(Waiting { contact, key, except: wanted.except.cloned(), answer });
        answered
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn look_for_all(provider: &Provider, waiting: Vec<Waiting>) {
    // A delivery that was cut off does not wait any more.
    let waiting: Vec<Waiting> = waiting.into_iter().filter(|it| !it.answer.is_closed()).collect();
    let request = |it| {
        let Waiting { contact, key, except, .. }: &Waiting = it;
        FindRequest::new(contact, key).with_except(except.as_ref())
    };
    let requests: Vec<FindRequest<'_>> = waiting.iter().map(request).collect();
    let answers = provider.find_many(&requests).await;
    drop(requests);
    for (waiting, answer) in waiting.into_iter().zip(answers) {
        // It may have been cut off meanwhile.
        let _ = waiting.answer.send(answer);
    }
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Waiting").field("key", &self.key).finish_non_exhaustive()
    }
}
