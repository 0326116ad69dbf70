//! Recognizes the headers of known columns in files of any layout.

use crate::column_map::MapTarget;
use crate::layouts::{ColumnNames, fold};
use crate::version::Version;

/// Returns whether a text is a plain name of a column, or a name in any layout.
pub(crate) fn is_column_name(text: &str) -> bool {
    let (names, folded) = (ColumnNames::for_version(Version::Current), fold(text));
    names.plain(&folded).is_some() || names.in_any_layout(&folded).is_some()
}

/// Returns whether a text is a plain name of a column.
pub(crate) fn is_plain_column_name(text: &str) -> bool {
    ColumnNames::for_version(Version::Current).plain(&fold(text)).is_some()
}

/// Returns whether a text is the plain name of a column of e-mail addresses.
pub(crate) fn is_email_column(text: &str) -> bool {
    names_field(&fold(text), &["emails"])
}

/// Returns whether a text is the plain name of a column of phone numbers.
pub(super) fn is_phone_column(text: &str) -> bool {
    names_field(&fold(text), &["phones"])
}

/// Returns whether a folded text is the plain name of a column of names.
pub(super) fn is_name_column(folded: &str) -> bool {
    names_field(folded, &["name.", "organization.name"])
}

/// Returns whether a folded text is the plain name of a field that starts with one of these paths.
fn names_field(folded: &str, paths: &[&str]) -> bool {
    let found = ColumnNames::for_version(Version::Current).plain(folded).map(|found| found.target);
    matches!(found, Some(MapTarget::Field { template, .. }) if paths.iter().any(|it| template.0.starts_with(it)))
}
