//! Checks that every link leads to a file and a heading, and that every named file exists. Links of the book stay in the book, since
//! its HTML has nothing else.

use std::path::{Component, Path, PathBuf};

use super::page::{Page, pages, root};

/// The folders of the repository whose files documents name.
const FOLDERS: [&str; 11] = [
    "src/",
    "tests/",
    "cli/",
    "providers/",
    "model/",
    "files/",
    "contract/",
    "sandbox/",
    "benches/",
    "fixtures/",
    "examples/",
];

/// Returns the targets of the links in a line, outside of inline code.
fn targets(line: &str) -> Vec<String> {
    let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
    let ends = prose.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    ends.map(|(target, _)| target.to_owned()).collect()
}

/// Returns the anchor of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|it| if it == ' ' { '-' } else { it }).collect()
}

fn has_heading(page: &Page, wanted: &str) -> bool {
    let headings = page.prose().into_iter().filter(|(_, line)| line.starts_with('#'));
    headings.map(|(_, line)| anchor(line.trim_start_matches('#'))).any(|found| found == wanted)
}

/// Returns the path from the root that a link in a page names.
fn path_of(page: &str, target: &str) -> String {
    if target.is_empty() {
        return page.to_owned();
    }
    let mut path = PathBuf::from(page).parent().map(Path::to_owned).unwrap_or_default();
    for component in Path::new(target).components() {
        match component {
            Component::ParentDir => assert!(path.pop(), "{page}: {target} leaves the repository"),
            other => path.push(other),
        }
    }
    path.to_str().unwrap().to_owned()
}

#[test]
fn links_lead_to_files_and_headings() {
    let mut checked = 0;
    for page in pages() {
        for (number, line) in page.prose() {
            for target in targets(line).iter().filter(|it| !it.starts_with("http")) {
                let place = format!("{}:{number}: {target}", page.path);
                let (file, heading) = target.split_once('#').map_or((&**target, None), |(a, b)| (a, Some(b)));
                let path = path_of(&page.path, file);
                assert!(root().join(&path).is_file(), "{place}: there is no such file");
                let is_inside = !page.path.starts_with("docs/") || path.starts_with("docs/");
                assert!(is_inside, "{place}: the book lacks it; name the file instead");
                if let Some(heading) = heading {
                    assert!(has_heading(&Page::read(&path), heading), "{place}: there is no such heading");
                }
                checked += 1;
            }
        }
    }
    assert!(checked > 200, "{checked}");
}

/// Returns the paths of the repository in the inline code of a line. Paths with placeholders are none.
fn paths(line: &str) -> Vec<&str> {
    let codes = line.split('`').skip(1).step_by(2);
    let is_plain = |it: &char| it.is_ascii_alphanumeric() || matches!(it, '.' | '/' | '_' | '-');
    let is_path = |code: &&str| {
        FOLDERS.iter().any(|folder| code.starts_with(folder)) && code.chars().all(|it| is_plain(&it))
    };
    codes.filter(is_path).collect()
}

#[test]
fn files_that_the_documents_name_exist() {
    let mut checked = 0;
    // The changelog names files of earlier versions.
    for page in pages().iter().filter(|page| page.path != "CHANGELOG.md") {
        for (number, line) in page.prose() {
            for path in paths(line) {
                assert!(root().join(path).exists(), "{}:{number}: there is no {path}", page.path);
                checked += 1;
            }
        }
    }
    assert!(checked > 50, "{checked}");
}

#[test]
fn links_in_code_are_none_and_headings_have_the_anchors_of_their_words() {
    assert_eq!(targets("[a](b.md#c) `[no](link)` and [d](../e.md)"), ["b.md#c", "../e.md"]);
    assert_eq!(anchor(" What `import --queue` counts"), "what-import---queue-counts");
    assert_eq!(anchor(" How to upgrade from 0.1.0"), "how-to-upgrade-from-010");
    assert_eq!(paths("`src/lib.rs`, `src/<vendor>.rs`, `cargo test`, tests/a.rs"), ["src/lib.rs"]);
    assert_eq!(path_of("docs/reference/json.md", "../files.md"), "docs/files.md");
}
