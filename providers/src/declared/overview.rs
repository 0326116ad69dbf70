//! What a description says, in words for people.

use std::time::Duration;

use super::account_kind::AccountKind;
use super::answers::ErrorRow;
use super::condition::{Condition, Statuses, Subject, Test, Wanted};
use super::description::Description;
use super::evidence::SourceKind;
use super::laws::own_effect;
use super::search::Find;
use super::template::Template;
use crate::error::{Effect, ErrorKind};

/// A row of a description's table of errors.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorOverview {
    /// When it holds: `status 409 and errors[].code is duplicate`.
    pub when: String,
    /// What it means.
    pub kind: ErrorKind,
    /// What the request did.
    pub effect: Effect,
    /// How far it can be trusted.
    pub source: SourceKind,
}

/// A search of a description.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SearchOverview {
    /// What is searched for: `email`.
    pub by: &'static str,
    /// The request: `GET /contacts/{email}`.
    pub request: String,
    /// The fields that must agree as well.
    pub agree: Vec<String>,
    /// How long after a create it may miss the contact, if a source says.
    pub lag: Option<Duration>,
    /// How far it can be trusted.
    pub source: SourceKind,
}

impl Description {
    /// Returns the hosts that a credential may reach: one for each value of a choice, the patterns that an origin must match, and
    /// any other key of the account in braces.
    pub fn hosts(&self) -> Vec<String> {
        let tokens = self.rules.credentials.iter().filter_map(|credential| credential.token.as_ref());
        let tokens = tokens.map(|token| &token.url).filter(|url| !url.as_str().starts_with('/'));
        let addresses = std::iter::once(&self.rules.base).chain(tokens);
        let mut hosts: Vec<String> = Vec::new();
        for host in addresses.flat_map(|address| self.hosts_of(address.as_str())) {
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        hosts
    }

    /// Returns the hosts of an address.
    fn hosts_of(&self, address: &str) -> Vec<String> {
        let host = host_of(address);
        let template = Template::new(&host);
        let Some((hole, key)) = template
            .holes()
            .filter_map(|hole| Some((hole, self.rules.account.key_of_hole(hole)?)))
            .find(|(_, key)| matches!(&key.kind, AccountKind::Choice(_) | AccountKind::Origin(_)))
        else {
            return vec![host];
        };
        let values: Vec<String> = match &key.kind {
            AccountKind::Choice(_) => key.described_texts(hole).into_iter().map(host_of).collect(),
            AccountKind::Origin(patterns) if !patterns.is_empty() => patterns.clone(),
            _ => return vec![host],
        };
        let with = |value: &String| host.replace(&format!("{{{hole}}}"), value);
        // Two holes of one host are filled one after the other.
        values.iter().map(with).flat_map(|host: String| self.hosts_of(&host)).collect()
    }

    /// Returns the rows of the table of errors, in the order in which they are asked.
    pub fn errors(&self) -> Vec<ErrorOverview> {
        self.rules.errors.iter().map(ErrorOverview::of).collect()
    }

    /// Returns the searches, in the order in which they are tried.
    pub fn searches(&self) -> Vec<SearchOverview> {
        self.rules.finds.iter().map(SearchOverview::of).collect()
    }

    /// Returns whether a create may return an equal contact instead of another one.
    pub fn returns_existing(&self) -> bool {
        !self.rules.success.existing.is_empty() || !self.rules.dedupe.by.is_empty()
    }

    /// Returns whether a provider fetches a token before it sends.
    pub fn has_login(&self) -> bool {
        self.rules.credentials.iter().any(|credential| credential.token.is_some())
    }

    /// Returns the keys of which the vendor refuses a second contact.
    pub fn unique(&self) -> impl Iterator<Item = &'static str> {
        self.rules.dedupe.unique.iter().map(|key| key.name())
    }
}

fn host_of(address: &str) -> String {
    let rest = address.strip_prefix("https://").unwrap_or(address);
    rest.split('/').next().unwrap_or(rest).to_owned()
}

impl ErrorOverview {
    fn of(row: &ErrorRow) -> Self {
        Self {
            when: all_of(&row.when),
            kind: row.kind,
            effect: row.effect.unwrap_or_else(|| own_effect(row.kind)),
            source: row.source,
        }
    }
}

impl SearchOverview {
    fn of(find: &Find) -> Self {
        let request = format!("{} {}", find.request.method.as_str(), find.request.path.as_str());
        Self {
            by: find.by.name(),
            request,
            agree: find.agree.iter().map(|(sent, _)| sent.as_str().to_owned()).collect(),
            lag: find.lag,
            source: find.source,
        }
    }
}

fn all_of(conditions: &[Condition]) -> String {
    conditions.iter().map(in_words).collect::<Vec<_>>().join(" and ")
}

fn in_words(condition: &Condition) -> String {
    let status = condition.status.as_ref().map(|statuses| format!("status {}", statuses_in_words(statuses)));
    let subject = condition.subject.as_ref().map(|subject| match subject {
        Subject::Path(path, test) => format!("{} {}", path.as_str(), test_in_words(test)),
        Subject::Header(name, test) => format!("header {name} {}", test_in_words(test)),
        Subject::Message(texts) => format!("the message says {}", texts.join(" or ")),
        Subject::Each(list, conditions) => format!("one of {} has {}", list.as_str(), all_of(conditions)),
    });
    status.into_iter().chain(subject).collect::<Vec<_>>().join(" and ")
}

fn statuses_in_words(statuses: &Statuses) -> String {
    let range =
        |(from, to): &(u16, u16)| if from == to { from.to_string() } else { format!("{}xx", from / 100) };
    statuses.0.iter().map(range).collect::<Vec<_>>().join(" or ")
}

fn test_in_words(test: &Test) -> String {
    let wanted = |wanted: &Wanted| match wanted {
        Wanted::Value(serde_json::Value::String(literal)) => literal.clone(),
        Wanted::Value(value) => value.to_string(),
        Wanted::Key(key) => format!("{{{key}}}"),
    };
    match test {
        Test::Is(values) => format!("is {}", values.iter().map(wanted).collect::<Vec<_>>().join(" or ")),
        Test::Says(texts) => format!("says {}", texts.join(" or ")),
        Test::Absent => "is absent".to_owned(),
        Test::HoldsSomething => "holds something".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_hosts_and_searches_are_told_in_words() {
        let salesforce = Description::bundled("salesforce").unwrap();
        let hosts = salesforce.hosts();
        assert!(hosts.iter().any(|host| host == "*.my.salesforce.com"), "{hosts:?}");
        assert!(!hosts.iter().any(|host| host.contains('{')), "{hosts:?}");
        let quota = salesforce.errors().into_iter().find(|row| row.kind == ErrorKind::RateLimited).unwrap();
        assert_eq!(quota.when, "[].errorCode is REQUEST_LIMIT_EXCEEDED and the message says concurrent");
        let search = &salesforce.searches()[0];
        assert_eq!((search.by, search.request.as_str()), ("email", "GET /services/data/{api_version}/query"));
    }
}
