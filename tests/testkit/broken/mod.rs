//! Adapters that break one rule each: the example's adapter with one realistic fault.

mod claims_a_key_without_a_header;
mod claims_an_unsupported_find;
mod creates_to_check;
mod dates_its_drafts;
mod documented;
mod forgets_a_field;
mod ignores_the_returned_contact;
mod ignores_the_status;
mod keeps_the_first_id;
mod leaks_on_a_rare_status;
mod makes_up_an_id;
mod never_returns;
mod numbers_its_drafts;
mod omits_a_nested_field;
mod omits_a_sent_field;
mod prints_the_contact;
mod reads_a_partial_list_as_empty;
mod reads_the_first_id;
mod repeats_the_answer;
mod repeats_the_vendor_message;
mod reports_a_doubtful_success_as_refused;
mod reports_a_lost_create_as_refused;
mod resends_on_504;
mod sends_twice;
mod sends_without_permit;
mod trusts_an_id_beside_an_error;
mod unwraps_the_answer;
mod waits_a_moment;
mod waits_for_retry_after;

use async_trait::async_trait;
use unicontact::providers::testkit::{Report, run};
use unicontact::providers::{
    Capabilities, ContactProvider, Created, Draft, Exchange, FindOutcome, FindRequest, Prepared,
    ProviderError, ProviderInfo, SendPermit, UnifiedContact,
};

use crate::card_index::CardIndex;
use crate::testkit::CardIndexSubject;

/// The methods that differ from those of the example's adapter.
#[async_trait]
trait Fault: std::fmt::Debug + Send + Sync + 'static {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    fn draft(&self, inner: &CardIndex, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        inner.draft(contact)
    }

    async fn send(
        &self,
        inner: &CardIndex,
        prepared: &Prepared,
        permit: &SendPermit,
    ) -> Result<Exchange, ProviderError> {
        inner.send(prepared, permit).await
    }

    fn interpret(
        &self,
        inner: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        inner.interpret(sent, exchange)
    }

    async fn find(&self, inner: &CardIndex, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        inner.find(request).await
    }

    async fn find_many(
        &self,
        inner: &CardIndex,
        requests: &[FindRequest<'_>],
    ) -> Vec<Result<FindOutcome, ProviderError>> {
        let mut outcomes = Vec::new();
        for request in requests {
            outcomes.push(self.find(inner, request).await);
        }
        outcomes
    }

    async fn check(&self, inner: &CardIndex) -> Result<(), ProviderError> {
        inner.check().await
    }
}

#[derive(Debug)]
struct Broken<F> {
    inner: CardIndex,
    capabilities: Capabilities,
    fault: F,
}

#[async_trait]
impl<F: Fault> ContactProvider for Broken<F> {
    fn info(&self) -> &ProviderInfo {
        self.inner.info()
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        self.fault.draft(&self.inner, contact)
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        self.inner.prepare(draft).await
    }

    async fn send(&self, prepared: &Prepared, permit: &SendPermit) -> Result<Exchange, ProviderError> {
        self.fault.send(&self.inner, prepared, permit).await
    }

    fn interpret(&self, sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        self.fault.interpret(&self.inner, sent, exchange)
    }

    async fn find(&self, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        self.fault.find(&self.inner, request).await
    }

    async fn find_many(&self, requests: &[FindRequest<'_>]) -> Vec<Result<FindOutcome, ProviderError>> {
        self.fault.find_many(&self.inner, requests).await
    }

    async fn check(&self) -> Result<(), ProviderError> {
        self.fault.check(&self.inner).await
    }
}

/// Returns the example's adapter with this fault.
fn subject<F: Fault + Clone>(
    fault: F,
) -> CardIndexSubject<impl Fn(CardIndex) -> Box<dyn ContactProvider> + Sync> {
    let wrap = move |inner| {
        let (fault, capabilities) = (fault.clone(), fault.capabilities());
        Box::new(Broken { inner, capabilities, fault }) as Box<dyn ContactProvider>
    };
    CardIndexSubject { wrap }
}

/// Returns the suite's report on the example's adapter with this fault.
async fn report_for<F: Fault + Clone>(fault: F) -> Report {
    run(&subject(fault)).await.unwrap()
}

/// Returns the suite's report on the example's adapter with this fault, which says what `docs/adapters.md` does.
async fn caught<F: Fault + Clone>(fault: F) -> Report {
    let report = report_for(fault).await;
    expect_documented::<F>(&report);
    report
}

/// Asserts that a report is the one that `docs/adapters.md` documents for the module of this fault.
fn expect_documented<F>(report: &Report) {
    let path = std::any::type_name::<F>();
    documented::expect_row(path.rsplit("::").nth(1).unwrap(), report);
}
