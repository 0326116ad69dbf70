//! The documents and their blocks of code.

use std::fs;
use std::path::Path;

use unicontact::providers::Description;

/// Documents outside of the book.
const OTHERS: [&str; 4] = ["README.md", "DESIGN.md", "CONTRIBUTING.md", "CHANGELOG.md"];

/// A Markdown file.
pub(super) struct Page {
    /// The path from the repository's root.
    pub(super) path: String,
    pub(super) text: String,
}

/// A fenced block of code.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) page: String,
    /// The number of the line of the opening fence, from 1.
    pub(super) line: usize,
    pub(super) language: String,
    /// The lines between the fences, without the indentation of the fence.
    pub(super) text: String,
}

impl Page {
    pub(super) fn read(path: &str) -> Self {
        let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self { path: path.to_owned(), text }
    }

    pub(super) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<(usize, Block)> = None;
        for (index, line) in self.text.lines().enumerate() {
            let trimmed = line.trim_start();
            let indentation = line.len() - trimmed.len();
            match (&mut open, trimmed.strip_prefix("```")) {
                (None, Some(language)) => {
                    let language = language.trim().to_owned();
                    let page = self.path.clone();
                    open =
                        Some((indentation, Block { page, line: index + 1, language, text: String::new() }));
                }
                (Some(_), Some(_)) => blocks.extend(open.take().map(|(_, block)| block)),
                (Some((indentation, block)), None) => {
                    block.text.push_str(line.get(*indentation..).unwrap_or_default());
                    block.text.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block has no end", self.path);
        blocks
    }

    /// Returns the whole descriptions of vendors that the page shows.
    pub(super) fn descriptions(&self) -> Vec<(Description, Block)> {
        let blocks = self.blocks().into_iter().filter(Block::is_description);
        blocks
            .map(|block| {
                let description = Description::parse(&block.text);
                (description.unwrap_or_else(|error| panic!("{}: {error}", block.place())), block)
            })
            .collect()
    }

    /// Writes the descriptions that the page shows into a folder.
    pub(super) fn write_descriptions(&self, folder: &Path) {
        for (description, block) in self.descriptions() {
            fs::write(folder.join(format!("{}.toml", description.vendor())), block.text).unwrap();
        }
    }

    /// Returns the lines outside of blocks, each with its number.
    pub(super) fn prose(&self) -> Vec<(usize, &str)> {
        let mut is_code = false;
        let mut lines = Vec::new();
        for (index, line) in self.text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                is_code = !is_code;
            } else if !is_code {
                lines.push((index + 1, line));
            }
        }
        lines
    }
}

impl Block {
    /// Returns whether it is a whole description of a vendor.
    pub(super) fn is_description(&self) -> bool {
        self.language == "toml" && self.text.starts_with("format = 1")
    }

    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.page, self.line)
    }
}

/// Returns the repository's root.
pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Returns all documents.
pub(super) fn pages() -> Vec<Page> {
    let mut paths: Vec<String> = OTHERS.map(str::to_owned).to_vec();
    collect("docs", &mut paths);
    paths.iter().map(|path| Page::read(path)).collect()
}

/// Returns the blocks of all documents in a language.
pub(super) fn blocks_in(language: &str) -> Vec<Block> {
    pages().iter().flat_map(Page::blocks).filter(|block| block.language == language).collect()
}

fn collect(folder: &str, paths: &mut Vec<String>) {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    for name in names {
        let path = format!("{folder}/{name}");
        if root().join(&path).is_dir() {
            collect(&path, paths);
        } else if Path::new(&name).extension().is_some_and(|extension| extension == "md") {
            paths.push(path);
        }
    }
}
