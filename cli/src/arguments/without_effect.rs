//! Options that are given to a command on which they have no effect.

use clap::parser::ValueSource;
use clap::{ArgMatches, Command, CommandFactory};

use super::Arguments;

/// The options whose effect a user would miss. The others only change messages.
const MISSED: [&str; 3] = ["config", "to", "set"];
/// A command that refuses such an option itself, and the option.
const REFUSED: (&[&str], &str) = (&["contract", "test"], "to");

/// Returns the options of the command line that have no effect, and the command on which they have none.
pub(crate) fn options_without_effect() -> Option<(Vec<String>, String)> {
    let mut command = Arguments::command();
    let matches = command.try_get_matches_from_mut(std::env::args_os()).ok()?;
    let (command, matches, name) = innermost(&command, &matches, Vec::new());
    let is_given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let options = command.get_arguments().filter(|argument| argument.is_hide_set());
    let options = options.filter(|argument| {
        let id = argument.get_id().as_str();
        MISSED.contains(&id) && is_given(id) && (name.as_slice(), id) != REFUSED
    });
    let options: Vec<String> = options.filter_map(|it| Some(format!("--{}", it.get_long()?))).collect();
    (!options.is_empty()).then(|| (options, name.join(" ")))
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
