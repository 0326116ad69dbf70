//! Rule 5: errors show no contact data and no credential where the vendor's answer repeats the request. [`Bench`] searches every
//! error; this module only makes the answers.

use std::io;

use super::bench::Bench;
use super::script::Reaction;
use super::server::Behaviour;

pub(super) async fn run(bench: &mut Bench<'_>) -> io::Result<()> {
    for status in [200, 302, 400, 401, 409, 422, 429, 500] {
        for (form, as_json) in [("in JSON", true), ("as plain text", false)] {
            let situation = format!("HTTP {status} that repeats the request {form}");
            bench.create(&situation, Reaction::Echo { status, as_json }).await?;
        }
    }
    let message = everything(bench)?;
    if let Some(answer) = bench.subject.refused(&message) {
        let situation = "a refusal in the vendor's own form that repeats the request";
        bench.create(situation, Behaviour::Answer(answer)).await?;
    }
    Ok(())
}

/// Returns what is sent of the contact and every credential in one text.
fn everything(bench: &Bench<'_>) -> io::Result<String> {
    let draft = bench.alone()?.draft(&bench.contact);
    let body =
        draft.map(|draft| String::from_utf8_lossy(&draft.body_bytes()).into_owned()).unwrap_or_default();
    Ok(format!("not accepted: {body} {}", bench.subject.secrets().join(" ")))
}
