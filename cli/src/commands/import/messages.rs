//! The messages about the input files at the end of an import.

use super::read::{self, FileCounts, InputCounts, NoteCounts, ReadEnd};
use crate::output::{self, FileMessages, first_and_more};
use crate::summary::{self, NotesState, ResumeHint};

/// A limit on the different notes of one file, and of several files together.
const MAX_NOTES: usize = 10;
const MAX_NOTES_OF_SEVERAL: usize = 30;
/// A limit on the rejects of each of several files.
const MAX_REJECTS_OF_SEVERAL: usize = 3;

/// Prints the messages about the input files.
pub(super) fn print(counts: &InputCounts, resume: &ResumeHint) {
    for line in messages(counts, resume) {
        output::message(&line);
    }
}

/// Returns the messages. Equal messages of several files are one.
fn messages(all: &InputCounts, resume: &ResumeHint) -> Vec<String> {
    let (begun, unread): (Vec<&FileCounts>, Vec<&FileCounts>) =
        all.files.iter().partition(|counts| counts.is_begun);
    let is_alone = all.files.len() < 2;
    let named: Vec<(String, &NoteCounts)> =
        begun.iter().map(|counts| (counts.display_name(), &counts.notes)).collect();
    let notes: Vec<(&str, &NoteCounts)> = named.iter().map(|(name, notes)| (&**name, *notes)).collect();
    let mut lines = read::note_messages(&notes, if is_alone { MAX_NOTES } else { MAX_NOTES_OF_SEVERAL });
    let notes_state = notes_state(&begun);
    lines.extend(dropped(all, notes_state));
    lines.extend(suggestions(&begun, notes_state));
    lines.extend(lacking_ids(&begun));
    for counts in &begun {
        lines.extend(rejects(counts, if is_alone { usize::MAX } else { MAX_REJECTS_OF_SEVERAL }));
        lines.extend(end(counts, resume));
    }
    let with_rejects = begun.iter().filter(|counts| counts.rejects > 0).count();
    if with_rejects > 1 {
        lines.push(format!("{with_rejects} files: rows that are no contacts: {} in all", all.rejects()));
    }
    if !unread.is_empty() {
        let unread: Vec<String> = unread.iter().map(|counts| counts.display_name()).collect();
        lines.push(format!("{}: not read; {}", first_and_more(&unread), resume.instruction()));
    }
    if let Some((file, backup)) = &all.notes_backup {
        lines.push(format!("the earlier {} is now {}", file.display(), backup.display()));
    }
    lines
}

/// Returns whether the file of notes is complete.
fn notes_state<'a>(begun: &[&'a FileCounts]) -> NotesState<'a> {
    let is_unwritten = begun.iter().any(|counts| matches!(counts.end, Some(ReadEnd::NotesUnwritten(_))));
    match begun.iter().find_map(|counts| counts.notes_file.as_deref()) {
        None => NotesState::Off,
        Some(file) if is_unwritten => NotesState::Incomplete(file),
        Some(file) => NotesState::Complete(file),
    }
}

/// Returns the name of the only file, or the number of files.
fn shared_name(files: &[&FileCounts]) -> String {
    match files {
        [counts] => counts.display_name(),
        _ => format!("{} files", files.len()),
    }
}

fn dropped(all: &InputCounts, notes: NotesState<'_>) -> Vec<String> {
    let with_dropped: Vec<&FileCounts> =
        all.files.iter().filter(|counts| !counts.dropped.is_empty()).collect();
    all.dropped().messages(&shared_name(&with_dropped), notes)
}

fn suggestions(begun: &[&FileCounts], notes: NotesState<'_>) -> Option<String> {
    let with_suggestions: Vec<&FileCounts> =
        begun.iter().filter(|counts| counts.suggestions > 0).copied().collect();
    let count = with_suggestions.iter().map(|counts| counts.suggestions).sum();
    summary::suggestions(&shared_name(&with_suggestions), count, notes)
}

/// Returns a message for all files of a format without any id.
fn lacking_ids(begun: &[&FileCounts]) -> Vec<String> {
    let mut messages = FileMessages::default();
    for counts in begun.iter().filter(|counts| counts.lacks_all_ids()) {
        let Some(format) = counts.format else { continue };
        messages.add(&counts.display_name(), output::no_ids(format, counts.identify_by));
    }
    messages.lines().collect()
}

/// Returns the first rejects of a file, their number, and the file that holds them.
fn rejects(counts: &FileCounts, limit: usize) -> Vec<String> {
    let name = counts.display_name();
    let mut lines: Vec<String> =
        counts.first_rejects.iter().take(limit).map(|reject| format!("{name}: {reject}")).collect();
    if counts.rejects > 0 {
        let file = match &counts.rejects_file {
            Some(file) if counts.rejects_written == counts.rejects => {
                format!("; these rows are in {}", file.display())
            }
            Some(file) if counts.rejects_written > 0 => {
                format!("; {} of these rows are in {}", counts.rejects_written, file.display())
            }
            _ => String::new(),
        };
        lines.push(format!("{name}: rows that are no contacts: {}{file}", counts.rejects));
    }
    if let (Some(file), Some(backup)) = (&counts.rejects_file, &counts.rejects_backup) {
        lines.push(format!("{name}: the earlier {} is now {}", file.display(), backup.display()));
    }
    lines
}

/// Returns why the file was not read to its end, and what to do.
fn end(counts: &FileCounts, resume: &ResumeHint) -> Option<String> {
    const NOT_READ: &str = "the rest was not read";
    let name = counts.display_name();
    let rejects = || path_or(counts.rejects_file.as_deref(), "the file of rejects");
    Some(match &counts.end {
        Some(ReadEnd::EndOfFile) if counts.is_taken && counts.is_empty() => {
            format!("{name}: the file has no contacts")
        }
        Some(ReadEnd::EndOfFile) if counts.is_taken => return None,
        Some(ReadEnd::TooManyRejects) => {
            format!(
                "{name}: more rejects than --max-rejects allows; {NOT_READ}; correct the rejected rows or raise --max-rejects"
            )
        }
        Some(ReadEnd::RejectsUnwritten(failure)) => failure.message(&rejects(), NOT_READ, resume),
        Some(ReadEnd::NotesUnwritten(failure)) => {
            failure.message(&path_or(counts.notes_file.as_deref(), "the file of notes"), NOT_READ, resume)
        }
        Some(ReadEnd::LateRejectsUnwritten(failure)) => {
            failure.message(&rejects(), "rejected rows are missing in it", resume)
        }
        Some(ReadEnd::Failed(reason)) => format!("error: {name}: {reason}; {NOT_READ}"),
        Some(ReadEnd::FailedInRow) => format!("error: {name}: {NOT_READ}"),
        None if counts.is_taken => format!("error: {name}: the reading stopped; {NOT_READ}"),
        _ => format!("{name}: {NOT_READ}; {}", resume.instruction()),
    })
}

fn path_or(file: Option<&std::path::Path>, default: &str) -> String {
    file.map_or_else(|| default.to_owned(), |file| file.display().to_string())
}
