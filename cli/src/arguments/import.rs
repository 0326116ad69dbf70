//! The arguments of `unicontact import`. Options about the input override what is detected.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use unicontact::bulk::SameIdentity;
use unicontact_files::{Format, OnBadCell, TextEncoding};

/// The headings of the options.
const INPUT: &str = "Input";
const OUTPUT: &str = "Output";
const SENDING: &str = "Sending";

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Import {
    /// Files of contacts, and folders whose files are read by name; - reads standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The format: csv, ndjson, json, vcard, jscontact or workbook [default: detected]
    #[arg(long, help_heading = INPUT, value_name = "FORMAT")]
    pub(crate) input_format: Option<Format>,
    /// The sheet of a workbook [default: the only one with contacts]
    #[arg(long, help_heading = INPUT, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
    /// A file that maps columns to fields
    ///
    /// It overrides the detected mapping. --suggest-map prints one to complete.
    #[arg(long, help_heading = INPUT, value_name = "PATH")]
    pub(crate) map: Option<PathBuf>,
    /// Print a mapping to complete, and do nothing else
    #[arg(long, help_heading = INPUT, conflicts_with_all = ["map", "dry_run", "report", "rejects", "on_bad_cell", "notes", "max_rejects", "again", "before", "again_doubts", "wait"])]
    pub(crate) suggest_map: bool,
    /// The delimiter of a CSV: one character, or tab [default: detected]
    #[arg(long, help_heading = INPUT, value_name = "CHARACTER", value_parser = delimiter)]
    pub(crate) delimiter: Option<u8>,
    /// The encoding, such as utf-16le or windows-1252 [default: detected]
    #[arg(long, help_heading = INPUT, value_name = "NAME")]
    pub(crate) encoding: Option<TextEncoding>,
    /// What to do with an unreadable cell, such as an invalid e-mail address
    ///
    /// By default a bad e-mail address is dropped if the row has another e-mail address, and a bad phone number if the row has an
    /// e-mail address or another number; otherwise the row is rejected. A bad country, date, link or picture is dropped, and a
    /// row with a bad id is rejected.
    #[arg(long, help_heading = INPUT, value_enum, value_name = "WHAT")]
    pub(crate) on_bad_cell: Option<OnBadCellArgument>,
    /// The file for rejected rows [default: FILE.rejects.csv, .ndjson or .vcf]
    ///
    /// Each row is unchanged, with the reason, so that it can be corrected and imported. The file is created with the first
    /// reject, and an earlier one is renamed to NAME.1.csv. The option is for one FILE. For standard input the default is
    /// stdin.rejects.csv; a dry run writes none.
    #[arg(long, help_heading = OUTPUT, value_name = "PATH")]
    pub(crate) rejects: Option<PathBuf>,
    /// The file for the outcome of every contact, a line of JSON each
    ///
    /// An earlier file is overwritten.
    #[arg(long, help_heading = OUTPUT, value_name = "PATH", conflicts_with = "dry_run")]
    pub(crate) report: Option<PathBuf>,
    /// The file for dropped cells and doubtful texts, a CSV
    ///
    /// It has line, column, header, value, reason and suggestion. It is created with the first cell, and an earlier file is renamed
    /// to NAME.1.csv. Doubtful texts look as if they were encoded twice.
    #[arg(long, help_heading = OUTPUT, value_name = "PATH")]
    pub(crate) notes: Option<PathBuf>,
    /// Send nothing, and show what would be sent, refused and lost
    #[arg(long, help_heading = SENDING)]
    pub(crate) dry_run: bool,
    /// Wait for paused providers and doubts
    ///
    /// Waits until paused providers may work again, such as for the next window of a quota, and until deliveries in doubt are
    /// settled or need a person.
    #[arg(long, help_heading = SENDING, conflicts_with = "dry_run")]
    pub(crate) wait: bool,
    /// Stop reading after more than this many rejected rows in all files
    #[arg(long, help_heading = SENDING, value_name = "NUMBER")]
    pub(crate) max_rejects: Option<u64>,
    /// Also send contacts that earlier runs delivered; creates second contacts
    ///
    /// Deliveries in doubt are not sent.
    #[arg(long, help_heading = SENDING, conflicts_with = "dry_run")]
    pub(crate) again: bool,
    /// With --again: only contacts that were delivered before TIME
    ///
    /// TIME is an age such as 2h, or a time such as 2026-11-29T10:00. To continue an interrupted --again, pass the time at which
    /// it began: contacts that it sent are skipped.
    #[arg(long, help_heading = SENDING, value_name = "TIME", requires = "again", value_parser = super::time::point_in_time)]
    pub(crate) before: Option<Timestamp>,
    /// Also send contacts whose delivery is in doubt; may create second contacts
    ///
    /// The vendor is not asked whether it has the contact.
    #[arg(long, help_heading = SENDING, conflicts_with = "dry_run")]
    pub(crate) again_doubts: bool,
    #[command(flatten)]
    pub(crate) recognition: super::Recognition,
    /// What to do with a row that contradicts an earlier row of the same person
    ///
    /// The rows have the same name and the same e-mail address or number.
    #[arg(long, help_heading = super::PEOPLE, value_enum, value_name = "WHAT", default_value_t = SameIdentityArgument::Reject)]
    pub(crate) same_identity: SameIdentityArgument,
    #[cfg(feature = "jetstream")]
    #[command(flatten)]
    pub(crate) on_queue: super::OnQueue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnBadCellArgument {
    /// Drop the cell and keep the rest of the row
    Drop,
    /// Reject the row
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
    /// Reject the row
    Reject,
    /// Send the row as another person
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
