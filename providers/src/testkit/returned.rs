//! Rule 11: `Created` holds the contact of the answer, so that it can be compared with the one that was sent.

use std::io;

use super::bench::Bench;
use super::remedy::Remedy;
use super::server::Behaviour;
use crate::comparison::{Comparison, IdentifyingValues};

const ADD_VALUES: Remedy = Remedy::of_adapter(
    "add the contact of the answer with Created::with_returned. Where the vendor's member names are its own, \
                          use Created::with_name, with_email_address and with_phone_number.",
);
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
        // Rule 2 reports a create that fails here.
        if let Some(Ok(created)) = attempt.result
            && sent.compare_any_value(&created.returned) != expected
        {
            let what = format!(
                "{situation}: Created lacks the values that show whether it is the contact that was sent"
            );
            bench.report.add(11, what, ADD_VALUES);
        }
    }
    Ok(())
}
