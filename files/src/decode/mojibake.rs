//! Repairs mojibake: UTF-8 text that a program decoded from another encoding and saved as UTF-8 again.

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

/// The encodings that programs confuse with UTF-8, with the characters that the first bytes of UTF-8 are in them.
const CONFUSED_ENCODINGS: [(&Encoding, &str); 4] = [
    (WINDOWS_1252, "ÂÃÄÅÎÏÐÑ×ØÙãäåæçèéâð"),
    (WINDOWS_1251, "РСГВ"),
    (WINDOWS_1250, "ĂĹÂâÄ"),
    (MACINTOSH, "√¬ƒ≈‚"),
];

/// Returns the text as it was before it was encoded twice. `None` for a text without signs of it.
pub(crate) fn repaired(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    CONFUSED_ENCODINGS.iter().find_map(|(encoding, firsts)| {
        let begins = |pair: (char, char)| firsts.contains(pair.0) && may_be_continuation(pair.1);
        text.chars().zip(text.chars().skip(1)).any(begins).then(|| decoded_once(text, encoding)).flatten()
    })
}

/// Returns whether a character may be a later byte of UTF-8: a symbol or a rare letter in all of these encodings.
fn may_be_continuation(character: char) -> bool {
    !character.is_ascii() && !matches!(character, 'А'..='я' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ')
        || character == 'À'
}

/// Returns a text encoded once less.
fn decoded_once(text: &str, encoding: &'static Encoding) -> Option<String> {
    let bytes = text.chars().map(|character| byte_of(character, encoding)).collect::<Option<Vec<u8>>>()?;
    let repaired = String::from_utf8(bytes).ok()?;
    let is_text = |character: char| !matches!(character, '\u{80}'..='\u{9f}' | '\u{250}'..='\u{36f}' | '\u{e000}'..='\u{f8ff}' | '\u{fffd}');
    (repaired.chars().all(is_text) && !repaired.is_ascii()).then_some(repaired)
}

/// Returns the byte of a character. The unused bytes of Windows-1252 are those of Latin-1.
fn byte_of(character: char, encoding: &'static Encoding) -> Option<u8> {
    if character.is_ascii() || matches!(character, '\u{80}'..='\u{9f}') {
        return u8::try_from(u32::from(character)).ok();
    }
    let mut buffer = [0; 4];
    let (bytes, _, is_unmappable) = encoding.encode(character.encode_utf8(&mut buffer));
    match *bytes {
        [byte] if !is_unmappable => Some(byte),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mojibake(text: &str, encoding: &'static Encoding) -> String {
        encoding.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn names_in_many_scripts_are_repaired() {
        for name in ["Müller", "José Ñandú", "Łukasz Żółć", "Мария", "Αλέξης", "משה", "李明", "it’s 5 €"]
        {
            assert_eq!(repaired(&mojibake(name, WINDOWS_1252)).as_deref(), Some(name), "{name}");
        }
        assert_eq!(repaired("РњР°СЂРёСЏ").as_deref(), Some("Мария"));
        assert_eq!(repaired("M√ºller").as_deref(), Some("Müller"));
        assert_eq!(repaired("MĂĽller").as_deref(), Some("Müller"));
    }

    #[test]
    fn correct_names_stay_as_they_are() {
        for name in [
            "Müller",
            "SÃO PAULO",
            "Ångström",
            "Сергей",
            "Січ",
            "Ñandú",
            "Château",
            "“Ä”",
            "ÃO",
            "Рік",
            "5 √",
        ] {
            assert_eq!(repaired(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn only_text_that_was_encoded_twice_is_repaired(text in "[a-zÀ-ÿ ’€А-яα-ω]{0,12}") {
            let twice = mojibake(&text, WINDOWS_1252);
            if let Some(repaired) = repaired(&twice) {
                prop_assert_eq!(repaired, text);
            }
        }
    }
}
