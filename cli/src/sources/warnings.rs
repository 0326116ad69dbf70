//! Warnings about a configuration: secrets that other users of this machine can read, ignored variables, and options without
//! effect.
//!
//! Invariant: a warning names keys, variables and files, and no value.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Once;

use unicontact::config::{Configuration, SecretPlace};

use crate::arguments::{Detail, WithoutEffect};
use crate::command_line::quoted;
use crate::output::{self, Line, Style};

static PRINTED: Once = Once::new();

/// Prints the warnings. A command that loads its configuration again does not repeat them.
pub(super) fn print_once(configuration: &Configuration) {
    PRINTED.call_once(|| {
        for line in lines(configuration) {
            output::styled_message(&line, 2);
        }
    });
}

/// Warns of options of the command line that have no effect on the command.
pub(crate) fn warn_of_options_without_effect(without_effect: &WithoutEffect) {
    let WithoutEffect { options, command } = without_effect;
    let have = if options.len() == 1 { "has" } else { "have" };
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let line = warning().text(&format!("{} {have} no effect on {command}", output::and_list(&options)));
    output::styled_message(&line, 2);
}

fn lines(configuration: &Configuration) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut files = BTreeSet::new();
    for source in &configuration.secret_sources {
        match &source.place {
            SecretPlace::Flag => lines.push(on_command_line(&source.key)),
            SecretPlace::File(path) => {
                files.insert(path.as_path());
            }
            _ => {}
        }
    }
    lines.extend(files.into_iter().filter(|path| is_open_to_others(path)).map(open_to_others));
    if output::detail() > Detail::Quiet {
        lines.extend(ignored(&configuration.ignored_variables));
    }
    lines
}

fn on_command_line(key: &str) -> Line {
    let name = key.rsplit('.').next().unwrap_or(key);
    warning()
        .text(&format!(
            "--set {key}: other users of this machine can see the secret; write it into a file and set "
        ))
        .styled(Style::Command, &format!("{name}_file"))
        .text(", or set the variable ")
        .styled(Style::Command, &super::variable_for(key))
}

fn open_to_others(path: &Path) -> Line {
    let path = path.display().to_string();
    warning()
        .text(&format!("{path}: other users of this machine can read the secrets in it; run: "))
        .styled(Style::Command, &format!("chmod 600 {}", quoted(&path)))
}

fn warning() -> Line {
    Line::default().styled(Style::Warning, "warning:").text(" ")
}

/// Returns the note about variables of an orchestrator.
fn ignored(variables: &[String]) -> Option<Line> {
    let [first, others @ ..] = variables else { return None };
    let (which, are) = match others.len() {
        0 => (first.clone(), "is"),
        1 => (format!("{first} and 1 more variable"), "are"),
        count => (format!("{first} and {count} more variables"), "are"),
    };
    let text =
        format!("note: {which} {are} ignored: Kubernetes sets such variables for a service of this name");
    Some(Line::default().styled(Style::Muted, &text))
}

/// Returns whether the mode of a file lets its group or all users read it. False for a file that does not exist, and on a
/// read-only disk, such as a volume of secrets that an orchestrator mounts: nobody can change the mode there.
#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path);
    let is_open = metadata.is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o044 != 0);
    let is_read_only = || {
        let disk = rustix::fs::statvfs(path);
        disk.is_ok_and(|disk| disk.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY))
    };
    is_open && !is_read_only()
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}
