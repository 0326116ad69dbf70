//! The page of `unicontact contract test --bless`: the lines of each file that change, and the fixtures that are refused.

use similar::{ChangeTag, TextDiff};
use unicontact_contract::{BlessedFile, Blessing};

use crate::output::{Line, Page, Style};

/// A fixture that differs, and its file.
pub(super) struct Change {
    pub(super) blessing: Blessing,
    pub(super) file: BlessedFile,
    pub(super) is_written: bool,
}

/// Returns the changes of the files, then the refused fixtures with their reasons.
pub(super) fn changes(changes: &[Change]) -> Page {
    let mut page = Page::default();
    for change in changes.iter().filter(|change| change.blessing.is_complete()) {
        page.line(&change.file.path.display().to_string());
        add_lines(&mut page, change);
        page.blank_line();
    }
    for change in changes.iter().filter(|change| !change.blessing.is_complete()) {
        page.line(&format!("{} is refused", change.file.path.display()));
        for difference in &change.blessing.remaining {
            page.lines(&indented(&difference.to_string()));
        }
        page.blank_line();
    }
    page
}

/// Appends the removed and added lines of a file, with three lines around them.
fn add_lines(page: &mut Page, change: &Change) {
    let diff = TextDiff::from_lines(&change.file.before, &change.file.after);
    for hunk in diff.unified_diff().iter_hunks() {
        page.line(&format!("  {}", hunk.header()));
        for line in hunk.iter_changes() {
            let text = line.value().trim_end_matches(['\n', '\r']);
            page.unfolded_line(&match line.tag() {
                ChangeTag::Equal => Line::new(&format!("    {text}")),
                ChangeTag::Delete => Line::new("  ").styled(Style::Bad, &format!("- {text}")),
                ChangeTag::Insert => Line::new("  ").styled(Style::Good, &format!("+ {text}")),
            });
        }
    }
}

fn indented(text: &str) -> String {
    format!("  {}", text.replace('\n', "\n  "))
}
