//! Orders the values of a card by preference: `PREF=1`, then `PREF=2`, then values without PREF.

use calcard::vcard::{VCardEntry, VCardParameterName, VCardParameterValue};

/// Returns the preference of a property. 1 is the highest. `None` without a PREF.
///
/// `TYPE=PREF` of vCard 3.0 and the word alone of 2.1 count as 1.
pub(super) fn rank(entry: &VCardEntry) -> Option<u32> {
    let ranks = entry.params.iter().filter_map(|parameter| match (&parameter.name, &parameter.value) {
        (VCardParameterName::Pref, VCardParameterValue::Integer(rank)) => Some((*rank).clamp(1, 100)),
        (VCardParameterName::Pref, _) => Some(1),
        (VCardParameterName::Type, value) => value.as_text().is_some_and(is_pref).then_some(1),
        (VCardParameterName::Other(word), VCardParameterValue::Null) => is_pref(word).then_some(1),
        _ => None,
    });
    ranks.min()
}

fn is_pref(word: &str) -> bool {
    word.split(',').any(|word| word.eq_ignore_ascii_case("pref"))
}

/// Returns the indices of the properties, the preferred ones of each name first. `None` if they are in that order.
pub(super) fn order(entries: &[VCardEntry]) -> Option<Vec<usize>> {
    const UNRANKED: u32 = 101;
    if entries.iter().all(|entry| entry.params.is_empty()) {
        return None;
    }
    let ranks: Vec<u32> = entries.iter().map(|entry| rank(entry).unwrap_or(UNRANKED)).collect();
    let is_after_lower_rank = |index: usize| {
        let (rank, name) = (ranks[index], &entries[index].name);
        rank < UNRANKED && (0..index).any(|before| ranks[before] > rank && entries[before].name == *name)
    };
    if !(0..entries.len()).any(is_after_lower_rank) {
        return None;
    }
    let mut indices: Vec<usize> = (0..entries.len()).collect();
    indices.sort_by_key(|index| ranks[*index]);
    Some(indices)
}
