//! Breaks rule 9: it claims idempotency keys, and its draft has no header for one.

use std::time::Duration;

use async_trait::async_trait;
use unicontact::providers::{Capabilities, Dedupe};

use super::{Fault, caught};

#[derive(Debug, Clone)]
struct ClaimsAKeyWithoutAHeader;

#[async_trait]
impl Fault for ClaimsAKeyWithoutAHeader {
    fn capabilities(&self) -> Capabilities {
        let dedupe = Dedupe::IdempotencyKey { window: Duration::from_hours(24) };
        Capabilities { dedupe, ..Capabilities::default() }
    }
}

#[tokio::test]
async fn a_claimed_idempotency_key_without_a_header_is_caught() {
    let report = caught(ClaimsAKeyWithoutAHeader).await;
    insta::assert_snapshot!(report, @r"
    Rule 9: each claimed capability works, and each that is not claimed is unsupported.
      - the subject's contact: Dedupe::IdempotencyKey is claimed, and the draft has no place for the key
      - the contact without addresses: Dedupe::IdempotencyKey is claimed, and the draft has no place for the key
      - a contact with addresses and little else: Dedupe::IdempotencyKey is claimed, and the draft has no place for the key
      - and 30 more
      What to do: name the place that takes the key with Draft::with_idempotency_key, or claim another Dedupe.
    ");
}
