//! The file of `--report`: a line of JSON for each contact.

use std::io;
use std::path::Path;

use unicontact::Report;

use crate::commands::import::open;
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::output;
use crate::private_file::PrivateFile;

/// The file of reports, which replaces an earlier one.
pub(in crate::commands::import) struct ReportFile(PrivateFile);

impl ReportFile {
    pub(in crate::commands::import) fn create(path: &Path) -> Result<Self, Failure> {
        PrivateFile::create(path).map(Self).map_err(|error| {
            Failure::new(
                FailureCode::Output,
                format!("--report {}: {}", path.display(), open::write_error(&error)),
            )
        })
    }

    /// Writes a report. `locate` returns the file and line of a row number if there are several files.
    pub(in crate::commands::import) fn write(
        &mut self,
        report: &Report,
        locate: impl Fn(u64) -> Option<(String, u64)>,
    ) -> io::Result<()> {
        self.0.write_line(&to_json(report, locate)?)
    }

    pub(in crate::commands::import) fn finish(&mut self) -> io::Result<()> {
        self.0.finish()
    }
}

/// Returns the report as JSON. Row numbers become files and lines.
fn to_json(report: &Report, locate: impl Fn(u64) -> Option<(String, u64)>) -> io::Result<String> {
    let has_several_files = locate(report.source.line).is_some();
    if !has_several_files {
        return output::json_text(report);
    }
    let mut value = serde_json::to_value(report)?;
    let mut set = |pointer: &str, line_key: &str, file_key: &str, number: Option<u64>| {
        let Some((file, line)) = number.and_then(&locate) else { return };
        let Some(at) = value.pointer_mut(pointer) else { return };
        at[line_key] = line.into();
        at[file_key] = file.into();
    };
    let refusal = report.refusal.as_ref();
    set("", "line", "file", Some(report.source.line).filter(|line| *line > 0));
    set("/refusal", "line", "file", refusal.map(|refusal| refusal.row.line));
    let clash = refusal.and_then(|refusal| refusal.reason.clashes_with());
    set("/refusal", "clashes_with_line", "clashes_with_file", clash);
    output::json_text(&value)
}
