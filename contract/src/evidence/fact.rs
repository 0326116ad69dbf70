//! The facts of a description that are not the vendor's own.

use unicontact_providers::{Description, Fact, Source};

/// A table of a description whose source is not the vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnprovenFact {
    /// The table, with its line.
    pub fact: Fact,
    /// Its source, if it has one.
    pub source: Option<Source>,
}

/// Returns the facts of a description that are neither documented nor recorded, in the order of their lines.
pub(super) fn unproven(description: &Description) -> Vec<UnprovenFact> {
    let source = |name: &str| description.sources().iter().find(|source| source.name == name).cloned();
    let facts = description.facts().iter().filter(|fact| !fact.kind.is_the_vendors());
    let mut facts: Vec<UnprovenFact> = facts
        .map(|fact| UnprovenFact { fact: fact.clone(), source: fact.source.as_deref().and_then(source) })
        .collect();
    facts.sort_by_key(|it| it.fact.line);
    facts
}
