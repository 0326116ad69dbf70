//! Errors of the command line, as text or as JSON.

use std::ffi::OsString;
use std::process::ExitCode;

use crate::arguments::Format;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;

/// Prints a help text, the version, or an error of the command line. Returns the exit code.
pub(crate) fn print(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // A closed pipe is no error.
        let _ = error.print();
        return ExitCode::from(Exit::Done.code());
    }
    if is_json_wanted(std::env::args_os().skip(1)) {
        failure(&error.render().to_string()).print(Format::Json);
    } else {
        let _ = error.print();
    }
    ExitCode::from(Exit::Usage.code())
}

/// Returns whether the arguments, which could not be read, ask for JSON.
fn is_json_wanted(arguments: impl Iterator<Item = OsString>) -> bool {
    let mut is_value = false;
    for argument in arguments.take_while(|argument| argument != "--") {
        if argument == "--format=json" || (is_value && argument == "json") {
            return true;
        }
        is_value = argument == "--format";
    }
    false
}

/// Returns the failure of a message of several paragraphs: the error, tips, and the usage.
fn failure(text: &str) -> Failure {
    let mut paragraphs = text.split("\n\n").map(str::trim);
    let error = paragraphs.next().unwrap_or_default();
    let Some(message) = error.strip_prefix("error: ") else {
        return Failure::new(FailureCode::Usage, "the command line names no command")
            .with_hint("unicontact --help");
    };
    let rest: Vec<&str> = paragraphs.collect();
    let beginning = |word: &str| rest.iter().find_map(|paragraph| paragraph.strip_prefix(word));
    let hint = beginning("tip: ").or_else(|| beginning("Usage: "));
    let failure = Failure::new(FailureCode::Usage, in_one_line(message));
    match hint {
        Some(hint) => failure.with_hint(in_one_line(hint)),
        None => failure,
    }
}

fn in_one_line(paragraph: &str) -> String {
    paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_wanted(arguments: &[&str]) -> bool {
        is_json_wanted(arguments.iter().map(OsString::from))
    }

    #[test]
    fn json_is_wanted_by_the_option_alone() {
        assert!(is_wanted(&["create", "--format", "json", "--nmae"]));
        assert!(is_wanted(&["--format=json"]));
        for arguments in
            [&["create", "json"][..], &["--format", "human"], &["--", "--format=json"], &["--format"]]
        {
            assert!(!is_wanted(arguments), "{arguments:?}");
        }
    }
}
