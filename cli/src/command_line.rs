//! The running command as text that a user can paste into a shell.

use std::env;
use std::path::{Path, PathBuf};

/// Returns the command of this process with the option set to another value.
pub(crate) fn with_option(option: &str, value: &str) -> String {
    with_replaced_option(&arguments(), option, value)
}

/// Returns the command of this process.
pub(crate) fn whole() -> String {
    joined(&arguments())
}

/// Returns the command of this process without a flag.
pub(crate) fn without_flag(flag: &str) -> String {
    let mut arguments = arguments();
    arguments.retain(|word| word != flag);
    joined(&arguments)
}

fn joined(arguments: &[String]) -> String {
    let words = arguments.iter().map(|word| quoted(word));
    std::iter::once("unicontact".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

/// Returns the command of this process with `file` in place of its files, and without the options that name its other outputs.
pub(crate) fn with_other_file(files: &[PathBuf], file: &Path) -> String {
    with_replaced_files(&arguments(), files, &file.to_string_lossy())
}

fn with_replaced_files(arguments: &[String], files: &[PathBuf], file: &str) -> String {
    const OUTPUTS: [&str; 3] = ["--rejects", "--report", "--notes"];
    let mut words = vec!["unicontact".to_owned()];
    let mut is_replaced = false;
    let mut arguments = arguments.iter();
    while let Some(word) = arguments.next() {
        let is_output = |option: &&str| word.strip_prefix(*option).is_some_and(|rest| rest.starts_with('='));
        if OUTPUTS.contains(&word.as_str()) {
            arguments.next();
        } else if files.iter().any(|path| path.to_string_lossy() == *word) {
            if !is_replaced {
                words.push(quoted(file));
            }
            is_replaced = true;
        } else if !OUTPUTS.iter().any(is_output) {
            words.push(quoted(word));
        }
    }
    words.join(" ")
}

fn arguments() -> Vec<String> {
    env::args_os().skip(1).map(|it| it.to_string_lossy().into_owned()).collect()
}

fn with_replaced_option(arguments: &[String], option: &str, value: &str) -> String {
    let mut words = vec!["unicontact".to_owned()];
    let assigned = format!("{option}=");
    let mut arguments = arguments.iter();
    while let Some(word) = arguments.next() {
        if word == option {
            arguments.next();
        } else if !word.starts_with(&assigned) {
            words.push(quoted(word));
        }
    }
    words.extend([option.to_owned(), quoted(value)]);
    words.join(" ")
}

/// Returns the text quoted as one shell word.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_=./,:@+%".contains(it);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(given: &[&str]) -> String {
        let given: Vec<String> = given.iter().map(|it| (*it).to_owned()).collect();
        with_replaced_option(&given, "--after", "7")
    }

    #[test]
    fn words_with_special_characters_are_quoted() {
        for plain in ["voice/42", "sha256:0a1b", "C:/a-b_c.toml", "ada@example.com"] {
            assert_eq!(quoted(plain), plain);
        }
        assert_eq!(quoted("voice/Ada King"), "'voice/Ada King'");
        assert_eq!(quoted("voice/O'Brien; rm"), r"'voice/O'\''Brien; rm'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn the_option_is_replaced_and_other_words_are_quoted() {
        assert_eq!(command(&["deliveries", "list"]), "unicontact deliveries list --after 7");
        assert_eq!(command(&["list", "--after", "3", "--to", "a,b"]), "unicontact list --to a,b --after 7");
        assert_eq!(command(&["list", "--after=3"]), "unicontact list --after 7");
        assert_eq!(
            command(&["--search", "o'brien x", ""]),
            r"unicontact --search 'o'\''brien x' '' --after 7"
        );
    }

    #[test]
    fn the_files_are_replaced_and_other_outputs_are_left_out() {
        let arguments =
            "import a.csv --to voice b.csv --report r.ndjson --rejects=x.csv --map m.toml".split(' ');
        let arguments: Vec<String> = arguments.map(str::to_owned).collect();
        let files = ["a.csv", "b.csv"].map(PathBuf::from);
        assert_eq!(
            with_replaced_files(&arguments, &files, "our rejects.csv"),
            "unicontact import 'our rejects.csv' --to voice --map m.toml"
        );
    }
}
