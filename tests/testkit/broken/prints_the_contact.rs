//! Breaks rule 5: it prints what it sends.

use async_trait::async_trait;
use unicontact::providers::testkit::run_and_read_output;
use unicontact::providers::{ContactProvider as _, Exchange, Prepared, ProviderError, SendPermit};

use super::{CardIndex, Fault, expect_documented, subject};

#[derive(Debug, Clone)]
struct PrintsTheContact;

#[async_trait]
impl Fault for PrintsTheContact {
    async fn send(
        &self,
        inner: &CardIndex,
        prepared: &Prepared,
        permit: &SendPermit,
    ) -> Result<Exchange, ProviderError> {
        println!("sending {}", prepared.draft().body);
        inner.send(prepared, permit).await
    }
}

#[tokio::test]
async fn a_contact_on_stdout_is_caught() {
    let name = "testkit::broken::prints_the_contact::a_contact_on_stdout_is_caught";
    let report = run_and_read_output(&subject(PrintsTheContact), name).await.unwrap();
    expect_documented::<PrintsTheContact>(&report);
    insta::assert_snapshot!(report, @r"
    Rule 5: errors and Debug hold no credential, no URL query and no contact data.
      - what it prints on stdout shows the contact's emails[1].address, the contact's name.family, the contact's organization.name
      What to do: print nothing: remove println!, eprintln! and dbg! from the adapter, and log without the contact, the answer and the credential.
    ");
}

#[tokio::test]
async fn a_test_of_another_name_is_an_error_that_says_how_to_name_it() {
    let error = run_and_read_output(&subject(PrintsTheContact), "prints_the_contact").await.unwrap_err();
    insta::assert_snapshot!(error, @"the test binary has no test prints_the_contact: take the name that `cargo test -- --list` prints");
}
