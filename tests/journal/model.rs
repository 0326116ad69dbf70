//! Sends random requests to every journal, and compares the answers with a model. The model follows the rules in the documentation
//! of `unicontact::journal`, and shares no code with the journals.

use std::collections::HashMap;

use proptest::prelude::*;
use unicontact::Outcome;
use unicontact::journal::{Claim, ClaimOutcome, RecordState, Resolution, SettleOutcome};

use crate::journal::bench::{Kept, act, claim, id, key, settlement};

#[derive(Debug, Clone)]
enum Request {
    Claim {
        contact: u8,
        again: bool,
    },
    Settle {
        contact: u8,
        outcome: Outcome,
        with_claim: bool,
    },
    Resolve {
        contact: u8,
        created: bool,
    },
    /// A person takes a resolution back.
    TakeBack {
        contact: u8,
    },
    /// The journal is closed and opened again.
    Reopen,
}

/// The state of a delivery in the model. `has_earlier` says that the vendor has the contact of an earlier delivery.
#[derive(Debug, Clone, Copy, PartialEq)]
enum ModelState {
    Claimed {
        claim_id: u64,
        has_earlier: bool,
    },
    Interrupted {
        has_earlier: bool,
    },
    InDoubt {
        has_earlier: bool,
    },
    /// Failed, rejected or pending.
    Unsent(Outcome),
    Delivered,
}

fn requests() -> impl Strategy<Value = Vec<Request>> {
    let contact = 0..3_u8;
    let outcomes = prop::sample::select(vec![
        Outcome::Created,
        Outcome::Existing,
        Outcome::Rejected,
        Outcome::Failed,
        Outcome::InDoubt,
        Outcome::Pending,
    ]);
    let request = prop_oneof![
        4 => (contact.clone(), prop::bool::weighted(0.2))
            .prop_map(|(contact, again)| Request::Claim { contact, again }),
        4 => (contact.clone(), outcomes, prop::bool::weighted(0.9))
            .prop_map(|(contact, outcome, with_claim)| Request::Settle { contact, outcome, with_claim }),
        2 => (contact.clone(), any::<bool>())
            .prop_map(|(contact, created)| Request::Resolve { contact, created }),
        2 => contact.prop_map(|contact| Request::TakeBack { contact }),
        1 => Just(Request::Reopen),
    ];
    prop::collection::vec(request, 1..40)
}

fn is_unsent(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Failed | Outcome::Rejected | Outcome::Pending)
}

/// Returns the state after a settlement or a resolution.
fn settled_state(outcome: Outcome, has_earlier: bool) -> ModelState {
    match outcome {
        Outcome::InDoubt => ModelState::InDoubt { has_earlier },
        outcome if is_unsent(outcome) && !has_earlier => ModelState::Unsent(outcome),
        _ => ModelState::Delivered,
    }
}

/// Returns the model's answer to a claim, and the state after it.
fn claim_answer(state: Option<ModelState>, again: bool, number: u64) -> (&'static str, Option<ModelState>) {
    match state {
        None | Some(ModelState::Unsent(_)) => {
            ("new", Some(ModelState::Claimed { claim_id: number, has_earlier: false }))
        }
        Some(ModelState::Delivered) if again => {
            ("new", Some(ModelState::Claimed { claim_id: number, has_earlier: true }))
        }
        Some(ModelState::Delivered) => ("done", state),
        Some(ModelState::Claimed { .. }) => ("held", state),
        Some(ModelState::Interrupted { has_earlier } | ModelState::InDoubt { has_earlier }) => {
            ("interrupted", Some(ModelState::Claimed { claim_id: number, has_earlier }))
        }
    }
}

/// Returns the state after a settlement. `by` is the claim that it names.
fn settle(state: Option<ModelState>, outcome: Outcome, by: Option<u64>) -> Option<ModelState> {
    match (state, by) {
        (None, _) => Some(settled_state(outcome, false)),
        (Some(ModelState::Claimed { claim_id, has_earlier }), Some(by)) if claim_id == by => {
            Some(settled_state(outcome, has_earlier))
        }
        (Some(ModelState::Unsent(_)), None) if matches!(outcome, Outcome::Failed | Outcome::Rejected) => {
            Some(settled_state(outcome, false))
        }
        (state, _) => state,
    }
}

/// Returns whether the journal writes a settlement.
fn is_written(state: Option<ModelState>, outcome: Outcome, by: Option<u64>) -> bool {
    match (state, by) {
        (None, _) => true,
        (Some(ModelState::Claimed { claim_id, .. }), Some(by)) => claim_id == by,
        (Some(ModelState::Unsent(_)), None) => matches!(outcome, Outcome::Failed | Outcome::Rejected),
        _ => false,
    }
}

fn word(claimed: &ClaimOutcome) -> &'static str {
    match claimed {
        ClaimOutcome::New => "new",
        ClaimOutcome::Interrupted(_) => "interrupted",
        ClaimOutcome::Done(_) => "done",
        ClaimOutcome::Held => "held",
        ClaimOutcome::Extended => "extended",
    }
}

async fn run(kept: &mut Kept, requests: Vec<Request>) {
    let mut states: HashMap<u8, ModelState> = HashMap::new();
    let mut claim_ids: HashMap<u8, u64> = HashMap::new();
    // The states before a person resolved the deliveries.
    let mut unresolved: HashMap<u8, ModelState> = HashMap::new();
    for (number, request) in (1..).zip(requests) {
        match request {
            Request::Claim { contact, again } => {
                let (answer, state) = claim_answer(states.get(&contact).copied(), again, number);
                let again = again.then_some(jiff::Timestamp::MAX);
                let claim = Claim { again, ..claim(&contact.to_string(), number) };
                let claimed = kept.journal().claim(claim).await.unwrap();
                assert_eq!(word(&claimed), answer);
                if matches!(answer, "new" | "interrupted") {
                    claim_ids.insert(contact, number);
                    unresolved.remove(&contact);
                }
                states.insert(contact, state.unwrap());
            }
            Request::Settle { contact, outcome, with_claim } => {
                let by = claim_ids.get(&contact).copied().filter(|_| with_claim);
                let state = states.get(&contact).copied();
                if state.is_none() && !is_unsent(outcome) {
                    continue;
                }
                let settlement = settlement(&contact.to_string(), by, outcome);
                let answer = kept.journal().settle(settlement).await.unwrap();
                let expected = is_written(state, outcome, by);
                assert_eq!(answer == SettleOutcome::Written, expected, "{state:?} {outcome:?} {answer:?}");
                if expected {
                    unresolved.remove(&contact);
                }
                states.extend(settle(state, outcome, by).map(|state| (contact, state)));
            }
            Request::Resolve { contact, created } => {
                let state = states.get(&contact).copied();
                let resolution = if created { Resolution::Created(id("9")) } else { Resolution::NotCreated };
                let (journal, key) = (kept.journal(), key(&contact.to_string()));
                let is_allowed =
                    !matches!(state, None | Some(ModelState::Claimed { .. } | ModelState::Delivered));
                assert_eq!(journal.resolve(&key, resolution, act()).await.unwrap(), is_allowed);
                if is_allowed {
                    unresolved.entry(contact).or_insert(state.unwrap());
                    let has_earlier = matches!(
                        state,
                        Some(
                            ModelState::Interrupted { has_earlier: true }
                                | ModelState::InDoubt { has_earlier: true }
                        )
                    );
                    let outcome = if created { Outcome::Created } else { Outcome::Pending };
                    states.insert(contact, settled_state(outcome, has_earlier));
                }
            }
            Request::TakeBack { contact } => {
                let before = unresolved.remove(&contact);
                let taken_back = kept.journal().reopen(&key(&contact.to_string()), act()).await.unwrap();
                assert_eq!(taken_back, before.is_some(), "{before:?}");
                states.extend(before.map(|state| (contact, state)));
            }
            Request::Reopen => {
                kept.reopen().await;
                for state in states.values_mut() {
                    if let ModelState::Claimed { has_earlier, .. } = *state {
                        *state = ModelState::Interrupted { has_earlier };
                    }
                }
            }
        }
        for (contact, state) in &states {
            check_record(kept, *contact, *state).await;
        }
    }
}

/// Compares a record with the model.
async fn check_record(kept: &Kept, contact: u8, state: ModelState) {
    let record = kept.journal().look(&key(&contact.to_string())).await.unwrap().unwrap();
    let agrees = match state {
        ModelState::Claimed { claim_id, .. } => {
            matches!(record.state, RecordState::Claimed(claimed) if claimed.number() == claim_id)
        }
        ModelState::Interrupted { .. } => record.state == RecordState::Interrupted,
        ModelState::InDoubt { .. } => record.state == RecordState::Settled(Outcome::InDoubt),
        ModelState::Unsent(outcome) => record.state == RecordState::Settled(outcome),
        ModelState::Delivered => record.outcome().is_delivered() && record.id.is_some(),
    };
    assert!(agrees, "{state:?} {record:?}");
    let is_kept = state != ModelState::Delivered || record.by_person;
    assert_eq!(record.content.is_some(), is_kept, "{record:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 48 } else { 256 }))]

    #[test]
    fn every_journal_answers_any_sequence_of_requests_as_the_model_does(requests in requests()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for mut kept in runtime.block_on(Kept::all()) {
            runtime.block_on(run(&mut kept, requests.clone()));
        }
    }
}
