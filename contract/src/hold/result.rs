//! Compares what a command printed, and how it ended, with the expectation of a fixture.

use std::process::ExitStatus;
use std::time::Duration;

use serde_json::{Value, json};
use unicontact_providers::comparison::IdentifyingValues;
use unicontact_providers::testkit::Received;
use unicontact_providers::{ProviderError, ProviderInfo};

use super::form::{HeldError, HoldOutput};
use super::process::{Finished, OUTPUT_LIMIT};
use crate::difference::{Difference, Differences};
use crate::fixture::Expectation;
use crate::forbidden_texts::ForbiddenTexts;
use crate::outcome::Outcome;
use crate::replay::NAME;
use crate::replay::comparison::{self, describe_expected};
use crate::scenario::Scenario;

const ONE_RESULT: &str = "one JSON object";
/// The text in place of one that shows a credential or a value of the contact.
const REMOVED: &str = "[removed]";
/// The number of characters that a message has of the last line on stderr.
const LINE_LENGTH: usize = 200;

/// Adds a difference for each of: the end of the command, its result, and credentials and contact data in its output.
pub(super) fn compare(
    differences: &mut Differences,
    scenario: &Scenario<'_>,
    finished: &Finished,
    received: &[Received],
    timeout: Duration,
) {
    let forbidden = ForbiddenTexts::new(&scenario.credentials(), scenario.contact);
    let forbidden = forbidden.with_queries_of(received);
    let output = without_leaks(read_output(&finished.stdout), &forbidden);
    let stderr = String::from_utf8_lossy(&finished.stderr);
    let leaked = forbidden.found_in(&stderr);
    match finished.status {
        None => killed(differences, scenario, timeout),
        Some(status) => {
            let last_line = if leaked.is_empty() { last_line(&stderr) } else { None };
            failed_exit(differences, status, last_line);
            // A command that failed and printed nothing has said so by its exit code.
            if status.success() || !finished.stdout.is_empty() {
                result(differences, scenario, &output);
            }
        }
    }
    // A result without an error is an id, which may be a value of the contact.
    if matches!(output, Err(_) | Ok(HoldOutput::Error(_))) {
        let stdout = String::from_utf8_lossy(&finished.stdout);
        leaks(differences, "what stdout shows", &forbidden.found_in(&stdout));
    }
    leaks(differences, "what stderr shows", &leaked);
}

/// Replaces the texts of an error, and what is wrong with an output, if they show a credential or a value of the contact.
fn without_leaks(
    output: Result<HoldOutput, String>,
    forbidden: &ForbiddenTexts,
) -> Result<HoldOutput, String> {
    let hide = |text: &mut String| {
        if !forbidden.found_in(text).is_empty() {
            REMOVED.clone_into(text);
        }
    };
    match output {
        Ok(HoldOutput::Error(mut error)) => {
            error.texts_mut().for_each(hide);
            Ok(HoldOutput::Error(error))
        }
        Err(mut problem) => {
            hide(&mut problem);
            Err(problem)
        }
        output => output,
    }
}

fn killed(differences: &mut Differences, scenario: &Scenario<'_>, timeout: Duration) {
    let actual = format!("none within {} s; the command was killed", timeout.as_secs());
    differences.add("result", describe_expected(&scenario.fixture.expect), actual);
}

fn failed_exit(differences: &mut Differences, status: ExitStatus, last_line: Option<String>) {
    if !status.success() {
        let code =
            status.code().map_or_else(|| "none: a signal ended the command".to_owned(), |it| it.to_string());
        let line = last_line.map(|line| format!("; its last message: {line}")).unwrap_or_default();
        differences.add("exit code", "0, also after an error", format!("{code}{line}"));
    }
}

fn last_line(stderr: &str) -> Option<String> {
    let line = stderr.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.chars().take(LINE_LENGTH).collect())
}

fn result(differences: &mut Differences, scenario: &Scenario<'_>, output: &Result<HoldOutput, String>) {
    let outcome = match output {
        Err(problem) => return differences.add("result", ONE_RESULT, problem),
        Ok(HoldOutput::Error(error)) => return failure(differences, scenario, error),
        Ok(HoldOutput::Created(contact)) => Outcome::Created {
            id: contact.id.clone(),
            existing: contact.existing,
            returned: IdentifyingValues::default(),
            ignored: Vec::new(),
        },
        Ok(HoldOutput::Found(id)) => Outcome::Found(id.clone()),
        Ok(HoldOutput::Unclear(ids)) => Outcome::Unclear(ids.clone()),
        Ok(HoldOutput::Checked(_)) => Outcome::Checked,
    };
    comparison::outcome(differences, &scenario.fixture.expect, &outcome);
}

/// Compares an error. Its message is in the adapter's words, and is compared only if there is one.
fn failure(differences: &mut Differences, scenario: &Scenario<'_>, held: &HeldError) {
    let mut expected = scenario.fixture.expect.clone();
    if held.message.is_none() {
        expected.message = None;
    }
    match provider_error(scenario, held) {
        Err(problem) => differences.add("result", ONE_RESULT, problem),
        Ok(error) => {
            let is_transient = error.is_transient();
            differences.0.extend(in_names_of_form(&expected, error));
            differences.values("transient", held.transient.or(Some(is_transient)), Some(is_transient));
        }
    }
}

/// Returns the differences of an error. Their places are the names that the output of a command has.
fn in_names_of_form(expected: &Expectation, error: ProviderError) -> Vec<Difference> {
    let mut differences = Differences::default();
    comparison::outcome(&mut differences, expected, &Outcome::Failed(error));
    for difference in differences.0.iter_mut().filter(|it| it.place == comparison::RETRY_AFTER) {
        "retry_after".clone_into(&mut difference.place);
    }
    differences.0
}

fn provider_error(scenario: &Scenario<'_>, held: &HeldError) -> Result<ProviderError, String> {
    let mut document = serde_json::to_value(held).map_err(|error| error.to_string())?;
    document["operation"] = json!(scenario.fixture.operation());
    let error: ProviderError = serde_json::from_value(document).map_err(|error| error.to_string())?;
    let error = if held.transient == Some(true) { error.with_renewed_credential() } else { error };
    Ok(error.with_provider(&ProviderInfo::new(NAME, scenario.fixture.vendor.clone())))
}

fn leaks(differences: &mut Differences, place: &str, names: &[&str]) {
    for name in names {
        differences.add(place, "nothing of the request", *name);
    }
}

/// Returns the one result on stdout, or the problem of the output.
fn read_output(stdout: &[u8]) -> Result<HoldOutput, String> {
    if stdout.len() > OUTPUT_LIMIT {
        return Err(format!("more than {} KiB on stdout", OUTPUT_LIMIT / 1024));
    }
    let documents = serde_json::Deserializer::from_slice(stdout).into_iter::<Value>();
    let documents: Result<Vec<Value>, _> = documents.collect();
    match documents.as_deref() {
        Err(error) => Err(format!("no JSON on line {}, column {} of stdout", error.line(), error.column())),
        Ok([]) => Err("nothing on stdout".to_owned()),
        Ok([document]) => result_of(document),
        Ok(several) => Err(format!("{} results on stdout", several.len())),
    }
}

fn result_of(document: &Value) -> Result<HoldOutput, String> {
    match serde_path_to_error::deserialize(document) {
        Ok(HoldOutput::Checked(false)) => Err("checked: write true, or an error instead".to_owned()),
        Ok(output) => Ok(output),
        Err(error) => Err(problem_of(&error)),
    }
}

/// Returns the member that is wrong and what is wrong with it.
fn problem_of(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    match error.path().iter().next() {
        Some(_) => format!("{}: {}", error.path(), error.inner()),
        None => error.inner().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn problem(stdout: &str) -> String {
        read_output(stdout.as_bytes()).err().unwrap_or_default()
    }

    #[test]
    fn stdout_has_one_result() {
        for (stdout, expected) in [
            ("{\"created\": {\"id\": \"7\"}}\n", ""),
            ("{\"found\": null}", ""),
            ("", "nothing on stdout"),
            ("Created 7", "no JSON on line 1, column 1 of stdout"),
            ("{\"found\": null}\ndone", "no JSON on line 2, column 1 of stdout"),
            ("{\"found\": null}{\"found\": null}", "2 results on stdout"),
            ("{\"checked\": false}", "checked: write true, or an error instead"),
            ("{\"created\": {\"id\": 7}}", "created.id: invalid type: integer `7`, expected a string"),
            (
                "{\"created\": {\"id\": \"7\", \"name\": \"x\"}}",
                "created.name: unknown field `name`, expected `id` or `existing`",
            ),
            ("{\"error\": {\"kind\": \"invalid\"}}", "error: missing field `effect`"),
        ] {
            assert_eq!(problem(stdout), expected, "{stdout}");
        }
        let long = " ".repeat(OUTPUT_LIMIT + 1);
        assert_eq!(problem(&long), "more than 1024 KiB on stdout");
    }

    proptest! {
        #[test]
        fn an_id_is_read_as_it_was_printed_and_any_text_has_one_verdict(id in ".{1,20}", text in ".{0,60}") {
            let printed = json!({"created": {"id": id.clone()}}).to_string();
            let read = read_output(printed.as_bytes());
            let is_same = matches!(read, Ok(HoldOutput::Created(contact)) if contact.id == id && !contact.existing);
            prop_assert!(is_same);
            prop_assert_ne!(problem(&text), "");
        }
    }
}
