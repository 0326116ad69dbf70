//! Breaks rule 9: it claims that it can find a contact, and cannot.

use async_trait::async_trait;
use unicontact::providers::Capabilities;

use super::{Fault, found};

#[derive(Debug, Clone)]
struct ClaimsWhatItCannot;

#[async_trait]
impl Fault for ClaimsWhatItCannot {
    fn capabilities(&self) -> Capabilities {
        Capabilities { find: true, ..Capabilities::default() }
    }
}

#[tokio::test]
async fn a_claim_that_is_not_kept_is_caught() {
    let report = found(ClaimsWhatItCannot).await;
    assert_eq!(report.broken_rules(), [9], "{report}");
    insta::assert_snapshot!(report, @r"
    Rule 9: what capabilities claims works, and what it does not claim is unsupported.
      - find that is answered well: it is claimed and gave unsupported
      - find that is answered with HTTP 401: it is claimed and gave unsupported
      - find that is answered with HTTP 500: it is claimed and gave unsupported
      - and 2 more
      What to do: claim in capabilities only what works, and return ErrorKind::Unsupported from the rest.
    ");
}
