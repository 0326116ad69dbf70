//! Reads all contacts of a provider, under its rate limit and with retries.

use unicontact_providers::{ContactProvider, DeliveryKey, Listing, ProviderError};

use super::Pipeline;
use super::attempts::wait_before_resend;

impl Pipeline {
    /// Reads all contacts that the vendor holds. A failed read is repeated as long as an attempt of a delivery is.
    pub(crate) async fn list_contacts(&self) -> Result<Listing, ProviderError> {
        let begun = self.clock.uptime();
        let mut waits =
            self.waits(&DeliveryKey::from_contact_key(self.provider.info().name(), String::new()));
        let mut attempts = 1;
        loop {
            self.rate_limit.acquire().await;
            let error = match self.provider.list_contacts().await {
                Ok(listing) => return Ok(listing),
                Err(error) => error,
            };
            let wait = wait_before_resend(&error, &mut waits);
            let in_time = self.elapsed(begun).saturating_add(wait) < self.settings.deadline;
            if !error.is_transient() || attempts >= self.settings.max_attempts || !in_time {
                return Err(error);
            }
            attempts += 1;
            self.clock.sleep(wait).await;
        }
    }
}
