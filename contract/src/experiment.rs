//! Runs an adapter against altered answers of fixtures, to learn whether an alteration changes its result.
//!
//! An experiment runs on this machine, with fake credentials, and sends nothing to a vendor. The same experiment is run
//! once.

use std::collections::BTreeMap;

use crate::adapters::Adapters;
use crate::alteration::Alteration;
use crate::difference::Differences;
use crate::fixture::{ExpectedRequest, Fixture, FixtureAnswer};
use crate::folder::Fixtures;
use crate::outcome::Outcome;
use crate::replay::{self, comparison};
use crate::replay_error::ReplayError;
use crate::scenario::Scenario;
use crate::verdict::Verdict;

/// A limit on the fixtures against which an alteration is tried. Others of the same request show the same answer.
const MAX_FIXTURES: usize = 3;

/// An exchange of a fixture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FixtureExchange<'a> {
    pub(crate) fixture: &'a Fixture,
    /// Its place among the fixture's exchanges.
    pub(crate) index: usize,
    pub(crate) request: &'a ExpectedRequest,
    pub(crate) answer: &'a FixtureAnswer,
}

/// The exchanges in which an alteration may be tried.
#[derive(Debug, Clone)]
pub(crate) struct AlterationTargets<'a> {
    /// Those of the call's own fixtures.
    pub(crate) own: Vec<FixtureExchange<'a>>,
    /// Others of the same request, which are tried where no own one shows the place.
    pub(crate) others: Vec<FixtureExchange<'a>>,
}

/// The verdict after an alteration.
#[derive(Debug, Clone)]
pub(crate) struct Experiment {
    pub(crate) after: Verdict,
    /// Whether the verdict before the alteration was another one. An id that was replaced is the same id.
    pub(crate) is_changed: bool,
}

/// The experiments with the fixtures of a folder, and their results so far.
pub(crate) struct Experiments<'a> {
    fixtures: &'a Fixtures,
    adapters: &'a dyn Adapters,
    /// The verdict on each fixture's own answers, by its name. `None` if they cannot be replayed.
    unaltered: BTreeMap<String, Option<Verdict>>,
    altered: BTreeMap<(String, usize, Alteration), Option<Experiment>>,
}

impl<'a> FixtureExchange<'a> {
    /// Returns the exchanges of a fixture.
    pub(crate) fn all(fixture: &'a Fixture) -> impl Iterator<Item = Self> {
        fixture.exchanges().enumerate().map(move |(index, (request, answer))| Self {
            fixture,
            index,
            request,
            answer,
        })
    }

    /// Returns whether both are the same exchange of the same fixture.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        (self.fixture.name(), self.index) == (other.fixture.name(), other.index)
    }

    /// Returns the fixture with another answer to this exchange.
    pub(crate) fn with_answer(&self, answer: FixtureAnswer) -> Fixture {
        let mut fixture = self.fixture.clone();
        match fixture.before.get_mut(self.index) {
            Some(preparation) => preparation.answer = answer,
            None => fixture.answer = Some(answer),
        }
        fixture
    }
}

impl<'a> Experiments<'a> {
    /// Creates experiments without results. `adapters` replay the fixtures.
    pub(crate) fn new(fixtures: &'a Fixtures, adapters: &'a dyn Adapters) -> Self {
        Self { fixtures, adapters, unaltered: BTreeMap::new(), altered: BTreeMap::new() }
    }

    /// Returns whether the adapter's result is the one that a fixture expects.
    ///
    /// # Errors
    ///
    /// When the fixture cannot be replayed.
    pub(crate) async fn is_as_expected(&mut self, fixture: &Fixture) -> Result<bool, ReplayError> {
        let outcome = self.outcome_of(fixture).await?;
        let verdict = is_as_expected(fixture, &outcome).then(|| Verdict::new(&outcome));
        let is_as_expected = verdict.is_some();
        self.unaltered.insert(fixture.name(), verdict);
        Ok(is_as_expected)
    }

    /// Tries an alteration. Returns an experiment for each fixture that shows the place and can be replayed, until one changes
    /// the verdict.
    pub(crate) async fn run(
        &mut self,
        targets: &AlterationTargets<'_>,
        alteration: &Alteration,
    ) -> Vec<Experiment> {
        let experiments = self.run_each(&targets.own, alteration).await;
        if experiments.is_empty() { self.run_each(&targets.others, alteration).await } else { experiments }
    }

    async fn run_each(
        &mut self,
        exchanges: &[FixtureExchange<'_>],
        alteration: &Alteration,
    ) -> Vec<Experiment> {
        let mut experiments = Vec::new();
        for exchange in exchanges.iter().filter(|exchange| is_immediate(exchange.fixture)) {
            if let Some(experiment) = self.run_one(*exchange, alteration).await {
                let is_decided = experiment.is_changed;
                experiments.push(experiment);
                if is_decided || experiments.len() == MAX_FIXTURES {
                    break;
                }
            }
        }
        experiments
    }

    async fn run_one(
        &mut self,
        exchange: FixtureExchange<'_>,
        alteration: &Alteration,
    ) -> Option<Experiment> {
        let key = (exchange.fixture.name(), exchange.index, alteration.clone());
        if let Some(known) = self.altered.get(&key) {
            return known.clone();
        }
        let experiment = self.try_alteration(exchange, alteration).await;
        self.altered.insert(key, experiment.clone());
        experiment
    }

    async fn try_alteration(
        &mut self,
        exchange: FixtureExchange<'_>,
        alteration: &Alteration,
    ) -> Option<Experiment> {
        let altered = alteration.apply(exchange.answer)?;
        let before = self.verdict_on(exchange.fixture).await?;
        let fixture = exchange.with_answer(altered.answer);
        let outcome = self.outcome_of(&fixture).await.ok()?;
        let after = Verdict::new(&outcome);
        // A value that repeats the id was replaced, but the id may not have been.
        let is_changed = after != before && after != before.with_ids_replaced(&altered.replaced);
        Some(Experiment { after, is_changed })
    }

    /// Returns the verdict on the answers of a fixture, if it is the one that the fixture expects.
    async fn verdict_on(&mut self, fixture: &Fixture) -> Option<Verdict> {
        let name = fixture.name();
        if let Some(known) = self.unaltered.get(&name) {
            return known.clone();
        }
        let outcome = self.outcome_of(fixture).await.ok();
        let verdict = outcome.filter(|it| is_as_expected(fixture, it)).map(|it| Verdict::new(&it));
        self.unaltered.insert(name, verdict.clone());
        verdict
    }

    async fn outcome_of(&self, fixture: &Fixture) -> Result<Outcome, ReplayError> {
        let scenario = Scenario::new(fixture, self.fixtures)?.with_description(self.adapters);
        Ok(replay::run(&scenario, self.adapters).await?.0)
    }
}

fn is_as_expected(fixture: &Fixture, outcome: &Outcome) -> bool {
    let mut differences = Differences::default();
    comparison::outcome(&mut differences, &fixture.expect, outcome);
    differences.0.is_empty()
}

/// Returns whether each answer comes whole and without a delay.
fn is_immediate(fixture: &Fixture) -> bool {
    fixture.exchanges().all(|(_, answer)| answer.fault.is_none() && answer.delay_ms.is_none())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::adapters::BuiltIn;
    use crate::shape::{ShapePath, Type};

    #[tokio::test]
    async fn an_unread_member_that_repeats_the_id_may_get_another_type() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
        let fixtures = Fixtures::load(&folder).unwrap();
        let mut fixture =
            fixtures.all().iter().find(|it| it.name() == "smarttask/create_full").unwrap().clone();
        let body = fixture.answer.as_mut().unwrap().body.as_mut().unwrap();
        body["ref_id"] = body["record_id"].clone();
        let mut experiments = Experiments::new(&fixtures, &BuiltIn);
        let targets = AlterationTargets { own: FixtureExchange::all(&fixture).collect(), others: Vec::new() };
        for member in ["ref_id", "record_id"] {
            let path = ShapePath::default().member(member);
            let results = experiments.run(&targets, &Alteration::Retyped(path, Type::Number)).await;
            assert_eq!(results.iter().map(|it| it.is_changed).collect::<Vec<_>>(), [false], "{member}");
        }
        let gone = Alteration::Missing(ShapePath::default().member("record_id"));
        assert!(experiments.run(&targets, &gone).await[0].is_changed);
    }
}
