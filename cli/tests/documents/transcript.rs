//! A console block: commands, and the output that each of them prints.

/// A command and its output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) command: String,
    pub(super) output: Vec<String>,
}

/// A line of a screen that matches any number of lines.
const OMITTED: &str = "…";
/// The replacement of a value that differs from run to run.
const VARIABLE: &str = "*";
const UNITS: [&str; 4] = ["ms", "s", "min", "h"];

/// Returns the steps of a console block.
pub(super) fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step { command: command.to_owned(), output: Vec::new() });
        } else {
            let step = steps.last_mut().unwrap_or_else(|| panic!("output before the first command: {line}"));
            step.output.push(line.to_owned());
        }
    }
    steps
}

/// Returns the text of a console block with these steps.
pub(super) fn text(steps: &[Step]) -> String {
    let lines = steps.iter().flat_map(|step| {
        let output = step.output.iter().map(|line| line.trim_end().to_owned());
        std::iter::once(format!("$ {}", step.command)).chain(output)
    });
    lines.map(|line| line + "\n").collect()
}

/// Returns whether a screen shows this output. Blank lines, repeated blanks, durations, times and ids of runs make no difference;
/// `…` matches any lines.
pub(super) fn shows(screen: &[String], output: &[String]) -> bool {
    let lines =
        |lines: &[String]| lines.iter().map(|it| stable(it)).filter(|it| !it.is_empty()).collect::<Vec<_>>();
    is_shown(&lines(screen), &lines(output))
}

fn is_shown(screen: &[String], output: &[String]) -> bool {
    match screen {
        [] => output.is_empty(),
        [first, rest @ ..] if first == OMITTED => {
            (0..=output.len()).any(|omitted| is_shown(rest, &output[omitted..]))
        }
        [first, rest @ ..] => {
            output.split_first().is_some_and(|(line, others)| line == first && is_shown(rest, others))
        }
    }
}

/// Returns the line without the values that differ from run to run.
fn stable(line: &str) -> String {
    let line = without_elapsed(line);
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut stable: Vec<&str> = Vec::new();
    for word in words {
        let bare = word.trim_end_matches(['.', ',', ';', ')']);
        let follows_a_number = stable.last().is_some_and(|last| is_number(last.trim_start_matches('(')));
        if follows_a_number && UNITS.contains(&bare) {
            stable.pop();
            stable.push(VARIABLE);
        } else if is_a_time(bare) || is_a_run(word) {
            stable.push(VARIABLE);
        } else {
            stable.push(word);
        }
    }
    stable.dedup_by(|second, first| *second == VARIABLE && *first == VARIABLE);
    stable.join(" ")
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|it| it.is_ascii_digit() || it == '.')
}

/// Whether a word is a date or a time of day, such as `2026-11-29T10:00:00Z` or `10:05`.
fn is_a_time(word: &str) -> bool {
    let separators = word.chars().filter(|it| matches!(it, '-' | ':')).count();
    separators > 0
        && word.chars().filter(char::is_ascii_digit).count() >= 4
        && word.starts_with(|it: char| it.is_ascii_digit())
        && word.chars().all(|it| it.is_ascii_digit() || matches!(it, '-' | ':' | '.' | 'T' | 'Z' | '+'))
}

/// Whether a word is the id of a run in brackets, such as `(k3f9x2ab)`.
fn is_a_run(word: &str) -> bool {
    let id = word.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    id.is_some_and(|id| id.len() == 8 && id.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit()))
}

fn without_elapsed(line: &str) -> String {
    const MEMBER: &str = "\"elapsed_ms\":";
    let mut parts = line.split(MEMBER);
    let first = parts.next().unwrap_or_default().to_owned();
    parts
        .fold(first, |stable, part| stable + MEMBER + part.trim_start_matches(|it: char| it.is_ascii_digit()))
}

#[test]
fn a_screen_shows_an_output_except_for_what_differs_from_run_to_run() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let output =
        lines(" acme  created  1  3 ms\n\nrun import (k3f9x2ab) at 2026-11-29 10:00\n{\"elapsed_ms\":7}\n");
    assert!(shows(
        &lines("acme created 1 12.5 s\nrun import (aaaaaaaa) at 2025-01-02 11:00:01\n{\"elapsed_ms\":8}"),
        &output
    ));
    assert!(shows(&lines("…\n{\"elapsed_ms\":8}"), &output));
    assert!(shows(&lines("acme created 1 3 ms\n…"), &output));
    assert!(!shows(&lines("acme created 2 3 ms\n…"), &output));
    assert!(!shows(&lines("acme created 1 3 ms"), &output), "lines are missing");
    assert!(!shows(&lines("…\nanother line"), &output));
    assert!(!shows(&[], &output));
}

#[test]
fn a_console_block_is_read_and_written_unchanged() {
    let block = "$ one --option\nfirst\n\nsecond\n$ two\n";
    let steps = steps(block);
    assert_eq!(steps.len(), 2);
    assert_eq!(steps[0].output, ["first", "", "second"]);
    assert_eq!(text(&steps), block);
}
