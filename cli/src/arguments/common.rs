//! The options that all commands share.

use std::path::PathBuf;

use clap::{Arg, Args, Command, ValueEnum};
use unicontact::config::is_unset;

/// The heading of these options.
const GLOBAL: &str = "Global options";
/// The ids of all of them.
pub(super) const ALL: &[&str] = &["config", "to", "set", "format", "verbose", "quiet", "color", "log_format"];

// The texts name the values and variables: clap's own lists take four lines of the long help for each option.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    #[arg(help = "The configuration file [default: unicontact.toml]", long_help = "The configuration file, or UNICONTACT_CONFIG [default: unicontact.toml]", long, global = true, help_heading = GLOBAL, value_name = "PATH", env = unless_unset("UNICONTACT_CONFIG"), hide_env = true)]
    pub(crate) config: Option<PathBuf>,
    /// Use only these providers; also --provider
    #[arg(long, global = true, help_heading = GLOBAL, alias = "provider", value_name = "NAME", value_delimiter = ',')]
    pub(crate) to: Vec<String>,
    /// Set a key, such as defaults.timeout=5s; no secrets
    ///
    /// May be repeated. Other users of this machine can see the command line.
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// The output: human or json [default: human]
    #[arg(long, global = true, help_heading = GLOBAL, value_enum, default_value_t = Format::Human, hide_possible_values = true, hide_default_value = true)]
    pub(crate) format: Format,
    /// Print more details
    #[arg(long, short, global = true, help_heading = GLOBAL)]
    pub(crate) verbose: bool,
    /// Print results, warnings and errors, and no notes
    #[arg(long, short, global = true, help_heading = GLOBAL, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// When to use colours: auto, always or never [default: auto]
    #[arg(long, global = true, help_heading = GLOBAL, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto, hide_possible_values = true, hide_default_value = true, hide_short_help = true)]
    pub(crate) color: ColorChoice,
    #[arg(help = "The format of the log: human or json, or UNICONTACT_LOG_FORMAT [default: human]", long, global = true, help_heading = GLOBAL, value_enum, value_name = "FORMAT", default_value_t = LogFormat::Human, env = unless_unset("UNICONTACT_LOG_FORMAT"), hide_env = true, hide_possible_values = true, hide_default_value = true, hide_short_help = true)]
    pub(crate) log_format: LogFormat,
}

impl Common {
    /// Returns how much the command prints.
    pub(crate) fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (false, true) => Detail::Verbose,
            (false, false) => Detail::Normal,
        }
    }
}

/// Returns a variable that an option reads. `None` while the variable counts as unset.
fn unless_unset(variable: &'static str) -> Option<&'static str> {
    let is_set = std::env::var_os(variable).is_some_and(|value| !is_unset(&value.to_string_lossy()));
    is_set.then_some(variable)
}

/// Returns shared options that have no effect on a command. The command accepts them, and its help does not show them.
pub(super) fn hidden(ids: &[&str]) -> Vec<Arg> {
    let common = Common::augment_args(Command::new("common"));
    let hidden = common.get_arguments().filter(|argument| ids.contains(&argument.get_id().as_str()));
    hidden.map(|argument| argument.clone().hide(true)).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables for people
    Human,
    /// JSON for programs
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How much the command prints for people. Results, warnings and errors are always printed; notes are not with `--quiet`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Detail {
    /// No notes.
    Quiet,
    /// What daily work needs.
    Normal,
    /// Everything, such as each field that a vendor cannot hold.
    Verbose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people
    Human,
    /// A JSON object on each line, for programs
    Json,
}
