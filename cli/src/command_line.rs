//! The running command as text that a user can paste into a shell.
//!
//! Invariant: the text shows no value of a secret. Such a value is replaced by `…`.

mod parts;

use std::env;
use std::path::Path;

use clap::CommandFactory;
use serde_json::Value;
use unicontact::config::Configuration;
use unicontact_files::Format;

use self::parts::{Part, parts};
use crate::arguments::Arguments;

/// The options that do not apply to a file of rejects: the other outputs, and the encoding and sheet of the first input.
const NOT_OF_REJECTS: [&str; 5] = ["--rejects", "--report", "--notes", "--encoding", "--sheet"];

/// A command line that can be changed.
struct CommandLine(Vec<Part>);

/// Returns the command of this process with the option set to another value.
pub(crate) fn with_option(option: &str, value: &str) -> String {
    CommandLine::of_process().with_option(option, value).text()
}

/// Returns the command of this process.
pub(crate) fn whole() -> String {
    CommandLine::of_process().text()
}

/// Returns the command of this process without a flag.
pub(crate) fn without_flag(flag: &str) -> String {
    CommandLine::of_process().without_options(&[flag]).text()
}

/// Returns the import of this process with a file of rejects in place of its inputs. `format` is that of the input.
pub(crate) fn for_rejects(file: &Path, format: Option<Format>) -> String {
    CommandLine::of_process().for_rejects(&file.to_string_lossy(), format).text()
}

impl CommandLine {
    fn of_process() -> Self {
        let arguments: Vec<String> =
            env::args_os().skip(1).map(|it| it.to_string_lossy().into_owned()).collect();
        Self::new(&arguments)
    }

    fn new(arguments: &[String]) -> Self {
        Self(parts(&mut Arguments::command(), arguments))
    }

    fn without_options(mut self, options: &[&str]) -> Self {
        self.0.retain(|part| !part.is_option(options));
        self
    }

    fn with_option(self, option: &str, value: &str) -> Self {
        let mut line = self.without_options(&[option]);
        let end = line.0.iter().position(|part| *part == Part::Mark).unwrap_or(line.0.len());
        let words = vec![option.to_owned(), value.to_owned()];
        line.0.insert(end, Part::Option { name: option.to_owned(), words });
        line
    }

    /// Rejects are in UTF-8, those of a workbook in a CSV, and those of JSON one on each line.
    fn for_rejects(self, file: &str, format: Option<Format>) -> Self {
        let mut line = self.without_options(&NOT_OF_REJECTS);
        if matches!(format, None | Some(Format::Json | Format::Workbook)) {
            line = line.without_options(&["--input-format", "--delimiter"]);
        }
        let is_positional = |part: &Part| matches!(part, Part::Positional(_));
        let first = line.0.iter().position(is_positional).unwrap_or(line.0.len());
        line.0.retain(|part| !is_positional(part));
        // A name like an option would be taken as one.
        let file = if file.starts_with('-') { format!("./{file}") } else { file.to_owned() };
        line.0.insert(first, Part::Positional(file));
        line
    }

    fn text(&self) -> String {
        let mut words = vec!["unicontact".to_owned()];
        for part in &self.0 {
            match part {
                Part::Subcommand(word) | Part::Positional(word) => words.push(quoted(word)),
                Part::Mark => words.push("--".to_owned()),
                Part::Option { words: given, .. } if part.is_option(&["--set"]) => {
                    words.extend(given.iter().map(|word| quoted(&without_secret(word))));
                }
                Part::Option { words: given, .. } => words.extend(given.iter().map(|word| quoted(word))),
            }
        }
        words.join(" ")
    }
}

/// Returns a word of `--set KEY=VALUE`, which may be one word, without the value of a secret.
fn without_secret(word: &str) -> String {
    let (option, setting) = match word.strip_prefix("--set=") {
        Some(setting) => ("--set=", setting),
        None => ("", word),
    };
    match setting.split_once('=') {
        Some((key, _)) if !is_public(key.trim()) => format!("{option}{key}=…"),
        _ => word.to_owned(),
    }
}

/// Returns whether the value of a key may be shown: the schema has the key, and the value is neither a secret nor a table, which
/// may have secrets.
fn is_public(key: &str) -> bool {
    let holds_others = |schema: &Value| {
        schema["type"] == "object"
            || ["properties", "additionalProperties"].iter().any(|it| schema[it].is_object())
    };
    Configuration::key_schema(key).is_some_and(|schema| schema["writeOnly"] != true && !holds_others(&schema))
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

    fn line(words: &[&str]) -> CommandLine {
        CommandLine::new(&words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
    }

    fn after(words: &[&str]) -> String {
        line(words).with_option("--after", "7").text()
    }

    fn rejects(words: &str, format: Format) -> String {
        let words: Vec<&str> = words.split(' ').collect();
        line(&words).for_rejects("our rejects.csv", Some(format)).text()
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
        let list = ["deliveries", "list"];
        let with = |words: &[&str]| after(&[&list, words].concat());
        assert_eq!(with(&[]), "unicontact deliveries list --after 7");
        assert_eq!(with(&["--after", "3", "--to", "a,b"]), "unicontact deliveries list --to a,b --after 7");
        assert_eq!(with(&["--after=3"]), "unicontact deliveries list --after 7");
        assert_eq!(
            with(&["--config", "o'brien x", ""]),
            r"unicontact deliveries list --config 'o'\''brien x' '' --after 7"
        );
        let marked = line(&["import", "--again", "--", "-a.csv"]).with_option("--before", "2h");
        assert_eq!(marked.text(), "unicontact import --again --before 2h -- -a.csv");
    }

    #[test]
    fn the_files_are_replaced_and_other_outputs_are_left_out() {
        assert_eq!(
            rejects(
                "import a.csv --to voice b.csv --report r.ndjson --rejects=x.csv --map m.toml",
                Format::Csv
            ),
            "unicontact import 'our rejects.csv' --to voice --map m.toml"
        );
        assert_eq!(
            rejects("import --quiet -- -a.csv", Format::Csv),
            "unicontact import --quiet -- 'our rejects.csv'"
        );
        assert_eq!(rejects("import -", Format::Csv), "unicontact import 'our rejects.csv'");
    }

    #[test]
    fn words_that_equal_a_file_are_kept() {
        assert_eq!(
            rejects("import iot --to iot", Format::Csv),
            "unicontact import 'our rejects.csv' --to iot"
        );
        assert_eq!(rejects("import import", Format::Csv), "unicontact import 'our rejects.csv'");
        assert_eq!(
            rejects("--config iot import --provider iot iot", Format::Csv),
            "unicontact --config iot import --provider iot 'our rejects.csv'"
        );
    }

    #[test]
    fn options_that_do_not_apply_to_rejects_are_left_out() {
        let csv = "import a.csv --encoding windows-1252 --delimiter tab --input-format csv";
        assert_eq!(
            rejects(csv, Format::Csv),
            "unicontact import 'our rejects.csv' --delimiter tab --input-format csv"
        );
        let workbook = "import a.dat --sheet Customers --input-format=workbook";
        assert_eq!(rejects(workbook, Format::Workbook), "unicontact import 'our rejects.csv'");
        assert_eq!(
            rejects("import a --input-format json", Format::Json),
            "unicontact import 'our rejects.csv'"
        );
    }

    #[cfg(feature = "jetstream")]
    #[test]
    fn the_value_of_an_option_may_be_left_out() {
        let url = "import --queue nats://127.0.0.1:4222 a.csv";
        assert_eq!(
            rejects(url, Format::Csv),
            "unicontact import --queue nats://127.0.0.1:4222 'our rejects.csv'"
        );
        assert_eq!(
            rejects("import a.csv --queue --yes", Format::Csv),
            "unicontact import 'our rejects.csv' --queue --yes"
        );
    }

    #[test]
    fn values_of_secrets_are_not_shown() {
        for (setting, shown) in [
            ("defaults.timeout=5s", "defaults.timeout=5s"),
            ("journal=off", "journal=off"),
            ("providers.emnify.iot.organisation_id=42", "providers.emnify.iot.organisation_id=42"),
            ("providers.emnify.iot.timeout=5s", "providers.emnify.iot.timeout=5s"),
            (
                "providers.emnify.iot.application_token_file=t",
                "providers.emnify.iot.application_token_file=t",
            ),
            ("providers.emnify.iot.application_token=s=t", "'providers.emnify.iot.application_token=…'"),
            (" providers.emnify.iot.application_token =s", "' providers.emnify.iot.application_token =…'"),
            ("providers.emnify.iot={application_token=1}", "'providers.emnify.iot=…'"),
            ("providers.emnify={iot=1}", "'providers.emnify=…'"),
            ("queue.token=s", "'queue.token=…'"),
            ("queue={token=1}", "'queue=…'"),
            ("unheard.of=s", "'unheard.of=…'"),
        ] {
            assert_eq!(line(&["check", "--set", setting]).text(), format!("unicontact check --set {shown}"));
            let assigned = line(&["check", &format!("--set={setting}")]).text();
            assert_eq!(
                assigned.replace('\'', ""),
                format!("unicontact check --set={shown}").replace('\'', "")
            );
        }
    }
}
