//! Options that are given to a command on which they have no effect.

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

/// The options that a user is warned of. The others change only messages.
const MISSED: [&str; 3] = ["config", "to", "set"];
/// A command whose subcommands refuse such an option themselves, and the option.
const REFUSED: (&str, &str) = ("contract", "to");

/// Options that have no effect.
pub(crate) struct WithoutEffect {
    /// The options, such as `--to`.
    pub(crate) options: Vec<String>,
    /// The words of the command on which they have no effect.
    pub(crate) command: String,
}

/// Returns the options of a parsed command line that have no effect. `None` if all have one.
pub(super) fn options_without_effect(command: &Command, matches: &ArgMatches) -> Option<WithoutEffect> {
    let (command, matches, name) = innermost(command, matches, Vec::new());
    let is_given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let options = command.get_arguments().filter(|argument| argument.is_hide_set());
    let options = options.filter(|argument| {
        let id = argument.get_id().as_str();
        MISSED.contains(&id) && is_given(id) && (name.first().copied().unwrap_or_default(), id) != REFUSED
    });
    let options: Vec<String> = options.filter_map(|it| Some(format!("--{}", it.get_long()?))).collect();
    (!options.is_empty()).then(|| WithoutEffect { options, command: name.join(" ") })
}

/// Returns the subcommand that is run, with its arguments and its name.
fn innermost<'a>(
    command: &'a Command,
    matches: &'a ArgMatches,
    mut name: Vec<&'a str>,
) -> (&'a Command, &'a ArgMatches, Vec<&'a str>) {
    let Some((sub, sub_matches)) = matches.subcommand() else { return (command, matches, name) };
    let Some(sub_command) = command.find_subcommand(sub) else { return (command, matches, name) };
    name.push(sub);
    innermost(sub_command, sub_matches, name)
}
