//! The attempts and looks of a running delivery since its last claim or settlement.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use unicontact_providers::{Created, FindOutcome, ProviderError, SendPermit};

use super::story::{AttemptResult, LookResult, RunId, StoryEntry, StoryEvent};
use crate::outcome::Outcome;

/// The events of a running delivery that are not recorded yet.
#[derive(Default)]
pub(super) struct Attempts {
    entries: Vec<StoryEntry>,
    under_way: Option<UnderWay>,
    /// Whether an earlier run may have created the contact.
    follow_doubt: bool,
}

struct UnderWay {
    at: Timestamp,
    /// The uptime of the clock at its beginning.
    began: Duration,
    permit: SendPermit,
}

impl Attempts {
    /// Returns the events.
    pub(super) fn entries(&self) -> &[StoryEntry] {
        &self.entries
    }

    /// Removes the first entries, which are recorded now.
    pub(super) fn forget_first(&mut self, count: usize) {
        self.entries.drain(..count.min(self.entries.len()));
    }

    /// Notes that an earlier run may have created the contact.
    pub(super) fn follow_doubt(&mut self) {
        self.follow_doubt = true;
    }

    pub(super) fn begin(&mut self, at: Timestamp, began: Duration, permit: SendPermit) {
        self.under_way = Some(UnderWay { at, began, permit });
    }

    pub(super) fn end(
        &mut self,
        result: &Result<Created, ProviderError>,
        uptime: Duration,
        run: Option<RunId>,
    ) {
        let (word, error) = match result {
            Ok(created) if created.existing => (AttemptResult::Existing, None),
            Ok(_) => (AttemptResult::Created, None),
            Err(error) => (AttemptResult::Failed, json_of(error)),
        };
        self.add_attempt(word, error, uptime, run);
    }

    pub(super) fn look(
        &mut self,
        at: Timestamp,
        answer: Option<&Result<FindOutcome, ProviderError>>,
        run: Option<RunId>,
    ) {
        let (result, id, candidates, error) = match answer {
            Some(Ok(FindOutcome::Found(id))) => (LookResult::Found, Some(id.clone()), Vec::new(), None),
            Some(Ok(FindOutcome::Unclear { candidates })) => {
                (LookResult::Unclear, None, candidates.clone(), None)
            }
            Some(Ok(FindOutcome::Nothing)) => (LookResult::Nothing, None, Vec::new(), None),
            Some(Err(error)) => (LookResult::Failed, None, Vec::new(), json_of(error)),
            None => (LookResult::Failed, None, Vec::new(), None),
        };
        let event = StoryEvent::Look { result, id, candidates, error };
        self.entries.push(StoryEntry { at, run, event });
    }

    /// Returns whether the current attempt may have sent the contact.
    pub(super) fn is_sending(&self) -> bool {
        self.under_way.as_ref().is_some_and(|it| it.permit.is_used())
    }

    /// Takes the events of a delivery that ended with this outcome. A success at the first attempt has none.
    pub(super) fn take(&mut self, outcome: Outcome, uptime: Duration, run: Option<RunId>) -> Vec<StoryEntry> {
        if outcome == Outcome::InDoubt && self.is_sending() {
            self.add_attempt(AttemptResult::CutOff, None, uptime, run);
        }
        self.under_way = None;
        let entries = std::mem::take(&mut self.entries);
        let is_ordinary = !self.follow_doubt && is_success_at_first_attempt(&entries);
        if is_ordinary { Vec::new() } else { entries }
    }

    fn add_attempt(
        &mut self,
        result: AttemptResult,
        error: Option<Value>,
        uptime: Duration,
        run: Option<RunId>,
    ) {
        let Some(UnderWay { at, began, .. }) = self.under_way.take() else { return };
        let event = StoryEvent::Attempt { duration: uptime.saturating_sub(began), result, error };
        self.entries.push(StoryEntry { at, run, event });
    }
}

/// Returns whether the first attempt succeeded, perhaps after looks that found nothing.
fn is_success_at_first_attempt(entries: &[StoryEntry]) -> bool {
    let is_miss =
        |entry: &StoryEntry| matches!(entry.event, StoryEvent::Look { result: LookResult::Nothing, .. });
    let is_success = |entry: &StoryEntry| {
        matches!(
            entry.event,
            StoryEvent::Attempt { result: AttemptResult::Created | AttemptResult::Existing, .. }
        )
    };
    matches!(entries, [looks @ .., last] if is_success(last) && looks.iter().all(is_miss))
}

/// Returns the JSON form of an error without `fields` and `hint`, which are too long for a record with a hundred errors.
/// Serializing cannot fail: the values are texts and numbers.
fn json_of(error: &ProviderError) -> Option<Value> {
    let mut json = serde_json::to_value(error).ok()?;
    let members = json.as_object_mut()?;
    members.remove("fields");
    members.remove("hint");
    Some(json)
}
