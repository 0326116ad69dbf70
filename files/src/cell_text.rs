//! Cleans the text of a cell: removes formula wrappers and guards, HTML entities and invisible characters.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

/// The kind of text in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextKind {
    /// One line, such as a name. Cleaning removes invisible characters and turns all blanks into spaces.
    Line,
    /// Free text. Cleaning only trims it.
    Free,
}

/// Returns whether a text needs no cleaning. A quick check, which may return `false` for a clean text.
pub(crate) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return true };
    if *first <= b' ' || *last <= b' ' || matches!(first, b'=' | b'\'' | b'"') {
        return false;
    }
    // Counted without an early exit, so that the compiler vectorizes the loop.
    let unusual = bytes.iter().filter(|byte| matches!(**byte, ..b' ' | b'&' | 0x7f..)).count();
    unusual == 0 || !bytes.iter().copied().any(may_need_cleaning)
}

/// Returns the cleaned text of a table's cell, without a formula or a guard around it.
pub(crate) fn unwrapped_cell(text: &str, kind: TextKind) -> Cow<'_, str> {
    let text = trimmed(text);
    if !text.starts_with(['=', '\'', '’', '‘']) {
        return clean_text(text, kind);
    }
    match formula_text(without_guard(text)) {
        Cow::Borrowed(text) => clean_text(text, kind),
        Cow::Owned(text) => Cow::Owned(clean_text(&text, kind).into_owned()),
    }
}

/// Returns a text with its HTML entities decoded and without invisible characters.
pub(crate) fn clean_text(text: &str, kind: TextKind) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let text = trimmed(text);
    match decoded(text) {
        Cow::Borrowed(text) => without_invisible(text, kind),
        Cow::Owned(text) => Cow::Owned(without_invisible(&text, kind).into_owned()),
    }
}

/// Returns an id without invisible characters.
pub(crate) fn clean_id(text: &str) -> Cow<'_, str> {
    without_invisible(text, TextKind::Line)
}

/// Returns whether a text has control or invisible characters, which [`clean_id`] removes.
pub(crate) fn has_invisible(text: &str) -> bool {
    let is_control = |character: char| is_other_blank(character) && character < ' ';
    !text.bytes().all(|byte| (b' '..0x7f).contains(&byte))
        && text.chars().any(|it| is_invisible(it) || is_joiner(it) || is_control(it))
        && clean_id(text) != text
}

/// Returns the text without blanks and invisible characters around it.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(|character: char| {
        is_blank(character) || is_invisible(character) || is_joiner(character)
    })
}

/// Returns whether a spreadsheet may run a text as a formula.
///
/// ```
/// assert!(unicontact_files::is_formula("=1+1"));
/// assert!(!unicontact_files::is_formula("'=1+1"));
/// ```
pub fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Returns whether a text starts with an apostrophe that guards it against a spreadsheet's formulas.
pub(crate) fn has_guard(text: &str) -> bool {
    without_guard(text).len() < text.len()
}

/// Returns the text without the apostrophe that guards it against a spreadsheet's formulas: `'00042`, `'+44`, `'=1+1`.
///
/// The apostrophes of names (`'t Hart`) and decades (`'90s`) stay.
fn without_guard(text: &str) -> &str {
    let Some(rest) = text.strip_prefix(['\'', '’', '‘']) else { return text };
    let is_guarded = rest.starts_with(|next: char| next.is_ascii_digit()) || is_formula(rest);
    if !is_guarded || is_decade(rest) {
        return text;
    }
    rest.strip_suffix('\'').unwrap_or(rest)
}

/// Returns whether a text starts with a decade such as `90s`.
fn is_decade(text: &str) -> bool {
    matches!(text.as_bytes(), [tens, b'0', b's', rest @ ..]
        if tens.is_ascii_digit() && !rest.first().is_some_and(u8::is_ascii_alphanumeric))
}

/// Returns the text in a formula that is only a text: `="00042"`, `='00042'`, `="""Ada"""`.
fn formula_text(text: &str) -> Cow<'_, str> {
    let inner = |text: &str, quote: char| {
        let inner = text.strip_prefix(quote)?.strip_suffix(quote)?.to_owned();
        let doubled = [quote, quote].iter().collect::<String>();
        (!inner.replace(&doubled, "").contains(quote)).then(|| inner.replace(&doubled, &quote.to_string()))
    };
    let Some(formula) = text.strip_prefix('=').map(str::trim) else { return Cow::Borrowed(text) };
    match inner(formula, '"').or_else(|| inner(formula, '\'')) {
        Some(text) => {
            let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            Cow::Owned(bare.filter(|bare| !bare.contains('"')).unwrap_or(&text).to_owned())
        }
        None => Cow::Borrowed(text),
    }
}

/// Returns whether a byte may start an entity, or a character that cleaning removes or replaces.
fn may_need_cleaning(byte: u8) -> bool {
    // From 0xc2: the first bytes of U+00A0, U+034F, U+061C, U+1680, U+2000, U+3000 and U+FEFF in UTF-8.
    matches!(byte, 0..=8 | 0xb | 0xc | 0xe..=0x1f | b'&' | 0x7f | 0xc2 | 0xcd | 0xd8 | 0xe1 | 0xe2 | 0xe3 | 0xef)
}

/// A limit on the rounds of decoding a text that was encoded repeatedly: `&amp;amp;`.
const MAX_DECODINGS: usize = 3;

/// Returns a text with its HTML entities decoded.
fn decoded(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..MAX_DECODINGS {
        if !(text.contains('&') && text.contains(';')) {
            break;
        }
        let Cow::Owned(decoded) = html_escape::decode_html_entities(text.as_ref()) else { break };
        text = Cow::Owned(with_windows_1252(decoded));
    }
    text
}

/// Returns a text with its C1 controls as characters of Windows-1252: HTML reads entities 128 to 159 so.
fn with_windows_1252(text: String) -> String {
    if !text.contains(is_c1_control) {
        return text;
    }
    let character = |character: char| match u8::try_from(u32::from(character)) {
        Ok(byte) if is_c1_control(character) => {
            WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next().unwrap_or(character)
        }
        _ => character,
    };
    text.chars().map(character).collect()
}

fn is_c1_control(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{9f}')
}

/// Returns a text without invisible characters.
fn without_invisible(text: &str, kind: TextKind) -> Cow<'_, str> {
    let text = trimmed(text);
    let is_kept = |character| !is_invisible(character) && !is_joiner(character) && !is_other_blank(character);
    if kind == TextKind::Free || text.chars().all(is_kept) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut characters = text.chars().filter(|character| !is_invisible(*character)).peekable();
    while let Some(character) = characters.next() {
        let is_removed = is_joiner(character)
            && !(kept.chars().next_back().is_some_and(is_joined)
                && characters.peek().copied().is_some_and(is_joined));
        if is_other_blank(character) {
            kept.push(' ');
        } else if !is_removed {
            kept.push(character);
        }
    }
    Cow::Owned(kept)
}

/// Returns whether a character is invisible and changes no letter: controls, soft hyphens, direction marks.
fn is_invisible(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1f}' => false,
        ..='\u{7e}' => character < ' ',
        _ => matches!(character,
            '\u{7f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'),
    }
}

/// Returns whether a character joins or separates the letters around it, or the parts of an emoji.
fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// Returns whether a character may be next to a joiner: emoji, and letters of scripts with joiners.
fn is_joined(character: char) -> bool {
    matches!(character,
        '\u{600}'..='\u{109f}' | '\u{1780}'..='\u{18af}' | '\u{1900}'..='\u{1aaf}' | '\u{1b00}'..='\u{1c4f}'
        | '\u{1cd0}'..='\u{1cff}' | '\u{2190}'..='\u{2bff}' | '\u{a840}'..='\u{a8ff}' | '\u{fb50}'..='\u{fe0f}'
        | '\u{fe70}'..='\u{fefc}' | '\u{11000}'..='\u{11fff}' | '\u{1f000}'..='\u{1faff}' | '\u{e0020}'..='\u{e007f}')
}

/// Returns whether a character is a blank, shown or not.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || is_other_blank(character)
}

/// Returns whether a character is a blank other than a space, a tab or a line break.
fn is_other_blank(character: char) -> bool {
    match character {
        '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1f}' => true,
        ..='\u{7f}' => false,
        _ => character.is_whitespace() || matches!(character, '\u{2800}' | '\u{3164}' | '\u{ffa0}'),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(text: &str) -> Cow<'_, str> {
        unwrapped_cell(text, TextKind::Line)
    }

    #[test]
    fn formulas_of_a_single_text_are_unwrapped() {
        for (text, inner) in [
            ("=\"02134\"", "02134"),
            ("= \"02134\" ", "02134"),
            ("='02134'", "02134"),
            ("=\"\"\"Ada King\"\"\"", "Ada King"),
            ("=\"Acme \"\"A, B\"\" Ltd\"", "Acme \"A, B\" Ltd"),
            ("=\" Boss\u{a0}\"", "Boss"),
            ("'=\"02134\"", "02134"),
            ("=\"Smith &amp; Sons\"", "Smith & Sons"),
            ("=\"\"", ""),
            ("=1+1", "=1+1"),
            ("=\"a\"&\"b\"", "=\"a\"&\"b\""),
            ("=", "="),
            ("=\"", "=\""),
        ] {
            assert_eq!(line(text), inner, "{text}");
        }
    }

    #[test]
    fn formula_guards_are_removed_and_other_apostrophes_stay() {
        for (text, inner) in [
            ("'+44 20 7946 0123", "+44 20 7946 0123"),
            ("’0123", "0123"),
            ("'00042'", "00042"),
            ("'=1+1", "=1+1"),
            ("'-5", "-5"),
            ("'@ada", "@ada"),
        ] {
            assert_eq!(line(text), inner, "{text}");
        }
        for text in ["'t Hart", "'n Sync", "O'Brien", "'s-Hertogenbosch", "'90s Music", "'Ada'", "'", "D'"] {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn html_entities_are_decoded_and_other_ampersands_stay() {
        for (text, inner) in [
            ("O&#039;Brien", "O'Brien"),
            ("O&#x27;Brien", "O'Brien"),
            ("O&amp;#039;Brien", "O'Brien"),
            ("Smith &amp;amp; Sons", "Smith & Sons"),
            ("Se&aacute;n", "Seán"),
            ("&#346;wi&eogon;tek &amp; &Lstrok;&oacute;d&zacute;", "Świętek & Łódź"),
            ("1 &ndash; 2 &#150; 3 &#8211; 4", "1 – 2 – 3 – 4"),
            ("&lt;ann@example.com&gt;", "<ann@example.com>"),
            ("&nbsp;Ada&nbsp;King&#8203;", "Ada King"),
            ("&quot;A&quot; &apos;B&apos;", "\"A\" 'B'"),
            ("&#9731;", "☃"),
        ] {
            assert_eq!(line(text), inner, "{text}");
        }
        for text in [
            "AT&T",
            "R&D;",
            "R&D; QA",
            "&copy",
            "a &copy b; c",
            "Q&A",
            "&;",
            "&#;",
            "&#x;",
            "&#0;",
            "&#xd800;",
            "x & y;",
            "&nosuch;",
        ] {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn invisible_characters_are_removed() {
        for (text, inner) in [
            ("\u{202a}ann@example.com\u{202c}", "ann@example.com"),
            ("bob\u{200b}@example.com", "bob@example.com"),
            ("\u{200e}+44 20 7946 0124", "+44 20 7946 0124"),
            ("Dee\u{200b} Four", "Dee Four"),
            ("Jo\u{ad}hann\u{feff} \u{2060}Fünf", "Johann Fünf"),
            ("\u{a0}Ada\u{a0}King\u{3000}", "Ada King"),
            ("山田\u{3000}太郎", "山田 太郎"),
            ("Ada\u{200d}King\u{200c}", "AdaKing"),
            ("Ada\u{b}King\u{7}", "Ada King"),
            ("\u{2067}שרה\u{2069}", "שרה"),
        ] {
            assert_eq!(line(text), inner, "{text:?}");
        }
        for text in [
            "علی\u{200c}رضا",
            "ක්\u{200d}රිස්",
            "क्\u{200d}ष",
            "👩\u{200d}🚀",
            "❤\u{fe0f}\u{200d}🔥",
            "Ada\nKing",
        ] {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn free_text_is_only_trimmed_and_decoded() {
        let text = "\u{feff} Call\u{a0}first:\n \u{200f}שרה &amp; Ada\u{200b}";
        assert_eq!(unwrapped_cell(text, TextKind::Free), "Call\u{a0}first:\n \u{200f}שרה & Ada");
    }

    proptest! {
        #[test]
        fn a_plain_text_is_borrowed(text in "[A-Za-zäöüß]([A-Za-zäöüß '.-]{0,20}[A-Za-zäöüß])?") {
            prop_assert!(matches!(line(&text), Cow::Borrowed(same) if same == text));
        }

        #[test]
        fn cleaning_is_idempotent(text in "\\PC{0,12}|[&amp;#39=\"' \u{200b}-\u{200f}ا-يक्]{0,12}") {
            let once = clean_text(&text, TextKind::Line).into_owned();
            let twice = clean_text(&once, TextKind::Line);
            prop_assert_eq!(twice.as_ref(), trimmed(&once), "{:?}", text);
        }

        #[test]
        fn wrappings_around_a_text_are_removed(text in "[A-Za-z0-9äé][A-Za-z0-9äé ,.@+-]{0,12}[A-Za-z0-9äé]") {
            for wrapped in [
                format!("=\"{text}\""),
                format!("='{text}'"),
                format!("\u{202a}{text}\u{202c}"),
                format!("\u{a0}{text}\u{3000}\u{feff}"),
                format!("&#x200b;{text}&nbsp;"),
            ] {
                prop_assert_eq!(line(&wrapped), text.as_str());
            }
        }
    }
}
