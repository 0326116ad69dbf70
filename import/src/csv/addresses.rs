//! Postal addresses in a row. Google joins the addresses of one kind part by part: `London ::: Paris`.

use super::row::{Entry, Given};
use crate::assembly::many::{GOOGLE, has_several_of_google};
use crate::assembly::{Assembly, present};
use crate::target::Field;

/// Returns the cells of each address in the cells of one entry. `None` where they are of one address.
pub(super) fn split<'a>(assembly: &mut Assembly, entry: &Entry<'a>) -> Option<Vec<Entry<'a>>> {
    if !entry.iter().any(|(_, given)| has_several_of_google(given.text)) {
        return None;
    }
    let count = entry.iter().map(|(_, given)| given.text.split(GOOGLE).count()).max()?;
    assembly.reads_otherwise();
    let address = |place| entry.iter().filter_map(|(field, given)| part(*field, given, place)).collect();
    Some((0..count).map(address).collect())
}

/// Returns the part of a cell that belongs to the address in this place. The kind belongs to all of them.
fn part<'a>(field: Field, given: &Given<'a>, place: usize) -> Option<(Field, Given<'a>)> {
    let mut parts = given.text.split(GOOGLE);
    let text = match parts.nth(place) {
        None if field == Field::AddressKind => given.text.split(GOOGLE).next(),
        text => text,
    };
    Some((field, Given { text: present(text?)?, ..*given }))
}
