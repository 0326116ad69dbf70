//! Checks the `text` blocks, and the `run:` lines of `yaml` blocks: the command line accepts each of their commands, and other
//! programs are known ones.

use std::process::Command;

use super::page::{Block, blocks_in};

/// The programs of others in the documents.
const OTHER_PROGRAMS: [&str; 13] = [
    "./test.sh",
    "cargo",
    "curl",
    "duckdb",
    "echo",
    "mdbook",
    "mongoexport",
    "mysql",
    "pact",
    "pip",
    "psql",
    "sqlite3",
    "tail",
];
/// Blocks without a command, by page and first line.
const SAMPLES: [(&str, &str); 5] = [
    ("docs/adapters.md", "Rule 1: a create sends at most one request"),
    ("docs/contract-testing.md", "smarttask/create_minimal (documented)"),
    ("docs/contract-testing.md", "error: 13 contacts would be created at iot"),
    ("docs/design/crates.md", "draft ──► Draft"),
    ("docs/test-your-integration.md", "cloverhound/reset (inferred)"),
];

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

/// Returns the words of each command in a line, without the prompt.
fn commands(line: &str) -> Vec<Vec<Word>> {
    let words = words(line.trim_start().trim_start_matches("$ "));
    words.split(|word| *word == Word::End).map(<[Word]>::to_vec).collect()
}

/// Returns the arguments of each run of `unicontact` in a line. A redirection is the end of a command's arguments.
fn runs(line: &str) -> Vec<Vec<String>> {
    commands(line).iter().filter_map(|command| arguments(command)).collect()
}

/// Returns the command lines of a block. Where a block has prompts, its other lines are samples of output.
fn command_lines(block: &Block) -> Vec<&str> {
    let is_sample = SAMPLES.iter().any(|(page, line)| *page == block.page && block.text.starts_with(line));
    let has_prompts = block.text.lines().any(|line| line.starts_with("$ "));
    let is_command = |line: &&str| !line.trim().is_empty() && (line.starts_with("$ ") || !has_prompts);
    block.text.lines().filter(|_| !is_sample).filter(is_command).collect()
}

/// Returns the programs that a line runs, without the variables before them. A comment has none.
fn programs(line: &str) -> Vec<String> {
    let program = |command: &Vec<Word>| {
        command.iter().find_map(|word| match word {
            Word::Text(text) if !is_assignment(text) => Some(text.clone()),
            _ => None,
        })
    };
    commands(line).iter().filter_map(program).collect()
}

/// Whether a word sets a variable, as in `UNICONTACT_SEED=123 cargo test`.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| name.chars().all(|it| it.is_ascii_uppercase() || it == '_'))
}

fn arguments(command: &[Word]) -> Option<Vec<String>> {
    let before_files = command.iter().map_while(|word| match word {
        Word::Text(text) => Some(text.clone()),
        Word::End | Word::Redirection => None,
    });
    let texts: Vec<String> = before_files.collect();
    let words: Vec<&str> = texts.iter().map(String::as_str).collect();
    let ours = match &*words {
        ["unicontact", ..] => &texts[1..],
        ["cargo", "run", "--", ..] => &texts[3..],
        ["cargo", "run", "--release", "--", ..] => &texts[4..],
        _ => return None,
    };
    // After `--` is the command of another program.
    Some(ours.iter().take_while(|text| *text != "--").cloned().collect())
}

/// Returns the `text` blocks, and the `yaml` blocks with their commands alone.
fn blocks_with_commands() -> Vec<Block> {
    let mut pipelines = blocks_in("yaml");
    for block in &mut pipelines {
        let commands = block.text.lines().filter_map(|line| line.split_once("- run: ")).map(|(_, line)| line);
        block.text = commands.collect::<Vec<_>>().join("\n");
        assert!(!block.text.is_empty(), "{}: no line begins with `- run:`", block.place());
    }
    [blocks_in("text"), pipelines].concat()
}

#[test]
fn the_command_line_accepts_every_command() {
    let mut checked = 0;
    for block in blocks_with_commands() {
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
fn other_programs_are_known() {
    let blocks = blocks_with_commands();
    for block in &blocks {
        for program in command_lines(block).into_iter().flat_map(programs) {
            assert!(
                program == "unicontact" || OTHER_PROGRAMS.contains(&&*program),
                "{}: no test knows the program {program:?}",
                block.place()
            );
        }
    }
    for (page, line) in SAMPLES {
        let is_sample = |block: &Block| block.page == page && block.text.starts_with(line);
        assert!(blocks.iter().any(is_sample), "{page} has no sample {line:?}");
    }
    assert_eq!(programs("A_B=1 cargo test | unicontact import - # why"), ["cargo", "unicontact"]);
    assert_eq!(programs("# a comment"), [""; 0]);
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
