//! Breaks rule 9: it claims `find` and does not support it.

use async_trait::async_trait;
use unicontact::providers::Capabilities;

use super::{Fault, caught};

#[derive(Debug, Clone)]
struct ClaimsAnUnsupportedFind;

#[async_trait]
impl Fault for ClaimsAnUnsupportedFind {
    fn capabilities(&self) -> Capabilities {
        Capabilities { find: true, ..Capabilities::default() }
    }
}

#[tokio::test]
async fn a_claimed_find_that_is_unsupported_is_caught() {
    let report = caught(ClaimsAnUnsupportedFind).await;
    insta::assert_snapshot!(report, @r"
    Rule 9: each claimed capability works, and each that is not claimed is unsupported.
      - find that is answered well: it is claimed and gave unsupported
      - find that is answered with HTTP 401: it is claimed and gave unsupported
      - find that is answered with HTTP 500: it is claimed and gave unsupported
      - and 2 more
      What to do: claim in capabilities only what works, and return ErrorKind::Unsupported from the rest.
    ");
}
