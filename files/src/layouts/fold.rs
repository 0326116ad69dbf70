//! Folds headers for comparison: removes case, spaces, punctuation and accents.

/// Returns a header without case, spaces and punctuation.
///
/// Invariant: this form never changes, since version 0.1.0 compares headers in it.
pub(crate) fn fold(header: &str) -> String {
    if header.trim_start().starts_with('_') {
        return header.trim().to_owned();
    }
    // The braces of `{n}` stay. No header of a file has them.
    let is_kept = |character: char| character.is_alphanumeric() || matches!(character, '{' | '}' | '☎');
    if header.is_ascii() {
        let mut folded = header.to_ascii_lowercase();
        folded.retain(is_kept);
        return folded;
    }
    header.chars().filter(|character| is_kept(*character)).flat_map(char::to_lowercase).collect()
}

/// Returns a header in the form of [`fold`] without accents. `№` becomes `no`, and wide letters become narrow ones.
pub(crate) fn fold_without_accents(header: &str) -> String {
    if header.is_ascii() {
        return fold(header);
    }
    let narrow: String = header.chars().map(narrow).collect();
    let mut folded = String::with_capacity(narrow.len());
    for character in fold(&narrow.replace('№', "no")).chars() {
        match without_accent(character) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(character),
        }
    }
    folded
}

fn narrow(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xff01 + 0x21).unwrap_or(character),
        _ => character,
    }
}

/// Returns a letter without its accent. `None` for a letter without one.
fn without_accent(character: char) -> Option<&'static str> {
    Some(match character {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ă' | 'ą' | 'ā' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' | 'ė' | 'ē' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ı' | 'ī' => "i",
        'ł' | 'ľ' | 'ĺ' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' | 'º' => "o",
        'œ' => "oe",
        'ŕ' | 'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ů' | 'ű' | 'ū' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'ά' => "α",
        'έ' => "ε",
        'ή' => "η",
        'ί' | 'ϊ' | 'ΐ' => "ι",
        'ό' => "ο",
        'ύ' | 'ϋ' | 'ΰ' => "υ",
        'ώ' => "ω",
        'ς' => "σ",
        'ё' => "е",
        'й' => "и",
        'ї' => "і",
        'أ' | 'إ' | 'آ' => "ا",
        'ى' => "ي",
        '\u{95c}' => "ड",
        '\u{95d}' => "ढ",
        '\u{95e}' => "फ",
        // Accents that are characters of their own.
        '\u{300}'..='\u{36f}' => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_wide_letters_are_ignored() {
        for (one, other) in [
            ("Prénom", "PRENOM"),
            ("Prénom", "Pre\u{301}nom"),
            ("Straße", "Strasse"),
            ("İlk Adı", "ilk adi"),
            ("Όνομα", "ΟΝΟΜΑ"),
            ("Ｅ－ｍａｉｌ", "E-mail"),
            ("№ клиента", "no клиента"),
            ("Комментарий", "Комментарии\u{306}"),
        ] {
            assert_eq!(fold_without_accents(one), fold_without_accents(other));
        }
        assert_ne!(fold_without_accents("姓"), fold_without_accents("名"));
    }
}
