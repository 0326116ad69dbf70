//! Rule 5: errors show no contact data and no credential where the vendor's answer repeats the request. [`Bench`] searches every
//! error; this module only makes the answers.

use std::io;

use super::bench::Bench;
use super::script::Reaction;
use super::server::Behaviour;

/// The statuses of the answers that repeat the request as plain text.
const AS_TEXT: [u16; 8] = [200, 302, 400, 401, 409, 422, 429, 500];

pub(super) async fn run(bench: &mut Bench<'_>) -> io::Result<()> {
    for status in AS_TEXT {
        let situation = format!("HTTP {status} that repeats the request as plain text");
        bench.create(&situation, Reaction::Echo { status, as_json: false }).await?;
    }
    // An adapter may have a branch for any status. The reader of descriptions has none but those of the table of errors.
    let is_described = bench.subject.is_described();
    for status in (200..600).filter(|status| !is_described || AS_TEXT.contains(status)) {
        let situation = format!("HTTP {status} that repeats the request in JSON");
        bench.create(&situation, Reaction::Echo { status, as_json: true }).await?;
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
