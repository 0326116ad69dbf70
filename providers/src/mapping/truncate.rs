//! Cuts a text to a vendor's limit. Vendors do not say what they count, so a limit counts UTF-16 units: never fewer than
//! characters. No character is cut in two.

/// Returns the longest beginning of `text` that fits, and whether something was cut off.
pub fn truncate_text(text: &str, limit: usize) -> (&str, bool) {
    // A text has no more UTF-16 units than bytes.
    if text.len() <= limit {
        return (text, false);
    }
    let mut units = 0;
    for (offset, character) in text.char_indices() {
        units += character.len_utf16();
        if units > limit {
            return (text[..offset].trim_end(), true);
        }
    }
    (text, false)
}

/// Returns whether `text` fits without being cut.
pub fn fits(text: &str, limit: usize) -> bool {
    !truncate_text(text, limit).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters_at_the_limit() {
        assert_eq!(truncate_text("Ada", 3), ("Ada", false));
        assert_eq!(truncate_text("Adam", 3), ("Ada", true));
        assert_eq!(truncate_text("Ad\u{1F600}", 3), ("Ad", true));
        assert_eq!(truncate_text("Ad am", 3), ("Ad", true));
        assert_eq!(truncate_text("é", 1), ("é", false));
    }
}
