//! Parses a country from free text: a code, a name, a flag, or a name with other words beside it.

use super::{codes, names};

/// The maximum length of a text that can name a country, in bytes.
const MAX_LENGTH: usize = 200;

/// Countries whose name with an added word can be the name of another country: `Korea (…)`, `Samoa, …`.
const AMBIGUOUS_WITH_A_WORD: [&str; 24] = [
    "AS", "CD", "CG", "CN", "CY", "DM", "DO", "GE", "GN", "GQ", "GW", "IE", "KP", "KR", "MF", "MK", "PG",
    "SD", "SS", "SX", "TL", "TW", "VG", "WS",
];

/// Territories with their own code, by the state that is often written beside them: `Martinique (France)`.
const TERRITORIES: [(&str, &[&str]); 10] = [
    ("AU", &["CC", "CX", "HM", "NF"]),
    ("CN", &["HK", "MO", "TW"]),
    ("DK", &["FO", "GL"]),
    ("FI", &["AX"]),
    ("FR", &["BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"]),
    ("GB", &["AI", "BM", "FK", "GG", "GI", "GS", "IM", "IO", "JE", "KY", "MS", "PN", "SH", "TC", "VG"]),
    ("NL", &["AW", "BQ", "CW", "SX"]),
    ("NO", &["BV", "SJ"]),
    ("NZ", &["CK", "NU", "TK"]),
    ("US", &["AS", "GU", "MP", "PR", "UM", "VI"]),
];

/// Returns the code of the country that a text names.
pub(super) fn code(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LENGTH {
        return None;
    }
    if let Some((flag, rest)) = codes::split_flag(text) {
        return code(&rest).map_or(Some(flag), |code| one_of(flag, code));
    }
    name_or_code(text)
        .or_else(|| codes::vehicle(text))
        .or_else(|| codes::with_hyphen(text))
        .or_else(|| inverted(text))
        .or_else(|| beside_others(text))
        .or_else(|| behind_a_place(text))
}

fn name_or_code(text: &str) -> Option<&'static str> {
    codes::iso(text).or_else(|| names::code(text))
}

/// Parses an inverted name: `Korea, Republic of`, `Iran (Islamic Republic of)`.
fn inverted(text: &str) -> Option<&'static str> {
    let (last, first) = text.split_once([',', '('])?;
    names::code(&format!("{} {last}", first.trim_end().trim_end_matches(')')))
}

/// Parses a country that is written twice or beside another word: `Suisse / Schweiz`, `DE - Germany`, `USA (Virginia)`.
fn beside_others(text: &str) -> Option<&'static str> {
    let parts = parts(text);
    let codes: Vec<_> = parts.iter().map(|part| name_or_code(part)).collect();
    let (first, rest) = codes.split_first().filter(|(_, rest)| !rest.is_empty())?;
    if *first == Some("US") && rest.len() == 1 && parts[1].len() == 2 {
        // The code of a US state, such as `CA` or `IN`, is also a country code.
        return *first;
    }
    let mut known = codes.iter().flatten();
    let code = known.next()?;
    let code = known.try_fold(*code, |code, other| one_of(code, other))?;
    let is_whole = codes.iter().all(Option::is_some);
    let is_short = parts.iter().zip(&codes).all(|(part, code)| code.is_none() || part.len() == 2);
    // An unknown name before a state may be the name of its territory.
    let has_territories = TERRITORIES.iter().any(|(state, _)| *state == code);
    let is_clear = is_whole
        || (!AMBIGUOUS_WITH_A_WORD.contains(&code) && (first.is_some() || !(is_short || has_territories)));
    is_clear.then_some(code)
}

/// Splits a text at brackets, slashes, line breaks and dashes.
fn parts(text: &str) -> Vec<&str> {
    const SEPARATORS: [char; 15] =
        ['(', ')', '（', '）', '[', ']', '/', '|', ':', ';', '=', '\n', '\r', '–', '—'];
    let parts = text.split(SEPARATORS).flat_map(|part| part.split(" - "));
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Parses a country after a place: `London, United Kingdom`. Rejects two letters, which may be the code of a province.
fn behind_a_place(text: &str) -> Option<&'static str> {
    let (before, last) = text.rsplit_once(',')?;
    let last = last.trim();
    if last.len() == 2 && !matches!(last, "UK" | "US") {
        return None;
    }
    let code = name_or_code(last)?;
    match names::code(before) {
        Some(other) => one_of(code, other),
        // The two Virgin Islands belong to different states.
        None if before.to_lowercase().contains("virgin") => None,
        None => (!AMBIGUOUS_WITH_A_WORD.contains(&code)).then_some(code),
    }
}

/// Returns the country that two names together mean: the territory rather than its state, and the US rather than Georgia.
fn one_of(code: &'static str, other: &'static str) -> Option<&'static str> {
    let has = |state: &str, territory: &str| {
        TERRITORIES.iter().any(|(code, territories)| *code == state && territories.contains(&territory))
    };
    match (code, other) {
        _ if code == other || has(other, code) => Some(code),
        _ if has(code, other) => Some(other),
        ("US", "GE") | ("GE", "US") => Some("US"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    #[test]
    fn a_name_beside_other_words_is_parsed() {
        for (text, code) in [
            ("USA (Virginia)", "US"),
            ("USA (CA)", "US"),
            ("Georgia, USA", "US"),
            ("USA / Georgia", "US"),
            ("Atlanta, Georgia, USA", "US"),
            ("Lebanon, Pennsylvania, United States", "US"),
            ("London, UK", "GB"),
            ("Suisse / Schweiz / Svizzera", "CH"),
            ("DE - Germany", "DE"),
            ("Germany (DE)", "DE"),
            ("D - Deutschland", "DE"),
            ("Deutschland – Bayern", "DE"),
            ("Martinique (France)", "MQ"),
            ("France (Réunion)", "RE"),
            ("Puerto Rico, USA", "PR"),
            ("China - Macau", "MO"),
            ("Korea (South)", "KR"),
            ("Korea (North)", "KP"),
            ("Guinea, Equatorial", "GQ"),
            ("Virgin Islands (British)", "VG"),
            ("🇩🇪", "DE"),
            ("🇩🇪 Deutschland", "DE"),
            ("Germany 🇩🇪", "DE"),
            ("🇺🇸 Virginia", "US"),
            ("🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}", "GB"),
            ("GB-ENG", "GB"),
            ("US-CA", "US"),
            ("FR_75", "FR"),
            ("D-", "DE"),
            ("CH-", "CH"),
            ("D-10115 Berlin", "DE"),
            ("CH-8001", "CH"),
            ("A-Österreich", "AT"),
            ("D", "DE"),
            ("en-US", "US"),
            ("zh-Hant-TW", "TW"),
        ] {
            assert_eq!(super::code(text), Some(code), "{text}");
        }
    }

    #[test]
    fn an_ambiguous_text_is_no_country() {
        for text in [
            "Korea (Peninsula)",
            "Samoa (somewhere)",
            "Congo (former)",
            "China (Territory of)",
            "Canada / USA",
            "Atlanta, GA",
            "Atlanta, Georgia",
            "Lebanon, PA",
            "Bari (BA)",
            "Виргинские Острова (США)",
            "Ynysoedd Virgin, U.S.",
            "de-CH",
            "LA-PAZ",
            "Co-op",
            "🇩🇪🇫🇷",
            "🇩🇪 France",
            "N/A",
            "n.a.",
            "N",
            "+49",
            "49",
            "Dubrovnik",
            "",
        ] {
            assert_eq!(super::code(text), None, "{text}");
        }
        assert_eq!(super::code(&"Chad ".repeat(50)), None);
    }

    fn some_piece() -> impl Strategy<Value = String> {
        let known =
            ["USA", "Georgia", "GB", "D", "France", "🇩🇪", "Virgin", "Congo", "Republic of", "Martinique"];
        let marks = [",", "(", ")", " - ", "-", "/", " ", "·", "\u{1f1e6}", "\u{e0067}", "\u{301}", "’"];
        prop_oneof![
            prop::sample::select(known.to_vec()).prop_map(str::to_owned),
            prop::sample::select(marks.to_vec()).prop_map(str::to_owned),
            "\\PC{0,4}",
        ]
    }

    proptest! {
        #[test]
        fn a_parsed_code_parses_to_itself(pieces in prop::collection::vec(some_piece(), 0..8)) {
            let text = pieces.concat();
            if let Some(code) = super::code(&text) {
                prop_assert_eq!(super::code(code), Some(code), "{}", text);
            }
        }
    }
}
