//! Counts the instructions of the pure parts with valgrind, without the start of the program. The check fails if a count is more
//! than a tenth above the recorded one, or if one of the two is missing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;
use crate::pure::{self, DESCRIBED, Part};

/// The number of runs of a part, over which differences between runs average out.
const RUNS: u64 = 10;
/// The full name of [`counted`] in callgrind. Not all of its options take patterns.
const COUNTED: &str = "unicontact_benches::instructions::counted";
/// The allowed growth, in percent of the recorded count.
const MAY_GROW_BY: u64 = 10;
/// The most instructions that a part of a described vendor may take, in percent of the same part of the vendor's adapter.
const DESCRIBED_LIMIT: u64 = 200;
const HEADER: &str = "\
# Instructions of one run of each pure part, in the release profile. `cargo run --release -p unicontact-benches -- instructions`
# fails when one grows by more than a tenth; with `--move` behind it, it writes the new figures here.
";
const NO_VALGRIND: &str = "valgrind is missing, so nothing was counted: apt-get install valgrind";

/// Counts all parts and compares them with the recorded figures, or records them.
///
/// # Errors
///
/// If a count grew too much, or valgrind cannot count.
pub fn check(record: bool) -> Result<String, Failure> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.toml");
    let counted = count()?;
    check_described(&counted)?;
    if record {
        let lines: String = counted.iter().fold(String::new(), |mut lines, (name, count)| {
            let _ = writeln!(lines, "{name} = {count}");
            lines
        });
        std::fs::write(&path, format!("{HEADER}{lines}"))?;
        return Ok(format!("recorded {} parts in {}", counted.len(), path.display()));
    }
    let recorded: BTreeMap<String, u64> = toml::from_str(&std::fs::read_to_string(&path)?)?;
    compare(&recorded, &counted)
}

/// Compares each part of a described vendor with the same part of the vendor's adapter.
fn check_described(counted: &[(String, u64)]) -> Result<(), Failure> {
    let count_of = |name: &str| counted.iter().find(|(other, _)| other == name).map(|(_, count)| *count);
    for (name, count) in counted.iter().filter(|(name, _)| name.contains(DESCRIBED)) {
        let adapter = name.replacen(DESCRIBED, "", 1);
        let limit = count_of(&adapter).ok_or_else(|| format!("{name}: there is no part {adapter}"))?;
        if count.saturating_mul(100) > limit.saturating_mul(DESCRIBED_LIMIT) {
            return Err(format!(
                "{name}: {count} instructions, more than {DESCRIBED_LIMIT} % of {adapter}, {limit}"
            )
            .into());
        }
    }
    Ok(())
}

fn compare(recorded: &BTreeMap<String, u64>, counted: &[(String, u64)]) -> Result<String, Failure> {
    let mut table = String::new();
    let mut grown = Vec::new();
    for (name, count) in counted {
        let Some(before) = recorded.get(name) else {
            grown.push(format!("{name}: {count}, and nothing is recorded"));
            continue;
        };
        let share = share(*count, *before);
        writeln!(table, "{name:24} {count:>10} {share:>7.1} % of what is recorded")?;
        if count.saturating_mul(100) > before.saturating_mul(100 + MAY_GROW_BY) {
            grown.push(format!("{name}: {count} instead of {before}"));
        }
    }
    let is_counted = |name: &&String| counted.iter().any(|(counted, _)| counted == *name);
    let uncounted = recorded.keys().filter(|name| !is_counted(name));
    grown.extend(uncounted.map(|name| format!("{name}: recorded, but there is no such part")));
    if grown.is_empty() {
        return Ok(table);
    }
    let advice = "If that is meant: cargo run --release -p unicontact-benches -- instructions --move";
    Err(format!("{table}\nmore instructions than recorded:\n{}\n{advice}", grown.join("\n")).into())
}

#[expect(clippy::cast_precision_loss, reason = "it is only shown")]
fn share(count: u64, before: u64) -> f64 {
    count as f64 * 100.0 / before as f64
}

/// Returns the instructions of one run of each part.
fn count() -> Result<Vec<(String, u64)>, Failure> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("callgrind.out");
    let mut valgrind = Command::new("valgrind");
    valgrind
        .arg("--tool=callgrind")
        .args(["--toggle-collect", "--dump-after"].map(|option| format!("{option}={COUNTED}")))
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(std::env::current_exe()?)
        .arg("counted");
    let output = valgrind.output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::from(NO_VALGRIND),
        _ => error.into(),
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("valgrind could not run the parts:\n{said}").into());
    }
    let names = String::from_utf8(output.stdout)?;
    let dump = |number: usize| PathBuf::from(format!("{}.{number}", file.display()));
    let counts = (1..).zip(names.lines()).map(|(number, name)| {
        let total = total(&std::fs::read_to_string(dump(number))?)?;
        Ok((name.to_owned(), total / RUNS))
    });
    let counts = counts.collect::<Result<Vec<_>, Failure>>()?;
    if counts.is_empty() || counts.iter().any(|(_, count)| *count == 0) {
        return Err("valgrind counted nothing: the symbols of this program are missing".into());
    }
    Ok(counts)
}

/// Returns the total of one dump.
fn total(dump: &str) -> Result<u64, Failure> {
    let line = dump.lines().find_map(|line| line.strip_prefix("totals:"));
    Ok(line.ok_or("callgrind wrote no totals")?.trim().parse()?)
}

/// Runs all parts under valgrind. Returns their names in the order of the dumps.
///
/// # Errors
///
/// If a part cannot be set up.
pub fn run_counted() -> Result<Vec<String>, Failure> {
    let mut parts = pure::parts()?;
    for part in &mut parts {
        // The first run fills caches and is not counted.
        part.run();
        counted(part);
    }
    Ok(parts.into_iter().map(|part| part.name).collect())
}

/// Runs a part as often as it is counted. [`COUNTED`] is the name of this function.
#[inline(never)]
fn counted(part: &mut Part) {
    for _ in 0..RUNS {
        part.run();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(recorded: u64, counted: u64) -> Result<String, Failure> {
        let recorded = BTreeMap::from([("draft".to_owned(), recorded)]);
        compare(&recorded, &[("draft".to_owned(), counted)])
    }

    #[test]
    fn a_tenth_more_is_allowed_and_nothing_above() {
        assert!(compared(1000, 500).is_ok());
        assert!(compared(1000, 1100).is_ok());
        assert!(compared(1000, 1101).unwrap_err().to_string().contains("draft: 1101 instead of 1000"));
    }

    #[test]
    fn a_described_vendor_may_take_twice_the_instructions_of_its_adapter() {
        let checked =
            |count| check_described(&[("draft_a".to_owned(), 100), ("draft_described_a".to_owned(), count)]);
        assert!(checked(200).is_ok());
        assert!(
            checked(201).unwrap_err().to_string().contains("201 instructions, more than 200 % of draft_a")
        );
        assert!(check_described(&[("draft_described_a".to_owned(), 1)]).is_err());
    }

    #[test]
    fn a_part_without_a_figure_and_a_figure_without_a_part_are_failures() {
        let one = BTreeMap::from([("draft".to_owned(), 1)]);
        assert!(compare(&one, &[]).is_err());
        assert!(compare(&BTreeMap::new(), &[("draft".to_owned(), 1)]).is_err());
    }

    #[test]
    fn the_sum_of_a_dump_is_its_totals() {
        assert_eq!(total("events: Ir\nfn=(1)\n1 20\ntotals: 4200\n").unwrap(), 4200);
        assert!(total("events: Ir\n").is_err());
    }
}
