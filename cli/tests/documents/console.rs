//! Runs the console blocks: all commands of a page in order, in one folder, with a sandbox. A page that shows a file of faults has a
//! sandbox with them.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;
use unicontact_sandbox::{Faults, Options, Sandbox, Vendor};

use super::page::{Block, Page, pages, root};
use super::transcript::{Step, shows, steps, text};

/// Pages whose commands another test runs.
const RUN_ELSEWHERE: [(&str, &str); 1] = [("docs/support.md", "journal::settling")];
/// If it is set, the pages get the real output.
const UPDATE: &str = "UNICONTACT_UPDATE_DOCUMENTS";
/// The width of the screens.
const COLUMNS: &str = "100";
const LONGEST_RUN: Duration = Duration::from_mins(1);
/// Files that pages show.
const FILES: [(&str, &str); 2] =
    [("people.csv", include_str!("files/people.csv")), ("kontakte.csv", include_str!("files/kontakte.csv"))];

/// Returns a sandbox with the faults that a page shows.
async fn sandbox(page: &Page) -> Sandbox {
    let faults = page.blocks().into_iter().find(|block| block.text.contains("[[fault]]"));
    let faults = faults.map_or_else(|| Faults::new(1, []), |block| Faults::from_toml(&block.text).unwrap());
    Sandbox::start(Options { faults, ..Options::default() }).await.unwrap()
}

/// Returns a folder with a configuration and the files that pages show. A page that shows a description of a vendor has the
/// configuration that names it.
fn folder(sandbox: &Sandbox, page: &Page) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let head = "journal = \"unicontact.db\"\n[defaults]\nsettle_delay = \"10ms\"\n";
    let printed = sandbox.configuration();
    let providers: Vec<&str> = printed.lines().filter(|line| !line.starts_with("journal")).collect();
    let named = page.blocks().into_iter().find(|block| block.text.starts_with("[vendors]"));
    let configuration = match named {
        Some(named) if !page.descriptions().is_empty() => named.text,
        _ => format!("{head}{}\n", providers.join("\n")),
    };
    for name in ["unicontact.toml", "sandbox.toml"] {
        std::fs::write(folder.path().join(name), &configuration).unwrap();
    }
    page.write_descriptions(folder.path());
    for (name, content) in FILES {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    std::os::unix::fs::symlink(root().join("fixtures"), folder.path().join("fixtures")).unwrap();
    folder
}

/// Returns the lines that a command writes, stdout and stderr together.
async fn run(command: &str, folder: &Path) -> Vec<String> {
    let program = Path::new(env!("CARGO_BIN_EXE_unicontact")).parent().unwrap();
    // An import shows values of its file only on a terminal.
    let is_on_terminal = command.starts_with("unicontact import ") && !command.contains(['|', '>']);
    let mut shell = if is_on_terminal {
        let mut terminal = Command::new("script");
        terminal.args(["--quiet", "--return", "--command", command, "/dev/null"]);
        terminal
    } else {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &format!("exec 2>&1\n{command}")]);
        shell
    };
    shell.env_clear().current_dir(folder).stdin(Stdio::null());
    shell
        .env("SHELL", "/bin/sh")
        .env("NO_COLOR", "1")
        .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
        .env("COLUMNS", COLUMNS)
        .env("TZ", "UTC");
    let output =
        timeout(LONGEST_RUN, shell.kill_on_drop(true).output()).await.expect("it ends in time").unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    assert!(!output.contains("panicked at"), "{command}: {output}");
    without_progress(&output)
}

/// Returns the lines that stay on a terminal, which removes those of the progress.
fn without_progress(output: &str) -> Vec<String> {
    const CLEAR: &str = "A\u{1b}[J";
    let mut lines: Vec<String> = Vec::new();
    for line in output.lines() {
        let mut line = line.trim_end_matches('\r');
        while let Some((up, rest)) = line.split_once(CLEAR) {
            let up: usize = up.trim_start_matches("\u{1b}[").parse().unwrap();
            lines.truncate(lines.len().saturating_sub(up));
            line = rest;
        }
        lines.push(line.to_owned());
    }
    lines
}

/// Returns an output with the addresses that `unicontact sandbox` has without options.
fn with_usual_addresses(output: &[String], sandbox: &Sandbox) -> Vec<String> {
    let usual = |line: &String| {
        Vendor::BUILT_IN.into_iter().zip(8700..).fold(line.clone(), |line, (vendor, port)| {
            line.replace(&sandbox.base_url(vendor), &format!("http://127.0.0.1:{port}"))
        })
    };
    output.iter().map(usual).collect()
}

/// Returns the real steps of a page's console blocks.
async fn real_steps(page: &Page) -> Vec<(Block, Vec<Step>)> {
    let sandbox = sandbox(page).await;
    let folder = folder(&sandbox, page);
    let mut blocks = Vec::new();
    for block in page.blocks().into_iter().filter(|block| block.language == "console") {
        let mut real = Vec::new();
        for Step { command, .. } in steps(&block.text) {
            let output = with_usual_addresses(&run(&command, folder.path()).await, &sandbox);
            real.push(Step { command, output });
        }
        blocks.push((block, real));
    }
    blocks
}

/// Returns the steps with the real output where a screen does not show it.
fn corrected(shown: &[Step], real: &[Step]) -> Vec<Step> {
    let pairs = shown.iter().zip(real);
    pairs
        .map(|(shown, real)| if shows(&shown.output, &real.output) { shown.clone() } else { real.clone() })
        .collect()
}

/// Returns whether the pages get the real output.
pub(super) fn is_update() -> bool {
    std::env::var_os(UPDATE).is_some()
}

#[tokio::test]
async fn console_blocks_show_what_their_commands_print() {
    let is_update = is_update();
    let mut differences = Vec::new();
    let mut commands = 0;
    for page in pages() {
        if RUN_ELSEWHERE.iter().any(|(path, _)| *path == page.path) {
            continue;
        }
        let mut updated = page.text.clone();
        for (block, real) in real_steps(&page).await {
            let shown = steps(&block.text);
            commands += shown.len();
            let corrected = corrected(&shown, &real);
            if corrected != shown {
                differences.push(format!("{}\n{}", block.place(), text(&corrected)));
                updated = updated.replacen(&block.text, &text(&corrected), 1);
            }
        }
        if is_update && updated != page.text {
            std::fs::write(root().join(&page.path), updated).unwrap();
        }
    }
    assert!(commands > 10, "{commands}");
    let differences = differences.join("\n");
    assert!(is_update || differences.is_empty(), "set {UPDATE}=1 to write the real output:\n{differences}");
}
