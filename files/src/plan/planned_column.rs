//! A column with the field that it may be read into, before the entries of lists are numbered.

use crate::column_map::MapTarget;
use crate::field_path::FieldPath;

/// A column with the field that it may be read into.
pub(super) struct PlannedColumn {
    pub(super) path: FieldPath,
    pub(super) kind: Option<String>,
    pub(super) label: Option<String>,
    /// The columns of the same entry.
    pub(super) group: Option<EntryGroup>,
    pub(super) source: MatchSource,
}

/// The source that knows a header. Of two columns for the same field, the one with the smaller source wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum MatchSource {
    /// The mapping, or the layout of the file.
    MapOrLayout,
    /// The plain names.
    PlainName,
    /// A layout that is not the file's.
    OtherLayout,
}

/// The property that columns of one entry of a list have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EntryGroup {
    /// The number in their headers.
    Number(usize),
    /// The kind of their address.
    Kind(String),
    /// The entry of an address without a kind, as its layout counts it.
    Address(usize),
}

impl PlannedColumn {
    /// Returns the plan of a column that a mapping or a layout sends to `target`. `number` is the number in its header.
    pub(super) fn from_target(target: &MapTarget, number: Option<usize>) -> Option<Self> {
        let MapTarget::Field { template, kind, label } = target else { return None };
        let path = template.resolve(number).ok()?;
        let group = EntryGroup::new(&path, kind.as_deref(), number);
        let (kind, label) = (kind.clone(), label.clone());
        Some(Self { path, kind, label, group, source: MatchSource::MapOrLayout })
    }
}

impl EntryGroup {
    fn new(path: &FieldPath, kind: Option<&str>, number: Option<usize>) -> Option<Self> {
        if !path.is_in_a_list() {
            return None;
        }
        match (number, path.list(), kind) {
            (Some(number), ..) => Some(Self::Number(number)),
            (None, "addresses", Some(kind)) => Some(Self::Kind(kind.to_owned())),
            (None, "addresses", None) => path.entry.map(Self::Address),
            _ => None,
        }
    }
}
