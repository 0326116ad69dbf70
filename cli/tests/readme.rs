//! The README's commands and output against the built command.
//!
//! The demo must print the shown lines in their order; `…` stands for omitted lines, and times may differ.
use std::process::Command;

const README: &str = include_str!("../../README.md");

/// Returns the line without its duration and repeated blanks.
fn timeless(line: &str) -> String {
    let words = line.split_whitespace().collect::<Vec<_>>();
    match words.as_slice() {
        [row @ .., _, "ms"] => row.join(" "),
        words => words.join(" "),
    }
}

#[test]
fn the_readme_shows_what_the_demo_prints() {
    let shown = README.split("```console\n").nth(1).unwrap().split("```").next().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_unicontact")).arg("demo").env_clear().output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut printed = printed.lines().map(timeless);
    for line in shown.lines().map(timeless).filter(|line| line != "…" && !line.is_empty()) {
        assert!(printed.any(|printed| printed == line), "not printed, or not in this order: {line}");
    }
}

#[test]
fn the_command_line_accepts_the_commands_in_the_readme() {
    let folder = tempfile::tempdir().unwrap();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_unicontact"));
    let blocks = README.split("```text\n").skip(1).map(|block| block.split("```").next().unwrap());
    let lines = blocks
        .flat_map(str::lines)
        .filter(|line| line.starts_with("unicontact deliveries") || line.contains(" --before "));
    let mut commands = 0;
    for line in lines {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", line]).env_clear().env("PATH", program.parent().unwrap());
        let ended = shell.current_dir(folder.path()).output().unwrap();
        let stderr = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(2), "there is no configuration: {line}: {stderr}");
        assert!(!stderr.contains("Usage:") && stderr.contains("unicontact.toml"), "{line}: {stderr}");
        commands += 1;
    }
    assert!(commands >= 8, "{commands}");
}
