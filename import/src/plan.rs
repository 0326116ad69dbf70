//! What each column of a CSV was taken for.
//!
//! Rule: every column is in the plan, also the ones that are not used, with the reason.

mod alone;
mod dial_codes;
mod form;
mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use self::alone::{Group, Groups};
pub use self::form::TableForm;
use crate::column_map::{ColumnMap, MapError, Place};
use crate::csv::cells::Dialect;
use crate::csv::header::Header;
use crate::layouts::{Found, Layout, Names, fold, folded};
use crate::target::{Field, Target};
use crate::version::Version;

/// Why a column is not used that nobody knows, where there is no mapping.
const NOT_KNOWN: &str = "not a known column; name it in a mapping";

/// The same inside of a mapping.
pub(crate) fn reason_in_a_mapping(reason: &str) -> &str {
    if reason == NOT_KNOWN { "not a known column" } else { reason }
}

/// What is read from a table, to be shown before anything is sent. It holds headers, no contact data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnPlan {
    /// The program whose export it is, if its header is known: `Google Contacts`.
    pub layout: Option<String>,
    /// What holds the columns.
    pub form: TableForm,
    /// The file's encoding: `utf-8`. With `windows-1252` rows that are UTF-8 nevertheless are read as such.
    pub encoding: String,
    /// What separates the cells.
    pub delimiter: u8,
    /// What cells are quoted with.
    pub quote: u8,
    /// The line of the header, or its row in the sheet. What stands before it is not read.
    pub header_line: u64,
    /// Every column, in the file's order.
    pub columns: Vec<Column>,
    pub(crate) constants: Vec<(Target, String)>,
}

/// One column and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The first one is 1.
    pub number: u64,
    /// Its header, as written. Empty when it has none.
    pub header: String,
    /// What becomes of its cells.
    pub taken: Taken,
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
    pub(crate) target: Target,
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
            map.check_targets()?;
        }
        let names = Names::of(version);
        let layout = names.recognise(&folded(&header.cells));
        let mut planning = Planning {
            names,
            headers: &header.cells,
            map,
            layout,
            taken: BTreeSet::new(),
            next_entries: BTreeMap::new(),
            groups: Groups::default(),
            used: Vec::new(),
        };
        let mut places: Vec<Option<Planned>> =
            (0..header.cells.len()).map(|place| planning.place(place)).collect();
        names::settle(&mut places, &header.cells, |place| planning.is_settled(place));
        if version == Version::Current {
            dial_codes::settle(&mut places, &header.cells, |place| planning.is_settled(place));
        }
        planning.next_entries = behind_the_numbered(&places);
        let columns = planning.columns(&places);
        let plan = Self {
            layout: layout.map(|layout| layout.head.name.clone()),
            form: TableForm::Csv,
            encoding,
            delimiter: dialect.delimiter,
            quote: dialect.quote,
            header_line: header.line,
            columns,
            constants: map.map(|map| map.constants.clone()).unwrap_or_default(),
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

impl fmt::Display for ColumnPlan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layout = self.layout.as_deref().unwrap_or("no known layout, columns are known by their names");
        writeln!(formatter, "{layout}; {}", form::place_of_header(self))?;
        for column in &self.columns {
            let header = if column.header.is_empty() { "(no header)".into() } else { shown(&column.header) };
            writeln!(formatter, "  {:>3}  {header}  ->  {}", column.number, column.taken)?;
        }
        for (target, value) in &self.constants {
            writeln!(formatter, "       (every row)  ->  {target} = {}", value.escape_debug())?;
        }
        Ok(())
    }
}

/// A header in one line. Quotes need no escape where nothing is quoted.
fn shown(header: &str) -> String {
    header.escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\"")
}

impl fmt::Display for Taken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::For { field, kind, label } => {
                formatter.write_str(field)?;
                let marks: Vec<&str> = [kind, label].into_iter().flatten().map(String::as_str).collect();
                if marks.is_empty() { Ok(()) } else { write!(formatter, " ({})", marks.join(", ")) }
            }
            Self::Not { reason } => write!(formatter, "not used: {reason}"),
        }
    }
}

/// Where a column wants to go, before the entries of lists are numbered.
struct Planned {
    target: Target,
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
    headers: &'a [String],
    map: Option<&'a ColumnMap>,
    names: &'static Names,
    layout: Option<&'static Layout>,
    taken: BTreeSet<Target>,
    next_entries: BTreeMap<Field, usize>,
    groups: Groups,
    used: Vec<Used>,
}

impl Planning<'_> {
    /// What the mapping says goes before the layout, the layout before the plain names, and these before what another
    /// layout calls so.
    fn place(&self, place: usize) -> Option<Planned> {
        let header = &self.headers[place];
        let elsewhere = self.names.alone(&fold(header)).and_then(|found| planned(found.place, found.number));
        let known = match self.map.and_then(|map| map.place_of(self.headers, place)) {
            Some(mapped) => Some((mapped, None)),
            None => self.known(header).map(|found| (found.place, found.number)),
        };
        let Some((known, number)) = known else {
            return elsewhere.map(|planned| Planned { known_by: KnownBy::OtherLayout, ..planned });
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
    fn known(&self, header: &str) -> Option<Found<'static>> {
        self.layout.and_then(|layout| layout.find(header)).or_else(|| self.names.plain().find(header))
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
        if !target.gathers() && !self.taken.insert(target.clone()) {
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

    fn why_not(&self, place: usize) -> &'static str {
        let header = &self.headers[place];
        let mapped = self.map.map(|map| map.place_of(self.headers, place));
        match mapped {
            _ if header.is_empty() => "it has no header",
            Some(Some(Place::Ignore)) => "the mapping leaves it out",
            _ if self.known(header).is_none_or(|found| *found.place != Place::Ignore) => match mapped {
                Some(_) => "neither a known column nor in the mapping",
                None => NOT_KNOWN,
            },
            _ if header.starts_with('_') => "the file of rejects adds it",
            _ => "not a field of a contact",
        }
    }

    /// Whether a mapping or a layout says what the column is.
    fn is_settled(&self, place: usize) -> bool {
        let mapped = self.map.is_some_and(|map| map.place_of(self.headers, place).is_some());
        mapped || self.layout.is_some_and(|layout| layout.find(&self.headers[place]).is_some())
    }

    /// The next entry of a list whose columns have no numbers.
    fn free_entry(&mut self, target: &Target) -> usize {
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

impl ColumnMap {
    /// Whether a header is named in the mapping.
    pub(crate) fn names(&self, header: &str) -> bool {
        self.columns.iter().any(|entry| same(&entry.header, header))
    }

    /// What the mapping says of a column. `"Name#2"` is the second column that is called `Name`.
    pub(crate) fn place_of(&self, headers: &[String], place: usize) -> Option<&Place> {
        let header = &headers[place];
        let before = headers[..place].iter().filter(|other| same(other, header)).count();
        let numbered = format!("{header}#{}", before + 1);
        let find = |name: &str| self.columns.iter().find(|entry| same(&entry.header, name));
        let entry = self.columns.iter().find(|entry| entry.header == numbered).or_else(|| find(header))?;
        Some(&entry.place)
    }

    /// # Errors
    ///
    /// The first column of the mapping that the file does not have.
    fn check_against(&self, headers: &[String]) -> Result<(), MapError> {
        let exists = |name: &str| headers.iter().any(|header| same(header, name));
        for entry in &self.columns {
            let without_number = entry.header.rsplit_once('#').map_or("", |(name, _)| name);
            if exists(&entry.header) || (!without_number.is_empty() && exists(without_number)) {
                continue;
            }
            let nearest =
                unicontact_providers::nearest_word(&entry.header, headers.iter().map(String::as_str));
            let advice = nearest.map(|name| format!(", did you mean `{name}`?")).unwrap_or_default();
            let message = format!("the file has no column `{}`{advice}", entry.header);
            return Err(MapError { line: entry.line, message });
        }
        Ok(())
    }
}

impl ColumnMap {
    /// # Errors
    ///
    /// The first column that goes where another one does, though there is place for one.
    fn check_targets(&self) -> Result<(), MapError> {
        let mut taken: BTreeMap<Target, &str> = BTreeMap::new();
        for entry in &self.columns {
            let Place::Field { target, .. } = &entry.place else { continue };
            let Ok(target) = target.target(None) else { continue };
            if target.gathers() || (target.is_in_a_list() && target.entry.is_none()) {
                continue;
            }
            if let Some(other) = taken.get(&target) {
                let header = &entry.header;
                let message = format!("`{other}` and `{header}` both go to {target}, which takes one column");
                return Err(MapError { line: entry.line, message });
            }
            taken.insert(target, &entry.header);
        }
        Ok(())
    }
}

fn same(one: &str, other: &str) -> bool {
    one == other || (!fold(one).is_empty() && fold(one) == fold(other))
}
