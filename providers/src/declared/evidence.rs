//! Where the facts of a description are from, and how far each can be trusted.

use std::cell::RefCell;

use super::document::{Node, NodeValue};
use super::table::TableReader;
use super::words;
use crate::capabilities::Evidence;

/// How far a source can be trusted, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceKind {
    /// The vendor's own page, specification or code.
    Documented,
    /// An answer that somebody recorded from the vendor.
    Recorded,
    /// Somebody else's code or page.
    ThirdParty,
    /// It follows from conventions, and nobody has confirmed it.
    Inferred,
    /// Somebody remembers it.
    Memory,
}

/// A source of facts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// Its name in the description.
    pub name: String,
    /// How far it can be trusted.
    pub kind: SourceKind,
    /// Where it is.
    pub at: String,
    /// When it was written or read.
    pub date: String,
}

/// The source of a table of the description.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fact {
    /// The table: `create`, `find[1]`.
    pub table: String,
    /// The line of the description, from 1.
    pub line: usize,
    /// The name of its source, if it has one.
    pub source: Option<String>,
    /// How far it can be trusted. A table without a source is inferred.
    pub kind: SourceKind,
}

pub(super) const KINDS: &[(&str, SourceKind)] = &[
    ("documented", SourceKind::Documented),
    ("recorded", SourceKind::Recorded),
    ("third_party", SourceKind::ThirdParty),
    ("inferred", SourceKind::Inferred),
    ("memory", SourceKind::Memory),
];

impl SourceKind {
    /// Returns the word for it in descriptions and all output.
    pub fn as_str(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// Returns how messages and tables name it.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Recorded => "recorded",
            Self::ThirdParty => "third party",
            Self::Inferred => "inferred",
            Self::Memory => "memory",
        }
    }

    /// Returns whether the vendor itself says or shows it.
    pub fn is_the_vendors(self) -> bool {
        matches!(self, Self::Documented | Self::Recorded)
    }

    /// Returns how sure a row of the mapping is that rests on it.
    pub(super) fn evidence(self) -> Evidence {
        match self {
            Self::Documented | Self::Recorded => Evidence::Documented,
            Self::ThirdParty => Evidence::ThirdParty,
            Self::Inferred | Self::Memory => Evidence::Inferred,
        }
    }
}

/// The sources of a description, and the facts that rest on them so far.
pub(super) struct Sources {
    known: Vec<Source>,
    default: Option<String>,
    facts: RefCell<Vec<Fact>>,
}

impl Sources {
    pub(super) fn read(top: &TableReader<'_>) -> Self {
        let mut sources = Vec::new();
        for (name, node) in top.members("sources") {
            let key = top.key(&format!("sources.{name}"));
            let source = TableReader::new(node, &words::SOURCE, &key, top.problems()).map(|table| Source {
                name: name.clone(),
                kind: {
                    if !table.has("kind") {
                        table.report(
                            "kind",
                            "is missing: say documented, recorded, third_party, inferred or memory",
                        );
                    }
                    table.choice("kind", KINDS).unwrap_or(SourceKind::Memory)
                },
                at: table.required_text("at").unwrap_or_default().to_owned(),
                date: table.text("date").unwrap_or_default().to_owned(),
            });
            sources.extend(source);
        }
        let default = top.text("source").map(str::to_owned);
        let sources = Self { known: sources, default, facts: RefCell::default() };
        if let Some(name) = &sources.default
            && sources.find(name).is_none()
        {
            top.report("source", sources.unknown(name));
        }
        sources
    }

    fn find(&self, name: &str) -> Option<&Source> {
        self.known.iter().find(|source| source.name == name)
    }

    fn unknown(&self, name: &str) -> String {
        let known = self.known.iter().map(|source| source.name.as_str());
        match unicontact_model::nearest_word(name, known.clone()) {
            Some(near) => format!("[sources] has no `{name}`, did you mean `{near}`?"),
            None => format!("[sources] has no `{name}` (there are {})", known.collect::<Vec<_>>().join(", ")),
        }
    }

    /// Returns how far the facts of a table can be trusted, and notes them.
    pub(super) fn of(&self, table: &TableReader<'_>) -> SourceKind {
        let own = table.text("source");
        if let Some(name) = own
            && self.find(name).is_none()
        {
            table.report("source", self.unknown(name));
        }
        let name = own.map(str::to_owned).or_else(|| self.default.clone());
        let kind = name.as_deref().and_then(|name| self.find(name)).map(|source| source.kind);
        let kind = kind.unwrap_or(SourceKind::Inferred);
        self.facts.borrow_mut().push(Fact { table: table.key(""), line: table.line(), source: name, kind });
        kind
    }

    /// Notes the source of a table of the top that has members with names of their own.
    pub(super) fn note(&self, top: &TableReader<'_>, table: &str, node: &Node) {
        let NodeValue::Text(name) = &node.value else {
            return top.report(table, format!("expected the name of a source, not {}", node.noun()));
        };
        match self.find(name) {
            None => top.problems().report(node.line, format!("{table}.source"), self.unknown(name)),
            Some(source) => self.facts.borrow_mut().push(Fact {
                table: table.to_owned(),
                line: node.line,
                source: Some(name.clone()),
                kind: source.kind,
            }),
        }
    }

    /// Returns the sources and the facts that rest on them.
    pub(super) fn finish(self) -> (Vec<Source>, Vec<Fact>) {
        (self.known, self.facts.into_inner())
    }
}
