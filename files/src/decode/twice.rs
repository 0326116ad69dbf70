//! Text that was encoded twice: UTF-8 that a program took for another encoding and saved as UTF-8.

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

/// The encodings that UTF-8 is taken for, with the letters that its first bytes are in them.
const TAKEN_FOR: [(&Encoding, &str); 4] = [
    (WINDOWS_1252, "ÂÃÄÅÎÏÐÑ×ØÙãäåæçèéâð"),
    (WINDOWS_1251, "РСГВ"),
    (WINDOWS_1250, "ĂĹÂâÄ"),
    (MACINTOSH, "√¬ƒ≈‚"),
];

/// Returns the text as it was before it was encoded a second time. `None` where nothing says that it was.
pub(crate) fn repaired(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    TAKEN_FOR.iter().find_map(|(encoding, firsts)| {
        let begins = |pair: (char, char)| firsts.contains(pair.0) && is_second(pair.1);
        text.chars().zip(text.chars().skip(1)).any(begins).then(|| decoded_once(text, encoding)).flatten()
    })
}

/// Whether a character can be a later byte of UTF-8: in all of these encodings it is a symbol or a rare letter.
fn is_second(character: char) -> bool {
    !character.is_ascii() && !matches!(character, 'А'..='я' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ')
        || character == 'À'
}

fn decoded_once(text: &str, encoding: &'static Encoding) -> Option<String> {
    let bytes = text.chars().map(|character| byte_of(character, encoding)).collect::<Option<Vec<u8>>>()?;
    let repaired = String::from_utf8(bytes).ok()?;
    let is_text = |character: char| !matches!(character, '\u{80}'..='\u{9f}' | '\u{250}'..='\u{36f}' | '\u{e000}'..='\u{f8ff}' | '\u{fffd}');
    (repaired.chars().all(is_text) && !repaired.is_ascii()).then_some(repaired)
}

/// The byte of a character. Windows-1252 is Latin-1 where it has no character of its own.
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

    fn taken_for(text: &str, encoding: &'static Encoding) -> String {
        encoding.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn names_in_many_scripts_are_repaired() {
        for name in ["Müller", "José Ñandú", "Łukasz Żółć", "Мария", "Αλέξης", "משה", "李明", "it’s 5 €"]
        {
            assert_eq!(repaired(&taken_for(name, WINDOWS_1252)).as_deref(), Some(name), "{name}");
        }
        assert_eq!(repaired("РњР°СЂРёСЏ").as_deref(), Some("Мария"));
        assert_eq!(repaired("M√ºller").as_deref(), Some("Müller"));
        assert_eq!(repaired("MĂĽller").as_deref(), Some("Müller"));
    }

    #[test]
    fn names_that_are_right_are_left_alone() {
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
        fn what_is_repaired_was_encoded_twice(text in "[a-zÀ-ÿ ’€А-яα-ω]{0,12}") {
            let twice = taken_for(&text, WINDOWS_1252);
            if let Some(repaired) = repaired(&twice) {
                prop_assert_eq!(repaired, text);
            }
        }
    }
}
