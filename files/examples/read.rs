//! Reads files of contacts and says what was understood, without showing what is in them.
//!
//! `cargo run -p unicontact-files --example read -- FILE…`; with `--map` before it, a mapping for the first file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};

use unicontact_files::{ContactReader, ReadOptions, open, suggest_map};

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if_eq("--map").is_some() {
        let name = arguments.next().unwrap_or_default();
        return match suggest_map(File::open(&name)?, &name, &ReadOptions::default()) {
            Ok(map) => writeln!(out, "{map}"),
            Err(error) => writeln!(out, "{error}"),
        };
    }
    for name in arguments {
        match open(File::open(&name)?, &name, &ReadOptions::default()) {
            Ok(reading) => report(&mut out, &name, reading)?,
            Err(error) => writeln!(out, "not read: {error}")?,
        }
    }
    Ok(())
}

fn report(out: &mut impl Write, name: &str, mut reading: ContactReader) -> io::Result<()> {
    writeln!(out, "{name}: {}", reading.format())?;
    if let Some(plan) = reading.columns() {
        write!(out, "{plan}")?;
    }
    let (mut read, mut rejected) = (0_u64, 0_u64);
    let mut notes = BTreeMap::<String, u64>::new();
    for item in reading.by_ref() {
        match item {
            Ok(row) => {
                read += 1;
                row.notes.iter().for_each(|note| *notes.entry(note.to_string()).or_default() += 1);
            }
            Err(reject) => {
                rejected += 1;
                writeln!(out, "  rejected, {reject}")?;
            }
        }
    }
    for (note, times) in notes {
        writeln!(out, "  note, {times} times: {note}")?;
    }
    for (property, times) in reading.unused() {
        writeln!(out, "  not used, {times} times: {}", property.escape_debug())?;
    }
    for skipped in reading.skipped_rows() {
        writeln!(
            out,
            "  skipped, {} times, first in line {}: {}",
            skipped.count, skipped.first_line, skipped.reason
        )?;
    }
    writeln!(out, "  {read} contacts, {rejected} rejected, {} empty rows", reading.empty_rows())
}
