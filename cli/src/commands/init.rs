//! `unicontact init`: writes a configuration from flags and from answers.
//!
//! Invariants: no file is overwritten, nothing is written before it loads without a mistake, and no secret is taken from a flag.

mod draft;
mod questions;
mod terminal;

use std::io;
use std::path::{Path, PathBuf};

use unicontact::config::{FILE_NAME, TOP_LEVEL_KEYS, VendorKeys};
use unicontact::is_provider_name;

use self::draft::Draft;
use self::questions::Prompt;
use self::terminal::Terminal;
use crate::arguments::{Common, Init};
use crate::command_line::quoted;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::{self, Line, Style, next_command};
use crate::{private_file, sources};

pub(super) fn run(common: &Common, init: &Init) -> Result<Exit, Failure> {
    let path = common.config.clone().unwrap_or_else(|| PathBuf::from(FILE_NAME));
    check_free(&path, init)?;
    let mut draft = from_flags(&path, init, sources::settings(common)?)?;
    complete(&mut draft, &path)?;
    let configuration = draft.check_before_writing()?;
    private_file::write_new(&path, &draft.text()).map_err(|error| unwritten(&path, &error))?;
    let count = configuration.providers.len() as u64;
    let providers: Vec<&str> =
        configuration.providers.iter().map(|provider| provider.name.as_str()).collect();
    let providers = format!("{} ({})", output::counted(count, "provider", "providers"), providers.join(", "));
    let written = format!("Wrote {} with {providers}", path.display());
    output::styled_message(&Line::default().styled(Style::Good, &written).text("; only you can read it."), 2);
    let next = format!("unicontact check --online{}", next_command::config_option(common));
    output::styled_message(&Line::new("Check the credentials next: ").styled(Style::Command, &next), 2);
    Ok(Exit::Done)
}

/// Checks that there is no file yet, before any question is asked.
fn check_free(path: &Path, init: &Init) -> Result<(), Failure> {
    if std::fs::symlink_metadata(path).is_err() {
        return Ok(());
    }
    let failure = unwritten(path, &io::ErrorKind::AlreadyExists.into());
    Err(match init.vendor() {
        Some(vendor) => {
            failure.with_hint(format!("unicontact vendors show {} lists the keys", quoted(vendor)))
        }
        None => failure,
    })
}

/// Returns a draft with the settings of the flags. A key without a dot belongs to the provider that the flags name.
fn from_flags(path: &Path, init: &Init, settings: Vec<(String, String)>) -> Result<Draft, Failure> {
    let mut draft = Draft::new(path, &settings)?;
    let prefix = match init.vendor() {
        Some(vendor) => {
            let vendor = draft.vendor(vendor)?;
            let name = init.name.as_deref().unwrap_or(vendor.name());
            if !is_provider_name(name) {
                return Err(draft::wrong_name(&format!("--name {}", quoted(name))));
            }
            draft.provider(&vendor, name);
            Some(format!("providers.{}.{name}", vendor.name()))
        }
        None => None,
    };
    for (key, value) in settings {
        let path = match &prefix {
            Some(prefix) if !key.contains('.') && !TOP_LEVEL_KEYS.contains(&&*key) => {
                format!("{prefix}.{key}")
            }
            _ => key.clone(),
        };
        draft.set(&path, &key, &value)?;
    }
    Ok(draft)
}

/// Asks for the providers and keys that the draft lacks.
///
/// # Errors
///
/// There is no terminal, or the person stops.
fn complete(draft: &mut Draft, path: &Path) -> Result<(), Failure> {
    let is_complete = draft.providers.iter().all(|provider| draft.missing(provider).is_empty());
    if is_complete && !draft.providers.is_empty() {
        return Ok(());
    }
    let Some(mut terminal) = Terminal::find() else { return Err(missing(draft)) };
    let intro = format!("This writes {}. Ctrl-C stops, and writes nothing.", path.display());
    terminal.show(&Line::new(&intro));
    let answered = if draft.providers.is_empty() {
        questions::ask_for_providers(draft, &mut terminal)
    } else {
        (0..draft.providers.len()).try_for_each(|index| questions::ask_for_keys(draft, index, &mut terminal))
    };
    answered.map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::Interrupted => {
            Failure::new(FailureCode::NotConfirmed, "nothing was written")
        }
        _ => Failure::new(
            FailureCode::Output,
            format!("the answer cannot be read: {error}; nothing was written"),
        ),
    })
}

/// Returns the failure that lists the options which a run without a terminal needs.
fn missing(draft: &Draft) -> Failure {
    let mut lines = vec!["there is no terminal to ask at, so these options are needed".to_owned()];
    if draft.providers.is_empty() {
        lines.push(format!("  VENDOR           one of {}", draft.vendors.names().join(", ")));
        lines.push("  --name NAME      the name of the provider, of your choice".to_owned());
        lines.push(
            "  --set KEY=VALUE  the keys of the provider; name the vendor first to see which".to_owned(),
        );
    }
    for provider in &draft.providers {
        let all = draft.all_missing(provider);
        for missing in &all {
            let key = &missing.key;
            lines.push(if key.is_secret {
                let variable = provider.variable(&key.name);
                format!("  --set {}_file=PATH, or the variable {variable}", key.name)
            } else {
                format!("  --set {}=VALUE: {}", key.name, key.expected)
            });
        }
        let choices = VendorKeys::new(&provider.vendor).choices();
        lines.extend(choices.iter().map(|choice| format!("  (a choice: {choice})")));
    }
    Failure::new(FailureCode::Usage, lines.join("\n"))
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    Failure::new(
        FailureCode::Output,
        match error.kind() {
            io::ErrorKind::AlreadyExists => {
                format!(
                    "{path} exists, and init changes no file; edit it, or name another file with --config PATH"
                )
            }
            io::ErrorKind::NotFound => {
                format!("{path}: the folder does not exist; create it, or name another file")
            }
            _ => format!("{path} cannot be written: {error}"),
        },
    )
}
