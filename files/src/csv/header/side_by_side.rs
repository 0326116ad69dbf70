//! Two tables side by side in one sheet, with an empty column between them.

use super::Header;
use crate::column_map::Place;
use crate::layouts::{Names, fold};
use crate::version::Version;

impl Header {
    /// Returns the first column of a second table, counted from 1: the columns that name contacts come again behind a column
    /// without a header and without values.
    pub(crate) fn second_table(&self) -> Option<usize> {
        let folded: Vec<String> = self.cells.iter().map(|cell| fold(cell)).collect();
        let is_empty =
            |place: usize| self.cells[place].is_empty() && self.samples.values(place).next().is_none();
        let is_gap = |place: &usize| is_empty(*place) && folded[..*place].iter().any(|cell| !cell.is_empty());
        (0..folded.len()).filter(is_gap).find_map(|gap| {
            let (first, second) = folded.split_at(gap);
            let mut names = first.iter().filter(|cell| names_contacts(cell)).peekable();
            let is_repeated = names.peek().is_some() && names.all(|cell| second.contains(cell));
            let begin = second.iter().position(|cell| !cell.is_empty())?;
            is_repeated.then_some(gap + begin + 1)
        })
    }
}

/// Whether a folded header is that of a column with names of contacts.
fn names_contacts(folded: &str) -> bool {
    let found = Names::of(Version::Current).plain(folded).map(|found| found.place);
    matches!(
        found,
        Some(Place::Field { target, .. }) if ["name.", "organization.name"].iter().any(|it| target.0.starts_with(it))
    )
}
