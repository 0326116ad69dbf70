//! The texts that neither an error nor an output may show, with the key of each credential as its name.

use unicontact_providers::UnifiedContact;
use unicontact_providers::testkit::{Forbidden, Received};

use crate::credentials::FakeCredentials;

/// The credentials of a scenario, each with its name, and the values of its contact.
pub(crate) struct ForbiddenTexts {
    credentials: Vec<(String, Forbidden)>,
    others: Forbidden,
}

impl ForbiddenTexts {
    pub(crate) fn new(credentials: &FakeCredentials, contact: &UnifiedContact) -> Self {
        let nobody = UnifiedContact::default();
        let one = |name: String, value: String| (name, Forbidden::new(&[value], &nobody));
        let keys =
            credentials.keys().map(|key| one(format!("the credential {key}"), FakeCredentials::value(key)));
        let pairs = credentials.pairs().into_iter();
        let pairs = pairs.map(|pair| one("the credentials of a Basic authorization".to_owned(), pair));
        let issued = one("the token of the login".to_owned(), FakeCredentials::issued().to_owned());
        Self {
            credentials: keys.chain(pairs).chain([issued]).collect(),
            others: Forbidden::new(&[], contact),
        }
    }

    /// Adds the query of every request.
    pub(crate) fn with_queries_of(mut self, requests: &[Received]) -> Self {
        self.others = self.others.with_queries_of(requests);
        self
    }

    /// Removes the values of the contact that are in none of these requests.
    pub(crate) fn sent_in(mut self, requests: &[Received]) -> Self {
        self.others = self.others.sent_in(requests);
        self
    }

    /// Returns the names of the forbidden texts in `text`, in any case of letters.
    pub(crate) fn found_in(&self, text: &str) -> Vec<&str> {
        let is_shown = |(_, forbidden): &&(String, Forbidden)| !forbidden.found_in(text).is_empty();
        let mut names: Vec<&str> =
            self.credentials.iter().filter(is_shown).map(|(name, _)| name.as_str()).collect();
        names.dedup();
        names.extend(self.others.found_in(text));
        names
    }
}
