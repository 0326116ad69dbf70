//! The order in which a card prefers its values: `PREF=1` before `PREF=2` before what has no PREF.

use calcard::vcard::{VCardEntry, VCardParameterName, VCardParameterValue};

/// Returns how much a property is preferred: 1 is the most. `None` without a PREF.
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

/// Returns the places of the properties, the preferred ones of each name first. `None` if they stand in that order.
pub(super) fn order(entries: &[VCardEntry]) -> Option<Vec<usize>> {
    const WITHOUT: u32 = 101;
    if entries.iter().all(|entry| entry.params.is_empty()) {
        return None;
    }
    let ranks: Vec<u32> = entries.iter().map(|entry| rank(entry).unwrap_or(WITHOUT)).collect();
    let is_behind = |place: usize| {
        let (rank, name) = (ranks[place], &entries[place].name);
        rank < WITHOUT && (0..place).any(|before| ranks[before] > rank && entries[before].name == *name)
    };
    if !(0..entries.len()).any(is_behind) {
        return None;
    }
    let mut places: Vec<usize> = (0..entries.len()).collect();
    places.sort_by_key(|place| ranks[*place]);
    Some(places)
}
