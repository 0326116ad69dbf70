//! Rule 11: an adapter returns the contact in the answer, so that the pipeline can compare it with the one that was sent.

use std::io;

use super::bench::Bench;
use super::server::Behaviour;
use crate::comparison::{Comparison, IdentifyingValues};

const HAND_ON: &str = "add the contact of the answer with Created::with_returned. Members with names of the vendor's own are written \
                       under common ones first: name, email, phone.";
const ID: &str = "4242";
const ANOTHER_NAME: &str = "Wvyx Quzzk";

pub(super) async fn run(bench: &mut Bench<'_>) -> io::Result<()> {
    let own_name = bench.contact.display_name().unwrap_or_default();
    let sent = IdentifyingValues::from_contact(&bench.contact);
    for (situation, name, expected) in [
        ("an answer with the contact that was sent", own_name.as_str(), Comparison::Agrees),
        ("an answer with another contact", ANOTHER_NAME, Comparison::Differs),
    ] {
        let Some(answer) = bench.subject.returned(ID, name) else { return Ok(()) };
        let attempt = bench.create(situation, Behaviour::Answer(answer)).await?;
        // A create that fails here was reported by the rule on success.
        if let Some(Ok(created)) = attempt.result
            && sent.compare_any_value(&created.returned) != expected
        {
            let what = format!("{situation}: Created does not tell whether it is the one that was sent");
            bench.report.add(11, what, HAND_ON);
        }
    }
    Ok(())
}
