//! Breaks rule 6: it checks its credentials by creating a contact.

use async_trait::async_trait;
use serde_json::json;
use unicontact::providers::http::Authorization;
use unicontact::providers::{Capabilities, ContactProvider as _, Operation, ProviderError};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct CreatesToCheck;

#[async_trait]
impl Fault for CreatesToCheck {
    fn capabilities(&self) -> Capabilities {
        Capabilities { check: true, ..Capabilities::default() }
    }

    async fn check(&self, inner: &CardIndex) -> Result<(), ProviderError> {
        let url = inner.connection.base_url.join(&["people"]);
        let authorization = Some(Authorization::Bearer(inner.token.clone()));
        let probe = json!({"display_name": "Probe"});
        let exchange = inner.connection.post(Operation::Check, url, probe, authorization).await?;
        exchange.success(inner.info()).map(|_| ())
    }
}

#[tokio::test]
async fn a_check_that_changes_data_is_caught() {
    let report = caught(CreatesToCheck).await;
    insta::assert_snapshot!(report, @r"
    Rule 6: check changes nothing.
      - check that is answered well: it sent POST /people
      - check that is answered with HTTP 401: it sent POST /people
      - check that is answered with HTTP 500: it sent POST /people
      - and 2 more
      What to do: only read: send a GET, or a POST that the vendor documents as reading, and name its path in Subject::reading_posts (a login belongs into Subject::preparations).
    ");
}
