//! The files that an import writes while it reads and delivers: rejects, notes and the report.

mod backed_up_file;
mod backup;
mod late_rejects;
mod notes;
mod rejects;
mod report;
mod write_failure;

pub(super) use self::late_rejects::LateRejects;
pub(super) use self::notes::NotesFile;
pub(super) use self::rejects::RejectsFile;
pub(super) use self::report::ReportFile;
pub(super) use self::write_failure::WriteFailure;
