//! Adapters that break one rule each. Each is the example's adapter but for one fault, which somebody would write.

mod calls_a_lost_create_refused;
mod claims_what_it_cannot;
mod creates_to_check;
mod forgets_a_field;
mod forgets_what_was_returned;
mod makes_up_an_id;
mod numbers_its_drafts;
mod repeats_the_answer;
mod repeats_the_vendors_words;
mod says_sent_and_does_not;
mod sends_twice;
mod sends_without_permit;
mod takes_a_cut_list_for_an_empty_one;
mod takes_a_success_for_a_refusal;
mod unwraps_the_answer;
mod waits_as_told;

use async_trait::async_trait;
use unicontact::providers::testkit::{Report, run};
use unicontact::providers::{
    Capabilities, ContactProvider, Created, Draft, Exchange, FindOutcome, FindRequest, Prepared,
    ProviderError, ProviderInfo, SendPermit, UnifiedContact,
};

use crate::CardIndexSubject;
use crate::card_index::CardIndex;

/// What differs from the example's adapter.
#[async_trait]
trait Fault: std::fmt::Debug + Send + Sync + 'static {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    fn draft(&self, sound: &CardIndex, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        sound.draft(contact)
    }

    async fn send(
        &self,
        sound: &CardIndex,
        prepared: &Prepared,
        permit: &SendPermit,
    ) -> Result<Exchange, ProviderError> {
        sound.send(prepared, permit).await
    }

    fn interpret(
        &self,
        sound: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        sound.interpret(sent, exchange)
    }

    async fn find(&self, sound: &CardIndex, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        sound.find(request).await
    }

    async fn find_many(
        &self,
        sound: &CardIndex,
        requests: &[FindRequest<'_>],
    ) -> Vec<Result<FindOutcome, ProviderError>> {
        let mut outcomes = Vec::new();
        for request in requests {
            outcomes.push(self.find(sound, request).await);
        }
        outcomes
    }

    async fn check(&self, sound: &CardIndex) -> Result<(), ProviderError> {
        sound.check().await
    }
}

#[derive(Debug)]
struct Broken<F> {
    sound: CardIndex,
    capabilities: Capabilities,
    fault: F,
}

#[async_trait]
impl<F: Fault> ContactProvider for Broken<F> {
    fn info(&self) -> &ProviderInfo {
        self.sound.info()
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        self.fault.draft(&self.sound, contact)
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        self.sound.prepare(draft).await
    }

    async fn send(&self, prepared: &Prepared, permit: &SendPermit) -> Result<Exchange, ProviderError> {
        self.fault.send(&self.sound, prepared, permit).await
    }

    fn interpret(&self, sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        self.fault.interpret(&self.sound, sent, exchange)
    }

    async fn find(&self, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        self.fault.find(&self.sound, request).await
    }

    async fn find_many(&self, requests: &[FindRequest<'_>]) -> Vec<Result<FindOutcome, ProviderError>> {
        self.fault.find_many(&self.sound, requests).await
    }

    async fn check(&self) -> Result<(), ProviderError> {
        self.fault.check(&self.sound).await
    }
}

/// What the suite finds of an adapter with this fault.
async fn found<F: Fault + Clone>(fault: F) -> Report {
    let wrap = |sound| {
        let (fault, capabilities) = (fault.clone(), fault.capabilities());
        Box::new(Broken { sound, capabilities, fault }) as Box<dyn ContactProvider>
    };
    run(&CardIndexSubject { wrap }).await.unwrap()
}
