//! Decides which field each column of a header is read into.

use std::collections::{BTreeMap, BTreeSet};

use super::entry_groups::EntryGroups;
use super::planned_column::{EntryGroup, MatchSource, PlannedColumn};
use super::sampled_columns::SampledColumns;
use super::unused_reason::{self, UnusedReason};
use super::{Column, ColumnPlan, ColumnTarget, TableSource, UsedColumn, dial_codes, names, values};
use crate::column_map::{ColumnMap, LeftOut, MapError, MapTarget};
use crate::delimited::cells::Dialect;
use crate::delimited::header::Header;
use crate::delimited::samples::Samples;
use crate::field_path::{Field, FieldPath};
use crate::layouts::{ColumnNames, Export, HeaderMatch, Layout};
use crate::version::Version;

/// A sample in a plan has at most so many characters.
const MAX_SAMPLE_CHARACTERS: usize = 40;

impl ColumnPlan {
    /// Returns the plan of a header, and the columns that are read.
    ///
    /// # Errors
    ///
    /// When the mapping names a column that the header does not have, or sends two columns to a field that takes one.
    pub(crate) fn new(
        header: &Header,
        dialect: Dialect,
        encoding: String,
        map: Option<&ColumnMap>,
        version: Version,
    ) -> Result<(Self, Vec<UsedColumn>), MapError> {
        if let Some(map) = map {
            map.check_headers(&header.cells)?;
            map.check_targets(version)?;
        }
        let mut planner = Planner::new(header, map, version);
        let candidates = planner.planned_columns();
        let layout = planner.layout;
        let columns = planner.columns(&candidates);
        let plan = Self {
            layout: layout.map(|layout| layout.info.name.clone()),
            source: TableSource::Csv,
            encoding,
            dialect,
            delimiter: dialect.delimiter,
            quote: dialect.quote,
            header_line: header.line,
            columns,
            constants: map.map(|map| map.constants.clone()).unwrap_or_default(),
            continues_rows: layout.is_some_and(|layout| layout.info.continues_rows),
            has_footer: planner.export().is_some_and(|export| export.has_footer),
            has_check_characters: planner.export().is_some_and(|export| export.has_check_characters),
        };
        Ok((plan, planner.used))
    }
}

struct Planner<'a> {
    version: Version,
    headers: &'a [String],
    /// The headers in the form in which they are compared.
    folded: Vec<String>,
    samples: &'a Samples,
    map: Option<&'a ColumnMap>,
    names: &'static ColumnNames,
    layout: Option<&'static Layout>,
    /// The targets of columns in whole exports of the layout only.
    export_targets: Vec<Option<MapTarget>>,
    /// The fields that columns are read into so far.
    occupied: BTreeSet<FieldPath>,
    next_entries: BTreeMap<Field, usize>,
    groups: EntryGroups,
    used: Vec<UsedColumn>,
}

impl<'a> Planner<'a> {
    fn new(header: &'a Header, map: Option<&'a ColumnMap>, version: Version) -> Self {
        let names = ColumnNames::for_version(version);
        let folded = names.fold_all(&header.cells);
        let layout = names.detect_layout(&header.cells, &folded);
        let export_targets = match layout {
            Some(layout) => names.export_targets(layout, &header.cells, &folded),
            None => vec![None; folded.len()],
        };
        Self {
            export_targets,
            version,
            names,
            headers: &header.cells,
            folded,
            samples: &header.samples,
            map,
            layout,
            occupied: BTreeSet::new(),
            next_entries: BTreeMap::new(),
            groups: EntryGroups::default(),
            used: Vec::new(),
        }
    }

    /// Returns the field that each column may be read into.
    fn planned_columns(&mut self) -> Vec<Option<PlannedColumn>> {
        let mut planned: Vec<_> = (0..self.headers.len()).map(|column| self.planned_column(column)).collect();
        match self.version {
            Version::V0_1 => {
                names::resolve_as_v0_1(&mut planned, self.headers, |column| self.is_fixed(column));
            }
            Version::Current => {
                self.resolve_ambiguous(&mut planned);
                dial_codes::resolve(&mut planned, self.headers, |column| self.is_fixed(column));
            }
        }
        self.next_entries = first_unnumbered_entries(&planned);
        planned
    }

    /// Returns the field that a column may be read into: by the mapping, else the layout, else the plain names, else another
    /// layout.
    fn planned_column(&self, column: usize) -> Option<PlannedColumn> {
        let in_other_layout = self
            .names
            .in_any_layout(&self.folded[column])
            .and_then(|found| PlannedColumn::from_target(found.target, found.number));
        let known = match self.mapped(column) {
            Some(target) => Some((target, None)),
            None => self.known(column).map(|found| (found.target, found.number)),
        };
        let Some((target, number)) = known else {
            let in_other_layout =
                in_other_layout.map(|planned| PlannedColumn { source: MatchSource::OtherLayout, ..planned });
            return in_other_layout.or_else(|| self.decorated(column));
        };
        let mut planned = PlannedColumn::from_target(target, number)?;
        if !self.is_fixed(column) {
            planned.source = MatchSource::PlainName;
        }
        if let Some(other) = in_other_layout.filter(|other| other.path.list() == planned.path.list()) {
            planned.group = planned.group.or(other.group);
        }
        Some(planned)
    }

    /// Returns the target that the mapping gives a column.
    fn mapped(&self, column: usize) -> Option<&'a MapTarget> {
        self.map?.target_of(self.headers, column)
    }

    /// Returns what only whole exports of the layout have.
    fn export(&self) -> Option<&'static Export> {
        self.layout?.export()
    }

    /// Returns the meaning of a header in the file's layout or the plain names.
    fn known(&self, column: usize) -> Option<HeaderMatch<'_>> {
        if let Some(target) = &self.export_targets[column] {
            return Some(HeaderMatch { target, number: None });
        }
        let folded = &self.folded[column];
        self.layout.and_then(|layout| layout.find(folded)).or_else(|| self.names.plain(folded))
    }

    /// Returns the meaning of a header without its remarks and prefixes.
    fn decorated(&self, column: usize) -> Option<PlannedColumn> {
        let decorated = self.names.decorated(&self.headers[column])?;
        let mut planned = PlannedColumn::from_target(decorated.found.target, decorated.found.number)?;
        planned.source = MatchSource::PlainName;
        if let Some(address) = decorated.address.filter(|_| planned.path.list() == "addresses") {
            planned.group = Some(EntryGroup::Kind(address));
            planned.source = MatchSource::OtherLayout;
        }
        Some(planned)
    }

    /// Resolves headers with several meanings, by the columns beside them and by the first rows.
    fn resolve_ambiguous(&self, planned: &mut [Option<PlannedColumn>]) {
        let is_fixed = |column: usize| self.is_fixed(column);
        let is_mapped = |column: usize| self.mapped(column).is_some();
        let mut columns = SampledColumns {
            planned,
            headers: &self.folded,
            samples: self.samples,
            is_fixed: &is_fixed,
            is_mapped: &is_mapped,
        };
        names::resolve(&mut columns);
        values::resolve(&mut columns);
        self.number_repeated_addresses(planned);
    }

    /// Starts another address where the plain names of a column repeat: `Street,City,Street,City`.
    fn number_repeated_addresses(&self, planned: &mut [Option<PlannedColumn>]) {
        let mut headers: Vec<&String> = Vec::new();
        for (column, planned) in planned.iter_mut().enumerate() {
            let Some(planned) = planned.as_mut().filter(|planned| planned.path.list() == "addresses") else {
                continue;
            };
            let header = &self.folded[column];
            let repeats = headers.iter().filter(|other| **other == header).count();
            headers.push(header);
            let is_by_name = planned.source == MatchSource::PlainName && !self.is_fixed(column);
            if is_by_name && !planned.path.gathers() {
                planned.path.entry = planned.path.entry.map(|entry| entry + repeats);
            }
        }
    }

    /// Returns all columns with their targets, and fills the list of used columns.
    fn columns(&mut self, planned: &[Option<PlannedColumn>]) -> Vec<Column> {
        let mut order: Vec<usize> = (0..planned.len()).collect();
        order.sort_by_key(|column| planned[*column].as_ref().map(|planned| planned.source));
        let mut targets: BTreeMap<usize, ColumnTarget> = BTreeMap::new();
        for column in order {
            targets.insert(column, self.target(column, planned[column].as_ref()));
        }
        self.used.sort_by_key(|used| used.index);
        let column = |(index, target): (usize, ColumnTarget)| Column {
            number: index as u64 + 1,
            header: self.headers[index].clone(),
            sample: self.samples.values(index).next().map(shortened),
            target,
        };
        targets.into_iter().map(column).collect()
    }

    fn target(&mut self, column: usize, planned: Option<&PlannedColumn>) -> ColumnTarget {
        let Some(planned) = planned else {
            return ColumnTarget::Unused { reason: self.unused_reason(column) };
        };
        let mut path = planned.path.clone();
        if planned.source == MatchSource::OtherLayout && path.is_in_a_list() {
            path.entry = Some(self.groups.entry(planned, &self.used));
        } else if path.is_in_a_list() && path.entry.is_none() {
            path.entry = Some(self.next_entry(&path));
        }
        let joins = self.joins(column, planned);
        if !path.gathers() && !joins && !self.occupied.insert(path.clone()) {
            return ColumnTarget::Unused { reason: UnusedReason::duplicate(&path) };
        }
        if planned.source != MatchSource::OtherLayout {
            self.groups.record(planned, &path);
        }
        let (kind, label) = (planned.kind.clone(), planned.label.clone());
        let target =
            ColumnTarget::Field { field: path.to_string(), kind: kind.clone(), label: label.clone() };
        let values = match path.field {
            Field::Custom => self.export().and_then(|export| export.values_of(&path.key)),
            _ => None,
        };
        self.used.push(UsedColumn { index: column, path, kind, label, values });
        target
    }

    /// Returns whether the cells of a column are appended to another column of the same field, or used where that one is
    /// empty.
    fn joins(&self, column: usize, planned: &PlannedColumn) -> bool {
        let joins = if self.mapped(column).is_some() {
            planned.path.joins()
        } else {
            let is_company = planned.path.field == Field::OrganizationName && self.export().is_some();
            is_company || names::joins(planned.path.field, &self.folded[column])
        };
        self.version == Version::Current && joins
    }

    fn unused_reason(&self, column: usize) -> UnusedReason {
        let header = &self.headers[column];
        let known = self.known(column).map(|found| found.target);
        if header.is_empty() {
            UnusedReason::NoHeader
        } else if self.mapped(column) == Some(&MapTarget::Ignore) {
            UnusedReason::IgnoredByMapping
        } else if let Some(MapTarget::LeftOut(reason)) = known {
            match reason {
                LeftOut::SetByProgram => UnusedReason::SetByProgram,
                LeftOut::OtherRecord => UnusedReason::OtherRecord,
            }
        } else if known != Some(&MapTarget::Ignore) {
            match self.field_by_name(column) {
                Some(Field::ExternalId) if self.samples.has_repeated_ids(column) => UnusedReason::RepeatedIds,
                Some(Field::ExternalId) => UnusedReason::NotIds,
                Some(Field::Kind) => UnusedReason::NoContactKind,
                _ if self.map.is_some() => UnusedReason::NotInMapping,
                _ => unused_reason::by_values(self.samples, column),
            }
        } else if header.starts_with('_') {
            UnusedReason::RejectsColumn
        } else {
            UnusedReason::NoSuchField
        }
    }

    /// Returns the field that a header names, for a column whose values decided against that field.
    fn field_by_name(&self, column: usize) -> Option<Field> {
        let MapTarget::Field { template, .. } = self.known(column)?.target else { return None };
        Some(template.resolve(None).ok()?.field)
    }

    /// Returns whether the mapping or the layout of the file fixes the meaning of a column.
    fn is_fixed(&self, column: usize) -> bool {
        self.mapped(column).is_some()
            || self.export_targets[column].is_some()
            || self.layout.is_some_and(|layout| layout.find(&self.folded[column]).is_some())
    }

    /// Returns the next entry of a list whose columns have no numbers.
    fn next_entry(&mut self, path: &FieldPath) -> usize {
        let next = self.next_entries.entry(path.field).or_default();
        *next += 1;
        *next - 1
    }
}

/// Returns by field the first entry after those that headers number themselves.
fn first_unnumbered_entries(planned: &[Option<PlannedColumn>]) -> BTreeMap<Field, usize> {
    let mut next = BTreeMap::new();
    let numbered = planned.iter().flatten().filter(|planned| planned.source != MatchSource::OtherLayout);
    for PlannedColumn { path, .. } in numbered {
        if let Some(entry) = path.entry {
            let first_free = next.entry(path.field).or_insert(0);
            *first_free = (*first_free).max(entry + 1);
        }
    }
    next
}

/// Returns a value cut to the length of a sample.
fn shortened(value: &str) -> String {
    match value.char_indices().nth(MAX_SAMPLE_CHARACTERS) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
