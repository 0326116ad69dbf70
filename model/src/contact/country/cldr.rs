//! Generates the table of country names from the CLDR and the list of additional spellings, and checks it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::fold::fold;
use super::{parse, v0_1};

const TERRITORIES: &str = include_str!("../../../data/cldr/territories.tsv");
const SPELLINGS: &str = include_str!("../../../data/country-spellings.tsv");
const TABLE: &str = include_str!("../../../data/country-names.tsv");

/// Folded names that several countries share, each with the country that it is read as, if any.
const AMBIGUOUS: [(&str, Option<&str>); 2] = [("kongo", None), ("конго", None)];

/// Names that are not read as their country, because they are another country's code or too ambiguous.
const READ_OTHERWISE: [(&str, &str, Option<&str>); 7] = [
    ("A.S", "US", Some("AS")),
    ("AS", "US", Some("AS")),
    ("Kongo", "CD", None),
    ("Kongo", "CG", None),
    ("Nga", "RU", Some("NG")),
    ("RU", "GB", Some("RU")),
    ("Конго", "CD", None),
];

/// Returns each name in its original spelling, with its code.
fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    let names = TERRITORIES.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        Some((cells.next()?, cells.next()?))
    });
    names.chain(spellings())
}

fn spellings() -> impl Iterator<Item = (&'static str, &'static str)> {
    SPELLINGS.lines().filter(|line| !line.starts_with('#')).flat_map(|line| {
        let mut cells = line.split('\t');
        let code = cells.next().unwrap();
        cells.map(move |name| (code, name))
    })
}

/// Returns a name with umlauts and rings spelled as two letters.
fn spelled_out(name: &str) -> String {
    let mut name = name.to_owned();
    for (letter, letters) in [
        ("ä", "ae"),
        ("ö", "oe"),
        ("ü", "ue"),
        ("Ä", "Ae"),
        ("Ö", "Oe"),
        ("Ü", "Ue"),
        ("å", "aa"),
        ("Å", "Aa"),
        ("ø", "oe"),
        ("Ø", "Oe"),
    ] {
        name = name.replace(letter, letters);
    }
    name
}

/// Returns the codes by folded name.
fn codes() -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut codes: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (code, name) in names() {
        for name in [fold(name), fold(&spelled_out(name))] {
            codes.entry(name).or_default().insert(code);
        }
    }
    codes
}

fn table() -> String {
    let mut lines = String::new();
    for (name, codes) in codes() {
        let decided = AMBIGUOUS.iter().find(|(ambiguous, _)| *ambiguous == name).map(|(_, code)| *code);
        let code = decided.unwrap_or_else(|| {
            assert_eq!(codes.len(), 1, "{name} names {codes:?}: decide it in AMBIGUOUS");
            codes.first().copied()
        });
        if let Some(code) = code {
            writeln!(lines, "{name}\t{code}").unwrap();
        }
    }
    lines
}

#[test]
fn the_table_equals_the_one_generated_from_the_cldr_and_the_spellings() {
    let table = table();
    if std::env::var_os("UPDATE_COUNTRY_NAMES").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/data/country-names.tsv"), &table).unwrap();
    }
    assert!(table.len() < 300_000, "the table is a part of the program");
    assert!(table == TABLE, "set UPDATE_COUNTRY_NAMES=1 to write data/country-names.tsv anew");
}

#[test]
fn every_name_is_read_as_its_country() {
    let others: BTreeSet<_> = names()
        .map(|(code, name)| (name, code, parse::code(name)))
        .filter(|(_, code, read)| *read != Some(code))
        .collect();
    assert_eq!(others.into_iter().collect::<Vec<_>>(), READ_OTHERWISE);
}

#[test]
fn names_known_to_version_0_1_0_are_read_as_before_or_better() {
    let others: BTreeSet<_> = names()
        .map(|(_, name)| (name, v0_1::code(name), parse::code(name)))
        .filter(|(_, earlier, read)| earlier.is_some() && earlier != read)
        .collect();
    let expected = [("R.-U.", Some("RU"), Some("GB")), ("Samoa", Some("AS"), Some("WS"))];
    assert_eq!(others.into_iter().collect::<Vec<_>>(), expected);
}
