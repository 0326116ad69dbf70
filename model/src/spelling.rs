//! Suggestions for misspelled words.

/// Returns the known word that `unknown` is most likely a misspelling of: the nearest one, within a third of its length, or
/// the one that `unknown` begins.
///
/// ```
/// use unicontact_model::nearest_word;
///
/// assert_eq!(nearest_word("emial", ["emails", "phones"]), Some("emails"));
/// assert_eq!(nearest_word("colour", ["emails", "phones"]), None);
/// ```
pub fn nearest_word<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(unknown, word), word))
        .filter(|(distance, word)| {
            let length = unknown.chars().count().max(word.chars().count());
            *distance <= (length / 3).max(1) || (word.starts_with(unknown) && unknown.len() >= 3)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}
