//! A described vendor as the contract suite tests it: its answers are made of the description alone.

mod unconnected;

use std::sync::Arc;
use std::time::Duration;

use self::unconnected::Unconnected;
use crate::configuration::ConfigError;
use crate::contact::UnifiedContact;
use crate::declared::{Description, StandIn};
use crate::draft::Method;
use crate::error::{Effect, ErrorKind};
use crate::http::{Answer, BaseUrl};
use crate::provider::ContactProvider;
use crate::testkit::{Preparation, Subject, full_contact};

/// A described vendor as [`testkit::run`](crate::testkit::run) tests it, with made-up keys.
///
/// Its answers come from the description, so the suite tests the reader of descriptions and the description's consistency. Whether
/// the vendor answers so, only fixtures say.
///
/// ```no_run
/// use unicontact_providers::{DescribedSubject, Description, testkit};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let hubspot = Description::bundled("hubspot").ok_or("this build has no HubSpot")?;
/// testkit::run(&DescribedSubject::new(hubspot)?).await?.assert_kept();
/// # Ok(())
/// # }
/// ```
pub struct DescribedSubject(StandIn);

impl DescribedSubject {
    /// Returns the vendor of a description.
    ///
    /// # Errors
    ///
    /// When a provider cannot be connected with made-up keys.
    pub fn new(description: Arc<Description>) -> Result<Self, ConfigError> {
        StandIn::new(description, full_contact()).map(Self)
    }
}

impl Subject for DescribedSubject {
    fn connect(&self, base_url: BaseUrl, timeout: Duration) -> Box<dyn ContactProvider> {
        match self.0.connect(&base_url.to_string(), timeout) {
            Ok(provider) => Box::new(provider),
            Err(error) => Box::new(Unconnected::new(self.0.description(), &error)),
        }
    }

    fn created(&self, id: &str) -> Answer {
        self.0.answers().created(id)
    }

    fn is_described(&self) -> bool {
        true
    }

    fn contact(&self) -> UnifiedContact {
        self.0.contact().clone()
    }

    fn secrets(&self) -> Vec<String> {
        self.0.secrets()
    }

    fn refused(&self, message: &str) -> Option<Answer> {
        self.0.answers().refused(message)
    }

    fn preparations(&self) -> Vec<Preparation> {
        let login = self.0.login().into_iter();
        login.map(|(path, answer)| Preparation::new(Method::Post, path, answer)).collect()
    }

    fn reading_posts(&self) -> Vec<String> {
        self.0.answers().reading_posts()
    }

    fn checked(&self) -> Answer {
        self.0.answers().checked()
    }

    fn found(&self, id: &str) -> Option<Answer> {
        self.0.answers().found(id)
    }

    fn found_nothing(&self) -> Option<Answer> {
        self.0.answers().found_nothing()
    }

    fn documented(&self, status: u16) -> Option<(ErrorKind, Effect)> {
        let without_a_code = Answer::new(status).with_body("{}");
        self.0.answers().documented(status).or_else(|| self.0.documented_answer(&without_a_code))
    }

    fn documented_answer(&self, answer: &Answer) -> Option<(ErrorKind, Effect)> {
        self.0.documented_answer(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit;

    const TABLES: &str = r#"
format = 1
vendor = "acmecrm"
title = "Acme CRM"
source = "page"
[sources]
page = { kind = "documented", at = "https://docs.acme.example", date = "2026-11-01" }
[account.api_key]
secret = true
[[auth]]
bearer = "{api_key}"
[address]
base = "https://api.acme.example/v1"
[create]
path = "/people"
[name]
whole = "name"
[[emails]]
to = "email"
[[phones]]
to = "phone"
"#;

    async fn report(tables: &str) -> testkit::Report {
        let description = Description::parse(&format!("{TABLES}{tables}"));
        let description = description.unwrap_or_else(|error| panic!("{error}"));
        testkit::run(&DescribedSubject::new(Arc::new(description)).unwrap()).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_id_in_a_header_keeps_the_rules() {
        let location = r#"[success]
id = { header = "location", text = "/contacts/{id}" }
"#;
        let own = r#"[success]
id = [{ header = "x-contact" }, "id"]
"#;
        let (location, own) = tokio::join!(report(location), report(own));
        location.assert_kept();
        own.assert_kept();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_finding_about_a_description_says_what_to_change_in_the_file() {
        let report = report(
            r#"[success]
id = "id"
[[error]]
when = { path = "errors", absent = true }
kind = "invalid"
[[error]]
when = { status = [201, 422] }
kind = "rate_limited"
"#,
        )
        .await;
        assert!(!report.is_kept());
        for finding in report.findings() {
            let remedy = &finding.what_to_do;
            assert!(remedy.starts_with('['), "{remedy}");
            for word in ["Subject", "Exchange", "::", "Created"] {
                assert!(!remedy.contains(word), "{remedy}");
            }
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn every_bundled_vendor_keeps_the_rules() {
        let mut runs = tokio::task::JoinSet::new();
        for name in Description::bundled_names() {
            let subject = DescribedSubject::new(Description::bundled(name).unwrap()).unwrap();
            runs.spawn(async move { (name, testkit::run(&subject).await.unwrap()) });
        }
        let reports = runs.join_all().await.into_iter().filter(|(_, report)| !report.is_kept());
        let broken: Vec<String> = reports.map(|(name, report)| format!("{name}\n{report}")).collect();
        assert!(broken.is_empty(), "\n{}", broken.join("\n"));
    }

    const VENDOR: &str = r#"
        format = 1
        vendor = "acmecrm"
        title = "Acme CRM"
        source = "page"
        [sources]
        page = { kind = "documented", at = "https://docs.acme.example", date = "2026-11-01" }
        [account.key]
        secret = true
        [[auth]]
        bearer = "{key}"
        [address]
        base = "https://api.acme.example"
        [create]
        path = "/people"
        [name]
        whole = "name"
        [[emails]]
        to = "email"
        [success]
        id = "id"
        [[find]]
        by = "email"
        path = "/people"
        query = { mail = "{email}" }
        results = "people[]"
        id = "id"
        same = "email"
        agree = { name = "name" }
    "#;

    async fn broken_rules(tables: &str) -> String {
        let description = Description::parse(&format!("{VENDOR}{tables}")).unwrap();
        let report = testkit::run(&DescribedSubject::new(Arc::new(description)).unwrap()).await.unwrap();
        if report.is_kept() { String::new() } else { report.to_string() }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_documented_duplicate_without_a_body_keeps_the_rules() {
        let rows = "[[error]]\nwhen = { status = 204 }\nkind = \"already_exists\"\n\
                    [[error]]\nwhen = { status = 200, path = \"id\", absent = true }\nkind = \"already_exists\"\n";
        assert_eq!(broken_rules(rows).await, "");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_required_field_that_only_some_contacts_have_is_made_up() {
        for tables in [
            "[[field]]\nfrom = \"custom.x\"\nto = \"x\"\n[require]\nall = [\"x\"]\n",
            "[[field]]\nfrom = \"custom.x\"\nto = \"x\"\nas = \"integer\"\n[require]\nall = [\"x\"]\n",
            "[require]\nany = [\"owner.id\", \"team\"]\n",
        ] {
            assert_eq!(broken_rules(tables).await, "", "{tables}");
        }
    }
}
