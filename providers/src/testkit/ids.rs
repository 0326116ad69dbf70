//! Rule 2: the id is that of the created contact, among the other ids of an answer and after an earlier create.

use std::io;

use serde_json::{Value, json};

use super::bench::Bench;
use super::remedy::{self, Remedy};
use super::script::Reaction;
use super::server::Behaviour;
use super::success::expect_id;
use crate::http::Answer;

const ID: &str = "4242";
const SECOND_ID: &str = "90210";
const OF_THIS_ANSWER: Remedy = Remedy::of_adapter(
    "return the id of the answer to this create, and keep none in the adapter: one adapter serves all contacts of a provider.",
);
const FROM_ITS_PLACE: Remedy = Remedy::new(
    "read the id from its documented place, and not from the first member called id: an answer may name other contacts.",
    remedy::ID_IN_FILE,
);

pub(super) async fn run(bench: &mut Bench<'_>) -> io::Result<()> {
    beside_other_ids(bench).await?;
    after_another_create(bench).await
}

async fn beside_other_ids(bench: &mut Bench<'_>) -> io::Result<()> {
    let Some(answer) = with_other_ids(bench.subject.created(ID)) else {
        return Ok(());
    };
    let situation = "an answer that also names other contacts";
    let attempt = bench.create(situation, Behaviour::Answer(answer)).await?;
    let chosen = attempt.changing.last().and_then(|create| bench.subject.chosen_id(create));
    match &attempt.result {
        Some(Ok(created)) if chosen.is_none() && created.id.as_str() != ID => {
            let what = format!("{situation}: the create gave {} instead of {ID}", created.id);
            bench.report.add(2, what, FROM_ITS_PLACE);
        }
        _ => expect_id(bench, &attempt, ID),
    }
    Ok(())
}

/// Returns the answer with the ids of other contacts before and after its members. `None` if its body is no object.
fn with_other_ids(created: Answer) -> Option<Answer> {
    let Some(Value::Object(mut members)) = created.json() else {
        return None;
    };
    for (name, value) in [
        ("assigned_to", json!({"id": "70701"})),
        ("created_by", json!({"id": "70702", "contact": {"id": "70703"}})),
        ("similar_contacts", json!([{"id": "70704"}, {"id": "70705"}])),
        ("withdrawn", json!({"id": "70706"})),
    ] {
        members.entry(name).or_insert(value);
    }
    Some(created.with_body(Value::Object(members).to_string()))
}

async fn after_another_create(bench: &mut Bench<'_>) -> io::Result<()> {
    let answers = [ID, SECOND_ID].map(|id| Behaviour::Answer(bench.subject.created(id)));
    let situation = "a second create by one adapter";
    let attempt = bench.create_twice(situation, Reaction::in_turn(answers.into())).await?;
    let has_chosen = attempt.changing.iter().any(|create| bench.subject.chosen_id(create).is_some());
    // A create that fails is reported where it is made alone.
    if let Some(Ok(second)) = &attempt.result
        && !has_chosen
        && second.id.as_str() != SECOND_ID
    {
        let what = format!("{situation}: the create did not give the id of its own answer");
        bench.report.add(2, what, OF_THIS_ANSWER);
    }
    Ok(())
}
