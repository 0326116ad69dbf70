//! What each column of a CSV was taken for.
//!
//! Every column is in the plan, also the ones that are not used, with the reason.

mod alone;
pub(crate) mod contact_kinds;
mod dial_codes;
mod form;
mod house_numbers;
mod mapped;
mod names;
pub(crate) mod salutations;
mod shown;
mod unused;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use self::alone::{Group, Groups};
pub use self::form::TableForm;
pub use self::shown::WithSamples;
use self::values::Columns;
use crate::column_map::{ColumnMap, MapError, Place};
use crate::csv::cells::Dialect;
use crate::csv::header::Header;
use crate::csv::samples::Samples;
use crate::field_path::{Field, FieldPath};
use crate::layouts::{Found, Layout, Names};
use crate::version::Version;

/// Why a column is not used whose header is not known, where there is no mapping.
const NOT_KNOWN: &str = "not a known column; name it in a mapping";

/// Returns a reason without the advice to write a mapping, for a mapping.
pub(crate) fn reason_in_a_mapping(reason: &str) -> &str {
    reason.strip_suffix("; name it in a mapping").unwrap_or(reason)
}

/// Why a column of numbers is no column of ids.
const REPEATED_IDS: &str = "several contacts have the same value, so that it is no id; name it in a mapping";

/// What is read from a table, to be shown before anything is sent. It holds headers, no contact data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnPlan {
    /// The program whose export it is, if its header is known: `Google Contacts`.
    pub layout: Option<String>,
    /// What holds the columns.
    pub form: TableForm,
    /// The file's encoding: `utf-8`. With another one, rows that are UTF-8 nevertheless are read as such.
    pub encoding: String,
    /// What separates the cells.
    pub delimiter: u8,
    /// What cells are quoted with.
    pub quote: u8,
    /// The line of the header, or its row in the sheet. What stands before it is not read.
    pub header_line: u64,
    /// Every column, in the file's order.
    pub columns: Vec<Column>,
    pub(crate) constants: Vec<(FieldPath, String)>,
    pub(crate) dialect: Dialect,
    /// Whether files of its layout have rows that continue the contact above them.
    pub(crate) continues_rows: bool,
}

/// One column and what becomes of it. Its `Debug` does not show the sample.
#[derive(Clone, PartialEq, Eq)]
pub struct Column {
    /// The first one is 1.
    pub number: u64,
    /// Its header, as written. Empty when it has none.
    pub header: String,
    /// What becomes of its cells.
    pub taken: Taken,
    sample: Option<String>,
}

/// What becomes of the cells of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// They go to this field: `phones[1].number`. The kind and the label go with them.
    For {
        /// The field's path.
        field: String,
        /// The kind that every value of this column has.
        kind: Option<String>,
        /// The label that every value of this column has.
        label: Option<String>,
    },
    /// They are not used.
    Not {
        /// Why.
        reason: String,
    },
}

/// The columns that are used, as the reader of rows needs them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) place: usize,
    pub(crate) target: FieldPath,
    pub(crate) kind: Option<String>,
    pub(crate) label: Option<String>,
}

impl ColumnPlan {
    /// The plan of a header, and its columns that are used.
    pub(crate) fn new(
        header: &Header,
        dialect: Dialect,
        encoding: String,
        map: Option<&ColumnMap>,
        version: Version,
    ) -> Result<(Self, Vec<Used>), MapError> {
        if let Some(map) = map {
            map.check_against(&header.cells)?;
            map.check_targets(version)?;
        }
        let names = Names::of(version);
        let folded = names.folded(&header.cells);
        let layout = names.recognise(&folded);
        let mut planning = Planning {
            version,
            names,
            headers: &header.cells,
            folded,
            samples: &header.samples,
            map,
            layout,
            taken: BTreeSet::new(),
            next_entries: BTreeMap::new(),
            groups: Groups::default(),
            used: Vec::new(),
        };
        let mut places: Vec<Option<Planned>> =
            (0..header.cells.len()).map(|place| planning.place(place)).collect();
        match version {
            Version::V0_1 => {
                names::settle_as_v0_1(&mut places, &header.cells, |place| planning.is_settled(place));
            }
            Version::Current => {
                planning.settle(&mut places);
                dial_codes::settle(&mut places, &header.cells, |place| planning.is_settled(place));
            }
        }
        planning.next_entries = behind_the_numbered(&places);
        let columns = planning.columns(&places);
        let plan = Self {
            layout: layout.map(|layout| layout.head.name.clone()),
            form: TableForm::Csv,
            encoding,
            dialect,
            delimiter: dialect.delimiter,
            quote: dialect.quote,
            header_line: header.line,
            columns,
            constants: map.map(|map| map.constants.clone()).unwrap_or_default(),
            continues_rows: layout.is_some_and(|layout| layout.head.continues_rows),
        };
        Ok((plan, planning.used))
    }

    /// Whether a column or a constant goes to this field: `external_id`.
    pub fn has_field(&self, path: &str) -> bool {
        let is_taken =
            |column: &Column| matches!(&column.taken, Taken::For { field, .. } if field.as_str() == path);
        self.columns.iter().any(is_taken)
            || self.constants.iter().any(|(target, _)| target.to_string() == path)
    }

    /// Returns the fields that the columns are taken for.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().filter_map(|column| match &column.taken {
            Taken::For { field, .. } => Some(field.as_str()),
            Taken::Not { .. } => None,
        })
    }

    /// The headers of the columns whose cells are not used, and have a header.
    pub fn not_used(&self) -> impl Iterator<Item = &str> {
        let unused =
            |column: &&Column| matches!(column.taken, Taken::Not { .. }) && !column.header.is_empty();
        self.columns.iter().filter(unused).map(|column| column.header.as_str())
    }
}

/// Where a column wants to go, before the entries of lists are numbered.
struct Planned {
    target: FieldPath,
    kind: Option<String>,
    label: Option<String>,
    /// The columns that it belongs to.
    group: Option<Group>,
    known_by: KnownBy,
}

/// What knows a column. The first go before the others where they are taken for the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum KnownBy {
    /// The mapping or the file's layout.
    Itself,
    /// The plain names.
    Name,
    /// A layout that the file is not of.
    OtherLayout,
}

struct Planning<'a> {
    version: Version,
    headers: &'a [String],
    /// The headers in the form in which they are compared.
    folded: Vec<String>,
    samples: &'a Samples,
    map: Option<&'a ColumnMap>,
    names: &'static Names,
    layout: Option<&'static Layout>,
    taken: BTreeSet<FieldPath>,
    next_entries: BTreeMap<Field, usize>,
    groups: Groups,
    used: Vec<Used>,
}

impl Planning<'_> {
    /// What the mapping says goes before the layout, the layout before the plain names, and these before what another
    /// layout calls so.
    fn place(&self, place: usize) -> Option<Planned> {
        let elsewhere =
            self.names.alone(&self.folded[place]).and_then(|found| planned(found.place, found.number));
        let known = match self.map.and_then(|map| map.place_of(self.headers, place)) {
            Some(mapped) => Some((mapped, None)),
            None => self.known(place).map(|found| (found.place, found.number)),
        };
        let Some((known, number)) = known else {
            let elsewhere = elsewhere.map(|planned| Planned { known_by: KnownBy::OtherLayout, ..planned });
            return elsewhere.or_else(|| self.decorated(place));
        };
        let mut planned = planned(known, number)?;
        if !self.is_settled(place) {
            planned.known_by = KnownBy::Name;
        }
        if let Some(elsewhere) = elsewhere.filter(|other| other.target.list() == planned.target.list()) {
            planned.group = planned.group.or(elsewhere.group);
        }
        Some(planned)
    }

    /// What the file's own layout or the plain names say of a header.
    fn known(&self, place: usize) -> Option<Found<'static>> {
        let folded = &self.folded[place];
        self.layout.and_then(|layout| layout.find(folded)).or_else(|| self.names.plain(folded))
    }

    /// What a header means without what stands around the name.
    fn decorated(&self, place: usize) -> Option<Planned> {
        let decorated = self.names.decorated(&self.headers[place])?;
        let mut planned = planned(decorated.found.place, decorated.found.number)?;
        planned.known_by = KnownBy::Name;
        if let Some(address) = decorated.address.filter(|_| planned.target.list() == "addresses") {
            planned.group = Some(Group::Kind(address));
            planned.known_by = KnownBy::OtherLayout;
        }
        Some(planned)
    }

    /// Settles what headers mean that may mean several things.
    fn settle(&self, places: &mut [Option<Planned>]) {
        let is_settled = |place: usize| self.is_settled(place);
        let is_mapped =
            |place: usize| self.map.is_some_and(|map| map.place_of(self.headers, place).is_some());
        let mut columns = Columns {
            places,
            headers: &self.folded,
            samples: self.samples,
            is_settled: &is_settled,
            is_mapped: &is_mapped,
        };
        names::settle_by_values(&mut columns);
        columns.settle();
        self.repeat_addresses(places);
    }

    /// Begins another address where the plain names of a column come again: `Street,City,Street,City`.
    fn repeat_addresses(&self, places: &mut [Option<Planned>]) {
        let mut addresses: Vec<&String> = Vec::new();
        for (place, planned) in places.iter_mut().enumerate() {
            let Some(planned) = planned.as_mut().filter(|planned| planned.target.list() == "addresses")
            else {
                continue;
            };
            let header = &self.folded[place];
            let before = addresses.iter().filter(|other| **other == header).count();
            addresses.push(header);
            let is_by_name = planned.known_by == KnownBy::Name && !self.is_settled(place);
            if is_by_name && !planned.target.gathers() {
                planned.target.entry = planned.target.entry.map(|entry| entry + before);
            }
        }
    }

    /// What becomes of all columns.
    fn columns(&mut self, places: &[Option<Planned>]) -> Vec<Column> {
        let mut taken: BTreeMap<usize, Taken> = BTreeMap::new();
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_by_key(|place| places[*place].as_ref().map(|planned| planned.known_by));
        for place in order {
            taken.insert(place, self.taken(place, places[place].as_ref()));
        }
        self.used.sort_by_key(|used| used.place);
        let column = |(place, taken): (usize, Taken)| Column {
            number: place as u64 + 1,
            header: self.headers[place].clone(),
            sample: self.samples.values(place).next().map(shown::sample),
            taken,
        };
        taken.into_iter().map(column).collect()
    }

    fn taken(&mut self, place: usize, planned: Option<&Planned>) -> Taken {
        let Some(planned) = planned else { return Taken::Not { reason: self.why_not(place).to_owned() } };
        let mut target = planned.target.clone();
        if planned.known_by == KnownBy::OtherLayout && target.is_in_a_list() {
            target.entry = Some(self.groups.entry(planned, &self.used));
        } else if target.is_in_a_list() && target.entry.is_none() {
            target.entry = Some(self.free_entry(&target));
        }
        let goes_behind = self.goes_behind(place, planned);
        if !target.gathers() && !goes_behind && !self.taken.insert(target.clone()) {
            return Taken::Not { reason: format!("another column is taken for {target} already") };
        }
        if planned.known_by != KnownBy::OtherLayout {
            self.groups.remember(planned, &target);
        }
        let (kind, label) = (planned.kind.clone(), planned.label.clone());
        let taken = Taken::For { field: target.to_string(), kind: kind.clone(), label: label.clone() };
        self.used.push(Used { place, target, kind, label });
        taken
    }

    /// Whether a column goes behind another one of the same field.
    fn goes_behind(&self, place: usize, planned: &Planned) -> bool {
        let is_mapped = self.map.is_some_and(|map| map.place_of(self.headers, place).is_some());
        let joins = if is_mapped {
            planned.target.joins()
        } else {
            names::goes_behind(planned.target.field, &self.folded[place])
        };
        self.version == Version::Current && joins
    }

    fn why_not(&self, place: usize) -> &'static str {
        let header = &self.headers[place];
        let mapped = self.map.map(|map| map.place_of(self.headers, place));
        match mapped {
            _ if header.is_empty() => "it has no header",
            Some(Some(Place::Ignore)) => "the mapping leaves it out",
            _ if self.known(place).is_none_or(|found| *found.place != Place::Ignore) => {
                match (self.field_by_name(place), mapped) {
                    (Some(Field::ExternalId), _) if self.samples.has_repeated_ids(place) => REPEATED_IDS,
                    (Some(Field::ExternalId), _) => "its values are the numbers of the rows, or no ids",
                    (Some(Field::Kind), _) => "its values do not say whether a contact is a person",
                    (_, Some(_)) => "neither a known column nor in the mapping",
                    (_, None) => unused::reason(self.samples, place).unwrap_or(NOT_KNOWN),
                }
            }
            _ if header.starts_with('_') => "the file of rejects adds it",
            _ => "not a field of a contact",
        }
    }

    /// The field of a header whose values decided against it.
    fn field_by_name(&self, place: usize) -> Option<Field> {
        let Place::Field { target, .. } = self.known(place)?.place else { return None };
        Some(target.target(None).ok()?.field)
    }

    /// Whether a mapping or a layout says what the column is.
    fn is_settled(&self, place: usize) -> bool {
        let mapped = self.map.is_some_and(|map| map.place_of(self.headers, place).is_some());
        mapped || self.layout.is_some_and(|layout| layout.find(&self.folded[place]).is_some())
    }

    /// The next entry of a list whose columns have no numbers.
    fn free_entry(&mut self, target: &FieldPath) -> usize {
        let next = self.next_entries.entry(target.field).or_default();
        *next += 1;
        *next - 1
    }
}

/// The first entry behind all that the header numbers itself.
fn behind_the_numbered(places: &[Option<Planned>]) -> BTreeMap<Field, usize> {
    let mut next = BTreeMap::new();
    for Planned { target, .. } in
        places.iter().flatten().filter(|planned| planned.known_by != KnownBy::OtherLayout)
    {
        if let Some(entry) = target.entry {
            let first_free = next.entry(target.field).or_insert(0);
            *first_free = (*first_free).max(entry + 1);
        }
    }
    next
}

fn planned(place: &Place, number: Option<usize>) -> Option<Planned> {
    let Place::Field { target, kind, label } = place else { return None };
    let target = target.target(number).ok()?;
    let group = Group::of(&target, kind.as_deref(), number);
    Some(Planned { target, kind: kind.clone(), label: label.clone(), group, known_by: KnownBy::Itself })
}
