//! What is going to be asked of a target, each question with the adapter that it is asked through.
//!
//! Its rule: a fixture that a target cannot be configured for is told before anything is sent, with its file and key.

use std::sync::Arc;

use unicontact::providers::http::Http;
use unicontact_contract::{
    Connected, Fixtures, Live as _, NotConnected, NotRun, Question, Questions, connect,
};

use super::target::Target;
use crate::exit::Failure;

/// How often an adapter logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Login {
    /// Once for all questions that want the same configuration.
    Once,
    /// For each question, so that each one's exchanges are complete.
    EachTime,
}

/// Everything for one target.
pub(super) struct Plan<'a> {
    pub(super) target: &'a Target,
    pub(super) asked: Vec<(Question<'a>, Arc<Connected>)>,
    pub(super) not_run: Vec<NotRun>,
}

impl<'a> Plan<'a> {
    /// Connects the adapters and sends nothing.
    pub(super) fn of(
        fixtures: &'a Fixtures,
        target: &'a Target,
        http: &Http,
        login: Login,
    ) -> Result<Self, Failure> {
        let questions = Questions::of(fixtures, target);
        let mut asked: Vec<(Question<'a>, Arc<Connected>)> = Vec::new();
        for question in questions.asked {
            let same =
                asked.iter().find(|(other, _)| login == Login::Once && question.is_connected_as(other));
            let connected = match same {
                Some((_, connected)) => Arc::clone(connected),
                None => connect(&question, target, http)
                    .map(Arc::new)
                    .map_err(|error| cannot_be_asked(&question, target, &error))?,
            };
            asked.push((question, connected));
        }
        Ok(Self { target, asked, not_run: questions.not_run })
    }
}

fn cannot_be_asked(question: &Question<'_>, target: &Target, error: &NotConnected) -> Failure {
    let (provider, vendor) = (target.provider(), target.vendor());
    let is_its_own = |key: &String| error.0.starts_with(&format!("{key}: "));
    let own = question.fixtures.iter().find(|fixture| fixture.provider.keys.keys().any(is_its_own));
    let file = own.map_or_else(|| format!("providers/{vendor}.json"), |own| format!("{}.json", own.name()));
    Failure::new(format!("{file}: {}; {provider} cannot be asked so, and nothing was sent", error.0))
}
