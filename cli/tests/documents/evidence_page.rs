//! Checks that the page on evidence has the output of `unicontact contract evidence --markdown`.

use std::process::Command;

use super::console::is_update;
use super::page::{Page, root};

const PAGE: &str = "docs/evidence.md";
const BEGIN: &str = "<!-- evidence: written by `unicontact contract evidence --markdown` -->\n";
const END: &str = "<!-- evidence: end -->";

#[test]
fn the_page_on_evidence_has_the_output_of_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_unicontact"));
    command.args(["contract", "evidence", "--markdown"]).env_clear().current_dir(folder.path());
    let ended = command.output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    let printed = String::from_utf8(ended.stdout).unwrap();
    let page = Page::read(PAGE).text;
    let (head, rest) = page.split_once(BEGIN).expect("the page has the first marker");
    let (shown, tail) = rest.split_once(END).expect("the page has the last marker");
    if is_update() && shown != format!("\n{printed}\n") {
        std::fs::write(root().join(PAGE), format!("{head}{BEGIN}\n{printed}\n{END}{tail}")).unwrap();
        return;
    }
    assert_eq!(shown, format!("\n{printed}\n"), "set UNICONTACT_UPDATE_DOCUMENTS=1 to write the page");
}
