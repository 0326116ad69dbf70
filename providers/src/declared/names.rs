//! The vendor's fields for the parts of a name.

use super::account::Account;
use super::evidence::{SourceKind, Sources};
use super::slots::{Limit, read_path};
use super::table::TableReader;
use super::write_path::WritePath;

const PARTS: [&str; 6] = ["whole", "given", "middle", "family", "prefix", "suffix"];

/// Where a name goes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NameFields {
    pub(super) whole: Option<WritePath>,
    pub(super) given: Option<WritePath>,
    pub(super) middle: Option<WritePath>,
    pub(super) family: Option<WritePath>,
    pub(super) prefix: Option<WritePath>,
    pub(super) suffix: Option<WritePath>,
    pub(super) from_whole: FromWhole,
    pub(super) organization: Option<WritePath>,
    pub(super) limit: Limit,
    pub(super) source: SourceKind,
}

/// What becomes of a whole name at a vendor that has only parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FromWhole {
    /// It is divided before its last word.
    Split,
    Family,
    Given,
    Drop,
}

impl NameFields {
    pub(super) fn read(table: &TableReader<'_>, account: &Account, sources: &Sources) -> Self {
        let path = |name: &str| read_path(table, name, account);
        let ways = [
            ("split", FromWhole::Split),
            ("family", FromWhole::Family),
            ("given", FromWhole::Given),
            ("drop", FromWhole::Drop),
        ];
        let fields = Self {
            whole: path("whole"),
            given: path("given"),
            middle: path("middle"),
            family: path("family"),
            prefix: path("prefix"),
            suffix: path("suffix"),
            from_whole: table.choice("from_whole", &ways).unwrap_or(FromWhole::Split),
            organization: path("organization"),
            limit: Limit::read(table, &PARTS),
            source: sources.of(table),
        };
        fields.check(table);
        fields
    }

    fn check(&self, table: &TableReader<'_>) {
        if self.whole.is_none() && self.given.is_none() && self.family.is_none() {
            table.report("", "names no field: say `whole`, or `given` and `family`");
        }
        let needs = match self.from_whole {
            _ if !table.has("from_whole") => None,
            FromWhole::Split => {
                self.given.is_none().then_some("given").or(self.family.is_none().then_some("family"))
            }
            FromWhole::Family => self.family.is_none().then_some("family"),
            FromWhole::Given => self.given.is_none().then_some("given"),
            FromWhole::Drop => None,
        };
        if let Some(part) = needs {
            table.report("from_whole", format!("needs the field `{part}`"));
        }
    }

    /// Returns the parts with their names and fields.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&'static str, &WritePath)> {
        let fields = [&self.whole, &self.given, &self.middle, &self.family, &self.prefix, &self.suffix];
        PARTS.into_iter().zip(fields).filter_map(|(name, field)| Some((name, field.as_ref()?)))
    }
}
