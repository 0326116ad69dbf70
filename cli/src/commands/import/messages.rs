//! The messages about the rows of the files at the end of an import.

use super::note_counts::{self, NoteCounts};
use super::rows::{AllRows, End, Rows};
use crate::output::{self, FileMessages, NotesState, Resume, first_and_more};

/// How many different notes are named of one file, and of several together.
const NOTES: usize = 10;
const NOTES_OF_SEVERAL: usize = 30;
/// How many rejects of a file are named where there are several files.
const REJECTS_OF_SEVERAL: usize = 3;

/// Returns what was not read as it stands. What several files share is one message.
pub(super) fn of_files(all: &AllRows, resume: &Resume) -> Vec<String> {
    let (begun, unread): (Vec<&Rows>, Vec<&Rows>) = all.files.iter().partition(|rows| rows.is_begun);
    let is_alone = all.files.len() < 2;
    let named: Vec<(String, &NoteCounts)> =
        begun.iter().map(|rows| (rows.shown_name(), &rows.notes)).collect();
    let notes: Vec<(&str, &NoteCounts)> = named.iter().map(|(name, notes)| (&**name, *notes)).collect();
    let mut lines = note_counts::messages(&notes, if is_alone { NOTES } else { NOTES_OF_SEVERAL });
    let notes_state = notes_state(&begun);
    lines.extend(dropped(all, notes_state));
    lines.extend(suggestions(&begun, notes_state));
    lines.extend(lacking_ids(&begun));
    for rows in &begun {
        lines.extend(rejects(rows, if is_alone { usize::MAX } else { REJECTS_OF_SEVERAL }));
        lines.extend(end(rows, resume));
    }
    let with_rejects = begun.iter().filter(|rows| rows.rejects > 0).count();
    if with_rejects > 1 {
        lines.push(format!("{with_rejects} files: no contacts: {} in all", all.rejects()));
    }
    if !unread.is_empty() {
        let unread: Vec<String> = unread.iter().map(|rows| rows.shown_name()).collect();
        lines.push(format!("{}: not read; {}", first_and_more(&unread), go_on(resume)));
    }
    if let Some((file, aside)) = &all.notes_aside {
        let (file, aside) = (file.display(), aside.display());
        lines.push(format!("what was in {file} before is in {aside} now"));
    }
    lines
}

/// Returns whether the file of notes holds all cells of the files.
fn notes_state<'a>(begun: &[&'a Rows]) -> NotesState<'a> {
    let is_unwritten = begun.iter().any(|rows| matches!(rows.end, Some(End::NotesUnwritten(_))));
    match begun.iter().find_map(|rows| rows.notes_file.as_deref()) {
        None => NotesState::Off,
        Some(file) if is_unwritten => NotesState::Incomplete(file),
        Some(file) => NotesState::Complete(file),
    }
}

/// Returns the name of the only file that this is about, or their number.
fn shared_name(files: &[&Rows]) -> String {
    match files {
        [rows] => rows.shown_name(),
        _ => format!("{} files", files.len()),
    }
}

fn dropped(all: &AllRows, notes: NotesState<'_>) -> Vec<String> {
    let with_dropped: Vec<&Rows> = all.files.iter().filter(|rows| !rows.dropped.is_empty()).collect();
    output::dropped(&shared_name(&with_dropped), &all.dropped(), notes)
}

fn suggestions(begun: &[&Rows], notes: NotesState<'_>) -> Option<String> {
    let with_suggestions: Vec<&Rows> = begun.iter().filter(|rows| rows.suggestions > 0).copied().collect();
    let count = with_suggestions.iter().map(|rows| rows.suggestions).sum();
    output::suggestions(&shared_name(&with_suggestions), count, notes)
}

/// Returns a line for all files of a format in which no row had an id.
fn lacking_ids(begun: &[&Rows]) -> Vec<String> {
    let mut messages = FileMessages::default();
    for rows in begun.iter().filter(|rows| rows.lacks_all_ids()) {
        let Some(format) = rows.format else { continue };
        messages.add(&rows.shown_name(), output::no_ids(format, rows.identify_by));
    }
    messages.lines().collect()
}

/// Returns the first rejects of a file, how many there are, and where those are that could be written.
fn rejects(rows: &Rows, most: usize) -> Vec<String> {
    let name = rows.shown_name();
    let mut lines: Vec<String> =
        rows.first_rejects.iter().take(most).map(|reject| format!("{name}: {reject}")).collect();
    if rows.rejects > 0 {
        let place = match &rows.rejects_file {
            Some(file) if rows.rejects_written == rows.rejects => {
                format!("; these rows are in {}", file.display())
            }
            Some(file) if rows.rejects_written > 0 => {
                format!("; {} of these rows are in {}", rows.rejects_written, file.display())
            }
            _ => String::new(),
        };
        lines.push(format!("{name}: no contacts: {}{place}", rows.rejects));
    }
    if let (Some(file), Some(aside)) = (&rows.rejects_file, &rows.aside) {
        let (file, aside) = (file.display(), aside.display());
        lines.push(format!("{name}: what was in {file} before is in {aside} now"));
    }
    lines
}

/// Returns why the file was not read to its end.
fn end(rows: &Rows, resume: &Resume) -> Option<String> {
    const NOT_READ: &str = "the rest was not read";
    let name = rows.shown_name();
    let rejects = || shown_or(rows.rejects_file.as_deref(), "the file of rejects");
    Some(match &rows.end {
        Some(End::OfTheFile) if rows.is_taken && rows.is_empty() => format!("{name}: no contacts in it"),
        Some(End::OfTheFile) if rows.is_taken => return None,
        Some(End::TooManyRejects) => {
            format!("{name}: more rejects than --max-rejects allows; {NOT_READ}")
        }
        Some(End::RejectsUnwritten(failure)) => failure.message(&rejects(), NOT_READ, resume),
        Some(End::NotesUnwritten(failure)) => {
            failure.message(&shown_or(rows.notes_file.as_deref(), "the file of notes"), NOT_READ, resume)
        }
        Some(End::LateRejectsUnwritten(failure)) => {
            failure.message(&rejects(), "it lacks rejected rows", resume)
        }
        Some(End::BrokeOff(place)) => format!("error: {name}: {place}; {NOT_READ}"),
        Some(End::BrokeOffInRow) => format!("error: {name}: {NOT_READ}"),
        None if rows.is_taken => format!("error: {name}: reading it broke off"),
        _ => format!("{name}: {NOT_READ}; {}", go_on(resume)),
    })
}

fn shown_or(file: Option<&std::path::Path>, otherwise: &str) -> String {
    file.map_or_else(|| otherwise.to_owned(), |file| file.display().to_string())
}

fn go_on(resume: &Resume) -> String {
    match resume {
        Resume::Command(command) => format!("go on with: {command}"),
        Resume::SameCommand | Resume::NoJournal => "run it again to go on".to_owned(),
    }
}
