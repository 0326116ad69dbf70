//! Cutting a text to a vendor's limit.
//!
//! Its rule: vendors do not say what they count, so the count is the strictest of the usual ones, UTF-16 units
//! (never less than characters). No character is cut in two.

/// The longest beginning of `text` that fits, and whether something was cut off.
pub fn fitted(text: &str, limit: usize) -> (&str, bool) {
    let mut units = 0;
    for (place, character) in text.char_indices() {
        units += character.len_utf16();
        if units > limit {
            return (text[..place].trim_end(), true);
        }
    }
    (text, false)
}

/// Whether `text` fits without being cut.
pub fn fits(text: &str, limit: usize) -> bool {
    !fitted(text, limit).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters_at_the_limit() {
        assert_eq!(fitted("Ada", 3), ("Ada", false));
        assert_eq!(fitted("Adam", 3), ("Ada", true));
        assert_eq!(fitted("Ad\u{1F600}", 3), ("Ad", true));
        assert_eq!(fitted("Ad am", 3), ("Ad", true));
        assert_eq!(fitted("é", 1), ("é", false));
    }
}
