//! What `unicontact import` understands.
//!
//! Its rule: everything about the file is found out by itself and can be said nevertheless.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use unicontact::bulk::SameIdentity;
use unicontact_files::{Format, OnBadCell, TextEncoding};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Import {
    /// The contacts: files, and folders whose files are read in the order of their names; - reads standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// What the files are: csv, ndjson, json, vcard, jscontact or workbook [default: found out]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) input_format: Option<Format>,
    /// The sheet of a workbook (.xlsx, .xls, .ods) [default: the only one with contacts]
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
    /// What the columns of a table are, where it differs from what is recognised
    #[arg(long, value_name = "PATH")]
    pub(crate) map: Option<PathBuf>,
    /// Print such a mapping for the file, to be completed, and do nothing else
    #[arg(long, conflicts_with_all = ["map", "dry_run", "report", "rejects", "on_bad_cell", "notes", "max_rejects", "again", "before", "again_doubts", "wait"])]
    pub(crate) suggest_map: bool,
    /// What separates the cells of a CSV: one character, or tab [default: found out]
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub(crate) delimiter: Option<u8>,
    /// The file's encoding, such as utf-16le or windows-1252 [default: found out]
    #[arg(long, value_name = "NAME")]
    pub(crate) encoding: Option<TextEncoding>,
    /// Where rows go that are no contacts, as they are and with the reason; written when there are any. What is there
    /// already is kept beside it, as NAME.1.csv [default: FILE.rejects.csv, .ndjson or .vcf, and of standard input
    /// stdin.rejects.csv; a dry run writes none]. It is for one FILE
    #[arg(long, value_name = "PATH")]
    pub(crate) rejects: Option<PathBuf>,
    /// What becomes of a cell that cannot be read, such as an e-mail address that is none [default: it is dropped where the
    /// rest of the row says how to reach the contact; otherwise the row is rejected]
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) on_bad_cell: Option<OnBadCellArgument>,
    /// Write the cells that were dropped, and texts that look as if they were encoded twice, as CSV with line, column, header,
    /// value, reason and suggestion; written when there are any. What is there already is kept beside it, as NAME.1.csv
    #[arg(long, value_name = "PATH")]
    pub(crate) notes: Option<PathBuf>,
    /// Stop reading when more rows than this, of all files, are no contacts
    #[arg(long, value_name = "NUMBER")]
    pub(crate) max_rejects: Option<u64>,
    /// Write what became of every contact, as JSON, one per line; over what is there
    #[arg(long, value_name = "PATH", conflicts_with = "dry_run")]
    pub(crate) report: Option<PathBuf>,
    /// Wait for a provider that is paused until it may work again, such as for the next window of a quota, and for what is
    /// in doubt until it is settled or needs a person
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) wait: bool,
    /// Only count what would be sent, refused and lost; sends nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Send also what the vendors have from earlier runs; makes second contacts. What is in doubt waits as ever
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) again: bool,
    /// With --again: send only what was delivered before this time, an age such as 2h or a time such as 2026-11-29T10:00.
    /// An --again that was interrupted goes on with the time at which it began: what it sent itself is not sent once more
    #[arg(long, value_name = "TIME", requires = "again", value_parser = super::time::point_in_time)]
    pub(crate) before: Option<Timestamp>,
    /// Send also what earlier runs left in doubt, without looking for it; may make second contacts
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) again_doubts: bool,
    #[command(flatten)]
    pub(crate) recognition: super::Recognition,
    /// What becomes of a row that has the name and the e-mail address or number of an earlier row and contradicts it
    #[arg(long, value_enum, default_value_t = SameIdentityArgument::Reject)]
    pub(crate) same_identity: SameIdentityArgument,
    #[cfg(feature = "jetstream")]
    #[command(flatten)]
    pub(crate) on_queue: super::OnQueue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnBadCellArgument {
    /// The cell is dropped and the rest of the row is kept
    Drop,
    /// The row goes to the rejects
    Reject,
}

impl From<OnBadCellArgument> for OnBadCell {
    fn from(argument: OnBadCellArgument) -> Self {
        match argument {
            OnBadCellArgument::Drop => Self::Drop,
            OnBadCellArgument::Reject => Self::Reject,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SameIdentityArgument {
    /// It goes to the rejects
    Reject,
    /// It is sent as another person
    Send,
}

impl From<SameIdentityArgument> for SameIdentity {
    fn from(argument: SameIdentityArgument) -> Self {
        match argument {
            SameIdentityArgument::Reject => Self::Reject,
            SameIdentityArgument::Send => Self::Send,
        }
    }
}

fn delimiter(text: &str) -> Result<u8, &'static str> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() => Ok(*byte),
        _ if matches!(text, "tab" | "\\t") => Ok(b'\t'),
        _ => Err("expected one ASCII character such as ; or the word tab"),
    }
}
