//! The messages about the input files at the end of an import.

use super::read::{self, FileCounts, InputCounts, NoteCounts, ReadEnd};
use crate::arguments::Detail;
use crate::command_line;
use crate::output::{self, FileMessages, Line, Style, counted, first_and_more};
use crate::summary::{self, NotesState, ResumeHint};

/// A limit on the different notes of one file, and of several files together.
const MAX_NOTES: usize = 10;
const MAX_NOTES_OF_SEVERAL: usize = 30;
/// A limit on the rejects of each of several files.
const MAX_REJECTS_OF_SEVERAL: usize = 3;

/// Prints the messages about the input files.
pub(super) fn print(counts: &InputCounts, resume: &ResumeHint) {
    let lines = messages(counts, resume);
    if !lines.is_empty() {
        output::message("");
    }
    for line in &lines {
        output::styled_message(line, output::CONTINUATION);
    }
}

/// Prints the messages about the input that the page of a dry run lacks: notes, files that were not read to their ends, and
/// mixed encodings.
pub(super) fn print_unlisted(counts: &InputCounts) {
    let begun: Vec<&FileCounts> = counts.files.iter().filter(|counts| counts.is_begun).collect();
    let notes = notes(counts, &begun, notes_state(&begun), false);
    let mut lines: Vec<Line> = notes.iter().map(|line| Line::new(line)).collect();
    lines.extend(begun.iter().filter_map(|counts| end(counts, &ResumeHint::SameCommand)));
    lines.extend(begun.iter().filter_map(|counts| counts.mixed_encodings.warning(&counts.display_name())));
    lines.extend(unread(counts, &ResumeHint::SameCommand));
    let written = begun.iter().filter(|counts| counts.rejects_file.is_some());
    lines.extend(written.flat_map(|counts| rejects(counts, 0)));
    for line in &lines {
        output::styled_message(line, output::CONTINUATION);
    }
    if !lines.is_empty() {
        output::message("");
    }
}

/// Returns the messages. Equal messages of several files are one.
fn messages(all: &InputCounts, resume: &ResumeHint) -> Vec<Line> {
    let begun: Vec<&FileCounts> = all.files.iter().filter(|counts| counts.is_begun).collect();
    let is_alone = all.files.len() < 2;
    let mut lines: Vec<Line> = Vec::new();
    for counts in &begun {
        lines.extend(rejects(counts, if is_alone { usize::MAX } else { MAX_REJECTS_OF_SEVERAL }));
        lines.extend(end(counts, resume));
        lines.extend(counts.mixed_encodings.warning(&counts.display_name()));
    }
    let with_rejects = begun.iter().filter(|counts| counts.rejects > 0).count();
    if with_rejects > 1 {
        let rejects = counted(all.rejects(), "row is no contact", "rows are no contacts");
        lines.push(Line::new(&format!("{with_rejects} files: {rejects} in all")));
    }
    lines.extend(notes(all, &begun, notes_state(&begun), true).iter().map(|line| Line::new(line)));
    lines.extend(unread(all, resume));
    if let Some((file, backup)) = all.notes_backup.as_ref().filter(|_| output::detail() > Detail::Quiet) {
        lines.push(Line::new(&format!("the earlier {} is now {}", file.display(), backup.display())));
    }
    lines
}

/// Returns the notes about rows and cells, which `--quiet` omits. Without `lists_dropped`, dropped cells are left out unless a
/// file has them.
fn notes(
    all: &InputCounts,
    begun: &[&FileCounts],
    state: NotesState<'_>,
    lists_dropped: bool,
) -> Vec<String> {
    let limit = match (output::detail(), all.files.len()) {
        (Detail::Quiet, _) => return Vec::new(),
        (Detail::Verbose, _) => usize::MAX,
        (Detail::Normal, 0 | 1) => MAX_NOTES,
        (Detail::Normal, _) => MAX_NOTES_OF_SEVERAL,
    };
    let named: Vec<(String, &NoteCounts)> =
        begun.iter().map(|counts| (counts.display_name(), &counts.notes)).collect();
    let notes: Vec<(&str, &NoteCounts)> = named.iter().map(|(name, notes)| (&**name, *notes)).collect();
    let mut lines = read::note_messages(&notes, limit);
    if lists_dropped || !matches!(state, NotesState::Off) {
        lines.extend(dropped(all, state));
    }
    lines.extend(suggestions(begun, state));
    lines.extend(lacking_ids(begun));
    lines
}

/// Returns the message about files that were not begun.
fn unread(all: &InputCounts, resume: &ResumeHint) -> Option<Line> {
    let unread = all.files.iter().filter(|counts| !counts.is_begun);
    let unread: Vec<String> = unread.map(FileCounts::display_name).collect();
    let line = || Line::new(&format!("{}: not read; ", first_and_more(&unread)));
    (!unread.is_empty()).then(|| resume.add_to(line()))
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

/// Returns the first rejects of a file, their number, the file that holds them, and the command that imports it.
fn rejects(counts: &FileCounts, limit: usize) -> Vec<Line> {
    let name = counts.display_name();
    let first = counts.first_rejects.iter().take(limit);
    let mut lines: Vec<Line> = first.map(|reject| Line::new(&reject.message(&name))).collect();
    if counts.rejects > 0 {
        lines.push(reject_count(counts, &name));
    }
    let Some(file) = &counts.rejects_file else { return lines };
    if counts.rejects_written > 0 && file.is_file() {
        let command = command_line::for_rejects(file, counts.format);
        lines.push(Line::new("To import after correction: ").styled(Style::Command, &command));
    }
    if let Some(backup) = &counts.rejects_backup {
        lines.push(Line::new(&format!("{name}: the earlier {} is now {}", file.display(), backup.display())));
    }
    lines
}

/// Returns `people.csv: 4 rows are no contacts; they are in people.csv.rejects.csv`.
fn reject_count(counts: &FileCounts, name: &str) -> Line {
    let rows = counted(counts.rejects, "row is no contact", "rows are no contacts");
    let line = Line::new(&format!("{name}: ")).styled(Style::Bad, &rows);
    let written = counts.rejects_written;
    match &counts.rejects_file {
        Some(file) if written == counts.rejects => {
            let they = if written == 1 { "it is" } else { "they are" };
            line.text(&format!("; {they} in {}", file.display()))
        }
        Some(file) if written > 0 => {
            let of_them = counted(written, "of them is", "of them are");
            line.text(&format!("; {of_them} in {}", file.display()))
        }
        _ => line,
    }
}

/// Returns why the file was not read to its end, and what to do.
fn end(counts: &FileCounts, resume: &ResumeHint) -> Option<Line> {
    const NOT_READ: &str = "the rest was not read";
    let name = counts.display_name();
    let rejects = || path_or(counts.rejects_file.as_deref(), "the file of rejects");
    let (is_error, text) = match &counts.end {
        Some(ReadEnd::EndOfFile) if counts.is_taken && counts.is_empty() => {
            (false, format!("{name}: the file has no contacts"))
        }
        Some(ReadEnd::EndOfFile) if counts.is_taken => return None,
        Some(ReadEnd::TooManyRejects) => (
            false,
            format!(
                "{name}: more rejects than --max-rejects allows; {NOT_READ}; correct the rejected rows or raise --max-rejects"
            ),
        ),
        Some(ReadEnd::RejectsUnwritten(failure)) => (true, failure.message(&rejects(), NOT_READ, resume)),
        Some(ReadEnd::NotesUnwritten(failure)) => (
            true,
            failure.message(&path_or(counts.notes_file.as_deref(), "the file of notes"), NOT_READ, resume),
        ),
        Some(ReadEnd::LateRejectsUnwritten(failure)) => {
            (true, failure.message(&rejects(), "rejected rows are missing in it", resume))
        }
        Some(ReadEnd::Failed(reason)) => (true, format!("{name}: {reason}; {NOT_READ}")),
        Some(ReadEnd::FailedInRow) => (true, format!("{name}: {NOT_READ}")),
        None if counts.is_taken => (true, format!("{name}: the reading stopped; {NOT_READ}")),
        _ => return Some(resume.add_to(Line::new(&format!("{name}: {NOT_READ}; ")))),
    };
    let line = Line::default();
    let line = if is_error { line.styled(Style::Bad, "error: ") } else { line };
    Some(line.text(&text))
}

fn path_or(file: Option<&std::path::Path>, default: &str) -> String {
    file.map_or_else(|| default.to_owned(), |file| file.display().to_string())
}
