//! A vendor's description: parsed, checked and compiled once, then shared by its providers.

use std::fmt;

use super::capabilities;
use super::document::{Node, NodeValue};
use super::evidence::{Fact, Source, SourceKind, Sources};
use super::laws;
use super::problem::{DescriptionError, Problems};
use super::rules::Rules;
use super::table::TableReader;
use super::words;
use crate::capabilities::Capabilities;
use crate::vendor_name::is_vendor_name;

/// The version of the format that this build reads.
const FORMAT: i64 = 1;

/// A vendor that a file describes.
///
/// ```
/// use unicontact_providers::Description;
///
/// let error = Description::parse("format = 1\nvendor = \"acme\"\n[create]\nmetod = \"POST\"\n").unwrap_err();
/// let mistake = error.problems.iter().find(|problem| problem.line == 4).ok_or("no mistake")?;
/// assert_eq!(mistake.to_string(), "line 4: create.metod: unknown key, did you mean `method`?");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Description {
    vendor: String,
    title: String,
    docs: String,
    sources: Vec<Source>,
    facts: Vec<Fact>,
    capabilities: Capabilities,
    pub(super) rules: Rules,
}

impl Description {
    /// Reads a description.
    ///
    /// # Errors
    ///
    /// All mistakes of the file at once, each with its line.
    pub fn parse(text: &str) -> Result<Self, DescriptionError> {
        let root = Node::parse(text)?;
        let problems = Problems::default();
        let description = Self::from_document(&root, &problems);
        problems.into_result()?;
        // A description that cannot be read has a mistake.
        description.ok_or_else(|| DescriptionError { problems: Vec::new() })
    }

    fn from_document(root: &Node, problems: &Problems) -> Option<Self> {
        check_format(root, problems)?;
        let top = TableReader::new(root, &words::DESCRIPTION, "", problems)?;
        let sources = Sources::read(&top);
        let vendor = read_vendor(&top);
        let title = top.required_text("title").unwrap_or_default().to_owned();
        let docs = top.text("docs").unwrap_or_default().to_owned();
        let mut rules = Rules::read(&top, &sources)?;
        laws::mark_unmarked_secrets(&mut rules);
        laws::make_alternatives_optional(&mut rules);
        laws::check(&rules, &top);
        let (sources, facts) = sources.finish();
        let capabilities = capabilities::of(&rules);
        Some(Self { vendor: vendor?, title, docs, sources, facts, capabilities, rules })
    }

    /// Returns the vendor's name in configuration and output.
    pub fn vendor(&self) -> &str {
        &self.vendor
    }

    /// Returns the vendor's name in sentences.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns the address of the vendor's page, or an empty text.
    pub fn docs(&self) -> &str {
        &self.docs
    }

    /// Returns where the facts are from.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Returns the source of each table.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Returns how far the least trusted fact can be trusted.
    pub fn weakest_source(&self) -> SourceKind {
        self.facts.iter().map(|fact| fact.kind).max().unwrap_or(SourceKind::Inferred)
    }

    /// Returns the capabilities of a provider without optional keys.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Returns the most requests in a second, at least one, if the vendor says.
    pub fn requests_per_second(&self) -> Option<u32> {
        let rate = self.rules.limits.requests_per_second?.floor().clamp(1.0, f64::from(u32::MAX));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is between 1 and the largest"
        )]
        Some(rate as u32)
    }

    /// Returns the most requests at once, if the vendor says.
    pub fn concurrency(&self) -> Option<usize> {
        self.rules.limits.concurrency
    }
}

impl fmt::Debug for Description {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Description").field("vendor", &self.vendor).finish_non_exhaustive()
    }
}

/// Reports a version of the format that this build does not read. `None` then: its words may mean something else.
fn check_format(root: &Node, problems: &Problems) -> Option<()> {
    let format = root.members()?.iter().find(|(name, _)| name == "format").map(|(_, node)| node);
    match format {
        None => problems.report(1, "format", "is missing: begin with `format = 1`"),
        Some(Node { value: NodeValue::Integer(FORMAT), .. }) => {}
        Some(Node { line, value: NodeValue::Integer(newer) }) if *newer > FORMAT => {
            let message = format!(
                "is {newer}, and this version reads format {FORMAT}: a newer version of unicontact reads it"
            );
            problems.report(*line, "format", message);
            return None;
        }
        Some(node) => problems.report(node.line, "format", "expected 1"),
    }
    Some(())
}

fn read_vendor(top: &TableReader<'_>) -> Option<String> {
    let name = top.required_text("vendor")?;
    if !is_vendor_name(name) {
        top.report("vendor", "has only the characters a-z and 0-9, and single underscores between them");
        return None;
    }
    Some(name.to_owned())
}
