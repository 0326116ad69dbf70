//! Property tests on generated files: people are written with random wrappings, encodings and separators. Each of them is read as
//! one contact with the same names, e-mail addresses and phones, or is a reject with its line.
//!
//! `UNICONTACT_CASES=100000` sets the number of files of each format.

#![allow(clippy::struct_excessive_bools, reason = "each is a choice of a program")]

mod check;
mod csv;
mod csv_transformations;
mod encoding;
mod json;
mod people;
mod transformation;
mod vcard;

use std::env;

use proptest::prelude::*;

use crate::storm::check::{Failure, check};
use crate::storm::people::people;
use crate::storm::transformation::{Choices, Transformation, Wrapping};

const CASES: u32 = 200;

fn cases() -> u32 {
    env::var("UNICONTACT_CASES").map_or(CASES, |text| text.parse().expect("UNICONTACT_CASES is a number"))
}

/// Writes a file with some transformations, and reads it.
fn run<W: Wrapping>(transformations: &[&Transformation<W>], count: usize, seed: u64) -> Result<(), String> {
    let mut wrapping = W::default();
    for transformation in transformations {
        (transformation.apply)(&mut wrapping);
    }
    let people = people(count, wrapping.alphabet(), wrapping.values(), seed);
    let bytes = wrapping.write(&people, &mut Choices(seed));
    let result = check(&people, &bytes, W::FILE_NAME, &wrapping.options());
    match result {
        Err(Failure::NotOpened(message))
            if wrapping.has_unknown_encoding() && message.contains("--encoding") =>
        {
            Ok(())
        }
        other => other.map_err(|failure| failure.to_string()),
    }
}

/// Runs each transformation alone. Returns the names of those that lose people, with the failure.
fn failing_alone<W: Wrapping>() -> Vec<String> {
    let mut failing = Vec::new();
    for transformation in W::TRANSFORMATIONS {
        let failure = (1..=8).find_map(|seed| run(&[transformation], 5, seed).err());
        failing.extend(failure.map(|failure| format!("{}: {failure}", transformation.name)));
    }
    failing
}

#[test]
fn no_transformation_alone_loses_a_contact() {
    let failing =
        [failing_alone::<csv::Csv>(), failing_alone::<vcard::Cards>(), failing_alone::<json::Lines>()]
            .concat();
    assert!(failing.is_empty(), "{failing:#?}");
}

#[test]
fn every_transformation_has_a_unique_name() {
    let mut names = transformation::names::<csv::Csv>();
    names.extend(transformation::names::<vcard::Cards>());
    names.extend(transformation::names::<json::Lines>());
    assert!(names.len() > 60);
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "two transformations have the same name");
}

/// Returns the names of some transformations.
fn some_transformations<W: Wrapping>() -> impl Strategy<Value = Vec<&'static str>> {
    let names: Vec<&str> = W::TRANSFORMATIONS.iter().map(|it| it.name).collect();
    prop::collection::vec(prop::sample::select(names), 0..7)
}

fn storm<W: Wrapping>(names: &[&'static str], count: usize, seed: u64) -> Result<(), TestCaseError> {
    let mut groups = Vec::new();
    let mut transformations: Vec<&Transformation<W>> = Vec::new();
    for transformation in
        names.iter().map(|name| W::TRANSFORMATIONS.iter().find(|it| it.name == *name).unwrap())
    {
        if !groups.contains(&transformation.group) {
            groups.push(transformation.group);
            transformations.push(transformation);
        }
    }
    run(&transformations, count, seed).map_err(TestCaseError::fail)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn no_contact_in_a_csv_is_lost(
        names in some_transformations::<csv::Csv>(), count in 1_usize..7, seed in any::<u64>(),
    ) {
        storm::<csv::Csv>(&names, count, seed)?;
    }

    #[test]
    fn no_contact_in_a_file_of_vcards_is_lost(
        names in some_transformations::<vcard::Cards>(), count in 1_usize..7, seed in any::<u64>(),
    ) {
        storm::<vcard::Cards>(&names, count, seed)?;
    }

    #[test]
    fn no_contact_in_lines_of_json_is_lost(
        names in some_transformations::<json::Lines>(), count in 1_usize..7, seed in any::<u64>(),
    ) {
        storm::<json::Lines>(&names, count, seed)?;
    }
}
