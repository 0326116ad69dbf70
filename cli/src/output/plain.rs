//! Escapes control characters, which a terminal could take for commands.

use std::borrow::Cow;
use std::fmt::Write;

/// Returns the text with control characters and line ends escaped.
pub(crate) fn in_one_line(text: &str) -> Cow<'_, str> {
    escape(text, char::is_control, |plain, character| plain.extend(character.escape_debug()))
}

/// Returns the text with control characters escaped. Line ends stay.
pub(super) fn in_lines(text: &str) -> String {
    text.split('\n').map(in_one_line).collect::<Vec<_>>().join("\n")
}

/// Returns JSON with the control characters above ASCII escaped. Serializers escape only those of ASCII.
pub(super) fn in_json(json: &str) -> Cow<'_, str> {
    let is_unescaped = |character| matches!(character, '\u{7f}'..='\u{9f}');
    escape(json, is_unescaped, |plain, character| {
        // Writing to a String cannot fail.
        let _ = write!(plain, "\\u{:04x}", u32::from(character));
    })
}

fn escape(
    text: &str,
    needs_escape: impl Fn(char) -> bool,
    push_escaped: impl Fn(&mut String, char),
) -> Cow<'_, str> {
    if !text.contains(&needs_escape) {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if needs_escape(character) {
            push_escaped(&mut plain, character);
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
    fn only_control_characters_are_escaped() {
        assert_eq!(in_one_line("a\u{1b}[31m\u{9b}2J\u{7f}\r\n\tb"), r"a\u{1b}[31m\u{9b}2J\u{7f}\r\n\tb");
        assert_eq!(in_one_line("山田 \"花子\" \\ é"), "山田 \"花子\" \\ é");
        assert_eq!(in_lines("a\u{7}\nb"), "a\\u{7}\nb");
    }

    #[test]
    fn escaped_json_has_the_same_value() {
        let text = "\u{1b}\u{7f}\u{9b}\u{a0} é";
        let json = serde_json::to_string(text).unwrap();
        let plain = in_json(&json);
        assert!(!plain.contains(char::is_control), "{plain:?}");
        assert_eq!(serde_json::from_str::<String>(&plain).unwrap(), text);
    }
}
