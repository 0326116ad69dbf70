//! The properties that are checked in every state.

use stateright::Property;

use super::DeliveryModel;
use super::state::State;
use crate::journal::RecordState;
use crate::outcome::Outcome;

type Condition = fn(&DeliveryModel, &State) -> bool;

/// The properties that must hold in every state.
const INVARIANTS: [(&str, Condition); 9] = [
    ("nobody is created twice", |model, state| {
        is_excused(model, state) || state.vendor.contacts.len() <= 1 + usize::from(state.history.repeats)
    }),
    ("what is recorded as delivered is at the vendor", |_, state| {
        let is_at_vendor = state.history.person_was_wrong || !state.vendor.contacts.is_empty();
        is_at_vendor || !state.settled().is_some_and(Outcome::is_delivered)
    }),
    ("what is recorded as not delivered is not at the vendor", |model, state| {
        let is_absent = state.vendor.contacts.is_empty() && !state.vendor.has_open_request();
        let is_not_delivered =
            |outcome| matches!(outcome, Outcome::Failed | Outcome::Rejected | Outcome::Pending);
        is_excused(model, state) || is_absent || !state.settled().is_some_and(is_not_delivered)
    }),
    ("what is reported as delivered is at the vendor", |_, state| !state.history.reported_missing),
    ("nothing leaves the queue unfinished", |_, state| !state.history.left_unfinished),
    ("no delivery is lost", |model, state| {
        !model.setup.has_queue() || !state.is_at_rest() || state.record.is_some()
    }),
    ("an attempt under a lost claim is on the record", |_, state| !state.history.hid_overrun),
    ("what is delivered is not forgotten", |_, state| !state.history.forgot_delivered),
    ("a repeat does not end with the old id", |_, state| !state.history.took_old_id),
];

/// States that must be reachable. Otherwise the invariants would hold because nothing happens.
const EXAMPLES: [(&str, Condition); 2] = [
    ("it is delivered", |_, state| state.settled() == Some(Outcome::Created)),
    ("it is in doubt", |_, state| state.settled() == Some(Outcome::InDoubt)),
];

pub(super) fn all() -> Vec<Property<DeliveryModel>> {
    let invariants = INVARIANTS.into_iter().map(|(name, condition)| Property::always(name, condition));
    let examples = EXAMPLES.into_iter().map(|(name, condition)| Property::sometimes(name, condition));
    invariants.chain(examples).collect()
}

impl State {
    fn settled(&self) -> Option<Outcome> {
        match self.record.as_ref()?.state {
            RecordState::Settled(outcome) => Some(outcome),
            RecordState::Claimed(_) | RecordState::Interrupted => None,
        }
    }
}

/// Returns whether a wrong resolution or a documented exception explains a second contact.
fn is_excused(model: &DeliveryModel, state: &State) -> bool {
    let is_excepted = state.history.committed_late || state.history.was_suspended;
    state.history.person_was_wrong || (is_excepted && model.setup.excuses_exceptions)
}
