//! Text without control characters: each is spelled out.
//!
//! Its rule: the only place that knows what a terminal could take for a command. In JSON it is spelled as JSON spells it.

use std::borrow::Cow;
use std::fmt::Write;

/// For one line, whose end is spelled out too.
pub(crate) fn in_one_line(text: &str) -> Cow<'_, str> {
    without(text, char::is_control, |plain, character| plain.extend(character.escape_debug()))
}

/// For several lines.
pub(super) fn in_lines(text: &str) -> String {
    text.split('\n').map(in_one_line).collect::<Vec<_>>().join("\n")
}

/// For JSON, which serializers leave with the control characters beyond ASCII. They stand in its texts only.
pub(super) fn in_json(json: &str) -> Cow<'_, str> {
    let is_left = |character| matches!(character, '\u{7f}'..='\u{9f}');
    without(json, is_left, |plain, character| {
        // Writing to a String cannot fail.
        let _ = write!(plain, "\\u{:04x}", u32::from(character));
    })
}

fn without(
    text: &str,
    is_spelled_out: impl Fn(char) -> bool,
    spell_out: impl Fn(&mut String, char),
) -> Cow<'_, str> {
    if !text.contains(&is_spelled_out) {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_spelled_out(character) {
            spell_out(&mut plain, character);
        } else {
            plain.push(character);
        }
    }
    plain.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_spelled_out_and_nothing_else_is() {
        assert_eq!(in_one_line("a\u{1b}[31m\u{9b}2J\u{7f}\r\n\tb"), r"a\u{1b}[31m\u{9b}2J\u{7f}\r\n\tb");
        assert_eq!(in_one_line("山田 \"花子\" \\ é"), "山田 \"花子\" \\ é");
        assert_eq!(in_lines("a\u{7}\nb"), "a\\u{7}\nb");
    }

    #[test]
    fn json_stays_the_same_json() {
        let text = "\u{1b}\u{7f}\u{9b}\u{a0} é";
        let json = serde_json::to_string(text).unwrap();
        let plain = in_json(&json);
        assert!(!plain.contains(char::is_control), "{plain:?}");
        assert_eq!(serde_json::from_str::<String>(&plain).unwrap(), text);
    }
}
