//! Checks that the command line accepts the commands in `text` blocks.

use std::process::Command;

use super::page::blocks_in;

/// A word of a shell's command line, or an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Text(String),
    /// `|` and `&`, which end a command.
    End,
    /// `>` and `<`, which are followed by a file.
    Redirection,
}

/// Returns the words of a line. Quotes are removed; a comment ends the line.
fn words(line: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in line.chars() {
        match (quote, character) {
            (Some(end), _) if character == end => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, '|' | '&' | '>' | '<') => {
                words.extend(word.take().map(Word::Text));
                words.push(if matches!(character, '|' | '&') { Word::End } else { Word::Redirection });
            }
            (None, _) if character.is_whitespace() => words.extend(word.take().map(Word::Text)),
            (_, _) => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word.map(Word::Text));
    words
}

/// Returns the arguments of each run of `unicontact` in a line. A redirection is the end of a command's arguments.
fn runs(line: &str) -> Vec<Vec<String>> {
    let words = words(line.trim_start().trim_start_matches("$ "));
    words.split(|word| *word == Word::End).filter_map(arguments).collect()
}

fn arguments(command: &[Word]) -> Option<Vec<String>> {
    let before_files = command.iter().map_while(|word| match word {
        Word::Text(text) => Some(text.clone()),
        Word::End | Word::Redirection => None,
    });
    let texts: Vec<String> = before_files.collect();
    let words: Vec<&str> = texts.iter().map(String::as_str).collect();
    match &*words {
        ["unicontact", ..] => Some(texts[1..].to_vec()),
        ["cargo", "run", "--", ..] => Some(texts[3..].to_vec()),
        ["cargo", "run", "--release", "--", ..] => Some(texts[4..].to_vec()),
        _ => None,
    }
}

#[test]
fn the_command_line_accepts_every_command() {
    let mut checked = 0;
    for block in blocks_in("text") {
        for arguments in block.text.lines().flat_map(runs) {
            // Help is printed where it is reached: what comes before it was accepted.
            let mut command = Command::new(env!("CARGO_BIN_EXE_unicontact"));
            let ended = command.args(&arguments).arg("--help").env_clear().output().unwrap();
            let stderr = String::from_utf8(ended.stderr).unwrap();
            assert!(
                ended.status.success(),
                "{}: unicontact {}: {stderr}",
                block.place(),
                arguments.join(" ")
            );
            checked += 1;
        }
    }
    assert!(checked > 60, "{checked}");
}

#[test]
fn a_line_is_cut_into_commands_as_a_shell_does() {
    assert_eq!(
        runs("psql -c \"SELECT 'a|b'\" | unicontact import - --to 'a b' # why"),
        [["import", "-", "--to", "a b"]]
    );
    assert_eq!(runs("$ unicontact status &"), [["status"]]);
    assert_eq!(runs("cargo run --release -- demo"), [["demo"]]);
    assert_eq!(runs("cargo test unicontact"), Vec::<Vec<String>>::new());
    assert_eq!(runs("unicontact sandbox > unicontact"), [["sandbox"]]);
}
