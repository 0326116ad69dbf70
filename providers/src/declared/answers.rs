//! What an answer means: the rows of errors, and where a success and an error have their parts.

use super::account::Account;
use super::condition::{Condition, read_says};
use super::evidence::{SourceKind, Sources};
use super::place::{Place, read_paths, read_places, read_read_path};
use super::read_path::ReadPath;
use super::table::TableReader;
use super::wait::Wait;
use super::words;
use crate::error::{Effect, ErrorKind};

const ERROR_KINDS: &[(&str, ErrorKind)] = &[
    ("invalid", ErrorKind::Invalid),
    ("already_exists", ErrorKind::AlreadyExists),
    ("unauthenticated", ErrorKind::Unauthenticated),
    ("permission_denied", ErrorKind::PermissionDenied),
    ("not_found", ErrorKind::NotFound),
    ("rate_limited", ErrorKind::RateLimited),
    ("quota_exhausted", ErrorKind::QuotaExhausted),
    ("unavailable", ErrorKind::Unavailable),
    ("interrupted", ErrorKind::Interrupted),
    ("blocked", ErrorKind::Blocked),
    ("unexpected_response", ErrorKind::UnexpectedResponse),
    ("config", ErrorKind::Config),
];

/// A row of the table of errors.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ErrorRow {
    pub(super) when: Vec<Condition>,
    pub(super) kind: ErrorKind,
    pub(super) effect: Option<Effect>,
    pub(super) existing: Vec<Place>,
    pub(super) wait: Vec<Wait>,
    pub(super) source: SourceKind,
    pub(super) line: usize,
}

/// Where the id of a created contact stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Success {
    pub(super) id: Vec<Place>,
    /// All of them together say that the contact existed before.
    pub(super) existing: Vec<Condition>,
    pub(super) ignored: Option<Ignored>,
    pub(super) source: Option<SourceKind>,
}

/// How a success names fields that it did not take.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ignored {
    pub(super) path: ReadPath,
    pub(super) says: Vec<String>,
}

/// Where an error has its parts. Without paths, the shapes are tried that many vendors share.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ErrorWords {
    pub(super) code: Vec<ReadPath>,
    pub(super) message: Vec<ReadPath>,
    pub(super) request_id: Vec<Place>,
    pub(super) fields: Option<ErrorFields>,
    pub(super) status: Vec<ReadPath>,
}

/// Where the messages about single fields stand.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ErrorFields {
    /// An entry for each field, with its name and message. The empty path is the entry itself.
    List { list: ReadPath, field: Option<ReadPath>, message: ReadPath },
    /// A member for each field.
    Object { object: ReadPath, message: ReadPath },
}

impl ErrorRow {
    pub(super) fn read(table: &TableReader<'_>, account: &Account, sources: &Sources) -> Option<Self> {
        let source = sources.of(table);
        if !table.has("when") {
            table.report("when", "is missing: a row without a condition would judge every answer");
        }
        if table.has("when") && table.entries("when").is_empty() {
            table.report("when", "is empty: a row without a condition would judge every answer");
        }
        if !table.has("kind") {
            table.report("kind", "is missing: say what kind of error it is");
        }
        let when = table.tables("when", &words::CONDITION, |table| Condition::read(table, account));
        let effects = [("refused", Effect::Refused), ("unknown", Effect::Unknown)];
        Some(Self {
            kind: table.choice("kind", ERROR_KINDS)?,
            effect: table.choice("effect", &effects),
            existing: read_places(table, "existing"),
            wait: table.tables("wait", &words::WAIT, |table| Wait::read(table, account)),
            line: table.line(),
            when,
            source,
        })
    }
}

impl Success {
    pub(super) fn read(table: &TableReader<'_>, account: &Account, sources: &Sources) -> Self {
        if !table.has("id") {
            table.report("id", "is missing: without an id no answer can be a success");
        }
        for (name, message) in [
            ("id", "is an empty list: without an id no answer can be a success"),
            ("existing", "is an empty list: name a condition, or take it out"),
        ] {
            if table.has(name) && table.entries(name).is_empty() {
                table.report(name, message);
            }
        }
        let ignored = table.table("ignored", &words::IGNORED, |table| {
            let path = table.required_text("path").and_then(|_| read_read_path(table, "path"))?;
            Some(Ignored { path, says: read_says(table) })
        });
        Self {
            id: read_places(table, "id"),
            existing: table.tables("existing", &words::CONDITION, |table| Condition::read(table, account)),
            ignored: ignored.flatten(),
            source: Some(sources.of(table)),
        }
    }
}

impl ErrorWords {
    pub(super) fn read(table: &TableReader<'_>, sources: &Sources) -> Self {
        sources.of(table);
        let fields = table.table("fields", &words::FIELDS_OF_ERROR, ErrorFields::read).flatten();
        Self {
            code: read_paths(table, "code"),
            message: read_paths(table, "message"),
            request_id: read_places(table, "request_id"),
            fields,
            status: read_paths(table, "status"),
        }
    }
}

impl ErrorFields {
    fn read(table: &TableReader<'_>) -> Option<Self> {
        let own = |name: &str| {
            let text = table.any_text(name).unwrap_or_default();
            ReadPath::parse(text).map_err(|message| table.report(name, message)).ok()
        };
        match (table.has("list"), table.has("object")) {
            (true, false) => Some(Self::List {
                list: read_read_path(table, "list")?,
                field: if table.has("field") { own("field") } else { None },
                message: own("message")?,
            }),
            (false, true) => {
                table.unused(&["field"], "is the name of the member in an `object`: take it out");
                Some(Self::Object { object: read_read_path(table, "object")?, message: own("message")? })
            }
            _ => {
                table.report("", "expected either a list or an object");
                None
            }
        }
    }
}
