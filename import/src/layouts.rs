//! The column names of the programs that contacts are exported from.
//!
//! Rule: a layout is data, one file in `layouts/` in the form of a user's mapping; nothing here knows a program.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::column_map::{ColumnMap, LayoutHead, MapEntry, Place};
use crate::target::{Field, Target};
use crate::version::Version;

/// The layouts, in the order in which they win when two fit alike.
const LAYOUTS: [&str; 10] = [
    include_str!("../layouts/google.toml"),
    include_str!("../layouts/google_old.toml"),
    include_str!("../layouts/outlook.toml"),
    include_str!("../layouts/outlook_german.toml"),
    include_str!("../layouts/linkedin.toml"),
    include_str!("../layouts/thunderbird.toml"),
    include_str!("../layouts/thunderbird_german.toml"),
    include_str!("../layouts/apple.toml"),
    include_str!("../layouts/hubspot.toml"),
    include_str!("../layouts/salesforce.toml"),
];

const PLAIN: &str = include_str!("../layouts/plain.toml");
const DIAL_CODES: &str = include_str!("../layouts/dial_codes.toml");

/// A set of column names and where they go.
pub(crate) struct Layout {
    pub(crate) head: LayoutHead,
    /// The folded headers that it is known by; of each group one is enough.
    known_by: Vec<Vec<String>>,
    columns: HashMap<String, Place>,
}

/// Where a column goes, and the number in its header.
pub(crate) struct Found<'a> {
    pub(crate) place: &'a Place,
    pub(crate) number: Option<usize>,
}

/// What a column means, whatever entry of its list a layout counts it as.
#[derive(PartialEq, Eq)]
struct Meaning<'a> {
    field: Field,
    key: String,
    kind: Option<&'a str>,
    label: Option<&'a str>,
    number: Option<usize>,
}

impl<'a> Found<'a> {
    /// None where it is left out. The parts of a birthday mean nothing alone: "Birth Day" is also the whole of one.
    fn meaning(&self) -> Option<Meaning<'a>> {
        let Place::Field { target, kind, label } = self.place else { return None };
        let Target { field, key, .. } = target.target(self.number).ok()?;
        let is_a_part = matches!(field, Field::BirthdayYear | Field::BirthdayMonth | Field::BirthdayDay);
        let (kind, label, number) = (kind.as_deref(), label.as_deref(), self.number);
        (!is_a_part).then_some(Meaning { field, key, kind, label, number })
    }
}

impl Layout {
    pub(crate) fn of(map: ColumnMap) -> Self {
        let fold = |MapEntry { header, place, .. }| (fold(&header), place);
        let head = map.layout.unwrap_or_else(|| LayoutHead { name: String::new(), known_by: Vec::new() });
        let known_by =
            head.known_by.iter().map(|names| names.split(" | ").map(self::fold).collect()).collect();
        Self { head, known_by, columns: map.columns.into_iter().map(fold).collect() }
    }

    /// Where a header goes.
    pub(crate) fn find(&self, header: &str) -> Option<Found<'_>> {
        self.find_folded(&fold(header))
    }

    /// Where a header goes that was folded already.
    pub(crate) fn find_folded(&self, folded: &str) -> Option<Found<'_>> {
        if folded.is_empty() {
            return None;
        }
        if let Some(place) = self.columns.get(folded) {
            return Some(Found { place, number: None });
        }
        let (pattern, number) = with_a_hole(folded)?;
        self.columns.get(&pattern).map(|place| Found { place, number: Some(number) })
    }

    /// Whether a header row is this layout's. `|` separates headers of which one is enough.
    fn fits(&self, folded: &[String]) -> bool {
        let has = |name: &String| folded.contains(name);
        !self.known_by.is_empty() && self.known_by.iter().all(|names| names.iter().any(has))
    }
}

/// The names of columns that a version knows.
pub(crate) struct Names {
    plain: Layout,
    layouts: Vec<Layout>,
}

impl Names {
    /// Returns the names that a version knows.
    pub(crate) fn of(version: Version) -> &'static Self {
        static V0_1: OnceLock<Names> = OnceLock::new();
        static CURRENT: OnceLock<Names> = OnceLock::new();
        match version {
            Version::V0_1 => V0_1.get_or_init(|| Self::new(&[PLAIN], &LAYOUTS)),
            Version::Current => CURRENT.get_or_init(|| Self::new(&[PLAIN, DIAL_CODES], &LAYOUTS)),
        }
    }

    fn new(plain: &[&str], layouts: &[&str]) -> Self {
        let map = |text: &&str| text.parse::<ColumnMap>().unwrap_or_default();
        let columns = plain.iter().flat_map(|text| map(text).columns).collect();
        Self {
            plain: Layout::of(ColumnMap { columns, ..ColumnMap::default() }),
            layouts: layouts.iter().map(|text| Layout::of(map(text))).collect(),
        }
    }

    /// Returns the names that every file may use.
    pub(crate) fn plain(&self) -> &Layout {
        &self.plain
    }

    /// Returns the layout of a header row, if it is one of the known ones: of those that fit, the one that knows most columns.
    pub(crate) fn recognise(&self, folded: &[String]) -> Option<&Layout> {
        let known =
            |layout: &Layout| folded.iter().filter(|header| layout.find_folded(header).is_some()).count();
        self.layouts.iter().rev().filter(|layout| layout.fits(folded)).max_by_key(|layout| known(layout))
    }

    /// Returns what a folded header means in a file that is no layout's: nothing where two layouts disagree.
    pub(crate) fn alone(&self, folded: &str) -> Option<Found<'_>> {
        agreed(&self.layouts, folded)
    }
}

/// A header row without what differs from one version of a program to the next.
pub(crate) fn folded(headers: &[String]) -> Vec<String> {
    headers.iter().map(|header| fold(header)).collect()
}

fn agreed<'a>(layouts: &'a [Layout], folded: &str) -> Option<Found<'a>> {
    let mut said = layouts.iter().filter_map(|layout| layout.find_folded(folded));
    let first = said.next()?;
    let meaning = first.meaning()?;
    said.all(|other| other.meaning().as_ref() == Some(&meaning)).then_some(first)
}

/// A header without case, spaces and punctuation, which differ from one version of a program to the next.
pub(crate) fn fold(header: &str) -> String {
    if header.trim_start().starts_with('_') {
        return header.trim().to_owned();
    }
    // The braces of `{n}` stay: no header of a file has them.
    header
        .chars()
        .filter(|character| character.is_alphanumeric() || matches!(character, '{' | '}' | '☎'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// `phone2value` as `phone{n}value` and 2.
fn with_a_hole(folded: &str) -> Option<(String, usize)> {
    let start = folded.find(|character: char| character.is_ascii_digit())?;
    let rest = &folded[start..];
    let length = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
    let number: usize = rest[..length].parse().ok().filter(|number| (1..=99).contains(number))?;
    Some((format!("{}{{n}}{}", &folded[..start], &rest[length..]), number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_is_a_mapping_without_mistakes() {
        for text in LAYOUTS.iter().chain([&PLAIN, &DIAL_CODES]) {
            let map: ColumnMap = text.parse().unwrap();
            for entry in &map.columns {
                if let Place::Field { target, .. } = &entry.place {
                    target.target(Some(1)).unwrap();
                }
            }
        }
        let names = Names::of(Version::Current);
        assert!(
            names.layouts.iter().all(|layout| !layout.head.name.is_empty() && !layout.columns.is_empty())
        );
        assert!(names.plain().find("E-Mail-Adresse").is_some());
    }

    #[test]
    fn a_number_in_a_header_is_found() {
        let google = &Names::of(Version::Current).layouts[0];
        assert_eq!(google.find("Phone 12 - Value").unwrap().number, Some(12));
        assert!(google.find("Phone - Value").is_none());
    }

    #[test]
    fn a_header_that_two_layouts_disagree_on_means_nothing_alone() {
        let layout = |columns: &str| Layout::of(format!("[columns]\n{columns}").parse().unwrap());
        let layouts = [
            layout(
                "Rank = 'title'\n'Phone {n}' = 'phones[{n}].number'\nCity = {to='addresses[0].city', kind='home'}",
            ),
            layout("Rank = 'name.prefix'\nFloor = 'ignore'"),
            layout("Floor = 'addresses[0].street2'\nCity = {to='addresses[1].city', kind='home'}"),
        ];
        let meant = |header| agreed(&layouts, &fold(header)).is_some();
        assert_eq!(
            ["Rank", "Floor", "Phone 2", "City"].map(meant),
            [false, false, true, true],
            "the number of the entry is no disagreement"
        );
    }
}
