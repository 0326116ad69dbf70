//! The words of a command line by their roles, as clap reads them.

use clap::{Arg, Command};

/// A part of a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// The name of a subcommand.
    Subcommand(String),
    /// An option with its value, or a flag.
    Option {
        /// The option without its aliases: `--to`.
        name: String,
        /// The option and its value as they were written.
        words: Vec<String>,
    },
    /// The mark `--`. The words after it are no options.
    Mark,
    /// An argument without a name, such as a file.
    Positional(String),
}

impl Part {
    /// Returns whether this is one of these options.
    pub(super) fn is_option(&self, names: &[&str]) -> bool {
        matches!(self, Self::Option { name, .. } if names.contains(&name.as_str()))
    }
}

/// Returns the parts of the arguments of a command, which were parsed without an error.
pub(super) fn parts(command: &mut Command, arguments: &[String]) -> Vec<Part> {
    // The options that all commands share belong to each subcommand only afterwards.
    command.build();
    let mut command: &Command = command;
    let mut parts = Vec::new();
    let mut is_after_mark = false;
    let mut words = arguments.iter().peekable();
    while let Some(word) = words.next() {
        if is_after_mark || !is_option(word) {
            match command.find_subcommand(word).filter(|_| !is_after_mark) {
                Some(subcommand) => {
                    command = subcommand;
                    parts.push(Part::Subcommand(word.clone()));
                }
                None => parts.push(Part::Positional(word.clone())),
            }
        } else if word == "--" {
            is_after_mark = true;
            parts.push(Part::Mark);
        } else {
            let (long, assigned) =
                word.split_once('=').map_or((&**word, None), |(long, value)| (long, Some(value)));
            let option = argument(command, long);
            let takes_next =
                |next: &&String| assigned.is_none() && option.is_some_and(|option| takes_word(option, next));
            let value = words.next_if(|next| takes_next(next));
            let name =
                option.and_then(Arg::get_long).map_or_else(|| long.to_owned(), |name| format!("--{name}"));
            let words = std::iter::once(word).chain(value).cloned().collect();
            parts.push(Part::Option { name, words });
        }
    }
    parts
}

/// Returns whether a word begins like an option. `-` is standard input.
fn is_option(word: &str) -> bool {
    word.len() > 1 && word.starts_with('-')
}

/// Returns the argument with this long name or alias.
fn argument<'a>(command: &'a Command, long: &str) -> Option<&'a Arg> {
    let long = long.strip_prefix("--")?;
    let is_named = |argument: &&Arg| {
        argument.get_long() == Some(long) || argument.get_all_aliases().is_some_and(|all| all.contains(&long))
    };
    command.get_arguments().find(is_named)
}

/// Returns whether the word after an option is its value.
fn takes_word(option: &Arg, next: &str) -> bool {
    let values = option.get_num_args().filter(|_| option.get_action().takes_values());
    values.is_some_and(|values| values.min_values() > 0 || values.max_values() > 0 && !is_option(next))
}
