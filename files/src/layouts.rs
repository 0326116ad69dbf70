//! The column names that programs export and that people write.
//!
//! A layout is a file in `layouts/` in the format of a user's mapping. No code depends on one program.

mod decorated;
mod export;
mod fold;
mod property_values;
mod words;

use std::collections::HashMap;
use std::sync::OnceLock;

pub(crate) use self::export::Export;
pub(crate) use self::fold::{fold, fold_without_accents};
pub(crate) use self::property_values::PropertyValues;
use crate::column_map::{ColumnMap, LayoutInfo, MapEntry, MapTarget};
use crate::field_path::{Field, FieldPath};
use crate::version::Version;

/// The layouts of version 0.1.0, in the order in which they win when two fit alike. They never change.
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

/// The layouts of later versions. A layout with the name of another one adds columns to it.
const LATER_LAYOUTS: [&str; 19] = [
    include_str!("../layouts/odoo.toml"),
    include_str!("../layouts/mautic.toml"),
    include_str!("../layouts/meta_leads.toml"),
    include_str!("../layouts/brevo.toml"),
    include_str!("../layouts/zoho.toml"),
    include_str!("../layouts/pipedrive.toml"),
    include_str!("../layouts/outlook_french.toml"),
    include_str!("../layouts/outlook_spanish.toml"),
    include_str!("../layouts/outlook_italian.toml"),
    include_str!("../layouts/outlook_dutch.toml"),
    include_str!("../layouts/outlook_polish.toml"),
    include_str!("../layouts/outlook_portuguese_brazil.toml"),
    include_str!("../layouts/outlook_portuguese_portugal.toml"),
    include_str!("../layouts/outlook_russian.toml"),
    include_str!("../layouts/outlook_chinese_simplified.toml"),
    include_str!("../layouts/outlook_chinese_traditional.toml"),
    include_str!("../layouts/outlook_japanese.toml"),
    include_str!("../layouts/salesforce_more.toml"),
    include_str!("../layouts/hubspot_more.toml"),
];

/// The whole exports of programs. Each completes the layout of its name, and identifies its files in place of that layout.
const EXPORTS: [&str; 4] = [
    include_str!("../layouts/hubspot_export.toml"),
    include_str!("../layouts/hubspot_french_export.toml"),
    include_str!("../layouts/hubspot_spanish_export.toml"),
    include_str!("../layouts/salesforce_export.toml"),
];

/// The plain names of version 0.1.0. They never change.
const PLAIN: &str = include_str!("../layouts/plain.toml");

/// The plain names of dial codes.
const DIAL_CODES: &str = include_str!("../layouts/dial_codes.toml");

/// The plain names of later versions, by language.
const WORDS: [&str; 29] = [
    include_str!("../layouts/plain_english.toml"),
    include_str!("../layouts/plain_german.toml"),
    include_str!("../layouts/plain_french.toml"),
    include_str!("../layouts/plain_spanish.toml"),
    include_str!("../layouts/plain_italian.toml"),
    include_str!("../layouts/plain_portuguese.toml"),
    include_str!("../layouts/plain_romanian.toml"),
    include_str!("../layouts/plain_dutch.toml"),
    include_str!("../layouts/plain_swedish.toml"),
    include_str!("../layouts/plain_danish.toml"),
    include_str!("../layouts/plain_norwegian.toml"),
    include_str!("../layouts/plain_finnish.toml"),
    include_str!("../layouts/plain_polish.toml"),
    include_str!("../layouts/plain_czech.toml"),
    include_str!("../layouts/plain_hungarian.toml"),
    include_str!("../layouts/plain_turkish.toml"),
    include_str!("../layouts/plain_greek.toml"),
    include_str!("../layouts/plain_russian.toml"),
    include_str!("../layouts/plain_ukrainian.toml"),
    include_str!("../layouts/plain_chinese.toml"),
    include_str!("../layouts/plain_japanese.toml"),
    include_str!("../layouts/plain_korean.toml"),
    include_str!("../layouts/plain_arabic.toml"),
    include_str!("../layouts/plain_hebrew.toml"),
    include_str!("../layouts/plain_hindi.toml"),
    include_str!("../layouts/plain_croatian.toml"),
    include_str!("../layouts/plain_bulgarian.toml"),
    include_str!("../layouts/plain_thai.toml"),
    include_str!("../layouts/plain_vietnamese.toml"),
];

/// The column names of one program, with their targets.
pub(crate) struct Layout {
    pub(crate) info: LayoutInfo,
    /// The folded headers that identify the layout: one of each group.
    known_by: Vec<Vec<String>>,
    columns: HashMap<String, MapTarget>,
    /// What only whole exports of the program have.
    export: Option<Export>,
}

/// Returns a header in the form in which headers are compared.
type Fold = fn(&str) -> String;

/// The target of a header, and the number in the header.
pub(crate) struct HeaderMatch<'a> {
    pub(crate) target: &'a MapTarget,
    pub(crate) number: Option<usize>,
}

/// The meaning of a header, apart from the entry that a layout gives it.
#[derive(PartialEq, Eq)]
struct Meaning<'a> {
    field: Field,
    key: String,
    kind: Option<&'a str>,
    label: Option<&'a str>,
    number: Option<usize>,
}

impl<'a> HeaderMatch<'a> {
    /// Returns the meaning of the header. `None` for an ignored column, and for the parts of a birthday: "Birth Day" may also be
    /// a whole birthday.
    fn meaning(&self) -> Option<Meaning<'a>> {
        let MapTarget::Field { template, kind, label } = self.target else { return None };
        let FieldPath { field, key, .. } = template.resolve(self.number).ok()?;
        let is_a_part = matches!(field, Field::BirthdayYear | Field::BirthdayMonth | Field::BirthdayDay);
        let (kind, label, number) = (kind.as_deref(), label.as_deref(), self.number);
        (!is_a_part).then_some(Meaning { field, key, kind, label, number })
    }
}

impl Layout {
    fn new(map: ColumnMap, fold: Fold) -> Self {
        let folded = |MapEntry { header, target, .. }: MapEntry| (fold(&header), target);
        let info = map.layout.unwrap_or_default();
        let known_by = info.known_by.iter().map(|names| names.split(" | ").map(fold).collect()).collect();
        Self { info, known_by, columns: map.columns.into_iter().map(folded).collect(), export: None }
    }

    /// Returns a layout without columns of its own.
    fn with_export(export: Export) -> Self {
        let info = LayoutInfo { name: export.layout.clone(), ..LayoutInfo::default() };
        Self { info, known_by: Vec::new(), columns: HashMap::new(), export: Some(export) }
    }

    /// Returns the target of a folded header that has a meaning in other files, too.
    pub(crate) fn find(&self, folded: &str) -> Option<HeaderMatch<'_>> {
        if folded.is_empty() {
            return None;
        }
        if let Some(target) = self.columns.get(folded) {
            return Some(HeaderMatch { target, number: None });
        }
        let (pattern, number) = numbered_pattern(folded)?;
        self.columns.get(&pattern).map(|target| HeaderMatch { target, number: Some(number) })
    }

    /// Returns what only whole exports of the program have. `None` for a layout without such.
    pub(crate) fn export(&self) -> Option<&Export> {
        self.export.as_ref()
    }

    /// Returns how many headers of a row the layout has.
    fn count_known(&self, headers: &[String], folded: &[String]) -> usize {
        let is_known = |(header, folded): &(&String, &String)| {
            self.find(folded).is_some()
                || self.export.as_ref().is_some_and(|export| export.has(header, folded))
        };
        headers.iter().zip(folded).filter(is_known).count()
    }

    /// Returns whether a header row has this layout.
    fn fits(&self, headers: &[String], folded: &[String]) -> bool {
        if let Some(export) = &self.export {
            return export.fits(headers, folded);
        }
        let has = |name: &String| folded.contains(name);
        !self.known_by.is_empty() && self.known_by.iter().all(|names| names.iter().any(has))
    }
}

/// The column names of a version.
pub(crate) struct ColumnNames {
    plain: Layout,
    layouts: Vec<Layout>,
    ignores_accents: bool,
}

impl ColumnNames {
    /// Returns the column names of a version.
    pub(crate) fn for_version(version: Version) -> &'static Self {
        static V0_1: OnceLock<ColumnNames> = OnceLock::new();
        static CURRENT: OnceLock<ColumnNames> = OnceLock::new();
        match version {
            Version::V0_1 => V0_1.get_or_init(Self::v0_1),
            Version::Current => CURRENT.get_or_init(Self::current),
        }
    }

    fn v0_1() -> Self {
        let (plain, layouts) = maps_of_v0_1();
        Self {
            plain: Layout::new(plain.clone(), fold),
            layouts: layouts.iter().map(|map| Layout::new(map.clone(), fold)).collect(),
            ignores_accents: false,
        }
    }

    fn current() -> Self {
        let (plain, earlier) = maps_of_v0_1();
        let mut plain = Layout::new(plain.clone(), fold_without_accents);
        plain.columns.extend(Layout::new(map_of(DIAL_CODES), fold_without_accents).columns);
        for (header, target) in WORDS.iter().flat_map(|text| words::headers(text)) {
            plain.columns.entry(fold_without_accents(&header)).or_insert(target);
        }
        let mut layouts: Vec<Layout> = Vec::new();
        let later = LATER_LAYOUTS.iter().map(|text| map_of(text));
        for map in earlier.iter().cloned().chain(later) {
            let layout = Layout::new(map, fold_without_accents);
            match layouts.iter_mut().find(|other| other.info.name == layout.info.name) {
                Some(other) => other.columns.extend(layout.columns),
                None => layouts.push(layout),
            }
        }
        for export in EXPORTS.iter().map(|text| Export::parse(text)) {
            match layouts.iter_mut().find(|layout| layout.info.name == export.layout) {
                Some(layout) => layout.export = Some(export),
                None => layouts.push(Layout::with_export(export)),
            }
        }
        Self { plain, layouts, ignores_accents: true }
    }

    /// Returns headers in the form in which they are compared.
    pub(crate) fn fold_all(&self, headers: &[String]) -> Vec<String> {
        let fold = if self.ignores_accents { fold_without_accents } else { fold };
        headers.iter().map(|header| fold(header)).collect()
    }

    /// Returns the match of a folded header among the plain names, which every file may use.
    pub(crate) fn plain(&self, folded: &str) -> Option<HeaderMatch<'_>> {
        self.plain.find(folded)
    }

    /// Returns the layout of a header row: of the layouts that fit, the one that knows most columns.
    pub(crate) fn detect_layout(&self, headers: &[String], folded: &[String]) -> Option<&Layout> {
        let fitting = self.layouts.iter().rev().filter(|layout| layout.fits(headers, folded));
        fitting.max_by_key(|layout| layout.count_known(headers, folded))
    }

    /// Returns the targets that the headers of a file have in whole exports of its layout only.
    pub(crate) fn export_targets(
        &self,
        layout: &Layout,
        headers: &[String],
        folded: &[String],
    ) -> Vec<Option<MapTarget>> {
        let is_known = |folded: &str| layout.find(folded).is_some() || self.plain(folded).is_some();
        match layout.export() {
            Some(export) => export.targets(headers, folded, is_known),
            None => vec![None; headers.len()],
        }
    }

    /// Returns the match of a folded header in the layouts. `None` where two layouts disagree.
    pub(crate) fn in_any_layout(&self, folded: &str) -> Option<HeaderMatch<'_>> {
        agreed(self.layouts.iter().filter(|layout| !layout.info.whole_exports_only), folded)
    }

    /// Returns whether a header has a meaning in a file without a known layout.
    pub(crate) fn recognizes(&self, header: &str, folded: &str) -> bool {
        self.plain(folded).is_some()
            || self.in_any_layout(folded).is_some()
            || self.decorated(header).is_some()
    }
}

/// Returns the plain names and the layouts of version 0.1.0. They are parsed once for both versions.
fn maps_of_v0_1() -> &'static (ColumnMap, Vec<ColumnMap>) {
    static MAPS: OnceLock<(ColumnMap, Vec<ColumnMap>)> = OnceLock::new();
    MAPS.get_or_init(|| (map_of(PLAIN), LAYOUTS.iter().map(|text| map_of(text)).collect()))
}

fn map_of(text: &str) -> ColumnMap {
    text.parse().unwrap_or_default()
}

/// Returns the match that all layouts with this header agree on.
fn agreed<'a>(layouts: impl Iterator<Item = &'a Layout>, folded: &str) -> Option<HeaderMatch<'a>> {
    let mut matches = layouts.filter_map(|layout| layout.find(folded));
    let first = matches.next()?;
    let meaning = first.meaning()?;
    matches.all(|other| other.meaning().as_ref() == Some(&meaning)).then_some(first)
}

/// Returns a header as a pattern and its number: `phone2value` as `phone{n}value` and 2.
fn numbered_pattern(folded: &str) -> Option<(String, usize)> {
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
    fn every_layout_is_a_valid_mapping() {
        for text in LAYOUTS.iter().chain(&LATER_LAYOUTS).chain([&PLAIN, &DIAL_CODES]) {
            let map: ColumnMap = text.parse().unwrap();
            assert!(!map.columns.is_empty());
            for entry in &map.columns {
                if let MapTarget::Field { template, .. } = &entry.target {
                    template.resolve(Some(1)).unwrap();
                }
            }
        }
        let names = ColumnNames::for_version(Version::Current);
        let has_marks = |layout: &Layout| !layout.known_by.is_empty() || layout.export.is_some();
        assert!(names.layouts.iter().all(has_marks));
        assert!(names.plain(&fold_without_accents("E-Mail-Adresse")).is_some());
    }

    #[test]
    fn every_plain_name_has_a_field() {
        for text in WORDS {
            let headers = words::headers(text);
            assert!(headers.len() > 20, "{text}");
            for (header, target) in headers {
                let MapTarget::Field { template, .. } = target else { panic!("{header}") };
                template.resolve(Some(1)).unwrap();
            }
        }
    }

    #[test]
    fn names_of_version_0_1_0_keep_their_meaning() {
        let (old, new) =
            (ColumnNames::for_version(Version::V0_1), ColumnNames::for_version(Version::Current));
        for header in old.plain.columns.keys() {
            let folded = fold_without_accents(header);
            assert!(
                new.plain.columns.get(&folded) == old.plain.columns.get(header),
                "{header} means two things without its accents"
            );
        }
        assert_eq!((old.layouts.len(), old.plain("prenoms").is_some()), (10, false));
    }

    #[test]
    fn a_number_in_a_header_is_found() {
        let google = &ColumnNames::for_version(Version::Current).layouts[0];
        assert_eq!(google.find("phone12value").unwrap().number, Some(12));
        assert!(google.find("phonevalue").is_none());
    }

    #[test]
    fn a_header_that_two_layouts_disagree_on_has_no_meaning() {
        let layout = |columns: &str| Layout::new(format!("[columns]\n{columns}").parse().unwrap(), fold);
        let layouts = [
            layout(
                "Rank = 'title'\n'Phone {n}' = 'phones[{n}].number'\nCity = {to='addresses[0].city', kind='home'}",
            ),
            layout("Rank = 'name.prefix'\nFloor = 'ignore'"),
            layout("Floor = 'addresses[0].street2'\nCity = {to='addresses[1].city', kind='home'}"),
        ];
        let has_meaning = |header| agreed(layouts.iter(), &fold(header)).is_some();
        assert_eq!(
            ["Rank", "Floor", "Phone 2", "City"].map(has_meaning),
            [false, false, true, true],
            "the number of the entry is no disagreement"
        );
    }
}
