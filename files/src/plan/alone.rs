//! Columns that a known layout names, in a file that is not that layout's.
//!
//! They come behind what is known otherwise, and what belongs together stays in one entry: they never complete an
//! address or a number that other columns began.

use std::collections::BTreeMap;

use super::{Planned, Used};
use crate::field_path::{Field, FieldPath};

/// What says that columns belong to one entry of a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    /// The number in their headers.
    Number(usize),
    /// The kind of the address that they are parts of.
    Kind(String),
    /// The address that the layout means, where it has no kind.
    Address(usize),
}

/// The entries of the lists that groups of columns have.
#[derive(Default)]
pub(super) struct Groups(BTreeMap<(&'static str, Group), usize>);

impl Group {
    pub(super) fn of(target: &FieldPath, kind: Option<&str>, number: Option<usize>) -> Option<Self> {
        if !target.is_in_a_list() {
            return None;
        }
        match (number, target.list(), kind) {
            (Some(number), ..) => Some(Self::Number(number)),
            (None, "addresses", Some(kind)) => Some(Self::Kind(kind.to_owned())),
            (None, "addresses", None) => target.entry.map(Self::Address),
            _ => None,
        }
    }
}

impl Groups {
    /// Remembers the entry of a column that is known otherwise. An address without a kind is only its own layout's.
    pub(super) fn remember(&mut self, planned: &Planned, target: &FieldPath) {
        if let (Some(group @ (Group::Number(_) | Group::Kind(_))), Some(entry)) =
            (&planned.group, target.entry)
        {
            self.0.entry((target.list(), group.clone())).or_insert(entry);
        }
    }

    /// The entry for a column: that of its group, or a free one.
    pub(super) fn entry(&mut self, planned: &Planned, used: &[Used]) -> usize {
        let list = planned.target.list();
        let free = || first_free(list, used);
        match &planned.group {
            Some(group) => *self.0.entry((list, group.clone())).or_insert_with(free),
            None => free(),
        }
    }
}

/// The first entry behind all that are used. An extension waits for its number.
fn first_free(list: &str, used: &[Used]) -> usize {
    let in_list = |target: &&FieldPath| {
        target.is_in_a_list() && target.list() == list && target.field != Field::PhoneExtension
    };
    let targets = used.iter().map(|used| &used.target).filter(in_list);
    targets.filter_map(|target| target.entry).max().map_or(0, |last| last + 1)
}
