//! Escapes characters that a terminal could take for commands, and characters that hide or reorder other text.
//!
//! Invariants: no text of a file, a vendor or a configuration moves the cursor, reorders other text or has a character without a
//! shape, except for joiners and selectors in the places where a script or an emoji is spelled with them. Letters that look alike,
//! such as the Latin and the Cyrillic `a`, stay as they are.

use std::borrow::Cow;
use std::fmt::Write;

/// Returns the text with control characters, line ends and invisible characters escaped.
pub(crate) fn in_one_line(text: &str) -> Cow<'_, str> {
    escape(text, char::is_control, |plain, character| {
        if character.is_control() {
            plain.extend(character.escape_debug());
        } else {
            plain.extend(character.escape_unicode());
        }
    })
}

/// Returns the text with control characters and invisible characters escaped. Line ends stay.
pub(super) fn in_lines(text: &str) -> String {
    text.split('\n').map(in_one_line).collect::<Vec<_>>().join("\n")
}

/// Returns JSON with the control characters above ASCII and invisible characters escaped. Serializers escape only the control
/// characters of ASCII. The value stays the same.
pub(super) fn in_json(json: &str) -> Cow<'_, str> {
    if json.is_ascii() && !json.contains('\u{7f}') {
        return json.into();
    }
    let is_control = |character| matches!(character, '\u{7f}'..='\u{9f}');
    escape(json, is_control, |plain, character| {
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(plain, "\\u{unit:04x}");
        }
    })
}

fn escape(
    text: &str,
    is_control: impl Fn(char) -> bool,
    push_escaped: impl Fn(&mut String, char),
) -> Cow<'_, str> {
    if !text.contains(|character| is_control(character) || is_invisible(character)) {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len() + 8);
    let mut before = Before::default();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let is_escaped = is_control(character)
            || is_invisible(character) && !is_part_of_spelling(before, character, characters.peek().copied());
        if is_escaped {
            push_escaped(&mut plain, character);
        } else {
            plain.push(character);
        }
        before = match before {
            _ if is_escaped => Before::default(),
            Before { base, .. } if is_selector(character) => Before { base, has_selector: true },
            _ => Before { base: Some(character), has_selector: false },
        };
    }
    plain.into()
}

/// The characters before another one, as far as they decide whether it is escaped.
#[derive(Clone, Copy, Default)]
struct Before {
    /// The last character that is no selector. `None` at the start and after an escaped character.
    base: Option<char>,
    /// Whether a selector follows it.
    has_selector: bool,
}

/// Returns whether a character has no shape of its own: bidirectional controls, zero-width characters, tags and other
/// characters that Unicode lets programs ignore.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Returns whether an invisible character belongs to the spelling of its neighbours: a joiner inside a word of Arabic or an Indian
/// script or inside an emoji, or the selector of a variant after a character that has variants.
fn is_part_of_spelling(before: Before, character: char, after: Option<char>) -> bool {
    let Some(base) = before.base else { return false };
    if is_selector(character) {
        return !before.has_selector && has_variant(base, character, after);
    }
    let is_joined = |character| is_joined_script(character) || is_emoji(character);
    matches!(character, '\u{200c}' | '\u{200d}') && is_joined(base) && after.is_some_and(is_joined)
}

/// Returns whether a character selects a variant of the character before it.
fn is_selector(character: char) -> bool {
    matches!(character, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Returns whether a character has the variant of a selector.
fn has_variant(base: char, selector: char, after: Option<char>) -> bool {
    match selector {
        '\u{fe0e}' | '\u{fe0f}' => match base {
            // A key: the digit, the selector and a box.
            '0'..='9' | '#' | '*' => after == Some('\u{20e3}'),
            '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | 'Ⓜ' | '〰' | '〽' | '㊗' | '㊙' => true,
            base => is_emoji(base),
        },
        '\u{fe00}'..='\u{fe0d}' => {
            // Ideographs, Myanmar, Phags-pa and operators of mathematics.
            is_ideograph(base)
                || matches!(base, '\u{1000}'..='\u{109f}' | '\u{a840}'..='\u{a87f}' | '\u{aa60}'..='\u{aa7f}'
                    | '\u{2200}'..='\u{22ff}' | '\u{2a00}'..='\u{2aff}')
        }
        '\u{e0100}'.. => is_ideograph(base),
        _ => matches!(base, '\u{1800}'..='\u{180a}' | '\u{1810}'..='\u{18af}'),
    }
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}')
}

/// Returns whether a character may be a part of an emoji: symbols and pictures, arrows, skin tones.
fn is_emoji(character: char) -> bool {
    matches!(character, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{297f}'
        | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Returns whether a character is of a script whose words have joiners.
fn is_joined_script(character: char) -> bool {
    let is_in_script = matches!(character,
        // Arabic, Syriac, Thaana, N'Ko, Mandaic, and the scripts of India up to Sinhala.
        '\u{600}'..='\u{7ff}' | '\u{840}'..='\u{dff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10d00}'..='\u{10d3f}' | '\u{10e60}'..='\u{10eff}' | '\u{10f30}'..='\u{10fdf}' | '\u{1e900}'..='\u{1e95f}'
        | '\u{1ee00}'..='\u{1eeff}'
        // Thai, Lao, Tibetan, Myanmar, the Philippine scripts, Khmer and Mongolian.
        | '\u{e00}'..='\u{109f}' | '\u{1700}'..='\u{18af}'
        // Limbu, Tai, Buginese, Balinese, Sundanese, Lepcha and Vedic signs.
        | '\u{1900}'..='\u{1c4f}' | '\u{1cc0}'..='\u{1cff}'
        // Syloti Nagri, Phags-pa, Saurashtra, Kayah Li, Javanese, Cham and Meetei Mayek.
        | '\u{a800}'..='\u{a95f}' | '\u{a980}'..='\u{aaff}' | '\u{abc0}'..='\u{abff}'
        | '\u{10a00}'..='\u{10a5f}' | '\u{11000}'..='\u{11fff}');
    is_in_script && !is_invisible(character) && !character.is_whitespace()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_control_characters_are_escaped() {
        assert_eq!(in_one_line("a\u{1b}[31m\u{9b}2J\u{7f}\r\n\tb"), r"a\u{1b}[31m\u{9b}2J\u{7f}\r\n\tb");
        assert_eq!(in_one_line("山田 \"花子\" \\ é"), "山田 \"花子\" \\ é");
        assert_eq!(in_lines("a\u{7}\nb"), "a\\u{7}\nb");
    }

    #[test]
    fn text_that_hides_or_reorders_other_text_is_escaped() {
        assert_eq!(in_one_line("user\u{202e}gpj.exe"), r"user\u{202e}gpj.exe");
        assert_eq!(in_one_line("ad\u{200b}min a\u{ad}b \u{feff}c"), r"ad\u{200b}min a\u{ad}b \u{feff}c");
        assert_eq!(in_one_line("ad\u{200d}min \u{200d}\u{623}"), "ad\\u{200d}min \\u{200d}\u{623}");
        assert_eq!(in_one_line("❤\u{fe0f}\u{fe0f}"), "❤\u{fe0f}\\u{fe0f}");
        assert_eq!(in_one_line("1\u{fe0f}2 a\u{fe0f}\u{200d}👩"), "1\\u{fe0f}2 a\\u{fe0f}\\u{200d}👩");
        assert_eq!(in_one_line("x\u{e0041}\u{2066}y\u{2069}"), r"x\u{e0041}\u{2066}y\u{2069}");
    }

    #[test]
    fn words_and_emoji_that_need_joiners_stay() {
        for text in [
            "می\u{200c}خواهم",
            "क\u{94d}\u{200d}ष",
            "👩\u{200d}💻",
            "❤\u{fe0f}\u{200d}🔥",
            "1\u{fe0f}\u{20e3}",
            "👍🏽",
            "🙂\u{200d}↔\u{fe0f}",
            "ශ\u{dca}\u{200d}ර\u{dd3}",
            "葛\u{e0100}城",
            "ᠭ\u{180b}",
            "™\u{fe0f}",
        ] {
            assert_eq!(in_one_line(text), text);
        }
    }

    #[test]
    fn escaped_json_has_the_same_value() {
        let text = "\u{1b}\u{7f}\u{9b}\u{a0} é \u{202e} \u{e0041} 👩\u{200d}💻";
        let json = serde_json::to_string(text).unwrap();
        let plain = in_json(&json);
        assert!(!plain.contains(char::is_control) && !plain.contains(['\u{202e}', '\u{e0041}']), "{plain:?}");
        assert_eq!(serde_json::from_str::<String>(&plain).unwrap(), text);
    }

    proptest! {
        #[test]
        fn no_invisible_character_stays_in_scripts_without_joiners(
            text in "([a-zäЖẁếἀῥ“”’–—…‹Ａ！１שאあ한日 ]|[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{ad}\u{fe0f}\u{e0001}-\u{e007f}\u{7f}-\u{9f}\n\t]){0,12}",
        ) {
            let plain = in_one_line(&text);
            let is_hidden = |character: char| character.is_control() || is_invisible(character);
            prop_assert!(!plain.contains(is_hidden), "{:?}", plain);
            prop_assert_eq!(in_one_line(&plain), plain.clone());
        }

        #[test]
        fn any_text_is_the_same_as_json_and_in_its_visible_characters(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(serde_json::from_str::<String>(&in_json(&json)).unwrap(), text.clone());
            if !text.contains(|it: char| it.is_control() || is_invisible(it)) {
                prop_assert_eq!(in_one_line(&text), text.as_str());
            }
        }
    }
}
