//! Counts of the notes of rows, each with its first line.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::output;

/// A limit on the different notes that are counted separately.
const MAX_NOTES: usize = 200;

/// The number of times of each note. Memory does not grow with the number of rows.
#[derive(Clone, Default)]
pub(in crate::commands::import) struct NoteCounts {
    counts: BTreeMap<String, NoteCount>,
    /// The count of notes above the limit.
    others: u64,
}

#[derive(Clone, Copy)]
struct NoteCount {
    times: u64,
    first_line: Option<u64>,
}

/// A note of one file or of several.
struct MergedNote<'a> {
    note: &'a str,
    times: u64,
    files: usize,
    first_file: &'a str,
    first_line: Option<u64>,
}

impl NoteCounts {
    /// Counts a note. A note without a line is about the whole file.
    pub(super) fn add(&mut self, note: String, times: u64, line: Option<u64>) {
        let has_room = self.counts.len() < MAX_NOTES;
        match self.counts.entry(note) {
            Entry::Occupied(mut count) => count.get_mut().times += times,
            Entry::Vacant(entry) if has_room => {
                entry.insert(NoteCount { times, first_line: line });
            }
            Entry::Vacant(_) => self.others += times,
        }
    }
}

/// Returns a message for each note of these files, the most frequent first, and one for the notes above `limit`. A note of several
/// files has one message.
pub(in crate::commands::import) fn messages(files: &[(&str, &NoteCounts)], limit: usize) -> Vec<String> {
    let merged = merged(files);
    let (listed, rest) = merged.split_at(merged.len().min(limit));
    let mut lines: Vec<String> = listed.iter().map(MergedNote::message).collect();
    let others = files.iter().map(|(_, notes)| notes.others).sum::<u64>();
    let times = rest.iter().map(|note| note.times).sum::<u64>() + others;
    if times > 0 {
        let name = match files {
            [(name, _)] => format!("{name}: "),
            _ => String::new(),
        };
        lines.push(format!("{name}and other notes: {times}"));
    }
    lines
}

fn merged<'a>(files: &[(&'a str, &'a NoteCounts)]) -> Vec<MergedNote<'a>> {
    let mut by_note: BTreeMap<&str, MergedNote<'a>> = BTreeMap::new();
    for (name, notes) in files {
        for (note, count) in &notes.counts {
            let merged = by_note.entry(note).or_insert(MergedNote {
                note,
                times: 0,
                files: 0,
                first_file: name,
                first_line: count.first_line,
            });
            merged.times += count.times;
            merged.files += 1;
        }
    }
    let mut merged: Vec<MergedNote<'a>> = by_note.into_values().collect();
    merged.sort_by_key(|note| std::cmp::Reverse(note.times));
    merged
}

impl MergedNote<'_> {
    /// Returns the message, such as `people.csv: 4 times, first in line 7: …`.
    fn message(&self) -> String {
        let Self { note, times, files, first_file, first_line } = self;
        let count = output::times(*times);
        let first = if *times == 1 { "in" } else { "first in" };
        match first_line {
            Some(line) if *files > 1 => {
                format!("{files} files: {count}, {first} line {line} of {first_file}: {note}")
            }
            None if *files > 1 => format!("{files} files: {count}, {first} {first_file}: {note}"),
            Some(line) => format!("{first_file}: {count}, {first} line {line}: {note}"),
            None => format!("{first_file}: {count}: {note}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(notes: &[(&str, u64, Option<u64>)]) -> NoteCounts {
        let mut counts = NoteCounts::default();
        for (note, times, line) in notes {
            counts.add((*note).to_owned(), *times, *line);
        }
        counts
    }

    #[test]
    fn a_note_has_its_first_line_and_the_number_of_its_files() {
        let a = counts(&[("cut off", 1, Some(7)), ("guessed", 3, Some(2)), ("X-FOO: not used", 2, None)]);
        let b = counts(&[("guessed", 1, Some(9)), ("X-FOO: not used", 1, None), ("rare", 1, None)]);
        let of_one = messages(&[("a.csv", &a)], 2);
        insta::assert_snapshot!(of_one.join("\n"), @r"
        a.csv: 3 times, first in line 2: guessed
        a.csv: 2 times: X-FOO: not used
        a.csv: and other notes: 1
        ");
        let of_both = messages(&[("a.csv", &a), ("b.csv", &b)], 9);
        insta::assert_snapshot!(of_both.join("\n"), @r"
        2 files: 4 times, first in line 2 of a.csv: guessed
        2 files: 3 times, first in a.csv: X-FOO: not used
        a.csv: once, in line 7: cut off
        b.csv: once: rare
        ");
    }

    #[test]
    fn notes_above_the_limit_are_counted_together() {
        let mut notes = NoteCounts::default();
        (0..MAX_NOTES + 5).for_each(|number| notes.add(number.to_string(), 1, Some(1)));
        notes.add("7".to_owned(), 1, Some(1));
        let lines = messages(&[("a.csv", &notes)], 1);
        assert_eq!(lines, ["a.csv: 2 times, first in line 1: 7", "a.csv: and other notes: 204"]);
    }
}
